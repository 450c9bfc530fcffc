import { describe, expect, it } from "vitest";
import { overlaps } from "./geometry";
import { arrange, dropTarget, layoutOf } from "./layout";
import { row, rowsOf } from "./testing";
import { hiddenIds, treeOf } from "./tree";

function laid(...list: Parameters<typeof rowsOf>) {
  const rows = rowsOf(...list);
  const tree = treeOf(rows);
  return { rows, tree, layout: layoutOf(rows, tree) };
}

const lead = row("lead", { x: 100, y: 120 });

describe("layout", () => {
  it("draws members where they are stored, relative to their lead", () => {
    const { layout } = laid(
      lead,
      row("ana", { parent_id: "lead", x: 116, y: 250 }),
      row("ben", { parent_id: "lead", x: 370, y: 250 }),
    );
    expect(layout.places.get("ana")?.at).toEqual({ x: 16, y: 130 });
    expect(layout.places.get("lead")?.size).toEqual({ width: 526, height: 276 });
    expect(layout.moved).toEqual([]);
  });

  it("gives members without a place the free slots of their lead", () => {
    const { layout } = laid(
      lead,
      row("ana", { parent_id: "lead", x: 116, y: 250 }),
      row("ben", { parent_id: "lead", placed: false }),
      row("cid", { parent_id: "lead", placed: false }),
    );
    expect(layout.places.get("ben")?.at).toEqual({ x: 270, y: 130 });
    expect(layout.places.get("cid")?.at).toEqual({ x: 16, y: 274 });
    expect(layout.moved).toEqual(["ben", "cid"]);
  });

  it("lets a card stand at the origin when a person put it there", () => {
    const { layout } = laid(row("a", { x: 0, y: 0, placed: true }));
    expect(layout.places.get("a")?.at).toEqual({ x: 0, y: 0 });
    expect(layout.moved).toEqual([]);
  });

  it("brings back a member that lies wholly outside its frame, and leaves one that overlaps it", () => {
    const { layout } = laid(
      lead,
      row("far", { parent_id: "lead", x: -900, y: 120 }),
      row("near", { parent_id: "lead", x: 90, y: 260 }),
    );
    expect(layout.moved).toEqual(["far"]);
    expect(layout.places.get("near")?.at).toEqual({ x: -10, y: 140 });
  });

  it("keeps a frame as large as a person made it", () => {
    const { layout } = laid(
      { ...lead, width: 900, height: 700 },
      row("ana", { parent_id: "lead", x: 116, y: 250 }),
    );
    expect(layout.places.get("lead")?.size).toEqual({ width: 900, height: 700 });
  });

  it("draws a folded team as one card and hides all below it", () => {
    const { rows, tree, layout } = laid(
      { ...lead, collapsed: true },
      row("ana", { parent_id: "lead", x: 116, y: 250 }),
      row("dot", { parent_id: "ana", x: 132, y: 380 }),
    );
    expect(layout.places.get("lead")?.size).toEqual({ width: 240, height: 130 });
    expect([...hiddenIds(rows, tree)]).toEqual(["ana", "dot"]);
  });

  it("places roots without a place beside the others", () => {
    const { layout } = laid(
      row("a", { x: 0, y: 0 }),
      row("b", { placed: false }),
      row("c", { placed: false }),
    );
    expect(layout.places.get("b")?.at).toEqual({ x: 320, y: 0 });
    expect(layout.places.get("c")?.at).toEqual({ x: 640, y: 0 });
  });

  it("survives rows whose parents form a ring", () => {
    const { tree, layout } = laid(row("a", { parent_id: "b" }), row("b", { parent_id: "a" }));
    expect(tree.order).toHaveLength(2);
    expect(layout.places.size).toBe(2);
  });

  it("lays out a thousand roles without a place and without any overlap of siblings", () => {
    const list = [row("root", { x: 0, y: 0 })];
    for (let team = 0; team < 30; team += 1) {
      list.push(row(`t${team}`, { parent_id: "root", placed: false }));
      for (let role = 0; role < 32; role += 1)
        list.push(row(`t${team}r${role}`, { parent_id: `t${team}`, placed: false }));
    }
    const { tree, layout } = laid(...list);
    const overlapping: string[] = [];
    for (const members of tree.members.values()) {
      for (const [index, a] of members.entries()) {
        for (const b of members.slice(index + 1)) {
          const one = layout.places.get(a)?.rect;
          const two = layout.places.get(b)?.rect;
          if (!one || !two || overlaps(one, two)) overlapping.push(`${a} ${b}`);
        }
      }
    }
    expect(overlapping).toEqual([]);
  });
});

describe("cards that would lie on one another", () => {
  it("make way inside their team, the upper left one stays", () => {
    const { layout } = laid(
      row("lead", { x: 0, y: 0 }),
      row("a", { parent_id: "lead", x: 16, y: 130 }),
      row("b", { parent_id: "lead", x: 16, y: 200 }),
    );
    expect(layout.places.get("a")?.at).toEqual({ x: 16, y: 130 });
    expect(layout.places.get("b")?.at).toEqual({ x: 16, y: 274 });
    expect(layout.moved).toEqual(["b"]);
  });

  it("make way on the canvas, the older org stays", () => {
    const { layout } = laid(
      row("new", { x: 0, y: 0, created_at: "2026-05-04T09:00:00Z" }),
      row("old", { x: 100, y: 50, created_at: "2026-05-03T09:00:00Z" }),
    );
    expect(layout.places.get("old")?.at).toEqual({ x: 100, y: 50 });
    expect(layout.places.get("new")?.at).toEqual({ x: 0, y: 260 });
  });
});

describe("drop target", () => {
  const scene = laid(
    lead,
    row("ana", { parent_id: "lead", x: 116, y: 250 }),
    row("dot", { parent_id: "ana", x: 132, y: 380 }),
    row("solo", { x: 900, y: 120 }),
  );
  const none = new Set<string>();

  it("is the innermost frame under the middle of the card", () => {
    const place = scene.layout.places.get("ana")?.rect;
    if (!place) throw new Error("not placed");
    const over = { x: place.x + 10, y: place.y + 10, width: 240, height: 130 };
    expect(dropTarget(scene.tree, scene.layout, none, ["solo"], over)).toBe("ana");
  });

  it("is never the card itself or one inside it", () => {
    const place = scene.layout.places.get("dot")?.rect;
    if (!place) throw new Error("not placed");
    expect(dropTarget(scene.tree, scene.layout, none, ["lead"], place)).toBeNull();
  });

  it("is nothing on the empty pane", () => {
    expect(
      dropTarget(scene.tree, scene.layout, none, ["solo"], { x: 5000, y: 5000, width: 240, height: 130 }),
    ).toBeNull();
  });
});

it("arranges a team by name, nested teams as large as they are", () => {
  const { rows, tree, layout } = laid(
    row("lead", { x: 0, y: 0 }),
    row("b", { parent_id: "lead", x: 30, y: 180 }),
    row("b1", { parent_id: "b", x: 46, y: 310 }),
    row("a", { parent_id: "lead", x: 700, y: 500 }),
  );
  const places = arrange(rows, tree, layout, "lead");
  expect(places.get("a")).toEqual({ x: 16, y: 130 });
  expect(places.get("b")).toEqual({ x: 302, y: 130 });
});
