import type { FuzzTarget } from './target';
import { inputOf, seedOf } from './target';
import { configurations } from './targets/configurations';
import { globs } from './targets/globs';
import { patterns } from './targets/patterns';

const targets: readonly FuzzTarget[] = [globs, patterns, configurations];

describe('texts of users and of captures, fuzzed', function () {
  this.timeout(120_000);
  for (const target of targets) {
    it(`${target.name}: ${target.runs} inputs`, async () => {
      for (let n = 0; n < target.runs; n++) {
        const seed = seedOf(target, 1, n);
        try {
          await target.check(inputOf(target, seed));
        } catch (error) {
          throw new Error(`seed ${seed}: ${(error as Error).message}\n${new TextDecoder().decode(inputOf(target, seed)).slice(0, 500)}`, { cause: error });
        }
      }
    });
  }
});
