import * as assert from 'node:assert/strict';
import type { Scores } from '../../../server/core/detectors/detector';
import { scoreRows } from '../../../server/core/detectors/score';
import { stateOutliers } from '../../../server/core/detectors/stateOutliers';
import type { StateOutliersModel } from '../../../server/core/detectors/stateOutliers/model';
import type { Container, Tensor } from '../../../server/core/models/safetensors';
import { resolveSettings } from '../../../server/core/settings/setting';
import { EntityTable } from '../../../server/core/symbols/entities';
import { carryTime, type EncodedRows, equalRanges, sequences } from '../../../server/core/symbols/rows';
import { noControl } from '../../../server/core/util/control';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { type Flow, tableOf } from '../../support/flows';

type Change = Readonly<Record<string, string | number>>;
const learn = (flows: readonly Flow[], change: Change = {}): StateOutliersModel => {
  const { values, problems } = resolveSettings(stateOutliers.settings, { transitions: 'guardedKinds', ...change });
  assert.deepEqual(problems, []);
  return stateOutliers.learn({ table: tableOf(flows), self: false }, values, noControl);
};
const encode = (model: StateOutliersModel, flows: readonly Flow[]): EncodedRows => {
  const table = tableOf(flows), entities = new EntityTable(model.entity), entity = entities.encode(table), encoder = stateOutliers.encoder(model);
  return { rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: encoder.encode(table), features: encoder.features!(table) };
};
const scoresOf = (model: StateOutliersModel, flows: readonly Flow[]): Scores => scoreRows(stateOutliers, model, encode(model, flows), noControl);
const THRESHOLD = 1500;

/** Hosts whose questions are all alike but for their size: one of 1,500 bytes or more is answered by a download, others by a short answer. */
function questions(count: number, seed = 1, hosts = 20): Flow[] {
  const rng = mulberry32(seed), large = new Uint8Array(hosts);
  return Array.from({ length: count }, (_, i): Flow => {
    const host = i % hosts, download = large[host] === 1, bytes = download ? 300 + randomBelow(rng, 50) : 1000 + randomBelow(rng, 1000);
    large[host] = !download && bytes >= THRESHOLD ? 1 : 0;
    return {
      time: i, duration: download ? 5 + rng() : 0.01 + rng() / 50, source: `10.0.0.${host}`, destination: '10.0.1.1', destinationPort: 443, protocol: 'tcp', service: 'ssl', state: 'SF',
      forwardBytes: bytes, backwardBytes: download ? 100_000 + randomBelow(rng, 50_000) : 200 + randomBelow(rng, 100), forwardPackets: 5, backwardPackets: 6,
    };
  });
}
const flow = (change: Partial<Flow>): Flow => ({ time: 1e6, duration: 0.02, source: '10.0.0.1', destination: '10.0.1.1', destinationPort: 443, protocol: 'tcp', service: 'ssl', state: 'SF', forwardBytes: 1200, backwardBytes: 250, forwardPackets: 5, backwardPackets: 6, ...change });
const guardsOf = (model: StateOutliersModel): string[] => Array.from(model.automaton.arrays.entrySymbol, (_, entry) => stateOutliers.automaton!(model).guardWords?.(entry)).filter((words) => words !== undefined);

