import type { Tensors } from '../../nn/runtime';
import type { LossCurve } from '../../nn/trainCurve';

/** A net that was trained. */
export interface Net {
  readonly config: Readonly<Record<string, unknown>>;
  readonly weights: Tensors;
  readonly curve: LossCurve;
}
