import { expect, it } from "vitest";
import { asRoles, partsOf, shortened, soften, wrapped } from "./words";

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

it("cuts words that have no room, as people abbreviate them, and leaves the others", () => {
  const short = (name: string, room: number) => shortened(name, room, (text) => text.length);
  expect(short("Engineer 3.1.2", 7)).toBe("Engin. 3.1.2");
  expect(short("Documentation Specialist", 8)).toBe("Documen. Special.");
  expect(short("Core-Security", 9)).toBe("Core-Security");
  expect(short("Infra-Runtime-BE", 6)).toBe("Infra-Runt. BE");
  expect(short("Ann", 2)).toBe("An.");
});

it("counts the lines of a name", () => {
  const lines = (name: string, room: number) => wrapped(name, room, (text) => text.length);
  expect(lines("Release Manager", 15)).toBe(1);
  expect(lines("Release Manager", 14)).toBe(2);
  expect(lines("Infra-Runtime-BE", 14)).toBe(2);
  expect(lines("Documentation", 7)).toBe(2);
});

it("says role where the wire says workspace, and leaves paths, keys and names alone", () => {
  expect(asRoles("workspace not found")).toBe("role not found");
  expect(asRoles("Workspaces wait. The workspace is starting.")).toBe("Roles wait. The role is starting.");
  expect(asRoles('/workspace is read only, workspace_dir and "workspace" too')).toBe(
    '/workspace is read only, workspace_dir and "workspace" too',
  );
  expect(asRoles("/srv/workspace/a and workspace.yaml")).toBe("/srv/workspace/a and workspace.yaml");
});
