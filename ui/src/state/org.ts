/** The org as the page knows it: rows, their tree and their layout, and the changes a person makes to them. */

import { create } from "zustand";
import {
  deleteWorkspace,
  listWorkspaces,
  patchWorkspace,
  placeWorkspaces,
  restoreWorkspace,
} from "../api/calls";
import { ApiError, sentence } from "../api/client";
import type { LiveEvent, PatchWorkspace, Workspace } from "../api/types";
import { applyEvents, applyList, applyPatch, dropRows, NO_ORG, type OrgData, unbar } from "../core/events";
import { type Layout, layoutOf, NO_LAYOUT } from "../core/layout";
import { descendants, EMPTY_TREE, hiddenIds, type Tree, treeOf } from "../core/tree";
import {
  type Change,
  extend,
  forget,
  type History,
  NO_HISTORY,
  record,
  recordRemoval,
  redo,
  type Step,
  undo,
} from "../core/undo";
import { keys, queries } from "./queries";
import { dropUndoOffers, pick, toast, useUi } from "./ui";

interface OrgState extends OrgData {
  tree: Tree;
  layout: Layout;
  hidden: ReadonlySet<string>;
  phase: "loading" | "ready" | "failed";
  error: ApiError | null;
  history: History;
  /** Rows whose removal is under way. */
  leaving: ReadonlySet<string>;
}

export const useOrg = create<OrgState>(() => ({
  ...NO_ORG,
  tree: EMPTY_TREE,
  layout: NO_LAYOUT,
  hidden: new Set(),
  phase: "loading",
  error: null,
  history: NO_HISTORY,
  leaving: new Set(),
}));

const get = useOrg.getState;

/** Puts new rows in place; tree and layout are computed anew only when the structure changed. */
function place(org: OrgData, more: Partial<OrgState> = {}): void {
  const before = get();
  if (org.structure === before.structure && before.phase === "ready") {
    useOrg.setState({ ...org, ...more });
    return;
  }
  const tree = treeOf(org.rows);
  const layout = layoutOf(org.rows, tree);
  useOrg.setState({ ...org, tree, layout, hidden: hiddenIds(org.rows, tree), ...more });
  if (layout.moved.length > 0) storeSoon();
  const { selected, cursor, picked } = useUi.getState();
  if (selected !== null && !org.rows.has(selected)) useUi.setState({ selected: null });
  if (cursor !== null && !org.rows.has(cursor)) useUi.setState({ cursor: null });
  pick(new Set([...picked].filter((id) => org.rows.has(id))));
}

export function resumeFrom(seq: number | null): void {
  if (seq !== null && get().seq === null) useOrg.setState({ seq });
}

/** Applies a batch of live events. Answers what has to be read anew. */
export function receive(events: readonly LiveEvent[]): { read: boolean } {
  const applied = applyEvents(get(), events, Date.now());
  if (applied.org !== get()) place(applied.org);
  return { read: applied.resync || applied.unknown };
}

let reading: Promise<void> | null = null;
let again = false;

/** Reads the whole list; calls while one is under way share it, and one more follows. */
export function readAll(): Promise<void> {
  if (reading) {
    again = true;
    return reading;
  }
  reading = (async () => {
    do {
      again = false;
      try {
        const list = await listWorkspaces();
        place(applyList(get(), list, Date.now()), { phase: "ready", error: null });
      } catch (error) {
        if (!(error instanceof ApiError)) throw error;
        // What is drawn already stays; only a first read that fails has nothing else to show.
        if (get().phase !== "ready") useOrg.setState({ phase: "failed", error });
        throw error;
      }
    } while (again);
  })().finally(() => {
    reading = null;
  });
  return reading;
}

/** A patch never carries null but for a lead or a size, which are null in a row too. */
function asRow(patch: PatchWorkspace): Partial<Workspace> {
  const row = patch as Partial<Workspace>;
  return "x" in patch ? { ...row, placed: true } : row;
}

