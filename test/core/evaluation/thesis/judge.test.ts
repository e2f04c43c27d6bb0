import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { flowsOf } from '../../../../server/core/evaluation/thesis/entityFlows';
import { scoreEntities, thresholdOf, verdicts } from '../../../../server/core/evaluation/thesis/judgeEntities';
import { meansLof } from '../../../../server/core/evaluation/thesis/meansLof';
import type { EntityMethod } from '../../../../server/core/evaluation/thesis/method';
import { nearestProfile } from '../../../../server/core/evaluation/thesis/nearestProfile';
import { StateProfile } from '../../../../server/core/evaluation/thesis/stateProfile';
import { symbolic } from '../../../../server/core/evaluation/thesis/symbolic';
import { OUTLIER_KINDS, type OutlierKindId } from '../../../../server/core/outliers/kinds';
import type { OutlierKind } from '../../../../server/core/outliers/outlierModel';
import { mulberry32 } from '../../../../server/core/util/rng';
import { atOnce } from '../../../../server/core/util/slices';
import { slowMisfits } from '../../../reference/stateProfile';
import { browsing, CATEGORICAL, echoing, type Habit, hosts, scanning } from './support';

const kindOf = (id: OutlierKindId): OutlierKind<unknown> => OUTLIER_KINDS[id] as OutlierKind<unknown>;
const methods: readonly EntityMethod[] = [symbolic(CATEGORICAL, 1), meansLof(CATEGORICAL, 20), ...(['lof', 'isolationForest', 'kde', 'quartiles', 'meanStd'] as const).map((id) => nearestProfile(kindOf(id), 50, 1))];

function scored(method: EntityMethod, ...flows: [training: ReturnType<typeof hosts>, test?: ReturnType<typeof hosts>]): { scores: number[]; threshold: number } {
  const result = atOnce(scoreEntities(method, ...flows));
  assert.ok(!('problem' in result), JSON.stringify(result));
  return { scores: [...result.scores], threshold: result.threshold };
}

