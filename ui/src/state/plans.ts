/** Plans that wait for a person. They stand in the event log, so they are found again when the page is opened later. */

import { create } from "zustand";
import { listFolders, readEvents } from "../api/calls";
import type { LiveEvent } from "../api/types";
import { PLAN_EVENTS, plansFrom, type WaitingPlans, withoutPlan, withPlanEvent } from "../core/waitingPlans";
import { dropTopic, openDialog } from "./ui";

interface PlansState {
  plans: WaitingPlans;
  /** Name and folder of each org that a plan waits for. */
  orgs: ReadonlyMap<string, { dir: string; name: string }>;
}

export const usePlans = create<PlansState>(() => ({ plans: new Map(), orgs: new Map() }));

/** The topic of notices about the files of an org. */
export function topicOf(org: string): string {
  return `org:${org}`;
}

/** Reads which plans wait. What came in live meanwhile is in the answer too. */
export async function readPlans(): Promise<void> {
  const events = await readEvents(PLAN_EVENTS, 200);
  usePlans.setState({
    plans: plansFrom(events.map(({ event_type, payload }) => ({ name: event_type, payload }))),
  });
  await readNames();
}

export function notePlanEvent(event: LiveEvent): void {
  const { plans } = usePlans.getState();
  const next = withPlanEvent(plans, { name: event.event, payload: event.payload });
  if (next === plans) return;
  usePlans.setState({ plans: next });
  readNames().catch(() => undefined);
}

async function readNames(): Promise<void> {
  const { plans, orgs } = usePlans.getState();
  if ([...plans.keys()].every((org) => orgs.has(org))) return;
  const folders = await listFolders();
  usePlans.setState({
    orgs: new Map(folders.map(({ org_id, dir, name }) => [org_id, { dir, name: name || dir }])),
  });
}

/** The plan of an org was looked at and changes nothing, or the org is gone. */
export function planIsDone(dir: string): void {
  const { orgs, plans } = usePlans.getState();
  for (const [org, known] of orgs) {
    if (known.dir === dir) usePlans.setState({ plans: withoutPlan(plans, org) });
  }
}

/** Opens the plan of an org whose files changed. */
export async function showPlan(org: string): Promise<void> {
  dropTopic(topicOf(org));
  const folders = await listFolders().catch(() => []);
  const dir = folders.find((folder) => folder.org_id === org)?.dir;
  openDialog(dir === undefined ? { kind: "import" } : { kind: "import", dir });
}