describe('state outliers with guards', function () {
  this.timeout(60_000);
  const model = learn(questions(4000));

  it('finds the planted threshold, with kinds of flows and without', () => {
    for (const transitions of ['guardedKinds', 'guards']) {
      const learned = learn(questions(4000), { transitions }), bounds = [...learned.automaton.data.guards!.low, ...learned.automaton.data.guards!.high].filter((x) => x > 1000 && x < 2000);
      assert.ok(bounds.length > 0 && bounds.every((x) => Math.abs(x - THRESHOLD) <= 25), `${transitions}: ${bounds.join()}`);
      assert.ok(guardsOf(learned).some((words) => /^source bytes (of 1,[45]\d\d or more|below 1,[45]\d\d)/.test(words)), guardsOf(learned).join(' | '));
    }
    assert.equal(learn(questions(500), { transitions: 'kinds' }).automaton.data.guards, undefined);
  });

  it('with guards alone a row is judged by what came before it: a download fits after a large question, not after a small one', () => {
    const trace = (bytes: number, source: string): Flow[] => [flow({ source, time: 1, forwardBytes: bytes }), flow({ source, time: 2, forwardBytes: 320, backwardBytes: 120_000, duration: 5.5 })];
    const own = learn(questions(4000), { overallWeight: 0, transitions: 'guards' }), scores = scoresOf(own, [...trace(1900, '10.0.0.1'), ...trace(1100, '10.0.0.2')]);
    assert.notEqual(scores.state[1], scores.state[3]);
    assert.ok(scores.raw[1] < 1 && scores.raw[3] > 10, `${scores.raw[1]} ${scores.raw[3]}`);
    assert.match(scores.explain(0).parts.find(({ name }) => name === 'transition')!.text, /^from state 0 by source bytes of 1,[45]\d\d or more/);
    assert.match(scores.explain(3).message, /this state has/);
  });

  it('tells that no guard held, what the row has and what they take', () => {
    const scores = scoresOf(model, [flow({ forwardBytes: undefined }), flow({ time: 1e6 + 1, forwardBytes: Infinity }), flow({ time: 1e6 + 2 })]);
    for (const row of [0, 1]) {
      const { parts, message } = scores.explain(row), text = parts.find(({ name }) => name === 'transition')!.text;
      assert.match(text, /^no transition of state 0 takes a flow (with .* and )?without source bytes.*: its guards take source bytes below 1,[45]\d\d.*source bytes of 1,[45]\d\d or more/);
      assert.ok(message.endsWith(` There is ${text}.`), message);
      assert.equal(scores.state[row], 0);
      assert.ok(scores.steps!.of(row) < 0);
    }
    assert.doesNotMatch(scores.explain(2).message, /There is no/);
    assert.match(scores.notes.join('\n'), /^2 rows found no transition whose guard holds/m);
  });

  it('scores ranges of entities as it scores all at once, with the same notes', () => {
    for (const transitions of ['kinds', 'guardedKinds', 'guards']) {
      for (const windows of ['fixed', 'dynamic']) {
        const learned = learn(questions(2000), { transitions, windows }), rows = encode(learned, [...questions(900, 3), flow({ forwardBytes: undefined })]), all = scoreRows(stateOutliers, learned, rows, noControl);
        const columns = { ...sequences(rows), raw: new Float32Array(rows.rowCount), state: new Uint32Array(rows.rowCount) };
        const ranges = equalRanges(columns.starts, 4), facts = ranges.reverse().map((range) => stateOutliers.scoreRange(learned, rows, columns, range, noControl));
        assert.ok(ranges.length > 2);
        assert.deepEqual([columns.raw, columns.state, stateOutliers.scores(learned, rows, columns, facts).notes], [all.raw, all.state, all.notes]);
      }
    }
  });

  describe('from a file', () => {
    const saved = stateOutliers.save(model);
    const changed = (name: string, tensor: Tensor | undefined): Container => ({ ...saved, tensors: Object.fromEntries(Object.entries({ ...saved.tensors, [name]: tensor }).filter((entry): entry is [string, Tensor] => entry[1] !== undefined)) });
    const fault = (container: Container): string => (stateOutliers.load(container) as { fault?: string }).fault ?? 'none';

    it('is the same, and scores the same', () => {
      const loaded = stateOutliers.load(saved) as StateOutliersModel;
      assert.deepEqual(loaded.automaton.data, model.automaton.data);
      assert.deepEqual(stateOutliers.save(loaded), saved);
      assert.deepEqual(scoresOf(loaded, questions(300, 5)).raw, scoresOf(model, questions(300, 5)).raw);
    });

    it('is a fault where guards are missing, of another size or type, no numbers, or overlap', () => {
      const { low, high } = model.automaton.data.guards!;
      for (const name of ['low', 'high', 'quartiles', 'counts']) {
        const tensor = saved.tensors[`guards.${name}`];
        assert.match(fault(changed(`guards.${name}`, undefined)), /guards\.\w+ is missing or of another type/);
        assert.match(fault(changed(`guards.${name}`, new Uint8Array(tensor.length))), /guards\.\w+ is missing or of another type/);
        assert.match(fault(changed(`guards.${name}`, tensor.slice(1))), /guards do not fit together/);
      }
      for (let i = 0; i < low.length; i++) {
        for (const value of [NaN, Infinity]) assert.match(fault(changed('guards.low', low.map((x, at) => (at === i ? value : x)))), /guards do not fit together/, `low ${i}`);
        for (const value of [NaN, -Infinity]) assert.match(fault(changed('guards.high', high.map((x, at) => (at === i ? value : x)))), /guards do not fit together/, `high ${i}`);
      }
      assert.match(fault(changed('guards.low', low.map(() => -Infinity))), /guards do not fit together/);
      assert.match(fault({ ...saved, metadata: { stateOutliers: saved.metadata['stateOutliers'].replace('guardedKinds', 'kinds') } }), /arrays of the automaton do not fit together/);
      assert.match(fault({ ...saved, metadata: { stateOutliers: saved.metadata['stateOutliers'].replace('"source bytes"', '"source byte"') } }), /names features that the set scaled does not have/);
    });

    it('is a fault where profiles are damaged', () => {
      const shares = saved.tensors['profiles.shares'] as Float64Array, entities = saved.tensors['profiles.entities'] as Float64Array;
      assert.ok(entities.length > 0);
      for (const damaged of [changed('profiles.shares', shares.slice(1)), changed('profiles.shares', shares.map(() => NaN)), changed('profiles.shares', shares.map(() => -1)), changed('profiles.shares', undefined), changed('profiles.entities', entities.map(() => 0.5))]) {
        assert.match(fault(damaged), /profiles do not fit its states/);
      }
    });
  });
});
