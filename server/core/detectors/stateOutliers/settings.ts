import type { Setting } from '../../settings/setting';
import type { EntityKind } from '../../symbols/entities';
import type { FeatureSetName } from './features';
import type { OutlierKindName } from './outlierKinds';

export interface StateOutliersSettings {
  readonly features: FeatureSetName;
  readonly model: OutlierKindName;
  readonly entity: EntityKind;
  /** What transitions of the automaton depend on. */
  readonly transitions: 'kinds' | 'guardedKinds' | 'guards';
  readonly windows: 'fixed' | 'dynamic';
  /** Rows of context before a row, plus the row itself. */
  readonly windowLength: number;
  /** Rows between the starts of two learning traces. */
  readonly stride: number;
  /** Share of a row's score that compares it with the whole baseline, not with its state. */
  readonly overallWeight: number;
  /** Weight of the rarity of the kind of flow, with the feature set `scaled`. */
  readonly kindWeight: number;
  /** States with fewer rows in the baseline have no model of their own. */
  readonly leastRows: number;
  /** Rows that the model of a state is learned from, at most. */
  readonly sampleSize: number;
  readonly portShare: number;
  readonly significance: number;
  readonly sinkCount: number;
  readonly symbolCount: number;
  /** What is held back to set thresholds. */
  readonly holdBack: 'entities' | 'rows';
  /** An entity with fewer rows gets no verdict. */
  readonly leastEntityRows: number;
  readonly seed: number;
}

export const SETTINGS: readonly Setting[] = [
  { name: 'features', type: 'choice', choices: ['scaled', 'set1', 'set2', 'set3', 'set4'], default: 'scaled', text: 'The numbers of a flow that are looked at: logarithms of bytes, packets and duration, beside the rarity of the kind of flow (`scaled`); or the raw numbers of the thesis: protocol and bytes (`set1`), with destination port (`set2`), with both ports (`set3`), or destination port, protocol, duration and bytes (`set4`).' },
  { name: 'model', type: 'choice', choices: ['lof', 'isolationForest', 'kde', 'quartiles', 'meanStd'], default: 'meanStd', text: 'What learns which flows a state sees: local outlier factor, isolation forest, Gaussian kernel density, quartile probabilities, or mean and standard deviation.' },
  { name: 'entity', type: 'choice', choices: ['pair', 'source', 'destination'], default: 'pair', text: 'Whose behaviour is learned: a connection pair, a source host or a destination host.' },
  { name: 'transitions', type: 'choice', choices: ['kinds', 'guardedKinds', 'guards'], default: 'kinds', text: 'What leads from state to state: the kind of flow (protocol, port, service and state), the kind and thresholds of its numbers (`guardedKinds`), or thresholds alone (`guards`, the automata of the thesis).' },
  { name: 'windows', type: 'choice', choices: ['fixed', 'dynamic'], default: 'fixed', text: 'Which rows of an entity are run through the automaton together: a fixed number (`windowLength`), or those of windows of time that follow the density of its flows (`dynamic`); a row then counts in every window that it is in.' },
  { name: 'windowLength', type: 'number', unit: 'rows', min: 2, max: 100, whole: true, default: 10, text: 'With `windows=fixed`, a row is judged after up to this many rows of its entity, itself included.' },
  { name: 'stride', type: 'number', unit: 'rows', min: 1, max: 100, whole: true, default: 5, text: 'With `windows=fixed`, distance between the starts of two traces that the automaton is learned from.' },
  { name: 'overallWeight', type: 'number', unit: '', min: 0, max: 1, whole: false, default: 0.5, text: 'Share of the score that compares a row with all rows of the baseline; the rest compares it with those of its state.' },
  { name: 'kindWeight', type: 'number', unit: '', min: 0, max: 10, whole: false, default: 1, text: 'Weight of the rarity of the kind of flow (protocol, port, service and state) in the score, with the feature set `scaled`.' },
  { name: 'leastRows', type: 'number', unit: 'rows', min: 3, max: 1e6, whole: true, default: 30, text: 'A state that fewer rows of the baseline arrive in has no model of its own: its rows are compared with all.' },
  { name: 'sampleSize', type: 'number', unit: 'rows', min: 50, max: 20000, whole: true, default: 500, text: 'Rows that the model of a state is learned from, at most; the model of all rows takes four times as many.' },
  { name: 'portShare', type: 'number', unit: 'share of rows', min: 0, max: 1, whole: false, default: 0.001, text: 'A destination port with at least this share of the baseline rows is a value of its own; other ports count by class.' },
  { name: 'significance', type: 'number', unit: '', min: 1e-9, max: 1, whole: false, default: 0.05, text: 'Two states merge when their futures do not differ at this significance level.' },
  { name: 'sinkCount', type: 'number', unit: 'visits', min: 1, max: 1e9, whole: true, default: 25, text: 'States visited less often than this are not developed further.' },
  { name: 'symbolCount', type: 'number', unit: 'visits', min: 0, max: 1e9, whole: true, default: 10, text: 'Symbols seen less often than this in a state are pooled when states are compared.' },
  { name: 'holdBack', type: 'choice', choices: ['rows', 'entities'], default: 'rows', text: 'What of the baseline is held back in turn to set the thresholds: every third row, or a third of the entities (stretches of time where there are fewer than 20), which flags less.' },
  { name: 'leastEntityRows', type: 'number', unit: 'rows', min: 1, max: 1e9, whole: true, default: 50, text: 'An entity with fewer rows than this gets no verdict as a whole.' },
  { name: 'seed', type: 'number', unit: '', min: 0, max: 4294967295, whole: true, default: 1, text: 'Seed of every random choice: samples, and the trees of the isolation forest.' },
];
