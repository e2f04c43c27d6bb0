/** Transformer over the tokens of a line (specs/auth-sequence.md, section 4): `masked` predicts a token from all others, else each from those before it. */
export interface TransformerConfig {
  readonly kind: 'transformer';
  readonly masked: boolean;
  readonly layers: number;
  /** Numbers of a token's vector; divided by `heads`. */
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  /** Share of numbers that training drops. */
  readonly dropout: number;
}

/** Predicts every field from all others in one pass: see `leaveOneOut`. */
export interface LeaveOneOutConfig {
  readonly kind: 'leaveOneOut';
  readonly layers: number;
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly dropout: number;
  /** Values of a large field that a training step compares with, beside those that occur in its batch. */
  readonly negatives: number;
}

/** What an LSTM's attention asks for: a learned query, one for each position, or one that depends on the state (Brown et al. 2018). */
export type AttentionQuery = 'fixed' | 'syntax' | 'semantic';

/** LSTM over the tokens of a line; `bidirectional` predicts a token from the states before and behind it. */
export interface LstmConfig {
  readonly kind: 'lstm';
  readonly bidirectional: boolean;
  readonly embedding: number;
  readonly hidden: number;
  readonly attention?: { readonly query: AttentionQuery; readonly width: number };
  /** As published: attention adds no context, each state meets only the sum of the weights that it is given. */
  readonly reference?: boolean;
}

/** LSTM over tokens, beside a second one over the lines of a user whose state goes with every token (Tuor et al. 2018). */
export interface TieredLstmConfig {
  readonly kind: 'tieredLstm';
  readonly embedding: number;
  readonly hidden: number;
  readonly context: number;
  /** Lines of a user that a training step goes back through. */
  readonly steps: number;
}

/** Encoder over the user's previous lines (as vectors), decoder over the tokens of the line. */
export interface TieredTransformerConfig {
  readonly kind: 'tieredTransformer';
  /** Of the encoder, and as many of the decoder. */
  readonly layers: number;
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly dropout: number;
  /** Previous lines that are seen at most. */
  readonly window: number;
  readonly steps: number;
}

/** Predicts a whole line from up to `window` previous lines of the user; a line's vector is that of its tokens side by side. */
export interface MultiLineConfig {
  readonly kind: 'multiLine';
  readonly layers: number;
  /** Of a line: a multiple of its tokens. */
  readonly width: number;
  readonly feedForward: number;
  readonly heads: number;
  readonly dropout: number;
  readonly window: number;
  /** Lines that a step predicts. */
  readonly steps: number;
}

/** Models that see a line alone. */
export type LineConfig = TransformerConfig | LeaveOneOutConfig | LstmConfig;
/** Models that see previous lines of the same user. */
export type ContextConfig = TieredLstmConfig | TieredTransformerConfig | MultiLineConfig;
export type ModelConfig = LineConfig | ContextConfig;

/** Configurations of the published system (specs/auth-sequence.md, section 4). */
export const REFERENCE = {
  transformer: { kind: 'transformer', masked: true, layers: 1, width: 128, feedForward: 128, heads: 4, dropout: 0.25 },
  causal: { kind: 'transformer', masked: false, layers: 1, width: 128, feedForward: 128, heads: 4, dropout: 0.25 },
  lstm: { kind: 'lstm', bidirectional: false, embedding: 128, hidden: 128 },
  bidirectionalLstm: { kind: 'lstm', bidirectional: true, embedding: 128, hidden: 128 },
  tieredLstm: { kind: 'tieredLstm', embedding: 128, hidden: 128, context: 128, steps: 3 },
  tieredTransformer: { kind: 'tieredTransformer', layers: 2, width: 256, feedForward: 1024, heads: 8, dropout: 0.1, window: 100, steps: 3 },
  multiLine: { kind: 'multiLine', layers: 1, width: 240, feedForward: 512, heads: 16, dropout: 0.25, window: 100, steps: 100 },
} as const satisfies Record<string, ModelConfig>;

/**
 * Sizes to choose from: `small` is the default, `reference` the published headline model. Ours drop nothing: dropout of vectors hides who is meant, and costs most of the precision (average precision
 * 0.54 with a rate of 0.1, 0.72 without, on a generated organisation); one layer finds no relation over two steps (0.28).
 */
export const PRESETS = {
  small: { kind: 'leaveOneOut', layers: 2, width: 64, feedForward: 128, heads: 4, dropout: 0, negatives: 1024 },
  reference: REFERENCE.transformer,
  large: { kind: 'leaveOneOut', layers: 3, width: 128, feedForward: 256, heads: 4, dropout: 0, negatives: 2048 },
} as const satisfies Record<string, ModelConfig>;

export type Preset = keyof typeof PRESETS;
