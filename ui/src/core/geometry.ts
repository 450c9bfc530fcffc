/**
 * Sizes and slots of the canvas. The platform lays out an imported org with the same numbers (contract 06 section 6.1,
 * 03 section 2.10), so a change here needs the same change there.
 */

export const CARD: Readonly<Size> = { width: 240, height: 130 };
export const GAP = 14;
/** Room at the top of a frame for the lead's own card. */
export const HEADER = 130;
/** Room at the sides and below the members of a frame. */
export const SIDE = 16;
export const COLUMNS = 2;
/** Distance between roots that have no place yet. */
export const ROOT_GAP = 80;

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export type Rect = Point & Size;

/** Place of the i-th member in a frame, relative to it, when members differ in size. */
export function slot(index: number, sizes: readonly Size[]): Point {
  const widest = sizes.reduce((most, size) => Math.max(most, size.width), CARD.width);
  const column = index % COLUMNS;
  const row = Math.floor(index / COLUMNS);
  let y = HEADER;
  for (let above = 0; above < row; above += 1) y += rowHeight(sizes, above) + GAP;
  return { x: SIDE + column * (widest + GAP), y };
}

function rowHeight(sizes: readonly Size[], row: number): number {
  const inRow = sizes.slice(row * COLUMNS, row * COLUMNS + COLUMNS);
  return inRow.reduce((most, size) => Math.max(most, size.height), inRow.length === 0 ? CARD.height : 0);
}

/** Size of a frame whose members stand in their slots. */
export function frameOf(sizes: readonly Size[]): Size {
  if (sizes.length === 0) return CARD;
  const columns = Math.min(COLUMNS, sizes.length);
  const widest = sizes.reduce((most, size) => Math.max(most, size.width), 0);
  const rows = Math.ceil(sizes.length / COLUMNS);
  let height = HEADER + SIDE + GAP * (rows - 1);
  for (let row = 0; row < rows; row += 1) height += rowHeight(sizes, row);
  return { width: 2 * SIDE + widest * columns + GAP * (columns - 1), height };
}

/** Smallest frame around members at the given places, relative to the frame. It never cuts the lead's own card. */
export function frameAround(members: readonly Rect[]): Size {
  let width = CARD.width + 2 * SIDE;
  let height = HEADER + SIDE;
  for (const member of members) {
    width = Math.max(width, member.x + member.width + SIDE);
    height = Math.max(height, member.y + member.height + SIDE);
  }
  return { width, height };
}

export function overlaps(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

export function contains(rect: Rect, point: Point): boolean {
  return (
    point.x >= rect.x &&
    point.x <= rect.x + rect.width &&
    point.y >= rect.y &&
    point.y <= rect.y + rect.height
  );
}

export function centre(rect: Rect): Point {
  return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
}

/** Larger share of width or height of `inner` that lies outside `outer`, 0 to 1. */
export function shareOutside(inner: Rect, outer: Rect): number {
  const across = Math.max(
    0,
    Math.min(inner.x + inner.width, outer.x + outer.width) - Math.max(inner.x, outer.x),
  );
  const down = Math.max(
    0,
    Math.min(inner.y + inner.height, outer.y + outer.height) - Math.max(inner.y, outer.y),
  );
  return Math.max(1 - across / inner.width, 1 - down / inner.height);
}

/** A member leaves its team when more than this share of it was dragged outside. */
export const LEAVE_SHARE = 0.2;

/**
 * Where a member of `size` may stand in a frame: at `wanted` if nothing is there, else in the first free slot.
 * `taken` are the other members, relative to the frame.
 */
export function freePlace(size: Size, taken: readonly Rect[], wanted?: Point): Point {
  const fits = (at: Point) =>
    at.x >= SIDE &&
    at.y >= HEADER &&
    taken.every((other) => !overlaps({ ...at, ...size }, grow(other, GAP / 2)));
  if (wanted && fits(wanted)) return wanted;
  const widest = taken.reduce((most, other) => Math.max(most, other.width), size.width);
  // A frame that is wide already has a place for it beside the others.
  const right = taken.reduce((most, other) => Math.max(most, other.x + other.width), 0);
  const columns = Math.max(COLUMNS, Math.floor((right - SIDE + GAP) / (widest + GAP)));
  const step = Math.max(CARD.height, Math.min(size.height, 400));
  for (let row = 0; row <= taken.length * 4 + 1; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      const at = { x: SIDE + column * (widest + GAP), y: HEADER + row * (step + GAP) };
      if (fits(at)) return at;
    }
  }
  const below = taken.reduce((most, other) => Math.max(most, other.y + other.height + GAP), HEADER);
  return { x: SIDE, y: below };
}

function grow(rect: Rect, by: number): Rect {
  return { x: rect.x - by, y: rect.y - by, width: rect.width + 2 * by, height: rect.height + 2 * by };
}

/** Smallest rectangle around all of `rects`; none of none. */
export function bounds(rects: Iterable<Rect>): Rect | null {
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (const rect of rects) {
    left = Math.min(left, rect.x);
    top = Math.min(top, rect.y);
    right = Math.max(right, rect.x + rect.width);
    bottom = Math.max(bottom, rect.y + rect.height);
  }
  return right === -Infinity ? null : { x: left, y: top, width: right - left, height: bottom - top };
}

/**
 * Where a card goes that would lie on others: out to the right or down, whichever is nearer, until nothing is under it.
 * What was there first stays.
 */
export function pushedOff(rect: Rect, taken: readonly Rect[], gap: number): Point {
  let { x, y } = rect;
  for (let tries = 0; tries <= taken.length * 2; tries += 1) {
    const under = taken.find((other) => overlaps({ ...rect, x, y }, other));
    if (!under) break;
    const right = under.x + under.width + gap - x;
    const down = under.y + under.height + gap - y;
    if (right < down) x += right;
    else y += down;
  }
  return { x, y };
}
