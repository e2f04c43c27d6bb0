import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import type { Scores } from '../../server/core/detectors/detector';
import { scoreRows } from '../../server/core/detectors/score';
import { stateFrequency } from '../../server/core/detectors/stateFrequency';
import { readModel, writeModel } from '../../server/core/detectors/scoring/modelFile';
import type { EncodedRows } from '../../server/core/symbols/rows';
import { Cancelled, noControl } from '../../server/core/util/control';
import { mulberry32, randomBelow } from '../../server/core/util/rng';
import { sharedArray } from '../../server/core/util/sharedMemory';
import type { ModelInUse, Readers } from '../../server/engine/ports';
import { poolReaders } from '../../server/node/poolReaders';
import { flowsOfLog } from '../support/capture';
import { connLog, office, scan } from '../support/logs';
import { encodedRows, learnFrom, origin } from '../support/models';
import { repositoryRoot } from '../support/shared';

const workerScript = path.join(repositoryRoot, 'out/server/workers/logWorker.js');

function modelInUse(reference: boolean): ModelInUse {
  const bytes = writeModel(stateFrequency as never, learnFrom(flowsOfLog(Buffer.from(connLog(office(600)))), { reference }), origin);
  const loaded = readModel(bytes);
  assert.ok(!('fault' in loaded));
  return { ...loaded, bytes };
}

/** Rows of a capture by a recipe: entity 0 has `share` of them, the others some each; times of a second, out of order here and there. */
function manyRows(model: ModelInUse, rowCount: number, entityCount: number, share: number): EncodedRows {
  const { symbol: symbols } = encodedRows(model.model as never, flowsOfLog(Buffer.from(connLog([...office(300), ...scan(300, 0)]))));
  const rng = mulberry32(5);
  const rows = { rowCount, entityCount, entity: sharedArray(Uint32Array, rowCount), time: sharedArray(Float64Array, rowCount), symbol: sharedArray(Uint32Array, rowCount) };
  for (let row = 0; row < rowCount; row++) {
    rows.entity[row] = rng() < share ? 0 : Math.floor(entityCount * rng() ** 3);
    rows.time[row] = Math.floor(row / 3) - (rng() < 0.1 ? randomBelow(rng, 500) : 0);
    rows.symbol[row] = symbols[randomBelow(rng, symbols.length)];
  }
  return rows;
}

const columns = ({ raw, state, order, starts }: Scores): Buffer[] => [raw, state, order, starts].map((c) => Buffer.from(c.buffer, c.byteOffset, c.byteLength));

describe('scoring in worker threads', function () {
  this.timeout(60_000);
  const open: Readers[] = [];
  const readers = (workers: number): Readers => {
    open.push(poolReaders(workerScript, workers));
    return open[open.length - 1];
  };
  after(() => Promise.all(open.map((one) => one.dispose())));

  // 50,000 rows and more go to the workers.
  const cases = [
    { name: 'entities of all sizes', rowCount: 60_000, entityCount: 5000, share: 0 }, { name: 'one entity with most rows', rowCount: 60_000, entityCount: 400, share: 0.9 }, { name: 'one entity alone', rowCount: 50_000, entityCount: 1, share: 1 },
    { name: 'fewer entities than ranges', rowCount: 50_000, entityCount: 3, share: 0.4 }, { name: 'few rows, on the thread that asks', rowCount: 2000, entityCount: 40, share: 0.2 }, { name: 'no rows', rowCount: 0, entityCount: 0, share: 0 },
  ];
  const pools = [1, 2, 4].map((workers) => ({ workers, pool: readers(workers) }));
  for (const reference of [false, true]) {
    for (const { name, rowCount, entityCount, share } of cases) {
      it(`${name}${reference ? ', as SEQUENT does' : ''}: 1, 2 and 4 workers give the same as one thread, to the bit`, async () => {
        const model = modelInUse(reference), rows = manyRows(model, rowCount, entityCount, share), expected = scoreRows(model.detector, model.model, rows, noControl);
        for (const { workers, pool } of pools) {
          const scores = await pool.score(rows, model, noControl);
          assert.deepEqual(columns(scores), columns(expected), `${workers} workers`);
          assert.deepEqual(scores.notes, expected.notes);
          for (let row = 0; row < rowCount; row += 9973) assert.deepEqual(scores.explain(row), expected.explain(row));
        }
      });
    }
  }

  it('rows on memory that is not shared give the same', async () => {
    const model = modelInUse(false), rows = manyRows(model, 60_000, 300, 0.1);
    const plain = { ...rows, entity: Uint32Array.from(rows.entity), time: Float64Array.from(rows.time), symbol: Uint32Array.from(rows.symbol) };
    assert.deepEqual(columns(await pools[1].pool.score(plain, model, noControl)), columns(await pools[1].pool.score(rows, model, noControl)));
  });

  it('tells which part of the rows is scored', async () => {
    const told: number[] = [], model = modelInUse(false);
    await pools[1].pool.score(manyRows(model, 400_000, 20_000, 0), model, { report: (fraction) => told.push(fraction), cancelled: false });
    assert.ok(told.length >= 6 && told.every((f, i) => f >= 0 && f <= 1 && (i === 0 || f >= told[i - 1])) && new Set(told).size >= 5, String(told));
  });

  it('a cancel is answered at once, even amid one large entity, and the pool works on', async () => {
    const model = modelInUse(false), rows = manyRows(model, 3_000_000, 1, 1), pool = readers(1), small = manyRows(model, 60_000, 300, 0.1);
    await pool.score(small, model, noControl);
    const control = { report: () => undefined, cancelled: false }, scoring = pool.score(rows, model, control);
    await new Promise((resolve) => setTimeout(resolve, 120));
    control.cancelled = true;
    const asked = performance.now();
    await assert.rejects(scoring, Cancelled);
    assert.ok(performance.now() - asked < 2000, `${performance.now() - asked} ms`);
    assert.deepEqual(columns(await pool.score(small, model, noControl)), columns(scoreRows(model.detector, model.model, small, noControl)));
  });
});
