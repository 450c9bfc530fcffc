import { expect, it } from "vitest";
import { asMarkdown, keepLines } from "./markdown";

it("makes list items of bullets, apart from what stands before and after", () => {
  expect(asMarkdown("The team says:\n• Writer: done\n• Reviewer: fine\nThat is all.")).toBe(
    "The team says:\n\n- Writer: done\n- Reviewer: fine\n\nThat is all.",
  );
  expect(asMarkdown("• a\n  ◦ b\n• c")).toBe("- a\n  - b\n- c");
});

it("leaves Markdown and code as they are", () => {
  for (const text of [
    "- a\n- b",
    "1. a\n2. b",
    "no list",
    "```\n• raw\n```",
    "a · b",
    "~~~\n• raw\n```\n• raw\n~~~",
  ])
    expect(asMarkdown(text)).toBe(text);
});

it("keeps the ends of lines, and only of text", () => {
  const tree = {
    type: "root",
    children: [
      { type: "paragraph", children: [{ type: "text", value: "one\n  two" }] },
      { type: "code", value: "a\nb" },
    ],
  };
  keepLines()(tree);
  expect(tree.children).toEqual([
    {
      type: "paragraph",
      children: [{ type: "text", value: "one" }, { type: "break" }, { type: "text", value: "two" }],
    },
    { type: "code", value: "a\nb" },
  ]);
});
