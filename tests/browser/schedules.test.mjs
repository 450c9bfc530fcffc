import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CUT_OFF, scenario } from "./support/canvas.mjs";
import { writeOrg } from "./support/orgs.mjs";

const ORG = {
  "org.yaml": `name: Watch
workspaces:
  - name: Keeper
    runtime: mock
    files_dir: keeper
    schedules:
      - {name: morning, cron_expr: '0 7 * * 1-5', timezone: Europe/Berlin, prompt: Look at the harbour.}
      - {name: words, cron_expr: every monday, prompt: x}
    channels:
      - {type: slack, config: {webhook_url: 'https://hooks.slack.com/services/T0/B0/canary-slack-secret'}}
`,
  "keeper/system-prompt.md": "You keep watch.\n",
};

scenario("schedules and channels of a role are told, what could not be made too, and nothing secret is shown", {}, async (canvas, stack) => {
  const { page } = canvas;
  const folder = writeOrg(join(stack.home, "orgs", "watch"), ORG);
  await page.getByRole("button", { name: "Open org", exact: true }).click();
  await page.getByLabel("Org folder").fill(folder);
  await page.getByTestId("import-read").click();
  await page.getByTestId("import-apply").click();
  await page.getByTestId("import-left-out").getByText(/Keeper: schedule words: /).waitFor();
  await page.getByRole("button", { name: "Go to the canvas" }).click();
  await canvas.select("Keeper", "details");
  const schedules = page.getByTestId("schedule-list");
  await schedules.getByText("morning").waitFor();
  assert.match(await schedules.innerText(), /0 7 \* \* 1-5/);
  await schedules.getByText("switched off").waitFor();
  await schedules.getByText("What is sent").click();
  await schedules.getByText("Look at the harbour.").waitFor();
  await page.getByTestId("channel-list").getByText("slack").waitFor();
  assert.ok(!(await page.content()).includes("canary-slack-secret"));
});

