#!/usr/bin/env node
// Draws every size of the icon from icons/*.svg into src-tauri/icons.
//
//   node scripts/icons.mjs          write the files
//   node scripts/icons.mjs --check  only say whether they are as the sources would draw them
//
// Needs rsvg-convert (Debian: librsvg2-bin, macOS: librsvg). The Windows and macOS containers are simple lists of PNG
// files, so they are packed here and no image editor is needed.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const out = join(root, 'src-tauri', 'icons');
const check = process.argv.includes('--check');

function draw(svg, size) {
  try {
    return execFileSync('rsvg-convert', ['-w', String(size), '-h', String(size), join(root, 'icons', svg)]);
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    console.error('rsvg-convert is not installed. Install it with: apt-get install librsvg2-bin (macOS: brew install librsvg).');
    process.exit(1);
  }
}

/** A Windows icon: a directory of entries, then the PNG files one after another. */
function ico(sizes) {
  const images = sizes.map((size) => ({ size, png: draw('molecule.svg', size) }));
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(({ size, png }, index) => {
    const entry = 6 + 16 * index;
    header.writeUInt8(size === 256 ? 0 : size, entry); // 0 stands for 256
    header.writeUInt8(size === 256 ? 0 : size, entry + 1);
    header.writeUInt16LE(1, entry + 4);
    header.writeUInt16LE(32, entry + 6);
    header.writeUInt32LE(png.length, entry + 8);
    header.writeUInt32LE(offset, entry + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map(({ png }) => png)]);
}

/** A macOS icon: a magic word and a length, then (type, length, PNG) for each size. */
function icns() {
  const kinds = [['icp4', 16], ['icp5', 32], ['ic07', 128], ['ic08', 256], ['ic09', 512], ['ic11', 32], ['ic12', 64], ['ic13', 256]];
  const parts = kinds.map(([kind, size]) => {
    const png = draw('molecule.svg', size);
    const head = Buffer.alloc(8);
    head.write(kind, 0, 'ascii');
    head.writeUInt32BE(png.length + 8, 4);
    return Buffer.concat([head, png]);
  });
  const body = Buffer.concat(parts);
  const head = Buffer.alloc(8);
  head.write('icns', 0, 'ascii');
  head.writeUInt32BE(body.length + 8, 4);
  return Buffer.concat([head, body]);
}

const files = {
  '32x32.png': () => draw('molecule.svg', 32),
  '128x128.png': () => draw('molecule.svg', 128),
  '128x128@2x.png': () => draw('molecule.svg', 256),
  'icon.png': () => draw('molecule.svg', 512),
  'tray.png': () => draw('tray.svg', 64),
  'icon.ico': () => ico([16, 32, 48, 256]),
  'icon.icns': icns,
};

mkdirSync(out, { recursive: true });
const stale = [];
for (const [name, make] of Object.entries(files)) {
  const path = join(out, name);
  const wanted = make();
  if (existsSync(path) && readFileSync(path).equals(wanted)) continue;
  stale.push(name);
  if (!check) writeFileSync(path, wanted);
}
if (stale.length === 0) console.log('The icons are as their sources draw them.');
else if (check) {
  console.error(`These icons differ from their sources: ${stale.join(', ')}. Run: node scripts/icons.mjs`);
  process.exit(1);
} else console.log(`Written to src-tauri/icons: ${stale.join(', ')}.`);
