import { describe, expect, it } from "vitest";
import { applyEvents, applyList, applyPatch, dropRows, NO_ORG, type OrgData, TOMBSTONE_MS } from "./events";
import { progressLine, progressOf } from "./progress";
import { event, row, rowsOf } from "./testing";

function org(...list: Parameters<typeof rowsOf>): OrgData {
  return { ...NO_ORG, rows: rowsOf(...list), seq: 10 };
}

describe("resuming", () => {
  it("remembers the last number it saw and leaves out what it has seen", () => {
    const first = applyEvents(org(row("a")), [event("WORKSPACE_OFFLINE", "a", {}, 11)], 0).org;
    expect(first.seq).toBe(11);
    const again = applyEvents(first, [event("WORKSPACE_ONLINE", "a", {}, 11)], 0).org;
    expect(again.rows.get("a")?.status).toBe("offline");
    expect(again).toBe(first);
  });

  it("takes frames without a number, such as heartbeats", () => {
    const after = applyEvents(org(row("a")), [event("WORKSPACE_HEARTBEAT", "a", { active_tasks: 2 })], 0).org;
    expect(after.rows.get("a")?.active_tasks).toBe(2);
    expect(after.seq).toBe(10);
  });

  it("asks for a full read on RESYNC and goes on from the number it names", () => {
    const after = applyEvents(
      org(row("a")),
      [event("RESYNC", "", { last_seq: 900 }), event("WORKSPACE_PAUSED", "a", {}, 901)],
      0,
    );
    expect(after.resync).toBe(true);
    expect(after.org.seq).toBe(901);
    expect(after.org.rows.get("a")?.status).toBe("paused");
  });
});

describe("rows", () => {
  it("take the reason that a change of status tells beside it", () => {
    const wait = { code: "waiting_for_memory", detail: "It needs 2048 MiB.", phase: "queued", position: 1 };
    const { rows } = applyEvents(
      org(row("a", { status: "offline" })),
      [event("WORKSPACE_PROVISIONING", "a", { name: "a", ...wait }, 11)],
      0,
    ).org;
    expect(rows.get("a")?.status_reason).toEqual({ code: "waiting_for_memory", text: "It needs 2048 MiB." });
    expect(progressLine("Org", progressOf(rows, [{ id: "a", name: "a", tier: 2 }]))).toBe(
      "Org: 0 running, 1 waiting for memory",
    );
  });

  it("keep their identity when nothing about them changed", () => {
    const before = org(row("a"), row("b"));
    const after = applyEvents(before, [event("WORKSPACE_PAUSED", "a", {}, 11)], 0).org;
    expect(after.rows.get("b")).toBe(before.rows.get("b"));
    expect(after.structure).toBe(before.structure);
  });

  it("do not move the layout for a status, and do for a place", () => {
    const before = org(row("a"));
    const after = applyEvents(
      before,
      [event("WORKSPACE_MOVED", "a", { old_parent_id: null, new_parent_id: null, x: 5, y: 6 }, 11)],
      0,
    ).org;
    expect(after.structure).toBe(before.structure + 1);
    expect(after.rows.get("a")).toMatchObject({ x: 5, y: 6, placed: true });
  });

  it("take all below a moved lead along", () => {
    const after = applyEvents(
      org(
        row("lead", { x: 100, y: 100 }),
        row("ana", { parent_id: "lead", x: 116, y: 230 }),
        row("dot", { parent_id: "ana", x: 132, y: 360 }),
      ),
      [event("WORKSPACE_MOVED", "lead", { new_parent_id: null, x: 400, y: 100 }, 11)],
      0,
    ).org;
    expect(after.rows.get("ana")?.x).toBe(416);
    expect(after.rows.get("dot")?.x).toBe(432);
  });

  it("show the reason of a failure", () => {
    const after = applyEvents(
      org(row("a")),
      [event("WORKSPACE_PROVISION_FAILED", "a", { error: "No image", code: "image_missing" }, 11)],
      0,
    ).org;
    expect(after.rows.get("a")).toMatchObject({
      status: "failed",
      status_reason: { code: "image_missing", text: "No image" },
    });
  });

  it("take new values, and say when a restart is needed", () => {
    const after = applyEvents(
      org(row("a")),
      [event("WORKSPACE_UPDATED", "a", { changed: ["name"], name: "New", needs_restart: true }, 11)],
      0,
    ).org;
    expect(after.rows.get("a")).toMatchObject({ name: "New", needs_restart: true });
    expect("changed" in (after.rows.get("a") ?? {})).toBe(false);
  });

  it("show how far a start has got, only while it starts", () => {
    const starting = applyEvents(
      org(row("a", { status: "provisioning" })),
      [event("WORKSPACE_PROGRESS", "a", { phase: "build", percent: 40 }, 11)],
      0,
    ).org;
    expect(starting.rows.get("a")?.status_reason?.text).toBe("Building its image (40 %)");
    const up = applyEvents(org(row("a")), [event("WORKSPACE_PROGRESS", "a", { phase: "build" }, 11)], 0).org;
    expect(up.rows.get("a")?.status_reason).toBeNull();
  });

  it("appear inside their lead at the place the frame gives, relative to it", () => {
    const after = applyEvents(
      org(row("lead", { x: 100, y: 100 })),
      [
        event(
          "WORKSPACE_PROVISIONING",
          "new",
          { name: "New", tier: 2, runtime: "mock", parent_id: "lead", x: 16, y: 130 },
          11,
        ),
      ],
      0,
    );
    expect(after.org.rows.get("new")).toMatchObject({
      name: "New",
      x: 116,
      y: 230,
      placed: true,
      status: "provisioning",
    });
    expect(after.unknown).toBe(true);
  });

  it("use the place of a root as it is given", () => {
    const after = applyEvents(
      org(),
      [event("WORKSPACE_PROVISIONING", "new", { name: "New", x: 700, y: 40 }, 11)],
      0,
    ).org;
    expect(after.rows.get("new")).toMatchObject({ x: 700, y: 40, placed: true });
  });

  it("wait without a place for a lead that is not known yet", () => {
    const first = applyEvents(
      org(),
      [event("WORKSPACE_PROVISIONING", "kid", { name: "Kid", parent_id: "lead", x: 16, y: 130 }, 11)],
      0,
    ).org;
    expect(first.rows.get("kid")).toMatchObject({ parent_id: "lead", placed: false });
  });

  it("end online when that was heard before they were described", () => {
    const after = applyEvents(
      org(),
      [event("WORKSPACE_ONLINE", "x", {}, 11), event("WORKSPACE_PROVISIONING", "x", { name: "X" }, 12)],
      0,
    ).org;
    expect(after.rows.get("x")?.status).toBe("online");
  });

  it("ignore unknown kinds and broken bodies", () => {
    const before = org(row("a"));
    expect(applyEvents(before, [event("SOMETHING_NEW", "a", { x: 1 })], 0).org).toBe(before);
    expect(
      applyEvents(
        before,
        [event("TASK_UPDATED", "a", { current_task: 7, active_tasks: "many" } as never)],
        0,
      ).org.rows.get("a"),
    ).toMatchObject({ current_task: "", active_tasks: 0 });
  });
});

