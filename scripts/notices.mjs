#!/usr/bin/env node
// Writes THIRD_PARTY_NOTICES.md: the licences of all that the package holds and is not ours, as the bundler and the list of runtime files tell.
//   node scripts/notices.mjs
import fs from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundledFiles, root, runtimeFiles, targets } from '../build.mjs';

const file = path.join(root, 'THIRD_PARTY_NOTICES.md');
const own = (name) => fs.readFileSync(path.join(root, 'docs/notices', name), 'utf8').trim();
const mit = (holder) => `MIT License\n\nCopyright (c) ${holder}\n\n${fs.readFileSync(path.join(root, 'LICENSE'), 'utf8').replace(/^[\s\S]*?(?=Permission is hereby granted)/, '').trim()}`;

/** Texts of packages that have none in them. */
const missing = {
  '@bufbuild/protobuf': () => `Copyright 2021-2026 Buf Technologies, Inc. Parts: Copyright 2008 Google Inc.\n\n${own('Apache-2.0.txt')}\n\n${own('BSD-3-Clause-Google.txt')}`,
  'onnxruntime-common': () => mit('Microsoft Corporation'), 'onnxruntime-node': () => mit('Microsoft Corporation'), 'onnxruntime-web': () => mit('Microsoft Corporation'),
  '@microsoft/fast-element': () => mit('Microsoft Corporation'), '@microsoft/fast-foundation': () => mit('Microsoft Corporation'),
  '@microsoft/fast-react-wrapper': () => mit('Microsoft Corporation'), '@microsoft/fast-web-utilities': () => mit('Microsoft Corporation'),
};

/** What is in the package and comes from no package of the registry. */
const others = [{
  name: 'ONNX schema (onnx.proto), from which code was generated', version: '', licence: 'Apache-2.0', places: ['server', 'cli', 'workers'],
  text: `Copyright (c) ONNX Project Contributors\n\n${own('Apache-2.0.txt')}`,
}];

/** The folder of the package that a file below node_modules belongs to, relative to the root. */
export function packageOf(input) {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function described(folder, places) {
  const { name, version, license } = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'));
  const texts = fs.readdirSync(path.join(root, folder)).filter((one) => /^(licen[cs]e|copying|notice|copyrightnotice|thirdpartynotices)(\.(md|txt))?$/i.test(one)).sort();
  const text = texts.map((one) => fs.readFileSync(path.join(root, folder, one), 'utf8').replace(/\r/g, '').trim()).join('\n\n') || missing[name]?.();
  if (!text) throw new Error(`${folder} has no licence text: add it to scripts/notices.mjs`);
  return { name, version, licence: license, places: [...places].sort(), text };
}

/** All packages of the registry in the package, sorted by name, with the bundles that they are in. */
export async function packages() {
  const places = new Map();
  const add = (folder, place) => { if (folder) places.set(folder, (places.get(folder) ?? new Set()).add(place)); };
  for (const { out, inputs } of await bundledFiles()) for (const input of inputs) add(packageOf(input), out);
  for (const target of Object.keys(targets)) for (const one of runtimeFiles(target)) add(packageOf(`node_modules/${one}`), 'runtime of neural nets');
  return [...places].map(([folder, where]) => described(folder, where)).sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The whole text of THIRD_PARTY_NOTICES.md. */
export async function notices() {
  const all = [...(await packages()), ...others];
  const byText = new Map();
  for (const one of all) byText.set(one.text, [...(byText.get(one.text) ?? []), `${one.name} ${one.version}`.trim()]);
  return [
    '# Third-party software in the package', '', 'Made by `node scripts/notices.mjs` from what the bundles hold. ONNX Runtime\'s native library has parts of others: `docs/notices/onnxruntime.txt` has their notices.',
    '', '| software | licence | in |', '|---|---|---|', ...all.map(({ name, version, licence, places }) => `| ${name} ${version} | ${licence} | ${places.join(', ')} |`.replace(/ +\|/g, ' |')),
    ...[...byText].flatMap(([text, names]) => ['', `## ${names.join(', ')}`, '', '```text', text.replace(/```/g, "'''"), '```']), '',
  ].join('\n');
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) fs.writeFileSync(file, await notices());
