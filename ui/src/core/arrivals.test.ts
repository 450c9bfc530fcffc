import { expect, it } from "vitest";
import { arrivalsSince, arrivalText } from "./arrivals";
import { row, rowsOf } from "./testing";
import { treeOf } from "./tree";

const rows = rowsOf(
  row("old"),
  row("pm", { name: "PM" }),
  row("dev", { name: "Dev", parent_id: "pm" }),
  row("new in old", { parent_id: "old" }),
);
const tree = treeOf(rows);

it("tells a team that came with all in it, and not a role added to a team that was there", () => {
  const arrival = arrivalsSince(new Set(["old", "new in old"]), rows, tree);
  expect(arrival).toEqual({ roots: ["pm"], count: 2 });
  expect(arrival && arrivalText(arrival, rows)).toBe("PM and 1 more role came to the canvas.");
  expect(arrivalsSince(new Set(["old", "pm", "dev"]), rows, tree)).toBeNull();
  expect(arrivalsSince(new Set(rows.keys()), rows, tree)).toBeNull();
});

it("names single roles by their names alone", () => {
  const arrival = { roots: ["pm", "old"], count: 2 };
  expect(arrivalText(arrival, rows)).toBe("PM and old came to the canvas.");
});
