import assert from "node:assert/strict";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { writeOrg } from "./support/orgs.mjs";

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
