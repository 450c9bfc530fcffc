import { expect, it } from "vitest";
import { isStandIn } from "./standIn";

it("knows a runtime that the stand-in answers for, by its own image or by that of all", () => {
  expect(isStandIn("claude-code", { "*": "stand-in" })).toBe(true);
  expect(isStandIn("claude-code", { "claude-code": "registry.example/claude", "*": "stand-in" })).toBe(false);
  expect(isStandIn("langgraph", { langgraph: "stand-in" })).toBe(true);
  expect(isStandIn("claude-code", {})).toBe(false);
  expect(isStandIn("claude-code", undefined)).toBe(false);
});

it("leaves alone what runs in no container", () => {
  expect(isStandIn("mock", { "*": "stand-in" })).toBe(false);
  expect(isStandIn("external", { "*": "stand-in" })).toBe(false);
});
