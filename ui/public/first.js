// Runs before everything else, while the page itself is still being fetched.

// The theme, so that a light page never flashes dark or the other way round.
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

// The ticket of the link: taken out of the address, and on its way to be exchanged for this page's key (src/api/entry.ts).
(() => {
  const ticket = new URLSearchParams(location.hash.slice(1)).get("t");
  if (!ticket) return;
  history.replaceState(null, "", `${location.pathname}${location.search}`);
  const answer = fetch("/auth/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ticket }),
  });
  answer.catch(() => undefined);
  window.moleculeSession = { ticket, answer };
})();
