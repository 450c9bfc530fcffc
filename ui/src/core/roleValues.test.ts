import { expect, test } from "vitest";
import type { OrgRole } from "../api/types";
import { valueEdits, valuesOf, valuesProblem } from "./roleValues";

const field = (value: unknown) => ({ value, file: "org.yaml", line: 3 });
const role: OrgRole = {
  key: "dir:lead",
  name: "Lead",
  id: "1",
  parent: null,
  file: "org.yaml",
  line: 3,
  editable: ["plugins"],
  fields: {
    initial_prompt: field("Begin.\n"),
    idle_prompt: field(null),
    idle_interval_seconds: field(null),
    system_prompt: field(null),
    plugins: field(["notes", "search"]),
    category_routing: field({ security: ["Lead", "Writer"] }),
    channels: field([
      { kind: "slack", config: { webhook_url: "set:abc" }, allowed_users: ["ann"], enabled: true },
    ]),
  },
};

test("values come and go unchanged when nobody changes them", () => {
  expect(valueEdits(role, valuesOf(role))).toEqual([]);
});

test("only what differs is an edit, and nothing is unset", () => {
  const values = {
    ...valuesOf(role),
    initial_prompt: "",
    idle_prompt: "Look around.",
    idle_interval_seconds: "900",
    plugins: "search\n\n notes2 ",
    category_routing: "security: Lead\nwords: Writer, Lead",
  };
  expect(valueEdits(role, values)).toEqual([
    { key: "dir:lead", field: "initial_prompt", value: null },
    { key: "dir:lead", field: "idle_prompt", value: "Look around." },
    { key: "dir:lead", field: "idle_interval_seconds", value: 900 },
    { key: "dir:lead", field: "plugins", value: ["search", "notes2"] },
    {
      key: "dir:lead",
      field: "category_routing",
      value: { security: ["Lead"], words: ["Writer", "Lead"] },
    },
  ]);
});

test("what makes no sense is told before anything is sent", () => {
  expect(valuesProblem(valuesOf(role))).toBeNull();
  expect(valuesProblem({ ...valuesOf(role), idle_interval_seconds: "soon" })).toMatch(/whole number/);
  expect(valuesProblem({ ...valuesOf(role), category_routing: "security" })).toMatch(/category: Role/);
});

test("a channel is switched and opened without its settings being touched", () => {
  const values = valuesOf(role);
  expect(values.channels).toEqual([{ kind: "slack", isOn: true, users: "ann" }]);
  expect(
    valueEdits(role, { ...values, channels: [{ kind: "slack", isOn: false, users: "ann, bob" }] }),
  ).toEqual([
    {
      key: "dir:lead",
      field: "channels",
      value: [
        { kind: "slack", config: { webhook_url: "set:abc" }, allowed_users: ["ann", "bob"], enabled: false },
      ],
    },
  ]);
});
