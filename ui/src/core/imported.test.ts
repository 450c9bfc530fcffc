import { describe, expect, it } from "vitest";
import type { Workspace } from "../api/types";
import { applyPatch, NO_ORG, type OrgData } from "./events";
import { bounds, frameOf, overlaps, type Rect, type Size, slot } from "./geometry";
import { packedImports } from "./imported";
import { layoutOf, tidied } from "./layout";
import { pack, VIEW } from "./pack";
import { row, rowsOf } from "./testing";
import { membersOf, type Tree, treeOf } from "./tree";

/** A real company's tree: leads in leads, teams of all sizes, roles beside teams. */
const COMPANY: Record<string, string[]> = {
  pm: ["research", "dev", "docs", "triage", "triage2"],
  research: ["market", "technical", "rivals"],
  dev: ["core", "control", "app", "infra", "sdk", "release", "tester", "fullstack"],
  core: ["be", "fe", "qa", "security", "ux", "devops", "offsec"],
  control: ["c-be", "c-qa", "c-security"],
  app: ["a-fe", "a-qa", "a-docs", "a-writer"],
  infra: ["sre", "runtime"],
  sdk: ["s-dev", "plugin"],
  marketing: ["devrel", "product", "content", "community", "seo", "social"],
};

/** Rows as the platform imports them: two columns in every team, roots beside each other. */
function imported(teams: Record<string, string[]>, roots: string[], from = { x: 400, y: 50 }, org = "o") {
  const sizeOf = (id: string): Size => frameOf((teams[id] ?? []).map(sizeOf));
  const rows: Workspace[] = [];
  const put = (id: string, parent: string | null, x: number, y: number) => {
    rows.push(row(id, { org_id: org, parent_id: parent, x, y }));
    const inside = teams[id] ?? [];
    for (const [index, member] of inside.entries()) {
      const at = slot(index, inside.map(sizeOf));
      put(member, id, x + at.x, y + at.y);
    }
  };
  let x = from.x;
  for (const root of roots) {
    put(root, null, x, from.y);
    x += sizeOf(root).width + 80;
  }
  return rows;
}

const roles = () => imported(COMPANY, ["pm", "marketing"]);

function laid(list: readonly Workspace[]) {
  const rows = rowsOf(...list);
  const tree = treeOf(rows);
  return { rows, tree, layout: layoutOf(rows, tree) };
}

/** How far away one has to stand to see all of it. */
function distance(tree: Tree, places: ReturnType<typeof layoutOf>["places"]): number {
  const all = bounds(tree.roots.flatMap((id) => places.get(id)?.rect ?? [])) as Rect;
  return Math.max(all.width / VIEW, all.height);
}

function expectApart({ tree, layout }: ReturnType<typeof laid>) {
  for (const members of [tree.roots, ...tree.members.values()]) {
    const rects = members.flatMap((id) => layout.places.get(id)?.rect ?? []);
    for (const [index, a] of rects.entries())
      for (const b of rects.slice(index + 1)) expect(overlaps(a, b)).toBe(false);
  }
}

describe("a large org as it was imported", () => {
  it("is drawn packed, much nearer than in two columns, with nothing on anything", () => {
    const drawn = laid(roles());
    expectApart(drawn);
    // One card a little elsewhere: a person's own picture.
    const own = laid(roles().map((one) => (one.id === "seo" ? { ...one, x: one.x + 1 } : one)));
    expect(distance(drawn.tree, drawn.layout.places)).toBeLessThan(
      distance(own.tree, own.layout.places) * 0.65,
    );
    expect(new Set(drawn.layout.moved).size, "all of it is stored in one go").toBe(drawn.rows.size);
  });

  it("is believed once it is stored, and tidy", () => {
    const { rows, tree, layout } = laid(roles());
    const stored = laid([...rows.values()].map((one) => ({ ...one, ...layout.stored.get(one.id) })));
    expect(stored.layout.moved).toEqual([]);
    expect(distance(stored.tree, stored.layout.places)).toBe(distance(tree, layout.places));
    expect(tidied(stored.rows, stored.tree, stored.layout, null, VIEW)).toEqual([]);
  });

  it("stays where a person moved something, made a frame larger, or the org is small", () => {
    const places = (list: Workspace[]) => {
      const rows = rowsOf(...list);
      return packedImports(rows, treeOf(rows)).size;
    };
    expect(places(roles())).toBe(42);
    expect(places(roles().map((one) => (one.id === "be" ? { ...one, y: one.y + 20 } : one)))).toBe(0);
    expect(places(roles().map((one) => (one.id === "core" ? { ...one, width: 900 } : one)))).toBe(0);
    expect(places(roles().map((one) => ({ ...one, org_id: null })))).toBe(0);
    expect(places(imported({ lead: ["a", "b", "c", "d", "e"] }, ["lead"]))).toBe(0);
  });

  it("stands clear of what was there before it, as one block", () => {
    const old = row("old", { created_at: "2026-01-01T00:00:00Z", x: 700, y: 100 });
    const drawn = laid([old, ...roles()]);
    expectApart(drawn);
    expect(drawn.layout.places.get("old")?.rect).toMatchObject({ x: 700, y: 100 });
  });

  it("keeps each root where the files say, when they say it", () => {
    const apart = roles().map((one) => {
      const isThere = one.id === "marketing" || COMPANY.marketing?.includes(one.id);
      return isThere ? { ...one, y: one.y + 6000 } : one;
    });
    const { layout } = laid(apart);
    const at = apart.find((one) => one.id === "marketing");
    expect(layout.places.get("marketing")?.at).toEqual({ x: at?.x, y: at?.y });
  });
});

