import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../support/shared';

interface Notices {
  packageOf(input: string): string | undefined;
  packages(): Promise<readonly { readonly name: string; readonly places: readonly string[]; readonly text: string }[]>;
  notices(): Promise<string>;
}

describe('notices of third-party software', function () {
  this.timeout(60_000);
  let notices: Notices;
  before(async () => { notices = await import(pathToFileURL(path.join(repositoryRoot, 'scripts/notices.mjs')).href) as unknown as Notices; });

  it('are those of what the bundles hold (else: node scripts/notices.mjs)', async () => {
    assert.equal(fs.readFileSync(path.join(repositoryRoot, 'THIRD_PARTY_NOTICES.md'), 'utf8'), await notices.notices());
  });

  it('every package has a licence of its own words, and the runtime its own notices', async () => {
    const all = await notices.packages();
    for (const { name, text } of all) assert.match(text, /copyright|licen[cs]e/i, name);
    for (const name of ['minimatch', 'semver', 'elkjs', 'onnxruntime-node', 'tslib']) assert.ok(all.some((one) => one.name === name), name);
    assert.ok(all.find(({ name }) => name === 'elkjs')?.places.includes('cli'));
    assert.match(fs.readFileSync(path.join(repositoryRoot, 'docs/notices/onnxruntime.txt'), 'utf8'), /protobuf/i);
  });

  const inputs: readonly [input: string, folder: string | undefined][] = [
    ['node_modules/a/b.js', 'node_modules/a'], ['node_modules/@s/a/lib/b.js', 'node_modules/@s/a'], ['server/main.ts', undefined],
    ['node_modules/a/node_modules/@s/b/c.js', 'node_modules/a/node_modules/@s/b'],
  ];
  for (const [input, folder] of inputs) it(`the package of ${input}`, () => assert.equal(notices.packageOf(input), folder));
});
