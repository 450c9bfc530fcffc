#!/usr/bin/env node
// Checks that every library that ships has a licence this project can live with.
//
//   node scripts/licences.mjs
//
// Rust crates come from `cargo metadata`, npm packages from ui/package-lock.json (only what ends up in the canvas).
// A licence expression passes when one of its alternatives consists of allowed licences only.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

// The one list; deny.toml holds it too, for cargo-deny.
const allowed = new Set(
  [...readFileSync(join(root, 'deny.toml'), 'utf8').matchAll(/^\s*"([^"]+)",\s*# licence$/gm)].map((match) => match[1]),
);

/** Does the expression (SPDX, with `/` as an old way to say OR) have an alternative of allowed licences only? */
export function passes(expression) {
  const words = expression.replace(/\//g, ' OR ').match(/\(|\)|[^\s()]+/g) ?? [];
  let at = 0;
  const either = () => {
    let value = both();
    while (words[at] === 'OR') { at += 1; value = both() || value; }
    return value;
  };
  const both = () => {
    let value = one();
    while (words[at] === 'AND') { at += 1; value = one() && value; }
    return value;
  };
  const one = () => {
    if (words[at] === '(') {
      at += 1;
      const value = either();
      at += 1;
      return value;
    }
    let name = words[at++] ?? '';
    if (words[at] === 'WITH') { name += ` WITH ${words[at + 1]}`; at += 2; }
    return allowed.has(name);
  };
  return either();
}

const findings = [];
let looked = 0;

const metadata = JSON.parse(
  execFileSync('cargo', ['metadata', '--format-version', '1'], { cwd: root, maxBuffer: 1 << 28, stdio: ['ignore', 'pipe', 'inherit'] }),
);
for (const crate of metadata.packages) {
  looked += 1;
  if (!crate.license && crate.license_file) continue; // cargo-deny reads licence files; see the list it prints
  if (!passes(crate.license ?? '')) findings.push(`crate ${crate.name} ${crate.version}: ${crate.license ?? 'no licence named'}`);
}

const lock = join(root, 'ui', 'package-lock.json');
if (existsSync(lock)) {
  for (const [path, entry] of Object.entries(JSON.parse(readFileSync(lock, 'utf8')).packages)) {
    if (path === '' || entry.dev || entry.link) continue;
    looked += 1;
    let licence = entry.license;
    const manifest = join(root, 'ui', path, 'package.json');
    if (!licence && existsSync(manifest)) licence = JSON.parse(readFileSync(manifest, 'utf8')).license;
    if (typeof licence !== 'string' || !passes(licence)) {
      findings.push(`npm ${path.replace(/^.*node_modules\//, '')} ${entry.version}: ${licence ?? 'no licence named'}`);
    }
  }
}

if (findings.length > 0) {
  console.error('These libraries have a licence that is not on the list in deny.toml:');
  for (const finding of findings.sort()) console.error(`  ${finding}`);
  console.error('Replace the library, or add the licence to the list with the reason.');
  process.exit(1);
}
console.log(`${looked} libraries looked at, all under licences on the list.`);
