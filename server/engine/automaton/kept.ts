/** The last few results of something slow, by key; asked for again while it is worked out, it is waited for. A failure is not kept. */
export class Kept<T> {
  private readonly results = new Map<string, Promise<T>>();

  constructor(private readonly most: number) {}

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.results.get(key);
    if (known) {
      // The newest stands last.
      this.results.delete(key);
      this.results.set(key, known);
      return known;
    }
    const made = make();
    this.results.set(key, made);
    made.catch(() => this.results.delete(key));
    if (this.results.size > this.most) this.results.delete(this.results.keys().next().value as string);
    return made;
  }
}
