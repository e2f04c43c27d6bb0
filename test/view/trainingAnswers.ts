import { mulberry32 } from '../../server/core/util/rng';
import type { Training, TrainingState } from '../../server/protocol/training';
import type { Model } from './model';

const PLANNED = 4000, EPOCH = 500, EACH = 4;
const texts: Readonly<Record<TrainingState, readonly [done: number, text: string]>> = {
  running: [2350, 'epoch 5 of 8, loss 1.712'],
  finished: [3500, 'The loss of held-back rows did not fall for two epochs.'],
  cancelled: [1200, 'No model was made of it.'],
  failed: [800, 'The loss is no number: lower the setting learningRate.'],
  loaded: [4000, ''],
};

/** The training of a net that learns well at first and too much by heart in the end: the loss of held-back rows rises again. */
export function training({ options: { training: state = 'finished', seed } }: Model): Training {
  const [done, text] = texts[state], rng = mulberry32(seed), steps = Uint32Array.from({ length: done / EACH }, (_, i) => EACH * (i + 1)), validationSteps = Uint32Array.from({ length: Math.floor(done / EPOCH) }, (_, i) => EPOCH * (i + 1));
  const loss = (step: number): number => 1.45 + 5.2 * Math.exp(-step / 160) + 0.9 * Math.exp(-step / 1500);
  return {
    id: 1, state, text, detector: 'Authentication sequences', done,
    ...(state === 'loaded' ? {} : { planned: PLANNED }), ...(state === 'finished' || state === 'loaded' ? { model: '/capture/.anomaline/models/authSequences-3f9a1c.safetensors' } : {}),
    curve: { steps, losses: Float32Array.from(steps, (step) => loss(step) + 0.35 * (rng() - 0.5)), validationSteps, validationLosses: Float32Array.from(validationSteps, (step) => loss(step) + 0.08 + 0.12 * Math.max(0, step - 2500) / 1000) },
  };
}