describe("removal", () => {
  it("hands the members of a removed lead to the one above", () => {
    const after = applyEvents(
      org(row("top"), row("lead", { parent_id: "top" }), row("ana", { parent_id: "lead" })),
      [event("WORKSPACE_REMOVED", "lead", {}, 11)],
      0,
    ).org;
    expect(after.rows.get("ana")?.parent_id).toBe("top");
  });

  it("bars an answer that was already under way from bringing a row back", () => {
    const gone = dropRows(org(row("a"), row("b")), ["a"], 1000);
    const late = applyList(gone, [row("a"), row("b")], 2000);
    expect([...late.rows.keys()]).toEqual(["b"]);
    const later = applyList(gone, [row("a"), row("b")], 1000 + TOMBSTONE_MS);
    expect(later.rows.has("a")).toBe(true);
  });

  it("bars a late event as well", () => {
    const gone = dropRows(org(row("a")), ["a"], 1000);
    expect(
      applyEvents(gone, [event("WORKSPACE_PROVISIONING", "a", { name: "a" }, 11)], 2000).org.rows.has("a"),
    ).toBe(false);
  });
});

describe("a full read", () => {
  it("keeps what did not change, so that nothing flickers", () => {
    const before = org(row("a", { agent_card: { skills: [1] } }), row("b"));
    const after = applyList(
      before,
      [row("a", { agent_card: { skills: [1] } }), row("b", { status: "paused" })],
      0,
    );
    expect(after.rows.get("a")).toBe(before.rows.get("a"));
    expect(after.rows.get("b")?.status).toBe("paused");
    expect(after.structure).toBe(before.structure);
  });

  it("lays out anew once it says which org a role came with", () => {
    const before = org(row("a"), row("b"));
    const after = applyList(before, [row("a", { org_id: "o" }), row("b")], 0);
    expect(after.structure).toBeGreaterThan(before.structure);
  });

  it("drops rows that are gone and lays out anew", () => {
    const before = org(row("a"), row("b"));
    const after = applyList(before, [row("a")], 0);
    expect(after.rows.size).toBe(1);
    expect(after.structure).toBeGreaterThan(before.structure);
  });
});

it("shows a person's own move at once, members included", () => {
  const after = applyPatch(
    org(row("lead", { x: 0, y: 0 }), row("ana", { parent_id: "lead", x: 16, y: 130 })),
    "lead",
    { x: 50, y: 0 },
  );
  expect(after.rows.get("ana")).toMatchObject({ x: 66, y: 130 });
});

it("applies a burst for a thousand rows in one pass", () => {
  const many = Array.from({ length: 1000 }, (_, index) => row(`r${index}`));
  const burst = many.map((entry, index) =>
    event("TASK_UPDATED", entry.id, { current_task: "t", active_tasks: 1 }, 11 + index),
  );
  const after = applyEvents(org(...many), burst, 0).org;
  expect([...after.rows.values()].every((entry) => entry.active_tasks === 1)).toBe(true);
  expect(after.structure).toBe(0);
});