scenario("a schedule is added, switched on, changed and removed in the panel, and saved to the files", {}, async (canvas, stack) => {
  const { page } = canvas;
  const folder = writeOrg(join(stack.home, "orgs", "watch"), ORG);
  await stack.cli("up", folder);
  await canvas.select("Keeper", "details");
  const section = page.getByRole("region", { name: "Schedules" });
  await section.getByRole("button", { name: "Add a schedule" }).click();
  const form = section.getByRole("form", { name: "New schedule" });
  await form.getByLabel("Name").fill("evening");
  await form.getByLabel("When").fill("every evening");
  await form.getByLabel("What is sent").fill("Close the gate.");
  canvas.allowed.push(/status of 400 .*schedules/);
  await form.getByRole("button", { name: "Add" }).click();
  await form.getByRole("alert").getByText(/five fields/).waitFor();
  await form.getByLabel("When").fill("30 18 * * 5");
  await form.getByRole("button", { name: "Add" }).click();
  await form.waitFor({ state: "detached" });
  const list = page.getByTestId("schedule-list");
  await list.locator('[data-schedule="evening"]').getByText("30 18 * * 5").waitFor();

  const morning = list.locator('[data-schedule="morning"]');
  const isOn = morning.getByRole("checkbox");
  assert.equal(await isOn.isChecked(), false, "nobody ticked the org's schedules");
  await isOn.click();
  await morning.getByText(/has not run yet; next/).waitFor();
  await morning.getByRole("button", { name: "Change morning" }).click();
  const change = morning.getByRole("form", { name: "Change morning" });
  await change.getByLabel("When").fill("15 7 * * 1-5");
  await change.getByRole("button", { name: "Save" }).click();
  await morning.getByText("15 7 * * 1-5").waitFor();

  await canvas.menu("Keeper", "Save to files…");
  const dialog = page.getByRole("dialog", { name: /^Save / });
  await dialog.getByTestId("save-changes").getByText(/morning, evening/).waitFor();
  await dialog.getByRole("button", { name: "Save to files" }).click();
  await dialog.waitFor({ state: "detached" });
  const text = readFileSync(join(folder, "org.yaml"), "utf8");
  assert.match(text, /cron_expr: '15 7 \* \* 1-5'/);
  assert.match(text, /name: evening/);
  assert.match(text, /cron_expr: every monday/, "what cannot be made is left alone");

  await list.locator('[data-schedule="evening"]').getByRole("button", { name: "Remove evening" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await list.locator('[data-schedule="evening"]').waitFor({ state: "detached" });
});

scenario("a schedule is run at once, and its last runs are told as they happen", {}, async (canvas, stack) => {
  const { page } = canvas;
  await stack.cli("up", writeOrg(join(stack.home, "orgs", "watch"), ORG));
  await canvas.select("Keeper", "details");
  const morning = page.getByTestId("schedule-list").locator('[data-schedule="morning"]');
  assert.equal(await morning.getByText("Last runs").count(), 0, "there was none");
  await morning.getByRole("button", { name: "Run now: morning" }).click();
  await morning.getByText("Last runs").click();
  const runs = morning.getByTestId("schedule-runs").getByRole("listitem");
  await canvas.count(runs, 1);
  const [keeper] = await stack.workspaces();
  const [schedule] = await stack.api("GET", `/workspaces/${keeper.id}/schedules`);
  const history = `/workspaces/${keeper.id}/schedules/${schedule.id}/history`;
  await canvas.until("the run has ended", async () => (await stack.api("GET", history))[0]?.status === "ok");
  await morning.getByText(/^ran /).first().waitFor();

  // Another window, or the command line: the open list follows.
  await stack.api("POST", `/workspaces/${keeper.id}/schedules/${schedule.id}/run`);
  await canvas.count(runs, 2);

  const isOn = morning.getByRole("checkbox");
  await isOn.click();
  await morning.getByText(/; next /).waitFor();
  await isOn.click();
  await canvas.until("it is switched off", async () => (await stack.api("GET", `/workspaces/${keeper.id}/schedules`))[0].enabled === false);
  await morning.getByText(/; next /).waitFor({ state: "detached" });
});

scenario("what cannot be done with a schedule is told, and the list stays as it is", {}, async (canvas, stack) => {
  const { page } = canvas;
  await stack.cli("up", writeOrg(join(stack.home, "orgs", "watch"), ORG));
  await canvas.select("Keeper", "details");
  const morning = page.getByTestId("schedule-list").locator('[data-schedule="morning"]');
  canvas.allowed.push(/status of 503/);
  await page.route("**/schedules/*", (route) =>
    route.request().method() === "PATCH"
      ? route.fulfill({ status: 503, json: { error: "The disk is full.", code: "disk_full" } })
      : route.continue(),
  );
  await morning.getByRole("checkbox").click();
  await canvas.told(/morning: The disk is full\./);
  assert.equal(await morning.getByRole("checkbox").isChecked(), false);

  // Without the platform nothing can be changed, and the panel says so by its buttons.
  canvas.allowed.push(...CUT_OFF);
  await stack.kill();
  await page.getByTestId("notice-connection").waitFor();
  assert.ok(await morning.getByRole("button", { name: "Run now: morning" }).isDisabled());
  assert.ok(await morning.getByRole("checkbox").isDisabled());
  assert.ok(await page.getByRole("button", { name: "Add a schedule" }).isDisabled());
});

scenario("prompts and plugins that only the files keep are edited, shown as a diff and saved", {}, async (canvas, stack) => {
  const { page } = canvas;
  const folder = writeOrg(join(stack.home, "orgs", "watch"), ORG);
  await stack.cli("up", folder);
  await canvas.select("Keeper", "details");
  await page.getByRole("button", { name: "Prompts and plugins…" }).click();
  const values = page.getByTestId("role-values");
  await values.getByLabel("Prompt of its first start").fill("Look around.");
  await values.getByLabel("Plugins").fill("notes");
  await values.getByLabel("Category routing").fill("harbour: Keeper");
  await values.getByRole("checkbox", { name: "It is used" }).uncheck();
  await values.getByLabel("Who may write in slack").fill("ann");
  await page.getByRole("button", { name: "Show the change" }).click();
  const dialog = page.getByRole("dialog", { name: "Save Watch to files" });
  const diff = dialog.getByTestId("save-file");
  await diff.getByText(/\+.*initial_prompt: Look around\./).waitFor();
  assert.equal(readFileSync(join(folder, "org.yaml"), "utf8"), ORG["org.yaml"], "looking writes nothing");
  await dialog.getByRole("button", { name: "Save to files" }).click();
  await dialog.waitFor({ state: "detached" });
  const text = readFileSync(join(folder, "org.yaml"), "utf8");
  assert.match(text, /plugins: \[notes\]/);
  assert.match(text, /category_routing: \{harbour: \[Keeper\]\}/);
  assert.match(text, /initial_prompt: Look around\./);
  assert.match(text, /hooks\.slack\.com\/services\/T0\/B0\/canary-slack-secret/, "settings stay as they are");
  assert.match(text, /allowed_users: \[ann\]/);
  assert.match(text, /enabled: false/);
  assert.ok(!(await page.content()).includes("canary-slack-secret"));
  await page.getByRole("button", { name: "Prompts and plugins…" }).click();
  assert.equal(await values.getByLabel("Plugins").inputValue(), "notes", "it is read again");
});