/** What takes a patch back: the values the row has now. */
export function inverse(id: string, patch: PatchWorkspace): PatchWorkspace {
  const row = get().rows.get(id);
  if (!row) return {};
  return Object.fromEntries(
    Object.keys(patch).map((key) => [key, row[key as keyof Workspace] ?? null]),
  ) as PatchWorkspace;
}

const PLACING: ReadonlySet<string> = new Set(["x", "y", "width", "height"]);

/**
 * Sends steps. Those of many cards that only say where they stand go in one request: the platform moves all below a
 * lead with it, and so none is moved twice whatever arrives first.
 */
function send(steps: readonly Step[]): Promise<PromiseSettledResult<unknown>[]> {
  const isPlacing = steps.every(
    ({ patch }) => "x" in patch && Object.keys(patch).every((key) => PLACING.has(key)),
  );
  if (steps.length < 2 || !isPlacing)
    return Promise.allSettled(steps.map((step) => patchWorkspace(step.id, step.patch)));
  const all = placeWorkspaces(
    steps.map(({ id, patch }) => {
      const { width = null, height = null } = { ...get().rows.get(id), ...patch };
      return { id, x: patch.x ?? 0, y: patch.y ?? 0, width, height };
    }),
  );
  return Promise.allSettled(steps.map(() => all));
}

/** Shows steps at once and sends them; a step that is refused is taken back and its reason told. */
async function carryOut(label: string, steps: readonly Step[]): Promise<boolean> {
  const before = new Map(steps.map((step) => [step.id, inverse(step.id, step.patch)]));
  let org: OrgData = get();
  for (const step of steps) org = applyPatch(org, step.id, asRow(step.patch));
  place(org);
  const outcomes = await send(steps);
  const failed: string[] = [];
  let reason = "";
  outcomes.forEach((outcome, index) => {
    const step = steps[index];
    if (outcome.status === "fulfilled" || !step) return;
    failed.push(get().rows.get(step.id)?.name ?? "a role");
    reason = sentence(outcome.reason);
    place(applyPatch(get(), step.id, asRow(before.get(step.id) ?? {})));
  });
  if (failed.length > 0)
    toast("error", `${label} did not work for ${failed.slice(0, 3).join(", ")}: ${reason}`);
  return failed.length === 0;
}

interface ChangeOptions {
  /** Say that it happened and offer to take it back. */
  announce?: string;
}

/** When the last change was made: cards that made way for it go back with it. */
let madeAt = 0;
const SAME_CHANGE_MS = 5000;

/** Makes a change that can be undone. */
export async function change(
  label: string,
  forward: readonly Step[],
  options: ChangeOptions = {},
  takeBack?: readonly Step[],
): Promise<boolean> {
  const backward = takeBack ?? forward.map((step) => ({ id: step.id, patch: inverse(step.id, step.patch) }));
  const done = await carryOut(label, forward);
  if (!done) return false;
  useOrg.setState((state) => ({ history: record(state.history, { label, forward, backward }) }));
  madeAt = Date.now();
  if (options.announce) toast("success", options.announce, { label: "Undo", run: () => void undoLast() });
  return true;
}

export async function undoLast(): Promise<void> {
  const step = undo(get().history);
  if (!step) {
    toast("info", "There is nothing to undo.");
    return;
  }
  useOrg.setState({ history: step.history });
  madeAt = 0;
  dropUndoOffers();
  if (step.change.removed !== undefined) {
    await bringBack(step.change.removed);
    return;
  }
  if (await carryOut("Undo", step.change.backward)) tell("Undid", step.change);
}

export async function redoLast(): Promise<void> {
  const step = redo(get().history);
  if (!step) {
    toast("info", "There is nothing to redo.");
    return;
  }
  useOrg.setState({ history: step.history });
  if (await carryOut("Redo", step.change.forward)) tell("Redid", step.change);
}

function tell(verb: string, made: Change): void {
  toast("info", `${verb}: ${made.label}`);
}

