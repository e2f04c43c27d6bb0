#!/usr/bin/env node
// Writes a sample capture: a small office, a benign day and a day with attacks; or the authentication events of an organisation, with a red team on the last day.
//   node test/workbench/sample.mjs FOLDER [--kind office|organisation] [--size 10mb] [--seed 1]
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bundle, ensureInstalled, root } from '../../build.mjs';

const defaultSize = 10_000_000;

/** Bytes of "300kb", "2mb", "10gb" or a plain number; units are powers of 1000. */
export function parseSize(text) {
  const [, number, unit] = /^(\d+(?:\.\d+)?)\s*(k|m|g)?b?$/i.exec(text.trim()) ?? [];
  const bytes = Number(number) * 1000 ** ['', 'k', 'm', 'g'].indexOf((unit ?? '').toLowerCase());
  if (!(bytes >= 10_000 && bytes <= 20e9)) throw new Error(`--size ${text}: give a size from 10kb to 20gb, such as 300kb, 2mb or 10gb`);
  return bytes;
}

/** Writes the capture into a folder, which must be new or empty, or hold an older sample. */
export async function writeSample(folder, { size = defaultSize, seed = 1, kind = 'office' } = {}) {
  await bundle({ quiet: true });
  await createRequire(import.meta.url)(path.join(root, 'dist/tools/sample.js')).writeSample(folder, { seed, size, kind });
  return folder;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    const { values: { size, seed, kind }, positionals: [folder, ...rest] } = parseArgs({ allowPositionals: true, options: { kind: { type: 'string', default: 'office' }, size: { type: 'string', default: '10mb' }, seed: { type: 'string', default: '1' } } });
    if (folder === undefined || rest.length > 0) throw new Error('usage: node test/workbench/sample.mjs FOLDER [--kind office|organisation] [--size 10mb] [--seed 1]');
    if (!/^\d+$/.test(seed)) throw new Error(`--seed ${seed}: give a whole number`);
    if (!['office', 'organisation'].includes(kind)) throw new Error(`--kind ${kind}: give office or organisation`);
    ensureInstalled();
    await writeSample(path.resolve(folder), { size: parseSize(size), seed: Number(seed), kind });
    console.log(path.resolve(folder));
  } catch (error) { console.error(`sample: ${error.message}`); process.exitCode = 1; }
}
