/** Arranges an import plan for reading: by action, unchanged roles last and counted only. */

import type { ImportRequest, Plan, PlanStep } from "../api/types";
import { schedulesText } from "./schedule";

export const ACTIONS = ["create", "update", "move", "remove", "keep", "gone"] as const;
export type Action = (typeof ACTIONS)[number];

export interface PlanGroup {
  action: Action;
  title: string;
  steps: PlanStep[];
}

const TITLES: Record<Action, [string, string]> = {
  create: ["role to create", "roles to create"],
  update: ["role to update", "roles to update"],
  move: ["role to move", "roles to move"],
  remove: ["role no longer in the files", "roles no longer in the files"],
  keep: ["role stays as it is", "roles stay as they are"],
  gone: [
    "role was removed on the canvas and is not brought back",
    "roles were removed on the canvas and are not brought back",
  ],
};

/** A role that is kept, but that there is no workspace of, was removed on the canvas: it is kept away. */
function actionOf(step: PlanStep): string {
  return step.action === "keep" && !step.id ? "gone" : step.action;
}

export function groupPlan(plan: Plan): PlanGroup[] {
  return ACTIONS.flatMap((action) => {
    const steps = plan.plan.filter((step) => actionOf(step) === action);
    if (steps.length === 0) return [];
    return [{ action, title: `${steps.length} ${TITLES[action][steps.length === 1 ? 0 : 1]}`, steps }];
  });
}

/** What the person decided while reading the plan. */
export interface Choices {
  grant: boolean;
  prune: boolean;
  initial: boolean;
  idle: boolean;
  schedules: boolean;
  /** Folders that roles may mount from now on, and those that they may not any more. */
  allow: readonly string[];
  revoke: readonly string[];
  /** Whether more than the free tier, granted before, is taken back. */
  revokesTier: boolean;
  /** Whether a box of prompts was touched. Until then what was allowed before is left as it is. */
  isDecided: boolean;
  resolve: Record<string, "files" | "canvas">;
}

export const NO_CHOICES: Choices = {
  grant: false,
  prune: false,
  initial: false,
  idle: false,
  schedules: false,
  allow: [],
  revoke: [],
  revokesTier: false,
  isDecided: false,
  resolve: {},
};

/** What the boxes of a plan say before anything is touched: what was allowed at an earlier import. */
export function choicesOf(plan: Plan): Choices {
  const choices = { ...NO_CHOICES };
  for (const source of plan.cost.sources) {
    const kind = promptKind(source.source);
    if (kind !== null) choices[kind] = source.on;
  }
  return choices;
}

/** The choices after the person touched the box of one kind of prompts. */
export function withPrompts(choices: Choices, kind: PromptKind, on: boolean): Choices {
  return { ...choices, [kind]: on, isDecided: true };
}

/** Whether applying would allow or take back anything. */
export function changesConsent(plan: Plan, choices: Choices): boolean {
  const before = choicesOf(plan);
  if (choices.allow.length > 0 || choices.revoke.length > 0 || choices.revokesTier) return true;
  return choices.grant || PROMPT_KINDS.some((kind) => choices[kind] !== before[kind]);
}

export function conflictKey(conflict: { key: string; field: string }): string {
  return `${conflict.key}/${conflict.field}`;
}

/** Highest tier that needs no grant. */
export const FREE_TIER = 2;

/** The list with or without one entry. */
export function toggled(list: readonly string[], entry: string, isIn: boolean): string[] {
  return isIn ? [...list.filter((other) => other !== entry), entry] : list.filter((other) => other !== entry);
}

export function requestOf(dir: string, choices: Choices, dryRun: boolean): ImportRequest {
  return {
    dir,
    mode: "sync",
    dry_run: dryRun,
    prune: choices.prune,
    grant_tier: choices.grant ? 4 : choices.revokesTier ? FREE_TIER : null,
    folders: [...choices.allow],
    revoke_folders: [...choices.revoke],
    prompts: choices.isDecided
      ? { initial: choices.initial, idle: choices.idle, schedules: choices.schedules }
      : null,
    resolve: choices.resolve,
    force: false,
  };
}

/** Why the plan cannot be applied yet; empty when it can. */
export function blockers(plan: Plan, choices: Choices): string[] {
  const open = plan.conflicts.filter((conflict) => !choices.resolve[conflictKey(conflict)]);
  const found: string[] = [];
  const folders = plan.asks
    .filter((ask) => ask.code === "workspace_dir")
    .flatMap((ask) => ask.subjects ?? []);
  const refused = folders.filter((folder) => !choices.allow.includes(folder));
  if (refused.length > 0) found.push(`Allow ${refused[0]}, or take it out of the files.`);
  if (open.length === 1) found.push("Choose a value for the conflict first.");
  if (open.length > 1) found.push(`Choose a value for each of the ${open.length} conflicts first.`);
  return found;
}

