/** Everything that is drawn, and when it is drawn first. */

import { StrictMode } from "react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";
import { App } from "./App";
import { isOpen } from "./api/again";
import type { Entry } from "./api/entry";
import { fetchLater } from "./parts/later";
import { start } from "./state/live";
import { firstView } from "./state/viewport";

/** The org is usually there by the time the page is: then nothing is drawn in its stead first. */
const PATIENCE_MS = 250;

export async function show(entry: Promise<Entry>): Promise<void> {
  isOpen();
  const element = document.getElementById("root");
  if (!element) return;
  const known = start(entry).then(() => firstView());
  await Promise.race([known, new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  // On its way while the cards are drawn.
  const soon = fetchLater("soon");
  const root = createRoot(element);
  // In one go: else the browser would paint the empty page between the first drawing and the cards.
  flushSync(() =>
    root.render(
      <StrictMode>
        <App />
      </StrictMode>,
    ),
  );
  await soon;
  requestAnimationFrame(() => setTimeout(() => void fetchLater("rest"), 0));
}
