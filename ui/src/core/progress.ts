/** How far the roles of an import have got, in numbers and in one line. Pure. */

import type { ImportedWorkspace } from "../api/types";
import { shownOf } from "./status";
import type { Rows } from "./tree";

export interface Progress {
  /** Roles this import made or started anew. */
  total: number;
  /** There, asleep or paused: nothing more is to be done for them. */
  up: number;
  starting: number;
  /** Held back, by what holds them. */
  waiting: Readonly<Record<string, number>>;
  failed: number;
}

/** What holds a start back, for people; by the code of its reason. */
const HOLDS: Record<string, string> = {
  waiting_for_memory: "waiting for memory",
  docker_unavailable: "waiting for Docker",
  engine_unavailable: "waiting for Docker",
};

export function progressOf(rows: Rows, imported: readonly ImportedWorkspace[]): Progress {
  const waiting: Record<string, number> = {};
  let [total, up, starting, failed] = [0, 0, 0, 0];
  for (const entry of imported) {
    if (entry.skipped) continue;
    total += 1;
    const row = rows.get(entry.id);
    const kind = row ? shownOf(row).kind : "starting";
    if (kind === "starting") starting += 1;
    else if (kind === "failed") failed += 1;
    else if (kind === "waiting" && row) {
      const hold = HOLDS[row.status_reason?.code ?? ""] ?? "waiting";
      waiting[hold] = (waiting[hold] ?? 0) + 1;
    } else up += 1;
  }
  return { total, up, starting, waiting, failed };
}

/** What waits and what failed, as the end of a sentence: ", 4 waiting for memory". */
export function rest(progress: Progress): string {
  const parts = Object.entries(progress.waiting).map(([hold, number]) => `, ${number} ${hold}`);
  return parts.join("") + (progress.failed > 0 ? `, ${progress.failed} failed` : "");
}

/** One line for the strip, with what is held back; none when nothing starts or waits any more. */
export function progressLine(name: string, progress: Progress): string {
  if (progress.starting > 0) return `Starting ${name}: ${progress.up} of ${progress.total}${rest(progress)}`;
  if (Object.keys(progress.waiting).length === 0) return "";
  return `${name}: ${progress.up} running${rest(progress)}`;
}

/** What the files asked for and could not be made, a line each: whose, what, why. */
export function leftOut(workspaces: readonly ImportedWorkspace[]): string[] {
  return workspaces.flatMap(({ name, schedules_skipped, channels_skipped }) => [
    ...(schedules_skipped ?? []).map(
      (one) => `${name}: schedule ${one.name || "without a name"}: ${one.reason}`,
    ),
    ...(channels_skipped ?? []).map(
      (one) => `${name}: channel ${one.type || "without a type"}: ${one.reason}`,
    ),
  ]);
}
