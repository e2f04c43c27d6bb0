/** Different rows of a matrix: each is worked on once. */
export interface DistinctRows {
  /** First row of each, in order of appearance. */
  readonly first: Uint32Array;
  /** Which of them each row equals. */
  readonly of: Uint32Array;
}

/** O(rows x columns) expected, by hashing into a table of twice as many places as rows. */
export function distinctRows(data: Int32Array, columns: number): DistinctRows {
  const count = Math.floor(data.length / columns);
  let bits = 4;
  while (2 ** bits < 2 * count) bits++;
  // Places hold the number of a distinct row plus 1; 0 is free.
  const places = new Uint32Array(2 ** bits);
  const mask = places.length - 1;
  const first = new Uint32Array(count), of = new Uint32Array(count);
  let found = 0;
  for (let row = 0, start = 0; row < count; row++, start += columns) {
    let hash = 0;
    for (let k = 0; k < columns; k++) hash = Math.imul(hash ^ data[start + k], 0x9e3779b1) ^ (hash >>> 15);
    hash ^= hash >>> 16;
    let place = Math.imul(hash, 0x85ebca6b) >>> (32 - bits) & mask;
    for (;;) {
      const entry = places[place];
      if (entry === 0) {
        first[found] = row;
        of[row] = found;
        places[place] = ++found;
        break;
      }
      const other = first[entry - 1] * columns;
      let k = 0;
      while (k < columns && data[start + k] === data[other + k]) k++;
      if (k === columns) {
        of[row] = entry - 1;
        break;
      }
      place = (place + 1) & mask;
    }
  }
  return { first: first.slice(0, found), of };
}
