/** Shift and a drag, from anywhere on the canvas: takes the cards that the drawn rectangle touches. */

import { useStore, useStoreApi } from "@xyflow/react";
import { useEffect, useState } from "react";
import type { Point, Rect } from "../core/geometry";
import { within } from "../core/picks";
import { useOrg } from "../state/org";
import { pick, useUi } from "../state/ui";

/** A hand that is not quite still draws nothing. */
const LEAST_MOVE = 4;
/** What lies over the cards and has a use of its own for a press. */
const OTHERS = "button, .react-flow__panel, .react-flow__resize-control";

export function Marquee() {
  const pane = useStore((state) => state.domNode);
  const store = useStoreApi();
  const [drawn, setDrawn] = useState<Rect | null>(null);
  useEffect(() => {
    if (!pane) return;
    let end = () => {};
    const onDown = (down: PointerEvent) => {
      if (!isForUs(down)) return;
      const corner = pane.getBoundingClientRect();
      const at = (event: MouseEvent) => ({ x: event.clientX - corner.x, y: event.clientY - corner.y });
      const from = at(down);
      const before = useUi.getState().picked;
      let isDrawing = false;
      const onMove = (move: PointerEvent) => {
        const to = at(move);
        if (!isDrawing && Math.hypot(to.x - from.x, to.y - from.y) < LEAST_MOVE) return;
        isDrawing = true;
        const area = between(from, to);
        setDrawn(area);
        const [x, y, zoom] = store.getState().transform;
        const { rows, tree, layout, hidden } = useOrg.getState();
        const found = within(rows, tree, layout, hidden, {
          x: (area.x - x) / zoom,
          y: (area.y - y) / zoom,
          width: area.width / zoom,
          height: area.height / zoom,
        });
        pick(new Set([...before, ...found]));
      };
      const onUp = () => {
        end();
        // The click that ends the drag is none.
        if (!isDrawing) return;
        const swallow = (click: MouseEvent) => click.stopPropagation();
        window.addEventListener("click", swallow, { capture: true, once: true });
        setTimeout(() => window.removeEventListener("click", swallow, { capture: true }), 0);
      };
      end = () => {
        setDrawn(null);
        window.removeEventListener("pointermove", onMove);
        window.removeEventListener("pointerup", onUp);
        window.removeEventListener("pointercancel", end);
      };
      window.addEventListener("pointermove", onMove);
      window.addEventListener("pointerup", onUp);
      window.addEventListener("pointercancel", end);
    };
    // Neither the view nor a card is dragged meanwhile, and no text is marked.
    const onMouseDown = (event: MouseEvent) => {
      if (!isForUs(event)) return;
      event.stopPropagation();
      event.preventDefault();
    };
    pane.addEventListener("pointerdown", onDown, true);
    pane.addEventListener("mousedown", onMouseDown, true);
    return () => {
      end();
      pane.removeEventListener("pointerdown", onDown, true);
      pane.removeEventListener("mousedown", onMouseDown, true);
    };
  }, [pane, store]);
  if (!drawn) return null;
  return (
    <div
      aria-hidden="true"
      data-testid="marquee"
      className="pointer-events-none absolute z-[5] border border-accent bg-accent-soft/40"
      style={{ left: drawn.x, top: drawn.y, width: drawn.width, height: drawn.height }}
    />
  );
}

function isForUs(event: MouseEvent): boolean {
  return event.shiftKey && event.button === 0 && !(event.target as Element).closest(OTHERS);
}

function between(a: Point, b: Point): Rect {
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x),
    height: Math.abs(a.y - b.y),
  };
}
