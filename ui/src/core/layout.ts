/** From absolute places to frames: where every card stands relative to its frame, and how large frames are. */

import {
  CARD,
  frameAround,
  frameOf,
  freePlace,
  GAP,
  overlaps,
  type Point,
  pushedOff,
  type Rect,
  ROOT_GAP,
  type Size,
  slot,
} from "./geometry";
import { packedImports } from "./imported";
import { pack } from "./pack";
import { NO_SQUEEZE, type Squeeze, squeezeOf } from "./squeeze";
import { descendants, membersOf, type Rows, type Tree } from "./tree";
import type { Step } from "./undo";

/** How far right or below of its frame a stored place may lie and still be believed. */
const REACH = 1200;

export interface Placed {
  /** Relative to the frame of the lead; absolute for roots. */
  at: Point;
  size: Size;
  /** Absolute. */
  rect: Rect;
}

export interface Layout {
  readonly places: ReadonlyMap<string, Placed>;
  /** Where each would stand on the whole canvas if nothing was folded: what is stored. */
  readonly stored: ReadonlyMap<string, Point>;
  /** How each frame, and by null the canvas, is drawn closer because teams in it are folded. */
  readonly squeezes: ReadonlyMap<string | null, Squeeze>;
  /** Ids whose stored place was of no use; the canvas writes the new one back once. */
  readonly moved: readonly string[];
}

export const NO_LAYOUT: Layout = { places: new Map(), stored: new Map(), squeezes: new Map(), moved: [] };

/** The place to store for something drawn at `at` in a frame, or on the canvas. */
export function toStored(layout: Layout, lead: string | null, at: Point): Point {
  const far = (layout.squeezes.get(lead) ?? NO_SQUEEZE).far({ x: at.x, y: at.y });
  const origin = lead === null ? { x: 0, y: 0 } : (layout.stored.get(lead) ?? { x: 0, y: 0 });
  return { x: Math.round(origin.x + far.x), y: Math.round(origin.y + far.y) };
}

/**
 * Lays out the whole org. Stored places are kept; a card without a place, or one that lies wholly outside its frame,
 * gets the next free slot, and one that would lie on another makes way. Frames are as large as a person made them, and
 * never smaller than what is inside.
 */
export function layoutOf(stored: Rows, tree: Tree): Layout {
  const packed = packedImports(stored, tree);
  const layout = laidOut(withPlaces(stored, packed), tree);
  return packed.size === 0 ? layout : { ...layout, moved: [...new Set([...packed.keys(), ...layout.moved])] };
}

function withPlaces(rows: Rows, places: ReadonlyMap<string, Point>): Rows {
  if (places.size === 0) return rows;
  const result = new Map(rows);
  for (const [id, at] of places) {
    const row = result.get(id);
    if (row) result.set(id, { ...row, ...at });
  }
  return result;
}

function laidOut(rows: Rows, tree: Tree): Layout {
  const relative = new Map<string, Point>();
  const sizes = new Map<string, Size>();
  /** Sizes as if nothing was folded. */
  const whole = new Map<string, Size>();
  const squeezes = new Map<string | null, Squeeze>();
  const moved: string[] = [];

  for (const id of tree.order.toReversed()) {
    const row = rows.get(id);
    if (!row) continue;
    const members = membersOf(tree, id);
    // A folded team keeps its room: what lies beyond it has not gone astray.
    const least = frameOf(members.map((member) => whole.get(member) ?? CARD));
    const frame = {
      width: Math.max(least.width, row.width ?? 0),
      height: Math.max(least.height, row.height ?? 0),
    };
    const inside: Rect[] = [];
    const order: string[] = [];
    const homeless: string[] = [];
    for (const member of members) {
      const memberRow = rows.get(member);
      const size = sizes.get(member) ?? CARD;
      if (!memberRow) continue;
      const at = { x: memberRow.x - row.x, y: memberRow.y - row.y };
      if (memberRow.placed && row.placed && isInReach(at, size, frame)) {
        const free = pushedOff({ ...at, ...size }, inside, GAP);
        relative.set(member, free);
        inside.push({ ...free, ...size });
        order.push(member);
        if (free.x !== at.x || free.y !== at.y) moved.push(member);
      } else homeless.push(member);
    }
    for (const member of homeless) {
      const size = sizes.get(member) ?? CARD;
      const at = freePlace(size, inside);
      relative.set(member, at);
      inside.push({ ...at, ...size });
      order.push(member);
      moved.push(member);
    }
    const made = (around: Size): Size => ({
      width: Math.max(around.width, row.width ?? 0),
      height: Math.max(around.height, row.height ?? 0),
    });
    const wholes = order.map((member) => whole.get(member) ?? CARD);
    const squeeze = squeezeOf(inside, wholes);
    squeezes.set(id, squeeze);
    whole.set(
      id,
      members.length === 0 ? CARD : made(frameAround(inside.map((rect, at) => ({ ...rect, ...wholes[at] })))),
    );
    if (members.length === 0 || row.collapsed) sizes.set(id, CARD);
    else sizes.set(id, made(frameAround(inside.map((rect) => ({ ...rect, ...squeeze.near(rect) })))));
  }

  const placed: Rect[] = [];
  const waiting: string[] = [];
  for (const id of byAge(rows, tree.roots)) {
    const row = rows.get(id);
    if (!row?.placed) {
      waiting.push(id);
      continue;
    }
    const size = sizes.get(id) ?? CARD;
    const at = pushedOff({ x: row.x, y: row.y, ...size }, placed, ROOT_GAP);
    relative.set(id, at);
    placed.push({ ...at, ...size });
    if (at.x !== row.x || at.y !== row.y) moved.push(id);
  }
  let right = placed.reduce((most, rect) => Math.max(most, rect.x + rect.width + ROOT_GAP), 0);
  const top = placed.reduce((least, rect) => Math.min(least, rect.y), placed.length === 0 ? 0 : Infinity);
  for (const id of waiting) {
    const size = sizes.get(id) ?? CARD;
    relative.set(id, { x: right, y: top });
    right += size.width + ROOT_GAP;
    moved.push(id);
  }
  const roots = tree.roots.map((id) => ({
    ...(relative.get(id) ?? { x: 0, y: 0 }),
    ...(sizes.get(id) ?? CARD),
  }));
  squeezes.set(
    null,
    squeezeOf(
      roots,
      tree.roots.map((id) => whole.get(id) ?? CARD),
    ),
  );

  const places = new Map<string, Placed>();
  const stored = new Map<string, Point>();
  for (const id of tree.order) {
    const own = relative.get(id) ?? { x: 0, y: 0 };
    const size = sizes.get(id) ?? CARD;
    const up = tree.parent.get(id) ?? null;
    const above = up === null ? null : places.get(up)?.rect;
    const base = up === null ? null : stored.get(up);
    const at = (squeezes.get(up) ?? NO_SQUEEZE).near(own);
    stored.set(id, { x: own.x + (base?.x ?? 0), y: own.y + (base?.y ?? 0) });
    places.set(id, { at, size, rect: { x: at.x + (above?.x ?? 0), y: at.y + (above?.y ?? 0), ...size } });
  }
  return { places, stored, squeezes, moved };
}

