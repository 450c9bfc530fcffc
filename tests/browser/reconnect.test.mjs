import assert from "node:assert/strict";
import { CUT_OFF, Canvas, REFUSED, scenario } from "./support/canvas.mjs";

scenario("the platform dies and comes back: the page says so, names the way back, and goes on with what it missed", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(...CUT_OFF, ...REFUSED);
  await canvas.select("Writer", "chat");
  await page.getByRole("textbox", { name: "Message to agent" }).fill("A draft that must not be lost");
  await page.evaluate(() => {
    window.isSamePage = true;
  });

  await stack.kill();
  await page.getByTestId("notice-connection").waitFor();
  await page.getByRole("button", { name: /Real-time updates: (reconnecting|disconnected)/ }).waitFor();
  assert.equal(await canvas.card("Studio lead").count(), 1, "what was drawn stays drawn");
  assert.equal(await page.getByRole("textbox", { name: "Message to agent" }).isDisabled(), true);

  // The key of a page lives in the memory of the platform it came from: a new one asks for a new link.
  await stack.start();
  await stack.cli("stop", "Researcher");
  await stack.api("PATCH", `/workspaces/${(await stack.workspace("Designer")).id}`, { name: "Illustrator" });
  // Between two tries by itself the page may wait for half a minute; a person would not.
  await page.getByTestId("strip-connection").click().catch(() => undefined);
  await page.getByTestId("signed-out").waitFor({ timeout: 60_000 });
  assert.match(await page.getByTestId("signed-out").innerText(), /molecule-stack open/);

  // A new link in the same tab: no reload, nothing of the page is lost.
  await page.goto(await stack.link());
  await canvas.connected();
  assert.equal(await page.evaluate(() => window.isSamePage), true, "the page was not loaded anew");
  await canvas.card("Illustrator", "online").waitFor();
  await canvas.card("Researcher", "(paused|offline)").waitFor();
  assert.equal(await page.getByTestId("signed-out").count(), 0);
  assert.equal(await page.getByTestId("notice-connection").count(), 0);
  assert.equal(await page.getByRole("textbox", { name: "Message to agent" }).inputValue(), "A draft that must not be lost");

  // And it is live again.
  await stack.api("PATCH", `/workspaces/${(await stack.workspace("Reviewer")).id}`, { name: "Critic" });
  await canvas.card("Critic", "online").waitFor();
});

scenario("a platform that hangs is noticed though its connection stays open, in every room and over a dialog", { sample: true }, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(...CUT_OFF);
  const bar = page.getByTestId("notice-connection");
  // Parts of the page are loaded when they are first wanted, at the latest.
  const keys = page.getByRole("dialog", { name: "Keys" });
  await page.keyboard.press("?");
  await keys.waitFor();
  await page.keyboard.press("Escape");
  await keys.waitFor({ state: "detached" });
  stack.freeze();
  await canvas.until("using the page shows that it hangs", async () => {
    await page.mouse.click(640, 690);
    return (await bar.count()) > 0;
  });
  await page.getByRole("button", { name: /Real-time updates: (reconnecting|disconnected)/ }).waitFor();
  for (const room of ["stack", "activity", "secrets", "plugins", "settings", "org"]) {
    await canvas.room(room);
    assert.ok(await bar.isVisible(), `it is told in ${room}`);
  }
  await page.keyboard.press("?");
  await keys.waitFor();
  const isOnTop = await bar.evaluate((node) => {
    const box = node.getBoundingClientRect();
    return window.getComputedStyle(node.parentElement).zIndex > 50 && box.top >= 0 && box.height > 20;
  });
  assert.ok(isOnTop, "no dialog hides it");
  await page.keyboard.press("Escape");

  stack.thaw();
  await stack.cli("stop", "Writer");
  await canvas.until("it is live again", async () => {
    await bar.getByRole("button", { name: "Try now" }).click({ timeout: 1000 }).catch(() => undefined);
    return (await page.getByRole("button", { name: "Real-time updates: connected" }).count()) > 0;
  });
  await canvas.card("Writer", "paused").waitFor();
  assert.equal(await bar.count(), 0);
});

scenario("a new link in a new tab works as well", { sample: true }, async (canvas, stack) => {
  canvas.allowed.push(...CUT_OFF, ...REFUSED);
  await stack.kill();
  await canvas.page.getByTestId("notice-connection").waitFor();
  await stack.start();
  const other = await Canvas.open(stack);
  await other.card("Studio lead", "online").waitFor();
  await other.connected();
  other.assertClean();
  await other.page.close();
});

