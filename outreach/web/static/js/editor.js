// The editor of editions. Without this script its buttons post the form; with it blocks move in place, the text saves
// itself, and what there is to say about it appears while it is written.
(() => {
  const form = document.querySelector("[data-editor]");
  if (!form) return;
  const list = form.querySelector("[data-blocks]");
  const said = JSON.parse(form.dataset.said);
  const status = form.querySelector("[data-status]");
  const announce = form.querySelector("[data-announce]");
  const began = form.elements.began_from;
  let lastField = null;
  let dirty = false;
  let saving = false;
  let stopped = false;

  // ---- blocks in their places
  const blocks = () => [...list.children];
  const renumber = () => blocks().forEach((block, at) => {
    block.id = `block-${at + 1}`;
    const place = block.querySelector("[data-place]");
    if (place) place.textContent = at + 1;
  });
  const tell = (words) => { if (announce) announce.textContent = words; };
  const placed = (block) => said.up.replace("{place}", blocks().indexOf(block) + 1).replace("{count}", blocks().length);
  const move = (block, by, focus) => {
    const other = by < 0 ? block.previousElementSibling : block.nextElementSibling;
    if (!other) return;
    if (by < 0) other.before(block); else other.after(block);
    renumber();
    (focus || block.querySelector("[data-words]") || block).focus();
    tell(placed(block));
    changed();
  };
  const note = (said, ...buttons) => {
    const box = document.createElement("div");
    box.className = "undo-note";
    box.setAttribute("role", "status");
    const words = document.createElement("span");
    words.textContent = said;
    box.append(words, ...buttons);
    document.querySelector(".undo-note")?.remove();
    document.body.append(box);
    setTimeout(() => box.remove(), 12000);
  };
  const remove = (block) => {
    const next = block.nextElementSibling;
    const neighbour = next || block.previousElementSibling;
    block.remove();
    renumber();
    changed();
    const undo = document.createElement("button");
    undo.type = "button";
    undo.textContent = said.undo;
    undo.addEventListener("click", () => {
      if (next && next.isConnected) next.before(block); else list.append(block);
      renumber();
      changed();
      document.querySelector(".undo-note")?.remove();
      (block.querySelector("[data-words]") || block).focus();
    });
    note(said.removed, undo);
    (neighbour?.querySelector("[data-words]") || form.querySelector("[name=do]"))?.focus();
  };
  if (list) {
    if (window.Sortable) window.Sortable.create(list, { handle: "[data-handle]", animation: 120, onEnd: (event) => { renumber(); tell(placed(event.item)); changed(); } });
    list.addEventListener("click", (event) => {
      const button = event.target.closest("button");
      const block = button && button.closest("[data-block]");
      if (!block) return;
      if (button.dataset.move) { event.preventDefault(); move(block, Number(button.dataset.move), button); }
      if ("remove" in button.dataset) { event.preventDefault(); remove(block); }
    });
    list.addEventListener("keydown", (event) => {
      const by = event.altKey && { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!by) return;
      event.preventDefault();
      move(event.target.closest("[data-block]"), by, event.target);
    });
  }

  // ---- saving by itself
  const post = (address) => fetch(address, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" }, credentials: "same-origin" });
  const save = async () => {
    if (!dirty || saving || stopped) return;
    saving = true;
    dirty = false;
    status.textContent = said.saving;
    try {
      const answer = await post(form.action);
      const told = await answer.json();
      if (answer.ok) {
        began.value = told.number;
        status.textContent = said.saved;
      } else if (answer.status === 409) {
        stopped = true;
        status.textContent = said.moved;
      } else {
        status.textContent = [said.refused, ...(told.faults || [])].join(" ");
      }
    } catch {
      dirty = true;
      status.textContent = said.failed;
    }
    saving = false;
    if (dirty) saveSoon();
  };
  const later = (work, wait) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(work, wait); }; };
  const saveSoon = later(save, 2500);

  // ---- what there is to say
  let asked = 0;
  const look = async () => {
    const number = ++asked;
    let told;
    try {
      const answer = await post(form.dataset.look);
      if (!answer.ok) return;
      told = await answer.json();
    } catch { return; }
    if (number !== asked) return;
    const box = form.querySelector("[data-meter]");
    box.textContent = "";
    if (told.meter) {
      const meter = document.createElement("meter");
      Object.assign(meter, { min: 0, max: 1, low: told.meter.limit, high: told.meter.limit, optimum: 0, value: told.meter.share });
      const words = document.createElement("p");
      words.className = "sub";
      words.textContent = told.meter.words;
      box.append(meter, words);
    }
    if (told.sms) { const words = document.createElement("p"); words.textContent = told.sms.words; box.append(words); }
    fill("[data-hints]", told.hints.map((words) => ({ words })));
    fill("[data-faults]", told.faults);
    for (const [at, block] of list ? blocks().entries() : []) {
      const line = block.querySelector("[data-fault]");
      const mine = told.faults.filter((fault) => fault.block === at + 1).map((fault) => fault.words);
      line.hidden = !mine.length;
      line.textContent = mine.join(" ");
    }
  };
  const fill = (where, entries) => {
    const box = form.querySelector(where);
    box.textContent = "";
    for (const { words, block } of entries) {
      const item = document.createElement("li");
      if (block) { const link = document.createElement("a"); link.href = `#block-${block}`; link.textContent = block; item.append(link, ": "); }
      item.append(words);
      box.append(item);
    }
  };
  const lookSoon = later(look, 400);
  const changed = () => { dirty = true; saveSoon(); lookSoon(); };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  form.addEventListener("submit", () => { stopped = true; dirty = false; });
  window.addEventListener("beforeunload", (event) => { if (dirty && !stopped) event.preventDefault(); });

  // ---- inserting where somebody writes
  const insert = (field, words) => {
    const at = field.selectionStart ?? field.value.length;
    field.setRangeText(words, at, field.selectionEnd ?? at, "end");
    field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  form.addEventListener("focusin", (event) => { if (event.target.matches("[data-words]")) lastField = event.target; });
  const button = form.querySelector("[data-insert]");
  if (button) {
    button.hidden = false;
    form.querySelector("[data-insert-plain]").hidden = true;
    button.addEventListener("click", () => {
      const field = lastField || form.querySelector("[data-words]");
      const name = form.querySelector("[data-field]").value;
      const other = form.querySelector("[data-default]").value.replace(/["\\{}%]/g, "");
      if (field) insert(field, other ? `{{ ${name} | default("${other}") }}` : `{{ ${name} }}`);
    });
  }

  // ---- pasted words come as Markdown
  form.addEventListener("paste", async (event) => {
    const field = event.target.closest("textarea[data-words]");
    const html = event.clipboardData?.getData("text/html");
    if (!field || !html) return;
    const plain = event.clipboardData.getData("text/plain");
    event.preventDefault();
    const body = new FormData();
    body.append("html", html);
    body.append("csrf_token", form.elements.csrf_token.value);
    try {
      const answer = await fetch("/library/paste", { method: "POST", body, credentials: "same-origin" });
      const told = answer.ok ? await answer.json() : { markdown: plain, dropped: [] };
      insert(field, told.markdown);
      if (told.dropped.length) note(told.dropped.join(" "));
    } catch { insert(field, plain); }
  });

  // ---- the library
  const picker = (entries, draw) => {
    const dialog = document.createElement("dialog");
    dialog.className = "picker";
    const grid = document.createElement("div");
    grid.className = "picker-grid";
    grid.append(...entries.map((entry) => draw(entry, () => dialog.close())));
    if (!entries.length) grid.textContent = said.none;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn btn-sm";
    close.textContent = said.close;
    close.addEventListener("click", () => dialog.close());
    dialog.append(grid, close);
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
  };
  const fetched = async (address) => { try { const answer = await fetch(address, { credentials: "same-origin" }); return answer.ok ? await answer.json() : []; } catch { return []; } };
  for (const choose of form.querySelectorAll("[data-choose-image]")) {
    choose.hidden = false;
    choose.addEventListener("click", async () => {
      const block = choose.closest("[data-block]");
      const id = block.dataset.block;
      picker(await fetched("/library/images.json"), (image, done) => {
        const entry = document.createElement("button");
        entry.type = "button";
        const picture = document.createElement("img");
        picture.src = image.thumbnail;
        picture.alt = "";
        entry.append(picture, document.createTextNode(image.name || ""));
        entry.addEventListener("click", () => {
          form.elements[`${id}-url`].value = image.url;
          const words = form.elements[`${id}-label`];
          if (!words.value) words.value = image.alt[form.dataset.locale] || Object.values(image.alt)[0] || "";
          changed();
          done();
        });
        return entry;
      });
    });
  }
  const snippets = form.querySelector("[data-snippets]");
  if (snippets) {
    snippets.hidden = false;
    snippets.addEventListener("click", async () => {
      picker(await fetched(`/library/snippets.json?locale=${encodeURIComponent(form.dataset.locale)}`), (snippet, done) => {
        const entry = document.createElement("button");
        entry.type = "button";
        const name = document.createElement("strong");
        name.textContent = snippet.name;
        const words = document.createElement("p");
        words.className = "picker-words";
        words.textContent = snippet.body;
        entry.append(name, words);
        entry.addEventListener("click", () => {
          done();
          // Blocks are drawn by the server: the form is posted with the snippet's words behind the others.
          const posted = document.createElement("input");
          Object.assign(posted, { type: "hidden", name: "snippet", value: snippet.body });
          form.append(posted);
          stopped = true;
          form.requestSubmit();
        });
        return entry;
      });
    });
  }
})();
