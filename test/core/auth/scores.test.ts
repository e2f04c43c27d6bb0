import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { FIELD_SETS, lineScores } from '../../../server/core/auth/lineScores';
import { maskHost } from '../../../server/core/auth/maskHost';
import { UserMeans } from '../../../server/core/auth/userMeans';
import { mulberry32, randomNormal } from '../../../server/core/util/rng';
import { flowsOf, tableOf } from '../../support/flows';

describe('scores of lines', () => {
  const losses = Float32Array.from({ length: 20 }, (_, i) => i);
  for (const [set, score, expected] of [['all', 'mean', [4.5, 14.5]], ['all', 'sum', [45, 145]], ['movement', 'sum', [15, 45]], ['circumstances', 'mean', [34 / 7, 104 / 7]]] as const) {
    it(`${score} of ${set}`, () => assert.deepEqual([...lineScores(losses, FIELD_SETS[set], score)], expected));
  }
  it('no fields, no score', () => assert.deepEqual([...lineScores(losses, [], 'mean')], [0, 0]));

  describe('running means of users', () => {
    const rows = fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 0, max: 20 })), { maxLength: 50 });

    it('a row’s score depends on the rows before it alone', () => {
      fc.assert(fc.property(rows, fc.nat(50), (all, at) => {
        const run = (some: typeof all): Float64Array => new UserMeans().normalise(Float64Array.from(some, ([, score]) => score), some.map(([user]) => user));
        const first = all.slice(0, at);
        assert.deepEqual(run(first), run(all).slice(0, first.length));
      }), { seed: 41, numRuns: 200 });
    });

    it('go on where a baseline, or a file, ended', () => {
      fc.assert(fc.property(rows, fc.nat(50), (all, at) => {
        const users = all.map(([user]) => user), scores = Float64Array.from(all, ([, score]) => score);
        const means = new UserMeans();
        means.learn(scores.slice(0, at), users.slice(0, at));
        const read = UserMeans.of(means.toTensors());
        const expected = new UserMeans().normalise(scores, users).slice(at);
        assert.deepEqual(means.normalise(scores.slice(at), users.slice(at)), expected);
        assert.deepEqual(read.normalise(scores.slice(at), users.slice(at)), expected);
      }), { seed: 42, numRuns: 200 });
    });

    it('take out what is usual for a user, and follow it when it changes', () => {
      const rng = mulberry32(1), means = new UserMeans({ decay: 0.01, prior: 10 });
      const users = Uint32Array.from({ length: 4000 }, (_, i) => i % 2), scores = Float64Array.from(users, (user, i) => (user === 1 ? 8 : 2) + (i > 2000 ? 3 : 0) + 0.1 * randomNormal(rng));
      const normal = means.normalise(scores, users);
      for (const [from, to] of [[1000, 2000], [3500, 4000]]) for (let i = from; i < to; i++) assert.ok(Math.abs(normal[i]) < 0.6, `${i}: ${normal[i]}`);
      assert.ok(normal[2001] > 2.5);
      assert.ok(Math.abs(means.expected(77) - 8) < 0.5, 'a new user is compared with everybody');
    });

    it('take rows in the order that is given', () => {
      assert.deepEqual([...new UserMeans({ decay: 1e-9, prior: 0 }).normalise(Float64Array.of(5, 1, 3), [0, 0, 0], [1, 2, 0])], [3, 1, 2]);
    });
  });

  it('a masked host is the most common other one of its side', () => {
    const flows = [{ source: 'a', destination: 'x' }, { source: 'b', destination: 'a' }, { source: 'b', destination: 'y' }, { source: 'c', destination: 'y' }, { source: 'a' }, { source: 'a' }];
    const masked = flowsOf(maskHost(tableOf(flows), 'a'));
    assert.deepEqual(masked.map(({ source, destination }) => [source, destination]), [['b', 'x'], ['b', 'y'], ['b', 'y'], ['c', 'y'], ['b', undefined], ['b', undefined]]);
    const table = tableOf(flows);
    assert.deepEqual([maskHost(table, 'nobody').source, flowsOf(table)], [table.source, flows]);
  });
});
