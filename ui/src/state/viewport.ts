/** The stored view, asked for together with the org so that the first picture does not wait for it. */

import { readViewport } from "../api/calls";
import type { Viewport } from "../api/types";

let asked: Promise<Viewport | null> | null = null;
let known: Viewport | null | undefined;

/** The view that was stored; nothing when none was, or when it cannot be read. */
export function firstView(): Promise<Viewport | null> {
  asked ??= readViewport()
    .then(
      (view) => (isUnset(view) ? null : view),
      () => null,
    )
    .then((view) => {
      known = view;
      return view;
    });
  return asked;
}

/** The same, if it is there already. */
export function firstViewNow(): Viewport | null | undefined {
  return known;
}

function isUnset({ x, y, zoom }: Viewport): boolean {
  return zoom === 0 || (x === 0 && y === 0 && zoom === 1);
}
