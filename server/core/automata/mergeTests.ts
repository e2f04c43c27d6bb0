import { likelihoodRatio } from './likelihoodRatio';
import type { MergeTestFactory } from './mergeTest';

/** The merge tests that settings can name. */
export const mergeTests = { likelihoodRatio } as const satisfies Record<string, MergeTestFactory>;

export type MergeTestName = keyof typeof mergeTests;
