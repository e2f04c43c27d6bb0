import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
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
  for (const entry of ['src/extension.ts', 'server/main.ts', 'server/workers/neuralHost.ts']) {
    it(`${entry}: no network client`, async () => {
      const { metafile, outputFiles } = await build({ absWorkingDir: repositoryRoot, entryPoints: [entry], bundle: true, write: false, metafile: true, platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'], outdir: 'dist', logLevel: 'silent' });
      const importers = Object.entries(metafile.inputs).flatMap(([file, { imports }]) => imports.filter((one) => network.test(one.path)).map((one) => ({ file, module: one.path })));
      assert.ok(Object.keys(metafile.inputs).length > 5, 'the bundle was looked into');
      assert.deepEqual(importers.filter(({ file, module }) => !(module === 'net' && known.test(file))), []);
      for (const { text } of outputFiles) for (const word of [/\bfetch\(/, /\bnew XMLHttpRequest\b/, /\bnew WebSocket\b/, /\bsendBeacon\(/]) assert.ok(!word.test(text), String(word));
    });
  }

  // Its native builds for Linux and macOS would send events to their maker (test/src/packaging.test.ts looks at what it does when it is told not to).
  it('the runtime of nets is loaded only where it was silenced before', () => {
    const sources = ['server', 'src', 'webview', 'test'].flatMap((folder) => fs.readdirSync(path.join(repositoryRoot, folder), { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => path.join(folder, name)));
    const loaders = sources.filter((file) => /\('onnxruntime-(node|web)'\)/.test(fs.readFileSync(path.join(repositoryRoot, file), 'utf8')));
    assert.ok(loaders.includes(path.join('server', 'node', 'neural', 'library.ts')));
    for (const file of loaders) assert.match(fs.readFileSync(path.join(repositoryRoot, file), 'utf8'), /NO_TELEMETRY\)[^]*\('onnxruntime-node'\)/, file);
  });
});
