// Small comforts; every page reads without them.
// A picture's parts tell themselves on hover and focus, in the line that their picture names.
const tell = (event) => {
  const part = event.target.closest("[data-tells]");
  const picture = part && part.closest("[data-told-in]");
  const line = picture && document.getElementById(picture.dataset.toldIn);
  if (line) line.textContent = part.dataset.tells;
};
document.addEventListener("pointerover", tell);
document.addEventListener("focusin", tell);

// Arrow keys walk through the parts of a picture, so that Tab need not visit each.
document.addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  const part = step && event.target.closest("[data-tells]");
  if (!part) return;
  const parts = [...part.closest("[data-told-in]").querySelectorAll("[data-tells]")];
  const next = parts[parts.indexOf(part) + step];
  if (!next) return;
  event.preventDefault();
  part.setAttribute("tabindex", "-1");
  next.setAttribute("tabindex", "0");
  next.focus();
});

// A picture wider than the screen opens with its present in the middle.
for (const scroll of document.querySelectorAll("[data-centre]")) {
  scroll.scrollLeft = (scroll.scrollWidth * scroll.dataset.centre) / 100 - scroll.clientWidth / 2;
}

// A part that updates itself waits while somebody is in it with the keyboard, and while nobody looks.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target;
  if (document.hidden || (part.contains(document.activeElement) && part !== document.activeElement)) event.preventDefault();
});

// A filter that changes sends its form.
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-sends-itself]");
  if (form && event.target.matches("select")) form.requestSubmit();
});
