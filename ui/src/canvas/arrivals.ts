/**
 * Brings into view what comes to the canvas while it is open, for an org imported from the command line lands beside what
 * is there, and that is often out of sight. Who is in the middle of something is told instead.
 */

import { arrivalsSince, arrivalText } from "../core/arrivals";
import { bounds, type Rect } from "../core/geometry";
import { useOrg } from "../state/org";
import { dropTopic, goTo, toast, useUi } from "../state/ui";
import { fitAll, isInView, settle, showRect } from "./view";

/** Roles come one after the other, and the list that says which org they belong to follows. */
const QUIET_MS = 700;
/** Who moved the view this lately is looking at something. */
const BUSY_MS = 4000;
const TOPIC = "arrivals";

/** Watches until the answer is called. */
export function watchArrivals(): () => void {
  const now = useOrg.getState();
  // What is there when the page is read first did not come; it is what one starts with.
  let known: ReadonlySet<string> | null = now.phase === "ready" ? new Set(now.rows.keys()) : null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let touchedAt = Number.NEGATIVE_INFINITY;
  const touched = (event: Event) => {
    if (event.target instanceof Element && event.target.closest(".react-flow")) touchedAt = performance.now();
  };
  const look = () => {
    const { rows, tree, phase } = useOrg.getState();
    if (phase !== "ready" || known === null) return;
    const before = known;
    const arrival = arrivalsSince(before, rows, tree);
    const wasEmpty = ![...before].some((id) => rows.has(id));
    known = new Set(rows.keys());
    if (!arrival || arrival.roots.includes(useUi.getState().selected ?? "")) return;
    const show = () => {
      dropTopic(TOPIC);
      goTo("org");
      const rect = rectOf(arrival.roots);
      if (rect) showRect(rect);
    };
    const rect = rectOf(arrival.roots);
    if (!rect) return;
    if (wasEmpty && !isBusy()) fitAll();
    else if (isInView(rect)) return;
    else if (isBusy() || performance.now() - touchedAt < BUSY_MS)
      toast("info", arrivalText(arrival, rows), { label: "Show", run: show }, TOPIC);
    else show();
  };
  const stop = useOrg.subscribe((now, before) => {
    if (known === null) {
      if (now.phase === "ready") known = new Set(now.rows.keys());
      return;
    }
    if (now.structure === before.structure) return;
    // Cards that were drawn where the import put them glide to where they are packed.
    if (now.rows.size === before.rows.size && now.layout.moved.length > 1) settle();
    clearTimeout(timer);
    timer = setTimeout(look, QUIET_MS);
  });
  window.addEventListener("wheel", touched, { passive: true, capture: true });
  window.addEventListener("pointerdown", touched, true);
  return () => {
    stop();
    clearTimeout(timer);
    window.removeEventListener("wheel", touched, true);
    window.removeEventListener("pointerdown", touched, true);
  };
}

function rectOf(ids: readonly string[]): Rect | null {
  const { layout } = useOrg.getState();
  return bounds(ids.flatMap((id) => layout.places.get(id)?.rect ?? []));
}

/** In another room, with a panel, dialog or field, or a card in the hand. The dialog of an import waits for just this. */
function isBusy(): boolean {
  const { room, dialog, palette, selected } = useUi.getState();
  if (room !== "org" || selected !== null || palette !== "closed") return true;
  if (dialog !== null && dialog.kind !== "import") return true;
  const field = document.activeElement;
  if (
    dialog === null &&
    field instanceof HTMLElement &&
    field.matches("input, textarea, [contenteditable=true]")
  )
    return true;
  return document.querySelector(".react-flow__node.dragging") !== null;
}
