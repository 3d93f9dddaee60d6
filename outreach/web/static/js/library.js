// Comforts of the library; every page of it works without them.
(() => {
  const drop = document.querySelector("[data-drop]");
  if (drop) {
    const input = drop.querySelector("input[type=file]");
    const preview = drop.querySelector("[data-drop-preview]");
    drop.querySelector("[data-drop-words]").hidden = false;
    const over = (is) => (event) => { event.preventDefault(); drop.classList.toggle("over", is); };
    drop.addEventListener("dragover", over(true));
    drop.addEventListener("dragleave", over(false));
    drop.addEventListener("drop", (event) => {
      over(false)(event);
      if (!event.dataTransfer.files.length) return;
      input.files = event.dataTransfer.files;
      input.dispatchEvent(new Event("change", { bubbles: true }));
    });
    input.addEventListener("change", () => {
      const file = input.files[0];
      preview.hidden = true;
      if (!file) return;
      // An address of data: the page may load no others than its own.
      const reader = new FileReader();
      reader.addEventListener("load", () => { preview.src = reader.result; });
      preview.addEventListener("load", () => { preview.hidden = false; }, { once: true });
      reader.readAsDataURL(file);
    });
  }

  const form = document.querySelector("form[data-pastes]");
  if (form) {
    form.addEventListener("paste", async (event) => {
      const field = event.target.closest("textarea");
      const html = event.clipboardData?.getData("text/html");
      if (!field || !html) return;
      const plain = event.clipboardData.getData("text/plain");
      event.preventDefault();
      const put = (words) => field.setRangeText(words, field.selectionStart, field.selectionEnd, "end");
      const body = new FormData();
      body.append("html", html);
      body.append("csrf_token", form.elements.csrf_token.value);
      try {
        const answer = await fetch(form.dataset.pastes, { method: "POST", body, credentials: "same-origin" });
        const told = answer.ok ? await answer.json() : { markdown: plain, dropped: [] };
        put(told.markdown);
        form.querySelector("[data-paste-told]").textContent = told.dropped.join(" ");
      } catch { put(plain); }
    });
  }
})();
