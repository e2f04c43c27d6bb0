import { randomBelow, type Rng } from '../../util/rng';

/** At most `size` of some numbers, in their order, each equally likely (Knuth's selection sampling). O(n). */
export function sampleOf(numbers: Uint32Array, size: number, rng: Rng): Uint32Array {
  const n = numbers.length;
  if (n <= size) return numbers;
  const chosen = new Uint32Array(size);
  let found = 0;
  for (let i = 0; found < size; i++) if (randomBelow(rng, n - i) < size - found) chosen[found++] = numbers[i];
  return chosen;
}
