import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import type { ModelConfig, TrainLinesOptions } from '../../../server/core/detectors/authSequences/nets';
import { alternatives, exportLineModel, lineLosses, lineModel, trainLines } from '../../../server/core/detectors/authSequences/nets';
import { fieldTables, toTableRows } from '../../../server/core/detectors/authSequences/nets/fieldTables';
import { linesByUser, planLanes, SEGMENT_LINES, splitUsers } from '../../../server/core/detectors/authSequences/nets/lanes';
import { scoringFeeds, stepFeeds } from '../../../server/core/detectors/authSequences/nets/lineFeeds';
import { rateOf, splitLines } from '../../../server/core/detectors/authSequences/nets/training';
import { Cancelled, noControl } from '../../../server/core/util/control';
import { mulberry32 } from '../../../server/core/util/rng';
import { authTokens } from '../../support/authTokens';
import { linearState, linearStep } from '../../support/linearProgram';
import { testRuntime } from '../../support/neuralRuntime';
import { needRuntime, openSession, runtime as native } from '../nn/run';

const data = authTokens({ users: 12, hosts: 40, lines: 1200, seed: 3 });
const few = data.tokens.subarray(0, 30 * 10), fewUsers = data.users.subarray(0, 30);

const TINY: Readonly<Record<string, ModelConfig>> = {
  leaveOneOut: { kind: 'leaveOneOut', layers: 2, width: 16, feedForward: 16, heads: 2, dropout: 0.1, negatives: 8 },
  masked: { kind: 'transformer', masked: true, layers: 1, width: 16, feedForward: 16, heads: 2, dropout: 0.1 },
  causal: { kind: 'transformer', masked: false, layers: 1, width: 16, feedForward: 16, heads: 2, dropout: 0.1 },
  lstm: { kind: 'lstm', bidirectional: false, embedding: 16, hidden: 16 },
  bidirectionalLstm: { kind: 'lstm', bidirectional: true, embedding: 16, hidden: 16, },
  attentionLstm: { kind: 'lstm', bidirectional: false, embedding: 16, hidden: 16, attention: { query: 'semantic', width: 8 } },
  tieredLstm: { kind: 'tieredLstm', embedding: 16, hidden: 16, context: 8, steps: 3 },
  tieredTransformer: { kind: 'tieredTransformer', layers: 1, width: 16, feedForward: 16, heads: 2, dropout: 0.1, window: 4, steps: 3 },
  multiLine: { kind: 'multiLine', layers: 1, width: 160, feedForward: 32, heads: 4, dropout: 0.1, window: 4, steps: 4 },
};

