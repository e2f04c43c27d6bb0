import type { Checkpoint } from '../../nn/checkpoint';
import type { NeuralRuntime } from '../../nn/runtime';
import { Cancelled, type Control } from '../../util/control';
import { crc32 } from '../../util/crc32';
import { type KeptTraining, LearningError } from '../detector';
import type { Net } from './net';
import { type LineModel, trainLines, trainingDefaults, type Weights } from './nets';
import { readsContext } from './nets/lineModel';
import type { AuthSequencesSettings } from './settings';

/** A trained net, and what the reader should know of how training ended. */
export interface TrainedNet {
  readonly net: Net;
  readonly note?: string;
}

/** Rows of all passes together that are enough, and passes at most. */
const ENOUGH_ROWS = 1_000_000;
const MOST_EPOCHS = 8;
/** Rows of one run at most, where the setting leaves it open: a random part of a larger baseline teaches about as much. */
const MOST_ROWS = 2_000_000;
/** Learning rate of the published kinds of net; with the published one, 0.0001, a million rows teach them next to nothing. */
const PUBLISHED_RATE = 0.002;

/** Users that a model of context reads side by side at most. */
const MOST_LANES = 32;

/** Trains the net of a model on the tokens of its rows, in order of time, and the user of each; `from`: weights to begin with; `kept`: where training is kept until it is over. Throws `Cancelled`, `LearningError`; rejects with `NeuralError` when the runtime fails. */
export async function trainNet(model: LineModel, tokens: Int32Array, users: Int32Array, settings: AuthSequencesSettings, runtime: NeuralRuntime, control: Control, from?: Weights, kept?: KeptTraining): Promise<TrainedNet> {
  const lines = Math.floor(tokens.length / model.columns);
  const { batch, learningRate, holdBack, seed } = settings;
  const defaults = trainingDefaults(model.config);
  const epochs = settings.epochs > 0 ? settings.epochs : Math.max(1, Math.min(MOST_EPOCHS, Math.round(ENOUGH_ROWS / Math.max(1, lines))));
  const size = Math.max(1, Math.min(batch, readsContext(model) ? MOST_LANES : Infinity, Math.ceil(lines * (1 - holdBack))));
  const perStep = readsContext(model) ? size * model.config.steps : size;
  const maxSteps = settings.epochs > 0 ? Infinity : Math.ceil(MOST_ROWS / perStep);
  const steps = Math.min(maxSteps, epochs * Math.ceil((lines * (1 - holdBack)) / perStep));
  let held: number | undefined;
  let resumed = '';
  const onResume = ({ step, curve: { steps: at, losses, validationSteps, validationLosses } }: Checkpoint): void => {
    resumed = ` (gone on with after step ${step})`;
    held = validationLosses.at(-1);
    const measured = new Map(validationSteps.map((one, i) => [one, validationLosses[i]]));
    at.forEach((one, i) => control.plot?.({ step: one, steps, loss: losses[i], ...(measured.has(one) ? { validation: measured.get(one) as number } : {}) }));
  };
  const { weights, curve, outcome, problem, checkpoint } = await trainLines(model, tokens, {
    ...defaults, epochs, ...(Number.isFinite(maxSteps) ? { maxSteps } : {}), batch: size, learningRate: learningRate > 0 ? learningRate : model.config.kind === 'leaveOneOut' ? defaults.learningRate : PUBLISHED_RATE, seed, runtime, users, ...(from ? { from } : {}), heldBack: holdBack,
    ...(kept ? { kept: { ...(kept.checkpoint ? { checkpoint: kept.checkpoint } : {}), due: () => kept.due(), keep: (bytes) => kept.keep(bytes), identity: identityOf(model, tokens, users, settings, from), onResume } } : {}),
    control: { report: () => undefined, get cancelled() { return control.cancelled; } },
    onProgress(step, loss, validation) {
      held = validation ?? held;
      control.plot?.({ step, steps, loss, ...(validation === undefined ? {} : { validation }) });
      control.report(Math.min(1, step / steps), `Training${resumed}, step ${step} of ${Math.max(step, steps)}: loss ${loss.toFixed(3)}${held === undefined ? '' : `, ${held.toFixed(3)} on rows held back`}`);
    },
  });
  if (outcome === 'cancelled') throw new Cancelled();
  // Without a good epoch there is nothing to keep.
  if (outcome === 'diverged' && checkpoint.epoch === 0) throw new LearningError(`${problem?.message ?? 'Training went astray.'} ${problem?.next ?? 'Lower the setting learningRate.'}`);
  return { net: { weights, curve }, ...(problem ? { note: `${problem.message} ${problem.next}` } : {}) };
}

/** What must be equal for a training to be gone on with: settings, lines, users and first weights. O(lines + weights). */
function identityOf({ config, columns }: LineModel, tokens: Int32Array, users: Int32Array, settings: AuthSequencesSettings, from: Weights = {}): string {
  const sum = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string => `${byteLength}:${crc32(new Uint8Array(buffer, byteOffset, byteLength)).toString(16)}`;
  return JSON.stringify([settings, config, columns, sum(tokens), sum(users), Object.entries(from).map(([name, weights]) => [name, sum(weights)])]);
}
