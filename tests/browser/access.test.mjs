import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { scenario } from "./support/canvas.mjs";
import { writeOrg } from "./support/orgs.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe-core finds wrong, as lines: everything that fails AA contrast, and all that is serious. */
async function findings(page, where) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  await page.waitForFunction(() => document.getAnimations().length === 0);
  const result = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
      resultTypes: ["violations"],
    }),
  );
  return result.violations
    .filter((violation) => violation.id === "color-contrast" || violation.impact === "serious" || violation.impact === "critical")
    .flatMap((violation) =>
      violation.nodes.map((node) => `${where}: ${violation.id}: ${node.target} ${node.html.slice(0, 120)} ${node.failureSummary?.split("\n")[1] ?? ""}`),
    );
}

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
    const look = async (where) => bad.push(...(await findings(page, where)));
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
    await page.getByRole("button", { name: "Close workspace panel" }).click();
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
  const bad = await findings(canvas.page, "empty, light");
  await canvas.page.emulateMedia({ colorScheme: "dark" });
  await canvas.page.locator("html[data-theme=dark]").waitFor();
  bad.push(...(await findings(canvas.page, "empty, dark")));
  assert.deepEqual(bad, []);
});
