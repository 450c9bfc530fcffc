import assert from "node:assert/strict";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { harbour, writeOrg } from "./support/orgs.mjs";

const org = async (stack) => {
  await stack.cli("up", writeOrg(join(stack.home, "orgs", "harbour"), harbour));
};

const shiftClick = async (canvas, name) => {
  const at = await canvas.grip(name);
  await canvas.page.keyboard.down("Shift");
  await canvas.page.mouse.click(at.x, at.y);
  await canvas.page.keyboard.up("Shift");
};

/** Draws a rectangle over the canvas with Shift held. */
const draw = async ({ page }, from, to) => {
  await page.keyboard.down("Shift");
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move(to.x, to.y, { steps: 8 });
  await page.getByTestId("marquee").waitFor();
  await page.mouse.up();
  await page.keyboard.up("Shift");
};

const selected = (canvas, count) => canvas.page.getByTestId("picked").getByText(`${count} selected`, { exact: true }).waitFor();
const nameOfAll = async (canvas) =>
  (await canvas.page.locator('[data-workspace-id][data-selected="true"] > .card-button').evaluateAll((cards) => cards.map((card) => card.getAttribute("aria-label").split(" workspace")[0]))).sort();

scenario("cards that are clicked with Shift are started, stopped and restarted together", { org }, async (canvas, stack) => {
  const { page } = canvas;
  await shiftClick(canvas, "Pilot");
  await selected(canvas, "1 role");
  await shiftClick(canvas, "Weather desk");
  await selected(canvas, "2 roles");
  assert.deepEqual(await nameOfAll(canvas), ["Pilot", "Weather desk"]);
  assert.equal(await page.getByTestId("inspector").count(), 0, "no panel opens for several");
  const status = async (name, wanted) => canvas.until(`${name} is ${wanted}`, async () => (await stack.workspace(name)).status === wanted);
  const bar = page.getByRole("toolbar", { name: "Selected roles" });
  await bar.getByRole("button", { name: "Stop" }).click();
  await status("Pilot", "paused");
  await status("Weather desk", "paused");
  assert.equal((await stack.workspace("Clerk")).status, "online", "others go on");
  await canvas.told("Stopping 2 agents");
  await selected(canvas, "2 roles");
  await bar.getByRole("button", { name: /^Start/ }).click();
  await status("Pilot", "online");
  await status("Weather desk", "online");
  await bar.getByRole("button", { name: /^Start/ }).click();
  await canvas.told("Nothing to do: what is selected runs already.");

  // The menu of one of them is the menu of all.
  await canvas.menu("Weather desk", "Stop 2 roles");
  await status("Pilot", "paused");
  await status("Weather desk", "paused");
  await canvas.menu("Pilot", "Restart 2 roles");
  await canvas.told(/Restarting 2 agents|Nothing to do/);

  await shiftClick(canvas, "Pilot");
  assert.deepEqual(await nameOfAll(canvas), ["Weather desk"], "a second click puts it down");
  await canvas.select("Clerk");
  assert.deepEqual(await nameOfAll(canvas), ["Clerk"], "a plain click is about one role");
  assert.equal(await page.getByTestId("picked").count(), 0);
});

