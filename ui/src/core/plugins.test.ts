import { expect, test } from "vitest";
import type { InstalledPlugin, PluginUpdate } from "../api/types";
import {
  canTrack,
  groupUpdates,
  groupWanted,
  installedText,
  pinnedSource,
  pluginNames,
  pluginNote,
  short,
  sourceProblem,
  uninstalledText,
} from "./plugins";

test("a source is a name, or a scheme with its place; one from GitHub says which version", () => {
  for (const good of ["browser", "local://browser", "github://a/b#v1.0.0", "gitea://host/a/b#v1"])
    expect(sourceProblem(good), good).toBeNull();
  for (const bad of ["", "two words", "Upper", "a/b", "github://a/b"])
    expect(sourceProblem(bad), bad).not.toBeNull();
});

test("only what comes from a repository can follow it", () => {
  expect(["browser", "local://browser", "github://a/b#v1", "gitea://a/b#v1"].map(canTrack)).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test("what was done says what the agent makes of it", () => {
  const done = {
    status: "installed",
    plugin: "browser",
    source: "local://browser",
    digest: "",
    warnings: [],
  };
  expect(installedText({ ...done, restart: "scheduled", delivered: "agent" })).toBe(
    "browser is installed. The agent restarts after its task.",
  );
  expect(installedText({ ...done, restart: "none", delivered: "next_start" })).toBe(
    "browser is installed. Its next start brings it.",
  );
  expect(
    uninstalledText({ status: "uninstalled", plugin: "browser", restart: "now", kept: ["a", "b"] }),
  ).toBe("browser is removed. The agent restarts now. Left where they are, because they were changed: a, b.");
});

test("the most important oddity of a plugin is told", () => {
  const plugin: InstalledPlugin = {
    name: "browser",
    version: "1",
    description: "",
    author: "",
    tags: [],
    skills: [],
    runtimes: [],
    supported_on_runtime: true,
    support: "native",
    source: "local://browser",
    track: "none",
    delivered: true,
  };
  expect(pluginNote(plugin)).toBeNull();
  expect(pluginNote({ ...plugin, delivered: false })).toMatch(/next start/);
  expect(pluginNote({ ...plugin, delivered: false, supported_on_runtime: false })).toMatch(/does nothing/);
  expect(short("sha256:0123456789abcdef")).toBe("0123456789");
});

test("what became of setup.sh is told unless it went well", () => {
  const plugin = { supported_on_runtime: true, support: "native", delivered: true } as InstalledPlugin;
  const setup = { state: "failed", text: "setup.sh ended with 3", log: "" };
  expect(pluginNote({ ...plugin, setup })).toBe("setup.sh ended with 3.");
  expect(pluginNote({ ...plugin, setup: { ...setup, state: "done" } })).toBeNull();
});

const update = (id: string, more: Partial<PluginUpdate> = {}): PluginUpdate => ({
  id,
  workspace_id: id,
  workspace_name: id,
  update_tier: "production",
  plugin_name: "demo",
  source_raw: "github://acme/demo#v1.0.0",
  tracked_ref: "tag:latest",
  current_sha: "a".repeat(40),
  target_ref: "v1.1.0",
  target_sha: "b".repeat(40),
  detected_at: "2026-05-03T09:00:00Z",
  status: "pending",
  ...more,
});

test("updates to one commit of one plugin stand together, canary roles apart", () => {
  const groups = groupUpdates([
    update("one"),
    update("first", { update_tier: "canary", source_raw: "github://acme/demo#v0.9.0" }),
    update("two"),
    update("late", { target_sha: "c".repeat(40), target_ref: "v1.2.0" }),
    update("another", { plugin_name: "a-tool", source_raw: "gitea://git.example.org/acme/a-tool#v1" }),
  ]);
  expect(groups.map(({ plugin, targetRef }) => `${plugin} ${targetRef}`)).toEqual([
    "a-tool v1.1.0",
    "demo v1.1.0",
    "demo v1.2.0",
  ]);
  expect(groups[1]?.canary.map(({ id }) => id)).toEqual(["first"]);
  expect(groups[1]?.production.map(({ id }) => id)).toEqual(["one", "two"]);
  expect(pinnedSource(update("one"))).toBe(`github://acme/demo#${"b".repeat(40)}`);
});

test("what org files want stands together by plugin and reason, in words", () => {
  const wanted = (workspace_name: string, source: string, reason: string) => ({
    workspace_id: workspace_name,
    workspace_name,
    source,
    state: "refused",
    reason,
  });
  const unseen =
    'plugin "tool" holds code that nobody was shown yet; a person has to look at it and install it';
  const groups = groupWanted([
    wanted("Lead", "absent", "failed to fetch plugin from local"),
    wanted("Lead", "tool", unseen),
    wanted("Writer", "tool", unseen),
    wanted("Clerk", "other", 'plugin "other" is not in the org allowlist'),
  ]);
  expect(groups.map(({ source, roles }) => `${source}: ${roles.join(", ")}`)).toEqual([
    "absent: Lead",
    "tool: Lead, Writer",
    "other: Clerk",
  ]);
  expect(groups[0]?.why).toMatch(/not in the plugins folder/);
  expect(groups[1]?.why).toMatch(/these roles get it/);
  expect(groups[2]?.why).toBe('Plugin "other" is not in the org allowlist.');
});

test("names of an allowlist are written freely and checked", () => {
  expect(pluginNames(" a, b\n b  C.d ")).toEqual({ names: ["a", "b", "C.d"], bad: null });
  expect(pluginNames("")).toEqual({ names: [], bad: null });
  expect(pluginNames("fine, ../up").bad).toBe("../up");
  expect(pluginNames("a..b").bad).toBe("a..b");
});