describe('thesis baselines: verdicts', () => {
  it('count as the four cells of a table of verdicts say', () => {
    fc.assert(fc.property(fc.array(fc.record({ score: fc.integer({ min: 0, max: 5 }), bad: fc.boolean() }), { maxLength: 40 }), fc.constantFrom(NaN, -1, 0, 2, 2.5, 5), (entities, threshold) => {
      const judged = verdicts(Float64Array.from(entities, (e) => e.score), Uint8Array.from(entities, (e) => Number(e.bad)), threshold);
      const cell = (odd: boolean, bad: boolean): number => entities.filter((e) => e.score > threshold === odd && e.bad === bad).length;
      const [hits, alarms, missed, quiet] = [cell(true, true), cell(true, false), cell(false, true), cell(false, false)];
      const of = (a: number, b: number): number | undefined => (b > 0 && !Number.isNaN(threshold) ? a / b : undefined);
      assert.deepEqual([judged.accuracy, judged.precision, judged.recall], [of(hits + quiet, entities.length), of(hits, hits + alarms), of(hits, hits + missed)]);
      assert.deepEqual([judged.entities, judged.positives, judged.falseAlarms], [entities.length, hits + missed, alarms]);
    }));
  });

  it('does not let rounding errors decide which entity is odder', () => {
    const flows = hosts(new Array<Habit>(4).fill(browsing), 3, mulberry32(1));
    const noisy: EntityMethod = { id: 'noisy', title: 'Noisy', learner: () => function* () { yield; return { score: (_, i) => 0.1 * 3 + i * Number.EPSILON }; } };
    for (const test of [undefined, flows]) {
      const { scores, threshold } = scored(noisy, flows, ...(test ? [test] as const : []));
      assert.equal(new Set(scores).size, 1, scores.join(' '));
      const { auc, falseAlarms } = verdicts(Float64Array.from(scores), Uint8Array.of(0, 1, 0, 1), threshold);
      assert.deepEqual([auc, falseAlarms], [0.5, 0]);
    }
    // Twenty neighbours among five hosts are all the others: where one host is far off, the reach of all is the way to it, and any other host looks like any.
    const far: Habit = (rng, i) => [1, 9, 1e9 + browsing(rng, i)[2]];
    const same = scored(meansLof(CATEGORICAL, 20), hosts([...new Array<Habit>(4).fill(browsing), far], 40, mulberry32(2)), hosts([browsing, scanning, browsing, browsing], 40, mulberry32(3)));
    assert.equal(new Set(same.scores).size, 1, same.scores.join(' '));
  });

  it('the threshold leaves 19 of 20 held-back entities below', () => {
    assert.equal(thresholdOf(Float64Array.from({ length: 21 }, (_, i) => 20 - i)), 19);
    assert.ok(Number.isNaN(thresholdOf(new Float64Array(0))));
  });

  it('come from what others teach, never from the entity itself', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.boolean(), (n, self) => {
      const flows = hosts(new Array<Habit>(n).fill(browsing), 3, mulberry32(n));
      const asked: [number[], number][] = [];
      const spy: EntityMethod = {
        id: 'spy', title: 'Spy',
        learner: () => function* (members) {
          yield;
          return { score: (from, i) => asked.push([[...members], from === flows ? i : -1]) };
        },
      };
      const result = atOnce(scoreEntities(spy, flows, self ? undefined : hosts([scanning], 3, mulberry32(1))));
      const held = asked.filter(([, i]) => i >= 0);
      assert.ok(held.every(([members, i]) => !members.includes(i) && members.length >= Math.floor(n / 2)));
      assert.deepEqual(held.map(([, i]) => i).sort((a, b) => a - b), n > 1 ? [...Array(n).keys()] : []);
      if (self && n === 1) assert.ok('problem' in result && result.problem.code === 'too-few-entities');
      else assert.ok(!('problem' in result) && result.scores.length === (self ? n : 1));
      if (!self) assert.deepEqual(asked.at(-1), [[...Array(n).keys()], -1]);
    }), { numRuns: 30 });
  });

  for (const method of methods) {
    it(`${method.title}: finds the scanner among hosts that browse`, () => {
      const training = hosts(new Array<Habit>(9).fill(browsing), 120, mulberry32(1));
      const { scores, threshold } = scored(method, training, hosts([browsing, scanning, browsing], 120, mulberry32(2)));
      assert.ok(scores[1] > threshold && scores[1] > Math.max(scores[0], scores[2]), `${scores.join(' ')} > ${threshold}`);
      const again = scored(method, training, hosts([browsing, scanning, browsing], 120, mulberry32(2)));
      assert.deepEqual(again, { scores, threshold });
      const own = scored(method, hosts([...new Array<Habit>(9).fill(browsing), scanning], 120, mulberry32(3))).scores;
      assert.equal(own.indexOf(Math.max(...own)), 9, `itself: ${own.join(' ')}`);
    });
  }

  const tooFew: { method: EntityMethod; entities: number; code: string }[] = [
    { method: methods[1], entities: 2, code: 'too-few-rows' }, ...methods.map((method) => ({ method, entities: 0, code: 'too-few-entities' })),
  ];
  for (const { method, entities, code } of tooFew) {
    it(`${method.title}: ${entities} entities are a problem`, () => {
      const result = atOnce(scoreEntities(method, hosts(new Array<Habit>(entities).fill(browsing), 20, mulberry32(1)), hosts([browsing], 20, mulberry32(1))));
      assert.equal('problem' in result && result.problem.code, code);
    });
  }
});

describe('thesis baselines: profile of one entity', () => {
  it('misfits as the words of the spec say, step by step', () => {
    let guarded = 0;
    for (let seed = 1; seed <= 12; seed++) {
      const rng = mulberry32(seed);
      const flows = hosts([echoing(), echoing(), seed % 2 === 0 ? browsing : scanning], 500, rng);
      const training = flowsOf(flows, 0), profile = StateProfile.learn(training, kindOf('meanStd'), 1);
      for (const i of [0, 1, 2]) assert.equal(profile.misfits(flowsOf(flows, i)), slowMisfits(profile.automaton, training, flowsOf(flows, i)), `seed ${seed}, host ${i}`);
      if (profile.automaton.data.guards!.low.some((bound) => bound > -Infinity)) guarded++;
    }
    assert.ok(guarded >= 6, `only ${guarded} have guards`);
  });

  it('learns guards where what follows depends on a number', () => {
    const { automaton } = StateProfile.learn(flowsOf(hosts([echoing()], 500, mulberry32(5)), 0), kindOf('lof'), 1);
    assert.ok(automaton.stateCount >= 2 && automaton.data.guards!.low.includes(100), `${automaton.stateCount} states, ${automaton.data.guards!.low.join(' ')}`);
  });
});
