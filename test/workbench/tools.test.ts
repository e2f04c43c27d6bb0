import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from '../support/shared';

const script = (name: string): string => path.join(repositoryRoot, 'test/workbench', name);
const load = async (name: string): Promise<Record<string, never>> => await import(pathToFileURL(script(name)).href) as Record<string, never>;

describe('workbench scripts', () => {
  let folder: string;
  beforeEach(() => { folder = fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-tools-')); });
  afterEach(() => { fs.rmSync(folder, { recursive: true }); });

  const run = (name: string, ...args: string[]): { status: number | null; error: string } => {
    const { status, stderr } = spawnSync(process.execPath, [script(name), ...args], { encoding: 'utf8', env: { ...process.env, INIT_CWD: folder } });
    return { status, error: stderr };
  };

  describe('lock', () => {
    it('lets one in at a time', async () => {
      const { withLock } = await load('lock.mjs') as unknown as { withLock: <T>(file: string, work: () => Promise<T>, options: object) => Promise<T> };
      const file = path.join(folder, 'deep/lock');
      let inside = 0, most = 0;
      const work = async (): Promise<void> => { most = Math.max(most, ++inside); await new Promise((done) => setTimeout(done, 15)); inside--; };
      await Promise.all(Array.from({ length: 5 }, () => withLock(file, work, { pause: 5 })));
      assert.equal(most, 1);
      assert.ok(!fs.existsSync(file));
    });

    it('is let go when the work fails, and taken over from a dead process', async () => {
      const { withLock } = await load('lock.mjs') as unknown as { withLock: <T>(file: string, work: () => T, options?: object) => Promise<T> };
      const file = path.join(folder, 'lock');
      await assert.rejects(withLock(file, () => { throw new Error('broken'); }), /broken/);
      const { pid } = spawnSync(process.execPath, ['-e', '']);
      fs.writeFileSync(file, String(pid));
      assert.equal(await withLock(file, () => 7), 7);
    });
  });

  for (const [what, written, ended, expected] of [
    ['takes the totals of a good run', { passed: 3, failed: 0, skipped: 1 }, { ok: true }, { passed: 3, failed: 0, skipped: 1 }],
    ['takes the failures a run counted', { passed: 3, failed: 2, skipped: 0 }, { ok: false }, { passed: 3, failed: 2, skipped: 0 }],
    ['counts a run that failed after its tests', { passed: 3, failed: 0, skipped: 0 }, { ok: false }, { passed: 3, failed: 1, skipped: 0 }],
    ['counts a run that left nothing, even one that says it went well', undefined, { ok: true }, { passed: 0, failed: 1, skipped: 0 }],
    ['counts a run that was killed', undefined, { ok: false, why: 'killed' }, { passed: 0, failed: 1, skipped: 0 }],
  ] as const) {
    it(`results: ${what}`, async () => {
      const { readResults } = await load('results.mjs') as unknown as { readResults: (file: string, ended: object) => object };
      const file = path.join(folder, 'results.json');
      if (written) fs.writeFileSync(file, JSON.stringify(written));
      assert.deepEqual(readResults(file, ended), expected);
    });
  }

  it('read sizes as people write them', async () => {
    const { parseSize } = await load('sample.mjs') as unknown as { parseSize: (text: string) => number };
    for (const [text, bytes] of [['10kb', 1e4], ['300 KB', 3e5], ['2mb', 2e6], ['2m', 2e6], ['1.5gb', 1.5e9], ['12345', 12345]] as const) assert.equal(parseSize(text), bytes, text);
    for (const text of ['', '9kb', '30gb', 'two', '-5mb', '1tb']) assert.throws(() => parseSize(text), /give a size from 10kb to 20gb/, text);
  });

  it('write a sample twice to the same bytes, and never into a folder with other things', () => {
    const capture = path.join(folder, 'capture');
    const conn = (): string => fs.readFileSync(path.join(capture, 'day2/conn.log'), 'utf8');
    assert.equal(run('sample.mjs', capture, '--size', '50kb').status, 0);
    const first = conn();
    assert.equal(run('sample.mjs', capture, '--size', '50kb').status, 0);
    assert.equal(conn(), first);
    fs.writeFileSync(path.join(capture, 'mine.txt'), 'precious');
    const { status, error } = run('sample.mjs', capture);
    assert.equal(status, 1);
    assert.match(error, /mine\.txt/);
    assert.equal(conn(), first);
  });

  for (const [what, args, message] of [
    ['a folder that is not there', ['nothing'], /nothing does not exist/],
    ['a port out of range', ['--port', '99999'], /99999/],
    ['two folders', ['.', '.'], /one folder at most/],
    ['an unknown option', ['--speed', '3'], /--speed/],
  ] as const) {
    it(`start refuses ${what}`, () => {
      const { status, error } = run('start.mjs', ...args);
      assert.equal(status, 1);
      assert.match(error, message);
    });
  }

  it('pack the bundles, and no source, source map, test or tool', async function () {
    this.timeout(20_000);
    const { default: { listFiles } } = await import('@vscode/vsce');
    const files = await listFiles({ cwd: repositoryRoot, packageManager: 0 });
    for (const bundle of ['extension', 'server', 'cli']) if (fs.existsSync(path.join(repositoryRoot, `dist/${bundle}.js`))) assert.ok(files.includes(`dist/${bundle}.js`), bundle);
    assert.deepEqual(files.filter((file) => /\.(ts|map|mjs)$|^(out|test|server|src|node_modules|\.)/.test(file) || file.startsWith('dist/tools')), []);
    assert.ok(files.includes('package.json') && files.includes('LICENSE') && files.includes('THIRD_PARTY_NOTICES.md'));
  });
});
