import type { Control } from '../util/control';
import type { Problem } from '../util/problem';
import type { Batch, BatchSource } from './batches';
import type { Best, Checkpoint } from './checkpoint';
import type { NeuralRuntime, NeuralSession, Program, Tensors } from './runtime';
import { CurveWriter, emptyCurve, type LossCurve } from './trainCurve';

/** Programs of one net that share kept tensors, one for each variant of batch, in that order. Each gives `loss`, the mean over its batch. */
export interface Trained {
  readonly programs: readonly Program[];
  readonly data: BatchSource;
}

export interface TrainOptions {
  readonly runtime: NeuralRuntime;
  /** Each call of these is a step. They are fed the batch, the masks and, where they have it, `learningRate`. */
  readonly training: Trained;
  /** Measured after each epoch; its programs keep tensors of the training programs. */
  readonly validation?: Trained;
  /** All kept tensors of the training programs at the start. */
  readonly state: Tensors;
  readonly epochs: number;
  /** Learning rate of a step; see `stepDecay`. */
  readonly learningRate: (at: { readonly step: number; readonly epoch: number }) => number;
  /** What a step is fed beside its batch: dropout masks. Makes a source whose arrays are filled anew by its next call. */
  readonly masks?: (variant: number) => (step: number) => Tensors;
  /** Ends after this many epochs in which the validation loss did not fall by more than `least` (default 0). */
  readonly earlyStopping?: { readonly patience: number; readonly least?: number };
  /** Ends after this many steps, those before a resume counted. */
  readonly maxSteps?: number;
  /** Ends when the clock has gone this far since the start of the call. */
  readonly timeLimit?: { readonly milliseconds: number; readonly clock: () => number };
  /** Progress, and cancel between steps. */
  readonly control: Control;
  readonly onStep?: (at: StepReport) => void;
  readonly onValidation?: (at: { readonly step: number; readonly epoch: number; readonly loss: number }) => void;
  /** Steps between checkpoints within an epoch; there is one after each epoch anyway. */
  readonly checkpointEvery?: number;
  /** Asked after each step within an epoch whether there shall be one. */
  readonly checkpointDue?: () => boolean;
  /** Is given each checkpoint, and waited for. */
  readonly onCheckpoint?: (checkpoint: Checkpoint) => void | Promise<void>;
  /** Goes on from there instead of from `state`: with equal options the result has the same bytes as that of a run without a stop. */
  readonly resume?: Checkpoint;
}

export interface StepReport {
  /** Steps done. */
  readonly step: number;
  readonly epoch: number;
  readonly loss: number;
  readonly learningRate: number;
}

/** Why training ended. */
export type TrainOutcome = 'finished' | 'stoppedEarly' | 'stepLimit' | 'timeLimit' | 'cancelled' | 'diverged';

export interface TrainResult {
  readonly outcome: TrainOutcome;
  /** Kept tensors with the least validation loss; without validation, the last ones. When training diverged, never what it diverged to. */
  readonly state: Tensors;
  /** Where a later run can go on. */
  readonly checkpoint: Checkpoint;
  readonly curve: LossCurve;
  readonly problem?: Problem;
}

/**
 * Trains a net. One step is one call of the runtime; the next batch and its masks are made while it runs. Only the loss
 * crosses from the runtime each step, kept tensors at checkpoints. Rejects with `NeuralError` when the runtime fails:
 * the last checkpoint is where to go on then.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { runtime, training, validation, state, resume } = options;
  const first = await runtime.open(training.programs[0], resume?.state ?? state);
  const opened = [first];
  const share = async (program: Program): Promise<NeuralSession> => {
    const session = await first.share(program);
    opened.push(session);
    return session;
  };
  try {
    const steps = [first], measures: NeuralSession[] = [];
    for (const program of training.programs.slice(1)) steps.push(await share(program));
    for (const program of validation?.programs ?? []) measures.push(await share(program));
    return await new Run(options, steps, measures).toEnd();
  } finally {
    await Promise.all(opened.map((session) => session.close()));
  }
}

/** A learning rate that is multiplied by `factor` after each `epochs` epochs. */
export function stepDecay(rate: number, factor = 1, epochs = 1): TrainOptions['learningRate'] {
  return ({ epoch }) => rate * factor ** Math.floor(epoch / epochs);
}

