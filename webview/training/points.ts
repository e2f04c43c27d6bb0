import type { TrainingCurve } from '../../server/protocol/training';

/** Both curves by step, as columns: NaN where a step has only one of the losses. Steps ascend. */
export interface Points {
  readonly steps: Float64Array;
  readonly losses: Float32Array;
  readonly validations: Float32Array;
}

/** O(points). */
export function pointsOf({ steps, losses, validationSteps, validationLosses }: TrainingCurve): Points {
  const all = Float64Array.from(new Set([...steps, ...validationSteps])).sort();
  const points = { steps: all, losses: new Float32Array(all.length).fill(NaN), validations: new Float32Array(all.length).fill(NaN) };
  for (let i = 0, a = 0, b = 0; i < all.length; i++) {
    for (; a < steps.length && steps[a] <= all[i]; a++) points.losses[i] = losses[a];
    for (; b < validationSteps.length && validationSteps[b] <= all[i]; b++) points.validations[i] = validationLosses[b];
  }
  return points;
}

/** The point whose step is nearest; -1: there is none. O(log points). */
export function nearest({ steps }: Points, step: number): number {
  let low = 0, high = steps.length - 1;
  while (low < high) {
    const middle = low + high >> 1;
    if (steps[middle] < step) low = middle + 1;
    else high = middle;
  }
  return low > 0 && step - steps[low - 1] <= steps[low] - step ? low - 1 : high;
}

/** Place of the least loss; the first of equal ones. -1: there is none. */
export function best(losses: Float32Array): number {
  let at = -1;
  losses.forEach((loss, i) => { if (!Number.isNaN(loss) && (at < 0 || loss < losses[at])) at = i; });
  return at;
}

/** Each loss as the mean of it and its neighbours, `radius` to each side; the first ones have as few after them as before, for losses fall steeply there. O(losses). */
export function smoothed(losses: Float32Array, radius: number): Float32Array {
  const sums = new Float64Array(losses.length + 1), out = new Float32Array(losses.length);
  for (let i = 0; i < losses.length; i++) sums[i + 1] = sums[i] + losses[i];
  for (let i = 0; i < losses.length; i++) {
    const near = Math.min(radius, i), end = Math.min(losses.length, i + near + 1);
    out[i] = (sums[end] - sums[i - near]) / (end - i + near);
  }
  return out;
}

/** The curve as a table for other programs; lines end with a line feed. */
export function csvOf({ steps, losses, validations }: Points): string {
  const cell = (loss: number): string => (Number.isNaN(loss) ? '' : String(loss));
  return ['step,training_loss,held_back_loss', ...Array.from(steps, (step, i) => `${step},${cell(losses[i])},${cell(validations[i])}`), ''].join('\n');
}
