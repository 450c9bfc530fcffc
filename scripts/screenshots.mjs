#!/usr/bin/env node
// Drives the served canvas and takes pictures of it; scripts/screenshots.sh starts this in a session of its own.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { chromium } = createRequire(join(root, 'ui', 'package.json'))('playwright-core');
const out = resolve(process.argv[2] ?? join(root, 'docs', 'screenshots'));
const program = join(root, process.env.CARGO_TARGET_DIR ?? 'target', 'debug', 'molecule-stack');
const data = mkdtempSync(join(tmpdir(), 'shots-'));
const environment = { ...process.env, MOLECULE_HOME: data };

/** Starts the server and answers its process and its one-time link. */
function serve() {
  return new Promise((resolve, reject) => {
    const server = spawn(program, ['serve', '--port', '0', '--no-engine', '--print-link'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let text = '';
    server.stdout.on('data', (chunk) => {
      text += chunk;
      const link = text.match(/http:\/\/127\.0\.0\.1:\d+\/#t=\S+/);
      if (link) resolve({ server, link: link[0] });
    });
    server.on('exit', (code) => reject(new Error(`the server ended with exit code ${code} before it gave a link`)));
  });
}

const { server, link } = await serve();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  mkdirSync(out, { recursive: true });
  // One page for all pictures: the link opens one page once, and size and colours can be changed afterwards.
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 }, reducedMotion: 'reduce' });
  await page.goto(link);
  const shot = async (name) => {
    for (const scheme of ['light', 'dark']) {
      for (const [width, height] of [[1280, 720], [1920, 1080]]) {
        await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
        await page.setViewportSize({ width, height });
        const fit = page.getByRole('button', { name: /^fit/i });
        if (await fit.count()) await fit.first().click();
        await page.waitForTimeout(600);
        const path = join(out, `${name}-${scheme}-${width}x${height}.png`);
        await page.screenshot({ path });
        console.log(path);
      }
    }
  };
  await page.getByTestId('empty-org').waitFor();
  await page.waitForTimeout(800);
  await shot('empty');
  await page.getByRole('button', { name: 'Start the sample org' }).click();
  await page.getByTestId('import-apply').waitFor();
  await shot('plan');
  await page.getByTestId('import-apply').click();
  await page.getByRole('button', { name: 'Go to the canvas' }).click();
  await page.locator('.react-flow__node').first().waitFor();
  await page.keyboard.press('Escape');
  await page.waitForTimeout(2500);
  await shot('org');
} finally {
  await browser.close();
  server.removeAllListeners('exit');
  server.kill('SIGTERM');
  await new Promise((resolve) => server.once('exit', resolve));
  rmSync(data, { recursive: true, force: true });
}
