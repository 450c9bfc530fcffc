/** Keys of the whole page. They act only when no field, control or dialog has the focus that would use them. */

import { useEffect } from "react";
import { openCardMenu } from "../canvas/menuAt";
import { fitAll, focusCard, showCard, zoomBy } from "../canvas/view";
import { isForCanvas, reachOf } from "../core/keyReach";
import { membersOf } from "../core/tree";
import { type Arrow, walk } from "../core/walk";
import { askRemove, fold } from "../state/commands";
import { useLive } from "../state/live";
import { redoLast, undoLast, useOrg } from "../state/org";
import { goTo, openDialog, openPalette, pick, type Room, select, togglePick, useUi } from "../state/ui";

const ROOM_KEYS: Record<string, Room> = {
  1: "org",
  2: "stack",
  3: "activity",
  4: "secrets",
  5: "plugins",
  6: "settings",
};

function focused(target: EventTarget | null): HTMLElement | null {
  return target instanceof HTMLElement ? target : null;
}

function cardOf(target: EventTarget | null): string | null {
  if (!(target instanceof HTMLElement)) return null;
  return target.closest<HTMLElement>("[data-workspace-id]")?.dataset.workspaceId ?? null;
}

export function useKeys(): void {
  useEffect(() => {
    window.addEventListener("keydown", onKey);
    window.addEventListener("focusin", onFocus);
    return () => {
      window.removeEventListener("keydown", onKey);
      window.removeEventListener("focusin", onFocus);
    };
  }, []);
}

function onFocus(event: FocusEvent): void {
  const id = cardOf(event.target);
  if (id !== null && useUi.getState().cursor !== id) useUi.setState({ cursor: id });
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented) return;
  const mod = event.ctrlKey || event.metaKey;
  if (mod && event.key.toLowerCase() === "k") {
    event.preventDefault();
    openPalette("commands");
    return;
  }
  const { dialog, palette } = useUi.getState();
  if (dialog !== null || palette !== "closed") return;
  const reach = reachOf(focused(event.target));
  if (reach === "field") {
    // The first Esc leaves the field, the next one is for what is around it.
    if (event.key === "Escape" && !event.isComposing) focused(event.target)?.blur();
    return;
  }
  if (reach === "own") return;
  if (mod && event.key.toLowerCase() === "z") {
    event.preventDefault();
    if (!isWritable()) return;
    void (event.shiftKey ? redoLast() : undoLast());
    return;
  }
  if (mod && event.key.toLowerCase() === "a" && useUi.getState().room === "org" && reach !== "panel") {
    event.preventDefault();
    const { tree, hidden } = useOrg.getState();
    pick(new Set(tree.order.filter((id) => !hidden.has(id))));
    return;
  }
  if (mod || event.altKey) return;
  if (anywhere(event)) return;
  if (useUi.getState().room === "org" && isForCanvas(reach, event.key)) onCanvas(event);
}

function isWritable(): boolean {
  const { connection, signedOut } = useLive.getState();
  return connection === "connected" && !signedOut;
}

function anywhere(event: KeyboardEvent): boolean {
  const room = ROOM_KEYS[event.key];
  if (room) goTo(room);
  else if (event.key === "/") openPalette("roles");
  else if (event.key === "?") openDialog({ kind: "keys" });
  else return false;
  event.preventDefault();
  return true;
}

function onCanvas(event: KeyboardEvent): void {
  const card = cardOf(event.target);
  const { cursor, selected, picked } = useUi.getState();
  const { rows, tree, hidden } = useOrg.getState();
  const id = card ?? cursor ?? selected;
  switch (event.key) {
    case "ArrowUp":
    case "ArrowDown":
    case "ArrowLeft":
    case "ArrowRight": {
      const step = walk(rows, tree, hidden, id, event.key as Arrow);
      if (!step) break;
      if ("fold" in step) {
        if (isWritable()) fold(step.fold, step.collapsed);
        break;
      }
      useUi.setState({ cursor: step.to });
      if (selected !== null) select(step.to);
      focusCard(step.to);
      break;
    }
    case "Enter":
      if (id === null) return;
      select(id);
      break;
    case " ":
      if (id === null) return;
      if (event.shiftKey) togglePick(id);
      else if (membersOf(tree, id).length > 0) {
        if (isWritable()) fold(id);
      } else select(selected === id ? null : id);
      break;
    case "Delete":
    case "Backspace":
      if (id === null || !isWritable()) return;
      // Removing is asked about one role, or one team, at a time.
      if (picked.size > 1) return;
      askRemove(id);
      break;
    case "F2":
      if (id === null || !isWritable()) return;
      select(id, "details");
      useUi.setState({ renaming: id });
      break;
    case "ContextMenu":
    case "F10": {
      if (card === null || (event.key === "F10" && !event.shiftKey)) return;
      const box = (event.target as HTMLElement).getBoundingClientRect();
      openCardMenu(card, {
        x: box.left + Math.min(box.width, 240) / 2,
        y: box.top + Math.min(box.height, 114) / 2,
      });
      break;
    }
    case "z":
    case "Z":
      if (id === null) return;
      showCard(id);
      break;
    case "0":
      fitAll();
      break;
    case "+":
    case "=":
      zoomBy(1.25);
      break;
    case "-":
      zoomBy(0.8);
      break;
    case "Escape":
      if (picked.size > 0) pick(new Set());
      else select(null);
      break;
    default:
      return;
  }
  event.preventDefault();
}
