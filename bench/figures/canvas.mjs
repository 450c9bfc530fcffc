/** From the start of the process to a canvas that a person can use: 42 cards drawn, connected, one of them opened. */

import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { now } from "../support/numbers.mjs";
import { proportionalMemory } from "../support/processes.mjs";
import { writeOrg } from "../support/orgs.mjs";
import { root } from "../support/run-folder.mjs";
import { Stack } from "../support/stack.mjs";

export const name = "canvas";

const ROLES = 42;
const { chromium } = createRequire(join(root, "ui/package.json"))("playwright-core");

export async function openBrowser() {
  const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = [process.env.CHROMIUM, ...usual].find((path) => path && existsSync(path));
  const args = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"];
  // A server keeps the process id in reach, which a plain launch does not.
  const server = await chromium.launchServer({ executablePath, args });
  return { server, browser: await chromium.connect(server.wsEndpoint()), pid: server.process().pid };
}

export async function measure({ run, rounds, facts }) {
  const stack = new Stack(run);
  const { server, browser, pid } = await openBrowser();
  try {
    await stack.start();
    const body = await stack.register(writeOrg(run.folder("org"), { roles: ROLES, runtime: "mock" }));
    await stack.api("POST", "/org/import", body);
    await stack.online(ROLES);
    await stack.kill();
    const samples = [];
    const bare = [];
    for (let round = 0; round < rounds(7); round += 1) {
      bare.push(await barePage(browser));
      samples.push(await once(stack, browser, round === 0 ? (facts.browserMemory = {}) : null, pid));
      await stack.kill();
    }
    const note = "Chromium runs already; peer: a bare page with 42 boxes in the same browser";
    return [
      { key: "canvas", figure: `process start to usable canvas, ${ROLES} roles`, unit: "ms", samples, limit: 1000 },
      { key: "canvas_bare", figure: "the same, beside a bare page", unit: "ms", samples, peer: bare, note },
    ];
  } finally {
    await browser.close();
    await server.close();
    await stack.remove();
  }
}

async function once(stack, browser, memory, pid) {
  // A new context has no cache: every round is a first visit.
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  try {
    const began = now();
    await stack.start();
    await page.goto(stack.link, { waitUntil: "commit" });
    await page.waitForFunction(
      (count) => document.querySelectorAll('[aria-label*=" workspace — "]').length >= count,
      ROLES,
      { polling: "raf" },
    );
    await page.getByRole("button", { name: "Real-time updates: connected" }).waitFor();
    const card = page.getByRole("button", { name: /^Head workspace — / });
    const box = await card.boundingBox();
    await page.mouse.click(box.x + Math.min(70, box.width / 3), box.y + Math.min(14, box.height / 3));
    await page.getByTestId("inspector").waitFor();
    const took = now() - began;
    if (memory) memory.mb = proportionalMemory(pid);
    return took;
  } finally {
    await context.close();
  }
}

/** What the browser alone needs to show as many boxes. */
async function barePage(browser) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 720 } });
  const page = await context.newPage();
  try {
    const boxes = Array.from({ length: ROLES }, (_, at) => `<div style="border:1px solid">Role ${at}</div>`).join("");
    const began = now();
    await page.goto(`data:text/html,${encodeURIComponent(boxes)}`, { waitUntil: "commit" });
    await page.waitForFunction((count) => document.querySelectorAll("div").length >= count, ROLES, { polling: "raf" });
    return now() - began;
  } finally {
    await context.close();
  }
}
