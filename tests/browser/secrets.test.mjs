import assert from "node:assert/strict";
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CUT_OFF, REFUSED, scenario } from "./support/canvas.mjs";

const CANARY = "canary-7f3a91c2d4e8b6";

scenario("a global key is set, replaced and deleted, and its value is never shown again", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  const answers = [];
  page.on("response", async (response) => {
    answers.push(await response.text().catch(() => ""));
  });
  await canvas.room("secrets");
  const name = page.getByRole("textbox", { name: "Name", exact: true });
  const value = page.getByLabel("Value", { exact: true });
  await name.fill("model-key");
  await canvas.until("the name is written in capitals", async () => (await name.inputValue()) === "MODEL_KEY");
  assert.equal(await value.getAttribute("type"), "password");
  await value.fill(CANARY);
  await page.keyboard.press("Enter");
  await canvas.told("MODEL_KEY is saved");
  const list = page.getByTestId("secret-list");
  await list.getByText("MODEL_KEY").waitFor();
  await canvas.until("the field is empty again", async () => (await value.inputValue()) === "");

  await page.reload();
  await canvas.connected();
  await canvas.room("secrets");
  await list.getByText("MODEL_KEY").waitFor();
  const html = await page.content();
  assert.ok(!html.includes(CANARY), "the value is nowhere in the page");
  assert.ok(!answers.some((text) => text.includes(CANARY)), "no answer gave the value back");
  const stored = await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  assert.ok(!stored.includes(CANARY), "the page's storage does not have it");

  await name.fill("MODEL_KEY");
  await value.fill("another-value");
  await page.getByRole("button", { name: "Replace" }).click();
  // The notice about the first value is no proof; the field is emptied once the second one is kept.
  await canvas.until("the second value is kept", async () => (await value.inputValue()) === "");
  await page.getByRole("button", { name: "Delete MODEL_KEY" }).click();
  await page.getByRole("button", { name: "Delete key" }).click();
  await canvas.told("MODEL_KEY is deleted");
  await page.getByText("No global keys yet").waitFor();
  await canvas.until("the platform has none left", async () => (await stack.api("GET", "/settings/secrets")).length === 0);
});

scenario("who gets a key is named before it is deleted, and a key of the wrong kind is sent nowhere", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  const writer = await stack.workspace("Writer");
  await stack.api("POST", "/settings/secrets", { key: "GITHUB_TOKEN", value: "of-all" });
  await stack.api("POST", `/workspaces/${writer.id}/secrets`, { key: "GITHUB_TOKEN", value: "its-own" });
  await canvas.room("secrets");
  await page.getByRole("button", { name: "Delete GITHUB_TOKEN" }).click();
  const told = page.getByTestId("secret-dependents");
  await told.waitFor();
  const text = await told.innerText();
  assert.match(text, /^It goes to /);
  assert.ok(!text.includes("Writer"), `the writer has one of its own: ${text}`);
  await page.getByRole("button", { name: "Cancel" }).click();

  await page.getByRole("textbox", { name: "Name", exact: true }).fill("GITHUB_TOKEN");
  await page.getByLabel("Value", { exact: true }).fill("sk-ant-is-no-key-of-github");
  await page.getByRole("button", { name: "Test key" }).click();
  await page.getByTestId("key-test").getByText("begins with ghp_").waitFor();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("OTHER_KEY");
  await page.getByRole("button", { name: "Test key" }).waitFor({ state: "detached" });
});

scenario("a key name that cannot be an environment variable is refused with the reason", {}, async (canvas) => {
  const { page } = canvas;
  await canvas.room("secrets");
  await page.getByRole("textbox", { name: "Name" }).fill("9lives");
  await page.getByLabel("Value", { exact: true }).fill("x");
  await page.keyboard.press("Enter");
  await page.getByRole("alert").filter({ hasText: "begins with a letter" }).waitFor();
});

scenario("personas are imported from a folder, with a report and without a value on the page", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 4\d\d .*personas\/import/);
  const folder = join(stack.home, "personas");
  for (const [slug, text] of [["writer", `MODEL_KEY=${CANARY}\nFORGE_TOKEN=abc\n`], ["pilot", "FORGE_TOKEN=def\n"]]) {
    mkdirSync(join(folder, slug), { recursive: true });
    writeFileSync(join(folder, slug, "env"), text);
  }
  mkdirSync(join(folder, "nobody"));
  await canvas.room("secrets");
  await page.getByTestId("keychain-state").waitFor();
  await page.getByRole("textbox", { name: "Folder with persona folders" }).fill(folder);
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const report = page.getByTestId("persona-report");
  await report.waitFor();
  const text = await report.innerText();
  assert.match(text, /writer/);
  assert.match(text, /added/);
  await page.getByTestId("persona-list").getByText("writer", { exact: true }).waitFor();
  assert.ok(!(await page.content()).includes(CANARY));

  await page.getByRole("button", { name: "Import", exact: true }).click();
  await page.getByTestId("persona-report").filter({ hasText: "unchanged" }).waitFor();

  await page.getByRole("textbox", { name: "Folder with persona folders" }).fill(join(stack.home, "no-such-folder"));
  await page.getByRole("button", { name: "Import", exact: true }).click();
  const problem = page.getByRole("alert").filter({ hasText: "The personas were not imported" });
  await problem.waitFor();
  assert.match(await problem.innerText(), /no-such-folder/);
});

const WITHOUT_KEYCHAIN = { env: { SECRETS_ENCRYPTION_KEY: undefined } };

