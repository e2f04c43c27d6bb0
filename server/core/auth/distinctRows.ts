/** Rows of tokens that are alike, told once. */
export interface DistinctRows {
  /** A row of each kind, in order of first appearance. */
  readonly first: Uint32Array;
  /** The kind of each row. */
  readonly kind: Uint32Array;
  /** Rows of each kind. */
  readonly count: Uint32Array;
}

/** Finds rows (`width` tokens each) that are alike: events repeat much, and what depends on a row's tokens need be worked out once a kind. O(rows x width) on average. */
export function distinctRows(tokens: Int32Array, width: number): DistinctRows {
  const rows = Math.floor(tokens.length / width);
  let size = 16;
  while (size < rows * 2) size *= 2;
  const slots = new Int32Array(size).fill(-1);
  const first = new Uint32Array(rows);
  const kind = new Uint32Array(rows);
  const count = new Uint32Array(rows);
  let kinds = 0;
  for (let row = 0; row < rows; row++) {
    const at = row * width;
    let hash = 0;
    for (let i = 0; i < width; i++) hash = Math.imul(hash ^ tokens[at + i], 0x9e3779b1) ^ (hash >>> 15);
    let slot = (hash ^ (hash >>> 16)) & (size - 1);
    while (slots[slot] >= 0 && !alike(tokens, at, first[slots[slot]] * width, width)) slot = (slot + 1) & (size - 1);
    if (slots[slot] < 0) {
      slots[slot] = kinds;
      first[kinds++] = row;
    }
    kind[row] = slots[slot];
    count[slots[slot]]++;
  }
  return { first: first.slice(0, kinds), kind, count: count.slice(0, kinds) };
}

function alike(tokens: Int32Array, a: number, b: number, width: number): boolean {
  for (let i = 0; i < width; i++) if (tokens[a + i] !== tokens[b + i]) return false;
  return true;
}