interface Prepared {
  readonly batch: Batch;
  readonly feeds: Tensors;
  readonly rate: number;
}

/** A step can spoil weights while its loss, which is of the weights before, is still a number. */
const SPOILT = 'Weights became infinite or no numbers';

class Run {
  private step: number;
  epoch: number;
  batch: number;
  private best: Best | undefined;
  private waited: number;
  private readonly curve: CurveWriter;
  private good: Checkpoint;
  private readonly startedAt: number;
  /** Two sources for each variant, in turn: the masks of the next step are made while those of this one are in use. */
  private readonly masks: readonly (readonly ((step: number) => Tensors)[])[];

  constructor(private readonly options: TrainOptions, private readonly steps: readonly NeuralSession[], private readonly measures: readonly NeuralSession[]) {
    this.good = options.resume ?? { state: options.state, step: 0, epoch: 0, batch: 0, waited: 0, curve: emptyCurve };
    ({ step: this.step, epoch: this.epoch, batch: this.batch, waited: this.waited, best: this.best } = this.good);
    this.curve = new CurveWriter(this.good.curve);
    this.startedAt = options.timeLimit?.clock() ?? 0;
    this.masks = options.masks ? steps.map((_, variant) => [0, 1].map(() => (options.masks as NonNullable<TrainOptions['masks']>)(variant))) : [];
  }

  async toEnd(): Promise<TrainResult> {
    const { epochs, training: { data }, earlyStopping } = this.options;
    if (epochs > this.epoch && data.batches(this.epoch) === 0) return this.result('finished', { code: 'no-rows', severity: 'error', message: 'There are no rows to train on.', next: 'Choose a baseline with rows that the detector reads.' });
    while (this.epoch < epochs) {
      const patience = earlyStopping?.patience ?? Infinity;
      if (this.waited >= patience) return this.result('stoppedEarly');
      const stop = await this.finishEpoch();
      if (stop) return stop;
    }
    return this.result('finished');
  }

  /** The rest of an epoch, its validation and a checkpoint; a result when it is the last. */
  private async finishEpoch(): Promise<TrainResult | undefined> {
    const { data } = this.options.training, batches = data.batches(this.epoch);
    let prepared: Prepared | undefined;
    while (this.batch < batches) {
      const why = this.reasonToStop();
      if (why) return this.stopWithin(why);
      const { batch: { variant }, feeds, rate }: Prepared = prepared ?? this.prepare(this.step, this.batch);
      // Starts the call first, and makes the next batch while it runs.
      const [{ loss: [loss] }, next] = await Promise.all([this.steps[variant].run(feeds), Promise.resolve().then(() => (this.batch + 1 < batches ? this.prepare(this.step + 1, this.batch + 1) : undefined))]);
      prepared = next;
      if (!Number.isFinite(Number(loss))) return this.diverged(`The loss became ${String(loss)}`);
      this.batch++;
      this.curve.add(++this.step, Number(loss));
      this.report(Number(loss), rate, batches);
      if (this.batch < batches && this.wantsCheckpoint() && !(await this.keep())) return this.diverged(SPOILT);
    }
    if (!(await this.measure())) return this.diverged('The validation loss became infinite or no number');
    const next = { epoch: this.epoch + 1, batch: 0 };
    if (!(await this.keep(next))) return this.diverged(SPOILT);
    Object.assign(this, next);
    return undefined;
  }

  private wantsCheckpoint(): boolean {
    const { checkpointEvery = Infinity, checkpointDue } = this.options;
    return this.step % checkpointEvery === 0 || checkpointDue?.() === true;
  }

