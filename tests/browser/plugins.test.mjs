import assert from "node:assert/strict";
import { join } from "node:path";
import { after } from "node:test";
import { scenario } from "./support/canvas.mjs";
import { Forge, HOST } from "./support/forge.mjs";
import { writeOrg } from "./support/orgs.mjs";

const forge = new Forge();
after(() => forge.remove());

/** A plugin in the plugins folder of the platform. */
const offer = (stack, name, version, greeting) =>
  writeOrg(join(stack.data, "plugins", name), {
    "plugin.yaml": `name: ${name}\nversion: ${version}\ndescription: Greets whoever comes.\nskills: [greet]\n`,
    "skills/greet/SKILL.md": "---\nname: greet\ndescription: Greets people\n---\nSay hello.\n",
    "hooks/on-start.sh": `#!/bin/sh\necho ${greeting}\n`,
  });

scenario("a plugin is shown with all that would run before it is installed, and is taken away after a question", {
  org: async (stack) => {
    await stack.cli("up", "sample");
    offer(stack, "greeter", "1.0.0", "good-morning");
  },
}, async (canvas, stack) => {
  const { page } = canvas;
  const { id } = await stack.workspace("Writer");
  await canvas.select("Writer", "plugins");
  const offers = page.getByTestId("plugin-offers");
  await offers.getByText("greeter").waitFor();
  await page.getByRole("button", { name: "Show greeter" }).click();
  const preview = page.getByTestId("plugin-preview");
  await preview.getByText("echo good-morning").waitFor();
  assert.deepEqual(await stack.api("GET", `/workspaces/${id}/plugins`), [], "looking installs nothing");

  // What is installed is what was shown: other content is refused.
  offer(stack, "greeter", "1.0.0", "something-else");
  canvas.allowed.push(/status of 4\d\d .*\/plugins/);
  const dialog = page.getByRole("dialog", { name: "Install greeter" });
  await dialog.getByRole("button", { name: "Install", exact: true }).click();
  await dialog.getByRole("alert").filter({ hasText: "It was not installed" }).waitFor();
  assert.deepEqual(await stack.api("GET", `/workspaces/${id}/plugins`), []);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Show greeter" }).click();
  await preview.getByText("echo something-else").waitFor();
  await dialog.getByRole("button", { name: "Install", exact: true }).click();
  await dialog.waitFor({ state: "detached" });
  await canvas.told("greeter is installed");
  const list = page.getByTestId("plugin-list");
  await list.getByText("greeter", { exact: true }).waitFor();
  await list.getByText("local://greeter").waitFor();
  assert.equal(await offers.count(), 0, "what is installed is no longer offered");

  await page.getByRole("button", { name: "Uninstall greeter" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Uninstall" }).click();
  await canvas.told("greeter is removed");
  await canvas.until("it is gone", async () => (await stack.api("GET", `/workspaces/${id}/plugins`)).length === 0);
  await offers.getByText("greeter").waitFor();
});

scenario("a source that is none is refused with what to write, and one that cannot be had says so", { sample: true }, async (canvas) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 4\d\d .*plugins\/preview/);
  await canvas.select("Writer", "plugins");
  const source = page.getByLabel("Where it comes from");
  const problem = page.getByRole("alert").filter({ hasText: "It cannot be shown" });
  await source.fill("github://owner/repository");
  await page.keyboard.press("Enter");
  await problem.getByText("Say which version").waitFor();
  await source.fill("no-such-plugin");
  await page.keyboard.press("Enter");
  await problem.getByText("Say which version").waitFor({ state: "detached" });
  await problem.waitFor();

  await page.getByRole("button", { name: "Look for updates" }).click();
  await canvas.told("nothing to look for");
});

/** A version of a plugin in the test's repository. */
const release = (version, greeting) =>
  forge.release("greeter", `v${version}`, {
    "plugin.yaml": `name: greeter\nversion: ${version}\ndescription: Greets whoever comes.\n`,
    "hooks/on-start.sh": `#!/bin/sh\necho ${greeting}\n`,
  });

const versions = async (stack) => {
  const all = {};
  for (const name of ["Writer", "Reviewer", "Designer"]) {
    const { id } = await stack.workspace(name);
    all[name] = (await stack.api("GET", `/workspaces/${id}/plugins`))[0]?.version;
  }
  return all;
};

