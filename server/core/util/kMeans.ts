import { checkCancelled, noControl } from './control';
import { randomBelow } from './rng';
import type { Rng } from './rng';

/** Points as rows of one array: point i is `values[i * width .. (i + 1) * width)`. */
export interface Points {
  readonly values: Float64Array;
  readonly width: number;
}

export function pointCount(points: Points): number {
  return points.values.length / points.width;
}

/**
 * k-means with k-means++ starts (Arthur and Vassilvitskii 2007) and Lloyd's iterations. Returns the cluster of each point; there are
 * fewer than k clusters when there are fewer than k different points. Throws `Cancelled` when `control` says so. O(points x k x width) an iteration.
 */
export function kMeans(points: Points, k: number, rng: Rng, maxIterations = 100, control = noControl): Uint32Array {
  const { values, width } = points;
  const n = pointCount(points);
  const centres = plusPlusStarts(points, k, rng);
  const clusters = centres.length / width;
  const assigned = new Uint32Array(n);
  const sums = new Float64Array(centres.length);
  const sizes = new Uint32Array(clusters);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    checkCancelled(control);
    let changed = iteration === 0;
    for (let i = 0; i < n; i++) {
      let nearest = 0;
      let least = Infinity;
      for (let c = 0; c < clusters; c++) {
        const distance = squaredDistance(values, i * width, centres, c * width, width);
        if (distance < least) {
          least = distance;
          nearest = c;
        }
      }
      if (assigned[i] !== nearest) changed = true;
      assigned[i] = nearest;
    }
    if (!changed) break;
    sums.fill(0);
    sizes.fill(0);
    for (let i = 0; i < n; i++) {
      sizes[assigned[i]]++;
      for (let d = 0; d < width; d++) sums[assigned[i] * width + d] += values[i * width + d];
    }
    // A cluster that lost all its points keeps its centre.
    for (let c = 0; c < clusters; c++) if (sizes[c] > 0) for (let d = 0; d < width; d++) centres[c * width + d] = sums[c * width + d] / sizes[c];
  }
  return assigned;
}

function plusPlusStarts({ values, width }: Points, k: number, rng: Rng): Float64Array {
  const n = values.length / width;
  const centres: number[] = [];
  const nearest = new Float64Array(n).fill(Infinity);
  for (let chosen = n > 0 && k > 0 ? randomBelow(rng, n) : -1; chosen >= 0; ) {
    const at = centres.length;
    for (let d = 0; d < width; d++) centres.push(values[chosen * width + d]);
    let total = 0;
    for (let i = 0; i < n; i++) {
      const distance = squaredDistance(values, i * width, centres, at, width);
      if (distance < nearest[i]) nearest[i] = distance;
      total += nearest[i];
    }
    if (centres.length >= k * width || total === 0) break;
    chosen = pick(nearest, rng() * total);
  }
  return Float64Array.from(centres);
}

/** The first index at which the running sum of the weights exceeds `u`; the last with a weight when rounding leaves none. */
function pick(weights: Float64Array, u: number): number {
  let last = -1;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i] === 0) continue;
    last = i;
    sum += weights[i];
    if (sum > u) break;
  }
  return last;
}

/**
 * Mean silhouette (Rousseeuw 1987) of a clustering, -1 .. 1, greater is better; a point alone in its cluster counts 0, and so does a clustering
 * with one cluster. O(points^2 x width): give a sample of many points.
 */
export function silhouette({ values, width }: Points, assigned: ArrayLike<number>): number {
  const n = assigned.length;
  const clusters = Array.prototype.reduce.call(assigned, (most, c) => Math.max(most as number, (c as number) + 1), 0) as number;
  const sizes = new Uint32Array(clusters);
  for (let i = 0; i < n; i++) sizes[assigned[i]]++;
  const sums = new Float64Array(clusters);
  let total = 0;
  for (let i = 0; i < n; i++) {
    if (sizes[assigned[i]] < 2) continue;
    sums.fill(0);
    for (let j = 0; j < n; j++) if (j !== i) sums[assigned[j]] += Math.sqrt(squaredDistance(values, i * width, values, j * width, width));
    const within = sums[assigned[i]] / (sizes[assigned[i]] - 1);
    let other = Infinity;
    for (let c = 0; c < clusters; c++) if (c !== assigned[i] && sizes[c] > 0) other = Math.min(other, sums[c] / sizes[c]);
    const greater = Math.max(within, other);
    if (other !== Infinity && greater > 0) total += (other - within) / greater;
  }
  return n > 0 ? total / n : 0;
}

function squaredDistance(a: ArrayLike<number>, at: number, b: ArrayLike<number>, bt: number, width: number): number {
  let sum = 0;
  for (let d = 0; d < width; d++) {
    const difference = a[at + d] - b[bt + d];
    sum += difference * difference;
  }
  return sum;
}
