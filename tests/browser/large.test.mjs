import assert from "node:assert/strict";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { largeOrg, writeOrg } from "./support/orgs.mjs";
import { countRenders } from "./support/renders.mjs";

const ROLES = 1000;

scenario("a thousand roles: seen as a whole, panned, searched, folded", {
  org: async (stack) => {
    await stack.cli("up", writeOrg(join(stack.home, "orgs", "large"), largeOrg(ROLES)));
  },
}, async (canvas, stack) => {
  const { page } = canvas;
  const cards = page.locator("[data-workspace-id]");
  assert.equal((await stack.workspaces()).length, ROLES);
  await page.getByText(`${ROLES.toLocaleString("en")} roles are open at once`).or(page.getByText(`${ROLES} roles`)).first().waitFor();
  const all = await cards.count();
  assert.ok(all > 0 && all <= ROLES);

  // Teams that are alike are drawn alike, and what was chosen is stored as it is drawn.
  await canvas.until("the places are stored", () => canvas.requests.some((one) => one.method === "PUT" && one.path === "/canvas/places"));
  await canvas.until("each team has the same shape", async () => {
    const rows = new Map((await stack.workspaces()).map((row) => [row.id, row]));
    const shapes = new Map();
    for (const { name, x, y, parent_id: lead } of rows.values()) {
      if (!name.startsWith("Member")) continue;
      const { x: left, y: top } = rows.get(lead);
      shapes.set(lead, [...(shapes.get(lead) ?? []), `${name.split(".")[2]}:${x - left},${y - top}`]);
    }
    return new Set([...shapes.values()].map((shape) => shape.sort().join(" "))).size === 1;
  });

  // From far away the names of teams are written over them; nearer, in their heads. What is written can be read.
  const label = page.getByTestId("team-label").filter({ hasText: "Division 5" });
  await label.waitFor();
  assert.ok((await label.boundingBox()).height >= 14, "a label keeps its size however far away the teams are");
  // In one look, once the view stands still: a name may leave the window with the next step nearer.
  const lettersOfTeams = () =>
    page.evaluate(async () => {
      const view = document.querySelector(".react-flow__viewport");
      for (let last = ""; last !== view.style.transform; ) {
        last = view.style.transform;
        await new Promise((done) => setTimeout(done, 60));
      }
      const names = [...document.querySelectorAll(".frame .card-name")].filter((name) => /^Lead /.test(name.textContent) && name.checkVisibility());
      return names.map((name) => {
        const card = name.closest("[data-workspace-id]");
        return Number.parseFloat(getComputedStyle(name).fontSize) * (card.getBoundingClientRect().width / card.offsetWidth);
      });
    });
  const found = await canvas.until("the heads of teams hold their names", async () => {
    const sizes = await lettersOfTeams();
    if (sizes.length > 0) return sizes;
    await page.getByRole("button", { name: "Zoom in" }).click();
    return null;
  });
  const letters = Math.min(...found);
  assert.ok(letters >= 9.9, `letters of ${letters} pixels`);
  assert.equal(await page.getByTestId("team-label").count(), 0);

  // From near only what is in the window is drawn.
  await page.keyboard.press("/");
  await page.keyboard.type("Member 5.3.7");
  await page.getByText("1 role", { exact: true }).waitFor();
  await page.keyboard.press("Enter");
  await canvas.card("Member 5.3.7", "online").waitFor();
  await page.keyboard.press("Escape");
  await canvas.until("few cards are drawn from near", async () => {
    if ((await cards.count()) < 120) return true;
    await page.getByRole("button", { name: "Zoom in" }).click();
    return false;
  });

  const transform = () => page.locator(".react-flow__viewport").evaluate((node) => node.style.transform);
  const before = await transform();
  await page.mouse.move(640, 200);
  for (let step = 0; step < 10; step += 1) await page.mouse.wheel(0, 240);
  const seenBefore = await cards.evaluateAll((nodes) => nodes.map((node) => node.dataset.workspaceId));
  await canvas.until("the view moved", async () => (await transform()) !== before);
  assert.ok(seenBefore.length > 0);

  await page.keyboard.press("0");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("fold all teams");
  await page.getByRole("option", { name: /^Fold all teams/ }).click();
  await canvas.until("only folded teams are left", async () => (await cards.count()) <= 15 && (await cards.count()) > 0);
  await page.keyboard.press("0");
  // Folding frees room, and what is left moves together: no two neighbours are a team's width apart.
  const boxes = (await cards.evaluateAll((nodes) => nodes.map((node) => node.getBoundingClientRect().toJSON()))).sort((a, b) => a.x - b.x);
  const apart = boxes.slice(1).map((box, index) => (box.x - boxes[index].right) / box.width);
  assert.ok(Math.max(...apart) < 1, `gaps in widths of a card: ${apart}`);
  await canvas.card("Division 5").focus();
  await page.keyboard.press("z");
  await canvas.face("Division 5").getByText(/\d+ inside/).waitFor();

  // What happens inside a folded team is seen on it.
  const member = await stack.workspace("Member 5.3.7");
  await stack.api("POST", "/stack/stop", { scope: "one", id: member.id });
  await canvas.face("Division 5").getByText(/1 paused/).waitFor();
});

/** Components that ran from an act until nothing has been drawn for a while. */
const drawnBy = async (canvas, act) => {
  const { page } = canvas;
  const atRest = () =>
    page.evaluate(async () => {
      for (let last = -1; last !== window.renders.commits; ) {
        last = window.renders.commits;
        await new Promise((done) => setTimeout(done, 900));
      }
      return window.renders.components;
    });
  const before = await atRest();
  await act();
  await canvas.until("something was drawn", () => page.evaluate((last) => window.renders.components > last, before));
  return (await atRest()) - before;
};

scenario("what happens to one role of a thousand draws that role anew, and not all of them", {
  org: async (stack) => {
    await stack.cli("up", writeOrg(join(stack.home, "orgs", "large"), largeOrg(ROLES)));
  },
  page: { beforeOpen: (page) => page.addInitScript(countRenders) },
}, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.until("the places are stored", () => canvas.requests.some((one) => one.method === "PUT" && one.path === "/canvas/places"));
  assert.ok((await page.locator("[data-workspace-id]").count()) >= ROLES, "all of them are in view");
  const { id } = await stack.workspace("Member 5.3.7");
  const drawn = await drawnBy(canvas, () => stack.api("PATCH", `/workspaces/${id}`, { role: "Does something else." }));
  assert.ok(drawn < 200, `${drawn} components ran for one event`);
  const picked = await drawnBy(canvas, async () => {
    await canvas.card("Member 5.3.7").focus();
    await page.keyboard.press("Shift+Space");
  });
  assert.ok(picked < 200, `${picked} components ran for one card that was selected`);
});