describe('models of authentication lines', function () {
  this.timeout(60_000);
  const runtime = testRuntime();
  // A session that stays open: else each test would start the runtime's process several times.
  before(() => runtime.open(linearStep, linearState));
  after(() => runtime.dispose());
  const options = (change: Partial<TrainLinesOptions> = {}): TrainLinesOptions => ({ epochs: 1, batch: 8, learningRate: 0.01, decay: 1, seed: 5, runtime, control: noControl, users: data.users, heldBack: 0.1, ...change });

  for (const [name, config] of Object.entries(TINY)) {
    it(`${name}: learns, scores, tells what it expected, and is exported`, async function () {
      needRuntime(this);
      const model = lineModel(config, data.space);
      const { weights, outcome, curve } = await trainLines(model, data.tokens, options());
      assert.equal(outcome, 'finished');
      const early = curve.losses.slice(0, 5).reduce((a, b) => a + b) / 5, late = curve.losses.slice(-5).reduce((a, b) => a + b) / 5;
      assert.ok(late < 0.85 * early, `the loss fell from ${early} to ${late}`);
      assert.ok(curve.validationLosses.length === 1 && curve.validationLosses[0] < early);

      const losses = await lineLosses(model, weights, few, runtime, noControl, { users: new Uint8Array(30) });
      assert.ok(losses.every((loss) => loss >= 0 && Number.isFinite(loss)));
      // What a token's loss says is what the alternatives say of it, where it is among them.
      const expected = await alternatives(model, weights, few, [1, 4, 7], runtime, 500);
      let compared = 0;
      for (const { line, position, tokens, probabilities } of expected) {
        assert.ok(probabilities.every((p, k) => k === 0 || p <= probabilities[k - 1]));
        assert.ok(Math.abs(probabilities.reduce((a, b) => a + b, 0) - 1) < 1e-3, 'all values are listed');
        const at = tokens.indexOf(few[line * 10 + position]);
        assert.ok(Math.abs(probabilities[at] - Math.exp(-losses[line * 10 + position])) < 1e-4, `line ${line}, position ${position}`);
        compared++;
      }
      assert.equal(compared, 3 * (config.kind === 'multiLine' ? 29 : 30));

      if ('steps' in config) return;
      const rows = 2 * model.rowsPerLine;
      const session = await openSession(exportLineModel(model, weights, rows));
      const feeds = scoringFeeds(model, few, Uint32Array.of(0, 1), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      const got = await session.run(Object.fromEntries(Object.entries(feeds).map(([key, numbers]) => [key, new native.ort!.Tensor('int32', numbers as Int32Array, key === 'tokens' ? [rows, 10] : [rows])])));
      Array.from(got['losses'].data as Float32Array).forEach((loss, k) => assert.ok(Math.abs(loss - losses[k]) < 1e-4, `exported loss ${k}`));
    });
  }

  it('equal options give equal weights, another seed gives others', async () => {
    const model = lineModel(TINY['leaveOneOut'], data.space);
    const runs = await Promise.all([5, 5, 6].map((seed) => trainLines(model, data.tokens, options({ seed, maxSteps: 20 }))));
    const bytes = runs.map(({ weights }) => Buffer.concat(Object.keys(weights).sort().map((key) => Buffer.from(weights[key].buffer, weights[key].byteOffset, weights[key].byteLength))));
    assert.ok(bytes[0].equals(bytes[1]));
    assert.ok(!bytes[0].equals(bytes[2]));
  });

  it('a loss that is no number ends training with the last good weights and a problem; cancelled training and scoring say so', async () => {
    const model = lineModel(TINY['leaveOneOut'], data.space);
    const { outcome, problem, weights } = await trainLines(model, data.tokens, options({ learningRate: 1e38 }));
    assert.deepEqual([outcome, problem?.code], ['diverged', 'diverged']);
    assert.ok(Object.values(weights).every((numbers) => numbers.every(Number.isFinite)));
    const stopped = { report: () => undefined, cancelled: true };
    assert.equal((await trainLines(model, data.tokens, options({ control: stopped }))).outcome, 'cancelled');
    await assert.rejects(lineLosses(model, weights, few, runtime, stopped), Cancelled);
    await assert.rejects(lineLosses(lineModel(TINY['tieredLstm'], data.space), (await trainLines(lineModel(TINY['tieredLstm'], data.space), few, options({ maxSteps: 1, users: fewUsers }))).weights, few, runtime, stopped), Cancelled);
  });

  it('no lines: a problem, no losses; one line, one user, tokens outside of the vocabulary', async () => {
    for (const config of [TINY['leaveOneOut'], TINY['tieredLstm']]) {
      const model = lineModel(config, data.space);
      const none = await trainLines(model, new Int32Array(0), options({ users: [] }));
      assert.equal(none.problem?.code, 'no-rows');
      assert.equal((await lineLosses(model, none.weights, new Int32Array(0), runtime, noControl)).length, 0);
      const one = await trainLines(model, few.subarray(0, 10), options({ users: [7] }));
      assert.equal(one.outcome, 'finished');
      assert.ok((await lineLosses(model, one.weights, few.subarray(0, 10), runtime, noControl)).every(Number.isFinite));
    }
    const model = lineModel(TINY['leaveOneOut'], data.space);
    const { weights } = await trainLines(model, few, options({ maxSteps: 1 }));
    const unknown = Int32Array.from({ length: 10 }, (_, position) => data.space.candidates(position).at(-1)!);
    const strange = Int32Array.from({ length: 10 }, (_, position) => (position % 2 === 0 ? -5 : data.space.size + 9));
    assert.deepEqual(await lineLosses(model, weights, strange, runtime, noControl), await lineLosses(model, weights, unknown, runtime, noControl));
  });

  it('a field is never predicted from itself: its loss knows it only as the target', async () => {
    for (const kind of ['leaveOneOut', 'masked']) {
      const model = lineModel(TINY[kind], data.space);
      const { weights } = await trainLines(model, data.tokens, options({ maxSteps: 30 }));
      for (const position of [0, 5]) {
        const changed = few.slice(0, 10);
        changed[position] = data.space.candidates(position)[3];
        const [before, after] = [await alternatives(model, weights, few.slice(0, 10), [position], runtime, 5), await alternatives(model, weights, changed, [position], runtime, 5)];
        assert.deepEqual(before, after, `${kind}, position ${position}`);
      }
    }
  });

  it('positions that are not wanted cost nothing and count 0; the others are as ever', async () => {
    for (const kind of ['leaveOneOut', 'masked', 'causal']) {
      const model = lineModel(TINY[kind], data.space);
      const { weights } = await trainLines(model, data.tokens, options({ maxSteps: 3 }));
      const all = await lineLosses(model, weights, few, runtime, noControl), some = await lineLosses(model, weights, few, runtime, noControl, { positions: [4, 6] });
      some.forEach((loss, k) => {
        const wanted = k % 10 === 4 || k % 10 === 6;
        assert.ok(wanted ? Math.abs(loss - all[k]) < 1e-5 : loss === 0 || kind === 'causal', `${kind} ${k}`);
      });
    }
  });

  it('what is remembered between calls: a user alone has the same losses as among others', async () => {
    for (const kind of ['tieredLstm', 'tieredTransformer', 'multiLine']) {
      const model = lineModel(TINY[kind], data.space);
      const { weights } = await trainLines(model, few, options({ maxSteps: 2, users: fewUsers }));
      const all = await lineLosses(model, weights, few, runtime, noControl, { users: fewUsers });
      const own = Array.from(fewUsers.keys()).filter((line) => fewUsers[line] === fewUsers[0]);
      const alone = await lineLosses(model, weights, Int32Array.from(own.flatMap((line) => Array.from(few.subarray(line * 10, line * 10 + 10)))), runtime, noControl);
      own.forEach((line, k) => { for (let p = 0; p < 10; p++) assert.ok(Math.abs(all[line * 10 + p] - alone[k * 10 + p]) < 1e-4, `${kind}, line ${line}, position ${p}`); });
    }
  });
});

describe('batches of authentication lines', () => {
  it('tables of fields: rows and tokens are each other’s inverse, shared by positions with the same values', () => {
    const tables = fieldTables(data.space, 10);
    assert.deepEqual(tables.tableOf, [0, 1, 0, 1, 2, 2, 3, 4, 5, 6]);
    const rows = toTableRows(tables, few, Uint32Array.from({ length: 30 }, (_, k) => k));
    assert.deepEqual(rows.map((row, k) => tables.tokens[tables.tableOf[k % 10]][row]), few);
  });

  it('samples of large fields: the batch’s own values and others, each once, which together stand for all', () => {
    const large = authTokens({ users: 60, hosts: 300, lines: 200, seed: 1 });
    const model = lineModel(TINY['leaveOneOut'], large.space);
    fc.assert(fc.property(fc.uniqueArray(fc.nat(199), { minLength: 4, maxLength: 20 }), fc.nat(), (lines, seed) => {
      const feeds = stepFeeds(model, large.tokens, Uint32Array.from(lines), mulberry32(seed), true);
      for (const [position, size] of [[0, 61], [4, 301], [5, 301]]) {
        const values = feeds[`values.${position}`] as Int32Array, weights = feeds[`logWeight.${position}`] as Float32Array, targets = feeds[`targets.${position}`] as Int32Array;
        assert.equal(values.length, lines.length + 8);
        assert.equal(new Set(values).size, values.length);
        assert.ok(values.every((value) => value >= 0 && value < size));
        lines.forEach((_, k) => assert.equal(values[targets[k]], (feeds['tokens'] as Int32Array)[k * 10 + position]));
        targets.forEach((target) => assert.equal(weights[target], 0));
        assert.ok(Math.abs(weights.reduce((sum, weight) => sum + Math.exp(weight), 0) - size) < 0.01);
      }
      assert.equal(feeds['values.9'], undefined);
    }), { numRuns: 30 });
  });

  it('lanes: every line of every user is read once, in order, anew at each segment', () => {
    fc.assert(fc.property(fc.array(fc.nat(4), { minLength: 1, maxLength: 80 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 5 }), fc.option(fc.nat(), { nil: undefined }), (users, lanes, steps, seed) => {
      const lines = linesByUser(users), plan = planLanes(lines, lanes, steps, seed);
      const seen: number[] = [];
      for (let lane = 0; lane < lanes; lane++) {
        let read: number[] = [];
        for (let call = 0; call < plan.calls; call++) {
          const at = call * lanes + lane, block = Array.from(lines.lines.subarray(plan.from[at], plan.from[at] + plan.count[at]));
          if (plan.count[at] > 0 && plan.before[at] === 0) read = [];
          if (plan.count[at] > 0) assert.equal(plan.before[at], read.length);
          read.push(...block);
          seen.push(...block);
          assert.deepEqual(read, users.flatMap((user, line) => (user === users[read[0]] ? [line] : [])).slice(0, read.length));
        }
      }
      assert.deepEqual(seen.sort((a, b) => a - b), users.map((_, line) => line));
    }));
    const busy = linesByUser(new Uint8Array(SEGMENT_LINES + 1));
    assert.deepEqual(Array.from(planLanes(busy, 2, 3).count).reduce((a, b) => a + b), SEGMENT_LINES + 1);
  });

  it('learning rates: halved each epoch, or a rise and a fall to the last step', () => {
    const halved = rateOf({ learningRate: 0.1, decay: 0.5, epochs: 3 }, 10);
    assert.deepEqual([0, 9, 10, 20].map((step) => halved({ step, epoch: Math.floor(step / 10) })), [0.1, 0.1, 0.05, 0.025]);
    const rates = Array.from({ length: 400 }, (_, step) => rateOf({ learningRate: 0.1, decay: 'linear', epochs: 4 }, 100)({ step, epoch: 0 }));
    const most = rates.indexOf(Math.max(...rates));
    assert.ok(most > 40 && most < 60 && rates[0] < 0.01 && rates[399] < 0.001 && rates[399] > 0);
    assert.ok(rates.every((rate, step) => step === 0 || (step <= most ? rate > rates[step - 1] : rate < rates[step - 1])));
  });

  it('the last lines of each user are held back, all others learned', () => {
    const users = [3, 1, 3, 3, 1, 3, 9], { learned, held } = splitUsers(linesByUser(users), 0.5);
    assert.deepEqual([Array.from(learned.lines), Array.from(learned.starts), Array.from(held.lines), Array.from(held.starts)], [[0, 2, 1, 6], [0, 2, 3, 4], [3, 5, 4], [0, 2, 3, 3]]);
  });

  it('lines held back: so many, none twice, the same by the same seed', () => {
    const { learned, held } = splitLines(1000, 0.1, 4);
    assert.deepEqual([held.length, [...learned, ...held].sort((a, b) => a - b)], [100, Array.from({ length: 1000 }, (_, k) => k)]);
    assert.deepEqual(splitLines(1000, 0.1, 4).held, held);
    assert.notDeepEqual(splitLines(1000, 0.1, 5).held, held);
    assert.ok(held.some((line) => line < 200) && held.some((line) => line > 800));
  });
});