/** An org that comes later makes room for those that are there. */
function byAge(rows: Rows, ids: readonly string[]): string[] {
  return [...ids].sort((a, b) =>
    (rows.get(a)?.created_at ?? "").localeCompare(rows.get(b)?.created_at ?? ""),
  );
}

/**
 * Whether a stored place still belongs to the frame. Above or left of it is never right; to the right and below there
 * is reach, because a frame gets smaller when other members leave.
 */
function isInReach(at: Point, size: Size, frame: Size): boolean {
  // The frame is measured in two columns; drawn, it may as well be wide as high.
  const side = Math.max(frame.width, frame.height) + REACH;
  const reach = { x: 0, y: 0, width: side, height: side };
  return overlaps({ ...at, ...size }, reach);
}

/** Absolute places of all members of a lead in their slots by name, teams inside their frames moved with them. */
export function arrange(rows: Rows, tree: Tree, layout: Layout, lead: string): Map<string, Point> {
  const origin = layout.stored.get(lead);
  const result = new Map<string, Point>();
  if (!origin) return result;
  const names = [...membersOf(tree, lead)].sort((a, b) =>
    (rows.get(a)?.name ?? "").localeCompare(rows.get(b)?.name ?? ""),
  );
  const sizes = names.map((id) => layout.places.get(id)?.size ?? CARD);
  for (const [index, id] of names.entries()) {
    const at = slot(index, sizes);
    result.set(id, { x: origin.x + at.x, y: origin.y + at.y });
  }
  return result;
}

/**
 * Places to store with which all teams, or one with all in it, stand packed in the proportions of the view. What is
 * tidied keeps its corner; a frame that a person made larger is as large as it has to be again.
 */
export function tidied(rows: Rows, tree: Tree, layout: Layout, root: string | null, aspect: number): Step[] {
  const roots = root === null ? [...tree.roots] : [root];
  const drawn = roots.flatMap((id) => layout.stored.get(id) ?? []);
  const corner = {
    x: Math.min(...drawn.map((at) => at.x)),
    y: Math.min(...drawn.map((at) => at.y)),
  };
  const places = pack(roots, (id) => membersOf(tree, id), aspect);
  const absolute = new Map<string, Point>();
  const steps: Step[] = [];
  const told = new Set<string>();
  for (const id of root === null ? tree.order : [root, ...descendants(tree, root)]) {
    const row = rows.get(id);
    const at = places.get(id);
    if (!row || !at) continue;
    const above = id === root ? undefined : absolute.get(tree.parent.get(id) ?? "");
    const place = { x: at.x + (above ?? corner).x, y: at.y + (above ?? corner).y };
    absolute.set(id, place);
    // A lead that moves takes along what is in it: what comes to stand where it stood has to say so.
    const isTaken = told.has(tree.parent.get(id) ?? "");
    const isMoved = isTaken || row.x !== place.x || row.y !== place.y || !row.placed;
    const isResized = row.width !== null || row.height !== null;
    if (!isMoved && !isResized) continue;
    told.add(id);
    steps.push({ id, patch: { ...place, ...(isResized ? { width: null, height: null } : {}) } });
  }
  return steps;
}

/** The frame dragged cards would drop into: the innermost that holds the centre, never one of them or inside one. */
export function dropTarget(
  tree: Tree,
  layout: Layout,
  hidden: ReadonlySet<string>,
  dragged: readonly string[],
  rect: Rect,
): string | null {
  const own = new Set(dragged.flatMap((id) => [id, ...descendants(tree, id)]));
  const x = rect.x + rect.width / 2;
  const y = rect.y + rect.height / 2;
  let best: string | null = null;
  let bestDepth = -1;
  let bestArea = Infinity;
  for (const [id, place] of layout.places) {
    if (own.has(id) || hidden.has(id)) continue;
    const { rect: other } = place;
    if (x < other.x || x > other.x + other.width || y < other.y || y > other.y + other.height) continue;
    const depth = tree.depth.get(id) ?? 0;
    const area = other.width * other.height;
    if (depth > bestDepth || (depth === bestDepth && area < bestArea)) {
      best = id;
      bestDepth = depth;
      bestArea = area;
    }
  }
  return best;
}
