import assert from "node:assert/strict";
import { scenario } from "./support/canvas.mjs";

const up = (stack) => async () => (await stack.workspaces()).every((row) => row.status === "online");
const isStopped = (row) => row.status === "offline" || row.status === "paused";

scenario("one agent is paused, resumed and restarted from its card's menu", { sample: true }, async (canvas, stack) => {
  await canvas.menu("Writer", "Pause");
  await canvas.card("Writer", "paused").waitFor();
  await canvas.page.getByText("Paused").first().waitFor();
  assert.equal((await stack.workspaces()).filter((row) => row.status === "online").length, 4);
  await canvas.menu("Writer", "Resume");
  await canvas.card("Writer", "online").waitFor();
  await canvas.menu("Writer", "Restart");
  await canvas.told("Restarting Writer");
  await canvas.card("Writer", "online").waitFor();
  await canvas.menu("Writer", "Put to sleep");
  await canvas.card("Writer", "hibernated").waitFor();
  await canvas.menu("Writer", "Wake");
  await canvas.card("Writer", "online").waitFor();
});

scenario("a team is stopped, started and restarted with its lead", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.select("Studio lead");
  await page.getByRole("button", { name: "Stop team" }).click();
  await canvas.until("the whole team is stopped", async () => (await stack.workspaces()).every(isStopped));
  await canvas.card("Reviewer", "(offline|paused)").waitFor();
  await page.getByRole("button", { name: "Start team", exact: true }).click();
  await canvas.until("the whole team is back", up(stack));
  await page.getByRole("button", { name: "Restart team" }).click();
  await canvas.told("Restarting 5 agents");
  await canvas.until("the whole team is back", up(stack));
});

scenario("all agents are stopped after a question, and started again", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await page.getByTestId("all-agents").click();
  await page.getByRole("menuitem", { name: "Stop all" }).click();
  const question = page.getByRole("alertdialog", { name: "Stop all agents" });
  await question.waitFor();
  await page.keyboard.press("Enter");
  await question.waitFor({ state: "detached" });
  assert.ok(await up(stack)(), "Enter on the question's first button stops nothing");

  await page.getByTestId("all-agents").click();
  await page.getByRole("menuitem", { name: "Stop all" }).click();
  await question.getByRole("button", { name: "Stop all" }).click();
  await canvas.until("all are stopped", async () => (await stack.workspaces()).every(isStopped));
  await page.getByText("0 running").waitFor();
  await canvas.room("stack");
  await page.getByRole("button", { name: "Start all", exact: true }).click();
  await canvas.until("all are back", up(stack));
  await canvas.room("org");
  await canvas.count(page.getByRole("button", { name: / workspace — online$/ }), 5);
});

scenario("F2 renames, and the rename can be taken back", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.card("Designer").focus();
  await page.keyboard.press("F2");
  const field = page.getByRole("textbox", { name: "New name" });
  await field.fill("Illustrator");
  await page.keyboard.press("Enter");
  await canvas.card("Illustrator", "online").waitFor();
  await canvas.until("the name is stored", () => stack.workspace("Illustrator"));
  // The notice goes away by itself; on a busy computer the keys take back the same change.
  const offer = canvas.toast("Renamed Designer to Illustrator").getByRole("button", { name: "Undo" });
  await offer.click({ timeout: 3000 }).catch(() => page.keyboard.press("Control+z"));
  await canvas.card("Designer", "online").waitFor();
  await canvas.until("the old name is stored", () => stack.workspace("Designer"));

  await canvas.card("Designer").focus();
  await page.keyboard.press("F2");
  await field.fill("Something else");
  await page.keyboard.press("Escape");
  await field.waitFor({ state: "detached" });
  assert.ok(await stack.workspace("Designer"));
});

scenario("deleting asks first, names what goes, and is carried out once", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.card("Reviewer").focus();
  await page.keyboard.press("Backspace");
  const question = page.getByRole("alertdialog");
  await question.waitFor();
  await page.keyboard.press("Enter");
  await question.waitFor({ state: "detached" });
  assert.equal((await stack.workspaces()).length, 5, "Enter takes the safe button");

  await canvas.card("Reviewer").focus();
  await page.keyboard.press("Delete");
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await canvas.card("Reviewer").waitFor({ state: "detached" });
  await canvas.until("it is gone", async () => (await stack.workspaces()).length === 4);

  await canvas.card("Studio lead").focus();
  await page.keyboard.press("Delete");
  await question.waitFor();
  for (const name of ["Researcher", "Writer", "Designer"]) assert.match(await question.innerText(), new RegExp(name));
  await question.getByRole("button", { name: "Delete all" }).click();
  await page.getByTestId("empty-org").waitFor();
  assert.deepEqual(await stack.workspaces(), []);
});

scenario("a removal is taken back with undo, and later from the list of removed roles", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.card("Designer").focus();
  await page.keyboard.press("F2");
  await page.getByRole("textbox", { name: "New name" }).fill("Illustrator");
  await page.keyboard.press("Enter");
  await canvas.until("the name is stored", () => stack.workspace("Illustrator"));
  await canvas.card("Reviewer").focus();
  await page.keyboard.press("Delete");
  const question = page.getByRole("alertdialog");
  await question.getByText(/It can be brought back until/).waitFor();
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await canvas.card("Reviewer").waitFor({ state: "detached" });
  await canvas.told("Removed Reviewer");
  await canvas.card("Writer").focus();
  await page.keyboard.press("Control+z");
  await canvas.told("Reviewer is back.");
  await canvas.card("Reviewer", "online").waitFor();
  assert.ok(await stack.workspace("Illustrator"), "the rename before it stays");
  await page.keyboard.press("Control+z");
  await canvas.until("asked again, the rename is taken back", () => stack.workspace("Designer"));

  // A whole team, from the list, after its places were forgotten by every page.
  const before = await canvas.boxes("Writer", "Designer");
  await canvas.card("Studio lead").focus();
  await page.keyboard.press("Delete");
  await question.getByRole("button", { name: "Delete all" }).click();
  await page.getByTestId("empty-org").waitFor();
  await page.reload();
  await canvas.connected();
  await canvas.room("stack");
  const list = page.getByTestId("removed-list");
  await list.getByText("and 4 roles below it").waitFor();
  await list.getByRole("button", { name: "Bring back Studio lead" }).click();
  await list.waitFor({ state: "detached" });
  await canvas.room("org");
  for (const name of ["Studio lead", "Researcher", "Writer", "Designer", "Reviewer"]) await canvas.card(name, "online").waitFor();
  const after = await canvas.boxes("Writer", "Designer");
  // In widths of a card, because the view may be nearer or farther now.
  const apart = ([one, other]) => [other.x - one.x, other.y - one.y].map((by) => (by / one.width).toFixed(1));
  assert.deepEqual(apart(after), apart(before), "they stand as they stood");
});

scenario("a model that a role was given is told with its agent", { sample: true }, async (canvas, stack) => {
  const { id } = await stack.workspace("Writer");
  await stack.api("POST", `/workspaces/${id}/agent`, { model: "sonnet" });
  await canvas.select("Writer", "details");
  await canvas.page.getByTestId("agent-record").getByText("sonnet on mock").waitFor();
});
