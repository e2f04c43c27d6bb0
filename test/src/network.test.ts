import * as assert from 'node:assert/strict';
import { build } from 'esbuild';
import { repositoryRoot } from '../support/shared';

/** Modules of Node that reach other machines. */
const network = /^(node:)?(http|https|http2|net|tls|dgram|dns|dns\/promises|inspector|undici)$/;

/**
 * Imports of `net` that are in what we build on: the language server library offers named pipes and local sockets as
 * transports. The extension starts the server over IPC, so neither is opened.
 */
const known = /node_modules\/(vscode-jsonrpc|vscode-languageserver-protocol|vscode-languageclient|vscode-languageserver)\//;

describe('bundles', () => {
  for (const entry of ['src/extension.ts', 'server/main.ts']) {
    it(`${entry}: no network client`, async () => {
      const { metafile, outputFiles } = await build({ absWorkingDir: repositoryRoot, entryPoints: [entry], bundle: true, write: false, metafile: true, platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'], outdir: 'dist', logLevel: 'silent' });
      const importers = Object.entries(metafile.inputs).flatMap(([file, { imports }]) => imports.filter((one) => network.test(one.path)).map((one) => ({ file, module: one.path })));
      assert.ok(Object.keys(metafile.inputs).length > 10, 'the bundle was looked into');
      assert.deepEqual(importers.filter(({ file, module }) => !(module === 'net' && known.test(file))), []);
      for (const { text } of outputFiles) for (const word of [/\bfetch\(/, /\bnew XMLHttpRequest\b/, /\bnew WebSocket\b/, /\bsendBeacon\(/]) assert.ok(!word.test(text), String(word));
    });
  }
});
