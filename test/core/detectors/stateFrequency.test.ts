import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { scoreRows } from '../../../server/core/detectors/score';
import { stateFrequency } from '../../../server/core/detectors/stateFrequency';
import type { StateFrequencyModel } from '../../../server/core/detectors/stateFrequency/model';
import { commonScore, thresholdScore } from '../../../server/core/detectors/scoring/calibration';
import { writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { FlowBuilder } from '../../../server/core/table/flowBuilder';
import type { FlowTable } from '../../../server/core/table/flow';
import { Cancelled, noControl } from '../../../server/core/util/control';
import { slowScores } from '../../reference/stateFrequency';
import { flowsOfLog, sampleFiles } from '../../support/capture';
import { type Flow, someFlow, tableOf } from '../../support/flows';
import { encodedRows, learnFrom, type LearnedModel, origin, settingsWith } from '../../support/models';

const flows = (minLength: number, maxLength: number): fc.Arbitrary<Flow[]> => fc.array(someFlow, { minLength, maxLength });
const settings = fc.record({
  alphabet: fc.constantFrom('wide' as const, 'sequent' as const, 'encode' as const), entity: fc.constantFrom('pair' as const, 'source' as const, 'destination' as const),
  windowLength: fc.constantFrom(2, 5, 10), stride: fc.constantFrom(1, 5), sinkCount: fc.constantFrom(1, 25),
});
const scoreOf = (model: LearnedModel, table: FlowTable): Float32Array => scoreRows(stateFrequency, model, encodedRows(model, table), noControl).raw;
const near = (a: number, b: number, tolerance = 1e-5): boolean => Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(b));

describe('state frequency', () => {
  it('scores as the formulas say', () => {
    fc.assert(fc.property(flows(20, 50), flows(1, 25), settings, fc.boolean(), (baseline, others, change, self) => {
      const model = learnFrom(tableOf(baseline), change, self) as StateFrequencyModel;
      const rows = encodedRows(model, tableOf(others)), { raw } = scoreRows(stateFrequency, model, rows, noControl);
      slowScores(model, rows).forEach((expected, row) => assert.ok(near(raw[row], expected), `row ${row}: ${raw[row]} is not ${expected}`));
    }), { numRuns: 60 });
  });

  it('explains every raw score by parts that add up to it, none of them negative', () => {
    fc.assert(fc.property(flows(20, 60), flows(1, 40), settings, (baseline, others, change) => {
      const model = learnFrom(tableOf(baseline), change), scores = scoreRows(stateFrequency, model, encodedRows(model, tableOf(others)), noControl);
      others.forEach((_, row) => {
        const { parts, message, expected } = scores.explain(row);
        assert.ok(near(parts.reduce((sum, part) => sum + part.value, 0), scores.raw[row], 1e-5), `row ${row}`);
        assert.ok(parts.every((part) => part.value >= 0 && part.text !== '') && /^\S.*\.$/.test(message) && !/NaN|undefined|Infinity/.test(message + parts.map((p) => p.text).join()), message);
        assert.ok(expected.every((e) => e.share > 0 && e.share <= 1) && expected.reduce((n, e) => n + e.share, 0) <= 1 + 1e-9);
      });
    }), { numRuns: 100 });
  });

  // Rows of one time keep their order, so the times differ here.
  const distinctTimes = (list: readonly Flow[]): Flow[] => list.map((flow, i) => ({ ...flow, time: i * 7 }));
  const permutation = (n: number, seed: number): number[] => Array.from({ length: n }, (_, i) => ({ i, key: Math.imul(i + 1, seed | 1) >>> 0 })).sort((a, b) => a.key - b.key || a.i - b.i).map(({ i }) => i);

  it('the order of rows and files changes no score', () => {
    fc.assert(fc.property(flows(20, 60), flows(1, 40), settings, fc.integer(), (baseline, plain, change, seed) => {
      const model = learnFrom(tableOf(baseline), change), others = distinctTimes(plain), raw = scoreOf(model, tableOf(others));
      const order = permutation(others.length, seed);
      assert.deepEqual([...scoreOf(model, tableOf(order.map((i) => others[i])))], order.map((i) => raw[i]));
      const [one, two] = [new FlowBuilder(), new FlowBuilder()], cut = others.length >>> 1, parts = [tableOf(others.slice(0, cut)), tableOf(others.slice(cut))];
      for (const part of parts) one.add(part);
      for (const part of parts.reverse()) two.add(part);
      assert.deepEqual([...scoreOf(model, one.finish())], [...raw]);
      assert.deepEqual([...scoreOf(model, two.finish())], [...raw.subarray(cut), ...raw.subarray(0, cut)]);
    }), { numRuns: 60 });
  });

  it('what other entities do changes no score', () => {
    fc.assert(fc.property(flows(20, 60), flows(1, 30), flows(1, 30), settings, (baseline, own, more, change) => {
      const model = learnFrom(tableOf(baseline), change);
      const strangers = more.map((flow): Flow => ({ ...flow, source: '192.0.2.1', destination: '192.0.2.2' }));
      assert.deepEqual([...scoreOf(model, tableOf([...strangers, ...own])).subarray(strangers.length)], [...scoreOf(model, tableOf(own))]);
    }), { numRuns: 60 });
  });

  it('addresses change no score: only who is the same counts', () => {
    fc.assert(fc.property(flows(20, 60), flows(1, 30), (baseline, own) => {
      const renamed = (list: readonly Flow[]): Flow[] => list.map((flow) => ({ ...flow, ...(flow.source === undefined ? {} : { source: `x${flow.source}` }), ...(flow.destination === undefined ? {} : { destination: `${flow.destination}y` }) }));
      assert.deepEqual([...scoreOf(learnFrom(tableOf(renamed(baseline))), tableOf(renamed(own)))], [...scoreOf(learnFrom(tableOf(baseline)), tableOf(own))]);
    }), { numRuns: 40 });
  });

  it('equal input, settings and seed: equal bytes of the model', () => {
    fc.assert(fc.property(flows(20, 60), settings, (baseline, change) => {
      const written = (): Uint8Array => writeModel(stateFrequency as never, learnFrom(tableOf(baseline), change), origin);
      assert.deepEqual(written(), written());
    }), { numRuns: 30 });
  });

  it('scores sequences of any length, even of one row', () => {
    const model = learnFrom(tableOf(Array.from({ length: 100 }, (_, i) => ({ time: i, protocol: 'tcp', destinationPort: 443, source: 'a', destination: 'b', state: 'SF' }))));
    const alone = scoreOf(model, tableOf([{ time: 5, protocol: 'tcp', destinationPort: 443, source: 'c', destination: 'd', state: 'SF' }, { time: 6, protocol: 'gre', source: 'e', destination: 'f' }]));
    assert.ok(alone.every(Number.isFinite) && alone[1] > alone[0] + 2, String(alone));
  });

  it('learns from rows without any field, and scores none', () => {
    const model = learnFrom(tableOf(Array.from({ length: 30 }, () => ({}))));
    assert.equal(scoreOf(model, tableOf([])).length, 0);
    assert.ok(Number.isFinite(scoreOf(model, tableOf([{ protocol: 'tcp' }]))[0]));
  });

  it('stops where it is told to', () => {
    const table = tableOf(Array.from({ length: 200 }, (_, i) => ({ time: i, protocol: 'tcp' })));
    const stop = { report: () => undefined, cancelled: true };
    for (const alphabet of ['wide', 'encode'] as const) assert.throws(() => stateFrequency.learn({ table, self: false }, settingsWith({ alphabet }), stop), Cancelled);
    const model = learnFrom(table);
    assert.throws(() => scoreRows(stateFrequency, model, encodedRows(model, table), stop), Cancelled);
  });

  it('reads flows only, and says so', () => {
    const header = { format: 'zeekTsv', kind: 'dns', fields: [], headerBytes: 0, headerLines: 0, dialect: {}, problems: [] } as const;
    assert.match(stateFrequency.refuses(header) ?? '', /reads flows .*, not dns records/);
    for (const kind of ['conn', 'flow']) assert.equal(stateFrequency.refuses({ ...header, kind }), undefined);
  });
});

