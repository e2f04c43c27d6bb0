import type { Problem } from '../../../util/problem';
import type { Control } from '../../../util/control';
import { mulberry32 } from '../../../util/rng';
import { batchLoader } from '../../../nn/batches';
import type { BatchSource } from '../../../nn/batches';
import type { Checkpoint } from '../../../nn/checkpoint';
import { maskSource } from '../../../nn/masks';
import { inferenceProgram, initialState, trainingProgram } from '../../../nn/program';
import type { NeuralRuntime, Tensors } from '../../../nn/runtime';
import type { TrainOutcome } from '../../../nn/train';
import { stepDecay, train } from '../../../nn/train';
import type { LossCurve } from '../../../nn/trainCurve';
import type { ModelConfig } from './config';
import { stepFeeds } from './lineFeeds';
import type { LineModel } from './lineModel';
import { buildLineModel } from './lineModel';
import { meanLoss } from './net';

/** Weights by name, float32: what a model's file holds. */
export type Weights = Readonly<Record<string, Float32Array>>;

/** How a model learns. */
export interface TrainingSettings {
  readonly epochs: number;
  /** Lines of a step. */
  readonly batch: number;
  readonly learningRate: number;
  /** Factor of the learning rate after each epoch. */
  readonly decay: number;
  /** Gradients are scaled down to this norm; absent: never. */
  readonly clipNorm?: number;
}

/** The published recipe (specs/auth-sequence.md, section 5). */
export const REFERENCE_TRAINING: TrainingSettings = { epochs: 3, batch: 400, learningRate: 1e-4, decay: 0.5 };

/** Defaults by kind of model: the published recipe, except for our own model. */
export function trainingDefaults({ kind }: ModelConfig): TrainingSettings {
  return kind === 'leaveOneOut' ? { epochs: 2, batch: 512, learningRate: 2e-3, decay: 0.3, clipNorm: 1 } : REFERENCE_TRAINING;
}

export interface TrainLinesOptions extends TrainingSettings {
  readonly seed: number;
  readonly runtime: NeuralRuntime;
  readonly control: Control;
  /** Share of lines that are held back to measure, at most `MAX_HELD_BACK` lines; default 0.05. */
  readonly heldBack?: number;
  /** Ends after so many epochs without a better loss of the lines held back; default 5. */
  readonly patience?: number;
  readonly maxSteps?: number;
  readonly timeLimit?: { readonly milliseconds: number; readonly clock: () => number };
  /** Weights to go on from, of the same configuration and vocabulary; default: drawn by the seed. */
  readonly from?: Weights;
  readonly resume?: Checkpoint;
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  readonly checkpointEvery?: number;
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

/** Batches whose random choices depend on the seed, the epoch and the batch alone. */
function batches(model: LineModel, tokens: Int32Array, lines: Uint32Array, { batch, seed }: { readonly batch: number; readonly seed: number }, learns: boolean): BatchSource {
  const order = batchLoader({ rows: lines.length, batch, seed, shuffle: learns, fill: (rows) => ({ lines: Int32Array.from(rows, (row) => lines[row]) }) });
  return {
    batches: (epoch) => order.batches(epoch),
    batch(epoch, index) {
      const { tensors: { lines: chosen, ...weights }, ...rest } = order.batch(epoch, index);
      const rng = mulberry32(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(epoch + 1, 0x85ebca6b) ^ Math.imul(index + 1, 0xc2b2ae35));
      return { ...rest, tensors: { ...stepFeeds(model, tokens, Uint32Array.from(chosen as Int32Array), rng, learns), ...weights } };
    },
  };
}

/**
 * Learns a model of single lines: `tokens` holds them row by row, `model.columns` each. Equal options give equal weights on one machine with one number of threads.
 * A loss that is no number ends it with the last good weights and a problem; rejects with `NeuralError` when the runtime fails (out of memory, say).
 */
export async function trainLines(model: LineModel, tokens: Int32Array, options: TrainLinesOptions): Promise<TrainedLines> {
  const { batch, seed, from, onProgress, clipNorm } = options;
  const { learned, held } = splitLines(Math.floor(tokens.length / model.columns), options.heldBack ?? 0.05, seed);
  const net = buildLineModel(model, batch, true);
  const program = trainingProgram({ loss: meanLoss(net, true), adam: { ...(clipNorm !== undefined && { clipNorm }) } });
  const measured = inferenceProgram({ loss: meanLoss(buildLineModel(model, batch, false), false) });
  let validation: number | undefined;
  const result = await train({
    ...options,
    training: { programs: [program], data: batches(model, tokens, learned, options, true) },
    ...(held.length > 0 && { validation: { programs: [measured], data: batches(model, tokens, held, options, false) } }),
    state: { ...initialState(program, net.graph, seed), ...from },
    learningRate: stepDecay(options.learningRate, options.decay),
    masks: () => maskSource(program.masks, seed),
    earlyStopping: { patience: options.patience ?? 5 },
    onStep: ({ step, loss }) => onProgress?.(step, loss, validation),
    onValidation: ({ loss }) => { validation = loss; },
  });
  const names = new Set(net.graph.parameters.map(({ value }) => value.name));
  return { ...result, weights: weightsOf(result.state, names) };
}

function weightsOf(state: Tensors, names: ReadonlySet<string>): Weights {
  return Object.fromEntries(Object.entries(state).filter(([name]) => names.has(name)).map(([name, data]) => [name, data as Float32Array]));
}
