/**
 * How far away the cards are. From afar they are drawn with less, and only those in view are drawn at all; together
 * that is what keeps a thousand roles smooth.
 */

import { create } from "zustand";

/** `no`: whole cards. `far`: names and glyphs. `tiny`: glyphs. The words stand in the style sheet too. */
export type Level = "no" | "far" | "tiny";

export const useDistance = create<{ level: Level }>(() => ({ level: "no" }));

/** 0 near by, else twentieths of the natural size. */
export function stepOf(zoom: number): number {
  return zoom >= 0.55 ? 0 : Math.max(1, Math.round(zoom * 20));
}

export function levelOf(step: number): Level {
  if (step === 0) return "no";
  return step <= 2 ? "tiny" : "far";
}

/** Said before the view jumps, so that cards that come into view are drawn once, at the right level. */
export function expectZoom(zoom: number): void {
  const level = levelOf(stepOf(zoom));
  if (useDistance.getState().level !== level) useDistance.setState({ level });
}
