import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { learn } from '../../../server/core/automata/learner';
import { readTraces, settingsOfIni, sixDigits } from './golden';
import { needShared } from '../../support/shared';

/**
 * How many steps agree. They are all that come before a candidate merges into a state behind which transitions have guards, or is divided after such
 * a merge was tried: from there on the reference's counts of degrees of freedom are not those of the tails (docs/automata.md).
 */
const equalSteps: readonly (readonly [confidence: string, steps: number])[] = [['0.0001', 13], ['0.01', 14], ['0.2', 27]];

describe('guards against the reference', () => {
  for (const [confidence, steps] of equalSteps) {
    it(`F_multi, significance ${confidence}: the first ${steps} steps, with their scores`, function () {
      const file = needShared(this, 'golden/statemachine/inputs/F_multi.train.dat');
      const golden = fs.readFileSync(needShared(this, `golden/statemachine/guards/F_multi.rtiplus_${confidence}.steps`), 'utf8').split(/\s+/).filter((step) => /\d/.test(step));
      const own: string[] = [];
      learn(readTraces(file), settingsOfIni({ 'heuristic-name': 'rtiplus', confidence_bound: confidence, state_count: '0', symbol_count: '0' }, 'main'), {
        merged: (score) => own.push(`m${sixDigits(score)}`), extended: (size) => own.push(`x${size}`), split: (score) => own.push(`s${sixDigits(score)}`),
      });
      assert.deepEqual(own.slice(0, steps), golden.slice(0, steps));
    });
  }
});
