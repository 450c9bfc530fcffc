/** How wide the widest word of a name is, so that a name seen from afar can be drawn a little smaller instead of cut. */

import { partsOf } from "../core/words";

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

function widthOf(text: string): number {
  if (pen === undefined) {
    pen = document.createElement("canvas").getContext("2d");
    if (pen) pen.font = `600 ${SIZE}px ${getComputedStyle(document.body).fontFamily}`;
  }
  // Without a drawing surface: letters of this face are a little over half as wide as they are high.
  return pen ? pen.measureText(text).width / SIZE : text.length * 0.56;
}
