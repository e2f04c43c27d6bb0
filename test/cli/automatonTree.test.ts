import * as assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { readTree } from '../../server/core/automata/countTree';
import type { PrefixTree } from '../../server/core/automata/prefixTree';
import { largeTraces } from '../bench/traces';
import { Folders } from '../support/folder';
import { repositoryRoot } from '../support/shared';

const entry = path.join(repositoryRoot, 'out/server/cli/main.js');
const folders = new Folders();
const lines = [...largeTraces({ traces: 3000, length: 8, states: 5, symbols: 6, degree: 3, seed: 3 })].join('').trimEnd().split('\n').slice(1);
/** Traces as a file. */
const fileOf = (traces: readonly string[]): string => `${traces.length} 6\n${traces.join('\n')}\n`;

interface Run { readonly code: number; readonly out: string; readonly err: string }

describe('automaton trees', function () {
  this.timeout(30_000);
  let root: string;

  function automaton(...args: string[]): Promise<Run> {
    return new Promise((resolve) => {
      execFile(process.execPath, [entry, 'automaton', ...args], { cwd: root, maxBuffer: 1 << 28, timeout: 20_000 }, (error, out, err) => resolve({ code: error ? Number(error.code ?? -1) : 0, out, err }));
    });
  }
  const bytes = (file: string): Buffer => fs.readFileSync(path.join(root, file));

  before(async () => {
    root = folders.make({
      'all.dat': fileOf(lines), 'mon.dat': fileOf(lines.slice(0, 1000)), 'tue.dat.gz': gzipSync(fileOf(lines.slice(1000, 1700))), 'wed.dat': fileOf(lines.slice(1700)),
      'junk.dat': 'hello\nworld\n', 'none.dat': '0 0\n', 'cut.dat.gz': gzipSync(fileOf(lines)).subarray(0, 3000),
    });
    const all = await automaton('count', 'all.dat', '--tree', 'all.tree');
    assert.deepEqual([all.code, all.err], [0, '']);
    assert.match(all.out, /^all\.tree: 3,000 traces, [\d,]+ prefixes, 6 symbols\n$/);
  });
  after(() => folders.remove());

  it('of several files, added day by day, or of trees are the tree of all, byte for byte', async () => {
    await automaton('count', 'wed.dat', 'mon.dat', 'tue.dat.gz', '--tree', 'once.tree');
    assert.deepEqual(bytes('once.tree'), bytes('all.tree'));
    await automaton('count', 'tue.dat.gz', '--tree', 'days.tree');
    await automaton('count', 'wed.dat', '--tree', 'days.tree', '--add');
    assert.match((await automaton('count', 'mon.dat', '--tree', 'days.tree', '--add')).out, /3,000 traces/);
    assert.deepEqual(bytes('days.tree'), bytes('all.tree'));
    await automaton('count', 'mon.dat', '--tree', 'mon.tree');
    await automaton('count', 'mon.tree', 'tue.dat.gz', 'wed.dat', '--tree', 'mixed.tree');
    assert.deepEqual(bytes('mixed.tree'), bytes('all.tree'));
    assert.equal((readTree(bytes('all.tree')) as PrefixTree).size[0], 3000);
  });

  it('without --add a tree is replaced', async () => {
    await automaton('count', 'all.dat', '--tree', 'new.tree');
    await automaton('count', 'mon.dat', '--tree', 'new.tree');
    assert.equal((readTree(bytes('new.tree')) as PrefixTree).size[0], 1000);
  });

  for (const settings of [[], ['variant=sicco', 'sinkson=1']]) {
    it(`are learned from, in one file or several (${settings.join(' ') || 'the default learner'})`, async () => {
      const set = settings.flatMap((setting) => ['--set', setting]);
      const learned = await automaton('learn', '--tree', 'all.tree', '--model', 'all.model', ...set);
      assert.match(learned.out, /^all\.model: learned from 3,000 traces/, learned.err);
      await automaton('count', 'tue.dat.gz', 'mon.dat', '--tree', 'two.tree');
      await automaton('count', 'wed.dat', '--tree', 'wed.tree');
      await automaton('learn', '--tree', 'wed.tree', '--tree', 'two.tree', '--model', 'sum.model', ...set);
      assert.deepEqual(bytes('sum.model'), bytes('all.model'));
      await automaton('learn', 'wed.dat', '--tree', 'two.tree', '--model', 'both.model', ...set);
      assert.deepEqual(bytes('both.model'), bytes('all.model'));
      await automaton('learn', 'wed.dat', 'tue.dat.gz', 'mon.dat', '--model', 'files.model', ...set);
      assert.deepEqual(bytes('files.model'), bytes('all.model'));
      const perplexity = async (model: string): Promise<number> => Number(/([\d.]+)\n$/.exec((await automaton('perplexity', 'all.dat', '--model', model)).out)?.[1]);
      await automaton('learn', 'all.dat', '--model', 'traces.model', ...set);
      const [own, direct] = [await perplexity('all.model'), await perplexity('traces.model')];
      assert.ok(Math.abs(own / direct - 1) < 0.03, `${own}, from the traces ${direct}`);
    });
  }

  it('of no traces can be added to and learned from', async () => {
    await automaton('count', 'none.dat', '--tree', 'none.tree');
    assert.equal((await automaton('learn', '--tree', 'none.tree', '--model', 'none.model')).code, 0);
    await automaton('count', 'all.dat', '--tree', 'none.tree', '--add');
    assert.deepEqual(bytes('none.tree'), bytes('all.tree'));
  });

  it('that are damaged are refused, wherever the damage is, and stay as they were', async () => {
    const good = bytes('all.tree');
    for (const at of [9, 40, good.length >> 1, good.length - 9]) {
      const damaged = Uint8Array.from(good);
      damaged[at] ^= 0x55;
      fs.writeFileSync(path.join(root, 'damaged.tree'), damaged);
      for (const args of [['count', 'mon.dat', '--tree', 'damaged.tree', '--add'], ['learn', '--tree', 'damaged.tree', '--model', 'x']]) {
        const { code, out, err } = await automaton(...args);
        assert.deepEqual([code, out], [3, ''], `byte ${at}`);
        assert.match(err, /^damaged\.tree: .*(no prefix tree|damaged)/);
      }
      assert.deepEqual(bytes('damaged.tree'), Buffer.from(damaged));
    }
    assert.ok(!fs.existsSync(path.join(root, 'x')));
  });

  const wrong: { args: string[]; code: number; text: RegExp }[] = [
    { args: ['count', 'mon.dat'], code: 2, text: /--tree FILE/ },
    { args: ['count', '--tree', 'y.tree'], code: 2, text: /at least one file of traces/ },
    { args: ['count', 'mon.dat', '--tree', 'nowhere.tree', '--add'], code: 3, text: /nowhere\.tree: There is no such tree to add to/ },
    { args: ['count', 'junk.dat', '--tree', 'y.tree'], code: 3, text: /junk\.dat: The first line is not/ },
    { args: ['count', 'mon.dat', 'nowhere.dat', '--tree', 'y.tree'], code: 3, text: /nowhere\.dat: .*does not exist/ },
    { args: ['count', 'cut.dat.gz', '--tree', 'y.tree'], code: 3, text: /cut\.dat\.gz: The compressed file is cut off/ },
    { args: ['count', 'mon.dat', '--tree', 'junk.dat', '--add'], code: 3, text: /junk\.dat: This is no prefix tree/ },
    { args: ['learn', '--tree', 'all.model', '--model', 'y'], code: 3, text: /all\.model: .*no prefix tree/ },
    { args: ['learn', '--tree', 'all.tree', '--model', 'y', '--set', 'variant=main'], code: 2, text: /main breaks ties by the order of the traces/ },
    { args: ['learn', 'mon.dat', 'wed.dat', '--model', 'y', '--set', 'mergeTest=mealy'], code: 2, text: /mealy looks at the data of symbols, which a tree does not keep/ },
    { args: ['learn', '--model', 'y'], code: 2, text: /Name a file of traces, or a tree/ },
  ];
  for (const { args, code, text } of wrong) {
    it(`automaton ${args.join(' ')}: told what is wrong, and nothing written`, async () => {
      const run = await automaton(...args);
      assert.deepEqual([run.code, run.out], [code, ''], run.err);
      assert.match(run.err, text);
      assert.ok(!fs.existsSync(path.join(root, 'y.tree')) && !fs.existsSync(path.join(root, 'y')));
    });
  }
});
