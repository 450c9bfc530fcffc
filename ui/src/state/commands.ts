/** What a person can tell agents to do. One place, so that menu, panel, palette and keys do the same. */

import {
  hibernateWorkspace,
  pauseWorkspace,
  restartWorkspace,
  resumeWorkspace,
  stackCommand,
  wakeWorkspace,
} from "../api/calls";
import { sentence } from "../api/client";
import type { PatchWorkspace } from "../api/types";
import { plural } from "../core/format";
import { arrange, tidied } from "../core/layout";
import { descendants, membersOf } from "../core/tree";
import type { Step } from "../core/undo";
import { change, useOrg } from "./org";
import { readStackSoon } from "./stack";
import { openDialog, toast } from "./ui";

export type Verb = "start" | "stop" | "restart";

export const DOING: Record<Verb, string> = { start: "Starting", stop: "Stopping", restart: "Restarting" };

function nameOf(id: string): string {
  return useOrg.getState().rows.get(id)?.name ?? "the role";
}

export async function command(verb: Verb, scope: "all" | "subtree" | "one", id?: string): Promise<void> {
  const what =
    scope === "all"
      ? "all agents"
      : scope === "subtree" && id
        ? `${nameOf(id)} and its team`
        : nameOf(id ?? "");
  try {
    const { changed } = await stackCommand(verb, { scope, id: id ?? null });
    if (changed && changed.length === 0) toast("info", `Nothing to do: ${what} ${NOTHING[verb]}.`);
    else if (changed && changed.length > 1)
      toast("success", `${DOING[verb]} ${plural(changed.length, "agent")}`);
    else toast("success", `${DOING[verb]} ${what}`);
    readStackSoon();
  } catch (error) {
    toast("error", `${DOING[verb]} ${what} did not work: ${sentence(error)}`);
  }
}

export const NOTHING: Record<Verb, string> = {
  start: "runs already",
  stop: "is stopped already",
  restart: "cannot be restarted now",
};

async function tell(text: string, call: Promise<unknown>): Promise<void> {
  try {
    await call;
    toast("success", text);
  } catch (error) {
    toast("error", sentence(error));
  }
}

export const restart = (id: string) => tell(`Restarting ${nameOf(id)}`, restartWorkspace(id));
export const pause = (id: string) => tell(`Pausing ${nameOf(id)}`, pauseWorkspace(id));
export const resume = (id: string) => tell(`Resuming ${nameOf(id)}`, resumeWorkspace(id));
export const wake = (id: string) => tell(`Waking ${nameOf(id)}`, wakeWorkspace(id));
export const sleep = (id: string) => tell(`${nameOf(id)} goes to sleep`, hibernateWorkspace(id));

export function askStopAll(): void {
  openDialog({ kind: "stop-all" });
}

export function fold(id: string, collapsed?: boolean): void {
  const { rows, tree } = useOrg.getState();
  const row = rows.get(id);
  if (!row || membersOf(tree, id).length === 0) return;
  const next = collapsed ?? !row.collapsed;
  if (next === row.collapsed) return;
  void change(`${next ? "Fold" : "Unfold"} ${row.name}`, [{ id, patch: { collapsed: next } }]);
}

/** Folds every team, or opens them all. */
export function foldAll(collapsed: boolean): void {
  const { rows, tree } = useOrg.getState();
  const steps: Step[] = [];
  for (const id of tree.members.keys()) {
    if (rows.get(id)?.collapsed !== collapsed) steps.push({ id, patch: { collapsed } });
  }
  if (steps.length > 0) void change(collapsed ? "Fold all teams" : "Unfold all teams", steps);
}

/** Opens whatever covers a card. */
export async function reveal(id: string): Promise<void> {
  const { rows, tree } = useOrg.getState();
  const steps: Step[] = [];
  for (let up = tree.parent.get(id) ?? null; up !== null; up = tree.parent.get(up) ?? null) {
    if (rows.get(up)?.collapsed) steps.push({ id: up, patch: { collapsed: false } });
  }
  if (steps.length > 0) await change(`Show ${nameOf(id)}`, steps);
}

export function rename(id: string, name: string): void {
  const before = nameOf(id);
  if (name === "" || name === before) return;
  void change(`Rename ${before}`, [{ id, patch: { name } }], { announce: `Renamed ${before} to ${name}` });
}

export function edit(id: string, patch: PatchWorkspace, label: string): Promise<boolean> {
  return change(label, [{ id, patch }]);
}

export function arrangeTeam(id: string): void {
  const { rows, tree, layout } = useOrg.getState();
  const steps: Step[] = [];
  for (const [member, at] of arrange(rows, tree, layout, id)) {
    const row = rows.get(member);
    if (row && (row.x !== at.x || row.y !== at.y)) steps.push({ id: member, patch: { x: at.x, y: at.y } });
  }
  if (steps.length === 0) {
    toast("info", `${nameOf(id)}'s team is arranged already.`);
    return;
  }
  void change(`Arrange ${nameOf(id)}'s team`, steps, { announce: `Arranged ${nameOf(id)}'s team` });
}

/** Packs all teams, or one with all in it, so that they are seen from as near as the window allows. */
export function tidyUp(aspect: number, id: string | null = null): void {
  const { rows, tree, layout } = useOrg.getState();
  const what = id === null ? "everything" : `${nameOf(id)}'s team`;
  const steps = tidied(rows, tree, layout, id, aspect);
  if (steps.length === 0) {
    toast("info", `${capital(what)} is tidy already.`);
    return;
  }
  void change(`Tidy up ${what}`, steps, { announce: `Tidied up ${what}` });
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Puts a role into another team, or makes it stand alone, in a free place there. */
export function moveInto(id: string, lead: string | null, place: { x: number; y: number }): void {
  const { rows, tree } = useOrg.getState();
  const row = rows.get(id);
  if (!row || lead === id || (lead !== null && descendants(tree, id).includes(lead))) return;
  const target = lead === null ? null : (rows.get(lead)?.name ?? "the team");
  const steps: Step[] = [{ id, patch: { parent_id: lead, x: place.x, y: place.y } }];
  void change(target ? `Move ${row.name} into ${target}` : `Take ${row.name} out of its team`, steps, {
    announce: target ? `${row.name} now reports to ${target}` : `${row.name} now stands alone`,
  });
}

export function askRemove(id: string): void {
  openDialog({ kind: "delete", id });
}
