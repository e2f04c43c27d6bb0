import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { countTree } from '../../server/core/automata/countTree';
import { readTraces } from '../../server/core/automata/traceReader';
import { Cancelled, noControl } from '../../server/core/util/control';
import { encodeUtf8 } from '../../server/core/util/utf8';
import { readTraceFile, traceCounter } from '../../server/node/traceFiles';
import { largeTraces } from '../bench/traces';
import { Folders } from '../support/folder';
import { repositoryRoot } from '../support/shared';

const worker = path.join(repositoryRoot, 'out/server/workers/logWorker.js');
const folders = new Folders();
// With lines that are wrong at places that only all lines before tell.
const text = [...largeTraces({ traces: 4000, length: 10, states: 10, symbols: 20, degree: 4, seed: 9 })].join('').split('\n').map((line, i) => (i % 900 === 899 ? '1 5 a' : line)).join('\n');

describe('files of traces', function () {
  this.timeout(30_000);
  let root: string;
  before(() => (root = folders.make({ 'traces.dat': text, 'packed': gzipSync(text), 'pautomac.dat': '3 2\n2 a b\n1 a\n2 b b\n' })));
  after(() => folders.remove());

  const whole = readTraces(encodeUtf8(text));
  for (const [workers, partBytes] of [[1, 1 << 30], [1, 20_000], [2, 20_000], [3, 3_000]]) {
    it(`give the same tree and the same problems with ${workers} workers and parts of ${partBytes} bytes`, async () => {
      const counter = traceCounter(worker, workers, partBytes);
      try {
        for (const name of ['traces.dat', 'packed']) assert.deepEqual(await counter.count(path.join(root, name), noControl), { content: countTree(whole.traces), problems: whole.problems });
        const { content } = await counter.count(path.join(root, 'pautomac.dat'), noControl);
        assert.deepEqual([content.size[0], content.traces.typeNames], [3, ['1']]);
      } finally {
        await counter.dispose();
      }
    });
  }

  it('are read whole in chunks, packed or not', async () => {
    for (const name of ['traces.dat', 'packed']) assert.deepEqual(await readTraceFile(path.join(root, name), noControl), { content: whole.traces, problems: whole.problems });
  });

  it('that hold more than a limit when they are packed end with a problem', async () => {
    assert.equal((await readTraceFile(path.join(root, 'packed'), noControl, 1 << 10)).problem?.code, 'gzip-too-large');
    assert.equal((await readTraceFile(path.join(root, 'traces.dat'), noControl, 1 << 10)).problem, undefined);
  });

  it('stop when asked to', async () => {
    const counter = traceCounter(worker, 1);
    const cancelled = { report: () => undefined, cancelled: true };
    await assert.rejects(counter.count(path.join(root, 'traces.dat'), cancelled), Cancelled);
    await assert.rejects(readTraceFile(path.join(root, 'traces.dat'), cancelled), Cancelled);
    await counter.dispose();
  });
});
