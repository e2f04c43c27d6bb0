const SPLIT = 1 << 15;

/**
 * Bins of numbers by ascending edges: of n edges, bin i (0 to n) holds what is at least `edges[i - 1]` and below `edges[i]`, the first and the last without
 * an end; bin n + 1 holds what is no finite number. Made to sort many numbers of single precision: those with the same upper 16 bits lie so close together
 * that there is hardly ever an edge among them, so that a table of the 65,536 upper halves gives the bin.
 */
export class Bins {
  /** Bins in all. */
  readonly count: number;
  /** By the upper half, the bin of the least number with it; `SPLIT` more where an edge lies among its numbers. */
  private readonly first = new Uint16Array(1 << 16);

  /** Fewer than 32,000 edges. O(65,536 + edges). */
  constructor(readonly edges: Float64Array) {
    const n = edges.length;
    this.count = n + 2;
    const bits = new Uint32Array(1);
    const number = new Float32Array(bits.buffer);
    this.first.fill(n + 1);
    let bin = 0;
    const fill = (upper: number, least: number, greatest: number): void => {
      bits[0] = upper * 0x10000 + least;
      while (bin < n && number[0] >= edges[bin]) bin++;
      bits[0] = upper * 0x10000 + greatest;
      this.first[upper] = bin < n && number[0] >= edges[bin] ? SPLIT + bin : bin;
    };
    // Numbers below 0 ascend as their bits descend; an exponent of all ones is no finite number.
    for (let upper = 0xff7f; upper >= 0x8000; upper--) fill(upper, 0xffff, 0);
    for (let upper = 0; upper <= 0x7f7f; upper++) fill(upper, 0, 0xffff);
  }

  /** The bin of a number of single precision. `bits`: the same number as the 32 bits it is kept in. O(1) but for edges that lie closer together than such numbers mostly do. */
  of(value: number, bits: number): number {
    const { edges } = this;
    let bin = this.first[bits >>> 16];
    if (bin < SPLIT) return bin;
    for (bin -= SPLIT; bin < edges.length && value >= edges[bin]; ) bin++;
    return bin;
  }
}
