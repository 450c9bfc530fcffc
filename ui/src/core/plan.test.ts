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
  isChange,
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

it("says once what is said of many names, where the first of them stood", () => {
  const of = (text: string, line: number, code = "missing") => ({ code, text, file: "org.yaml", line });
  const missing = (name: string) => `the plugin ${name} is not on this computer; roles start without it`;
  const category = (name: string, role: string) =>
    `the category ${name} names ${role} which is no workspace here`;
  const groups = groupWarnings({
    ...plan,
    warnings: [
      of("something else", 1),
      of(missing("ecc"), 2),
      of("the folder lead does not exist; the role starts without files", 3),
      of(missing("superpowers"), 4),
      of(category("dev", "Lead"), 6),
      of(missing("ecc"), 5),
      of("the plugin other is not on this computer; roles start without it", 9, "of another kind"),
      of(category("ops", "Chief"), 7),
    ],
  });
  expect(groups).toEqual([
    { text: "something else", places: ["org.yaml:1"] },
    {
      text: "the plugin … is not on this computer; roles start without it",
      names: ["ecc", "superpowers"],
      places: ["org.yaml:2", "org.yaml:5", "org.yaml:4"],
    },
    { text: "the folder lead does not exist; the role starts without files", places: ["org.yaml:3"] },
    {
      text: "the category … names … which is no workspace here",
      names: ["dev Lead", "ops Chief"],
      places: ["org.yaml:6", "org.yaml:7"],
    },
    { text: missing("other"), places: ["org.yaml:9"] },
  ]);
});

it("leaves short warnings and those that differ in more than names apart", () => {
  const texts = ["no model given", "no runtime given", "a b c d e f", "a x c y e z"];
  const warnings = texts.map((text) => ({ code: "x", text, file: null, line: null }));
  expect(groupWarnings({ ...plan, warnings }).map(({ text }) => text)).toEqual(texts);
});

it("tells what changes from what stays", () => {
  const gone = { ...step("g", "keep"), id: null };
  const groups = groupPlan({ ...plan, plan: [...plan.plan, gone] });
  expect(groups.filter(isChange).map(({ action }) => action)).toEqual(["create", "update", "move", "remove"]);
  expect(groups.filter((group) => !isChange(group)).map(({ action }) => action)).toEqual(["keep", "gone"]);
});
