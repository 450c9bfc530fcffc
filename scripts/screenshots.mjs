#!/usr/bin/env node
// Drives the served canvas and takes pictures of every state it can be in; scripts/screenshots.sh starts this in a
// session of its own. Each picture is taken in light and dark and in two sizes.
//
//   node scripts/screenshots.mjs [FOLDER [NAME…]]
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { harbour, largeOrg, writeOrg } from '../tests/browser/support/orgs.mjs';
import { Stack } from '../tests/browser/support/stack.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { chromium } = createRequire(join(root, 'ui', 'package.json'))('playwright-core');
const out = resolve(process.argv[2] ?? join(root, 'docs', 'screenshots'));
const wanted = process.argv.slice(3);
const SIZES = [[1280, 720], [1920, 1080]];
// Paths stand in some pictures, so they are the same in every run.
const home = join(tmpdir(), 'molecule');
const folder = join(home, 'orgs', 'harbour-office');

const HARBOUR = {
  ...harbour,
  'org.yaml': harbour['org.yaml'].replace('role: Says what the wind will do.', 'role: Says what the wind will do.\n    tier: 4\n    idle_prompt: Look at the sky.'),
};

// ---- What a person does to get to a state. -------------------------------------------------------------------------

const card = (page, name) => page.getByRole('button', { name: new RegExp(`^${name} workspace — `) });
const open = async (page, name, tab = 'details') => {
  await card(page, name).focus();
  await page.keyboard.press('Enter');
  await page.getByTestId(`tab-${tab}`).click();
};
const say = async (page, text) => {
  await page.getByRole('textbox', { name: 'Message to agent' }).fill(text);
  await page.keyboard.press('Enter');
};
const answered = (page, count) =>
  page.waitForFunction((wanted) => document.querySelectorAll('[data-testid=chat-agent][data-state=done]').length >= wanted, count);
const room = async (page, name) => {
  await page.getByTestId(`room-${name}`).click();
  await page.getByTestId(`room-body-${name}`).waitFor();
};
const askPlan = async (page, path) => {
  await page.getByRole('button', { name: 'Open org', exact: true }).click();
  await page.getByRole('textbox', { name: 'Org folder' }).fill(path);
  await page.getByTestId('import-read').click();
};

const sample = (stack) => stack.cli('up', 'sample');
const talked = async (stack) => {
  await sample(stack);
  await stack.cli('send', 'Studio lead', 'A short piece about lighthouses, please.');
};
const harbourUp = (stack) => stack.cli('up', writeOrg(folder, HARBOUR));

