/** What a person does to get to a state, and the orgs that stand in the pictures. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { harbour, writeOrg } from '../../tests/browser/support/orgs.mjs';

/** Paths stand in some pictures, so they are the same in every run. */
export const home = join(tmpdir(), 'molecule');
export const folder = join(home, 'orgs', 'harbour-office');

export const HARBOUR = {
  ...harbour,
  'org.yaml': harbour['org.yaml'].replace('role: Says what the wind will do.', 'role: Says what the wind will do.\n    tier: 4\n    idle_prompt: Look at the sky.'),
};

/** Forty-two roles with the long names that real ones have, in teams of teams. */
export function agency() {
  const team = (name, role, members) => ({ name, role, members });
  const tree = [
    team('Programme management', 'Decides what is done first.', [
      team('Development lead', 'Builds what was decided.', [
        'Infrastructure engineer', 'Frontend engineer', 'Backend engineer', 'Platform reliability engineer', 'Mobile engineer', 'Database administrator', 'Accessibility specialist',
      ]),
      team('Quality assurance', 'Finds what others overlook.', ['Integration tester', 'Performance tester', 'Regression analyst', 'Security auditor']),
      team('Research lead', 'Knows what others do.', ['Technical researcher', 'Market analyst', 'Competitive intelligence', 'Documentation specialist']),
      'Release coordinator',
      'Triage operator',
    ]),
    team('Marketing lead', 'Tells people about it.', [
      team('Content', 'Writes what is read.', ['Copywriter', 'Illustrator', 'Translator', 'Social media manager']),
      team('Community', 'Listens to those who use it.', ['Developer relations', 'Support engineer', 'Events coordinator']),
      'Search optimisation',
    ]),
    team('Operations', 'Keeps it running.', ['Incident commander', 'Observability engineer', 'Cost controller', 'Compliance officer', 'Procurement', 'Administration']),
  ];
  const lines = ['name: Agency', 'defaults:', '  runtime: mock', 'workspaces:'];
  const add = (one, depth) => {
    const pad = '  '.repeat(1 + depth * 2);
    lines.push(`${pad}- name: ${one.name ?? one}`, `${pad}  role: ${one.role ?? 'Does a part of the work.'}`);
    if (!one.members) return;
    lines.push(`${pad}  children:`);
    for (const member of one.members) add(member, depth + 1);
  };
  for (const one of tree) add(one, 0);
  return { 'org.yaml': `${lines.join('\n')}\n` };
}

export const card = (page, name) => page.getByRole('button', { name: new RegExp(`^${name} workspace — `) });
export const open = async (page, name, tab = 'details') => {
  await card(page, name).focus();
  await page.keyboard.press('Enter');
  await page.getByTestId(`tab-${tab}`).click();
};
export const say = async (page, text) => {
  await page.getByRole('textbox', { name: 'Message to agent' }).fill(text);
  await page.keyboard.press('Enter');
};
export const answered = (page, count) =>
  page.waitForFunction((wanted) => document.querySelectorAll('[data-testid=chat-agent][data-state=done]').length >= wanted, count);
export const room = async (page, name) => {
  await page.getByTestId(`room-${name}`).click();
  await page.getByTestId(`room-body-${name}`).waitFor();
};
export const askPlan = async (page, path) => {
  await page.getByRole('button', { name: 'Open org', exact: true }).click();
  await page.getByRole('textbox', { name: 'Org folder' }).fill(path);
  await page.getByTestId('import-read').click();
};
/** Brings a part of a room into view, with its heading. */
export const scrollTo = (page, section) =>
  page.getByRole('region', { name: section, exact: true }).evaluate((node) => node.scrollIntoView({ block: 'start' }));

export const sample = (stack) => stack.cli('up', 'sample');
export const talked = async (stack) => {
  await sample(stack);
  await stack.cli('send', 'Studio lead', 'A short piece about lighthouses, please.');
};
export const harbourUp = (stack) => stack.cli('up', writeOrg(folder, HARBOUR));
export const remove = async (stack, name) => stack.api('DELETE', `/workspaces/${(await stack.workspace(name)).id}?confirm=true`);

/** A plugin in the plugins folder of the platform. */
export const offer = (stack, name, version, about) =>
  writeOrg(join(stack.data, 'plugins', name), {
    'plugin.yaml': `name: ${name}\nversion: ${version}\ndescription: ${about}\nskills: [review]\n`,
    'skills/review/SKILL.md': '---\nname: review\ndescription: Reads a text for what is missing\n---\nRead it twice. Name what is missing before what is wrong.\n',
    'hooks/on-start.sh': '#!/bin/sh\necho "review skills are ready"\n',
  });
