/** The view of the canvas for those outside it: palette, breadcrumb, keys. Set by the canvas while it is there. */

import type { ReactFlowInstance } from "@xyflow/react";
import type { Viewport } from "../api/types";
import type { FlowNode } from "../core/flow";
import { bounds, type Rect, type Size, shareOutside } from "../core/geometry";
import { tidyUp } from "../state/commands";
import { useOrg } from "../state/org";
import { expectZoom } from "./distance";

let flow: ReactFlowInstance<FlowNode> | null = null;

export function setFlow(instance: ReactFlowInstance<FlowNode> | null): void {
  flow = instance;
}

const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/** Movements of the view take this long, or no time at all for those who asked for none. */
function duration(): number {
  return calm.matches ? 0 : 180;
}

export function zoomBy(factor: number): void {
  if (!flow) return;
  void (factor > 1 ? flow.zoomIn({ duration: duration() }) : flow.zoomOut({ duration: duration() }));
}

/** Room kept free at the edges: the view's own buttons lie at the bottom. */
const EDGE = { side: 20, top: 20, bottom: 60 };

/** Brings everything into view. */
export function fitAll(animate = true): void {
  lookAt(everything(), animate, 1);
}

/** Brings a part of the canvas into view. */
export function showRect(rect: Rect): void {
  lookAt(rect, true, 1);
}

/** Whether all of it is on the screen. */
export function isInView(rect: Rect): boolean {
  const pane = document.querySelector<HTMLElement>(".react-flow");
  if (!flow || !pane) return false;
  return isWithin(rect, flow.getViewport(), { width: pane.clientWidth, height: pane.clientHeight }, 1);
}

/** Whether at least this share of it lies inside the pane. */
function isWithin(rect: Rect, view: Viewport, size: Size, share: number): boolean {
  const seen = {
    x: rect.x * view.zoom + view.x,
    y: rect.y * view.zoom + view.y,
    width: rect.width * view.zoom,
    height: rect.height * view.zoom,
  };
  return 1 - shareOutside(seen, { x: -1, y: -1, width: size.width + 2, height: size.height + 2 }) >= share;
}

/** Brings a card, or a whole team, into view. */
export function showCard(id: string): void {
  lookAt(useOrg.getState().layout.places.get(id)?.rect ?? null, true, 1.25);
}

let settling: ReturnType<typeof setTimeout> | undefined;

/** For a moment cards glide to where they are placed. */
export function settle(): void {
  const pane = document.querySelector<HTMLElement>(".react-flow");
  if (!pane) return;
  pane.dataset.settling = "true";
  clearTimeout(settling);
  settling = setTimeout(() => delete pane.dataset.settling, 400);
}

/** Packs every team for the window as it is, and shows all of it; nothing jumps. */
export function tidyAll(id: string | null = null): void {
  const pane = document.querySelector<HTMLElement>(".react-flow");
  if (!pane) return;
  const height = Math.max(1, pane.clientHeight - EDGE.top - EDGE.bottom);
  const aspect = (pane.clientWidth - 2 * EDGE.side) / height;
  settle();
  tidyUp(Math.min(4, Math.max(0.4, aspect)), id);
  // The cards are laid out with the next frame.
  requestAnimationFrame(() => (id === null ? fitAll() : showCard(id)));
}

/** The view in which all of `rect` lies in a pane of `size`, no nearer than `most`. */
function viewOf(rect: Rect, size: Size, most: number): Viewport {
  const width = size.width - 2 * EDGE.side;
  const height = size.height - EDGE.top - EDGE.bottom;
  const zoom = Math.max(0.05, Math.min(width / rect.width, height / rect.height, most));
  return {
    x: EDGE.side + (width - rect.width * zoom) / 2 - rect.x * zoom,
    y: EDGE.top + (height - rect.height * zoom) / 2 - rect.y * zoom,
    zoom,
  };
}

/** Where the canvas is looked at from when it is drawn first in a pane of `size`: as stored, else all of it. */
export function openingView(stored: Viewport | null, size: Size): Viewport {
  const all = everything();
  // A view from which nothing can be seen is of no use: what was looked at is gone, or lies elsewhere now.
  const { layout, tree } = useOrg.getState();
  const isOfUse =
    stored !== null &&
    tree.roots.some((id) => {
      const rect = layout.places.get(id)?.rect;
      return rect !== undefined && isWithin(rect, stored, size, Number.EPSILON);
    });
  const view = (isOfUse ? stored : null) ?? (all ? viewOf(all, size, 1) : { x: 0, y: 0, zoom: 1 });
  expectZoom(view.zoom);
  return view;
}

