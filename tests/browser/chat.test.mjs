import assert from "node:assert/strict";
import { scenario } from "./support/canvas.mjs";

scenario("a talk: the answer grows as it comes, and stands there after a reload", { sample: true }, async (canvas) => {
  const { page } = canvas;
  await canvas.select("Studio lead", "chat");
  const field = page.getByRole("textbox", { name: "Message to agent" });
  await page.evaluate(() => {
    window.seen = [];
    new MutationObserver(() => {
      const last = [...document.querySelectorAll("[data-testid=chat-agent]")].at(-1);
      if (!last) return;
      const text = last.querySelector(".prose")?.textContent ?? "";
      const state = last.dataset.state;
      const before = window.seen.at(-1);
      if (!before || before.text !== text || before.state !== state) window.seen.push({ text, state });
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  await field.fill("Please ask the team for a short piece about tides");
  await page.keyboard.press("Enter");
  await page.getByTestId("chat-user").filter({ hasText: "about tides" }).waitFor();
  assert.equal(await field.inputValue(), "");
  await page.locator("[data-testid=chat-agent][data-state=done]").waitFor();

  const seen = await page.evaluate(() => window.seen);
  const parts = seen.filter((entry) => entry.state === "streaming" && entry.text !== "");
  assert.ok(parts.length >= 2, `the answer came in pieces: ${JSON.stringify(seen)}`);
  const answer = seen.at(-1).text;
  const list = page.locator("[data-testid=chat-agent] .prose ul > li");
  await canvas.count(list, 4);
  assert.ok(answer.length > parts[0].text.length);
  for (const name of ["Researcher", "Writer", "Designer", "Reviewer"]) assert.match(answer, new RegExp(name));

  await page.reload();
  await canvas.connected();
  await canvas.card("Studio lead", "online").waitFor();
  await canvas.select("Studio lead", "chat");
  await page.getByTestId("chat-user").filter({ hasText: "about tides" }).waitFor();
  const kept = page.getByTestId("chat-agent");
  await canvas.count(kept, 1);
  await canvas.until("the whole answer is there, once", async () => (await kept.locator(".prose").textContent()) === answer);
});

scenario("what agents say to each other is seen: a task on the card, a line between cards, rows in Activity", { sample: true }, async (canvas) => {
  const { page } = canvas;
  await page.evaluate(() => {
    window.pulses = new Set();
    window.tasks = new Set();
    new MutationObserver(() => {
      for (const pulse of document.querySelectorAll("[data-testid=message-pulse]")) window.pulses.add(pulse.dataset.to);
      for (const line of document.querySelectorAll("[data-testid=card-status]")) window.tasks.add(line.textContent);
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  await canvas.select("Studio lead", "chat");
  await page.getByRole("textbox", { name: "Message to agent" }).fill("Write about lighthouses");
  await page.keyboard.press("Enter");
  await page.locator("[data-testid=chat-agent][data-state=done]").waitFor();
  const { pulses, tasks } = await page.evaluate(() => ({ pulses: [...window.pulses], tasks: [...window.tasks] }));
  assert.ok(pulses.length >= 4, `a pulse went to each of the team: ${pulses}`);
  assert.ok(tasks.some((text) => /Working · .*lighthouses/.test(text)), `the card named the task: ${tasks}`);

  await page.getByTestId("tab-activity").click();
  await page.getByTestId("inspector").getByTestId("activity-row").first().waitFor();
  await canvas.room("activity");
  const rows = page.getByTestId("room-body-activity").getByTestId("activity-row");
  await canvas.until("every message has its row", async () => (await rows.count()) >= 5);
});

scenario("a stopped agent cannot be written to, and the reason stands beside the field", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await stack.api("POST", "/stack/stop", { scope: "one", id: (await stack.workspace("Writer")).id });
  await canvas.card("Writer", "(offline|paused)").waitFor();
  await canvas.select("Writer", "chat");
  await page.getByText(/Writer cannot answer now/).waitFor();
  assert.equal(await page.getByRole("textbox", { name: "Message to agent" }).isDisabled(), true);
});

scenario("what is written while an answer is awaited is sent after it, and can be taken back until then", { sample: true }, async (canvas) => {
  const { page } = canvas;
  // The first answer is held until both others were written.
  let release;
  const released = new Promise((done) => {
    release = done;
  });
  let isFirst = true;
  await page.route("**/a2a", async (route) => {
    if (isFirst) {
      isFirst = false;
      await released;
    }
    await route.continue();
  });
  await canvas.select("Writer", "chat");
  const field = page.getByRole("textbox", { name: "Message to agent" });
  const say = async (text) => {
    await field.fill(text);
    await page.keyboard.press("Enter");
    await page.getByTestId("chat-user").filter({ hasText: text }).waitFor();
    assert.equal(await field.inputValue(), "");
  };
  const waits = page.locator("[data-testid=chat-user][data-state=kept]");
  await say("first thing");
  await say("second thing");
  await say("third thing");
  await canvas.count(waits, 2);
  await waits.filter({ hasText: "third thing" }).getByRole("button", { name: "Take back" }).click();
  await canvas.count(waits, 1);
  assert.equal(await field.inputValue(), "third thing");
  release();
  await canvas.count(page.locator("[data-testid=chat-agent][data-state=done]"), 2);
  await canvas.count(waits, 0);
  assert.deepEqual(
    (await page.getByTestId("chat-user").allInnerTexts()).map((text) => text.split("\n")[0]),
    ["first thing", "second thing"],
  );
});
