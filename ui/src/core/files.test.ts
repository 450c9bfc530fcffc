import { expect, test } from "vitest";
import { folderOf, inOrder, joined, languageOf, nameOf, pathProblem, sizeOf, whyNoFiles } from "./files";

test("folders stand first, and numbers count as numbers", () => {
  const entry = (path: string, dir = false) => ({ path, dir, size: 1 });
  expect(
    inOrder([entry("part 10"), entry("b", true), entry("part 2"), entry("a", true)]).map(({ path }) => path),
  ).toEqual(["a", "b", "part 2", "part 10"]);
});

test("the kind of a file is told by its ending, whatever its case", () => {
  expect(
    ["config.yaml", "SKILL.MD", "tools/run.py", "a.TSX", "Makefile", ".env", "x.unknown"].map(languageOf),
  ).toEqual(["yaml", "markdown", "python", "typescript", "plain", "plain", "plain"]);
});

test("a path comes apart and together again", () => {
  expect([nameOf("skills/greet/SKILL.md"), folderOf("skills/greet/SKILL.md")]).toEqual([
    "SKILL.md",
    "skills/greet",
  ]);
  expect([nameOf("x"), folderOf("x")]).toEqual(["x", ""]);
  expect([joined("", "x"), joined("a/b", "x")]).toEqual(["x", "a/b/x"]);
});

test("a path that the platform would refuse is refused with a sentence", () => {
  for (const bad of ["", "/etc/passwd", "a/", "a\\b", "../x", "a..b"])
    expect(pathProblem(bad), bad).not.toBeNull();
  for (const good of ["x", "skills/greet/SKILL.md", ".hidden"]) expect(pathProblem(good), good).toBeNull();
});

test("sizes are told in words", () => {
  expect([0, 999, 1000, 15_400, 2_500_000].map(sizeOf)).toEqual([
    "0 B",
    "999 B",
    "1.0 kB",
    "15 kB",
    "2.5 MB",
  ]);
});

test("says of roles without a container why they have no files", () => {
  expect(whyNoFiles("mock")).toMatch(/platform itself/);
  expect(whyNoFiles("external")).toMatch(/elsewhere/);
  expect(whyNoFiles("claude-code")).toBeNull();
  expect(whyNoFiles(undefined)).toBeNull();
});
