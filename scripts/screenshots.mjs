#!/usr/bin/env node
// Drives the served canvas and takes pictures of every state it can be in; scripts/screenshots.sh starts this in a
// session of its own. Each picture is taken in light and dark and in two sizes, and looked at: contrast and names for
// those who cannot see (axe-core), text that is cut, broken or covered. What is found is told, and the command fails.
//
//   node scripts/screenshots.mjs [FOLDER [NAME…]]
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { barriers, blemishes } from '../tests/browser/support/looks.mjs';
import { Stack } from '../tests/browser/support/stack.mjs';
import { card, home } from './shots/acts.mjs';
import { canvas } from './shots/canvas.mjs';
import { rooms } from './shots/rooms.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { chromium } = createRequire(join(root, 'ui', 'package.json'))('playwright-core');
const out = resolve(process.argv[2] ?? join(root, 'docs', 'screenshots'));
const wanted = process.argv.slice(3);
const SIZES = [[1280, 720], [1920, 1080]];
const states = { ...canvas, ...rooms };
const found = [];

let hasConvert = true;
/** The canvas has few colours: a palette keeps a picture to a quarter of its size. */
function shrink(path) {
  if (!hasConvert) return;
  try {
    execFileSync('convert', [path, '+dither', '-colors', '160', '-strip', '-define', 'png:compression-level=9', `PNG8:${path}`]);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    hasConvert = false;
    console.log('ImageMagick is not installed: the pictures stay as large as the browser makes them.');
  }
}

/** Each size has a platform of its own: what a person does for a picture may change it. */
async function take(browser, name, state, [width, height]) {
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  const env = { DOCKER_HOST: `unix://${home}/no-engine.sock`, ...state.env };
  const stack = new Stack({ home, flags: state.flags ?? [], env });
  await stack.start();
  try {
    await state.before?.(stack);
    const hasRoles = (await stack.workspaces()).length > 0;
    const page = await browser.newPage({ viewport: { width, height }, reducedMotion: 'reduce', colorScheme: 'light' });
    await state.opened?.(page);
    await page.goto(state.isStranger ? stack.origin : await stack.link());
    if (hasRoles) await card(page, '.*').first().waitFor();
    await page.waitForTimeout(700);
    await state.run?.(page, stack);
    if (state.until) await page.getByTestId(state.until).waitFor();
    await page.waitForTimeout(state.isBrief ? 0 : 500);
    for (const scheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.waitForTimeout(60);
      const path = join(out, `${name}-${scheme}-${width}x${height}.png`);
      await page.screenshot({ path });
      shrink(path);
      console.log(path);
    }
    // Afterwards, because looking takes longer than some states last.
    for (const scheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      const where = `${name}, ${scheme}, ${width}×${height}`;
      found.push(...(await barriers(page, where)), ...(await blemishes(page, where)));
    }
    await state.after?.(page);
    await page.close();
  } finally {
    await stack.remove();
  }
}

mkdirSync(out, { recursive: true });
const unknown = wanted.filter((name) => !(name in states));
if (unknown.length > 0) throw new Error(`there is no state ${unknown.join(', ')}; there are: ${Object.keys(states).join(', ')}`);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let failed = 0;
try {
  for (const [name, state] of Object.entries(states)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    try {
      for (const size of SIZES) await take(browser, name, state, size);
    } catch (error) {
      failed += 1;
      console.error(`${name} was not taken: ${error.message}`);
    }
  }
} finally {
  await browser.close();
}
for (const line of found) console.error(line);
process.exitCode = failed === 0 && found.length === 0 ? 0 : 1;
