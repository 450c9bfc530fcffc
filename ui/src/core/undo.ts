/** Undo and redo for changes of the canvas. Each change carries the requests that make it and those that take it back. */

import type { PatchWorkspace } from "../api/types";

export interface Step {
  id: string;
  patch: PatchWorkspace;
}

export interface Change {
  /** For people: "Move Lead". */
  label: string;
  forward: readonly Step[];
  backward: readonly Step[];
  /** It was the removal of this role: undo brings it back, and redo does not take it away again unasked. */
  removed?: string;
}

export interface History {
  readonly done: readonly Change[];
  readonly undone: readonly Change[];
}

export const NO_HISTORY: History = { done: [], undone: [] };
const DEPTH = 100;

export function record(history: History, change: Change): History {
  return { done: [...history.done, change].slice(-DEPTH), undone: [] };
}

/** Notes that a role was removed, with all below it. */
export function recordRemoval(history: History, label: string, id: string): History {
  return record(history, { label, forward: [], backward: [], removed: id });
}

/** Adds to the last change what followed from it, so that both are taken back together. */
export function extend(history: History, forward: Step, backward: Step): History {
  const last = history.done.at(-1);
  if (!last || last.removed !== undefined) return history;
  const grown = { ...last, forward: [...last.forward, forward], backward: [...last.backward, backward] };
  return { ...history, done: [...history.done.slice(0, -1), grown] };
}

/** The change to take back, and the history after it; none when there is nothing. */
export function undo(history: History): { change: Change; history: History } | null {
  const change = history.done.at(-1);
  if (!change) return null;
  const undone = change.removed !== undefined ? history.undone : [...history.undone, change];
  return { change, history: { done: history.done.slice(0, -1), undone } };
}

export function redo(history: History): { change: Change; history: History } | null {
  const change = history.undone.at(-1);
  if (!change) return null;
  return { change, history: { done: [...history.done, change], undone: history.undone.slice(0, -1) } };
}

/** Changes of workspaces that are gone cannot be taken back; they are dropped so that undo never fails on them. */
export function forget(history: History, ids: ReadonlySet<string>): History {
  const alive = (change: Change) =>
    ![...change.forward, ...change.backward].some(
      (step) =>
        ids.has(step.id) || (typeof step.patch.parent_id === "string" && ids.has(step.patch.parent_id)),
    );
  return { done: history.done.filter(alive), undone: history.undone.filter(alive) };
}
