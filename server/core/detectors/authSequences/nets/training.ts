import type { Problem } from '../../../util/problem';
import type { Control } from '../../../util/control';
import { mulberry32 } from '../../../util/rng';
import type { KeptTraining } from '../../detector';
import type { BatchSource } from '../../../nn/batches';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../../nn/checkpoint';
import { maskSource } from '../../../nn/masks';
import { inferenceProgram, initialState, trainingProgram } from '../../../nn/program';
import type { NeuralRuntime, Tensors } from '../../../nn/runtime';
import type { TrainOptions, TrainOutcome } from '../../../nn/train';
import { stepDecay, train } from '../../../nn/train';
import type { LossCurve } from '../../../nn/trainCurve';
import { contextBatches, lineBatches } from './batches';
import type { ModelConfig } from './config';
import type { UserLines } from './lanes';
import { linesByUser, splitUsers } from './lanes';
import type { LineModel } from './lineModel';
import { buildNet, readsContext } from './lineModel';
import { memoryOutputs, withMemory } from './memory';
import { meanLoss } from './net';

/** Weights by name, float32: what a model's file holds. */
export type Weights = Readonly<Record<string, Float32Array>>;

/** How a model learns. */
export interface TrainingSettings {
  readonly epochs: number;
  /** Lines of a step; users whose lines are read side by side, for models that read context. */
  readonly batch: number;
  readonly learningRate: number;
  /** Factor of the learning rate after each epoch; or `linear`: it rises over the first `WARM_UP` steps and falls to 0 at the last. */
  readonly decay: number | 'linear';
  /** Gradients are scaled down to this norm; absent: never. */
  readonly clipNorm?: number;
}

/** Steps in which a linear learning rate rises: Adam's means of squares are of few gradients then. */
const WARM_UP = 50;

/** The published recipe (specs/auth-sequence.md, section 5). */
export const REFERENCE_TRAINING: TrainingSettings = { epochs: 3, batch: 400, learningRate: 1e-4, decay: 0.5 };

/** Defaults by kind of model: the published recipe, except for our own model. */
export function trainingDefaults({ kind }: ModelConfig): TrainingSettings {
  return kind === 'leaveOneOut' ? { epochs: 2, batch: 512, learningRate: 0.01, decay: 'linear', clipNorm: 1 } : REFERENCE_TRAINING;
}

export interface TrainLinesOptions extends TrainingSettings {
  readonly seed: number;
  readonly runtime: NeuralRuntime;
  readonly control: Control;
  /** The user of each line, as any whole number; models that read context need it (absent: all lines are of one). */
  readonly users?: ArrayLike<number>;
  /** Share of lines that is held back to measure, at most `MAX_HELD_BACK`; default 0.05. At random; with models that read context, the last of each user. */
  readonly heldBack?: number;
  /** Ends after so many epochs without a better loss of the lines held back; default 5. */
  readonly patience?: number;
  readonly maxSteps?: number;
  readonly timeLimit?: { readonly milliseconds: number; readonly clock: () => number };
  /** Weights to go on from, of the same configuration and vocabulary; default: drawn by the seed. */
  readonly from?: Weights;
  /** Where checkpoints are kept. One of the same `identity` (whatever must be equal: settings, lines, first weights) is gone on from, and `onResume` told. */
  readonly kept?: KeptTraining & { readonly identity: string; readonly onResume?: (from: Checkpoint) => void };
  /** Each step's loss; and, after an epoch, that of the lines held back. */
  readonly onProgress?: (step: number, loss: number, validation?: number) => void;
}

export interface TrainedLines {
  /** Those with the least loss of the lines held back. When training diverged: the last good ones. */
  readonly weights: Weights;
  readonly curve: LossCurve;
  readonly outcome: TrainOutcome;
  readonly checkpoint: Checkpoint;
  readonly problem?: Problem;
}

/** Lines held back at most: their mean loss is known to a percent by then. */
export const MAX_HELD_BACK = 20_000;

/** Which lines are learned and which held back: at random, so that both are of all times. O(lines). */
export function splitLines(lines: number, share: number, seed: number): { readonly learned: Uint32Array; readonly held: Uint32Array } {
  const rng = mulberry32(seed ^ 0x51ed270b);
  const wanted = Math.min(MAX_HELD_BACK, Math.floor(lines * share));
  const learned = new Uint32Array(lines - wanted), held = new Uint32Array(wanted);
  // Selection sampling (Knuth, volume 2, 3.4.2, algorithm S).
  for (let line = 0, taken = 0; line < lines; line++) {
    if (rng() * (lines - line) < wanted - taken) held[taken++] = line;
    else learned[line - taken] = line;
  }
  return { learned, held };
}

