/** The ratios of an earlier run, kept in the checkout: a change that makes one worse is seen. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run-folder.mjs";

const FILE = join(root, "bench/baseline.json");

/** A ratio is named when it is worse than the kept one by more than this share. */
const WORSE = 0.2;

/** Below this a difference is a tick of the clock: a figure at a hundredth of its limit may double and mean nothing. */
const NOISE = 0.05;

/** The kept baseline; null when there is none. */
export function kept() {
  try {
    return JSON.parse(readFileSync(FILE, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return null;
    throw error;
  }
}

/** What got worse since the baseline: name, both ratios. */
export function worse(baseline, rows) {
  return rows
    .filter((row) => typeof row.ratio === "number" && baseline.ratios[row.key] !== undefined)
    .map((row) => ({ figure: row.figure, before: baseline.ratios[row.key], after: row.ratio }))
    .filter(({ before, after }) => after > before * (1 + WORSE) && after - before > NOISE);
}

/** Keeps the ratios of these rows; those of figures that were not measured this time stay. */
export function keep(profile, rows) {
  const before = kept();
  const ratios = before?.profile === profile ? { ...before.ratios } : {};
  for (const row of rows) {
    if (typeof row.ratio === "number") ratios[row.key] = Number(row.ratio.toPrecision(3));
  }
  writeFileSync(FILE, `${JSON.stringify({ profile, ratios }, null, 2)}\n`);
}
