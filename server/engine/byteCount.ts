/** Bytes read of several files, added up. */
export class ByteCount {
  private readonly read = new Map<number, number>();
  private all = 0;

  /** `total`: bytes of all files. */
  constructor(private readonly total: number) {}

  /** A file was read up to here; the share of all that was read. O(1). */
  set(file: number, bytes: number): number {
    this.all += bytes - (this.read.get(file) ?? 0);
    this.read.set(file, bytes);
    return this.all / Math.max(1, this.total);
  }
}
