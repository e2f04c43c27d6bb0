import type { Sequences } from '../../symbols/rows';

/** Share of each entity's chosen rows that do not fit, 0 without any. `entities`: numbers of those asked for. O(rows of them). */
export function misfitShares(entities: Uint32Array, { order, starts }: Sequences, chosen: Uint8Array, isMisfit: (row: number) => boolean): Float64Array {
  return Float64Array.from(entities, (e) => {
    let rows = 0;
    let misfits = 0;
    for (let i = starts[e]; i < starts[e + 1]; i++) {
      if (chosen[order[i]] === 0) continue;
      rows++;
      if (isMisfit(order[i])) misfits++;
    }
    return rows > 0 ? misfits / rows : 0;
  });
}
