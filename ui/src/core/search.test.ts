import { describe, expect, it } from "vitest";
import { findRoles, ranked } from "./search";
import { row, rowsOf } from "./testing";

const titled = (...titles: string[]) => titles.map((title) => ({ title }));
const COMMANDS = titled("Dark theme", "Save to files", "Open an org folder");

describe("ranked", () => {
  const order = (query: string, roles: string[]) =>
    ranked(query, titled(...roles), COMMANDS).map((entry) => entry.title);

  it("puts a command that begins with what is typed before roles that only mention it", () => {
    expect(order("dark", ["App-FE"])[0]).toBe("Dark theme");
    expect(order(" SAVE", ["Writer", "Saver"])[0]).toBe("Save to files");
  });

  it("puts a role that is called exactly so before everything", () => {
    expect(order("dark", ["Darkroom", "Dark"]).slice(0, 3)).toEqual(["Dark", "Dark theme", "Darkroom"]);
  });

  it("puts roles before commands that only hold what is typed, and commands first when nothing is", () => {
    expect(order("theme", ["Theme Park"])[0]).toBe("Theme Park");
    expect(order("", ["Writer"])[0]).toBe("Dark theme");
    expect(order("", ["Writer"]).at(-1)).toBe("Writer");
  });
});

it("finds roles by name before those that mention the word elsewhere", () => {
  const rows = rowsOf(
    row("a", { name: "App-FE", role: "Dark zinc theme" }),
    row("b", { name: "Darkroom" }),
    row("c", { name: "Writer" }),
  );
  expect(findRoles(rows, "dark").map(({ id }) => id)).toEqual(["b", "a"]);
});
