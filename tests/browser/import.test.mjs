import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { harbour, writeOrg } from "./support/orgs.mjs";

/** The harbour with a pilot who works by the clock. */
const scheduled = harbour["org.yaml"].replace(
  "files_dir: pilot",
  "files_dir: pilot\n        schedules:\n          - {name: morning, cron_expr: \"0 7 * * *\", prompt: Look at the harbour.}",
);

/** Opens the import dialog and asks for the plan of a folder. */
async function askPlan(page, folder) {
  await page.getByRole("button", { name: "Open org", exact: true }).or(page.getByRole("button", { name: "Open an org folder" })).first().click();
  await page.getByRole("textbox", { name: "Org folder" }).fill(folder);
  await page.getByTestId("import-read").click();
}

scenario("a folder is imported: plan, cost, questions, apply, progress", {}, async (canvas, stack) => {
  const { page } = canvas;
  const folder = writeOrg(join(stack.home, "orgs", "harbour"), {
    ...harbour,
    "org.yaml": harbour["org.yaml"].replace("role: Says what the wind will do.", "role: Says what the wind will do.\n    tier: 4"),
  });
  await askPlan(page, folder);
  const plan = page.getByTestId("plan");
  await plan.waitFor();
  assert.match(await page.getByTestId("plan-summary").innerText(), /4 roles to create/);
  for (const name of ["Harbour master", "Pilot", "Clerk", "Weather desk"]) await plan.getByText(name).first().waitFor();
  assert.match(await page.getByTestId("plan-create").innerText(), /org\.yaml:\d+/, "each role says where it is written");

  // What costs money or power is off until the person ticks it.
  const grant = page.getByRole("checkbox", { name: /Grant more than tier 2/ });
  const prompts = page.getByRole("checkbox", { name: /Initial prompts/ });
  assert.equal(await grant.isChecked(), false);
  assert.equal(await prompts.isChecked(), false);
  const cost = page.getByRole("region", { name: "Model calls it would make by itself" });
  const says = (pattern) => canvas.until(`the cost says ${pattern}`, async () => pattern.test(await cost.innerText()));
  await says(/As ticked: 0 calls at start, 0 a day/);
  await prompts.check();
  // The built-in agent answers it, and asks no model.
  await says(/1 role: no model calls/);
  await says(/As ticked: 0 calls at start/);
  await prompts.uncheck();
  assert.deepEqual(await stack.workspaces(), []);

  await page.getByTestId("import-apply").click();
  await page.getByTestId("import-progress").waitFor();
  await page.getByText("4 of 4 up").waitFor();
  await canvas.count(page.getByTestId("import-progress-row"), 4);
  await page.getByRole("button", { name: "Go to the canvas" }).click();
  for (const name of ["Harbour master", "Pilot", "Clerk", "Weather desk"]) await canvas.card(name, "online").waitFor();
  const weather = await stack.workspace("Weather desk");
  assert.equal(weather.tier_granted, 2, "what was not granted is not given");
  assert.match(await canvas.face("Weather desk").innerText(), /T4 → T2/);

  // The same folder once more changes nothing and says so.
  await askPlan(page, folder);
  await plan.waitFor();
  await page.getByTestId("plan-summary").getByText("4 roles stay as they are").waitFor();
  await page.getByRole("button", { name: "Apply without changes" }).waitFor();
  await page.keyboard.press("Escape");
  await plan.waitFor({ state: "detached" });
});

scenario("what was allowed at the first import stays allowed when the plan is opened again, until it is unticked", {
  org: async (stack) => {
    const files = { ...harbour, "org.yaml": scheduled };
    await stack.cli("up", writeOrg(join(stack.home, "orgs", "harbour"), files), "--prompts", "schedules");
  },
}, async (canvas, stack) => {
  const { page } = canvas;
  const folder = join(stack.home, "orgs", "harbour");
  const schedules = page.getByRole("checkbox", { name: /^Schedules/ });
  const initial = page.getByRole("checkbox", { name: /Initial prompts/ });
  const isOn = async () => {
    const { id } = await stack.workspace("Pilot");
    return (await stack.api("GET", `/workspaces/${id}/schedules`))[0].enabled;
  };
  const live = page.getByText("4 roles on canvas, 2 of them report to nobody");
  await live.waitFor({ state: "attached" });
  assert.equal(await isOn(), true);

  writeFileSync(join(folder, "org.yaml"), scheduled.replace("Keeps the books.", "Keeps all the books."));
  await askPlan(page, folder);
  await schedules.waitFor();
  assert.equal(await schedules.isChecked(), true, "it starts as it was allowed");
  assert.equal(await initial.isChecked(), false, "and nothing else is");
  await page.getByTestId("import-apply").click();
  await canvas.until("the files were applied", async () => (await stack.workspace("Clerk")).role === "Keeps all the books.");
  assert.equal(await isOn(), true, "applying took nothing back");
  await page.getByTestId("import-progress").waitFor();
  await page.getByRole("button", { name: "Go to the canvas" }).click();

  await askPlan(page, folder);
  await schedules.uncheck();
  await page.getByText("applying takes it back").waitFor();
  await page.getByRole("button", { name: "Apply choices" }).click();
  await canvas.until("the schedule is off", async () => !(await isOn()));
});

