import * as assert from 'node:assert/strict';
import { recognise } from '../../../server/core/formats/registry';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';

describe('what is no log', () => {
  it('random bytes and random text are no log', () => {
    const rng = mulberry32(9);
    for (let n = 0; n < 2000; n++) {
      const printable = rng() < 0.5;
      const bytes = Uint8Array.from({ length: randomBelow(rng, 400) }, () => (printable ? [10, 9, 44, 32][randomBelow(rng, 12)] ?? 33 + randomBelow(rng, 90) : randomBelow(rng, 256)));
      assert.equal(recognise(bytes), undefined);
    }
  });
});
