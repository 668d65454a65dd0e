// Before anything is drawn: the shade that the reader chose, else that of the system.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("article-qa/theme"); } catch { /* no store: as the system has it */ }
  const dark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.shade = dark ? "dark" : "light";
})();
