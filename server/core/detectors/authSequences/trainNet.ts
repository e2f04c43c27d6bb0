import type { NeuralRuntime } from '../../nn/runtime';
import { Cancelled, type Control } from '../../util/control';
import { LearningError } from '../detector';
import type { Net } from './net';
import { type LineModel, trainLines, trainingDefaults, type Weights } from './nets';
import { readsContext } from './nets/lineModel';
import type { AuthSequencesSettings } from './settings';

/** A trained net, and what the reader should know of how training ended. */
export interface TrainedNet {
  readonly net: Net;
  readonly note?: string;
}

/** Users that a model of context reads side by side at most. */
const MOST_LANES = 32;

/** Trains the net of a model on the tokens of its rows, in order of time, and the user of each; `from`: weights to begin with. Throws `Cancelled`, `LearningError`; rejects with `NeuralError` when the runtime fails. */
export async function trainNet(model: LineModel, tokens: Int32Array, users: Int32Array, settings: AuthSequencesSettings, runtime: NeuralRuntime, control: Control, from?: Weights): Promise<TrainedNet> {
  const lines = Math.floor(tokens.length / model.columns);
  const { epochs, batch, learningRate, holdBack, seed } = settings;
  const defaults = trainingDefaults(model.config);
  const size = Math.max(1, Math.min(batch, readsContext(model) ? MOST_LANES : Infinity, Math.ceil(lines * (1 - holdBack))));
  const perStep = readsContext(model) ? size * model.config.steps : size;
  const steps = epochs * Math.ceil((lines * (1 - holdBack)) / perStep);
  let held: number | undefined;
  const { weights, curve, outcome, problem, checkpoint } = await trainLines(model, tokens, {
    ...defaults, epochs, batch: size, learningRate, seed, runtime, users, ...(from ? { from } : {}), heldBack: holdBack,
    control: { report: () => undefined, get cancelled() { return control.cancelled; } },
    onProgress(step, loss, validation) {
      if (validation !== undefined && validation !== held) {
        held = validation;
        control.plot?.({ step, steps, loss, validation });
      } else control.plot?.({ step, steps, loss });
      control.report(Math.min(1, step / steps), `Training, step ${step} of ${Math.max(step, steps)}: loss ${loss.toFixed(3)}${held === undefined ? '' : `, ${held.toFixed(3)} on rows held back`}`);
    },
  });
  if (outcome === 'cancelled') throw new Cancelled();
  // Without a good epoch there is nothing to keep.
  if (outcome === 'diverged' && checkpoint.epoch === 0) throw new LearningError(`${problem?.message ?? 'Training went astray.'} ${problem?.next ?? 'Lower the setting learningRate.'}`);
  return { net: { weights, curve }, ...(problem ? { note: `${problem.message} ${problem.next}` } : {}) };
}
