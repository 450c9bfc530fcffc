/** Plans that wait for a person: the files of an org changed, and nobody has looked at or applied what follows. Pure. */

/** What is read of an event; live ones and stored ones have it both. */
export interface PlanEvent {
  name: string;
  payload: Readonly<Record<string, unknown>>;
}

export interface WaitingPlan {
  /** Files that changed, as far as they were told. */
  files: readonly string[];
  /** What the platform said of it. */
  text: string;
}

/** By the id of the org. */
export type WaitingPlans = ReadonlyMap<string, WaitingPlan>;

export const PLAN_EVENTS = ["CHANGE_DETECTED", "org.import.completed"] as const;

/** The plans that wait after one more event; the same map when it says nothing about any. */
export function withPlanEvent(plans: WaitingPlans, { name, payload }: PlanEvent): WaitingPlans {
  const org = payload.org_id;
  if (typeof org !== "string" || org === "") return plans;
  if (name === "CHANGE_DETECTED" && payload.reaction === "plan") {
    const files = Array.isArray(payload.paths)
      ? payload.paths.filter((path): path is string => typeof path === "string")
      : [];
    const text = typeof payload.reason === "string" ? payload.reason : "";
    return new Map(plans).set(org, { files, text });
  }
  // Applied by itself, refused since, or imported anew: no older plan holds any more.
  const isOver =
    name === "org.import.completed" ||
    (name === "CHANGE_DETECTED" && (payload.reaction === "applied" || payload.reaction === "refused"));
  return isOver ? withoutPlan(plans, org) : plans;
}

export function withoutPlan(plans: WaitingPlans, org: string): WaitingPlans {
  if (!plans.has(org)) return plans;
  const rest = new Map(plans);
  rest.delete(org);
  return rest;
}

/** The plans that wait, from the event log: the newest event first, as it is read. */
export function plansFrom(newestFirst: readonly PlanEvent[]): WaitingPlans {
  return newestFirst.toReversed().reduce<WaitingPlans>(withPlanEvent, new Map());
}
