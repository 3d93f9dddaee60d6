// Runs before the page is drawn: light or dark, as chosen here or by the system, and the browser's zone for the server.
(() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const theme = localStorage.getItem("theme") || (system.matches ? "dark" : "light");
    root.setAttribute("data-bs-theme", theme);
  };
  apply();
  system.addEventListener("change", apply);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = `zone=${zone}; path=/; max-age=31536000; samesite=lax`;
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-button]");
    if (!button) return;
    const show = () => button.setAttribute("aria-pressed", String(root.getAttribute("data-bs-theme") === "dark"));
    button.hidden = false;
    show();
    button.addEventListener("click", () => {
      localStorage.setItem("theme", root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark");
      apply();
      show();
    });
  });
})();
