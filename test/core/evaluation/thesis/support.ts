import { entityFlows, type EntityFlows } from '../../../../server/core/evaluation/thesis/entityFlows';
import { randomBelow, type Rng } from '../../../../server/core/util/rng';

/** What a generated host does: protocol, destination port, bytes. */
export type Habit = (rng: Rng, i: number) => readonly [protocol: number, port: number, bytes: number];

/** Turns of a question and a long answer; small numbers, so that sums in any order are the same. */
export const browsing: Habit = (rng, i) => (i % 2 === 0 ? [0, 53, 40 + randomBelow(rng, 20)] : [1, 443, 1000 + randomBelow(rng, 400)]);
export const scanning: Habit = (rng) => [1, 1000 + randomBelow(rng, 9000), 0];

/** What follows depends on a number: after the port 100 the next flow has many bytes. One host's own. */
export function echoing(): Habit {
  let last = 0;
  return (rng, i) => {
    const port = i % 2 === 0 ? 100 * randomBelow(rng, 2) : 7;
    const bytes = last === 100 ? 4096 + 16 * randomBelow(rng, 3) : 16 * randomBelow(rng, 3);
    last = port;
    return [1, port, bytes];
  };
}

/** Features of a generated host: the first is a category. */
export const CATEGORICAL = [true, false, false];

/** Flows of generated hosts, `rows` each. */
export function hosts(habits: readonly Habit[], rows: number, rng: Rng): EntityFlows {
  const all = habits.flatMap((habit, host) => Array.from({ length: rows }, (_, i) => ({ host, time: i * 7 + randomBelow(rng, 5), features: habit(rng, i) })));
  return entityFlows({
    entity: Uint32Array.from(all, ({ host }) => host), entityCount: habits.length, time: Float64Array.from(all, ({ time }) => time), features: { values: Float64Array.from(all.flatMap(({ features }) => [...features])), columns: 3 },
  }, { leastRows: 1, mostRows: 1e9 });
}