/** States: what is there before the page opens, and what the person then does. */
const states = {
  loading: { opened: (page) => page.route('**/workspaces', () => undefined), until: 'canvas-loading' },
  empty: { until: 'empty-org' },
  'signed-out': { isStranger: true, until: 'signed-out' },
  error: {
    opened: (page) =>
      page.route('**/workspaces', (route) => route.fulfill({ status: 503, json: { error: 'The database is locked.', code: 'platform_unavailable' } })),
    until: 'hydration-error',
  },
  'import-choose': { run: (page) => page.getByRole('button', { name: 'Open an org folder' }).click(), until: 'org-templates-section' },
  'import-plan': {
    before: () => writeOrg(folder, HARBOUR),
    run: (page) => askPlan(page, folder),
    until: 'plan',
  },
  'import-refused': {
    before: () => writeOrg(folder, { ...HARBOUR, 'org.yaml': 'name: Harbour office\nworkspaces:\n  - name: Pilot\n    role: [Brings, ships, in]\n  - name: Pilot\n  - name: Clerk\n    tier: many\n' }),
    run: (page) => askPlan(page, folder),
    until: 'import-error',
  },
  'import-progress': {
    before: () => writeOrg(folder, { ...HARBOUR, 'org.yaml': `${HARBOUR['org.yaml']}  - name: Night watch\n    role: Looks after dark.\n    runtime: claude-code\n` }),
    run: async (page) => {
      await askPlan(page, folder);
      await page.getByTestId('import-apply').click();
      await page.getByTestId('import-progress').getByText('4 of 5').waitFor();
    },
    until: 'import-progress',
  },
  'import-conflict': {
    before: async (stack) => {
      await harbourUp(stack);
      await stack.api('PATCH', `/workspaces/${(await stack.workspace('Pilot')).id}`, { role: 'Brings big ships in.' });
      writeOrg(folder, { 'org.yaml': HARBOUR['org.yaml'].replace('Brings ships in.', 'Brings small ships in.').replace(/ {6}- name: Clerk[\s\S]*?clerk\n/, '') });
    },
    run: (page) => askPlan(page, folder),
    until: 'plan',
  },
  org: { before: sample },
  selected: { before: sample, run: (page) => open(page, 'Studio lead') },
  chat: {
    before: sample,
    run: async (page) => {
      await open(page, 'Studio lead', 'chat');
      await say(page, 'hello');
      await answered(page, 1);
      await say(page, 'A short piece about lighthouses, please.');
      await answered(page, 2);
    },
  },
  'chat-writing': {
    before: sample,
    run: async (page) => {
      await open(page, 'Studio lead', 'chat');
      await say(page, 'A short piece about lighthouses, please.');
      await page.locator('[data-testid=chat-agent][data-state=streaming]').waitFor();
      await page.waitForTimeout(250);
    },
    isBrief: true,
  },
  'chat-stopped': {
    before: async (stack) => {
      await sample(stack);
      await stack.cli('stop', 'Writer');
    },
    run: (page) => open(page, 'Writer', 'chat'),
  },
  'activity-of-one': { before: talked, run: (page) => open(page, 'Studio lead', 'activity') },
  logs: { before: sample, run: (page) => open(page, 'Writer', 'logs') },
  folded: {
    before: sample,
    run: async (page) => {
      await card(page, 'Studio lead').focus();
      await page.keyboard.press('Space');
      await page.getByText('4 inside').waitFor();
      await page.keyboard.press('0');
    },
  },
  drop: {
    before: harbourUp,
    run: async (page) => {
      const from = await card(page, 'Weather desk').boundingBox();
      const to = await card(page, 'Harbour master').boundingBox();
      await page.mouse.move(from.x + 60, from.y + 20);
      await page.mouse.down();
      await page.mouse.move(to.x + to.width * 0.62, to.y + 70, { steps: 12 });
      await page.getByText('Drop into: ').waitFor();
    },
    after: (page) => page.mouse.up(),
  },
  undo: {
    before: sample,
    run: async (page) => {
      await card(page, 'Designer').focus();
      await page.keyboard.press('F2');
      await page.getByRole('textbox', { name: 'New name' }).fill('Illustrator');
      await page.keyboard.press('Enter');
      await page.getByText('Renamed Designer to Illustrator').waitFor();
    },
    isBrief: true,
  },
  menu: {
    before: sample,
    run: async (page) => {
      await card(page, 'Studio lead').focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menu').waitFor();
    },
  },
  delete: {
    before: sample,
    run: async (page) => {
      await card(page, 'Studio lead').focus();
      await page.keyboard.press('Delete');
      await page.getByRole('alertdialog').waitFor();
    },
  },
  palette: {
    before: sample,
    run: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('re');
    },
  },
  search: {
    before: sample,
    run: async (page) => {
      await page.keyboard.press('/');
      await page.keyboard.type('writ');
    },
  },
  keys: { before: sample, run: (page) => page.keyboard.press('?') },
  'waiting-for-engine': {
    before: async (stack) => {
      await sample(stack);
      await stack.cli('up', writeOrg(join(home, 'orgs', 'lab'), { 'org.yaml': 'name: Lab\nworkspaces:\n  - name: Lab lead\n    role: Runs the lab.\n    runtime: claude-code\n    tier: 4\n    canvas: {x: 720, y: 80}\n' }), '--no-wait');
      await stack.api('POST', `/workspaces/${(await stack.workspace('Writer')).id}/pause`);
      await stack.api('POST', `/workspaces/${(await stack.workspace('Reviewer')).id}/hibernate`);
    },
  },
  stack: {
    before: async (stack) => {
      await states['waiting-for-engine'].before(stack);
    },
    run: (page) => room(page, 'stack'),
  },
  activity: { before: talked, run: (page) => room(page, 'activity') },
  'file-changes': {
    before: harbourUp,
    run: async (page) => {
      await room(page, 'activity');
      await page.getByTestId('tab-reactions').click();
      appendFileSync(join(folder, 'pilot/skills/berth-a-ship/SKILL.md'), 'Mind the tide.\n');
      await page.getByTestId('reaction-row').first().waitFor();
      writeFileSync(join(folder, 'clerk/system-prompt.md'), 'You keep the books, and count twice.\n');
      await page.getByTestId('reaction-row').nth(1).waitFor();
    },
  },
  secrets: {
    before: async (stack) => {
      await sample(stack);
      for (const key of ['ANTHROPIC_API_KEY', 'GITHUB_TOKEN']) await stack.api('POST', '/settings/secrets', { key, value: 'not-a-key' });
      writeOrg(join(home, 'personas'), { 'writer/env': 'FORGE_TOKEN=a\nMODEL_KEY=b\n', 'designer/env': 'FORGE_TOKEN=c\n', 'porter/env': 'FORGE_TOKEN=d\n' });
    },
    run: async (page) => {
      await room(page, 'secrets');
      await page.getByRole('textbox', { name: 'Folder with persona folders' }).fill(join(home, 'personas'));
      await page.getByRole('button', { name: 'Import', exact: true }).click();
      await page.getByTestId('persona-report').waitFor();
      await page.getByTestId('persona-list').waitFor();
    },
  },
  'no-keychain': {
    env: { SECRETS_ENCRYPTION_KEY: undefined },
    before: sample,
    run: (page) => page.getByTestId('notice-keychain').waitFor(),
  },
  'choose-place': {
    env: { SECRETS_ENCRYPTION_KEY: undefined },
    before: sample,
    run: (page) => room(page, 'secrets'),
    until: 'open-place',
  },
  'access-keys': {
    before: async (stack) => {
      await sample(stack);
      for (const name of ['my backup script', 'editor plugin']) await stack.api('POST', '/org/tokens', { name });
    },
    run: async (page) => {
      await room(page, 'secrets');
      await page.getByRole('textbox', { name: 'What it is for' }).fill('reports for Friday');
      await page.getByRole('button', { name: 'Make key' }).click();
      await page.getByTestId('new-key').waitFor();
      await page.getByTestId('key-list').scrollIntoViewIfNeeded();
    },
  },
  'access-of-one': {
    before: sample,
    run: async (page) => {
      await open(page, 'Writer');
      await page.getByTestId('role-access').getByRole('button', { name: 'Make key' }).click();
      await page.getByTestId('new-key').waitFor();
      await page.getByTestId('role-access').scrollIntoViewIfNeeded();
    },
  },
  'open-mode': { flags: ['--open-dev-mode'], before: sample, until: 'notice-open-mode' },
  settings: { before: sample, run: (page) => room(page, 'settings') },
  offline: {
    before: sample,
    run: async (page, stack) => {
      await stack.kill();
      await page.getByTestId('notice-connection').waitFor();
    },
  },
  many: { before: (stack) => stack.cli('up', writeOrg(join(home, 'orgs', 'large'), largeOrg(1000))), until: 'notice-many' },
};

// ---- Taking them. --------------------------------------------------------------------------------------------------

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
process.exitCode = failed === 0 ? 0 : 1;
