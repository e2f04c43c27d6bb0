import { HOURS } from '../../auth/fields';
import { TIME, type Vocabulary } from '../../auth/vocabulary';
import type { LossCurve } from '../../nn/trainCurve';
import { lineModel, type LineModel, type ModelConfig, PRESETS, REFERENCE, type TokenSpace, type Weights } from './nets';
import type { AuthSequencesSettings, LineModelName } from './settings';

/** A net that was trained. */
export interface Net {
  readonly weights: Weights;
  readonly curve: LossCurve;
}

/** Widths of the published kinds of net in the smaller preset. */
const SMALL = 64;

const CONFIGS: Readonly<Record<Exclude<LineModelName, 'counts'>, Readonly<Record<AuthSequencesSettings['preset'], ModelConfig>>>> = {
  attention: { small: PRESETS.small, large: PRESETS.large, reference: PRESETS.large },
  transformer: sized(REFERENCE.transformer, { width: SMALL, feedForward: 2 * SMALL }),
  causalTransformer: sized(REFERENCE.causal, { width: SMALL, feedForward: 2 * SMALL }),
  lstm: sized(REFERENCE.lstm, { embedding: SMALL, hidden: SMALL }),
  bidirectionalLstm: sized(REFERENCE.bidirectionalLstm, { embedding: SMALL, hidden: SMALL }),
  tieredLstm: sized(REFERENCE.tieredLstm, { embedding: SMALL, hidden: SMALL, context: SMALL }),
  tieredTransformer: sized(REFERENCE.tieredTransformer, { layers: 1, width: SMALL, feedForward: 2 * SMALL, heads: 4, window: 20 }),
  multiLine: sized(REFERENCE.multiLine, { width: 120, feedForward: 2 * SMALL, heads: 8, window: 20, steps: 20 }),
};

function sized(published: ModelConfig, small: Readonly<Record<string, number>>): Readonly<Record<AuthSequencesSettings['preset'], ModelConfig>> {
  return { small: { ...published, ...small }, large: published, reference: published };
}

/** The net of these settings over a vocabulary; undefined with counts. The same settings give the same net. */
export function netOf({ model, preset, time }: AuthSequencesSettings, vocabulary: Vocabulary, columns: number): LineModel | undefined {
  return model === 'counts' ? undefined : lineModel(CONFIGS[model][preset], time ? withHour(vocabulary) : vocabulary, columns);
}

/** The hour stands before the fields. */
function withHour(vocabulary: Vocabulary): TokenSpace {
  const hours = Int32Array.from({ length: HOURS + 1 }, (_, i) => (i < HOURS ? vocabulary.hourToken(i) : vocabulary.unknown(TIME)));
  return { size: vocabulary.size, candidates: (position) => (position === 0 ? hours : vocabulary.candidates(position - 1)), mask: (position) => vocabulary.mask(position === 0 ? TIME : position - 1), text: (token) => vocabulary.text(token) };
}
