/**
 * How a large org is laid out so that all of it can be read at once: each team is tried in a few proportions, and those
 * are taken with which the whole comes closest to the shape of a window.
 */

import { CARD, GAP, HEADER, type Point, ROOT_GAP, SIDE, type Size } from "./geometry";

/** Width by height of what a window leaves for the picture. */
export const VIEW = 2;
/** Proportions in which a team is tried. */
const SHAPES = [0.7, 1, 1.4, 2, 2.8] as const;
/** How much closer another order than the one given has to come before it is taken. */
const WORTH = 0.94;
/** Teams with more teams in them than this are not tried one by one. */
const MOST_TRIED = 16;

/** One way to lay out a role with all below it. */
interface Shape {
  size: Size;
  /** Where its members stand in it. */
  at: readonly Point[];
  /** Which shape each member has there. */
  inner: readonly number[];
}

/** Room around the members. */
interface Around {
  left: number;
  top: number;
  bottom: number;
  gap: number;
}

const FRAME: Around = { left: SIDE, top: HEADER, bottom: SIDE, gap: GAP };
const CANVAS: Around = { left: 0, top: 0, bottom: 0, gap: ROOT_GAP };
const ALONE: Shape = { size: CARD, at: [], inner: [] };

/**
 * Places of roots and of all below them, relative to the lead; those of roots to the corner of them all. `membersOf`
 * gives the members that are laid out in a frame: none for a role that is drawn as one card.
 */
export function pack(
  roots: readonly string[],
  membersOf: (id: string) => readonly string[],
  aspect = VIEW,
): Map<string, Point> {
  const shapes = new Map<string, readonly Shape[]>();
  const shapesOf = (id: string): readonly Shape[] => {
    let known = shapes.get(id);
    if (known) return known;
    const members = membersOf(id);
    if (members.length === 0) known = [ALONE];
    else {
      const below = members.map(shapesOf);
      known = SHAPES.map((shape) => best(below, shape, FRAME));
    }
    shapes.set(id, known);
    return known;
  };
  const places = new Map<string, Point>();
  const settle = (ids: readonly string[], shape: Shape) => {
    for (const [index, id] of ids.entries()) {
      places.set(id, shape.at[index] ?? { x: 0, y: 0 });
      const own = shapesOf(id)[shape.inner[index] ?? 0];
      if (own) settle(membersOf(id), own);
    }
  };
  settle(roots, best(roots.map(shapesOf), aspect, CANVAS));
  return places;
}

/** How large it is: the smaller, the nearer one can look at all of it. */
function cost(size: Size, aspect: number): number {
  return Math.max(size.width / aspect, size.height);
}

function isBetter(one: Size, other: Size, aspect: number): boolean {
  const by = cost(one, aspect) - cost(other, aspect);
  if (Math.abs(by) > 0.5) return by < 0;
  return one.width * one.height < other.width * other.height - 0.5;
}

/** The best layout of these members for a proportion: all in the same shape first, then each in another if that helps. */
function best(members: readonly (readonly Shape[])[], aspect: number, around: Around): Shape {
  const lay = (inner: readonly number[]): Shape => {
    const sizes = members.map((shapes, index) => shapes[inner[index] ?? 0]?.size ?? CARD);
    return { ...laid(sizes, aspect, around), inner };
  };
  const teams = members.flatMap((shapes, index) => (shapes.length > 1 ? [index] : []));
  let found = lay(members.map(() => 0));
  if (teams.length === 0) return found;
  const take = (other: Shape) => {
    if (isBetter(other.size, found.size, aspect)) found = other;
  };
  for (let shape = 1; shape < SHAPES.length; shape += 1)
    take(lay(members.map((shapes) => Math.min(shape, shapes.length - 1))));
  if (teams.length > MOST_TRIED) return found;
  for (const team of teams) {
    for (let shape = 0; shape < SHAPES.length; shape += 1) {
      if (found.inner[team] !== shape) take(lay(found.inner.with(team, shape)));
    }
  }
  return found;
}

interface Laid {
  at: Point[];
  size: Size;
}

/** Members in the order given, unless the largest first comes clearly closer to the proportion. */
function laid(sizes: readonly Size[], aspect: number, around: Around): Laid {
  const given = sizes.map((_, index) => index);
  const largest = given.toSorted((a, b) => (sizes[b]?.height ?? 0) - (sizes[a]?.height ?? 0));
  const first = inOrder(sizes, given, aspect, around);
  if (largest.every((index, at) => index === at)) return first;
  const second = inOrder(sizes, largest, aspect, around);
  return cost(second.size, aspect) < cost(first.size, aspect) * WORTH ? second : first;
}

/** The width, of all that make a difference, with which the members come closest to the proportion. */
function inOrder(sizes: readonly Size[], order: readonly number[], aspect: number, around: Around): Laid {
  const widest = sizes.reduce((most, size) => Math.max(most, size.width), CARD.width);
  const all = sizes.reduce((sum, size) => sum + size.width + around.gap, 0);
  const step = (CARD.width + around.gap) / 2;
  let found = lowest(sizes, order, widest, around);
  for (
    let width = widest + step;
    width <= Math.max(all, widest) && width / aspect <= cost(found.size, aspect);
    width += step
  ) {
    const next = lowest(sizes, order, width, around);
    if (isBetter(next.size, found.size, aspect)) found = next;
  }
  return found;
}

/** Puts each member as high as it goes, then as far left, in a room of this width. */
function lowest(sizes: readonly Size[], order: readonly number[], width: number, around: Around): Laid {
  // The line below which nothing stands yet: where its pieces begin, and how far down they are.
  let line: Point[] = [{ x: 0, y: 0 }];
  const end = width + around.gap;
  const at: Point[] = sizes.map(() => ({ x: 0, y: 0 }));
  let right = 0;
  let bottom = 0;
  for (const index of order) {
    const size = sizes[index] ?? CARD;
    const w = size.width + around.gap;
    const h = size.height + around.gap;
    let spot: Point = { x: 0, y: Infinity };
    for (const { x } of line) {
      if (x > 0 && x + w > end + 0.001) break;
      let y = 0;
      for (const [piece, from] of line.entries()) {
        const to = line[piece + 1]?.x ?? Infinity;
        if (from.x < x + w - 0.001 && to > x + 0.001) y = Math.max(y, from.y);
      }
      if (y < spot.y - 0.001) spot = { x, y };
    }
    const beyond = line.findLast((from) => from.x <= spot.x + w + 0.001)?.y ?? 0;
    line = line.filter((from) => from.x < spot.x - 0.001 || from.x > spot.x + w + 0.001);
    line.push({ x: spot.x, y: spot.y + h }, { x: spot.x + w, y: beyond });
    line.sort((a, b) => a.x - b.x);
    at[index] = { x: around.left + spot.x, y: around.top + spot.y };
    right = Math.max(right, spot.x + size.width);
    bottom = Math.max(bottom, spot.y + size.height);
  }
  return {
    at,
    size: { width: right + 2 * around.left, height: around.top + bottom + around.bottom },
  };
}
