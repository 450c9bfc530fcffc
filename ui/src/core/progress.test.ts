import { expect, it } from "vitest";
import type { ImportedWorkspace } from "../api/types";
import { leftOut, progressLine, progressOf, rest } from "./progress";
import { row, rowsOf } from "./testing";

const imported = (...ids: string[]) =>
  ids.map((id) => ({ id, name: id, skipped: false }) as ImportedWorkspace);
const memory = {
  status: "provisioning",
  status_reason: { code: "waiting_for_memory", text: "No room" },
} as const;

it("says how many of how many while some start, and what waits meanwhile", () => {
  const rows = rowsOf(row("a"), row("b", { status: "provisioning" }), row("c", memory));
  expect(progressLine("Org", progressOf(rows, imported("a", "b", "c")))).toBe(
    "Starting Org: 1 of 3, 1 waiting for memory",
  );
});

it("says what the rest waits for once nothing starts any more", () => {
  const rows = rowsOf(
    row("a"),
    row("b", memory),
    row("c", { status: "failed" }),
    row("d", { status: "hibernated" }),
  );
  const progress = progressOf(rows, imported("a", "b", "c", "d"));
  expect(progressLine("Org", progress)).toBe("Org: 2 running, 1 waiting for memory, 1 failed");
  expect(rest(progress)).toBe(", 1 waiting for memory, 1 failed");
});

it("is silent when all are there, and counts only what the import made", () => {
  const rows = rowsOf(row("a"), row("b", memory));
  const list = [...imported("a"), { id: "b", name: "b", skipped: true } as ImportedWorkspace];
  expect(progressLine("Org", progressOf(rows, list))).toBe("");
});

it("counts a role that is not read yet as starting", () => {
  expect(progressOf(rowsOf(), imported("a"))).toMatchObject({ starting: 1, up: 0, total: 1 });
});

it("what could not be made is told with its role and its reason", () => {
  const entry = { id: "1", name: "PM", tier: 2 };
  expect(leftOut([entry])).toEqual([]);
  expect(
    leftOut([
      {
        ...entry,
        schedules_skipped: [{ name: "words", reason: "five fields are needed" }],
        channels_skipped: [{ workspace: "PM", type: "", reason: "no type" }],
      },
    ]),
  ).toEqual(["PM: schedule words: five fields are needed", "PM: channel without a type: no type"]);
});
