/**
 * Measures the built programs and prints one table. `scripts/bench.sh` builds them and calls this; README.md beside
 * this file says what each figure is.
 *
 *   node bench/run.mjs [--only NAME[,NAME…]] [--quick] [--keep]
 */

import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import * as agents from "./figures/agents.mjs";
import * as app from "./figures/app.mjs";
import * as beats from "./figures/beats.mjs";
import * as canvas from "./figures/canvas.mjs";
import * as container from "./figures/container.mjs";
import * as frames from "./figures/frames.mjs";
import * as http from "./figures/http.mjs";
import * as imports from "./figures/import.mjs";
import * as live from "./figures/live.mjs";
import * as save from "./figures/save.mjs";
import * as start from "./figures/start.mjs";
import { keep, kept, worse } from "./support/baseline.mjs";
import { Engine } from "./support/engine.mjs";
import { interrupt } from "./support/numbers.mjs";
import { NotBuilt, RunFolder } from "./support/run-folder.mjs";
import { judged, table } from "./support/table.mjs";

const FIGURES = [start, canvas, frames, imports, save, http, beats, live, container, agents, app];
const NEED_ENGINE = [container, agents];

const { values: flags } = parseArgs({
  options: { only: { type: "string" }, quick: { type: "boolean" }, keep: { type: "boolean" } },
});
const profile = process.env.BENCH_PROFILE ?? "release";
const only = flags.only?.split(",") ?? FIGURES.map((one) => one.name);
const unknown = only.filter((name) => !FIGURES.some((one) => one.name === name));
if (unknown.length > 0) {
  console.error(`bench: no figure is named ${unknown.join(", ")}; there are ${FIGURES.map((one) => one.name).join(", ")}`);
  process.exit(2);
}
if (flags.keep && profile !== "release") {
  console.error("bench: --keep is for release builds; ratios of other builds are no baseline");
  process.exit(2);
}
if (process.platform !== "linux") {
  console.error("bench: memory and processor time are read from /proc, so the figures are taken on Linux only");
  process.exit(1);
}

let isInterrupted = false;
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.on(signal, () => {
    isInterrupted = true;
    interrupt();
  });
}

const run = opened();
const engine = await Engine.find();
const imagesBefore = engine ? new Set((await engine.images()).map((image) => image.Id)) : null;
const context = {
  run,
  engine,
  /** What one figure learnt and another one compares with. */
  facts: {},
  rounds: (full) => (flags.quick ? Math.max(1, Math.ceil(full / 6)) : full),
  seconds: (full) => (flags.quick ? Math.max(1, full / 6) : full),
};

const loadBefore = loadavg()[0].toFixed(1);
let isFailed = false;
const rows = [];
try {
  for (const figure of FIGURES.filter((one) => only.includes(one.name))) {
    if (isInterrupted) break;
    if (!engine && NEED_ENGINE.includes(figure)) {
      rows.push({ key: figure.name, figure: figure.name, missing: "no container engine answers" });
      continue;
    }
    console.error(`bench: ${figure.name} …`);
    try {
      rows.push(...(await figure.measure(context)).map(judged));
    } catch (error) {
      // The other figures are still worth having.
      isFailed = true;
      rows.push({ key: figure.name, figure: figure.name, missing: `failed: ${error.message.split("\n")[0].slice(0, 60)}` });
      console.error(error);
    }
  }
} finally {
  run.remove();
  if (engine) await removeNewImages();
}

if (isInterrupted) {
  console.error("bench: interrupted; what was made is removed again.");
  process.exit(130);
}

const load = `load ${loadBefore} before and ${loadavg()[0].toFixed(1)} after`;
console.log(`\nBuild: ${profile}. Machine: ${cpus().length} × ${cpus()[0].model}, ${load}.`);
console.log(`A ratio is measured / limit or peer (for rates peer / measured): smaller is better.\n`);
for (const line of table(rows)) console.log(line);
console.log("");
compare();
process.exitCode = isFailed ? 1 : 0;

function opened() {
  try {
    return new RunFolder(profile);
  } catch (error) {
    if (!(error instanceof NotBuilt)) throw error;
    console.error(`bench: ${error.message}`);
    process.exit(1);
  }
}

function compare() {
  const baseline = kept();
  if (!baseline) {
    console.log("There is no bench/baseline.json to compare with; --keep writes one.");
  } else if (baseline.profile !== profile) {
    console.log(`The baseline is of a ${baseline.profile} build, so this ${profile} build is not compared with it.`);
  } else {
    const found = worse(baseline, rows);
    for (const { figure, before, after } of found) {
      console.log(`WORSE THAN THE BASELINE BY ${Math.round((after / before - 1) * 100)} %: ${figure} (ratio ${before} -> ${after.toFixed(2)})`);
    }
    if (found.length === 0) console.log("No ratio is worse than the baseline by more than 20 %.");
  }
  if (flags.keep) {
    keep(profile, rows);
    console.log("The ratios of this run are kept in bench/baseline.json.");
  }
}

/** The stand-in's image that this run had built; one that is in use by somebody else stays. */
async function removeNewImages() {
  for (const image of await engine.images()) {
    const isOurs = (image.RepoTags ?? []).some((tag) => tag.startsWith("molecule-local/stand-in:"));
    if (isOurs && !imagesBefore.has(image.Id)) await engine.ask("DELETE", `/images/${encodeURIComponent(image.RepoTags[0])}`);
  }
}
