// Pictures of the built canvas over the pretended platform, for looking at while developing. They land in dev/shots.
//
//   npm run build && node dev/shots.mjs [NAME…]      names as below; all without

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { chromium } from "playwright-core";

const out = new URL("./shots/", import.meta.url).pathname;
mkdirSync(out, { recursive: true });
const wanted = process.argv.slice(2);
const SIZES = { small: { width: 1280, height: 720 }, large: { width: 1920, height: 1080 } };

const id = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
const card = (page, number) => page.locator(`[data-workspace-id="${id(number)}"]`);

const shots = {
  empty: { org: "0", engine: "unavailable", run: async () => {} },
  six: { org: "6", run: async () => {} },
  details: { org: "6", run: (page) => card(page, 4).click() },
  chat: {
    org: "6",
    run: async (page) => {
      await card(page, 2).click();
      await page.getByTestId("tab-chat").click();
      await page.getByLabel("Message to agent").fill("Please review the last change");
      await page.keyboard.press("Enter");
      await page.waitForTimeout(1400);
    },
  },
  chatdone: {
    org: "6",
    run: async (page) => {
      await card(page, 2).click();
      await page.getByTestId("tab-chat").click();
      await page.getByLabel("Message to agent").fill("Please review the last change");
      await page.keyboard.press("Enter");
      await page.locator("[data-testid=chat-agent][data-state=done]").last().waitFor();
      await page.getByLabel("Message to agent").fill("now fail");
      await page.keyboard.press("Enter");
      await page.waitForTimeout(700);
    },
  },
  fortytwo: { org: "42", run: async () => {} },
  near: {
    org: "42",
    run: async (page) => {
      await page.keyboard.press("/");
      await page.keyboard.type("Backend lead");
      await page.keyboard.press("Enter");
      await page.waitForTimeout(500);
    },
  },
  folded: {
    org: "42",
    run: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("fold all");
      await page.keyboard.press("Enter");
      await page.waitForTimeout(400);
      await page.keyboard.press("0");
      await page.waitForTimeout(400);
    },
  },
  thousand: { org: "1000", run: async () => {} },
  palette: {
    org: "42",
    run: async (page) => {
      await page.keyboard.press("Control+k");
      await page.keyboard.type("re");
    },
  },
  menu: { org: "6", run: (page) => card(page, 4).click({ button: "right" }) },
  keys: { org: "6", run: (page) => page.keyboard.press("?") },
  delete: {
    org: "42",
    run: async (page) => {
      await card(page, 3).focus();
      await page.keyboard.press("Delete");
    },
  },
  choose: { org: "6", shell: true, run: (page) => page.getByRole("button", { name: "Open org" }).click() },
  plan: {
    org: "6",
    run: async (page) => {
      await page.getByRole("button", { name: "Open org" }).click();
      await page.getByRole("button", { name: "Show plan of Product team" }).click();
      await page.getByTestId("plan").waitFor();
    },
  },
  planerror: {
    org: "6",
    run: async (page) => {
      await page.getByRole("button", { name: "Open org" }).click();
      await page.getByLabel("Org folder").fill("/home/me/broken");
      await page.keyboard.press("Enter");
      await page.getByTestId("import-error").waitFor();
    },
  },
  progress: {
    org: "0",
    run: async (page) => {
      await page.getByRole("button", { name: "Open", exact: true }).click();
      await page.getByTestId("plan").waitFor();
      await page.locator("input[type=radio]").first().check();
      await page.getByTestId("import-apply").click();
      await page.getByTestId("import-progress").waitFor();
      await page.waitForTimeout(3500);
    },
  },
  stack: { org: "42", run: (page) => page.getByTestId("room-stack").click() },
  activity: {
    org: "42",
    run: async (page) => {
      await page.getByTestId("room-activity").click();
      await page.waitForTimeout(300);
    },
  },
  secrets: {
    org: "42",
    run: async (page) => {
      await page.getByTestId("room-secrets").click();
      await page.getByLabel("Folder with").fill("/home/me/personas");
      await page.getByRole("button", { name: "Import" }).click();
      await page.waitForTimeout(300);
    },
  },
  settings: { org: "42", run: (page) => page.getByTestId("room-settings").click() },
  logs: {
    org: "6",
    run: async (page) => {
      await card(page, 2).click();
      await page.getByTestId("tab-logs").click();
      await page.waitForTimeout(300);
    },
  },
  acttab: {
    org: "6",
    run: async (page) => {
      await card(page, 2).click();
      await page.getByTestId("tab-activity").click();
      await page.waitForTimeout(300);
      await page.getByTestId("activity-row").first().getByRole("button").first().click();
    },
  },
  noengine: { org: "6", engine: "unavailable", run: async () => {} },
  pulse: {
    org: "6",
    run: async (page, dev) => {
      await dev({
        event: "ACTIVITY_LOGGED",
        workspace_id: id(3),
        payload: { id: "p1", activity_type: "a2a_receive", source_id: id(1), target_id: id(3), status: "ok" },
      });
      await dev({
        event: "ACTIVITY_LOGGED",
        workspace_id: id(6),
        payload: { id: "p2", activity_type: "a2a_receive", source_id: id(2), target_id: id(6), status: "ok" },
      });
      await dev({
        event: "CHANGE_DETECTED",
        workspace_id: id(2),
        payload: { paths: ["reporter/skills/review/SKILL.md"], reaction: "in_place", duration_ms: 184 },
      });
      await page.waitForTimeout(350);
    },
  },
  offline: {
    org: "6",
    run: async (page, _, server) => {
      server.kill();
      await page.waitForTimeout(1500);
    },
  },
  loading: { org: "6", block: "**/workspaces", run: async () => {} },
  signedout: { org: "6", status401: true, run: async () => {} },
};

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
let port = 8200 + (process.pid % 3000);
const sizes = (process.env.SIZES ?? "small").split(",");
const themes = (process.env.THEMES ?? "light,dark").split(",");
for (const [name, shot] of Object.entries(shots)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  for (const theme of themes) {
    for (const size of sizes) {
      port += 1;
      const args = [
        "dev/fake-api.mjs",
        "--serve",
        "--port",
        String(port),
        "--org",
        shot.org,
        "--engine",
        shot.engine ?? "ready",
        ...(shot.shell ? ["--shell"] : []),
      ];
      const server = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      await new Promise((resolve) => server.stdout.once("data", resolve));
      const page = await browser.newPage({ viewport: SIZES[size], colorScheme: theme });
      page.on(
        "console",
        (message) =>
          message.type() === "error" &&
          !/501|502|400|401|ERR_CONNECTION|WebSocket/.test(message.text()) &&
          console.log(name, theme, message.text()),
      );
      page.on("pageerror", (error) => console.log(name, theme, error.message));
      if (shot.block) await page.route(shot.block, () => {});
      if (shot.status401)
        await page.route("**/stack", (route) =>
          route.fulfill({ status: 401, json: { error: "admin auth required", code: "auth_required" } }),
        );
      const dev = (body) =>
        fetch(`http://127.0.0.1:${port}/dev`, { method: "POST", body: JSON.stringify(body) });
      try {
        await page.goto(`http://127.0.0.1:${port}/#t=dev`);
        await page.waitForTimeout(900);
        await shot.run(page, dev, server);
        await page.waitForTimeout(350);
      } catch (error) {
        console.log(name, theme, size, String(error).split("\n").slice(0, 4).join(" "));
      }
      await page.screenshot({ path: `${out}${name}-${theme}-${size}.png` });
      await page.close();
      server.kill();
    }
  }
}
await browser.close();
