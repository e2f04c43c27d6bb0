/** A list of which some rows are opened, with a list below each. */
export interface Branch {
  /** Rows of this list, without those below them. */
  readonly total: number;
  /** Opened rows by position. */
  readonly open: ReadonlyMap<number, Branch>;
}

/** Positions from the top list down: the row, in its parent's list. */
export type Path = readonly number[];

/** Rows in sight when everything is scrolled through. O(opened). */
export function sizeOf({ total, open }: Branch): number {
  let size = total;
  for (const below of open.values()) size += sizeOf(below);
  return size;
}

/** The row at a flat index; undefined beyond the end. O(opened log opened). */
export function pathAt(branch: Branch, index: number): Path | undefined {
  const path: number[] = [];
  if (index < 0) return undefined;
  for (let at = branch, left = index; ;) {
    let before = 0, inside: [number, Branch, number] | undefined;
    for (const [position, below] of sorted(at.open)) {
      const head = position + before, size = sizeOf(below);
      if (head >= left) break;
      if (left <= head + size) { inside = [position, below, left - head - 1]; break; }
      before += size;
    }
    if (!inside) return left - before < at.total ? [...path, left - before] : undefined;
    path.push(inside[0]);
    [, at, left] = inside;
  }
}

/** The flat index of a row; of the deepest opened row above it where the way to it is closed. O(opened log opened). */
export function indexOf(branch: Branch, path: Path): number {
  let index = 0, at: Branch | undefined = branch;
  for (const [depth, position] of path.entries()) {
    index += position + (depth > 0 ? 1 : 0);
    for (const [other, below] of at.open) if (other < position) index += sizeOf(below);
    at = at.open.get(position);
    if (!at) break;
  }
  return index;
}

function sorted(open: ReadonlyMap<number, Branch>): [number, Branch][] {
  return [...open].sort(([a], [b]) => a - b);
}
