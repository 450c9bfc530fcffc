import { expect, it } from "vitest";
import { partsOf, soften } from "./words";

const shown = (name: string) => soften(name).replaceAll("\u00AD", "·");

it("breaks long words between syllables, never close to an end", () => {
  expect(shown("Integration Tester")).toBe("Inte·gra·tion Tester");
  expect(shown("Documentation Specialist")).toBe("Docu·men·ta·tion Spe·cia·list");
  expect(shown("Infrastructure")).toBe("Infrastruc·ture");
});

it("keeps sounds together and short words whole", () => {
  expect(shown("Researcher")).not.toMatch(/s·h|c·h/);
  expect(shown("Pilot")).toBe("Pilot");
  expect(shown("DevOps-Engineer")).toBe("DevOps-Engineer");
});

it("changes nothing but where a line may break", () => {
  for (const name of [
    "Geschäftsführungsassistenz",
    "Koordinatør",
    "統合テスト担当者",
    "a".repeat(2000),
    "👩‍🚀 Astronaut",
  ]) {
    expect(soften(name).replaceAll("\u00AD", "")).toBe(name);
  }
});

it("finds what a line must hold", () => {
  expect(partsOf("Front-end  Lead/Deputy")).toEqual(["Front-", "end", "Lead/", "Deputy"]);
});
