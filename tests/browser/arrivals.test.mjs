/** What comes to the canvas while one looks at it, and how a large org is drawn. */

import assert from "node:assert/strict";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { harbour, largeOrg, writeOrg } from "./support/orgs.mjs";

/** Whether all of a card lies in the pane. */
async function isInView(canvas, name) {
  if ((await canvas.card(name).count()) === 0) return false;
  const pane = await canvas.page.locator(".react-flow").boundingBox();
  const box = await canvas.card(name).boundingBox();
  return box !== null && box.x >= pane.x && box.y >= pane.y && box.x + box.width <= pane.x + pane.width && box.y + box.height <= pane.y + pane.height;
}

scenario("an org imported elsewhere comes into view, and who is busy is told where it is", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  assert.ok(await isInView(canvas, "Studio lead"));
  await stack.cli("import", writeOrg(join(stack.home, "orgs", "harbour"), harbour));
  await canvas.until("the harbour is in view", () => isInView(canvas, "Harbour master"));

  await canvas.page.getByRole("button", { name: "Fit everything" }).click();
  await canvas.select("Weather desk");
  await canvas.boxes("Weather desk");
  const at = await page.locator(".react-flow__viewport").getAttribute("style");
  await stack.cli("import", writeOrg(join(stack.home, "orgs", "works"), largeOrg(30)));
  await canvas.told("Division 1 and 29 more roles came to the canvas.");
  assert.equal(await page.locator(".react-flow__viewport").getAttribute("style"), at, "the view of someone who reads stays");
  await canvas.toast("came to the canvas").getByRole("button", { name: "Show" }).click();
  await canvas.until("the new org is in view", () => isInView(canvas, "Division 1"));
  assert.equal(await canvas.toast("came to the canvas").count(), 0);
});

scenario("an org of forty roles is seen with all its names, and stays so", { org: (stack) => stack.cli("import", writeOrg(join(stack.home, "orgs", "works"), largeOrg(42))) }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.until("every role has a name that can be read", async () => {
    const names = await page.locator("[data-workspace-id] .card-name").evaluateAll((list) => list.filter((one) => one.checkVisibility() && one.getBoundingClientRect().height * 0.8 >= 8).map((one) => one.textContent));
    return names.length === 42;
  });
  await canvas.until("the places are stored", async () => {
    const drawn = await page.evaluate(() => [...document.querySelectorAll(".react-flow__node")].length);
    const rows = await stack.workspaces();
    const wide = Math.max(...rows.map((row) => row.x)) - Math.min(...rows.map((row) => row.x));
    const high = Math.max(...rows.map((row) => row.y)) - Math.min(...rows.map((row) => row.y));
    return drawn === 42 && wide < high * 4 && canvas.requests.filter(({ path }) => path === "/canvas/places").length === 1;
  });
  const before = await stack.workspaces();
  await page.reload();
  await canvas.card("Division 1").waitFor();
  await page.waitForTimeout(1500);
  assert.deepEqual(
    (await stack.workspaces()).map(({ id, x, y }) => [id, x, y]),
    before.map(({ id, x, y }) => [id, x, y]),
    "what was packed once is believed",
  );

  // Tidying up is one step, and one undo takes all of it back.
  await canvas.drag("Lead 1.4", { x: 90, y: 30 });
  const moved = await canvas.until("the move is stored", async () => {
    const rows = await stack.workspaces();
    return JSON.stringify(rows.map(({ x, y }) => [x, y])) === JSON.stringify(before.map(({ x, y }) => [x, y])) ? false : rows;
  });
  await page.getByRole("button", { name: "Tidy up all teams" }).click();
  await canvas.told("Tidied up everything");
  await page.keyboard.press("Control+z");
  await canvas.told("Undid: Tidy up everything");
  await canvas.until("all stands where it stood before", async () => {
    const rows = await stack.workspaces();
    return JSON.stringify(rows.map(({ id, x, y }) => [id, x, y])) === JSON.stringify(moved.map(({ id, x, y }) => [id, x, y]));
  });
});
