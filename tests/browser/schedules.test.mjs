import assert from "node:assert/strict";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
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