scenario("updates wait in the Plugins room, are shown with their code, and reach canary roles before the others", {
  stack: { env: forge.env },
  sample: true,
}, async (canvas, stack) => {
  const { page } = canvas;
  release("1.0.0", "good-morning");
  const source = `gitea://${HOST}/acme/greeter#v1.0.0`;
  for (const name of ["Reviewer", "Designer"]) await stack.cli("plugin", "install", source, "--agent", name, "--track", "tag:latest", "--yes");

  // One by the window, from the room: it asks which role.
  await canvas.room("plugins");
  await page.getByTestId("no-updates").waitFor();
  await page.getByLabel("Where it comes from").fill(source);
  await page.keyboard.press("Enter");
  const install = page.getByRole("dialog", { name: "Install greeter" });
  await install.getByText("echo good-morning").waitFor();
  const button = install.getByRole("button", { name: "Install", exact: true });
  assert.equal(await button.isDisabled(), true, "nobody is chosen yet");
  await install.getByLabel("Which role gets it").selectOption({ label: "Writer (mock)" });
  await install.getByLabel("Follow the newest version").check();
  await button.click();
  await install.waitFor({ state: "detached" });

  // The writer gets updates first.
  await canvas.room("org");
  await canvas.select("Writer", "plugins");
  await page.getByTestId("plugin-list").getByText("follows latest").waitFor();
  await page.getByLabel("Canary: gets updates of plugins first").check();
  await canvas.until("the tier is kept", async () => (await stack.workspace("Writer")).update_tier === "canary");

  const commit = release("1.1.0", "good-evening");
  const look = page.getByTestId("room-body-plugins").getByRole("button", { name: "Look for updates" });
  await canvas.room("plugins");
  await look.click();
  const queue = page.getByTestId("update-queue");
  await queue.getByText(commit.slice(0, 10)).waitFor();
  await queue.getByText("Designer, Reviewer").waitFor();

  // The others first: only when a person says so.
  const dialog = page.getByRole("dialog", { name: "Update greeter to v1.1.0" });
  await queue.getByRole("button", { name: "Show v1.1.0 of greeter for production" }).click();
  await dialog.getByText("echo good-evening").waitFor();
  assert.equal(await dialog.getByRole("button", { name: "Update 2 roles" }).isDisabled(), true, "Writer waits for it");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });

  await queue.getByRole("button", { name: "Show v1.1.0 of greeter for canary" }).click();
  await dialog.getByText("echo good-evening").waitFor();
  assert.deepEqual(await versions(stack), { Writer: "1.0.0", Reviewer: "1.0.0", Designer: "1.0.0" }, "looking updates nothing");
  await dialog.getByRole("button", { name: "Update 1 role" }).click();
  await dialog.waitFor({ state: "detached" });
  await canvas.told("greeter is at v1.1.0 now in 1 role");
  assert.deepEqual(await versions(stack), { Writer: "1.1.0", Reviewer: "1.0.0", Designer: "1.0.0" });

  await queue.getByRole("button", { name: "Show v1.1.0 of greeter for production" }).click();
  await dialog.getByRole("button", { name: "Update 2 roles" }).click();
  await dialog.waitFor({ state: "detached" });
  assert.deepEqual(await versions(stack), { Writer: "1.1.0", Reviewer: "1.1.0", Designer: "1.1.0" });
  await page.getByTestId("no-updates").waitFor();

  // One that nobody wants stays away.
  release("1.2.0", "good-night");
  await look.click();
  await queue.getByRole("button", { name: "Not v1.2.0 of greeter" }).click();
  await page.getByTestId("no-updates").waitFor();
  assert.deepEqual(await stack.api("GET", "/admin/plugin-updates-pending"), []);
});

scenario("an org's list of plugins is set in the Plugins room and holds for all below its top", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 403 .*\/plugins/);
  offer(stack, "greeter", "1.0.0", "good-morning");
  const top = (await stack.workspaces()).find((row) => row.parent_id === null);
  await canvas.room("plugins");
  const org = page.getByTestId("allowlists").locator(`[data-org="${top.name}"]`);
  await org.getByText("Every plugin").waitFor();
  await org.getByRole("button", { name: `Change what ${top.name} allows` }).click();
  const names = org.getByLabel(`Plugins that ${top.name} and all below it may have`);
  await names.fill("../up");
  await org.getByRole("button", { name: "Save" }).click();
  await org.getByRole("alert").getByText("can name no plugin").waitFor();
  await names.fill("another, third");
  await org.getByRole("button", { name: "Save" }).click();
  await org.getByText("Only another, third").waitFor();

  await canvas.room("org");
  await canvas.select("Writer", "plugins");
  await page.getByRole("button", { name: "Show greeter" }).click();
  const install = page.getByRole("dialog", { name: "Install greeter" });
  await install.getByRole("button", { name: "Install", exact: true }).click();
  await install.getByRole("alert").getByText("not in the org allowlist").waitFor();
  await page.keyboard.press("Escape");

  await canvas.room("plugins");
  await org.getByRole("button", { name: `Change what ${top.name} allows` }).click();
  await names.fill("");
  await org.getByRole("button", { name: "Save" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Allow every plugin" }).click();
  await org.getByText("Every plugin").waitFor();
  assert.equal((await stack.api("GET", `/orgs/${top.id}/plugins/allowlist`)).allow_all, true);
});

scenario("what an org's files want and nobody has looked at waits in the Plugins room with its reason", {
  org: async (stack) => {
    offer(stack, "greeter", "1.0.0", "good-morning");
    const folder = writeOrg(join(stack.home, "orgs", "desk"), {
      "org.yaml": "name: Desk\ndefaults:\n  runtime: mock\n  plugins: [greeter, absent]\nworkspaces:\n  - name: Clerk\n  - name: Porter\n",
    });
    await stack.cli("up", folder);
  },
}, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 404 .*plugins\/preview/);
  await canvas.room("plugins");
  const wanted = page.getByTestId("wanted-plugins");
  const absent = wanted.locator('[data-plugin="absent"]');
  await absent.getByText("There is no plugin absent in").waitFor();
  await absent.getByText("For Clerk, Porter").waitFor();
  await absent.getByRole("button", { name: "Show it: absent" }).click();
  await absent.getByRole("alert").getByText("It cannot be shown").waitFor();

  const greeter = wanted.locator('[data-plugin="greeter"]');
  await greeter.getByText("Once you have seen it, these roles get it").waitFor();
  await greeter.getByRole("button", { name: "Show it: greeter" }).click();
  const dialog = page.getByRole("dialog", { name: "greeter" });
  await dialog.getByText("echo good-morning").waitFor();
  for (const name of ["Clerk", "Porter"]) {
    const { id } = await stack.workspace(name);
    await canvas.until(`${name} has it`, async () => (await stack.api("GET", `/workspaces/${id}/plugins`)).length === 1);
  }
  await page.keyboard.press("Escape");
  await greeter.waitFor({ state: "detached" });
  assert.equal((await stack.api("GET", "/admin/plugins-wanted")).length, 2, "what is absent still waits");
});
