/** The canvas as a person has it in front of them, and what must never happen while they use it. */

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { chromium } from "playwright-core";
import { failures, Stack } from "./stack.mjs";

/** After this long something is taken not to happen. It is an upper limit for slow computers, not a measure. */
const LIMIT_MS = 30_000;

let browser;

async function browserOnce() {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM || "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return browser;
}

after(async () => {
  await browser?.close();
});

/** What a dead or restarted platform makes the browser itself write to the console; the page cannot prevent it. */
export const CUT_OFF = [/ERR_CONNECTION_REFUSED/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/, /WebSocket connection to .* failed/];
export const REFUSED = [/status of 401/];

export class Canvas {
  /**
   * Errors that a test provokes on purpose. And a browser drops requests when the computer's networks change, as they do
   * when an engine starts a container beside it.
   */
  allowed = [/ERR_NETWORK_CHANGED/];
  problems = [];
  requests = [];

  constructor(stack, page) {
    this.stack = stack;
    this.page = page;
  }

  static async open(stack, options = {}) {
    const { beforeOpen, ...context } = options;
    const browser = await browserOnce();
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, ...context });
    const canvas = new Canvas(stack, page);
    await canvas.#watch();
    await beforeOpen?.(page);
    // A page whose script was dropped with the network (see `allowed`) is empty; a person would open the link again.
    for (let attempt = 1; ; attempt += 1) {
      if (attempt > 1) await page.goto("about:blank");
      await page.goto(await stack.link());
      const isThere = await page
        .getByTestId("status-strip")
        .waitFor({ timeout: attempt < 3 ? 20_000 : LIMIT_MS })
        .then(() => true, (error) => (attempt < 3 ? false : Promise.reject(error)));
      if (isThere) return canvas;
    }
  }

  async #watch() {
    const { page, problems } = this;
    page.setDefaultTimeout(LIMIT_MS);
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") problems.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => problems.push(`error in the page: ${error.stack ?? error.message}`));
    page.on("request", (request) => {
      const url = new URL(request.url());
      if (url.protocol === "data:" || url.protocol === "blob:") return;
      if (url.origin !== this.stack.origin) problems.push(`request to elsewhere: ${request.url()}`);
      this.requests.push({ method: request.method(), path: url.pathname + url.search, body: request.postData() });
    });
    await page.addInitScript(() => {
      // A notice goes away by itself: what was told is kept here, so that a test need not be quick.
      window.told = [];
      document.addEventListener("DOMContentLoaded", () =>
        new MutationObserver(() => {
          for (const note of document.querySelectorAll("[data-testid^=toast-]")) {
            if (!window.told.includes(note.textContent)) window.told.push(note.textContent);
          }
        }).observe(document.body, { subtree: true, childList: true, characterData: true }),
      );
      document.addEventListener("securitypolicyviolation", (event) => {
        console.error(`policy violation: ${event.violatedDirective} ${event.blockedURI}`);
      });
    });
  }

  /** Nothing on the console, no error, no violation of the policy, no request to anywhere else. */
  assertClean() {
    const bad = this.problems.filter((text) => !this.allowed.some((pattern) => pattern.test(text)));
    assert.deepEqual(bad, []);
  }

  /** The card of a role, in a state if one is given. */
  card(name, status) {
    const text = name.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return this.page.getByRole("button", { name: new RegExp(`^${text} workspace — ${status ?? ".*"}$`) });
  }

  /** All that a card shows: the button named like it lies over it and is empty. */
  face(name) {
    return this.page.locator("[data-workspace-id]").filter({ has: this.card(name) });
  }

  /** Where cards are drawn, all in one look, once nothing moves any more. */
  async boxes(...names) {
    const handles = await Promise.all(names.map((name) => this.card(name).elementHandle()));
    return this.page.evaluate(async (cards) => {
      const look = () => cards.map((card) => card.getBoundingClientRect().toJSON());
      let last = "";
      for (let calm = 0; calm < 6; ) {
        await new Promise((done) => requestAnimationFrame(done));
        const now = JSON.stringify(look());
        calm = now === last ? calm + 1 : 0;
        last = now;
      }
      return look();
    }, handles);
  }

  /** Where a card's name stands: a place that is always the card itself, also when it is a frame. */
  async grip(name) {
    const [box] = await this.boxes(name);
    return { x: box.x + Math.min(70, box.width / 3), y: box.y + Math.min(14, box.height / 3) };
  }

  /** Presses on a card and moves the pointer; the button stays down. */
  async lift(name, to) {
    const from = await this.grip(name);
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move(from.x + 6, from.y + 6, { steps: 2 });
    await this.page.mouse.move(to.x, to.y, { steps: 12 });
  }

  async drag(name, by) {
    const from = await this.grip(name);
    await this.lift(name, { x: from.x + by.x, y: from.y + by.y });
    await this.page.mouse.up();
  }

  /** Drags one card onto another so that their centres meet. */
  async dragOnto(name, target, isDropped = true) {
    const from = await this.grip(name);
    const [box, aim] = await this.boxes(name, target);
    const shift = { x: from.x - (box.x + box.width / 2), y: from.y - (box.y + box.height / 2) };
    await this.lift(name, { x: aim.x + aim.width / 2 + shift.x, y: aim.y + aim.height / 2 + shift.y });
    if (isDropped) await this.page.mouse.up();
  }

  room(name) {
    return this.page.getByTestId(`room-${name}`).click();
  }

  async select(name, tab) {
    const inspector = this.page.getByTestId("inspector");
    const at = await this.grip(name);
    await this.page.mouse.click(at.x, at.y);
    await inspector.waitFor();
    await inspector.getByRole("heading", { name }).waitFor();
    if (tab) await this.page.getByTestId(`tab-${tab}`).click();
    return inspector;
  }

  /** Opens the menu of a card and chooses in it; an arrow in the path opens a submenu. */
  async menu(name, ...path) {
    const at = await this.grip(name);
    await this.page.mouse.click(at.x, at.y, { button: "right" });
    for (const item of path) await this.page.getByRole("menuitem", { name: item, exact: false }).click();
  }

  /** Waits until a notice with this text was shown, however short. */
  told(text) {
    return this.until(`a notice says ${text}`, () =>
      this.page.evaluate(
        ([source, isPattern]) => window.told.some((note) => (isPattern ? new RegExp(source).test(note) : note.includes(source))),
        text instanceof RegExp ? [text.source, true] : [text, false],
      ),
    );
  }

  /** A notice that is there now. */
  toast(text) {
    return this.page.getByTestId(/^toast-/).filter({ hasText: text }).first();
  }

  /** Waits until a locator finds exactly so many. */
  count(locator, wanted) {
    return this.until(`${wanted} × ${locator}`, async () => {
      const found = await locator.count();
      return found === wanted ? true : Promise.reject(new Error(`there are ${found}`));
    });
  }

  connected() {
    return this.page.getByRole("button", { name: "Real-time updates: connected" }).waitFor();
  }

  /** Waits until something is true that lies outside of the page. */
  async until(what, check) {
    const end = Date.now() + LIMIT_MS;
    let last;
    while (Date.now() < end) {
      try {
        last = await check();
        if (last) return last;
      } catch (error) {
        last = error;
      }
      await this.page.waitForTimeout(100);
    }
    throw new Error(`did not come true: ${what} (last: ${last})`);
  }
}

/**
 * One test with a platform and a page of its own. `sample` imports the built-in sample first, `org` a folder of files.
 * The body gets the canvas; afterwards the page must be clean.
 */
export function scenario(name, options, body) {
  test(name, { timeout: 300_000 }, async () => {
    const stack = new Stack(options.stack);
    let canvas;
    try {
      await stack.start();
      if (options.sample) await stack.cli("up", "sample");
      if (options.org) await options.org(stack);
      canvas = await Canvas.open(stack, options.page);
      if (options.sample || options.org) await canvas.page.getByRole("button", { name: / workspace — / }).first().waitFor();
      await canvas.connected();
      await body(canvas, stack);
      canvas.assertClean();
    } catch (error) {
      if (canvas) {
        mkdirSync(failures, { recursive: true });
        const path = join(failures, `${name.replaceAll(/\W+/g, "-").slice(0, 80)}.png`);
        await canvas.page.screenshot({ path }).catch(() => undefined);
        const said = canvas.problems.length > 0 ? `\nThe page said:\n${canvas.problems.join("\n")}` : "";
        error.message += `\nPicture: ${path}${said}`;
      }
      throw error;
    } finally {
      await canvas?.page.close().catch(() => undefined);
      await stack.remove();
    }
  });
}
