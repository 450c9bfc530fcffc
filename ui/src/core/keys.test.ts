import { describe, expect, it } from "vitest";
import { named, providerOf } from "./keys";

describe("providerOf", () => {
  it("goes by the name of the key", () => {
    expect(providerOf("GITHUB_TOKEN")).toBe("github");
    expect(providerOf("ANTHROPIC_API_KEY")).toBe("anthropic");
    expect(providerOf("CLAUDE_CODE_OAUTH_TOKEN")).toBe("anthropic");
    expect(providerOf("TEAM_OPENROUTER_KEY")).toBe("openrouter");
    expect(providerOf("SLACK_TOKEN")).toBeNull();
  });
});

describe("named", () => {
  it("lists few names and counts the rest", () => {
    expect(named([])).toBe("");
    expect(named(["A"])).toBe("A");
    expect(named(["A", "B"])).toBe("A and B");
    expect(named(["A", "B", "C", "D"])).toBe("A, B, C and D");
    expect(named(["A", "B", "C", "D", "E"])).toBe("A, B, C and 2 more");
  });
});
