import { describe, expect, it } from "vitest";
import { type Focused, isForCanvas, reachOf } from "./keyReach";

/** An element with the selectors that it, or something around it, answers to. */
function element(tagName: string, ...around: string[]): Focused {
  return {
    tagName,
    isContentEditable: around.includes("editor"),
    closest: (selectors) => selectors.split(",").find((one) => around.includes(one)) ?? null,
  };
}

const RAIL = element("BUTTON", "button");
const CARD = element("BUTTON", "button", "[data-workspace-id]");
const PANEL = element("BUTTON", "button", '[data-testid="inspector"]');

describe("reachOf", () => {
  it("tells fields, menus, cards, the panel and other buttons apart", () => {
    expect(reachOf(null)).toBe("page");
    expect(reachOf(element("BODY"))).toBe("page");
    expect(reachOf(element("TEXTAREA", '[data-testid="inspector"]'))).toBe("field");
    expect(reachOf(element("DIV", "editor"))).toBe("field");
    expect(reachOf(element("DIV", '[role="menu"]'))).toBe("own");
    expect(reachOf(CARD)).toBe("card");
    expect(reachOf(PANEL)).toBe("panel");
    expect(reachOf(RAIL)).toBe("control");
  });
});

describe("isForCanvas", () => {
  it("leaves the canvas its keys after a visit to another room, whose button still has the focus", () => {
    for (const key of ["0", "+", "-", "z", "ArrowDown", "F2", "Escape"])
      expect([key, isForCanvas(reachOf(RAIL), key)]).toEqual([key, true]);
  });

  it("leaves a button what it does itself, and removes nothing from there", () => {
    for (const key of ["Enter", " ", "Delete", "Backspace"])
      expect([key, isForCanvas(reachOf(RAIL), key)]).toEqual([key, false]);
    expect(isForCanvas(reachOf(CARD), "Enter")).toBe(true);
    expect(isForCanvas(reachOf(CARD), "Delete")).toBe(true);
  });

  it("moves the view from the panel and takes nothing else from it", () => {
    expect(isForCanvas(reachOf(PANEL), "0")).toBe(true);
    expect(isForCanvas(reachOf(PANEL), "Escape")).toBe(true);
    for (const key of ["ArrowDown", "Delete", "Enter", "z"])
      expect(isForCanvas(reachOf(PANEL), key)).toBe(false);
  });

  it("takes nothing from who types", () => {
    expect(isForCanvas("field", "0")).toBe(false);
    expect(isForCanvas("own", "Escape")).toBe(false);
  });
});
