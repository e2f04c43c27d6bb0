import { keptFailures } from './failures';
import { inputOf, seedOf } from './target';
import { targets } from './targets';

/** Seed of the suite: the same inputs every time. */
const BASE = 1;
const SHOWN_BYTES = 2000;

describe('fuzzing', function () {
  this.timeout(600_000);
  for (const target of targets) {
    it(`${target.name}: ${target.runs} mutations`, async () => {
      for (let n = 0; n < target.runs; n++) {
        const seed = seedOf(target, BASE, n);
        const input = inputOf(target, seed);
        try {
          await target.check(input);
        } catch (error) {
          const shown = JSON.stringify(new TextDecoder().decode(input.subarray(0, SHOWN_BYTES)));
          throw new Error(`seed ${seed} (npm run fuzz -- --target ${target.name} --run ${seed}), ${input.length} bytes: ${shown}`, { cause: error });
        }
      }
    });

    for (const { name, input } of keptFailures(target)) it(`${name}, which failed once`, () => target.check(input));
  }
});
