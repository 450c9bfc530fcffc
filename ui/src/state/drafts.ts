/** Texts that a person changed and has not saved. They outlive tabs and panels, so that nothing is lost by looking elsewhere. */

import { create } from "zustand";

export interface Draft {
  text: string;
  /** The file it was made from; null when there was none. */
  hash: string | null;
  /** What the file held then. */
  base: string;
}

interface DraftState {
  drafts: ReadonlyMap<string, Draft>;
}

export const useDrafts = create<DraftState>(() => ({ drafts: new Map() }));

export function draftKey(id: string, path: string): string {
  return `${id} ${path}`;
}

/** Keeps a text; one that is as it was read is no draft. */
export function keepDraft(id: string, path: string, draft: Draft): void {
  if (draft.hash !== null && draft.text === draft.base) {
    dropDraft(id, path);
    return;
  }
  useDrafts.setState((state) => ({ drafts: new Map(state.drafts).set(draftKey(id, path), draft) }));
}

export function dropDraft(id: string, path: string): void {
  useDrafts.setState((state) => {
    const drafts = new Map(state.drafts);
    return drafts.delete(draftKey(id, path)) ? { drafts } : state;
  });
}

// What would be lost with the page is asked about by the browser itself.
window.addEventListener("beforeunload", (event) => {
  if (useDrafts.getState().drafts.size > 0) event.preventDefault();
});
