import { expect, test } from "vitest";
import type { InstalledPlugin } from "../api/types";
import { canTrack, installedText, pluginNote, short, sourceProblem, uninstalledText } from "./plugins";

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
