import { Bins } from '../util/bins';

/** The numbers of some rows: `features[row * width + field]` (see `EncodedRows.features`). */
export interface NumberRows {
  readonly rows: Uint32Array;
  readonly features: Float32Array;
  readonly width: number;
}

/** Bins of a field, by their edges (see `Bins`), with a 1 for each that is looked for. */
export interface FieldBins {
  readonly field: number;
  readonly edges: Float64Array;
  readonly wanted: Uint8Array;
}

/** Rows by bin, field by field as asked for, and how many have a value in a wanted bin of some field. */
export interface NumberCounts {
  readonly bins: readonly Uint32Array[];
  readonly wanted: number;
}

/** Rows gone through field by field: their numbers stay at hand. */
const PART = 1 << 12;

/** O(rows x fields). */
export function countNumbers(numbers: NumberRows, fields: readonly FieldBins[]): NumberCounts {
  const counts = fields.map(({ edges }) => new Uint32Array(edges.length + 2));
  let wanted = 0;
  eachPart(numbers, fields, counts, (found, length) => {
    for (let i = 0; i < length; i++) wanted += found[i];
  });
  return { bins: counts, wanted };
}

/** The rows that have a value in a wanted bin of some field, in their order. O(rows x fields). */
export function rowsInBins(numbers: NumberRows, fields: readonly FieldBins[]): Uint32Array {
  const kept = new Uint32Array(numbers.rows.length);
  let count = 0;
  eachPart(numbers, fields, fields.map(({ edges }) => new Uint32Array(edges.length + 2)), (found, length, from) => {
    for (let i = 0; i < length; i++) if (found[i] !== 0) kept[count++] = numbers.rows[from + i];
  });
  return kept.slice(0, count);
}

/** Counts, and gives `visit` a 1 for each row that has a value in a wanted bin, part by part: of `length` rows from `from` on. */
function eachPart({ rows, features, width }: NumberRows, fields: readonly FieldBins[], counts: readonly Uint32Array[], visit: (found: Uint8Array, length: number, from: number) => void): void {
  const bins = fields.map(({ edges }) => new Bins(edges));
  const bits = new Uint32Array(features.buffer, features.byteOffset, features.length);
  const found = new Uint8Array(PART);
  for (let from = 0; from < rows.length; from += PART) {
    const part = rows.subarray(from, from + PART);
    found.fill(0);
    fields.forEach(({ field, wanted }, i) => countField(bins[i], part, features, bits, width, field, counts[i], wanted, found));
    visit(found, part.length, from);
  }
}

function countField(bins: Bins, rows: Uint32Array, features: Float32Array, bits: Uint32Array, width: number, field: number, counts: Uint32Array, wanted: Uint8Array, found: Uint8Array): void {
  for (let i = 0; i < rows.length; i++) {
    const at = rows[i] * width + field;
    const bin = bins.of(features[at], bits[at]);
    counts[bin]++;
    found[i] |= wanted[bin];
  }
}
