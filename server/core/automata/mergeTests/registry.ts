import { akaike } from './akaike';
import { alergia } from './alergia';
import { alergia94 } from './alergia94';
import { evidence } from './evidence';
import { kullbackLeibler } from './kullbackLeibler';
import { likelihoodRatio } from './likelihoodRatio';
import { overlap } from './overlap';
import type { MergeTestFactory } from './mergeTest';

/** The merge tests that settings can name. */
export const mergeTests = { likelihoodRatio, alergia, alergia94, akaike, kullbackLeibler, evidence, overlap } as const satisfies Record<string, MergeTestFactory>;

export type MergeTestName = keyof typeof mergeTests;
