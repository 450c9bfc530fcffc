import { describe, expect, it } from "vitest";
import type { Status } from "../api/types";
import { countOutOfReach, countsOf, groupTroubles, rollup, runningFor, shownOf } from "./status";
import { row, rowsOf } from "./testing";
import { treeOf } from "./tree";

const TABLE: [Partial<Parameters<typeof row>[1]> & { status: Status }, string, string][] = [
  [{ status: "online" }, "running", "Running"],
  [{ status: "online", current_task: "Reading" }, "working", "Working"],
  [{ status: "online", active_tasks: 2 }, "working", "Working"],
  [{ status: "provisioning" }, "starting", "Starting"],
  [{ status: "provisioning", status_reason: { code: "build", text: "Building" } }, "starting", "Starting"],
  [
    { status: "provisioning", status_reason: { code: "docker_unavailable", text: "No Docker" } },
    "waiting",
    "Waiting",
  ],
  [
    { status: "provisioning", status_reason: { code: "waiting_for_memory", text: "No room" } },
    "waiting",
    "Waiting",
  ],
  [{ status: "awaiting_agent" }, "waiting", "Awaiting agent"],
  [{ status: "degraded" }, "degraded", "Degraded"],
  [{ status: "failed" }, "failed", "Failed"],
  [{ status: "offline" }, "off", "Offline"],
  [{ status: "paused" }, "off", "Paused"],
  [{ status: "hibernating" }, "asleep", "Falling asleep"],
  [{ status: "hibernated" }, "asleep", "Asleep"],
];

describe("what a card says", () => {
  it.each(TABLE)("%o is %s, %s", (more, kind, word) => {
    expect(shownOf(row("a", more))).toMatchObject({ kind, word });
  });

  it("always gives a failure a reason", () => {
    expect(shownOf(row("a", { status: "failed" })).line).not.toBe("");
    expect(shownOf(row("a", { status: "failed", last_sample_error: "boom" })).line).toBe("boom");
  });
});

it("sums up a folded team by its worst, however deep", () => {
  const rows = rowsOf(
    row("lead"),
    row("a", { parent_id: "lead" }),
    row("b", { parent_id: "a", status: "failed" }),
    row("c", { parent_id: "lead", status: "hibernated" }),
  );
  expect(rollup(rows, treeOf(rows), "lead")).toEqual({
    count: 3,
    worst: "failed",
    kinds: { running: 1, failed: 1, asleep: 1 },
    paused: 0,
  });
});

it("tells what a person paused from what has gone silent", () => {
  const rows = rowsOf(
    row("lead", { status: "paused" }),
    row("a", { parent_id: "lead", status: "paused" }),
    row("b", { parent_id: "lead", status: "offline" }),
  );
  expect(rollup(rows, treeOf(rows), "lead")).toMatchObject({ kinds: { off: 2 }, paused: 1 });
  expect(countsOf(rows)).toMatchObject({ paused: 2, offline: 1 });
});

it("gives no tier as the reason for a status", () => {
  const reason = { code: "tier_not_granted", text: "It asks for tier 4." };
  for (const status of ["online", "provisioning", "paused", "failed"] as const)
    expect(shownOf(row("a", { status, status_reason: reason })).line).not.toContain("tier");
});

it("counts agents for the strip", () => {
  const rows = rowsOf(
    row("a"),
    row("b", { current_task: "x" }),
    row("c", { status: "degraded" }),
    row("d", { status: "paused" }),
  );
  expect(countsOf(rows)).toMatchObject({ running: 3, working: 1, paused: 1, total: 4 });
});

it("goes on counting how long an agent runs after its last beat", () => {
  const heard = "2026-05-03T09:00:00Z";
  const now = Date.parse(heard) + 30_000;
  expect(runningFor("online", 100, heard, now)).toBe(130);
  expect(runningFor("online", 0, heard, now)).toBeNull();
  expect(runningFor("online", 100, null, now)).toBeNull();
  expect(runningFor("hibernated", 100, heard, now)).toBeNull();
});

it("puts together what has the same trouble, the worst first", () => {
  const waits = {
    status: "provisioning",
    status_reason: { code: "docker_unavailable", text: "No Docker" },
  } as const;
  const rows = [row("a", waits), row("b", { status: "failed" }), row("c", waits)];
  expect(groupTroubles(rows).map((group) => group.map((one) => one.id))).toEqual([["b"], ["a", "c"]]);
});

describe("what is out of reach without an engine", () => {
  it("counts the roles that were up in containers, and no others", () => {
    const rows = [
      row("a", { status: "online", runtime: "claude-code" }),
      row("b", { status: "degraded", runtime: "hermes" }),
      row("c", { status: "online", runtime: "mock" }),
      row("d", { status: "online", runtime: "external" }),
      row("e", { status: "paused", runtime: "claude-code" }),
    ];
    expect(countOutOfReach(rows)).toBe(2);
    expect(countOutOfReach([])).toBe(0);
  });
});
