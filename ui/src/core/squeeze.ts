/**
 * Folded teams leave room where they were; without it the rest would stand far apart. What is drawn is squeezed by the
 * room that folding freed, and by nothing else: distances a person chose stay. Places are stored as if all was unfolded.
 */

import type { Point, Rect, Size } from "./geometry";

type Span = readonly [from: number, to: number];

export interface Squeeze {
  /** From a stored place to where it is drawn. */
  near: (at: Point) => Point;
  /** From where something is drawn to the place to store. */
  far: (at: Point) => Point;
}

export const NO_SQUEEZE: Squeeze = { near: (at) => at, far: (at) => at };

/** Members of one frame at their stored places, as large as they are drawn; `whole` are their sizes unfolded. */
export function squeezeOf(drawn: readonly Rect[], whole: readonly Size[]): Squeeze {
  const isFolded = drawn.some(
    (rect, index) => (whole[index]?.width ?? 0) > rect.width || (whole[index]?.height ?? 0) > rect.height,
  );
  if (!isFolded) return NO_SQUEEZE;
  const x = cuts(
    drawn.map((rect, index) => [rect.x, rect.x + (whole[index]?.width ?? rect.width)]),
    drawn.map((rect) => [rect.x, rect.x + rect.width]),
  );
  const y = cuts(
    drawn.map((rect, index) => [rect.y, rect.y + (whole[index]?.height ?? rect.height)]),
    drawn.map((rect) => [rect.y, rect.y + rect.height]),
  );
  return {
    near: (at) => ({ x: near(x, at.x), y: near(y, at.y) }),
    far: (at) => ({ x: far(x, at.x), y: far(y, at.y) }),
  };
}

/** What of the whole spans no drawn span covers, in order and apart. */
function cuts(whole: Span[], drawn: Span[]): Span[] {
  let free = joined(whole);
  for (const [from, to] of drawn) {
    free = free.flatMap(([start, end]): Span[] => {
      if (to <= start || from >= end) return [[start, end]];
      return ([[start, from] as const, [to, end] as const] satisfies Span[]).filter(([a, b]) => b > a);
    });
  }
  return free;
}

function joined(spans: Span[]): Span[] {
  const result: [number, number][] = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const last = result.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else result.push([from, to]);
  }
  return result;
}

function near(taken: readonly Span[], value: number): number {
  let shorter = 0;
  for (const [from, to] of taken) shorter += Math.min(Math.max(value - from, 0), to - from);
  return value - shorter;
}

function far(taken: readonly Span[], value: number): number {
  let at = value;
  for (const [from, to] of taken) if (at > from) at += to - from;
  return at;
}
