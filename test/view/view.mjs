#!/usr/bin/env node
// Pages in a browser, without VS Code, on a made up model or a recording:
//   npm run view -- [--page automaton|rootCauses|timeline|training] [--states N] [--edges N] [--rows N] [--fan N] [--numbers 1] [--seed N]
//                   [--recording none|broken] [--training running|finished|cancelled|failed|loaded] [--theme dark|light|contrast] [--motion reduce] [--delay MS] [--fail METHOD] [--port N]
import { parseArgs } from 'node:util';
import { bundle, ensureInstalled, root } from '../../build.mjs';

const text = { type: 'string' };
const { values: { page = 'automaton', port = '0', ...query } } = parseArgs({ options: { page: text, port: text, states: text, edges: text, rows: text, fan: text, numbers: text, seed: text, recording: text, training: text, theme: text, motion: text, delay: text, fail: text } });
ensureInstalled();
await bundle({ quiet: true });
const { default: { startView } } = await import('../../dist/tools/view.js');
const { address } = await startView(root, Number(port));
const search = new URLSearchParams(query).toString();
console.log(`${address}/${page}${search ? `?${search}` : ''}`);
