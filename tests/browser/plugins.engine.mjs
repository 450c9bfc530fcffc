/**
 * Plugins by the window in a real container. Needs a container engine, so that it has a name of its own:
 * scripts/with-engine.sh scripts/with-session.sh scripts/test-browser.sh plugins.engine.mjs
 */

import assert from "node:assert/strict";
import { cpSync, existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { scenario } from "./support/canvas.mjs";
import { writeOrg } from "./support/orgs.mjs";

const NAME = "superpowers";
const data = process.env.MOLECULE_TEST_DATA ?? resolve(fileURLToPath(import.meta.url), "../../../../../shared/data");
const published = join(data, "plugins", NAME);

/** One of the shape of the published plugin. */
const made = (folder) =>
  writeOrg(folder, {
    "plugin.yaml": `name: ${NAME}\nversion: 1.0.0\ndescription: Ways to work.\nruntimes: [claude_code]\nskills: [writing-plans]\n`,
    "skills/writing-plans/SKILL.md": "---\nname: writing-plans\ndescription: How to plan\n---\n\nFirst think, then write.\n",
    "setup.sh": "echo prepared\n",
  });

const sources = [["of the published shape", made]];
if (existsSync(join(published, "plugin.yaml")))
  sources.push(["as published", (folder) => cpSync(published, folder, { recursive: true })]);

for (const [what, bring] of sources) {
  scenario(`a plugin ${what} is installed in a container by the window, used there, and taken away`, {
    stack: { flags: [] },
    org: async (stack) => {
      bring(join(stack.data, "plugins", NAME));
      await stack.api("PATCH", "/settings", { runtime_images: { "*": "stand-in" } });
      await stack.api("POST", "/workspaces", { name: "Worker", role: "Works.", runtime: "claude-code" });
    },
  }, async (canvas, stack) => {
    const { page } = canvas;
    const online = async () => (await stack.workspace("Worker")).status === "online";
    const { id } = await stack.workspace("Worker");
    const file = (path) => stack.api("GET", `/workspaces/${id}/files/${path}?root=/configs`);
    // A container's first start makes its image.
    for (let minute = 0; minute < 4 && !(await online()); minute += 1)
      await canvas.until("the agent is online", online).catch(() => undefined);
    await canvas.select("Worker", "plugins");
    await page.getByRole("button", { name: `Show ${NAME}` }).click();
    const dialog = page.getByRole("dialog", { name: `Install ${NAME}` });
    await dialog.getByTestId("plugin-preview").waitFor();
    await dialog.getByRole("button", { name: "Install", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await canvas.told(`${NAME} is installed. The agent restarts now.`);
    await canvas.until("the skill is in the container", async () => (await file("skills/writing-plans/SKILL.md")).content.includes("writing-plans"));
    await canvas.until("the agent is back", async () => {
      const row = await stack.workspace("Worker");
      return row.status === "online" && !row.needs_restart;
    });
    assert.equal((await file(`plugins/${NAME}/.complete`)).content, "", "it is marked as whole");
    const list = page.getByTestId("plugin-list");
    await list.getByText(NAME, { exact: true }).waitFor();
    // The built-in image has no shell, and that is told where the plugin stands.
    if (what !== "as published") await list.getByText("the image of this agent holds no shell").waitFor();

    await page.getByRole("button", { name: `Uninstall ${NAME}` }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "Uninstall" }).click();
    await canvas.told(`${NAME} is removed`);
    await canvas.until("the skill is gone", async () => file("skills/writing-plans/SKILL.md").then(() => false, (error) => / 404/.test(error.message)));
    await page.getByRole("button", { name: `Show ${NAME}` }).waitFor();
  });
}
