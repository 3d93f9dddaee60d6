// Dragging the editions of a series into another order; the buttons beside each do the same without it.
for (const list of document.querySelectorAll("[data-sortable]")) {
  const form = list.closest("form");
  window.Sortable.create(list, {
    draggable: "li:not(.is-fixed)",
    handle: ".grip",
    onEnd: (event) => {
      if (event.oldIndex === event.newIndex) return;
      form.elements.order.value = [...list.children].map((item) => item.dataset.id).join(",");
      form.submit();
    },
  });
}
