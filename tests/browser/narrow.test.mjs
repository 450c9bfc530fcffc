/** Small windows: nothing that one needs is out of reach. */

import assert from "node:assert/strict";
import { scenario } from "./support/canvas.mjs";

for (const [width, height] of [[800, 600], [420, 800]]) {
  scenario(`at ${width} × ${height} all actions can be reached, and nothing is cut off`, { sample: true, page: { viewport: { width, height } } }, async (canvas) => {
    const { page } = canvas;
    const isWhole = async (locator, what) => {
      const box = await locator.boundingBox();
      assert.ok(box && box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, `${what} lies in the window: ${JSON.stringify(box)}`);
    };
    for (const name of ["Search roles", "All agents", "New role", "Open org", "Open quick help", "Tidy up all teams", "Settings"])
      await isWhole(page.getByRole("button", { name, exact: true }), name);
    await isWhole(page.getByTestId("strip-connection"), "the connection");
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), false);
    await canvas.card("Writer").click();
    const panel = page.getByTestId("inspector");
    await panel.waitFor();
    await isWhole(panel.getByRole("button", { name: "Close panel" }), "what closes the panel");
    await isWhole(panel.getByTestId("tab-chat"), "the tab of the chat");
    await panel.getByRole("button", { name: "Close panel" }).click();
    await page.getByRole("button", { name: "New role", exact: true }).click();
    await isWhole(page.getByRole("dialog", { name: "New role" }).getByRole("button", { name: "Create" }), "what creates a role");
    // What is wrong with a field stands at that field.
    const field = page.getByLabel("Name", { exact: true });
    await field.fill("<b>");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "It must not contain >" }).waitFor();
    assert.equal(await field.getAttribute("aria-invalid"), "true");
  });
}
