import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { writeFlows } from '../bench/flows';
import { foundAfresh, foundBy, makeFolder, openWatched, quiet, type WatchedSession } from './openCapture';

const ROWS = 3000;

describe('engine: logs that change', function () {
  this.timeout(60_000);
  let root: string;
  let lines: string[];
  let watched: WatchedSession;
  const log = (): string => path.join(root, 'conn.log');
  const write = (text: string): void => fs.writeFileSync(log(), text);
  const swapped = (): string => lines.filter((line) => line.startsWith('#')).join('').replace('id.orig_h', '?').replace('id.resp_h', 'id.orig_h').replace('?', 'id.resp_h');
  const first = (count: number): string => lines.slice(0, count).join('');

  before(async () => {
    root = makeFolder();
    writeFlows(path.join(root, 'baseline.log'), { rows: ROWS, pairs: 200, seed: 1, scan: 0 });
    writeFlows(log(), { rows: ROWS, pairs: 300, seed: 2, scan: 60 });
    lines = fs.readFileSync(log(), 'utf8').split(/(?<=\n)/);
    const { session } = openWatched(root);
    await session.learn({ baseline: { files: ['baseline.log'] } }, quiet);
    await session.dispose();
  });
  beforeEach(async () => {
    write(first(1000));
    watched = openWatched(root);
    await watched.session.score({}, quiet);
    assert.deepEqual(watched.readings(), ['baseline.log@0', 'conn.log@0']);
  });
  afterEach(() => watched.session.dispose());
  after(() => fs.rmSync(root, { recursive: true, force: true }));

  /** Each step changes the log; then it is refreshed, and what was read is checked, and what was found against a session that reads all. */
  const cases: { name: string; steps: { change: () => void; readings: () => string[] }[] }[] = [
    { name: 'a grown log is read from its old end on', steps: [
      { change: () => write(first(1800)), readings: () => [`conn.log@${first(1000).length}`] },
      { change: () => write(first(ROWS)), readings: () => [`conn.log@${first(1800).length}`] },
    ] },
    { name: 'half a line at the end counts as far as it goes, and is read again when it is completed', steps: [
      { change: () => write(first(1500) + lines[1500].slice(0, 30)), readings: () => [`conn.log@${first(1000).length}`] },
      { change: () => write(first(1700)), readings: () => ['conn.log@0'] },
      { change: () => write(first(1900)), readings: () => [`conn.log@${first(1700).length}`] },
    ] },
    { name: 'a half line that reads like a whole one is read again too', steps: [
      { change: () => write(first(1500) + lines[1500].slice(0, -3)), readings: () => [`conn.log@${first(1000).length}`] },
      { change: () => write(first(1501)), readings: () => ['conn.log@0'] },
    ] },
    { name: 'a replaced log that is longer is read again: its start differs', steps: [
      { change: () => write(lines.slice(0, 7).join('') + lines.slice(1200, 2800).join('')), readings: () => ['conn.log@0'] },
    ] },
    { name: 'a replaced log that is longer is read again: what was its end differs', steps: [
      { change: () => write(first(500) + lines.slice(1500, 2800).join('')), readings: () => ['conn.log@0'] },
    ] },
    { name: 'a truncated log is read again', steps: [
      { change: () => write(first(600)), readings: () => ['conn.log@0'] },
      { change: () => write(first(700)), readings: () => [`conn.log@${first(600).length}`] },
    ] },
    { name: 'damaged lines keep their numbers in what was added', steps: [
      { change: () => write(first(1100) + 'damaged\n' + lines.slice(1100, 1200).join('') + 'damaged\n'), readings: () => [`conn.log@${first(1000).length}`] },
    ] },
    { name: 'a second header governs what is added later too', steps: [
      { change: () => write(first(1000) + swapped() + lines.slice(1000, 1200).join('')), readings: () => [`conn.log@${first(1000).length}`] },
      { change: () => write(first(1000) + swapped() + lines.slice(1000, 1500).join('')), readings: () => [`conn.log@${(first(1000) + swapped() + lines.slice(1000, 1200).join('')).length}`] },
    ] },
    { name: 'a log that is added is the only one read, and one that goes is gone', steps: [
      { change: () => fs.writeFileSync(path.join(root, 'a-second.log'), first(300)), readings: () => ['a-second.log@0'] },
      { change: () => fs.rmSync(path.join(root, 'a-second.log')), readings: () => [] },
    ] },
  ];
  for (const { name, steps } of cases) {
    it(name, async () => {
      for (const { change, readings } of steps) {
        change();
        assert.equal(await watched.session.refresh([log()], quiet), true);
        assert.deepEqual(watched.readings(), readings());
        assert.deepEqual(await foundBy(watched.session), await foundAfresh(root));
      }
    });
  }

  it('nothing is read when nothing changed', async () => {
    assert.equal(await watched.session.refresh([log()], quiet), false);
    await watched.session.score({}, quiet);
    assert.deepEqual(watched.readings(), []);
    assert.ok(watched.session.totals().flagged > 300, 'enough is flagged to tell one scoring from another');
    assert.deepEqual(await foundBy(watched.session), await foundAfresh(root));
  });
});
