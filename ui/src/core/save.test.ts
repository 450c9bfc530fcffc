import { expect, test } from "vitest";
import type { SaveView } from "../api/types";
import { diffLines, saveProblem } from "./save";

const view: SaveView = {
  org: "Harbour",
  saved: false,
  changes: [],
  files: [{ path: "org.yaml", created: false, diff: "" }],
  questions: [],
  refused: [],
  warnings: [],
  read: "x",
};

test("a diff comes apart into what is added, what goes, and where", () => {
  const diff = "--- a/org.yaml\n+++ b/org.yaml\n@@ -1,2 +1,2 @@\n name: A\n-model: x\n+model: y\n";
  expect(diffLines(diff).map(({ kind }) => kind)).toEqual(["place", "same", "removed", "added"]);
  expect(diffLines(diff)[3]?.text).toBe("+model: y");
});

test("nothing is saved before every shared value has its answer, or when there is nothing to write", () => {
  const question = {
    key: "dir:pilot",
    role: "Pilot",
    field: "model",
    shared: "anchor",
    with: ["Clerk"],
    options: ["all", "only_this"],
    file: "org.yaml",
    line: 4,
  };
  expect(saveProblem(view, {})).toBeNull();
  expect(saveProblem({ ...view, questions: [question] }, {})).toMatch(/shared value/);
  expect(saveProblem({ ...view, questions: [question] }, { "dir:pilot/model": "all" })).toBeNull();
  expect(saveProblem({ ...view, files: [] }, {})).toMatch(/nothing to save/);
});
