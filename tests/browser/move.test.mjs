import assert from "node:assert/strict";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { harbour, writeOrg } from "./support/orgs.mjs";

const org = async (stack) => {
  await stack.cli("up", writeOrg(join(stack.home, "orgs", "harbour"), harbour));
};

/** What the page asked to change about a role. Cards that make way for it are stored by themselves a moment later. */
const writes = (canvas, { id }) => canvas.requests.filter((request) => request.method === "PATCH" && request.path === `/workspaces/${id}`);

scenario("a dragged card stays where it was dropped, also after a reload", { org }, async (canvas, stack) => {
  const { page } = canvas;
  const before = await stack.workspace("Weather desk");
  await canvas.drag("Weather desk", { x: 90, y: 60 });
  const after = await canvas.until("the new place is stored", async () => {
    const row = await stack.workspace("Weather desk");
    return row.x > before.x && row.y > before.y ? row : null;
  });
  assert.equal(after.parent_id, null);
  await canvas.until("the page is known to have asked", () => writes(canvas, before).length > 0);
  assert.equal(writes(canvas, before).length, 1, "one write for one move");
  const places = () => canvas.boxes("Harbour master", "Weather desk");
  const shape = ([lead, desk]) => ({ dx: (desk.x - lead.x) / lead.width, dy: (desk.y - lead.y) / lead.height });
  const drawn = shape(await places());
  await page.reload();
  await canvas.card("Weather desk", "online").waitFor();
  const again = await stack.workspace("Weather desk");
  assert.deepEqual([again.x, again.y], [after.x, after.y]);
  const redrawn = shape(await places());
  assert.ok(Math.abs(redrawn.dx - drawn.dx) < 0.02 && Math.abs(redrawn.dy - drawn.dy) < 0.02, `${JSON.stringify({ drawn, redrawn })}`);
});

scenario("a team moves with its lead, and its members keep their places in it", { org }, async (canvas, stack) => {
  const { page } = canvas;
  const inside = async () => {
    const [lead, pilot] = await canvas.boxes("Harbour master", "Pilot");
    return { x: (pilot.x - lead.x) / lead.width, y: (pilot.y - lead.y) / lead.height };
  };
  const before = await inside();
  const start = await stack.workspace("Harbour master");
  await canvas.drag("Harbour master", { x: 40, y: 80 });
  await canvas.until("the new place is stored", async () => (await stack.workspace("Harbour master")).y > start.y);
  await page.reload();
  await canvas.card("Pilot", "online").waitFor();
  const after = await inside();
  assert.ok(Math.abs(after.x - before.x) < 0.01 && Math.abs(after.y - before.y) < 0.01, JSON.stringify({ before, after }));
});

scenario("a card dropped on another joins its team; Ctrl+Z takes it back, Ctrl+Shift+Z does it again", { org }, async (canvas, stack) => {
  const { page } = canvas;
  const before = await stack.workspace("Weather desk");
  const lead = await stack.workspace("Harbour master");
  await canvas.dragOnto("Weather desk", "Harbour master", false);
  await page.getByText("Drop into: ").waitFor();
  const named = await page.getByText("Drop into: ").innerText();
  const onTop = await page.evaluate(() => {
    const held = document.querySelector(".react-flow__node.dragging").getBoundingClientRect();
    const hit = document.elementFromPoint(held.x + held.width / 2, held.y + held.height / 2);
    return hit?.closest(".react-flow__node")?.classList.contains("dragging");
  });
  assert.ok(onTop, "the card in hand lies on all others");
  assert.equal(writes(canvas, before).length, 0, "nothing is written while the card is in the air");
  await page.mouse.up();
  const target = await stack.workspace(named.replace("Drop into: ", ""));
  const nested = await canvas.until("the parent is stored", async () => {
    const row = await stack.workspace("Weather desk");
    return row.parent_id === target.id ? row : null;
  });
  assert.notEqual(nested.parent_id, null);
  // The platform may have stored it before this process hears that the page asked.
  await canvas.until("the page is known to have asked", () => writes(canvas, before).length > 0);
  assert.equal(writes(canvas, before).length, 1);
  assert.equal(JSON.parse(writes(canvas, before)[0].body).parent_id, target.id);
  await canvas.told("now reports to");

  const [frame, card] = await canvas.boxes(target.name, "Weather desk");
  assert.ok(card.x >= frame.x && card.y > frame.y && card.x + card.width <= frame.x + frame.width + 1, "drawn inside");

  await page.keyboard.press("Control+z");
  const back = await canvas.until("it stands alone again", async () => {
    const row = await stack.workspace("Weather desk");
    return row.parent_id === null ? row : null;
  });
  assert.deepEqual([back.x, back.y], [before.x, before.y], "at its old place");
  await page.keyboard.press("Control+Shift+z");
  await canvas.until("it is back in the team", async () => (await stack.workspace("Weather desk")).parent_id === target.id);
  await page.keyboard.press("Control+z");
  await canvas.until("and out of it", async () => (await stack.workspace("Weather desk")).parent_id === null);
  assert.equal((await stack.workspace("Harbour master")).id, lead.id);
});

scenario("a member dragged well out of its frame stands alone", { org }, async (canvas, stack) => {
  const [frame, at] = await canvas.boxes("Harbour master", "Clerk");
  await canvas.drag("Clerk", { x: 0, y: frame.y + frame.height - at.y + 40 });
  await canvas.until("it has no lead", async () => (await stack.workspace("Clerk")).parent_id === null);
  await canvas.told("stands alone");
});

scenario("a refused move takes the card back and says why", { org }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 500/);
  await page.route("**/workspaces/*", (route) =>
    route.request().method() === "PATCH"
      ? route.fulfill({ status: 500, json: { error: "The disk is full.", code: "disk_full" } })
      : route.continue(),
  );
  const [before] = await canvas.boxes("Weather desk");
  await canvas.drag("Weather desk", { x: 60, y: 90 });
  await canvas.told("The disk is full.");
  await canvas.until("the card is back", async () => {
    const [box] = await canvas.boxes("Weather desk");
    return Math.abs(box.x - before.x) < 2 && Math.abs(box.y - before.y) < 2;
  });
  assert.equal((await stack.workspace("Weather desk")).parent_id, null);
});

scenario("two windows show the same org", { org }, async (canvas, stack) => {
  const other = await canvas.page.context().browser().newPage({ viewport: { width: 1280, height: 720 } });
  await other.goto(await stack.link());
  await other.getByRole("button", { name: "Clerk workspace — online" }).waitFor();
  await canvas.select("Clerk");
  await canvas.page.keyboard.press("F2");
  await canvas.page.getByRole("textbox", { name: "New name" }).fill("Bookkeeper");
  await canvas.page.keyboard.press("Enter");
  await other.getByRole("button", { name: "Bookkeeper workspace — online" }).waitFor();
  await other.close();
});
