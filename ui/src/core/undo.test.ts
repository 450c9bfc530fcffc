import { expect, it } from "vitest";
import { type Change, extend, forget, NO_HISTORY, record, recordRemoval, redo, undo } from "./undo";

const change = (label: string, id = "a"): Change => ({
  label,
  forward: [{ id, patch: { x: 1, y: 1 } }],
  backward: [{ id, patch: { x: 0, y: 0 } }],
});

it("takes back the last change and makes it again", () => {
  const history = record(record(NO_HISTORY, change("one")), change("two"));
  const back = undo(history);
  expect(back?.change.label).toBe("two");
  const again = redo(back?.history ?? NO_HISTORY);
  expect(again?.change.label).toBe("two");
  expect(again?.history).toEqual(history);
});

it("forgets what was undone once something new is done", () => {
  const back = undo(record(NO_HISTORY, change("one")));
  expect(redo(record(back?.history ?? NO_HISTORY, change("new")))).toBeNull();
});

it("takes back a removal once, and never removes again by itself", () => {
  const history = recordRemoval(record(NO_HISTORY, change("move")), "Removed Lead", "a");
  const stop = undo(history);
  expect(stop?.change).toMatchObject({ label: "Removed Lead", removed: "a" });
  expect(redo(stop?.history ?? NO_HISTORY)).toBeNull();
  expect(undo(stop?.history ?? NO_HISTORY)?.change.label).toBe("move");
  const step = { id: "b", patch: { x: 1 } };
  expect(extend(history, step, step)).toBe(history);
});

it("has nothing to undo at first, and says so", () => {
  expect(undo(NO_HISTORY)).toBeNull();
  expect(redo(NO_HISTORY)).toBeNull();
});

it("drops changes of roles that are gone, also as the new lead", () => {
  const nested: Change = {
    label: "nest",
    forward: [{ id: "b", patch: { parent_id: "a" } }],
    backward: [{ id: "b", patch: { parent_id: null } }],
  };
  const history = record(record(record(NO_HISTORY, change("one")), nested), change("other", "c"));
  expect(forget(history, new Set(["a"])).done.map((entry) => entry.label)).toEqual(["other"]);
});

it("takes back together what followed from a change", () => {
  const history = extend(
    record(NO_HISTORY, change("nest")),
    { id: "b", patch: { x: 9, y: 9 } },
    { id: "b", patch: { x: 5, y: 5 } },
  );
  expect(undo(history)?.change.backward.map((step) => step.id)).toEqual(["a", "b"]);
});