scenario("without a keychain the person chooses a passphrase in the window, and is asked for it after the next start", { sample: true, stack: WITHOUT_KEYCHAIN }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 409/, ...CUT_OFF, ...REFUSED);
  const place = page.getByTestId("open-place");
  const give = async (passphrase) => {
    await page.getByLabel("A file sealed with a passphrase").fill(passphrase);
    await place.getByRole("button", { name: "Use passphrase" }).click();
  };
  assert.equal(await page.getByTestId("notice-keychain").count(), 0, "no role needs a secret yet");
  await canvas.room("secrets");
  await place.waitFor();
  const state = page.getByTestId("keychain-state");
  assert.ok(!/zbus|dbus|unix:path/i.test(await state.innerText()), "the system's own words are for the log");
  assert.ok(!/Secrets room/.test(await state.innerText()), "it does not point to where one is already");

  await place.getByRole("button", { name: "Try the keychain again" }).click();
  await place.getByRole("alert").filter({ hasText: "does not answer" }).waitFor();
  await give("short");
  await place.getByRole("alert").filter({ hasText: "at least 8 characters" }).waitFor();
  await give("correct horse battery");
  await place.waitFor({ state: "detached" });
  await state.getByText(/file of sealed secrets/).waitFor();
  await page.getByRole("textbox", { name: "Name", exact: true }).fill("MODEL_KEY");
  await page.getByLabel("Value", { exact: true }).fill(CANARY);
  await page.keyboard.press("Enter");
  await canvas.told("MODEL_KEY is saved");

  // The key that seals what is stored is exchanged, and what was stored before can still be used.
  const key = page.getByTestId("sealing-key");
  const former = await key.innerText();
  await page.getByRole("button", { name: "Make a new key" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Seal anew" }).click();
  await canvas.told("1 value sealed with the new key");
  await canvas.until("the new key's name is shown", async () => (await key.innerText()) !== former);
  assert.deepEqual((await stack.api("GET", "/admin/secrets/key")).former, [], "the former key is gone");

  await stack.kill();
  await stack.start();
  await page.goto("about:blank");
  await page.goto(await stack.link());
  await canvas.connected();
  await page.getByTestId("notice-keychain").getByText("Secrets are locked").waitFor();
  await canvas.room("secrets");
  await state.getByText("wait for the passphrase").waitFor();
  assert.ok(!/Secrets room|`/.test(await state.innerText()), "nor does it after a start, and commands are set as such");
  const unlock = page.getByTestId("room-body-secrets").getByTestId("unlock");
  const say = async (within, passphrase) => {
    await within.getByLabel("Passphrase").fill(passphrase);
    await within.getByRole("button", { name: "Unlock" }).click();
  };
  assert.equal(await place.count(), 0, "the place is chosen already");
  await say(unlock, "another passphrase");
  await unlock.getByRole("alert").filter({ hasText: "does not open" }).waitFor();
  // The state of the place is that same refusal; it is read anew after the try.
  await canvas.until("the state was read", async () => (await stack.api("GET", "/stack")).keychain.text.includes("does not open"));
  assert.equal(await page.getByTestId("room-body-secrets").getByText("does not open").count(), 1, "it is told once");
  await canvas.room("org");
  await say(page.getByTestId("notice-keychain"), "correct horse battery");
  await page.getByTestId("notice-keychain").waitFor({ state: "detached" });
  await canvas.room("secrets");
  await state.getByText(/file of sealed secrets/).waitFor();
});

scenario("a sealing key that was given in the environment is not changed here", {}, async (canvas) => {
  await canvas.room("secrets");
  await canvas.page.getByTestId("sealing-key").waitFor();
  await canvas.page.getByText("This key was given in the environment").waitFor();
  assert.equal(await canvas.page.getByRole("button", { name: "Make a new key" }).count(), 0);
});

scenario("a backup is written into a folder, and a folder that is not there is told", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 400 .*stack\/backup/);
  await canvas.room("stack");
  const folder = page.getByLabel("Folder for the backup");
  const write = page.getByRole("button", { name: "Write backup" });
  await folder.fill(join(stack.home, "no-such-folder"));
  await write.click();
  await page.getByRole("alert").filter({ hasText: "No backup was written" }).waitFor();
  await folder.fill(stack.home);
  await write.click();
  const written = page.getByTestId("backup-written");
  await written.waitFor();
  const path = (await written.locator("span").innerText()).trim();
  assert.ok(statSync(path).size > 10_000, `${path} holds the database`);
});

scenario("a role's own key counts before the global one of that name, and is deleted without it", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await stack.api("POST", "/settings/secrets", { key: "SHARED", value: "for-all" });
  await canvas.select("Writer", "details");
  const own = page.getByTestId("role-secrets");
  const row = (key) => own.getByRole("listitem").filter({ hasText: key });
  await row("SHARED").getByText("from the global keys").waitFor();
  assert.equal(await own.getByRole("button", { name: "Delete SHARED" }).count(), 0, "a global key is not deleted here");
  await own.getByRole("textbox", { name: "Name", exact: true }).fill("SHARED");
  await own.getByLabel("Value", { exact: true }).fill(CANARY);
  await page.keyboard.press("Enter");
  await canvas.told("SHARED is saved");
  await own.getByRole("button", { name: "Delete SHARED" }).click();
  assert.ok(!(await page.content()).includes(CANARY));
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete key" }).click();
  await row("SHARED").getByText("from the global keys").waitFor();
  assert.equal((await stack.api("GET", "/settings/secrets")).length, 1, "the global one is still there");
});
