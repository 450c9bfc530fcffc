import { expect, it } from "vitest";
import { type PlanEvent, plansFrom, withoutPlan } from "./waitingPlans";

const changed = (org: string, reaction: string, ...paths: string[]): PlanEvent => ({
  name: "CHANGE_DETECTED",
  payload: { org_id: org, reaction, paths, reason: "1 role changes" },
});
const imported = (org: string): PlanEvent => ({ name: "org.import.completed", payload: { org_id: org } });

it("keeps a plan until its org is imported, applied or refused, also when the page was closed meanwhile", () => {
  const waiting = (...oldestFirst: PlanEvent[]) => [...plansFrom(oldestFirst.toReversed()).keys()];
  expect(waiting(imported("a"), changed("a", "plan", "org.yaml"))).toEqual(["a"]);
  expect(waiting(changed("a", "plan"), imported("a"))).toEqual([]);
  expect(waiting(changed("a", "plan"), changed("b", "plan"), imported("a"))).toEqual(["b"]);
  expect(waiting(changed("a", "plan"), changed("a", "refused"))).toEqual([]);
  expect(waiting(changed("a", "plan"), changed("a", "applied"))).toEqual([]);
  expect(
    waiting(changed("a", "plan"), { name: "CHANGE_DETECTED", payload: { reaction: "restart" } }),
  ).toEqual(["a"]);
});

it("tells which files changed, and forgets a plan that turned out to change nothing", () => {
  const plans = plansFrom([changed("a", "plan", "org.yaml", "lead.yaml")]);
  expect(plans.get("a")).toEqual({ files: ["org.yaml", "lead.yaml"], text: "1 role changes" });
  expect(withoutPlan(plans, "a").size).toBe(0);
  expect(withoutPlan(plans, "b")).toBe(plans);
});