scenario("a rectangle drawn with Shift takes the cards it touches, and they are moved together", { org }, async (canvas, stack) => {
  const { page } = canvas;
  const [pilot, clerk, view] = [...(await canvas.boxes("Pilot", "Clerk")), await page.locator(".react-flow__viewport").evaluate((node) => node.style.transform)];
  await draw(canvas, { x: pilot.x + 10, y: pilot.y + 40 }, { x: clerk.x + 10, y: clerk.y + 60 });
  await selected(canvas, "2 roles");
  assert.deepEqual(await nameOfAll(canvas), ["Clerk", "Pilot"]);
  assert.equal(await page.locator(".react-flow__viewport").evaluate((node) => node.style.transform), view, "the view stays where it is");

  const before = { pilot: await stack.workspace("Pilot"), clerk: await stack.workspace("Clerk") };
  const asked = canvas.requests.length;
  await canvas.drag("Pilot", { x: 30, y: 40 });
  const after = await canvas.until("both have a new place", async () => {
    const now = { pilot: await stack.workspace("Pilot"), clerk: await stack.workspace("Clerk") };
    return now.pilot.y > before.pilot.y && now.clerk.y > before.clerk.y ? now : null;
  });
  const by = (name) => ({ x: after[name].x - before[name].x, y: after[name].y - before[name].y });
  assert.deepEqual(by("pilot"), by("clerk"), "by the same way");
  await canvas.until("the page is known to have asked", () => canvas.requests.slice(asked).some((one) => one.method !== "GET"));
  assert.equal(canvas.requests.slice(asked).filter((one) => one.method !== "GET" && one.body?.includes(before.pilot.id)).length, 1, "in one request");
  await selected(canvas, "2 roles");
  await page.keyboard.press("Control+z");
  await canvas.until("both are back", async () => {
    const [one, other] = [await stack.workspace("Pilot"), await stack.workspace("Clerk")];
    return one.x === before.pilot.x && one.y === before.pilot.y && other.x === before.clerk.x && other.y === before.clerk.y;
  });

  // A frame is taken when all of it lies inside, and what is in it once.
  const [frame, desk] = await canvas.boxes("Harbour master", "Weather desk");
  await page.keyboard.press("Escape");
  await page.getByTestId("picked").waitFor({ state: "detached" });
  await draw(
    canvas,
    { x: frame.x - 8, y: Math.min(frame.y, desk.y) - 8 },
    { x: desk.x + desk.width + 8, y: Math.max(frame.y + frame.height, desk.y + desk.height) + 8 },
  );
  await selected(canvas, "4 roles");
});

scenario("cards in hand are put into another team together, and one step takes them out again", {
  org: (stack) => stack.cli("up", writeOrg(join(stack.home, "orgs", "two"), {
    "org.yaml": `name: Two
defaults: {runtime: mock}
workspaces:
  - name: Dock
    canvas: {x: 0, y: 0}
    children: [{name: Ada}, {name: Ben}, {name: Cleo}]
  - name: Yard
    canvas: {x: 700, y: 0}
    children: [{name: Dan}]
`,
  })),
}, async (canvas, stack) => {
  const { page } = canvas;
  await shiftClick(canvas, "Ada");
  await shiftClick(canvas, "Ben");
  // The middle of the card in hand decides; below the lead's own card lie its members.
  const from = await canvas.grip("Ada");
  const [ada, aim] = await canvas.boxes("Ada", "Yard");
  await canvas.lift("Ada", { x: from.x - ada.x - ada.width / 2 + aim.x + aim.width / 2, y: from.y - ada.y - ada.height / 2 + aim.y + 60 });
  await page.getByText("Drop into: Yard").waitFor();
  await page.mouse.up();
  await canvas.told("2 roles now report to Yard");
  const yard = await stack.workspace("Yard");
  const dock = await stack.workspace("Dock");
  const leads = async () => [(await stack.workspace("Ada")).parent_id, (await stack.workspace("Ben")).parent_id];
  await canvas.until("both report to Yard", async () => (await leads()).every((id) => id === yard.id));
  assert.equal((await stack.workspace("Cleo")).parent_id, dock.id);
  const boxes = await canvas.boxes("Yard", "Ada", "Ben", "Dan");
  for (const [index, one] of boxes.entries()) {
    if (index === 0) continue;
    assert.ok(one.x >= boxes[0].x && one.x + one.width <= boxes[0].x + boxes[0].width + 1, "inside the frame");
    for (const other of boxes.slice(index + 1))
      assert.ok(one.x + one.width <= other.x || other.x + other.width <= one.x || one.y + one.height <= other.y || other.y + other.height <= one.y, "none lies on another");
  }
  await page.keyboard.press("Control+z");
  await canvas.until("both are back in Dock", async () => (await leads()).every((id) => id === dock.id));
});

scenario("by keyboard roles are selected with Shift and Space, all with Ctrl+A, and put down with Esc", { org }, async (canvas) => {
  const { page } = canvas;
  await canvas.card("Pilot").focus();
  await page.keyboard.press("Shift+Space");
  await canvas.card("Clerk").focus();
  await page.keyboard.press("Shift+Space");
  await selected(canvas, "2 roles");
  assert.deepEqual(await nameOfAll(canvas), ["Clerk", "Pilot"]);
  await page.keyboard.press("Control+a");
  await selected(canvas, "4 roles");
  await page.keyboard.press("Delete");
  await page.keyboard.press("Escape");
  await page.getByTestId("picked").waitFor({ state: "detached" });
  assert.equal(await page.getByRole("alertdialog").count(), 0, "several are not removed by one key");
  assert.deepEqual(await nameOfAll(canvas), []);
});
