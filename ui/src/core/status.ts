/** What a card says about an agent: a kind with a glyph, a word, and a line that tells why. One pure function. */

import type { Status, Workspace } from "../api/types";
import { descendants, type Rows, type Tree } from "./tree";

/** Kinds in the order of their weight: a folded team shows the heaviest one inside. */
export const KINDS = [
  "failed",
  "degraded",
  "waiting",
  "off",
  "starting",
  "working",
  "running",
  "asleep",
] as const;

export type Kind = (typeof KINDS)[number];

export interface Shown {
  kind: Kind;
  word: string;
  /** Task, or the reason for the state; empty when there is nothing to add. */
  line: string;
  /** The same in few words, where there is little room and the details are not needed to know what to do. */
  short?: string;
}

/** Reasons under which a start is held back rather than under way. */
const HOLDS = new Set([
  "docker_unavailable",
  "engine_unavailable",
  "waiting_for_memory",
  "image_missing",
  "missing_image",
  "tier_not_granted",
  "backing_off",
  "agent_crashed",
  "vault_closed",
]);

const SHORT: Readonly<Record<string, string>> = {
  docker_unavailable: "No engine",
  keychain_locked: "Secrets are locked",
  keychain_absent: "Secrets are closed",
  vault_closed: "Secrets are closed",
};

/** Whether it stands still until a person opens the place where secrets are kept. */
export function waitsForSecrets(row: Workspace): boolean {
  const code = row.status_reason?.code ?? "";
  return row.status === "provisioning" && (code.startsWith("keychain_") || code === "vault_closed");
}

export function shownOf(row: Workspace): Shown {
  // That it runs with less than it asks for is told by its badge; it is no reason for any status.
  const told = row.status_reason?.code === "tier_not_granted" ? null : row.status_reason;
  const reason = told?.text ?? "";
  const task = row.current_task ?? "";
  switch (row.status) {
    case "online":
      return task !== "" || row.active_tasks > 0
        ? { kind: "working", word: "Working", line: task || tasks(row.active_tasks) }
        : { kind: "running", word: "Running", line: "" };
    case "degraded":
      return { kind: "degraded", word: "Degraded", line: row.last_sample_error || reason || percent(row) };
    case "failed":
      return {
        kind: "failed",
        word: "Failed",
        line: reason || row.last_sample_error || "No reason was given",
      };
    case "provisioning":
      return told && isHold(told.code)
        ? { kind: "waiting", word: "Waiting", line: reason, short: SHORT[told.code] }
        : { kind: "starting", word: "Starting", line: reason };
    case "awaiting_agent":
      return { kind: "waiting", word: "Awaiting agent", line: reason || "Its agent has not called yet" };
    case "hibernating":
      return { kind: "asleep", word: "Falling asleep", line: reason };
    case "hibernated":
      return { kind: "asleep", word: "Asleep", line: reason || "Wakes on the next message" };
    case "paused":
      return { kind: "off", word: "Paused", line: reason };
    case "offline":
      return { kind: "off", word: "Offline", line: reason || row.last_sample_error || "" };
    default:
      return { kind: "off", word: "Off", line: reason };
  }
}

function isHold(code: string): boolean {
  return (
    HOLDS.has(code) ||
    code.startsWith("waiting") ||
    code.startsWith("keychain_") ||
    code.endsWith("_unavailable") ||
    code.endsWith("_missing")
  );
}

function tasks(count: number): string {
  return count === 1 ? "1 task" : `${count} tasks`;
}

function percent(row: Workspace): string {
  return row.last_error_rate > 0 ? `${Math.round(row.last_error_rate * 100)} % of requests fail` : "";
}

/** Seconds an agent has been up: what it last told, and the time since. None while it is not up or has not told. */
export function runningFor(status: Status, told: number, heard: string | null, now: number): number | null {
  if ((status !== "online" && status !== "degraded") || told <= 0 || heard === null) return null;
  const since = (now - Date.parse(heard)) / 1000;
  return told + (Number.isFinite(since) ? Math.max(0, since) : 0);
}

/** Whether the agent takes messages: now, or once it is awake or started, which a message brings about. */
export function canChat(row: Workspace): boolean {
  return ["online", "degraded", "hibernated", "hibernating", "provisioning"].includes(row.status);
}

export interface Rollup {
  count: number;
  worst: Kind;
  /** How many of each kind are inside. */
  kinds: Partial<Record<Kind, number>>;
  /** How many of those that are off were paused by a person; the others have gone silent. */
  paused: number;
}

/** Sum of all below a lead. */
export function rollup(rows: Rows, tree: Tree, id: string): Rollup {
  const kinds: Partial<Record<Kind, number>> = {};
  let worst: Kind = "asleep";
  let count = 0;
  let paused = 0;
  for (const below of descendants(tree, id)) {
    const row = rows.get(below);
    if (!row) continue;
    const { kind } = shownOf(row);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
    if (KINDS.indexOf(kind) < KINDS.indexOf(worst)) worst = kind;
    count += 1;
    if (row.status === "paused") paused += 1;
  }
  return { count, worst, kinds, paused };
}

export interface Counts {
  running: number;
  working: number;
  starting: number;
  waiting: number;
  asleep: number;
  failed: number;
  /** Paused by a person. */
  paused: number;
  /** Gone silent. */
  offline: number;
  total: number;
}

/** Agents by state, for the strip at the bottom. */
export function countsOf(rows: Rows): Counts {
  const counts: Counts = {
    running: 0,
    working: 0,
    starting: 0,
    waiting: 0,
    asleep: 0,
    failed: 0,
    paused: 0,
    offline: 0,
    total: 0,
  };
  for (const row of rows.values()) {
    const { kind } = shownOf(row);
    counts.total += 1;
    if (kind === "running" || kind === "working" || kind === "degraded") counts.running += 1;
    if (kind === "working") counts.working += 1;
    if (kind === "starting") counts.starting += 1;
    if (kind === "waiting") counts.waiting += 1;
    if (kind === "asleep") counts.asleep += 1;
    if (kind === "failed") counts.failed += 1;
    if (row.status === "paused") counts.paused += 1;
    else if (kind === "off") counts.offline += 1;
  }
  return counts;
}

/** Roles by what troubles them, the heaviest first, and the most of each before the few. */
export function groupTroubles(rows: readonly Workspace[]): Workspace[][] {
  const groups = new Map<string, Workspace[]>();
  for (const row of rows) {
    const { kind, word, line } = shownOf(row);
    const key = `${kind} ${word} ${line}`;
    groups.get(key)?.push(row) ?? groups.set(key, [row]);
  }
  const weight = (group: readonly Workspace[]) => (group[0] ? KINDS.indexOf(shownOf(group[0]).kind) : 0);
  return [...groups.values()].sort((a, b) => weight(a) - weight(b) || b.length - a.length);
}

/** A mock answers inside the platform, an external agent runs elsewhere: neither leaves anything behind here. */
export function runsInContainer(runtime: string | undefined): boolean {
  return runtime !== undefined && runtime !== "" && runtime !== "mock" && runtime !== "external";
}

/** Roles that were up, in containers of which nothing is heard while the engine is away. */
export function countOutOfReach(rows: Iterable<Workspace>): number {
  let count = 0;
  for (const row of rows) {
    if ((row.status === "online" || row.status === "degraded") && runsInContainer(row.runtime)) count += 1;
  }
  return count;
}
