import type { TimelineCells } from '../../server/protocol/timeline';

/** Filled cells by highest score, most rows first among equals; at most `most`. O(cells log most). */
export function worstCells({ count, worst }: Pick<TimelineCells, 'count' | 'worst'>, most: number): Uint32Array {
  const cells: number[] = [];
  const before = (a: number, b: number): number => worst[b] - worst[a] || count[b] - count[a] || a - b;
  let bar = -Infinity;
  for (let cell = 0; cell < count.length; cell++) {
    if (count[cell] === 0 || worst[cell] < bar) continue;
    cells.push(cell);
    // Twice as many as wanted are gathered before the rest is dropped, so that each cell costs a share of few sorts.
    if (cells.length >= 2 * most) { cells.sort(before); cells.length = most; bar = worst[cells[most - 1]]; }
  }
  return Uint32Array.from(cells.sort(before).slice(0, most));
}

/** Columns by highest score: their worst cell, and rows in all. O(cells). */
export function worstColumns({ count, worst, columns }: Pick<TimelineCells, 'count' | 'worst' | 'columns'>, most: number): { readonly column: number; readonly cell: number; readonly rows: number }[] {
  const rows = new Float64Array(columns), cell = new Int32Array(columns).fill(-1);
  for (let i = 0, column = 0; i < count.length; i++, column = column + 1 === columns ? 0 : column + 1) {
    if (count[i] === 0) continue;
    rows[column] += count[i];
    if (cell[column] < 0 || worst[i] > worst[cell[column]]) cell[column] = i;
  }
  return Array.from(cell, (at, column) => ({ column, cell: at, rows: rows[column] })).filter(({ cell: at }) => at >= 0)
    .sort((a, b) => worst[b.cell] - worst[a.cell] || b.rows - a.rows || a.column - b.column).slice(0, most);
}

/** The next filled cell from one on in a direction, wrapping never; the cell itself where there is none. */
export function step(count: Uint32Array, columns: number, rows: number, { column, row }: { readonly column: number; readonly row: number }, across: number, down: number): { readonly column: number; readonly row: number } {
  for (let c = column + across, r = row + down; c >= 0 && c < columns && r >= 0 && r < rows; c += across, r += down) if (count[r * columns + c] > 0) return { column: c, row: r };
  return { column: Math.min(columns - 1, Math.max(0, column + across)), row: Math.min(rows - 1, Math.max(0, row + down)) };
}

/**
 * What a pointer means that is a little beside: the highest score among flagged cells (value 1 to 3) up to `across` columns and `down` rows away, else the cell itself
 * if it has rows, else the highest score nearby. `flags`: values are bands. The cell itself where all around is empty. O(across down).
 */
export function meant({ count, value, worst, columns, rows }: Pick<TimelineCells, 'count' | 'value' | 'worst' | 'columns' | 'rows'>, at: { readonly column: number; readonly row: number }, across: number, down: number, flags: boolean): { readonly column: number; readonly row: number } {
  let best = at, bestRank = count[at.row * columns + at.column] > 0 ? 1000 : -1;
  for (let row = Math.max(0, at.row - down); row <= Math.min(rows - 1, at.row + down); row++) {
    for (let column = Math.max(0, at.column - across); column <= Math.min(columns - 1, at.column + across); column++) {
      const cell = row * columns + column;
      if (count[cell] === 0) continue;
      const flagged = flags && value[cell] >= 1 && value[cell] <= 3, rank = worst[cell] + (flagged ? 2000 + 1000 * value[cell] : 0);
      if (rank > bestRank) { best = { column, row }; bestRank = rank; }
    }
  }
  return best;
}
