import assert from "node:assert/strict";
import { get } from "node:http";
import { scenario } from "./support/canvas.mjs";

/** The status of a request that is sent as a plain client sends it: no browser's headers. */
function statusOf(url, key) {
  return new Promise((done, fail) => {
    get(url, { headers: key ? { Authorization: `Bearer ${key}` } : {} }, (answer) => {
      answer.resume();
      done(answer.statusCode);
    }).on("error", fail);
  });
}

scenario("a key for another program is made, shown once, works as a bearer and in an address, and is revoked", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await canvas.room("secrets");
  const make = page.getByRole("button", { name: "Make key" });
  assert.equal(await make.isDisabled(), true, "a key without a name could not be told from another");
  await page.getByRole("textbox", { name: "What it is for" }).fill("my backup script");
  await make.click();
  const fresh = page.getByTestId("new-key");
  await fresh.waitFor();
  const [key, address] = await fresh.locator("code").allInnerTexts();
  assert.equal(address, `${stack.origin}/c/${key}`);
  await fresh.getByRole("button", { name: "Copy address" }).click();
  await canvas.told("Address copied");
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), address);
  assert.equal(await statusOf(`${stack.origin}/workspaces`, key), 200);
  assert.equal(await statusOf(`${address}/workspaces`), 200);

  await fresh.getByRole("button", { name: "I have it" }).click();
  await fresh.waitFor({ state: "detached" });
  const row = page.getByTestId("key-list").getByRole("listitem").filter({ hasText: "my backup script" });
  await row.getByText(key.slice(0, 8)).waitFor();
  await page.reload();
  await canvas.connected();
  await canvas.room("secrets");
  await row.waitFor();
  assert.ok(!(await page.content()).includes(key), "it is not shown again");

  await row.getByRole("button", { name: /^Revoke/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke key" }).click();
  await canvas.told("my backup script is revoked");
  await row.waitFor({ state: "detached" });
  assert.equal(await statusOf(`${stack.origin}/workspaces`, key), 401);
  assert.equal(await statusOf(`${address}/workspaces`), 401);
});

scenario("a key of one role opens that role and nothing else", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  const { id } = await stack.workspace("Writer");
  const other = await stack.workspace("Designer");
  await canvas.select("Writer", "details");
  const access = page.getByTestId("role-access");
  await access.getByRole("button", { name: "Make key" }).click();
  const fresh = page.getByTestId("new-key");
  await fresh.waitFor();
  const [key] = await fresh.locator("code").allInnerTexts();
  assert.equal(await statusOf(`${stack.origin}/workspaces/${id}/tokens`, key), 200);
  assert.equal(await statusOf(`${stack.origin}/workspaces/${other.id}/tokens`, key), 401);
  assert.equal(await statusOf(`${stack.origin}/workspaces`, key), 401);

  // Another role's panel knows nothing of it.
  await canvas.select("Designer", "details");
  assert.ok(!(await page.getByTestId("inspector").innerText()).includes(key));
  await canvas.select("Writer", "details");
  const row = access.getByRole("listitem").filter({ hasText: key.slice(0, 8) });
  await row.getByRole("button", { name: /^Revoke/ }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Revoke key" }).click();
  await canvas.told("Key made here is revoked");
  await row.waitFor({ state: "detached" });
  assert.equal(await statusOf(`${stack.origin}/workspaces/${id}/tokens`, key), 401);
});

scenario("open development mode is said above every room", { sample: true, stack: { flags: ["--no-engine", "--open-dev-mode"] } }, async (canvas) => {
  const bar = canvas.page.getByTestId("notice-open-mode");
  await bar.getByText("every program on this computer may do everything here").waitFor();
  for (const room of ["stack", "secrets"]) {
    await canvas.room(room);
    await canvas.page.getByTestId(`room-body-${room}`).waitFor();
    assert.equal(await bar.isVisible(), true, room);
  }
});
