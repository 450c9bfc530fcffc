/**
 * A large org as it was imported. The platform puts every team in two columns as wide as its widest member (contract 06
 * section 6.1); with dozens of roles that leaves most of the picture empty and names too small to read. As long as nobody
 * has moved anything in such an org, the canvas packs it instead, once: what it chose is stored like any other place.
 */

import {
  bounds,
  CARD,
  frameAround,
  frameOf,
  type Point,
  pushedOff,
  ROOT_GAP,
  type Size,
  slot,
} from "./geometry";
import { pack } from "./pack";
import { descendants, membersOf, type Rows, type Tree } from "./tree";

/** Orgs of fewer roles are plain to read in two columns. */
export const LARGE_ORG = 13;

/** Absolute places for all roles of large orgs that stand as they were imported; empty when there are none. */
export function packedImports(rows: Rows, tree: Tree): Map<string, Point> {
  const places = new Map<string, Point>();
  for (const roots of importedOrgs(rows, tree)) {
    const sizes = new Map<string, Size>();
    if (!roots.every((root) => standsInSlots(rows, tree, root, sizes))) continue;
    const blocks = isRow(rows, roots, sizes) ? [roots] : roots.map((root) => [root]);
    for (const block of blocks) placeBlock(rows, tree, block, places);
  }
  return places;
}

/** The roots of each large org, the oldest org first. */
function importedOrgs(rows: Rows, tree: Tree): string[][] {
  const orgs = new Map<string, string[]>();
  for (const root of tree.roots) {
    const org = rows.get(root)?.org_id;
    if (org) orgs.set(org, [...(orgs.get(org) ?? []), root]);
  }
  const sizeOf = (roots: readonly string[]) =>
    roots.reduce((sum, root) => sum + 1 + descendants(tree, root).length, 0);
  const ageOf = (roots: readonly string[]) => rows.get(roots[0] ?? "")?.created_at ?? "";
  return [...orgs.values()]
    .filter((roots) => sizeOf(roots) >= LARGE_ORG)
    .sort((a, b) => ageOf(a).localeCompare(ageOf(b)));
}

/** Whether all below a role stand in the two columns of an import; notes how large each is there. */
function standsInSlots(rows: Rows, tree: Tree, id: string, sizes: Map<string, Size>): boolean {
  const row = rows.get(id);
  if (!row?.placed || row.width !== null || row.height !== null) return false;
  const members = membersOf(tree, id);
  if (!members.every((member) => standsInSlots(rows, tree, member, sizes))) return false;
  const inside = members.map((member) => sizes.get(member) ?? CARD);
  sizes.set(id, members.length === 0 ? CARD : frameOf(inside));
  return members.every((member, index) => {
    const at = slot(index, inside);
    const other = rows.get(member);
    return other !== undefined && isSame(other.x - row.x, at.x) && isSame(other.y - row.y, at.y);
  });
}

/** Whether the roots stand beside each other as those of an import do whose files say no places. */
function isRow(rows: Rows, roots: readonly string[], sizes: ReadonlyMap<string, Size>): boolean {
  return roots.every((root, index) => {
    const before = roots[index - 1];
    const [row, left] = [rows.get(root), rows.get(before ?? "")];
    if (before === undefined) return true;
    if (!row || !left) return false;
    return isSame(row.y, left.y) && isSame(row.x, left.x + (sizes.get(before)?.width ?? 0) + ROOT_GAP);
  });
}

function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) < 0.5;
}

/** Packs roots as one block at the corner where they stand, clear of what was there before them. */
function placeBlock(rows: Rows, tree: Tree, roots: readonly string[], places: Map<string, Point>): void {
  const packed = pack(roots, (id) => membersOf(tree, id));
  const first = rows.get(roots[0] ?? "");
  if (!first) return;
  const sizes = new Map<string, Size>();
  for (const root of roots) sizeAs(tree, root, packed, sizes);
  const block = bounds(
    roots.flatMap((root) => {
      const at = packed.get(root);
      const size = sizes.get(root);
      return at && size ? [{ ...at, ...size }] : [];
    }),
  );
  if (!block) return;
  const older = tree.roots.flatMap((root) => {
    const row = rows.get(root);
    if (!row?.placed || roots.includes(root) || row.created_at >= first.created_at) return [];
    const at = places.get(root) ?? row;
    const inside = new Map<string, Size>();
    sizeAs(tree, root, relative(rows, tree, places, root), inside);
    return [{ x: at.x, y: at.y, ...(inside.get(root) ?? CARD) }];
  });
  const corner = pushedOff(
    { x: first.x, y: first.y, width: block.width, height: block.height },
    older,
    ROOT_GAP,
  );
  for (const root of roots) {
    for (const id of [root, ...descendants(tree, root)]) {
      const up = id === root ? corner : places.get(tree.parent.get(id) ?? "");
      const at = packed.get(id);
      if (up && at) places.set(id, { x: up.x + at.x, y: up.y + at.y });
    }
  }
}

/** Where all below a role stand, relative to their leads. */
function relative(
  rows: Rows,
  tree: Tree,
  places: ReadonlyMap<string, Point>,
  root: string,
): Map<string, Point> {
  const result = new Map<string, Point>();
  for (const id of descendants(tree, root)) {
    const at = places.get(id) ?? rows.get(id);
    const lead = tree.parent.get(id) ?? "";
    const up = places.get(lead) ?? rows.get(lead);
    if (at && up) result.set(id, { x: at.x - up.x, y: at.y - up.y });
  }
  return result;
}

/** Sizes of a role and of all below it whose members stand at these places. */
function sizeAs(tree: Tree, id: string, at: ReadonlyMap<string, Point>, sizes: Map<string, Size>): Size {
  const members = membersOf(tree, id);
  let size: Size = CARD;
  if (members.length > 0) {
    const around = members.map((member) => ({
      ...(at.get(member) ?? { x: 0, y: 0 }),
      ...sizeAs(tree, member, at, sizes),
    }));
    size = frameAround(around);
  }
  sizes.set(id, size);
  return size;
}
