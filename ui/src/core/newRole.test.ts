import { expect, test } from "vitest";
import type { Connection } from "../api/types";
import { snippets } from "./connect";
import { createBody, type NewRole, newRoleProblem, runtimesOffered } from "./newRole";

const role: NewRole = {
  name: " Scout ",
  role: "",
  parent: null,
  template: "",
  runtime: "",
  model: "",
  tier: 2,
  budget: "",
  isElsewhere: false,
};

test("a role needs a name, and a budget that is a number", () => {
  expect(newRoleProblem(role)).toBeNull();
  expect(newRoleProblem({ ...role, name: "  " })).toEqual({ field: "name", text: "Name is required" });
  expect(newRoleProblem({ ...role, budget: "-1" })).not.toBeNull();
  expect(newRoleProblem({ ...role, budget: "ten" })).not.toBeNull();
  expect(newRoleProblem({ ...role, budget: "12.50" })).toBeNull();
});

test("signs that a name may not hold are named, and the field they are in", () => {
  expect(newRoleProblem({ ...role, name: "<b>Scout</b> [x]" })).toEqual({
    field: "name",
    text: "It must not contain > [ ]",
  });
  expect(newRoleProblem({ ...role, role: "Finds & tells" })).toEqual({
    field: "role",
    text: "It must not contain &",
  });
});

test("what is empty is left to the platform, and dollars become cents", () => {
  const sent = (other: Partial<NewRole>) => JSON.parse(JSON.stringify(createBody({ ...role, ...other })));
  expect(sent({})).toEqual({ name: "Scout", tier: 2 });
  expect(sent({ budget: "12.50", parent: "p", template: "writer", model: "sonnet" })).toEqual({
    name: "Scout",
    tier: 2,
    budget_limit: 1250,
    parent_id: "p",
    template: "writer",
    model: "sonnet",
  });
});

test("an agent that runs elsewhere takes neither template nor runtime", () => {
  expect(
    JSON.parse(JSON.stringify(createBody({ ...role, isElsewhere: true, template: "x", runtime: "y" }))),
  ).toEqual({
    name: "Scout",
    tier: 2,
    external: true,
    runtime: "external",
  });
});

test("the platform's snippets carry the key, quoted for where they are pasted", () => {
  const connection: Connection = {
    workspace_id: "w",
    platform_url: "http://p",
    auth_token: "to'ken",
    registry_endpoint: "http://p/r",
    heartbeat_endpoint: "http://p/h",
    curl_register_template: 'curl "Bearer $WORKSPACE_AUTH_TOKEN"',
    python_snippet: 'TOKEN = os.environ["WORKSPACE_AUTH_TOKEN"]',
    claude_code_channel_snippet: "cat",
  };
  const [python, curl] = snippets(connection);
  expect(python?.text).toBe('TOKEN = "to\'ken"');
  expect(curl?.text).toMatch(/^export WORKSPACE_AUTH_TOKEN='to'\\''ken'\n/);
});

test("offers the runtimes in use first, then all that are known, each once", () => {
  const offered = runtimesOffered(
    ["my-own", "claude-code", "", "external", "claude-code"],
    ["langgraph", "claude-code", "external", "stand-in"],
  );
  expect(offered.slice(0, 2)).toEqual(["claude-code", "my-own"]);
  expect(offered).toContain("langgraph");
  expect(offered).toContain("stand-in");
  expect(offered).not.toContain("external");
  expect(new Set(offered).size).toBe(offered.length);
});
