/** Finds roles by name, role, status word, runtime or model. Best first; all words must be there. */

import { shownOf } from "./status";
import type { Rows } from "./tree";

export interface Found {
  id: string;
  score: number;
}

export function findRoles(rows: Rows, query: string, most = 50): Found[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const found: Found[] = [];
  for (const row of rows.values()) {
    const name = row.name.toLowerCase();
    const shown = shownOf(row);
    const rest =
      `${row.role ?? ""} ${shown.word} ${row.status} ${row.runtime} ${row.model ?? ""}`.toLowerCase();
    let score = 0;
    for (const word of words) {
      if (name === word) score += 8;
      else if (name.startsWith(word)) score += 6;
      else if (name.includes(` ${word}`)) score += 4;
      else if (name.includes(word)) score += 3;
      else if (rest.includes(word)) score += 1;
      else {
        score = -1;
        break;
      }
    }
    if (score >= 0) found.push({ id: row.id, score });
  }
  found.sort(
    (a, b) => b.score - a.score || (rows.get(a.id)?.name ?? "").localeCompare(rows.get(b.id)?.name ?? ""),
  );
  return found.slice(0, most);
}

/**
 * The order of a palette's rows: a role that is called exactly so, commands that begin with what is typed, roles, and the
 * other commands that hold it. With nothing typed the commands come first.
 */
export function ranked<Row extends { title: string }>(
  query: string,
  roles: readonly Row[],
  commands: readonly Row[],
): Row[] {
  const typed = query.trim().toLowerCase();
  if (typed === "") return [...commands, ...roles];
  const isNamed = (row: Row) => row.title.toLowerCase() === typed;
  const begins = (row: Row) => row.title.toLowerCase().startsWith(typed);
  return [
    ...roles.filter(isNamed),
    ...commands.filter(begins),
    ...roles.filter((row) => !isNamed(row)),
    ...commands.filter((row) => !begins(row)),
  ];
}
