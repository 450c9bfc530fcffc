import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { harbour, writeOrg } from "./support/orgs.mjs";

const folderOf = (stack) => join(stack.home, "orgs", "harbour");
const org = async (stack) => {
  await stack.cli("up", writeOrg(folderOf(stack), harbour));
};

scenario("a saved skill shows on its card and in Activity, with reason and duration", { org }, async (canvas, stack) => {
  const { page } = canvas;
  await page.evaluate(() => {
    window.flashed = new Set();
    new MutationObserver(() => {
      for (const card of document.querySelectorAll("[data-flash=true]")) window.flashed.add(card.dataset.workspaceId);
    }).observe(document.body, { subtree: true, attributes: true, attributeFilter: ["data-flash"] });
  });
  appendFileSync(join(folderOf(stack), "pilot/skills/berth-a-ship/SKILL.md"), "Mind the tide.\n");
  const { id } = await stack.workspace("Pilot");
  await canvas.until("the card flashed", () => page.evaluate((pilot) => window.flashed.has(pilot), id));
  await canvas.room("activity");
  await page.getByTestId("tab-reactions").click();
  const row = page.getByTestId("reaction-row").first();
  await row.waitFor();
  const text = await row.innerText();
  assert.match(text, /Pilot/);
  assert.match(text, /SKILL\.md/);
  assert.match(text, / in [\d.]+ m?s/, `the duration is told: ${text}`);
  assert.equal((await stack.workspace("Pilot")).status, "online");
});

scenario("an unchanged save causes nothing", { org }, async (canvas, stack) => {
  const { page } = canvas;
  const skill = join(folderOf(stack), "pilot/skills/berth-a-ship/SKILL.md");
  writeFileSync(skill, readFileSync(skill));
  // A real change afterwards proves that the watcher had looked.
  appendFileSync(join(folderOf(stack), "clerk/system-prompt.md"), "Count twice.\n");
  const events = await canvas.until("the real change was noticed", async () => {
    const all = await stack.api("GET", "/events?limit=50&type=CHANGE_DETECTED");
    return JSON.stringify(all).includes("system-prompt.md") ? all : null;
  });
  const mine = events.filter((event) => JSON.stringify(event).includes("SKILL.md"));
  assert.ok(
    mine.every((event) => ["none", "unchanged"].includes(event.payload.reaction)),
    JSON.stringify(mine),
  );
  await canvas.count(page.getByRole("button", { name: / workspace — online$/ }), 4);
});

scenario("a changed structure is told as a plan and not applied by itself", { org }, async (canvas, stack) => {
  const { page } = canvas;
  writeFileSync(
    join(folderOf(stack), "org.yaml"),
    `${harbour["org.yaml"]}  - name: Night watch\n    role: Looks after dark.\n`,
  );
  await canvas.told(/org\.yaml changed/);
  assert.equal((await stack.workspaces()).length, 4);
  await canvas.room("activity");
  await page.getByTestId("tab-reactions").click();
  await page.getByTestId("reaction-row").filter({ hasText: "org.yaml" }).first().waitFor();

  // Who opens the page later finds it too, and it is gone when it is applied.
  await page.reload();
  const badge = page.getByRole("button", { name: "Show the plan that waits for Harbour master" });
  await badge.waitFor();
  await page.getByTestId("strip-plans").filter({ hasText: "Plan of Harbour office waits" }).click();
  await page.getByTestId("plan-create").filter({ hasText: "Night watch" }).waitFor();
  await page.getByTestId("import-apply").click();
  await page.getByTestId("import-progress").waitFor();
  await canvas.count(page.getByTestId("strip-plans"), 0);
  await canvas.count(badge, 0);
});
