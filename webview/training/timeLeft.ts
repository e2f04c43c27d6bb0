/** Time looked back on, and least time for an estimate; milliseconds. */
const WINDOW = 60_000, LEAST = 1500;

/** Tells how long training will go on from how fast it went in the last minute. Times are milliseconds of any steady clock. */
export class TimeLeft {
  private seen: { readonly at: number; readonly done: number }[] = [];
  private id = -1;

  /** Steps done by a time; another `id`, or fewer steps: another training. */
  add(id: number, at: number, done: number): void {
    const last = this.seen.at(-1);
    if (id !== this.id || (last && done < last.done)) this.seen = [];
    this.id = id;
    if (this.seen.at(-1)?.done !== done) this.seen.push({ at, done });
    // One from before the window stays, so that slow steps are told of too.
    while (this.seen.length > 2 && this.seen[1].at < at - WINDOW) this.seen.shift();
  }

  /** Seconds until all steps are done, counted from `at`; undefined: not known yet. */
  seconds(at: number, planned: number): number | undefined {
    const [first] = this.seen, last = this.seen.at(-1);
    if (!first || !last || last.at - first.at < LEAST || planned <= last.done) return undefined;
    const each = (last.at - first.at) / (last.done - first.done);
    return Math.max(0, (planned - last.done) * each - (at - last.at)) / 1000;
  }
}