/** Removes a role and all below it. The cards go when the platform has agreed. */
export async function remove(id: string): Promise<void> {
  const { tree, rows } = get();
  const name = rows.get(id)?.name ?? "The role";
  const all = [id, ...descendants(tree, id)];
  useOrg.setState((state) => ({ leaving: new Set([...state.leaving, ...all]) }));
  try {
    await deleteWorkspace(id);
    const gone = new Set(all);
    const label = all.length === 1 ? `Removed ${name}` : `Removed ${name} and ${all.length - 1} below it`;
    place(dropRows(get(), all, Date.now()), {
      history: recordRemoval(forget(get().history, gone), label, id),
    });
    dropUndoOffers();
    void queries.invalidateQueries({ queryKey: keys.removed });
    toast("success", label, { label: "Undo", run: () => void undoRemoval(id) });
  } catch (error) {
    toast("error", `${name} was not removed: ${sentence(error)}`);
  } finally {
    useOrg.setState((state) => ({
      leaving: new Set([...state.leaving].filter((other) => !all.includes(other))),
    }));
  }
}

/** Takes back this removal, also when something else was done since. */
async function undoRemoval(id: string): Promise<void> {
  useOrg.setState(({ history }) => ({
    history: { ...history, done: history.done.filter((made) => made.removed !== id) },
  }));
  await bringBack(id);
}

/** Brings a removed role back, with all that went with it. */
export async function bringBack(id: string): Promise<boolean> {
  try {
    const { restored, notes } = await restoreWorkspace(id);
    place(unbar(get(), restored));
    await readAll();
    const name = get().rows.get(id)?.name ?? "The role";
    const also = restored.length > 1 ? ` and ${restored.length - 1} below it` : "";
    toast("success", [`${name}${also} ${also ? "are" : "is"} back.`, ...notes.slice(0, 3)].join(" "));
    return true;
  } catch (error) {
    toast("error", `It could not be brought back: ${sentence(error)}`);
    return false;
  } finally {
    void queries.invalidateQueries({ queryKey: keys.removed });
  }
}

const STORE_MS = 900;
let storeTimer: ReturnType<typeof setTimeout> | null = null;

/** Once the picture has been quiet for a moment, places that the layout had to choose are stored. */
function storeSoon(): void {
  if (storeTimer !== null) clearTimeout(storeTimer);
  storeTimer = setTimeout(() => {
    storeTimer = null;
    void storePlaces();
  }, STORE_MS);
}

/** Stores where cards are drawn that had no place, or made way, so that every client and the next start see the same. */
async function storePlaces(): Promise<void> {
  const { layout, rows, tree } = get();
  const moved = new Set(layout.moved);
  const before = new Map<string, Workspace>();
  const steps: Step[] = [];
  // In the order of the tree: a lead that moves takes along what is in it, so that what stays where it is says so.
  const told = new Set<string>();
  for (const id of tree.order) {
    const row = rows.get(id);
    const isTaken = told.has(tree.parent.get(id) ?? "");
    const at = moved.has(id) || isTaken ? layout.stored.get(id) : undefined;
    if (!row || !at || (row.placed && !isTaken && row.x === at.x && row.y === at.y)) continue;
    told.add(id);
    before.set(id, row);
    steps.push({ id, patch: { x: at.x, y: at.y } });
  }
  if (steps.length === 0) return;
  const failed = (await send(steps)).some((outcome) => outcome.status === "rejected");
  // It is drawn in its place all the same, and tried again after the next change of the structure.
  if (failed) return;
  if (Date.now() - madeAt < SAME_CHANGE_MS) {
    for (const forward of steps) {
      const row = before.get(forward.id);
      if (!row?.placed) continue;
      const backward = { id: forward.id, patch: { x: row.x, y: row.y } };
      useOrg.setState((state) => ({ history: extend(state.history, forward, backward) }));
    }
  }
  let org: OrgData = get();
  for (const { id, patch } of steps) org = applyPatch(org, id, asRow(patch));
  place(org);
}
