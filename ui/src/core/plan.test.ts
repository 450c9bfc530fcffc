import { expect, it } from "vitest";
import type { Plan, PlanStep } from "../api/types";
import {
  blockers,
  callsPerDay,
  changes,
  changesConsent,
  choicesOf,
  conflictKey,
  groupPlan,
  groupWarnings,
  NO_CHOICES,
  place,
  requestOf,
  toggled,
  valueText,
  withPrompts,
} from "./plan";

const step = (key: string, action: string): PlanStep => ({
  key,
  id: action === "create" ? null : `id-${key}`,
  name: key,
  action,
  fields: [],
  reason: "",
  file: "org.yaml",
  line: 3,
});

const plan: Plan = {
  org: "Org",
  plan: [
    step("a", "keep"),
    step("b", "create"),
    step("c", "remove"),
    step("d", "create"),
    step("e", "move"),
    step("f", "update"),
  ],
  conflicts: [{ key: "a", field: "model", base: "x", files: "y", canvas: "z" }],
  unsaved: [],
  warnings: [],
  asks: [],
  cost: {
    at_start: 0,
    per_day: 0,
    sources: [
      { source: "initial prompts", roles: 42, at_start: 42, per_day: 0, on: false },
      { source: "schedules", roles: 31, at_start: 0, per_day: 3936, on: false },
    ],
  },
};

it("does not count what was removed on the canvas as staying", () => {
  const gone = { ...step("g", "keep"), id: null, reason: "removed on the canvas; not brought back" };
  const titles = groupPlan({ ...plan, plan: [step("a", "keep"), gone] }).map((group) => group.title);
  expect(titles).toEqual([
    "1 role stays as it is",
    "1 role was removed on the canvas and is not brought back",
  ]);
});

it("groups steps: what changes first, what stays last", () => {
  expect(groupPlan(plan).map((group) => [group.action, group.title])).toEqual([
    ["create", "2 roles to create"],
    ["update", "1 role to update"],
    ["move", "1 role to move"],
    ["remove", "1 role no longer in the files"],
    ["keep", "1 role stays as it is"],
  ]);
});

const allowed: Plan = {
  ...plan,
  cost: {
    ...plan.cost,
    sources: plan.cost.sources.map((one) => ({ ...one, on: one.source === "schedules" })),
  },
};

it("begins with what was allowed before, and leaves it alone until a box is touched", () => {
  const before = choicesOf(allowed);
  expect(before).toEqual({ ...NO_CHOICES, schedules: true });
  expect(choicesOf(plan)).toEqual(NO_CHOICES);
  expect(requestOf("x", before, false).prompts).toBeNull();
  expect(changesConsent(allowed, before)).toBe(false);
});

it("says all of it once a box was touched, so that an untick takes back and a second thought does too", () => {
  const before = choicesOf(allowed);
  const without = withPrompts(before, "schedules", false);
  expect(requestOf("x", without, false).prompts).toEqual({ initial: false, idle: false, schedules: false });
  expect(changesConsent(allowed, without)).toBe(true);
  const more = withPrompts(before, "initial", true);
  expect(requestOf("x", more, false).prompts).toEqual({ initial: true, idle: false, schedules: true });
  const again = withPrompts(more, "initial", false);
  expect(changesConsent(allowed, again)).toBe(false);
  expect(requestOf("x", again, false).prompts).toEqual({ initial: false, idle: false, schedules: true });
});

it("asks for nothing the person did not tick", () => {
  expect(requestOf("x", NO_CHOICES, true)).toEqual({
    dir: "x",
    mode: "sync",
    dry_run: true,
    prune: false,
    grant_tier: null,
    prompts: null,
    folders: [],
    revoke_folders: [],
    resolve: {},
    force: false,
  });
});

it("asks for folders before it applies, and takes back what was allowed", () => {
  const asking: Plan = {
    ...plan,
    conflicts: [],
    asks: [{ code: "workspace_dir", text: "mounts /srv/a", count: 1, subjects: ["/srv/a"] }],
    granted: { tier: 4, folders: ["/srv/old"] },
  };
  expect(blockers(asking, NO_CHOICES)).toEqual(["Allow /srv/a, or take it out of the files."]);
  const allowed = { ...NO_CHOICES, allow: toggled([], "/srv/a", true) };
  expect(blockers(asking, allowed)).toEqual([]);
  const back = { ...allowed, revoke: ["/srv/old"], revokesTier: true };
  expect(changesConsent(asking, back)).toBe(true);
  expect(requestOf("x", back, false)).toMatchObject({
    folders: ["/srv/a"],
    revoke_folders: ["/srv/old"],
    grant_tier: 2,
  });
  expect(toggled(["a", "b"], "a", false)).toEqual(["b"]);
});

it("does not apply over an open conflict", () => {
  expect(blockers(plan, NO_CHOICES)).toHaveLength(1);
  expect(
    blockers(plan, { ...NO_CHOICES, resolve: { [conflictKey({ key: "a", field: "model" })]: "files" } }),
  ).toEqual([]);
});

it("counts removals only when they are ticked", () => {
  expect(changes(plan, NO_CHOICES)).toBe(4);
  expect(changes(plan, { ...NO_CHOICES, prune: true })).toBe(5);
});

it("tells the model calls of what is ticked", () => {
  expect(callsPerDay(plan, NO_CHOICES)).toEqual({ atStart: 0, perDay: 0 });
  expect(callsPerDay(plan, { ...NO_CHOICES, schedules: true, initial: true })).toEqual({
    atStart: 42,
    perDay: 3936,
  });
});

it("names places and values for people", () => {
  expect(place("org.yaml", 3)).toBe("org.yaml:3");
  expect(place(null, 3)).toBe("");
  expect(valueText(null)).toBe("none");
  expect(valueText(["a", "b"])).toBe("a, b");
  expect(valueText({ a: 1 })).toBe('{"a":1}');
});

it("says the same thing about many places once", () => {
  const warning = (line: number) => ({ code: "unused", text: "not used", file: "a.yaml", line });
  expect(groupWarnings({ ...plan, warnings: [warning(1), warning(2)] })).toEqual([
    { text: "not used", places: ["a.yaml:1", "a.yaml:2"] },
  ]);
});
