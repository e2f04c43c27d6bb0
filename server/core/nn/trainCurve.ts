import * as v from 'valibot';
import { isAscending } from '../models/checked';

/** Losses of a run, as columns. */
export interface LossCurve {
  /** Steps done when each mean was taken, and the mean loss of the steps since the one before. */
  readonly steps: readonly number[];
  readonly losses: readonly number[];
  /** Steps done at each validation, and its loss. */
  readonly validationSteps: readonly number[];
  readonly validationLosses: readonly number[];
  /** Losses since the last mean: their sum and number. */
  readonly sum: number;
  readonly count: number;
}

export const emptyCurve: LossCurve = { steps: [], losses: [], validationSteps: [], validationLosses: [], sum: 0, count: 0 };

/** Points of training at most: when there are more, each two become one. */
const MAX_POINTS = 1024;

/** Points of validation that a file may have: one is measured after each of at most 1,000 epochs, and where training ends. */
const MAX_VALIDATIONS = 4096;

/** Whether a value read from a file is a curve that can be shown and gone on with. */
export function isCurve(value: unknown): value is LossCurve {
  return v.is(curveOf, value) && value.steps.length === value.losses.length && value.validationSteps.length === value.validationLosses.length;
}

const step = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
// Sums of losses, which are of single precision, must stay finite.
const loss = v.pipe(v.number(), v.minValue(-1e100), v.maxValue(1e100));
const curveOf = v.object({
  // The writer makes half of them when there are as many as it may have, and needs the distance of the first two.
  steps: v.pipe(v.array(step), v.maxLength(MAX_POINTS - 1), v.check((values: number[]) => isAscending(values))), losses: v.array(loss),
  validationSteps: v.pipe(v.array(step), v.maxLength(MAX_VALIDATIONS)), validationLosses: v.array(loss), sum: loss, count: step,
});

/** Writes a curve: of any number of steps it keeps at most 1,024 points. O(1) a step. */
export class CurveWriter {
  private readonly steps: number[];
  private readonly losses: number[];
  private readonly validationSteps: number[];
  private readonly validationLosses: number[];
  private sum: number;
  private count: number;

  constructor(from: LossCurve) {
    this.steps = [...from.steps];
    this.losses = [...from.losses];
    this.validationSteps = [...from.validationSteps];
    this.validationLosses = [...from.validationLosses];
    this.sum = from.sum;
    this.count = from.count;
  }

  /** The loss of a step; `step` counts it. Steps may be left out: a run that goes on, or one that does not tell of all. */
  add(step: number, loss: number): void {
    this.sum += loss;
    this.count++;
    if (this.steps.length > 0 && step - this.steps[this.steps.length - 1] < this.width) return;
    this.steps.push(step);
    this.losses.push(this.sum / this.count);
    this.sum = this.count = 0;
    if (this.steps.length >= MAX_POINTS) this.halve();
  }

  validation(step: number, loss: number): void {
    this.validationSteps.push(step);
    this.validationLosses.push(loss);
  }

  read(): LossCurve {
    return { steps: [...this.steps], losses: [...this.losses], validationSteps: [...this.validationSteps], validationLosses: [...this.validationLosses], sum: this.sum, count: this.count };
  }

  /** Steps of a point: the distance of the first two, which all have. */
  private get width(): number {
    return this.steps.length < 2 ? 1 : this.steps[1] - this.steps[0];
  }

  private halve(): void {
    const half = this.steps.length / 2;
    for (let i = 0; i < half; i++) {
      this.steps[i] = this.steps[2 * i + 1];
      this.losses[i] = (this.losses[2 * i] + this.losses[2 * i + 1]) / 2;
    }
    this.steps.length = this.losses.length = half;
  }
}
