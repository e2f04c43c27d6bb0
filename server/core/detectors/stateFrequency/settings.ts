import type { Setting } from '../../settings/setting';
import type { AlphabetSettings } from '../../symbols/fit';
import type { EntityKind } from '../../symbols/entities';
import type { ReferenceModelName, ReferenceScale } from './reference/settings';

export interface StateFrequencySettings extends AlphabetSettings {
  readonly reference: boolean;
  readonly referenceModel: ReferenceModelName;
  readonly referenceScale: ReferenceScale;
  /** Rows of a window in reference mode; 0: SEQUENT's own. */
  readonly referenceWindow: number;
  readonly entity: EntityKind;
  /** Rows of context before a row, plus the row itself. */
  readonly windowLength: number;
  /** Rows between the starts of two learning traces. */
  readonly stride: number;
  /** Significance level of the merge test. */
  readonly significance: number;
  /** States seen fewer times stay leaves. */
  readonly sinkCount: number;
  readonly symbolCount: number;
  readonly sizeWeight: number;
  readonly orderWeight: number;
  readonly frequencyWeight: number;
  readonly seed: number;
}

export const SETTINGS: readonly Setting[] = [
  { name: 'reference', type: 'flag', default: false, text: 'Work exactly as SEQUENT does, its weaknesses included. The settings below then have no effect but those whose names begin with `reference`.' },
  { name: 'referenceModel', type: 'choice', choices: ['sm', 'markov_chain'], default: 'sm', text: 'SEQUENT\'s state machine, or its Markov chain baseline.' },
  { name: 'referenceScale', type: 'choice', choices: ['exact', 'small'], default: 'exact', text: 'SEQUENT\'s published counts (`exact`: sinks below 250 events, symbols below 30 pooled), or counts for little data (`small`: 50 and 10).' },
  { name: 'referenceWindow', type: 'number', unit: 'rows', min: 0, max: 1000, whole: true, default: 0, text: 'Rows of a window of SEQUENT, for an automaton that was learned with another; 0: as published (10, and 2 of the Markov chain).' },
  { name: 'alphabet', type: 'choice', choices: ['wide', 'sequent', 'encode'], default: 'wide', text: 'How rows become symbols: protocol, bytes, packets and duration in percentile bins (`sequent`), the same in ENCODE context clusters (`encode`), or with port class, service and connection state added (`wide`).' },
  { name: 'entity', type: 'choice', choices: ['pair', 'source', 'destination'], default: 'pair', text: 'Whose behaviour is learned: a connection pair, a source host or a destination host.' },
  { name: 'windowLength', type: 'number', unit: 'rows', min: 2, max: 100, whole: true, default: 10, text: 'A row is judged after up to this many rows of its entity, itself included.' },
  { name: 'stride', type: 'number', unit: 'rows', min: 1, max: 100, whole: true, default: 5, text: 'Distance between the starts of two traces that the automaton is learned from.' },
  { name: 'bytesBins', type: 'number', unit: 'bins', min: 1, max: 12, whole: true, default: 5, text: 'Percentile bins of the bytes of a flow.' },
  { name: 'packetsBins', type: 'number', unit: 'bins', min: 1, max: 12, whole: true, default: 4, text: 'Percentile bins of the packets of a flow.' },
  { name: 'durationBins', type: 'number', unit: 'bins', min: 1, max: 12, whole: true, default: 4, text: 'Percentile bins of the duration of a flow.' },
  { name: 'portShare', type: 'number', unit: 'share of rows', min: 0, max: 1, whole: false, default: 0.001, text: 'A destination port with at least this share of the baseline rows is a value of its own; other ports count by class.' },
  { name: 'significance', type: 'number', unit: '', min: 1e-9, max: 1, whole: false, default: 0.05, text: 'Two states merge when their futures do not differ at this significance level.' },
  { name: 'sinkCount', type: 'number', unit: 'visits', min: 1, max: 1e9, whole: true, default: 25, text: 'States visited less often than this are not developed further.' },
  { name: 'symbolCount', type: 'number', unit: 'visits', min: 0, max: 1e9, whole: true, default: 10, text: 'Symbols seen less often than this in a state are pooled when states are compared.' },
  { name: 'sizeWeight', type: 'number', unit: '', min: 0, max: 10, whole: false, default: 0.5, text: 'Weight of unusual sizes (bytes, packets, duration) in the score.' },
  { name: 'orderWeight', type: 'number', unit: '', min: 0, max: 10, whole: false, default: 0.5, text: 'Weight of unusual order (a symbol that the state hardly ever sees) in the score.' },
  { name: 'frequencyWeight', type: 'number', unit: '', min: 0, max: 10, whole: false, default: 2, text: 'Weight of visiting a state more often than any entity of the baseline did.' },
  { name: 'seed', type: 'number', unit: '', min: 0, max: 4294967295, whole: true, default: 1, text: 'Seed of every random choice (only ENCODE makes any).' },
];
