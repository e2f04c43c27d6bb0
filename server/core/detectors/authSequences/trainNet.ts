import type { NeuralRuntime } from '../../nn/runtime';
import { Cancelled, type Control } from '../../util/control';
import { LearningError } from '../detector';
import type { Net } from './net';
import { type LineModel, trainLines, trainingDefaults } from './nets';
import type { AuthSequencesSettings } from './settings';

/** A trained net, and what the reader should know of how training ended. */
export interface TrainedNet {
  readonly net: Net;
  readonly note?: string;
}

/** Trains the net of a model on the tokens of its rows. Throws `Cancelled`, `LearningError`; rejects with `NeuralError` when the runtime fails. */
export async function trainNet(model: LineModel, tokens: Int32Array, settings: AuthSequencesSettings, runtime: NeuralRuntime, control: Control): Promise<TrainedNet> {
  const lines = Math.floor(tokens.length / model.columns);
  const { epochs, batch, learningRate, holdBack, seed } = settings;
  const defaults = trainingDefaults(model.config);
  const size = Math.max(1, Math.min(batch, Math.ceil(lines * (1 - holdBack))));
  const steps = epochs * Math.ceil((lines * (1 - holdBack)) / size);
  let held: number | undefined;
  const { weights, curve, outcome, problem } = await trainLines(model, tokens, {
    ...defaults, epochs, batch: size, learningRate, seed, runtime, heldBack: holdBack,
    control: { report: () => undefined, get cancelled() { return control.cancelled; } },
    onProgress(step, loss, validation) {
      if (validation !== undefined && validation !== held) {
        held = validation;
        control.plot?.({ step, steps, loss, validation });
      } else control.plot?.({ step, steps, loss });
      control.report(Math.min(1, step / steps), `Training, step ${step} of ${steps}: loss ${loss.toFixed(3)}${held === undefined ? '' : `, ${held.toFixed(3)} on rows held back`}`);
    },
  });
  if (outcome === 'cancelled') throw new Cancelled();
  // Without a good epoch there is nothing to keep.
  if (outcome === 'diverged' && curve.validationLosses.length === 0) throw new LearningError(`${problem?.message ?? 'Training went astray.'} ${problem?.next ?? 'Lower the setting learningRate.'}`);
  return { net: { weights, curve }, ...(problem ? { note: `${problem.message} ${problem.next}` } : {}) };
}
