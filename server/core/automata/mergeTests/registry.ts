import { attributes } from './attributes';
import { akaike } from './akaike';
import { alergia } from './alergia';
import { alergia94 } from './alergia94';
import { evidence } from './evidence';
import { kullbackLeibler } from './kullbackLeibler';
import { likelihoodRatio } from './likelihoodRatio';
import { meanSquaredError } from './meanSquaredError';
import { mealy } from './mealy';
import { overlap } from './overlap';
import { sameTypes } from './sameTypes';
import type { MergeTestFactory } from './mergeTest';
import type { Problem } from '../../util/problem';
import type { TraceSet } from '../traces';

/** The merge tests that settings can name. */
export const mergeTests = { likelihoodRatio, alergia, alergia94, akaike, kullbackLeibler, evidence, overlap, mealy, meanSquaredError, sameTypes, attributes } as const satisfies Record<string, MergeTestFactory>;

export type MergeTestName = keyof typeof mergeTests;

/** What is wrong with the data of traces for a merge test that looks at them; undefined where nothing is. O(different data). */
export function dataProblem(test: MergeTestName, traces: TraceSet): Problem | undefined {
  if (test === 'attributes' && !traces.attributes?.declared.some(({ splittable, distribution }) => splittable || distribution)) {
    return { code: 'no-data', severity: 'warning', message: 'The merge test attributes looks at numbers of symbols, and the traces declare none: only symbols tell states apart.', next: 'Declare them on the first line, as in "400 1:sf/proto,sf/bytes", and write them behind the symbols: a:1.0,51.0.' };
  }
  const texts = traces.data?.texts ?? [];
  const fits = test === 'mealy' ? texts.length > 0 : test !== 'meanSquaredError' || texts.some((text) => text.trim() !== '' && Number.isFinite(Number(text)));
  if (fits) return undefined;
  const [what, example] = test === 'mealy' ? ['outputs', 'symbol/output'] : ['numbers', 'symbol/3.5'];
  return { code: 'no-data', severity: 'warning', message: `The merge test ${test} compares ${what} of symbols, and the traces have none: nothing tells states apart.`, next: `Write them behind the symbols: ${example}.` };
}
