/** States of the panel and the rooms: what is there before the page opens, and what the person then does. */

import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Files } from '../../tests/browser/support/files.mjs';
import { writeOrg } from '../../tests/browser/support/orgs.mjs';
import { canvas } from './canvas.mjs';
import { folder, harbourUp, home, offer, open, remove, room, sample, scrollTo, talked } from './acts.mjs';

const FILES = {
  'config.yaml': 'name: Writer\nruntime: mock\nmodel: sonnet\n',
  'system-prompt.md': 'You write short pieces, plainly.\nSay what is known, and what is not.\n',
  'skills/plain-words/SKILL.md': '---\nname: plain-words\ndescription: Says it in words that everybody knows\n---\n\n# Plain words\n\nPrefer the short word.\n',
  'skills/headlines/SKILL.md': '---\nname: headlines\n---\n',
};

/** Files of a role live in a container; these pictures need none. */
const withFiles = async (page, stack) => {
  const files = new Files(FILES);
  await files.serve(page, (await stack.workspace('Writer')).id);
  await open(page, 'Writer', 'files');
  await page.locator('[data-testid=file-row][data-path="config.yaml"]').waitFor();
  return files;
};

const WATCH = {
  'org.yaml': `name: Watch
workspaces:
  - name: Keeper
    role: Keeps watch over the harbour.
    runtime: mock
    files_dir: keeper
    schedules:
      - {name: morning round, cron_expr: '0 7 * * 1-5', timezone: Europe/Berlin, prompt: Look at the harbour.}
      - {name: weekly report, cron_expr: '30 16 * * 5', timezone: Europe/Berlin, prompt: Write the report.}
    channels:
      - {type: slack, config: {webhook_url: 'https://hooks.slack.com/services/T0/B0/x'}}
`,
  'keeper/system-prompt.md': 'You keep watch.\n',
};

export const rooms = {
  'activity-of-one': { before: talked, run: (page) => open(page, 'Studio lead', 'activity') },
  logs: { before: sample, run: (page) => open(page, 'Writer', 'logs') },
  files: {
    before: sample,
    run: async (page, stack) => {
      await withFiles(page, stack);
      await page.getByRole('button', { name: 'skills', exact: true }).click();
      await page.getByRole('button', { name: 'plain-words', exact: true }).click();
    },
  },
  'file-edit': {
    before: sample,
    run: async (page, stack) => {
      await withFiles(page, stack);
      await page.locator('[data-testid=file-row][data-path="system-prompt.md"]').click();
      await page.getByRole('textbox', { name: 'system-prompt.md' }).click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('No adjectives that can be spared.');
    },
  },
  'file-conflict': {
    before: sample,
    run: async (page, stack) => {
      const files = await withFiles(page, stack);
      await page.locator('[data-testid=file-row][data-path="system-prompt.md"]').click();
      await page.getByRole('textbox', { name: 'system-prompt.md' }).click();
      await page.keyboard.press('Control+End');
      await page.keyboard.type('No adjectives that can be spared.');
      files.files.set('system-prompt.md', 'You write short pieces.\n');
      await page.keyboard.press('Control+s');
      await page.getByTestId('file-conflict').waitFor();
    },
  },
  plugins: {
    before: async (stack) => {
      await sample(stack);
      offer(stack, 'second-reader', '1.2.0', 'Reads a text a second time.');
      offer(stack, 'house-style', '0.4.1', 'Spelling and tone of the house.');
      const { id } = await stack.workspace('Writer');
      const { digest } = await stack.api('POST', '/plugins/preview', { source: 'local://house-style' });
      await stack.api('POST', `/workspaces/${id}/plugins`, { source: 'local://house-style', digest });
    },
    run: (page) => open(page, 'Writer', 'plugins'),
    until: 'plugin-list',
  },
  'plugin-preview': {
    before: async (stack) => {
      await sample(stack);
      offer(stack, 'second-reader', '1.2.0', 'Reads a text a second time.');
    },
    run: async (page) => {
      await open(page, 'Writer', 'plugins');
      await page.getByRole('button', { name: 'Show second-reader' }).click();
    },
    until: 'plugin-preview',
  },
  'plugins-room': {
    before: async (stack) => {
      await sample(stack);
      offer(stack, 'second-reader', '1.2.0', 'Reads a text a second time.');
      offer(stack, 'house-style', '0.4.1', 'Spelling and tone of the house.');
    },
    run: async (page) => {
      await room(page, 'plugins');
      await page.getByText('second-reader').waitFor();
    },
  },
  prompts: {
    before: harbourUp,
    run: async (page) => {
      await open(page, 'Pilot');
      await page.getByRole('button', { name: 'Prompts and plugins…' }).click();
      await page.getByRole('dialog', { name: 'Prompts and plugins of Pilot' }).waitFor();
    },
  },
  schedules: {
    before: (stack) => stack.cli('up', writeOrg(join(home, 'orgs', 'watch'), WATCH)),
    run: async (page) => {
      await open(page, 'Keeper');
      await page.getByTestId('channel-list').scrollIntoViewIfNeeded();
    },
  },
  stack: {
    before: async (stack) => {
      await canvas['waiting-for-engine'].before(stack);
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
  background: {
    before: sample,
    run: async (page) => {
      await room(page, 'stack');
      await page.getByRole('button', { name: 'Check everything' }).click();
      await page.getByTestId('doctor-list').waitFor();
      await scrollTo(page, 'Check-up');
    },
  },
  'removed-roles': {
    before: async (stack) => {
      await harbourUp(stack);
      await sample(stack);
      await remove(stack, 'Reviewer');
      await remove(stack, 'Harbour master');
    },
    run: async (page) => {
      await room(page, 'stack');
      await page.getByTestId('removed-list').waitFor();
      await scrollTo(page, 'Removed roles');
    },
  },
  settings: { before: sample, run: (page) => room(page, 'settings') },
};
