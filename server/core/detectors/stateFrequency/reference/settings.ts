import { defaultLearnSettings } from '../../../automata/settings';
import type { FlexfringeVersion } from '../../../automata/flexfringeJson';
import type { LearnSettings } from '../../../automata/settings';
import type { ReplaySettings } from '../../../automata/replay';
import type { WindowSettings } from '../../../symbols/windows';

/** `sm`: the state machine; `markov_chain`: SEQUENT's baseline, which in effect counts single symbols. */
export type ReferenceModelName = 'sm' | 'markov_chain';

/** `exact`: as published; `small`: for little data. */
export type ReferenceScale = 'exact' | 'small';

export interface ReferenceSettings {
  readonly learn: LearnSettings;
  readonly windows: WindowSettings;
  readonly replay: ReplaySettings;
}

/** What both of SEQUENT's files of settings have in common and what the learner does with them (specs, SEQUENT, section 5). */
const common: LearnSettings = {
  ...defaultLearnSettings, variant: 'sicco', confidence: 0.05, stateCount: 0, symbolCount: 30, typeDistribution: true,
  sinks: true, sinkCount: 250, largestBlue: true, mergeRoot: false, testMerge: false, mergeData: false, mergeLocalSources: 0,
};

/** The settings of a model of SEQUENT, and of replay on an automaton of this version of FlexFringe: the newer one records the root (specs, SEQUENT, section 6). */
export function referenceSettings(model: ReferenceModelName, scale: ReferenceScale, version: FlexfringeVersion = 'sicco'): ReferenceSettings {
  const replay: ReplaySettings = { correction: 1, reset: true, finalProbability: false, repeatAtRoot: version === 'sicco' };
  const symbolCount = scale === 'exact' ? 30 : 10;
  if (model === 'markov_chain') {
    return { learn: { ...common, symbolCount, confidence: 2, sinkCount: 100_000_000, markovian: 1 }, windows: { size: 2, stride: 1, addShorter: true }, replay };
  }
  return { learn: { ...common, symbolCount, sinkCount: scale === 'exact' ? 250 : 50 }, windows: { size: 10, stride: 1, addShorter: false }, replay };
}
