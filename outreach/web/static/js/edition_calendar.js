// Dragging an edition to other days. Without it every bar leads to a form that does the same.
const form = document.getElementById("drop");
let drag = null;

// The day under the pointer, seen through the bars.
const dayAt = (x, y) => {
  const day = document.elementsFromPoint(x, y).find((part) => part.matches(".day[data-date]"));
  return day && Date.parse(day.dataset.date) / 86400000;
};

const end = () => {
  if (!drag) return;
  drag.bar.classList.remove("is-dragged");
  drag.bar.style.translate = "";
  drag = null;
};

document.addEventListener("pointerdown", (event) => {
  const bar = form && event.button === 0 && event.target.closest(".bar[data-edition]");
  if (!bar) return;
  drag = { bar, x: event.clientX, y: event.clientY, from: dayAt(event.clientX, event.clientY), moved: false };
});

document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [x, y] = [event.clientX - drag.x, event.clientY - drag.y];
  // A hand that trembles while it clicks does not drag.
  if (!drag.moved && Math.hypot(x, y) < 6) return;
  drag.moved = true;
  drag.bar.classList.add("is-dragged");
  drag.bar.style.translate = `${x}px ${y}px`;
});

document.addEventListener("pointerup", (event) => {
  if (!drag) return;
  const { bar, from, moved } = drag;
  const to = moved ? dayAt(event.clientX, event.clientY) : from;
  end();
  if (!moved) return;
  // The click that follows would open the form of the bar.
  bar.addEventListener("click", (click) => click.preventDefault(), { once: true });
  if (to === undefined || from === undefined || to === from) return;
  form.action = form.dataset.action.replace("/0/", `/${bar.dataset.edition}/`);
  form.elements.days.value = to - from;
  form.submit();
});

document.addEventListener("pointercancel", end);
document.addEventListener("keydown", (event) => event.key === "Escape" && end());
document.addEventListener("dragstart", (event) => event.target.closest(".bar") && event.preventDefault());
