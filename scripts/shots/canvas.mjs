/** States of the canvas and its dialogs: what is there before the page opens, and what the person then does. */

import { join } from 'node:path';
import { largeOrg, writeOrg } from '../../tests/browser/support/orgs.mjs';
import { HARBOUR, agency, answered, askPlan, card, folder, harbourUp, home, open, sample, say } from './acts.mjs';

export const canvas = {
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
  'open-mode': { flags: ['--open-dev-mode'], before: sample, until: 'notice-open-mode' },
  offline: {
    before: sample,
    run: async (page, stack) => {
      await stack.kill();
      await page.getByText('Offline: the platform does not answer.').waitFor();
    },
  },
  many: { before: (stack) => stack.cli('up', writeOrg(join(home, 'orgs', 'large'), largeOrg(1000))), until: 'notice-many' },
  reconnecting: {
    before: sample,
    run: async (page, stack) => {
      await stack.kill();
      await page.getByTestId('notice-connection').waitFor();
    },
    isBrief: true,
  },
  states: {
    before: async (stack) => {
      await sample(stack);
      const make = async (name, role, place, more = {}) => {
        const made = await stack.api('POST', '/workspaces', { name, role, external: true, runtime: 'external', canvas: place, ...more });
        const token = made.connection?.auth_token ?? made.auth_token;
        return { id: made.id, beat: (body) => fetch(`${stack.origin}/registry/heartbeat`, {
          method: 'POST',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
          body: JSON.stringify({ workspace_id: made.id, error_rate: 0, sample_error: '', active_tasks: 0, current_task: '', uptime_seconds: 600, ...body }),
        }) };
      };
      const busy = await make('Archivist', 'Runs on the machine in the cellar.', { x: 760, y: 80 });
      await busy.beat({});
      await busy.beat({ active_tasks: 1, current_task: 'Sorts the letters of 1911' });
      const tired = await make('Courier', 'Brings what was written to its readers.', { x: 760, y: 240 });
      await tired.beat({});
      await tired.beat({ error_rate: 0.6, sample_error: 'The mail server refused 6 of 10 letters' });
      await make('Printer', 'Has not called yet.', { x: 760, y: 400 });
      const broken = await stack.api('POST', '/workspaces', { name: 'Binder', role: 'Binds the books.', runtime: 'claude-code', canvas: { x: 1040, y: 80 } });
      await stack.api('POST', `/admin/workspaces/${broken.id}/bootstrap-failed`, { error: 'Its key for the model was refused. Set ANTHROPIC_API_KEY anew in Secrets.', log_tail: '' });
      await stack.api('POST', '/workspaces', { name: 'Typesetter', role: 'Sets the type.', runtime: 'claude-code', tier: 4, canvas: { x: 1040, y: 240 } });
      await stack.api('POST', `/workspaces/${(await stack.workspace('Writer')).id}/pause`);
      await stack.api('POST', `/workspaces/${(await stack.workspace('Reviewer')).id}/hibernate`);
    },
  },
  far: { before: (stack) => stack.cli('up', writeOrg(join(home, 'orgs', 'agency'), agency())) },
  teams: {
    before: (stack) => stack.cli('up', writeOrg(join(home, 'orgs', 'agency'), agency())),
    run: async (page) => {
      for (let step = 0; step < 4; step += 1) await page.getByRole('button', { name: 'Zoom out' }).click();
    },
  },
  create: {
    before: sample,
    run: async (page) => {
      await page.getByRole('button', { name: 'New role' }).click();
      const dialog = page.getByRole('dialog', { name: 'New role' });
      await dialog.getByLabel('Name', { exact: true }).fill('Proofreader');
      await dialog.getByLabel('Role', { exact: true }).fill('Finds what others overlook');
    },
  },
  connect: {
    before: sample,
    run: async (page) => {
      await page.getByRole('button', { name: 'New role' }).click();
      const dialog = page.getByRole('dialog', { name: 'New role' });
      await dialog.getByLabel('Name', { exact: true }).fill('Courier');
      await dialog.getByLabel('The agent runs elsewhere').check();
      await dialog.getByRole('button', { name: 'Create', exact: true }).click();
      await page.getByRole('dialog', { name: 'Connect Courier' }).waitFor();
    },
    isBrief: true,
  },
  save: {
    before: async (stack) => {
      await harbourUp(stack);
      await stack.api('PATCH', `/workspaces/${(await stack.workspace('Pilot')).id}`, { role: 'Brings ships in and out.' });
      await stack.api('PATCH', `/workspaces/${(await stack.workspace('Clerk')).id}`, { name: 'Bookkeeper' });
    },
    run: async (page) => {
      await page.keyboard.press('Control+k');
      await page.keyboard.type('save to files');
      await page.keyboard.press('Enter');
      await page.getByTestId('save-file').first().waitFor();
    },
  },
  removed: {
    before: sample,
    run: async (page) => {
      await card(page, 'Reviewer').focus();
      await page.keyboard.press('Delete');
      await page.getByRole('alertdialog').getByRole('button', { name: 'Delete', exact: true }).click();
      await page.getByText('Removed Reviewer').waitFor();
    },
    isBrief: true,
  },
  trouble: {
    before: sample,
    run: async (page) => {
      await page.route('**/restart', (route) => route.fulfill({ status: 503, json: { error: 'The disk is full: nothing can be written. Make room, then try again.', code: 'disk_full' } }));
      await card(page, 'Writer').focus();
      await page.keyboard.press('Shift+F10');
      await page.getByRole('menuitem', { name: 'Restart' }).click();
      await page.getByTestId('toast-error').waitFor();
    },
  },
};
