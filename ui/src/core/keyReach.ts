/** Whom a key press belongs to, by the element that has the focus. Pure: it asks that element alone. */

/** What is asked of an element; real ones have more. */
export interface Focused {
  tagName: string;
  isContentEditable: boolean;
  closest(selectors: string): unknown;
}

/**
 * `field`: somebody types there. `own`: a menu or a grip, which have keys of their own. `card`: a card of the canvas.
 * `panel`: the panel of a role. `control`: a button anywhere else, as those that lead from room to room. `page`: all the
 * rest.
 */
export type Reach = "field" | "own" | "card" | "panel" | "control" | "page";

export function reachOf(at: Focused | null): Reach {
  if (at === null) return "page";
  if (at.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(at.tagName)) return "field";
  if (at.closest('[role="menu"],[role="separator"]')) return "own";
  if (at.closest("[data-workspace-id]")) return "card";
  if (at.closest('[data-testid="inspector"]')) return "panel";
  return at.closest("button,a,summary") ? "control" : "page";
}

/** Keys that only move the view: they change nothing, so they work wherever nobody types. */
const VIEW_KEYS: ReadonlySet<string> = new Set(["0", "+", "=", "-", "Escape"]);
/** What a button does itself, and what must not remove a role that the eye is not on. */
const CONTROL_KEYS: ReadonlySet<string> = new Set([
  "Enter",
  " ",
  "Delete",
  "Backspace",
  "F10",
  "ContextMenu",
]);

/** Whether the canvas takes this key. */
export function isForCanvas(reach: Reach, key: string): boolean {
  switch (reach) {
    case "field":
    case "own":
      return false;
    case "panel":
      return VIEW_KEYS.has(key);
    case "control":
      return !CONTROL_KEYS.has(key);
    default:
      return true;
  }
}
