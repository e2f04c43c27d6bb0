import type { FieldSet, LineScore } from '../../auth/lineScores';
import type { Accounts } from '../../auth/rows';
import type { VocabularyKind } from '../../auth/vocabulary';
import type { Setting } from '../../settings/setting';
import type { EntityKind } from '../../symbols/entities';

/** What predicts the fields of an event: counts, or a net of this kind. */
export type LineModelName = 'counts' | 'attention' | 'transformer' | 'causalTransformer' | 'lstm' | 'bidirectionalLstm' | 'tieredLstm' | 'tieredTransformer' | 'multiLine';

export interface AuthSequencesSettings {
  readonly model: LineModelName;
  readonly preset: 'small' | 'large' | 'reference';
  readonly vocabulary: VocabularyKind;
  readonly cutoff: number;
  readonly time: boolean;
  readonly accounts: Accounts;
  readonly fields: FieldSet;
  readonly score: LineScore;
  readonly normalise: boolean;
  readonly entity: EntityKind;
  /** Weight of counts in the probabilities of a net. */
  readonly countShare: number;
  readonly epochs: number;
  readonly batch: number;
  readonly learningRate: number;
  /** Share of the baseline that is held back from a net, to stop in time and to set the scale. */
  readonly holdBack: number;
  /** Pairs of context and value that counts keep at most. */
  readonly mostPairs: number;
  readonly seed: number;
}

export const SETTINGS: readonly Setting[] = [
  { name: 'model', type: 'choice', choices: ['counts', 'attention', 'transformer', 'causalTransformer', 'lstm', 'bidirectionalLstm', 'tieredLstm', 'tieredTransformer', 'multiLine'], default: 'attention', text: 'What predicts each field of an event from the others: counts of what was seen together (`counts`, one pass, no net), or a net: one that predicts every field from all others in one pass (`attention`), a transformer that hides the fields one by one (`transformer`) or sees those before (`causalTransformer`), an LSTM (`lstm`), one in both directions (`bidirectionalLstm`), or a model that also sees earlier events of the user (`tieredLstm`, `tieredTransformer`, `multiLine`).' },
  { name: 'preset', type: 'choice', choices: ['small', 'large', 'reference'], default: 'small', text: 'Size of the net: `small` trains in minutes on a laptop, `large` takes several times as long, `reference` is that of the published system where it has such a net.' },
  { name: 'vocabulary', type: 'choice', choices: ['fields', 'merged', 'global'], default: 'fields', text: 'Whether each field has values of its own (`fields`), source and destination share users, domains and hosts (`merged`), or a text is the same value wherever it stands (`global`).' },
  { name: 'cutoff', type: 'number', unit: 'rows', min: 0, max: 1e9, whole: true, default: 1, text: 'Values that the baseline has in no more rows than this are unknown (the published system: 40).' },
  { name: 'time', type: 'flag', default: false, text: 'Whether the hour of the day is looked at as one more field.' },
  { name: 'accounts', type: 'choice', choices: ['all', 'people', 'reference'], default: 'all', text: 'Whose events are learned and scored: of all accounts, without machine accounts and those of Windows itself (`people`), or of users whose name starts with U, as in LANL\'s data (`reference`).' },
  { name: 'fields', type: 'choice', choices: ['circumstances', 'movement', 'all'], default: 'circumstances', text: 'Fields that count for the score: all but user, target user and outcome (`circumstances`), source host, destination host and authentication type (`movement`), or all.' },
  { name: 'score', type: 'choice', choices: ['sum', 'mean'], default: 'sum', text: 'Whether the score of a row is the sum of the losses of its fields or their mean.' },
  { name: 'normalise', type: 'flag', default: false, text: 'Whether a row is compared with the rows of its user before it: users with many odd events are odd as a rule.' },
  { name: 'entity', type: 'choice', choices: ['user', 'source', 'destination', 'pair'], default: 'user', text: 'Whose rows are put together in findings: those of a user, a source host, a destination host or a pair of hosts.' },
  { name: 'countShare', type: 'number', unit: '', min: 0, max: 0.99, whole: false, default: 0.5, text: 'Weight of the counts in each probability that a net gives: counts remember exactly what was seen, nets guess what is alike. 0: the net alone.' },
  { name: 'epochs', type: 'number', unit: 'passes', min: 0, max: 1000, whole: true, default: 0, text: 'How often a net is trained on the whole baseline, at most; it ends before when held-back rows are predicted no better. 0: as often as makes about a million rows, once to eight times, of a larger baseline two million rows at random.' },
  { name: 'batch', type: 'number', unit: 'rows', min: 1, max: 65536, whole: true, default: 512, text: 'Rows of one training step. Fewer need less memory.' },
  { name: 'learningRate', type: 'number', unit: '', min: 0, max: 1, whole: false, default: 0, text: 'Learning rate at the start; 0: 0.01 for `attention`, falling to nothing, and 0.002 for the others, halved after each pass (the published system: 0.0001).' },
  { name: 'holdBack', type: 'number', unit: 'share of rows', min: 0.01, max: 0.5, whole: false, default: 0.1, text: 'Share of the baseline that a net is not trained on: it tells when to stop, and sets the scale of scores.' },
  { name: 'mostPairs', type: 'number', unit: 'pairs', min: 1000, max: 1e8, whole: true, default: 2_000_000, text: 'Pairs of context and value that counts keep at most, about 30 bytes each; beyond, the rarest are forgotten.' },
  { name: 'seed', type: 'number', unit: '', min: 0, max: 4294967295, whole: true, default: 1, text: 'Seed of every random choice: weights, order of rows, rows held back.' },
];