scenario("a cut connection resumes from the last event that was seen, without reading everything again", {
  sample: true,
  page: {
    beforeOpen: (page) =>
      page.routeWebSocket(/\/ws\?/, (socket) => {
        page.sockets ??= [];
        page.sockets.push(socket.url());
        if (page.isCut) {
          socket.close({ code: 1012 });
          return;
        }
        const server = socket.connectToServer();
        page.cut = () => {
          server.close({ code: 1012 });
          socket.close({ code: 1012 });
        };
      }),
  },
}, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/WebSocket/);
  await canvas.select("Writer");
  // A read of the list that an event before asked for is not one of those that are counted below.
  const lists = () => canvas.requests.filter((request) => request.path === "/workspaces").length;
  let seen = -1;
  await canvas.until("the page is quiet", async () => {
    const isQuiet = seen === lists();
    seen = lists();
    if (!isQuiet) await page.waitForTimeout(1000);
    return isQuiet;
  });
  page.isCut = true;
  page.cut();
  await page.getByRole("button", { name: "Real-time updates: reconnecting" }).waitFor();
  await page.getByTestId("notice-connection").waitFor();
  const before = lists();
  for (const [name, next] of [["Designer", "Illustrator"], ["Reviewer", "Critic"], ["Writer", "Author"]]) {
    await stack.api("PATCH", `/workspaces/${(await stack.workspace(name)).id}`, { name: next });
  }
  assert.equal(await canvas.card("Illustrator").count(), 0);
  page.isCut = false;
  await page.getByRole("button", { name: "Try now" }).click().catch(() => undefined);
  await canvas.connected();
  for (const name of ["Illustrator", "Critic", "Author"]) await canvas.card(name, "online").waitFor();
  await canvas.told("Live updates restored");
  assert.match(page.sockets.at(-1), /since_seq=\d+/);
  assert.equal(lists(), before, "the list was not read again");
  await page.getByTestId("inspector").getByRole("heading", { name: "Author" }).waitFor();
});

scenario("a page that cannot read the org says so, tries again by itself, and never shows the welcome page meanwhile", {
  sample: true,
}, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/status of 503/);
  let isDown = true;
  await page.route("**/workspaces", (route) =>
    isDown
      ? route.fulfill({ status: 503, json: { error: "The database is locked.", code: "platform_unavailable" } })
      : route.continue(),
  );
  await page.reload();
  await page.getByTestId("hydration-error").waitFor();
  assert.match(await page.getByTestId("hydration-error").innerText(), /database does not answer/);
  assert.equal(await page.getByTestId("empty-org").count(), 0);
  isDown = false;
  await canvas.card("Studio lead", "online").waitFor();
  assert.equal(await page.getByTestId("hydration-error").count(), 0);
  assert.ok(stack.port > 0);
});

scenario("a page that missed events is told to read everything again, and does", {
  sample: true,
  page: {
    beforeOpen: (page) =>
      page.routeWebSocket(/\/ws\?/, (socket) => {
        const server = socket.connectToServer();
        server.onMessage((message) => {
          if (!page.isDeaf) socket.send(message);
        });
        page.resync = (seq) => {
          socket.send(JSON.stringify({ event: "RESYNC", workspace_id: "", timestamp: new Date().toISOString(), payload: { last_seq: seq } }));
          server.close({ code: 1013 });
          socket.close({ code: 1013 });
        };
      }),
  },
}, async (canvas, stack) => {
  const { page } = canvas;
  canvas.allowed.push(/WebSocket/);
  await canvas.select("Studio lead", "activity");
  page.isDeaf = true;
  await stack.api("PATCH", `/workspaces/${(await stack.workspace("Designer")).id}`, { name: "Illustrator" });
  await stack.cli("send", "Studio lead", "A word about buoys, please.");
  await stack.cli("stop", "Reviewer");
  const { last_seq: seq } = await stack.api("GET", "/stack");
  assert.equal(await canvas.card("Illustrator").count(), 0, "nothing of it was heard");
  page.isDeaf = false;
  page.resync(seq);
  await canvas.card("Illustrator", "online").waitFor();
  await canvas.card("Reviewer", "paused").waitFor();
  await page.getByTestId("inspector").getByText(/buoys/).first().waitFor();
  await canvas.connected();
  await stack.api("PATCH", `/workspaces/${(await stack.workspace("Writer")).id}`, { name: "Author" });
  await canvas.card("Author", "online").waitFor();
});