  private reasonToStop(): TrainOutcome | undefined {
    const { control, maxSteps, timeLimit } = this.options;
    if (control.cancelled) return 'cancelled';
    if (maxSteps !== undefined && this.step >= maxSteps) return 'stepLimit';
    return timeLimit && timeLimit.clock() - this.startedAt >= timeLimit.milliseconds ? 'timeLimit' : undefined;
  }

  /** Ends within an epoch: the checkpoint is of this place, and the weights of it may be the best. */
  private async stopWithin(why: TrainOutcome): Promise<TrainResult> {
    if (!(await this.keep())) return this.diverged(SPOILT);
    if (why !== 'cancelled') await this.measure();
    return this.result(why);
  }

  private prepare(step: number, index: number): Prepared {
    const { training: { data, programs }, learningRate } = this.options;
    const batch = data.batch(this.epoch, index), rate = learningRate({ step, epoch: this.epoch });
    const rated = programs[batch.variant].inputs.some(({ name }) => name === 'learningRate');
    return { batch, rate, feeds: { ...batch.tensors, ...this.masks[batch.variant]?.[step % 2](step), ...(rated && { learningRate: Float32Array.of(rate) }) } };
  }

  private report(loss: number, learningRate: number, batches: number): void {
    const { control, epochs, onStep } = this.options;
    onStep?.({ step: this.step, epoch: this.epoch, loss, learningRate });
    control.report((this.epoch + this.batch / batches) / epochs, `epoch ${this.epoch + 1} of ${epochs}, loss ${loss.toPrecision(4)}`);
  }

  /** The loss on the validation rows, each row counted alike; remembers the weights if they are the best. False when it is no number. */
  private async measure(): Promise<boolean> {
    const { validation, earlyStopping, onValidation } = this.options;
    if (!validation) return true;
    let sum = 0, rows = 0;
    for (let index = 0; index < validation.data.batches(0); index++) {
      const batch = validation.data.batch(0, index), { loss } = await this.measures[batch.variant].run(batch.tensors);
      sum += Number(loss[0]) * batch.rows;
      rows += batch.rows;
    }
    if (rows === 0) return true;
    const loss = sum / rows;
    if (!Number.isFinite(loss)) return false;
    this.curve.validation(this.step, loss);
    onValidation?.({ step: this.step, epoch: this.epoch, loss });
    if (this.best && !(loss < this.best.loss - (earlyStopping?.least ?? 0))) this.waited++;
    else {
      this.best = { state: await this.steps[0].state(), loss, step: this.step };
      this.waited = 0;
    }
    return true;
  }

  /** Makes a checkpoint of here, unless a kept number is infinite or none. */
  private async keep({ epoch, batch }: Pick<Checkpoint, 'epoch' | 'batch'> = this): Promise<boolean> {
    const state = await this.steps[0].state();
    if (!Object.values(state).every(isFiniteData)) return false;
    const { step, waited, best } = this;
    this.good = { state, step, epoch, batch, waited, curve: this.curve.read(), ...(best ? { best } : {}) };
    await this.options.onCheckpoint?.(this.good);
    return true;
  }

  private diverged(what: string): TrainResult {
    const { step, epoch, good } = this, rate = this.options.learningRate({ step, epoch });
    return this.result('diverged', {
      code: 'diverged', severity: 'error',
      message: `${what} at step ${step + 1} (epoch ${epoch + 1}, learning rate ${rate}); the weights of step ${good.best?.step ?? good.step} are kept.`,
      next: 'Lower the learning rate or clip gradients, and learn again.',
    });
  }

  private result(outcome: TrainOutcome, problem?: Problem): TrainResult {
    const best = outcome === 'diverged' ? this.good.best : this.best;
    return { outcome, state: best?.state ?? this.good.state, checkpoint: this.good, curve: this.curve.read(), ...(problem ? { problem } : {}) };
  }
}

function isFiniteData(data: Tensors[string]): boolean {
  if (!(data instanceof Float32Array)) return true;
  // 0 times any number is 0, times anything else it is not: one comparison for all.
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i] * 0;
  return sum === 0;
}
