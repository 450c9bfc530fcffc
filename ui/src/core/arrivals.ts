/** Teams and single roles that came to the canvas while it was open: an org imported elsewhere, or brought back. */

import type { Rows, Tree } from "./tree";

export interface Arrival {
  /** Those that report to nobody; what is in them came along. */
  roots: readonly string[];
  /** How many came in all. */
  count: number;
}

/** What came since these were known; none when no team or role of its own did. */
export function arrivalsSince(known: ReadonlySet<string>, rows: Rows, tree: Tree): Arrival | null {
  const roots = tree.roots.filter((id) => !known.has(id));
  if (roots.length === 0) return null;
  const count = [...rows.keys()].filter((id) => !known.has(id)).length;
  return { roots, count };
}

/** "PM, Marketing Lead and 40 more roles came to the canvas." */
export function arrivalText({ roots, count }: Arrival, rows: Rows): string {
  const names = roots.slice(0, 2).map((id) => rows.get(id)?.name ?? "a role");
  const more = count - names.length;
  const rest = more === 0 ? "" : ` and ${more} more ${more === 1 ? "role" : "roles"}`;
  const list = more === 0 ? names.join(" and ") : names.join(", ");
  return `${list}${rest} came to the canvas.`;
}
