import type { Vocabulary } from './vocabulary';

/** A value that a field could have had. */
export interface ExpectedValue {
  /** As `Vocabulary.text` has it; `[OOV]` stands for all values that the model does not know. */
  readonly value: string;
  /** Probability, 0 to 1. */
  readonly share: number;
}

/** What every model of authentication events offers, networks and counts alike. Rows are tokens of its vocabulary. */
export interface EventModel {
  readonly vocabulary: Vocabulary;
  /** Whether the hour stands before the fields of a row. */
  readonly time: boolean;
  /**
   * The loss of each field of each row, in nats: -ln of the probability that the model gives to its value. Row r, field f (position in
   * `EVENT_FIELDS`) at [r * 10 + f]; fields that the model does not predict are 0.
   */
  lineLosses(tokens: Int32Array): Float32Array;
  /** What the model would have expected in a field of a row, most probable first, at most `most` values. */
  expected(tokens: Int32Array, row: number, field: number, most: number): readonly ExpectedValue[];
}
