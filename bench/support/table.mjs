/** Rows of figures into one table. */

import { median, p95, saysP95, write } from "./numbers.mjs";

/**
 * Completes a row. Its ratio is 1 where measured and limit (or peer) are the same, and grows when it gets worse, also
 * where more is better. `goal` is the largest ratio that is good; with a limit it is 1.
 */
export function judged(row) {
  if (row.missing) return { ...row, met: null };
  const value = (row.by ?? median)(row.samples);
  const beside = row.limit ?? (row.peer ? (row.by ?? median)(row.peer) : null);
  const ratio = beside === null ? null : row.higher ? beside / value : value / beside;
  const goal = row.goal ?? (row.limit === undefined ? null : 1);
  return { ...row, value, beside, ratio, goal, met: goal === null || ratio === null ? null : ratio <= goal };
}

const HEAD = ["figure", "median", "p95", "n", "limit or peer", "ratio", "goal met"];

/** Lines of the table. */
export function table(rows) {
  const cells = rows.map(line);
  const widths = HEAD.map((title, at) => Math.max(title.length, ...cells.map((one) => one[at].length)));
  const text = (one) => `| ${one.map((cell, at) => cell.padEnd(widths[at])).join(" | ")} |`;
  const lines = [text(HEAD), `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`, ...cells.map(text)];
  for (const row of rows.filter((one) => one.note)) lines.push(`  ${row.figure}: ${row.note}`);
  return lines;
}

function line(row) {
  if (row.missing) return [row.figure, "not measured", "", "", row.missing, "", ""];
  const beside =
    row.beside === null ? "none" : `${row.limit === undefined ? "peer" : "limit"} ${write(row.beside, row.unit)}`;
  const by = row.by === p95 ? " (p95)" : "";
  return [
    row.figure,
    write(median(row.samples), row.unit),
    saysP95(row.samples) || row.by === p95 ? write(p95(row.samples), row.unit) : "",
    String(row.samples.length),
    `${beside}${row.goal && row.goal !== 1 ? ` (at most ${row.goal} of it)` : ""}${by}`,
    row.ratio === null ? "" : row.ratio.toFixed(2),
    row.met === null ? "" : row.met ? "yes" : "NO",
  ];
}