describe("tidying up", () => {
  it("packs a team with all in it at its corner, and gives frames their own size again", () => {
    const list = roles().map((one) => (one.id === "core" ? { ...one, width: 2000, height: 900 } : one));
    const { rows, tree, layout } = laid(list);
    const steps = tidied(rows, tree, layout, "dev", 1);
    expect(steps.every(({ id }) => id === "dev" || rows.get(id)?.parent_id !== "pm")).toBe(true);
    expect(steps.find(({ id }) => id === "core")?.patch).toMatchObject({ width: null, height: null });
    expect(steps.find(({ id }) => id === "dev")).toBeUndefined();
  });

  it("says so when a role stays where it is while its lead moves, which takes it along else", () => {
    // The second lead comes to stand so that its fourth member is where it was.
    const roots = ["d1", "d2"];
    const teams: Record<string, string[]> = {};
    for (const root of roots) {
      teams[root] = Array.from({ length: 9 }, (_, at) => `${root}.${at}`);
      for (const lead of teams[root] ?? [])
        teams[lead] = Array.from({ length: 10 }, (_, at) => `${lead}.${at}`);
    }
    const { rows, tree } = laid(imported(teams, roots));
    const layout = layoutOf(rowsOf(...[...rows.values()].map((one) => ({ ...one, org_id: null }))), tree);
    const steps = tidied(rows, tree, layout, null, VIEW);
    const stays = steps.filter(({ id, patch }) => patch.x === rows.get(id)?.x && patch.y === rows.get(id)?.y);
    expect(stays.length).toBeGreaterThan(0);
    let org: OrgData = { ...NO_ORG, rows };
    for (const { id, patch } of steps) org = applyPatch(org, id, patch as Partial<Workspace>);
    const after = treeOf(org.rows);
    expect(tidied(org.rows, after, layoutOf(org.rows, after), null, VIEW)).toEqual([]);
  });

  it("takes leads before what is in them, so that nothing is shifted twice", () => {
    const { rows, tree, layout } = laid(roles().map((one) => ({ ...one, placed: false })));
    const order = tidied(rows, tree, layout, null, VIEW).map(({ id }) => id);
    for (const id of order) {
      const up = rows.get(id)?.parent_id;
      if (up && order.includes(up)) expect(order.indexOf(up)).toBeLessThan(order.indexOf(id));
    }
  });

  it("keeps two columns for a small team: no other order is nearer", () => {
    const members = { lead: ["a", "b", "c", "d"] };
    const places = pack(["lead"], (id) => (id === "lead" ? members.lead : []));
    const { tree } = laid(imported(members, ["lead"]));
    expect(membersOf(tree, "lead").map((id) => places.get(id))).toEqual(
      [0, 1, 2, 3].map((index) => slot(index, [])),
    );
  });

  it("packs a thousand roles while one looks", () => {
    const teams: Record<string, string[]> = {};
    const roots: string[] = [];
    for (let root = 0; root < 10; root += 1) {
      roots.push(`r${root}`);
      teams[`r${root}`] = Array.from({ length: 9 }, (_, lead) => `r${root}l${lead}`);
      for (const lead of teams[`r${root}`] ?? [])
        teams[lead] = Array.from({ length: 10 }, (_, at) => `${lead}m${at}`);
    }
    const started = performance.now();
    expect(pack(roots, (id) => teams[id] ?? []).size).toBe(1000);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
