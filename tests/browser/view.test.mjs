/** The view keeps to what one looks at when the room for it changes. */

import assert from "node:assert/strict";
import { scenario } from "./support/canvas.mjs";

const NAMES = ["Studio lead", "Researcher", "Writer", "Designer", "Reviewer"];

const pane = (page) => page.locator(".react-flow").evaluate((node) => node.getBoundingClientRect().toJSON());

const assertAllIn = async (canvas) => {
  const room = await pane(canvas.page);
  for (const [index, box] of (await canvas.boxes(...NAMES)).entries())
    assert.ok(box.x >= room.x && box.y >= room.y && box.right <= room.right && box.bottom <= room.bottom, `${NAMES[index]} is in view: ${JSON.stringify({ box, room })}`);
  return room;
};

scenario("a whole org in view stays whole and in the middle when the window becomes smaller and larger", { sample: true }, async (canvas) => {
  const { page } = canvas;
  await assertAllIn(canvas);
  for (const size of [{ width: 800, height: 600 }, { width: 1920, height: 1080 }]) {
    await page.setViewportSize(size);
    await canvas.until("the canvas has the new size", async () => Math.abs((await pane(page)).right - size.width) < 2);
    const room = await assertAllIn(canvas);
    const [lead] = await canvas.boxes("Studio lead");
    const middle = (lead.x + lead.right) / 2 - (room.x + room.right) / 2;
    assert.ok(Math.abs(middle) < 30, `in the middle, not ${middle} beside it`);
  }
});

scenario("what one looks at stays in the middle of a window that changes, and comes back when the panel is closed", { sample: true }, async (canvas) => {
  const { page } = canvas;
  await canvas.until("not all of it is in view", async () => {
    await page.getByRole("button", { name: "Zoom in" }).click();
    const [box] = await canvas.boxes("Studio lead");
    return box.height > 760;
  });
  const middleOf = async (name) => {
    const [box] = await canvas.boxes(name);
    const room = await pane(page);
    return { x: box.x + box.width / 2 - (room.x + room.width / 2), y: box.y + box.height / 2 - (room.y + room.height / 2) };
  };
  const before = await middleOf("Studio lead");
  await page.setViewportSize({ width: 1500, height: 900 });
  await canvas.until("the canvas has the new size", async () => Math.abs((await pane(page)).right - 1500) < 2);
  const after = await middleOf("Studio lead");
  assert.ok(Math.abs(after.x - before.x) < 2 && Math.abs(after.y - before.y) < 2, JSON.stringify({ before, after }));

  const view = () => page.locator(".react-flow__viewport").evaluate((node) => node.style.transform);
  await canvas.boxes("Studio lead");
  const seen = await view();
  await canvas.select("Designer");
  await canvas.boxes("Designer");
  await page.getByRole("button", { name: "Close panel" }).click();
  await page.getByTestId("inspector").waitFor({ state: "detached" });
  await canvas.until("the view is as it was", async () => (await view()) === seen);
});
