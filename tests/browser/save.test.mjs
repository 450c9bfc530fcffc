import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { writeOrg } from "./support/orgs.mjs";

const ORG = {
  "org.yaml": `# Runs a small harbour.
name: Harbour office
defaults:
  runtime: mock
workspaces:
  - name: Harbour master
    role: Decides who berths where.   # and when
    files_dir: master
    children:
      - name: Pilot
        role: Brings ships in.
        files_dir: pilot
`,
  "master/system-prompt.md": "You are the harbour master.\n",
  "pilot/system-prompt.md": "You bring ships in.\n",
};

const place = (stack) => join(stack.home, "orgs", "harbour");
const org = async (stack) => {
  await stack.cli("up", writeOrg(place(stack), ORG));
};

scenario("what was changed on the canvas is saved to the files as a small diff, after it was shown", { org }, async (canvas, stack) => {
  const { page } = canvas;
  const file = join(place(stack), "org.yaml");
  const pilot = await stack.workspace("Pilot");
  await stack.api("PATCH", `/workspaces/${pilot.id}`, { role: "Brings ships in and out." });
  await canvas.menu("Harbour master", "Save to files…");
  const dialog = page.getByRole("dialog", { name: "Save Harbour office to files" });
  await dialog.getByTestId("save-changes").getByText("Brings ships in and out.").waitFor();
  const diff = await dialog.getByTestId("save-file").innerText();
  assert.match(diff, /org\.yaml/);
  assert.match(diff, /\+\s+role: "?Brings ships in and out\."?/);
  assert.equal(readFileSync(file, "utf8"), ORG["org.yaml"], "looking writes nothing");
  await dialog.getByRole("button", { name: "Save to files" }).click();
  await dialog.waitFor({ state: "detached" });
  await canvas.told("1 change saved to org.yaml");
  const text = readFileSync(file, "utf8");
  assert.match(text, /Brings ships in and out\./);
  assert.match(text, /^# Runs a small harbour\.$/m, "comments stay");
  assert.match(text, /# and when$/m);

  await page.keyboard.press("Control+k");
  await page.keyboard.type("save to files");
  await page.getByRole("option", { name: /^Save to files/ }).click();
  await dialog.getByText("There is nothing to save").waitFor();
  assert.equal(await dialog.getByRole("button", { name: "Save to files" }).isDisabled(), true);
});

scenario("a file that was changed too is not overwritten: its plan decides", { org }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 409 .*save/);
  const file = join(place(stack), "org.yaml");
  const pilot = await stack.workspace("Pilot");
  await stack.api("PATCH", `/workspaces/${pilot.id}`, { role: "From the canvas." });
  const theirs = ORG["org.yaml"].replace("Brings ships in.", "From an editor.");
  writeFileSync(file, theirs);
  await canvas.menu("Harbour master", "Save to files…");
  const problem = page.getByRole("alert").filter({ hasText: "It cannot be saved as it is" });
  await problem.waitFor();
  assert.equal(readFileSync(file, "utf8"), theirs);
  await problem.getByRole("button", { name: "Show plan" }).click();
  await page.getByTestId("plan").waitFor();
});
