import assert from "node:assert/strict";
import { scenario } from "./support/canvas.mjs";

scenario("each part of the platform's background work was asked and answers", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  await canvas.room("stack");
  const state = page.getByTestId("background-state");
  await state.getByText(/^All \d+ parts answer\.$/).waitFor();
  await page.getByText("Each part", { exact: true }).click();
  const lines = page.getByTestId("background-list").getByRole("listitem");
  const { subsystems } = await stack.api("GET", "/admin/liveness");
  assert.equal(await lines.count(), Object.keys(subsystems).length);

  // Opening the room anew asks anew; nothing asks by itself.
  const asked = () => canvas.requests.filter(({ path }) => path === "/admin/liveness").length;
  const before = asked();
  await page.getByRole("button", { name: "Ask again" }).click();
  await canvas.until("it was asked once more", () => asked() === before + 1);
});

scenario("a part that is stuck stands first and says what to do", { sample: true, page: {
  beforeOpen: (page) =>
    page.route("**/admin/liveness", (route) =>
      route.fulfill({
        json: {
          subsystems: {
            "event-drain": { last_tick_at: new Date().toISOString(), seconds_ago: 90, period_seconds: 30, stale: true },
            writer: { last_tick_at: new Date().toISOString(), seconds_ago: 0, period_seconds: 30, stale: false },
          },
        },
      }),
    ),
} }, async (canvas) => {
  const { page } = canvas;
  await canvas.room("stack");
  await page.getByTestId("background-state").getByText(/^1 of 2 parts stuck/).waitFor();
  const first = page.getByTestId("background-list").getByRole("listitem").first();
  await first.getByText("Event drain").waitFor();
  assert.match(await first.innerText(), /has not gone round for 1 min/);
});
