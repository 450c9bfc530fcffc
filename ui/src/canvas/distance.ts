/**
 * How far away the cards are. From afar they are drawn with less, and only those in view are drawn at all; together
 * that is what keeps a thousand roles smooth.
 */

import { create } from "zustand";

/**
 * `no`: whole cards. `far`: names and glyphs. `short`: the same, and what of a role's name fits its card. `teams`:
 * glyphs, and the names of teams. `tiny`: glyphs, and the names of the outermost teams over them. The words stand in the
 * style sheet too.
 */
export type Level = "no" | "far" | "short" | "teams" | "tiny";

export const useDistance = create<{ level: Level; step: number }>(() => ({ level: "no", step: 0 }));

/** 0 near by, else twentieths of the natural size. */
export function stepOf(zoom: number): number {
  return zoom >= 0.55 ? 0 : Math.max(1, Math.round(zoom * 20));
}

/** Names are drawn as long as they can be read in the room they have: of a card, of a team's head, of a whole team. */
export function levelOf(step: number): Level {
  if (step === 0) return "no";
  if (step <= 2) return "tiny";
  if (step === 3) return "teams";
  return step <= 5 ? "short" : "far";
}

/** Least size of a name on the screen, in pixels. */
const READABLE = 10.5;
const LEAST = 17;
/** Largest sizes at which names still fit: two lines on a card, one in a team's head. */
const MOST = { far: 40, teams: 98 } as const;
/** Room on a card for its name, and how high a line is. */
const CARD_ROOM = 112;
export const LINE_HEIGHT = 1.14;

/** A step stands for the zooms around it. */
function leastZoom(step: number): number {
  return (step - 0.5) / 20;
}

/** Size of names, in the canvas's own units, and how many lines of it, and of smaller ones, fit on a card. */
export function lettersAt(step: number): { size: number; lines: number; tightLines: number } {
  const level = levelOf(step);
  const most = level === "far" ? MOST.far : MOST.teams;
  const size = Math.min(most, Math.max(LEAST, READABLE / leastZoom(step)));
  const linesOf = (letters: number) =>
    Math.max(1, Math.min(3, Math.floor(CARD_ROOM / (letters * LINE_HEIGHT))));
  return { size, lines: linesOf(size), tightLines: linesOf(size * TIGHT) };
}

/** Letters of a role's name when only parts of it fit: two lines of them fill its card. */
const SHORT = { size: 47, room: 222, glyph: 0.62 } as const;

/** Width of a line of a role's name at `short`, in multiples of its letters' size; the glyph stands beside it. */
export const SHORT_ROOM = (SHORT.room / SHORT.size - SHORT.glyph) * 0.94;

/** Room of a team's head beside its edges, and what the glyph takes of it, in multiples of the letters' size. */
const HEAD = { edges: 34, glyph: 1 } as const;

/** Whether a name of this width, in multiples of its letters' size, stands in one line of a head this wide. */
export function standsInOneLine(width: number, head: number, step: number): boolean {
  return (width + HEAD.glyph) * lettersAt(step).size <= head - HEAD.edges;
}

/** The same where a name that needs a second line gets it. */
export function fitsHead(width: number, head: number, step: number): boolean {
  return levelOf(step) !== "short" || standsInOneLine(width, head, step);
}

/**
 * Lines of a name, drawn in letters of this size, below which its card has room for one more line: what the role does.
 * None from further away, where that line could not be read.
 */
export function spareLines(step: number): { lines: number; room: number } {
  if (levelOf(step) !== "far") return { lines: 0, room: 1 };
  const { size } = lettersAt(step);
  const lines = Math.floor((CARD_ROOM - size * 1.5) / (size * LINE_HEIGHT));
  return { lines: step >= 7 ? lines : 0, room: (LINE.room - size * LINE.glyph) / size };
}

/** How much smaller a name is drawn whose widest word has no room; the style sheet does it. */
const TIGHT = 0.85;
/** Room on a card for a line of its name, of which the glyph takes a share of the letters' size. */
const LINE = { room: 210, glyph: 0.66 } as const;
/** The same on a folded team among names of teams, and its two sizes of letters. */
const FOLDED_LINE = { room: 176, size: 50, tight: 36 } as const;

/**
 * How a name fits whose widest word is this wide (in multiples of the letters' size): as it is, drawn smaller, or only
 * with that word broken.
 */
export type Fit = "whole" | "tight" | "broken";

export function fitOf(width: number, step: number): Fit {
  const level = levelOf(step);
  if (level !== "far" && level !== "teams" && level !== "short") return "whole";
  const { size } = lettersAt(step);
  const isFar = level === "far";
  const room = isFar ? LINE.room - size * LINE.glyph : FOLDED_LINE.room;
  if (width * (isFar ? size : Math.min(size, FOLDED_LINE.size)) <= room) return "whole";
  return width * (isFar ? size * TIGHT : FOLDED_LINE.tight) <= room ? "tight" : "broken";
}

/** Said before the view jumps, so that cards that come into view are drawn once, at the right level. */
export function expectZoom(zoom: number): void {
  const step = stepOf(zoom);
  if (useDistance.getState().step !== step) useDistance.setState({ level: levelOf(step), step });
}