/** Share of rows flagged, by label (`''` is benign), when the second day of a sample is scored with a model of the first. */
function flaggedShares(log: string, seed: number): (acceptance: number) => Map<string, number> {
  const files = sampleFiles({ seed, size: 2_000_000 });
  const read = (name: string): FlowTable => flowsOfLog(files.get(name) as Buffer);
  const labels = new Map((files.get('day2/labels.csv') as Buffer).toString().trim().split('\n').slice(1).map((line) => line.split(',')).filter(([file]) => file === log).map(([, line, , label]) => [Number(line) - 1, label]));
  const model = learnFrom(read(`day1/${log}`)), table = read(`day2/${log}`), raw = scoreOf(model, table);
  return (acceptance) => {
    const counts = new Map<string, { flagged: number; rows: number }>();
    raw.forEach((score, row) => {
      const label = labels.get(table.places.line[row]) ?? '', { flagged, rows } = counts.get(label) ?? { flagged: 0, rows: 0 };
      counts.set(label, { flagged: flagged + (commonScore(model.calibration, score) >= thresholdScore(acceptance) ? 1 : 0), rows: rows + 1 });
    });
    return new Map([...counts].map(([label, { flagged, rows }]) => [label, flagged / rows]));
  };
}

describe('state frequency on the sample capture', () => {
  // An attack, the acceptance rate at which it must be found, and the share of its rows that must be flagged. An oversized transfer is
  // rare, but each of its six rows for itself is no rarer than the largest of a day's 2,000 rows: it takes a higher rate.
  const cases: { attack: string; acceptance: number; least: number }[] = [
    { attack: 'PortScan', acceptance: 0.001, least: 0.9 }, { attack: 'SshBruteForce', acceptance: 0.001, least: 0.9 }, { attack: 'IpSweep', acceptance: 0.001, least: 0.3 }, { attack: 'Exfiltration', acceptance: 0.03, least: 0.9 },
  ];
  for (const [log, seed] of [['conn.log', 5], ['flows.binetflow', 5], ['conn.log', 1]] as const) {
    it(`finds attacks planted in day2/${log} (seed ${seed}), and little else`, () => {
      const shares = flaggedShares(log, seed);
      for (const { attack, acceptance, least } of cases) {
        const share = shares(acceptance).get(attack) ?? 0;
        assert.ok(share >= least, `${attack} at ${acceptance}: ${share}`);
      }
      for (const [acceptance, most] of [[0.001, 0.008], [0.01, 0.025], [0.03, 0.06]]) assert.ok((shares(acceptance).get('') ?? 1) <= most, `benign rows at ${acceptance}: ${shares(acceptance).get('')}`);
    });
  }
});
