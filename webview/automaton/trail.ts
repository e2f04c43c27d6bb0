/** Where one was, as in a browser: back and forward. */
export class Trail<T> {
  private readonly past: T[] = [];
  private future: T[] = [];
  private now: T | undefined;

  /** `same`: going there again is not a step. */
  constructor(private readonly same: (a: T, b: T) => boolean, private readonly most = 100) {}

  go(to: T): void {
    if (this.now !== undefined && this.same(this.now, to)) return;
    if (this.now !== undefined) this.past.push(this.now);
    if (this.past.length > this.most) this.past.shift();
    this.now = to;
    this.future = [];
  }

  back(): T | undefined {
    const to = this.past.pop();
    if (to === undefined) return undefined;
    if (this.now !== undefined) this.future.push(this.now);
    return (this.now = to);
  }

  forward(): T | undefined {
    const to = this.future.pop();
    if (to === undefined) return undefined;
    if (this.now !== undefined) this.past.push(this.now);
    return (this.now = to);
  }

  get canGoBack(): boolean {
    return this.past.length > 0;
  }

  get canGoForward(): boolean {
    return this.future.length > 0;
  }
}
