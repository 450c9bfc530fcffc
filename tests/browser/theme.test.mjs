import assert from "node:assert/strict";
import { scenario } from "./support/canvas.mjs";

const theme = (page) => page.evaluate(() => document.documentElement.dataset.theme);
const paper = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);

scenario("light, dark, and as the system has it; the choice is remembered", { page: { colorScheme: "light" } }, async (canvas) => {
  const { page } = canvas;
  assert.equal(await theme(page), "light");
  const light = await paper(page);
  await page.emulateMedia({ colorScheme: "dark" });
  await page.locator("html[data-theme=dark]").waitFor();
  const dark = await paper(page);
  assert.notEqual(dark, light);

  await canvas.room("settings");
  await page.getByRole("radio", { name: "Light" }).click();
  assert.equal(await theme(page), "light");
  assert.equal(await paper(page), light);
  await page.reload();
  await canvas.connected();
  assert.equal(await theme(page), "light", "kept although the system is dark");
  await canvas.room("settings");
  await page.getByRole("radio", { name: "Dark" }).click();
  await page.emulateMedia({ colorScheme: "light" });
  assert.equal(await theme(page), "dark");
  await page.getByRole("radio", { name: "As the system" }).click();
  assert.equal(await theme(page), "light");
});

scenario("who asks for less motion gets none", { sample: true, page: { reducedMotion: "reduce" } }, async (canvas, stack) => {
  const { page } = canvas;
  await page.evaluate(() => {
    window.longest = 0;
    const look = () => {
      for (const animation of document.getAnimations()) {
        const time = animation.effect?.getComputedTiming();
        window.longest = Math.max(window.longest, Number(time?.activeDuration ?? 0));
      }
      requestAnimationFrame(look);
    };
    look();
  });
  await canvas.select("Studio lead", "chat");
  await page.getByRole("textbox", { name: "Message to agent" }).fill("hello");
  await page.keyboard.press("Enter");
  await page.locator("[data-testid=chat-agent][data-state=done]").waitFor();
  await stack.api("PATCH", `/workspaces/${(await stack.workspace("Writer")).id}`, { name: "Author" });
  await canvas.card("Author").waitFor();
  await page.getByRole("button", { name: "Fit everything" }).click();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  assert.ok((await page.evaluate(() => window.longest)) <= 50, "no animation is longer than 50 ms");
});