/** Whether applying would change anything at all. */
export function changes(plan: Plan, choices: Choices): number {
  return plan.plan.filter((step) => step.action !== "keep" && (step.action !== "remove" || choices.prune))
    .length;
}

/** Model calls a day with the prompts the person ticked. */
export function callsPerDay(plan: Plan, choices: Choices): { atStart: number; perDay: number } {
  let atStart = 0;
  let perDay = 0;
  for (const source of plan.cost.sources) {
    if (isOn(source.source, choices)) {
      atStart += source.at_start;
      perDay += source.per_day;
    }
  }
  return { atStart, perDay };
}

const PROMPT_KINDS = ["initial", "idle", "schedules"] as const;
export type PromptKind = (typeof PROMPT_KINDS)[number];

export function promptKind(source: string): PromptKind | null {
  if (source.startsWith("initial")) return "initial";
  if (source.startsWith("idle")) return "idle";
  if (source.startsWith("schedule")) return "schedules";
  return null;
}

function isOn(source: string, choices: Choices): boolean {
  const kind = promptKind(source);
  return kind !== null && choices[kind];
}

export function place(file: string | null | undefined, line: number | null | undefined): string {
  if (!file) return "";
  return line ? `${file}:${line}` : file;
}

export function valueText(value: unknown): string {
  if (value === null || value === undefined || value === "") return "none";
  if (typeof value === "string") return value;
  if (Array.isArray(value)) {
    if (value.every((one) => typeof one === "string")) return value.join(", ") || "none";
    if (value.every((one) => typeof one?.cron_expr === "string")) return schedulesText(value);
  }
  return JSON.stringify(value);
}

export interface WarningGroup {
  /** Where it is said of several names, "…" stands for them. */
  text: string;
  places: string[];
  names?: string[];
}

/** Whether a group of steps changes something, or would once it is ticked. */
export function isChange(group: PlanGroup): boolean {
  return group.action !== "keep" && group.action !== "gone";
}

/** How many warnings are read at once; more are folded. */
export const WARNINGS_AT_ONCE = 5;

/** Words in which two warnings may differ and still say the same, of another name or of another pair of names. */
const MOST_UNLIKE = 2;
/** And words that they must share, else they are two short warnings and not one sentence. */
const LEAST_ALIKE = 4;

/** Where two texts of the same length in words differ; nothing when they do not say the same. */
function unlike(a: readonly string[], b: readonly string[]): number[] | null {
  if (a.length !== b.length) return null;
  const at = a.flatMap((word, index) => (word === b[index] ? [] : [index]));
  return at.length <= MOST_UNLIKE && a.length - at.length >= LEAST_ALIKE ? at : null;
}

/** Says once, where the first stood, what is said of several names in the same words. */
function together(warnings: readonly WarningGroup[], codes: ReadonlyMap<string, string>): WarningGroup[] {
  const shapes: {
    words: string[];
    at: number[] | null;
    members: { words: string[]; group: WarningGroup }[];
  }[] = [];
  for (const group of warnings) {
    const words = group.text.split(" ");
    const code = codes.get(group.text);
    const shape = shapes.find((one) => {
      if (codes.get(one.members[0]?.group.text ?? "") !== code) return false;
      const at = unlike(one.words, words);
      if (at === null) return false;
      // The second of a kind says which words are the names; the others differ in those alone.
      one.at ??= at;
      return at.every((index) => one.at?.includes(index));
    });
    if (shape) shape.members.push({ words, group });
    else shapes.push({ words, at: null, members: [{ words, group }] });
  }
  return shapes.flatMap(({ words, at, members }) => {
    const [first] = members;
    if (at === null || members.length < 2) return first ? [first.group] : [];
    return [
      {
        text: words.map((word, index) => (at.includes(index) ? "…" : word)).join(" "),
        places: members.flatMap(({ group }) => group.places),
        names: members.map((member) => at.map((index) => member.words[index]).join(" ")),
      },
    ];
  });
}

/** The same thing said about many places, or of many names, is said once. */
export function groupWarnings(plan: Plan): WarningGroup[] {
  const groups = new Map<string, WarningGroup>();
  for (const warning of plan.warnings) {
    const group = groups.get(warning.text) ?? { text: warning.text, places: [] };
    const at = place(warning.file, warning.line);
    if (at !== "") group.places.push(at);
    groups.set(warning.text, group);
  }
  return together([...groups.values()], new Map(plan.warnings.map(({ text, code }) => [text, code])));
}
