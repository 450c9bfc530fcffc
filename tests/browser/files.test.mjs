import assert from "node:assert/strict";
import { scenario } from "./support/canvas.mjs";
import { Files } from "./support/files.mjs";

const CONFIGS = {
  "config.yaml": "name: Writer\nmodel: sonnet\n",
  "skills/greet/SKILL.md": "# Greet\nSay hello.\n",
  "system-prompt.md": "You write.\n",
};

async function open(canvas, stack) {
  const files = new Files(CONFIGS);
  await files.serve(canvas.page, (await stack.workspace("Writer")).id);
  await canvas.select("Writer", "files");
  await canvas.page.getByTestId("files").waitFor();
  return files;
}

const row = (canvas, path) => canvas.page.locator(`[data-testid=file-row][data-path="${path}"]`);
const editor = (canvas, path) => canvas.page.getByRole("textbox", { name: path });

/** Types at the end of the open file. */
async function append(canvas, path, text) {
  await editor(canvas, path).click();
  await canvas.page.keyboard.press("Control+End");
  await canvas.page.keyboard.type(text);
}

scenario("a file is found in its folder, changed and saved, and what the agent makes of it is told", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  const files = await open(canvas, stack);
  await row(canvas, "config.yaml").waitFor();
  assert.equal(await row(canvas, "skills/greet/SKILL.md").count(), 0, "a folder is read when it is opened");
  await page.getByRole("button", { name: "skills", exact: true }).click();
  await page.getByRole("button", { name: "greet", exact: true }).click();
  await row(canvas, "skills/greet/SKILL.md").click();
  const save = page.getByRole("button", { name: "Save", exact: true });
  await editor(canvas, "skills/greet/SKILL.md").getByText("Say hello.").waitFor();
  assert.equal(await save.isDisabled(), true, "nothing to save yet");
  await append(canvas, "skills/greet/SKILL.md", "Twice, z and 5.");
  await page.keyboard.press("Control+s");
  await canvas.told("skills/greet/SKILL.md is saved: taken in place");
  assert.equal(files.files.get("skills/greet/SKILL.md"), "# Greet\nSay hello.\nTwice, z and 5.");
  assert.equal(await page.getByTestId("room-org").getAttribute("aria-current"), "page", "keys typed in a text do nothing else");

  // Writing goes on where it was, without a new look at the file.
  await page.keyboard.type(" Thrice.");
  await page.keyboard.press("Control+s");
  await canvas.until("the second change is there", () => files.files.get("skills/greet/SKILL.md").endsWith("Thrice."));

  await page.getByRole("button", { name: "Back to the files" }).click();
  await row(canvas, "config.yaml").click();
  await append(canvas, "config.yaml", "tier: 2");
  await page.keyboard.press("Control+s");
  const note = canvas.toast("config.yaml is saved: restart asked for");
  await note.getByRole("button", { name: "Restart now" }).waitFor();
});

scenario("what is not saved outlives tabs and panels, and can be thrown away", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  const files = await open(canvas, stack);
  await row(canvas, "system-prompt.md").click();
  await append(canvas, "system-prompt.md", "Briefly.");
  await page.getByTestId("tab-details").click();
  await canvas.select("Designer", "details");
  await canvas.select("Writer", "files");
  await row(canvas, "system-prompt.md").getByText("not saved").waitFor();
  await row(canvas, "system-prompt.md").click();
  await editor(canvas, "system-prompt.md").getByText("Briefly.").waitFor();
  await page.getByRole("button", { name: "Discard" }).click();
  await editor(canvas, "system-prompt.md").getByText("Briefly.").waitFor({ state: "detached" });
  assert.equal(files.files.get("system-prompt.md"), CONFIGS["system-prompt.md"]);
  assert.ok(!files.asked.some((line) => line.startsWith("PUT")));
});

scenario("a file that somebody else changed meanwhile is not overwritten unasked", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 412/);
  const files = await open(canvas, stack);
  await row(canvas, "system-prompt.md").click();
  await append(canvas, "system-prompt.md", "Mine.");
  files.files.set("system-prompt.md", "You write.\nTheirs.\n");
  await page.keyboard.press("Control+s");
  const notice = page.getByTestId("file-conflict");
  await notice.waitFor();
  assert.equal(files.files.get("system-prompt.md"), "You write.\nTheirs.\n");
  await notice.getByRole("button", { name: "Show what is there now" }).click();
  await editor(canvas, "system-prompt.md").getByText("Theirs.").waitFor();
  await notice.getByRole("button", { name: "Show mine" }).click();
  await editor(canvas, "system-prompt.md").getByText("Mine.").waitFor();
  await notice.getByRole("button", { name: "Save mine over it" }).click();
  await notice.waitFor({ state: "detached" });
  assert.equal(files.files.get("system-prompt.md"), "You write.\nMine.");

  await append(canvas, "system-prompt.md", " More.");
  files.files.set("system-prompt.md", "Quite different.\n");
  await page.keyboard.press("Control+s");
  await notice.getByRole("button", { name: "Take what is there" }).click();
  await editor(canvas, "system-prompt.md").getByText("Quite different.").waitFor();
  await notice.waitFor({ state: "detached" });
});

scenario("a file is begun, given a path that is one, and deleted after a question", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 412/);
  const files = await open(canvas, stack);
  const begin = async (path) => {
    await page.getByRole("button", { name: "New file" }).click();
    await page.getByLabel("Path of the new file, below /configs").fill(path);
    await page.keyboard.press("Enter");
  };
  await begin("../outside");
  await page.getByRole("alert").filter({ hasText: "Two dots" }).waitFor();
  await page.keyboard.press("Escape");
  await begin("notes/today.md");
  await append(canvas, "notes/today.md", "# Today");
  await page.keyboard.press("Control+s");
  await canvas.told("notes/today.md is saved");
  assert.equal(files.files.get("notes/today.md"), "# Today");

  // A name that is taken is told, and what was written is kept.
  await begin("config.yaml");
  await append(canvas, "config.yaml", "name: Other");
  await page.keyboard.press("Control+s");
  await page.getByRole("alert").filter({ hasText: "is there already" }).waitFor();
  assert.equal(files.files.get("config.yaml"), CONFIGS["config.yaml"]);
  await page.getByRole("button", { name: "Discard" }).click();

  await page.getByRole("button", { name: "notes", exact: true }).click();
  await row(canvas, "notes/today.md").click();
  await page.getByRole("button", { name: "Delete notes/today.md" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete file" }).click();
  await canvas.told("notes/today.md is deleted");
  assert.ok(!files.files.has("notes/today.md"));
});
