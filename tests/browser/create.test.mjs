import assert from "node:assert/strict";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { writeOrg } from "./support/orgs.mjs";

scenario("a role is added below another one, with what was filled in", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.menu("Studio lead", "Add a role below…");
  const dialog = page.getByRole("dialog", { name: "New role" });
  await dialog.waitFor();
  const create = dialog.getByRole("button", { name: "Create", exact: true });
  const before = canvas.requests.length;
  await create.click();
  await dialog.getByRole("alert").filter({ hasText: "Name is required" }).waitFor();
  assert.ok(!canvas.requests.slice(before).some(({ method }) => method === "POST"), "nothing was asked for");

  await dialog.getByLabel("Name", { exact: true }).fill("Proofreader");
  await dialog.getByLabel("Role", { exact: true }).fill("Finds what others overlook");
  await dialog.getByLabel("Runtime").fill("mock");
  await dialog.getByLabel("Budget limit (USD a month)").fill("12.50");
  await dialog.getByRole("radio", { name: "T2 Standard" }).focus();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await canvas.card("Proofreader", "online").waitFor();
  const [lead, card] = await canvas.boxes("Studio lead", "Proofreader");
  assert.ok(card.x >= lead.x && card.x + card.width <= lead.x + lead.width && card.y + card.height <= lead.y + lead.height, "it stands in its lead's frame");
  await page.getByTestId("inspector").getByRole("heading", { name: "Proofreader" }).waitFor();
  const row = await stack.workspace("Proofreader");
  assert.equal(row.tier, 1);
  assert.equal(row.budget_limit, 1250, "cents");
  assert.equal(row.parent_id, (await stack.workspace("Studio lead")).id);
});

scenario("an agent that runs elsewhere is connected with a snippet that works, and its key leaves the page", { sample: true, page: { permissions: ["clipboard-read", "clipboard-write"] } }, async (canvas, stack) => {
  const { page } = canvas;
  await page.getByRole("button", { name: "New role" }).click();
  const dialog = page.getByRole("dialog", { name: "New role" });
  await dialog.getByLabel("Name", { exact: true }).fill("Outsider");
  await dialog.getByLabel("The agent runs elsewhere").check();
  assert.equal(await dialog.getByLabel("Runtime").count(), 0);
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  const connect = page.getByRole("dialog", { name: "Connect Outsider" });
  await connect.getByRole("tab", { name: "Fields" }).click();
  const text = await connect.getByTestId("connect-snippet").innerText();
  const key = /^WORKSPACE_AUTH_TOKEN=(\S+)$/m.exec(text)[1];
  const { id } = await stack.workspace("Outsider");
  const answer = await fetch(`${stack.origin}/workspaces/${id}/state`, { headers: { Authorization: `Bearer ${key}` } });
  assert.equal(answer.status, 200);
  await connect.getByRole("button", { name: "Copy" }).click();
  await canvas.told("Copied, with the key in it");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
  await connect.getByRole("tab", { name: "Python" }).click();
  assert.ok((await connect.getByTestId("connect-snippet").innerText()).includes(key));
  await connect.getByRole("button", { name: "I have saved it" }).click();
  await connect.waitFor({ state: "detached" });
  assert.ok(!(await page.content()).includes(key));
  assert.ok(!(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).includes(key));

  // The dialog begins anew each time.
  await page.getByRole("button", { name: "New role" }).click();
  assert.equal(await dialog.getByLabel("The agent runs elsewhere").isChecked(), false);
  assert.equal(await dialog.getByLabel("Name", { exact: true }).inputValue(), "");
});

scenario("a role is made from a template, which says what it brings", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  const { id } = await stack.api("POST", "/templates/import", {
    name: "Scout kit",
    files: {
      "config.yaml": "name: Scout kit\ndescription: Looks ahead.\nruntime: mock\nmodel: sonnet\ntier: 1\n",
      "skills/look/SKILL.md": "---\nname: look\ndescription: Looks ahead\n---\nLook.\n",
    },
  });
  await page.getByRole("button", { name: "New role" }).click();
  const dialog = page.getByRole("dialog", { name: "New role" });
  await dialog.getByLabel("Name", { exact: true }).fill("Scout");
  await dialog.getByLabel("Template").selectOption(id);
  await dialog.getByTestId("template-note").getByText("Looks ahead.").waitFor();
  assert.equal(await dialog.getByRole("radio", { name: "T1 Sandboxed" }).isChecked(), true, "the template's tier");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await canvas.card("Scout", "online").waitFor();
  const row = await stack.workspace("Scout");
  assert.equal(row.runtime, "mock");
  assert.equal(row.model, "sonnet");
});

scenario("a folder of this computer becomes a template and is chosen", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  const folder = writeOrg(join(stack.home, "Scout kit"), {
    "config.yaml": "name: Scout kit\ndescription: Looks ahead.\nruntime: mock\ntier: 1\n",
    "skills/look/SKILL.md": "---\nname: look\ndescription: Looks ahead\n---\nLook.\n",
    ".env": "KEY=canary-of-a-template\n",
  });
  await page.getByRole("button", { name: "New role" }).click();
  const dialog = page.getByRole("dialog", { name: "New role" });
  await dialog.getByRole("button", { name: "Make a template of a folder…" }).click();
  const form = dialog.getByTestId("new-template");
  canvas.allowed.push(/status of 400 .*templates/);
  await form.getByLabel("Folder of the template").fill(join(stack.home, "nowhere"));
  await form.getByRole("button", { name: "Make the template" }).click();
  await form.getByRole("alert").getByText(/cannot be read/).waitFor();
  await form.getByLabel("Folder of the template").fill(folder);
  await form.getByRole("button", { name: "Make the template" }).click();
  await canvas.told("The template scout-kit is there. Left out: .env");
  await dialog.getByTestId("template-note").getByText("Looks ahead.").waitFor();
  assert.equal(await dialog.getByRole("radio", { name: "T1 Sandboxed" }).isChecked(), true, "the template's tier");
  await dialog.getByLabel("Name", { exact: true }).fill("Scout");
  await dialog.getByRole("button", { name: "Create", exact: true }).click();
  await canvas.card("Scout", "online").waitFor();
});
