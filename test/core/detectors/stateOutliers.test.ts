import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Scores } from '../../../server/core/detectors/detector';
import { scoreRows } from '../../../server/core/detectors/score';
import { stateOutliers } from '../../../server/core/detectors/stateOutliers';
import type { StateOutliersModel } from '../../../server/core/detectors/stateOutliers/model';
import { fitTail, isTail, surpriseOf } from '../../../server/core/detectors/stateOutliers/tail';
import { commonScore, thresholdScore } from '../../../server/core/detectors/scoring/calibration';
import { readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { resolveSettings, type SettingValues } from '../../../server/core/settings/setting';
import { EntityTable } from '../../../server/core/symbols/entities';
import { carryTime, type EncodedRows } from '../../../server/core/symbols/rows';
import type { FlowTable } from '../../../server/core/table/flow';
import { Cancelled, noControl } from '../../../server/core/util/control';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { type Flow, someFlow, tableOf } from '../../support/flows';
import { origin } from '../../support/models';

type Change = Readonly<Record<string, string | number>>;
const KINDS = ['lof', 'isolationForest', 'kde', 'quartiles', 'meanStd'], SETS = ['scaled', 'set1', 'set2', 'set3', 'set4'];
const settingsWith = (change: Change = {}): SettingValues => {
  const { values, problems } = resolveSettings(stateOutliers.settings, change);
  assert.deepEqual(problems, []);
  return values;
};
const learn = (flows: readonly Flow[], change: Change = {}, self = false): StateOutliersModel => stateOutliers.learn({ table: tableOf(flows), self }, settingsWith(change), noControl);
const encode = (model: StateOutliersModel, table: FlowTable): EncodedRows => {
  const entities = new EntityTable(model.entity), entity = entities.encode(table), encoder = stateOutliers.encoder(model);
  return { rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: encoder.encode(table), features: encoder.features!(table) };
};
const scoresOf = (model: StateOutliersModel, flows: readonly Flow[]): Scores => scoreRows(stateOutliers, model, encode(model, tableOf(flows)), noControl);
const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-5 * Math.max(1, Math.abs(b));

/** Hosts that ask a name server and then fetch a page: questions have 40 to 100 bytes, pages 1,000 to 9,000. */
function office(count: number, seed = 1, hosts = 30): Flow[] {
  const rng = mulberry32(seed);
  return Array.from({ length: count }, (_, i): Flow => {
    const dns = i % 2 === 0, host = Math.floor(i / 2) % hosts;
    return {
      time: i * 3, duration: dns ? 0.01 + rng() / 50 : 0.5 + rng(), source: `10.0.0.${host}`, destination: '10.0.1.1', sourcePort: 40_000 + randomBelow(rng, 9000), destinationPort: dns ? 53 : 443,
      protocol: dns ? 'udp' : 'tcp', service: dns ? 'dns' : 'ssl', state: 'SF', forwardBytes: dns ? 40 + randomBelow(rng, 60) : 300 + randomBelow(rng, 200), backwardBytes: dns ? 80 + randomBelow(rng, 80) : 1000 + randomBelow(rng, 8000),
      forwardPackets: dns ? 1 : 5 + randomBelow(rng, 5), backwardPackets: dns ? 1 : 6 + randomBelow(rng, 8),
    };
  });
}
/** An ordinary page request of a host, but for what is changed. */
const page = (change: Partial<Flow>): Flow => ({ ...office(2)[1], time: 1e6, ...change });

describe('state outliers', function () {
  this.timeout(60_000);
  const flows = (minLength: number, maxLength: number): fc.Arbitrary<Flow[]> => fc.array(someFlow, { minLength, maxLength });
  const changes = fc.record({
    model: fc.constantFrom(...KINDS), features: fc.constantFrom(...SETS), windows: fc.constantFrom('fixed', 'dynamic'), entity: fc.constantFrom('pair', 'source'), overallWeight: fc.constantFrom(0, 0.5, 1),
    leastRows: fc.constantFrom(3, 10), holdBack: fc.constantFrom('entities', 'rows'), transitions: fc.constantFrom('kinds', 'guardedKinds', 'guards'), leastEntityRows: fc.constantFrom(2, 50),
  });

  it('explains every raw score by parts that add up to it, none of them negative', () => {
    fc.assert(fc.property(flows(20, 60), flows(1, 30), changes, (baseline, others, change) => {
      const model = learn(baseline, change), scores = scoresOf(model, others);
      others.forEach((_, row) => {
        const { parts, message, expected } = scores.explain(row);
        assert.ok(Number.isFinite(scores.raw[row]) && near(parts.reduce((sum, part) => sum + part.value, 0), scores.raw[row]), `row ${row}: ${scores.raw[row]}`);
        assert.ok(parts.every((part) => part.value >= 0 && part.text !== '') && /^\S.*\.$/.test(message) && !/NaN|undefined|Infinity/.test(message + parts.map((p) => p.text).join()), message);
        assert.ok(expected.every((e) => e.share > 0 && e.share <= 1));
        const cause = scores.causeOf!(row), worst = parts[0].name;
        assert.equal([...model.features.map(({ name }) => name), 'kind'][cause], worst);
        assert.ok(model.features.every(({ name }) => learnedNames(change['features']).includes(name)));
      });
    }), { numRuns: 60 });
  });
  const learnedNames = (features: string): string[] => ({
    scaled: ['source bytes', 'destination bytes', 'source packets', 'destination packets', 'duration'], set1: ['protocol', 'source bytes', 'destination bytes'], set2: ['destination port', 'protocol', 'source bytes', 'destination bytes'],
    set3: ['source port', 'destination port', 'protocol', 'source bytes', 'destination bytes'], set4: ['destination port', 'protocol', 'duration', 'source bytes', 'destination bytes'],
  })[features] ?? [];

  it('neither the order of rows nor other entities change a score', () => {
    fc.assert(fc.property(flows(20, 60), flows(1, 30), changes, (baseline, plain, change) => {
      const others = plain.map((flow, i) => ({ ...flow, time: i * 7 })), model = learn(baseline, change), { raw } = scoresOf(model, others);
      assert.deepEqual([...scoresOf(model, [...others].reverse()).raw].reverse(), [...raw]);
      const own = others.filter((flow) => flow.source === others[0].source), kept = others.flatMap((flow, i) => (flow.source === others[0].source ? [raw[i]] : []));
      assert.deepEqual([...scoresOf(model, own).raw], kept);
    }), { numRuns: 40 });
  });

  it('a model file gives the same scores, and learning again the same bytes', () => {
    fc.assert(fc.property(flows(20, 60), flows(1, 20), changes, (baseline, others, change) => {
      const model = learn(baseline, change), bytes = writeModel(stateOutliers as never, model, { ...origin, detector: 'stateOutliers' }), loaded = readModel(bytes);
      assert.ok(!('fault' in loaded), JSON.stringify(loaded));
      assert.deepEqual(scoresOf(loaded.model as StateOutliersModel, others).raw, scoresOf(model, others).raw);
      assert.deepEqual(writeModel(stateOutliers as never, learn(baseline, change), { ...origin, detector: 'stateOutliers' }), bytes);
    }), { numRuns: 40 });
  });

  for (const kind of KINDS) {
    it(`${kind}: a flow whose kind is ordinary and whose bytes are not stands out, and is told by them`, () => {
      const model = learn(office(3000), { model: kind }), usual = office(400, 2), odd = page({ backwardBytes: 41_203_004 });
      const scores = scoresOf(model, [...usual, page({ backwardBytes: 5000 }), odd]), row = usual.length + 1, raw = [...scores.raw];
      assert.ok(raw[row] > raw[row - 1], `${raw[row]} is not above ${raw[row - 1]}`);
      const evidence = scores.explain(row);
      assert.match(stateOutliers.rootCauseWords(model, scores.state[row], 0, 1), /^destination bytes unusual for state \d+/);
      // Trees and quartiles know that a value is beyond all others, but not how far.
      if (kind === 'isolationForest' || kind === 'quartiles') return;
      assert.equal(evidence.parts[0].name, 'destination bytes');
      assert.ok(raw[row] > Math.max(...raw.slice(0, row)), `${raw[row]} is not above ${Math.max(...raw.slice(0, row))}`);
      assert.match(evidence.message, /^tcp to port 443, ssl, normal end \(SF\): .*destination bytes about 41,203,004: this state has 1,\d{3} to 8,\d{3}/);
      assert.equal(scores.causeOf!(row), 1);
    });

    it(`${kind}: flags about as many new rows of the same office as the acceptance rate says`, () => {
      const model = learn(office(6000), { model: kind }), { raw } = scoresOf(model, office(6000, 3)), share = (rate: number): number => raw.filter((r) => commonScore(model.calibration, r) >= thresholdScore(rate)).length / raw.length;
      assert.ok(share(0.01) < 0.03 && share(0.1) > 0.03 && share(0.1) < 0.25, `${share(0.01)} ${share(0.1)}`);
    });
  }

  it('a state\'s own flows count: what is ordinary elsewhere is odd here', () => {
    const model = learn(office(3000), { overallWeight: 0, kindWeight: 0 });
    // A page as small as an answer of the name server.
    const scores = scoresOf(model, [...office(400, 2), page({ backwardBytes: 120, forwardBytes: 60, duration: 0.02, forwardPackets: 1, backwardPackets: 1 })]);
    assert.ok(scores.raw[400] > Math.max(...scores.raw.subarray(0, 400)));
  });

  describe('input that teaches little', () => {
    const cases: { name: string; baseline: Flow[]; rows?: Flow[]; change?: Change }[] = [
      { name: 'one entity', baseline: office(300, 1, 1) }, { name: 'twenty equal rows', baseline: Array.from({ length: 20 }, () => page({})) }, { name: 'rows without any number', baseline: Array.from({ length: 30 }, (_, i) => ({ source: 'a', destination: `b${i}`, protocol: 'tcp' })) },
      { name: 'no column at all', baseline: Array.from({ length: 25 }, () => ({})) }, { name: 'constant columns', baseline: office(200).map((flow) => ({ ...flow, backwardBytes: 7, duration: 0 })) },
      { name: '10^18 bytes, infinite and negative values', baseline: office(200), rows: [page({ backwardBytes: 1e18 }), page({ backwardBytes: Infinity }), page({ duration: NaN }), page({ forwardBytes: -5 }), page({ backwardBytes: 1e300 })] },
      { name: 'infinite values in the baseline', baseline: office(200).map((flow, i) => (i % 9 === 0 ? { ...flow, backwardBytes: Infinity } : flow)) }, { name: 'no row to score', baseline: office(100), rows: [] },
      { name: 'states with 0, 1 and 2 rows', baseline: [...office(100), page({ destinationPort: 22, service: 'ssh' }), page({ destinationPort: 25 }), page({ destinationPort: 25 })], rows: [22, 25, 9].map((destinationPort) => page({ destinationPort, service: 'ssh' })), change: { leastRows: 3, sinkCount: 1 } },
    ];
    for (const { name, baseline, rows = office(20, 5), change } of cases) {
      it(name, () => {
        for (const model of KINDS) {
          for (const features of SETS) {
            const learned = learn(baseline, { ...change, model, features }), scores = scoresOf(learned, rows);
            rows.forEach((_, row) => assert.ok(Number.isFinite(scores.raw[row]) && !/NaN|undefined|Infinity/.test(JSON.stringify(scores.explain(row))), `${model} ${features} ${row}: ${scores.raw[row]} ${JSON.stringify(scores.explain(row))}`));
            assert.ok(!('fault' in stateOutliers.load(stateOutliers.save(learned))), `${model} ${features}`);
          }
        }
      });
    }
  });

  it('tells what could not be judged as it should', () => {
    const few = scoresOf(learn(office(300, 1, 1), { holdBack: 'entities' }), [...office(200, 2, 1), page({ source: '10.9.9.9' })]);
    assert.match(few.notes.join('\n'), /1 of 2 entities have fewer than 50 rows/);
    assert.match(few.notes.join('\n'), /too few entities to hold some back: thresholds come from stretches of time/);
    assert.match(few.explain(200).parts.find((p) => p.name === 'entity')!.text, /^1 row of this entity: too few for a verdict on it \(50 are needed\)$/);
    assert.match(few.explain(0).parts.find((p) => p.name === 'entity')!.text, /% of this entity's 200 rows do not fit.*: like the baseline; most like profile 1 /);
    const attacked = scoresOf(learn(office(3000)), Array.from({ length: 60 }, (_, i) => page({ source: '10.0.0.3', time: i, backwardBytes: 1e9 + i })));
    assert.match(attacked.explain(0).parts.find((p) => p.name === 'entity')!.text, /^100 % of this entity's 60 rows do not fit.*: unlike the baseline; most like profile 1 /);
    assert.match(scoresOf(learn(office(300), { leastRows: 1000 }), office(60)).notes.join('\n'), /(\d+) of \1 states have no model of their own|states have no model of their own/);
  });

  it('a damaged model is a fault, never an exception', () => {
    const { tensors, metadata } = stateOutliers.save(learn(office(300)));
    for (const name of Object.keys(tensors)) {
      const loaded = stateOutliers.load({ metadata, tensors: Object.fromEntries(Object.entries(tensors).filter(([other]) => other !== name)) });
      // A state may have no model at all.
      if (!/^model\.\w+\.head$/.test(name)) assert.ok('fault' in loaded, name);
    }
    for (const text of ['', 'null', '{}', '{"settings":{}}', metadata['stateOutliers'].replace('"rule"', '"rules"'), metadata['stateOutliers'].replace('meanStd', 'lof'), metadata['stateOutliers'].replace('scaled', 'set1')]) {
      assert.ok('fault' in stateOutliers.load({ metadata: { stateOutliers: text }, tensors }), text);
    }
  });

  it('stops when cancelled', () => assert.throws(() => stateOutliers.learn({ table: tableOf(office(500)), self: false }, settingsWith(), { report: () => undefined, cancelled: true }), Cancelled));

  it('tails rise, start at 0, and go on beyond all that was seen', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.double({ min: -100, max: 100, noNaN: true }), fc.constantFrom(1, 2, NaN, Infinity)), { maxLength: 300 }), fc.double({ min: -200, max: 200, noNaN: true }), fc.double({ min: 0, max: 50, noNaN: true }), (scores, at, more) => {
      const tail = fitTail(Float64Array.from(scores), 0.1);
      assert.ok(isTail(tail));
      assert.ok(surpriseOf(tail, at) >= 0 && surpriseOf(tail, at + more) >= surpriseOf(tail, at));
      assert.ok(Number.isFinite(surpriseOf(tail, 1e308)) && Number.isFinite(surpriseOf(tail, NaN)));
    }), { numRuns: 500 });
  });
});
