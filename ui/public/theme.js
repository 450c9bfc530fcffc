// Runs before the first paint, so that a light page never flashes dark or the other way round.
(() => {
  let choice = "system";
  try {
    choice = localStorage.getItem("molecule:theme") || "system";
  } catch {
    // Storage can be closed to this page; the system's theme is right then.
  }
  const dark =
    choice === "dark" || (choice !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
})();
