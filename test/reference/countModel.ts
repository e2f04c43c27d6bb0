import { CHAINS } from '../../server/core/auth/chains';

/** Interpolated counts from the formula, over rows of texts: for each chain's contexts, all rows are looked through again. Slow and obvious. */
export function naiveProbability(rows: readonly (readonly string[])[], row: readonly string[], field: number, value: string, candidates: number): number {
  let p = 1 / candidates;
  for (const path of CHAINS[field]) {
    const same = rows.filter((other) => path.every((at) => other[at] === row[at]));
    if (same.length === 0) continue;
    const distinct = new Set(same.map((other) => other[field])).size;
    p = (same.filter((other) => other[field] === value).length + distinct * p) / (same.length + distinct);
  }
  return p;
}
