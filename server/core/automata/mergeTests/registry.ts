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

/** The merge tests that settings can name. */
export const mergeTests = { likelihoodRatio, alergia, alergia94, akaike, kullbackLeibler, evidence, overlap, mealy, meanSquaredError, sameTypes } as const satisfies Record<string, MergeTestFactory>;

export type MergeTestName = keyof typeof mergeTests;