function splitContext(users: ArrayLike<number>, share: number): ReturnType<typeof splitUsers> {
  return splitUsers(linesByUser(users), Math.min(share, MAX_HELD_BACK / users.length));
}

/** The lines that training holds back, ascending: at random, or the last of each user. `users` has the user of each line. O(lines). */
export function heldBackLines(model: LineModel, users: ArrayLike<number>, share: number, seed: number): Uint32Array {
  return readsContext(model) ? splitContext(users, share).held.lines.slice().sort() : splitLines(users.length, share, seed).held;
}

/** What is learned from and what is held back, as batches. */
function sources(model: LineModel, tokens: Int32Array, { batch, seed, heldBack: share = 0.05, users }: TrainLinesOptions): { readonly learned: BatchSource; readonly held?: BatchSource } {
  if (readsContext(model)) {
    const { learned, held } = splitContext(users ?? new Uint8Array(Math.floor(tokens.length / model.columns)), share);
    const of = (some: UserLines, learns: boolean): BatchSource => contextBatches(model, tokens, some, { batch, seed, learns });
    return { learned: of(learned, true), ...(held.lines.length > 0 && { held: of(held, false) }) };
  }
  const { learned, held } = splitLines(Math.floor(tokens.length / model.columns), share, seed);
  const of = (some: Uint32Array, learns: boolean): BatchSource => lineBatches(model, tokens, some, { batch, seed, learns });
  return { learned: of(learned, true), ...(held.length > 0 && { held: of(held, false) }) };
}

/**
 * Learns a model: `tokens` holds lines row by row, `model.columns` each, in the order of time. Equal options give equal weights on one machine with one number of threads.
 * A loss that is no number ends it with the last good weights and a problem; rejects with `NeuralError` when the runtime fails (out of memory, say).
 */
export async function trainLines(model: LineModel, tokens: Int32Array, options: TrainLinesOptions): Promise<TrainedLines> {
  const { batch, seed, from, onProgress, clipNorm, kept } = options;
  const { learned, held } = sources(model, tokens, options);
  const net = buildNet(model, batch, true), measuring = buildNet(model, batch, false);
  const program = withMemory(trainingProgram({ loss: meanLoss(net, true), outputs: memoryOutputs(net), adam: { ...(clipNorm !== undefined && { clipNorm }) } }), net);
  const measured = withMemory(inferenceProgram({ loss: meanLoss(measuring, false), ...memoryOutputs(measuring) }), measuring);
  const earlier = kept?.checkpoint && readCheckpoint(kept.checkpoint, program, kept.identity);
  const resume = earlier && !('fault' in earlier) ? earlier : undefined;
  if (resume) kept?.onResume?.(resume);
  let last = NaN;
  const result = await train({
    ...options,
    training: { programs: [program], data: learned },
    ...(held && { validation: { programs: [measured], data: held } }),
    state: { ...initialState(program, net.graph, seed), ...from },
    learningRate: rateOf(options, learned.batches(0)),
    masks: () => maskSource(program.masks, seed),
    ...(resume && { resume }),
    ...(kept && { checkpointDue: () => kept.due(), onCheckpoint: (checkpoint) => kept.keep(writeCheckpoint(checkpoint, kept.identity)) }),
    earlyStopping: { patience: options.patience ?? 5 },
    onStep: ({ step, loss }) => onProgress?.(step, (last = loss)),
    onValidation: ({ step, loss }) => onProgress?.(step, last, loss),
  });
  const names = new Set(net.graph.parameters.map(({ value }) => value.name));
  return { ...result, weights: weightsOf(result.state, names) };
}

/** The learning rate of each step. */
export function rateOf({ learningRate, decay, epochs, maxSteps = Infinity }: Pick<TrainLinesOptions, 'learningRate' | 'decay' | 'epochs' | 'maxSteps'>, stepsPerEpoch: number): TrainOptions['learningRate'] {
  if (decay !== 'linear') return stepDecay(learningRate, decay);
  const last = Math.min(maxSteps, epochs * stepsPerEpoch);
  return ({ step }) => learningRate * Math.min((step + 1) / WARM_UP, Math.max(0, 1 - step / last), 1);
}

function weightsOf(state: Tensors, names: ReadonlySet<string>): Weights {
  return Object.fromEntries(Object.entries(state).filter(([name]) => names.has(name)).map(([name, data]) => [name, data as Float32Array]));
}