/** Whether a view shows all there is, in a pane of this size. */
export function seesAll(view: Viewport, size: Size): boolean {
  const all = everything();
  return all !== null && isWithin(all, view, size, 0.999);
}

/** The view of everything at this zoom, in the middle of the pane; none when it has no room there. */
export function wholeAt(zoom: number, size: Size): Viewport | null {
  const all = everything();
  if (!all) return null;
  const view = viewOf(all, size, zoom);
  return view.zoom < zoom ? null : view;
}

/** Brings a view about at once. */
export function moveTo(view: Viewport): void {
  expectZoom(view.zoom);
  void flow?.setViewport(view);
}

function everything(): Rect | null {
  const { layout, tree } = useOrg.getState();
  return bounds(tree.roots.flatMap((id) => layout.places.get(id)?.rect ?? []));
}

function lookAt(rect: Rect | null, animate: boolean, most: number): void {
  const pane = document.querySelector<HTMLElement>(".react-flow");
  if (!flow || !rect || !pane) return;
  const view = viewOf(rect, { width: pane.clientWidth, height: pane.clientHeight }, most);
  if (!animate) expectZoom(view.zoom);
  void flow.setViewport(view, { duration: animate ? duration() : 0 });
}

/** Smallest part of the present zoom that is given up to see a whole team. */
const LEAST_SHARE = 0.55;

/** Moves the view no further than it takes to see a whole card; of a team, all of its frame if that stays readable. */
export function ensureWhole(id: string): void {
  const rect = useOrg.getState().layout.places.get(id)?.rect;
  const pane = document.querySelector<HTMLElement>(".react-flow");
  if (!flow || !rect || !pane) return;
  const { x, y, zoom } = flow.getViewport();
  const fit = Math.min(
    (pane.clientWidth - 2 * EDGE.side) / rect.width,
    (pane.clientHeight - EDGE.top - EDGE.bottom) / rect.height,
  );
  if (zoom < 0.25 || fit < zoom * LEAST_SHARE) {
    ensureVisible(id);
    return;
  }
  if (fit < zoom) {
    showCard(id);
    return;
  }
  const dx = shift(rect.x * zoom + x, rect.width * zoom, pane.clientWidth);
  const dy = shift(rect.y * zoom + y, rect.height * zoom, pane.clientHeight);
  if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: duration() });
}

/** Moves the view no further than it takes to see the head of a card. */
export function ensureVisible(id: string): void {
  const rect = useOrg.getState().layout.places.get(id)?.rect;
  const pane = document.querySelector<HTMLElement>(".react-flow");
  if (!flow || !rect || !pane) return;
  const { x, y, zoom } = flow.getViewport();
  // A card that cannot be read from where one stands is looked at from nearer.
  if (zoom < 0.25) {
    void flow.setCenter(rect.x + Math.min(rect.width, 320) / 2, rect.y + 65, {
      zoom: 0.8,
      duration: duration(),
    });
    return;
  }
  const dx = shift(rect.x * zoom + x, Math.min(rect.width, 320) * zoom, pane.clientWidth);
  const dy = shift(rect.y * zoom + y, Math.min(rect.height, 130) * zoom, pane.clientHeight);
  if (dx !== 0 || dy !== 0) void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: duration() });
}

/** How far a stretch has to move to lie inside another of the given length. */
function shift(from: number, length: number, room: number): number {
  const margin = 16;
  if (from < margin) return margin - from;
  const over = from + length + margin - room;
  return over > 0 ? -Math.min(over, from - margin) : 0;
}

export function focusCard(id: string): void {
  ensureVisible(id);
  // A card outside the window is drawn only after the view has moved there.
  let tries = 0;
  const attempt = () => {
    const card = document.querySelector<HTMLElement>(
      `[data-workspace-id="${CSS.escape(id)}"] > .card-button`,
    );
    if (card) card.focus({ preventScroll: true });
    else if (tries++ < 30) requestAnimationFrame(attempt);
  };
  attempt();
}
