import * as assert from 'node:assert/strict';
import type { Rng } from '../../server/core/util/rng';
import { randomBelow } from '../../server/core/util/rng';
import { PartStates, type PartStart } from '../../server/engine/partStates';

/** Reads parts as a pool does: all at once, those that began wrongly again, in any order of their ends. */
export function inAnyOrder<T>(count: number, state: string, read: (part: number, state: string) => { readonly result: T; readonly state: string }, rng: Rng): T[] {
  const states = new PartStates(count, state);
  const running: PartStart[] = states.starts();
  const results: T[] = [];
  let readings = 0;
  while (running.length > 0) {
    const [next] = running.splice(randomBelow(rng, running.length), 1);
    const outcome = read(next.part, next.state);
    assert.ok(++readings <= 3 * count, 'no part is read more than three times');
    results[next.part] = outcome.result;
    for (const again of states.ended(next.part, outcome.state)) {
      const before = running.findIndex(({ part }) => part === again.part);
      if (before >= 0) running.splice(before, 1);
      running.push(again);
    }
  }
  assert.equal(states.confirmed, count);
  return results;
}
