/** Keeps what one looks at in view when the room for it changes: the window, or the panel beside the canvas. */

import { useStore, useStoreApi } from "@xyflow/react";
import { useLayoutEffect, useRef } from "react";
import type { Viewport } from "../api/types";
import type { Size } from "../core/geometry";
import { useUi } from "../state/ui";
import { fitAll, moveTo, seesAll, wholeAt } from "./view";

/** What was seen before the panel opened; none once the person has moved the view. */
let aside: Viewport | null = null;

/** Whoever went elsewhere while the panel was open stays there. */
export function movedByHand(): void {
  aside = null;
}

export function KeepView() {
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const store = useStoreApi();
  const before = useRef<Size & { hasPanel: boolean }>({ width: 0, height: 0, hasPanel: false });

  useLayoutEffect(() => {
    const last = before.current;
    const hasPanel = useUi.getState().selected !== null;
    before.current = { width, height, hasPanel };
    if (last.width === 0 || last.height === 0 || width === 0 || height === 0) return;
    if (last.width === width && last.height === height) return;
    const [x, y, zoom] = store.getState().transform;
    if (last.hasPanel !== hasPanel) {
      if (hasPanel) {
        // The card it is about is brought into view by the panel itself.
        aside = { x, y, zoom };
        const whole = seesAll(aside, last) ? wholeAt(zoom, { width, height }) : null;
        if (whole) moveTo(whole);
        return;
      }
      if (aside) moveTo(aside);
      aside = null;
      return;
    }
    if (seesAll({ x, y, zoom }, last)) fitAll(false);
    else moveTo({ x: x + (width - last.width) / 2, y: y + (height - last.height) / 2, zoom });
  }, [width, height, store]);
  return null;
}
