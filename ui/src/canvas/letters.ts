/** How wide the widest word of a name is, so that a name seen from afar can be drawn a little smaller instead of cut. */

import { partsOf, shortened, wrapped } from "../core/words";

const SIZE = 100;
/** Names that came and went are forgotten with the page; a limit only guards against endless renaming. */
const MOST = 20_000;
const known = new Map<string, number>();
let pen: CanvasRenderingContext2D | null | undefined;

/** Width of its widest part, in multiples of the letters' size. */
export function widestPart(name: string): number {
  let width = known.get(name);
  if (width === undefined) {
    if (known.size > MOST) known.clear();
    width = partsOf(name).reduce((most, part) => Math.max(most, widthOf(part)), 0);
    known.set(name, width);
  }
  return width;
}

const whole = new Map<string, number>();

/** Width of all of it in one line, in multiples of the letters' size. */
export function nameWidth(name: string): number {
  let width = whole.get(name);
  if (width === undefined) {
    if (whole.size > MOST) whole.clear();
    width = widthOf(name);
    whole.set(name, width);
  }
  return width;
}

const wraps = new Map<string, number>();

/** How many lines it takes in a room of this width, in multiples of the letters' size. */
export function linesIn(name: string, room: number): number {
  const key = `${room.toFixed(2)} ${name}`;
  let lines = wraps.get(key);
  if (lines === undefined) {
    if (wraps.size > MOST) wraps.clear();
    lines = wrapped(name, room, widthOf);
    wraps.set(key, lines);
  }
  return lines;
}

const short = new Map<string, string>();

/** The name with words that fit a line of this width, in multiples of the letters' size. */
export function shortName(name: string, room: number): string {
  const key = `${room.toFixed(2)} ${name}`;
  let text = short.get(key);
  if (text === undefined) {
    if (short.size > MOST) short.clear();
    text = shortened(name, room, widthOf);
    short.set(key, text);
  }
  return text;
}

function widthOf(text: string): number {
  if (pen === undefined) {
    pen = document.createElement("canvas").getContext("2d");
    if (pen) pen.font = `600 ${SIZE}px ${getComputedStyle(document.body).fontFamily}`;
  }
  // Without a drawing surface: letters of this face are a little over half as wide as they are high.
  return pen ? pen.measureText(text).width / SIZE : text.length * 0.56;
}
