/** Where a dragged card would land. Its own small store, so that a drag draws only the two frames it concerns. */

import { create } from "zustand";

interface DropState {
  target: string | null;
}

export const useDrop = create<DropState>(() => ({ target: null }));

export function setTarget(target: string | null): void {
  if (useDrop.getState().target !== target) useDrop.setState({ target });
}
