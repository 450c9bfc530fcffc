/** What a drop means: a new place, a new team, or out of a team. One request, and one step to take it back. */

import {
  freePlace,
  GAP,
  LEAVE_SHARE,
  type Point,
  pushedOff,
  type Rect,
  shareOutside,
} from "../core/geometry";
import { dropTarget, toStored } from "../core/layout";
import { membersOf } from "../core/tree";
import type { Step } from "../core/undo";
import { moveInto } from "../state/commands";
import { change, useOrg } from "../state/org";
import { moveTogether } from "../state/together";

export function landed(id: string, rect: Rect, outRight: boolean): void {
  const { rows, tree, layout, hidden } = useOrg.getState();
  const row = rows.get(id);
  if (!row) return;
  const parent = tree.parent.get(id) ?? null;
  const target = dropTarget(tree, layout, hidden, [id], rect);
  if (target !== null && target !== parent) {
    moveInto(id, target, placeIn(target, id, rect));
    return;
  }
  const frame = parent === null ? null : layout.places.get(parent)?.rect;
  if (parent !== null && frame && (outRight || shareOutside(rect, frame) > LEAVE_SHARE)) {
    moveInto(id, null, placeAlone(id, rect));
    return;
  }
  const at = parent !== null && frame ? placeIn(parent, id, rect) : placeAlone(id, rect);
  if (at.x === row.x && at.y === row.y) return;
  void change(`Move ${row.name}`, [{ id, patch: { x: at.x, y: at.y } }]);
}

/**
 * The same for several cards that were dropped together, as one step: `held` is the one under the pointer, which decides
 * where they go. They keep their places to each other as far as there is room.
 */
export function landedTogether(held: string, rects: ReadonlyMap<string, Rect>, outRight: boolean): void {
  const { rows, tree, layout, hidden } = useOrg.getState();
  const ids = [...rects.keys()];
  const rect = rects.get(held);
  if (!rect) return;
  const parent = tree.parent.get(held) ?? null;
  const target = dropTarget(tree, layout, hidden, ids, rect);
  const frame = parent === null ? null : layout.places.get(parent)?.rect;
  const isOut = frame && (outRight || shareOutside(rect, frame) > LEAVE_SHARE);
  if (target !== null && target !== parent) {
    const taken: Rect[] = [];
    moveTogether(
      stepsOf(rects, (id, at) => placeIn(target, id, at, taken)),
      target,
    );
  } else if (parent !== null && isOut) {
    moveTogether(stepsOf(rects, placeAlone), null);
  } else {
    const kept = stepsOf(rects, (id, at) => {
      const lead = tree.parent.get(id) ?? null;
      const origin = lead === null ? null : layout.places.get(lead)?.rect;
      return toStored(layout, lead, origin ? clamp({ x: at.x - origin.x, y: at.y - origin.y }) : at);
    });
    const steps = kept.filter(({ id, patch }) => patch.x !== rows.get(id)?.x || patch.y !== rows.get(id)?.y);
    if (steps.length > 0) moveTogether(steps);
  }
}

function stepsOf(rects: ReadonlyMap<string, Rect>, place: (id: string, rect: Rect) => Point): Step[] {
  return [...rects].map(([id, rect]) => {
    const { x, y } = place(id, rect);
    return { id, patch: { x, y } };
  });
}

/** Where a card may stand in a team, as a place to store: where it was dropped if that is free. `more` are cards that come with it. */
export function placeIn(lead: string, id: string, rect: Rect | null, more?: Rect[]): Point {
  const { rows, tree, layout } = useOrg.getState();
  const frame = layout.places.get(lead);
  const size = layout.places.get(id)?.size ?? { width: 240, height: 130 };
  const origin = frame?.rect ?? { x: rows.get(lead)?.x ?? 0, y: rows.get(lead)?.y ?? 0 };
  const taken = membersOf(tree, lead).flatMap((member) => {
    const other = layout.places.get(member);
    return other && member !== id ? [{ ...other.at, ...other.size }] : [];
  });
  const wanted = rect ? clamp({ x: rect.x - origin.x, y: rect.y - origin.y }) : undefined;
  const at = freePlace(size, [...taken, ...(more ?? [])], wanted);
  more?.push({ ...at, ...size });
  return toStored(layout, lead, at);
}

/** Where a card may stand by itself, as a place to store: where it was dropped, or beside what is there. */
export function placeAlone(id: string, rect: Rect): Point {
  const { tree, layout } = useOrg.getState();
  const taken = tree.roots.flatMap((root) => {
    const other = layout.places.get(root)?.rect;
    return other && root !== id ? [other] : [];
  });
  return toStored(layout, null, pushedOff(rect, taken, 2 * GAP));
}

/** Never over the lead's own card, never over the left border; to the right and below the frame grows. */
function clamp(at: Point): Point {
  return { x: Math.max(at.x, 16), y: Math.max(at.y, 130) };
}