scenario("a value changed in the files and on the canvas has to be decided", {
  org: async (stack) => {
    await stack.cli("up", writeOrg(join(stack.home, "orgs", "harbour"), harbour));
  },
}, async (canvas, stack) => {
  const { page } = canvas;
  const folder = join(stack.home, "orgs", "harbour");
  await stack.api("PATCH", `/workspaces/${(await stack.workspace("Pilot")).id}`, { role: "Brings big ships in." });
  writeFileSync(join(folder, "org.yaml"), harbour["org.yaml"].replace("Brings ships in.", "Brings small ships in."));
  await askPlan(page, folder);
  const which = page.getByRole("radiogroup", { name: /role/ });
  await which.waitFor();
  const apply = page.getByTestId("import-apply");
  assert.equal(await apply.isDisabled(), true, "an open question blocks");
  assert.match(await which.innerText(), /Brings small ships in\.[\s\S]*Brings big ships in\./);
  await which.getByRole("radio").first().check();
  await apply.click();
  await page.getByTestId("import-progress").waitFor();
  await canvas.until("the files won", async () => (await stack.workspace("Pilot")).role === "Brings small ships in.");
});

scenario("a folder that cannot be imported says where and why, and nothing changes", {}, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 4\d\d/);
  const folder = join(stack.home, "orgs", "broken");
  mkdirSync(folder);
  await askPlan(page, folder);
  const refusal = page.getByTestId("import-error");
  await refusal.waitFor();
  assert.match(await refusal.innerText(), /org\.yaml/);
  assert.equal(await page.getByRole("textbox", { name: "Org folder" }).inputValue(), folder, "what was typed stays");

  writeOrg(folder, { "org.yaml": "name: Broken\nworkspaces:\n  - name: A\n   role: crooked\n" });
  await page.getByTestId("import-read").click();
  await page.getByTestId("import-error").filter({ hasText: /org\.yaml:4:\d+\s*\S+/ }).waitFor();

  writeOrg(folder, { "org.yaml": "name: Odd\nworkspaces:\n  - name: A\n  - name: A\n" });
  await page.getByTestId("import-read").click();
  await page.getByTestId("import-error").filter({ hasText: /used twice/ }).waitFor();
  assert.deepEqual(await stack.workspaces(), []);
});

scenario("a very long name is cut where it is drawn, and pushes nothing apart", {
  org: async (stack) => {
    const name = `Überlang ${"wort ".repeat(20)}${"x".repeat(120)}`;
    const files = { "org.yaml": `name: Long\ndefaults: {runtime: mock}\nworkspaces:\n  - name: "${name}"\n    role: ${"r".repeat(400)}\n  - name: Short\n` };
    await stack.cli("up", writeOrg(join(stack.home, "orgs", "long"), files));
  },
}, async (canvas) => {
  const { page } = canvas;
  const cards = page.getByRole("button", { name: / workspace — / });
  await canvas.count(cards, 2);
  const long = page.getByRole("button", { name: /^Überlang/ });
  const cut = await page.locator("[data-workspace-id]").filter({ has: long }).evaluate((card) => {
    const outer = card.getBoundingClientRect();
    return [...card.querySelectorAll("*")].every((part) => {
      const box = part.getBoundingClientRect();
      return box.width === 0 || (box.right <= outer.right + 1 && box.bottom <= outer.bottom + 1);
    });
  });
  assert.ok(cut, "everything lies inside the card");
  await long.click();
  await page.getByTestId("inspector").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 1280);
});

scenario("an org that never came up is taken off the list, and what was removed on the canvas does not count as staying", {
  org: async (stack) => {
    await stack.cli("up", writeOrg(join(stack.home, "orgs", "harbour"), harbour));
    await stack.api("DELETE", `/workspaces/${(await stack.workspace("Clerk")).id}?confirm=true`);
  },
}, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 4\d\d/);
  await askPlan(page, join(stack.home, "orgs", "harbour"));
  const summary = page.getByTestId("plan-summary");
  await summary.getByText("3 roles stay as they are").waitFor();
  await summary.getByText("1 role was removed on the canvas and is not brought back").waitFor();
  await page.getByRole("button", { name: "Back", exact: true }).click();

  const broken = writeOrg(join(stack.home, "orgs", "broken"), { "org.yaml": "name: Broken\nworkspaces:\n  - name: A\n    tier: many\n" });
  await page.getByRole("textbox", { name: "Org folder" }).fill(broken);
  await page.getByTestId("import-read").click();
  await page.getByTestId("import-error").waitFor();
  const known = page.getByTestId("org-templates-section");
  await known.getByRole("button", { name: /^Take .* off the list$/ }).click();
  await canvas.told("is off the list");
  await canvas.count(known.getByRole("button", { name: /^Show plan of broken$/i }), 0);
  await known.getByRole("button", { name: "Show plan of Harbour office" }).waitFor();
  assert.equal((await stack.api("GET", "/org/folders")).length, 1);
});
