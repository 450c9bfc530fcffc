import assert from "node:assert/strict";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { barriers, blemishes } from "./support/looks.mjs";
import { writeOrg } from "./support/orgs.mjs";

/** One role of every kind that needs no engine, and one that waits for it. */
const org = async (stack) => {
  await stack.cli("up", "sample");
  const folder = writeOrg(join(stack.home, "orgs", "mixed"), {
    "org.yaml": "name: Mixed\nworkspaces:\n  - {name: Waiting one, runtime: claude-code, tier: 4}\n  - {name: Sleepy, runtime: mock}\n",
  });
  await stack.cli("up", folder, "--no-wait");
  await stack.api("POST", `/workspaces/${(await stack.workspace("Sleepy")).id}/hibernate`);
  await stack.api("POST", `/workspaces/${(await stack.workspace("Writer")).id}/pause`);
  await stack.api("POST", "/settings/secrets", { key: "SOME_KEY", value: "value" });
};

for (const colorScheme of ["light", "dark"]) {
  scenario(`no one is shut out, ${colorScheme}`, { org, page: { colorScheme, reducedMotion: "reduce" } }, async (canvas) => {
    const { page } = canvas;
    const bad = [];
    const look = async (where) => bad.push(...(await barriers(page, where)), ...(await blemishes(page, where)));
    await look("canvas");
    await canvas.select("Studio lead");
    await look("details");
    await page.getByTestId("tab-chat").click();
    await page.getByRole("textbox", { name: "Message to agent" }).fill("hello");
    await page.keyboard.press("Enter");
    await page.locator("[data-testid=chat-agent][data-state=done]").waitFor();
    await look("chat");
    await page.getByTestId("tab-activity").click();
    await page.getByTestId("inspector").getByTestId("activity-row").first().waitFor();
    await look("activity of one");
    await page.getByTestId("tab-logs").click();
    await page.getByText("No output").waitFor();
    await look("logs");
    await page.getByRole("button", { name: "Close panel" }).click();
    for (const room of ["stack", "activity", "secrets", "settings"]) {
      await canvas.room(room);
      await page.getByTestId(`room-body-${room}`).waitFor();
      await page.getByTestId("loading").first().waitFor({ state: "detached" });
      await look(room);
    }
    await page.getByTestId("room-activity").click();
    await page.getByTestId("tab-reactions").click();
    await look("file changes");
    await canvas.room("org");
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keys" }).waitFor();
    await look("keys");
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await look("palette");
    await page.keyboard.press("Escape");
    await canvas.card("Studio lead").focus();
    await page.keyboard.press("Delete");
    await page.getByRole("alertdialog").waitFor();
    await look("question");
    await page.keyboard.press("Escape");
    await canvas.menu("Reviewer");
    await page.getByRole("menu").waitFor();
    await look("menu");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Open org", exact: true }).click();
    await page.getByRole("button", { name: /^Show plan of Sample studio$/ }).waitFor();
    await look("import");
    await page.getByRole("button", { name: /^Show plan of Sample studio$/ }).click();
    await page.getByTestId("plan").waitFor();
    await look("plan");
    assert.deepEqual([...new Set(bad)], []);
  });
}

scenario("no one is shut out of the first minute", { page: { reducedMotion: "reduce" } }, async (canvas) => {
  const bad = await barriers(canvas.page, "empty, light");
  await canvas.page.emulateMedia({ colorScheme: "dark" });
  await canvas.page.locator("html[data-theme=dark]").waitFor();
  bad.push(...(await barriers(canvas.page, "empty, dark")));
  assert.deepEqual(bad, []);
});
