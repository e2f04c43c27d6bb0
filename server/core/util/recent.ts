/** The last few values that were worked out, by what they were worked out from. A promise that fails is forgotten. */
export class Recent<V> {
  private readonly values = new Map<string, V>();

  constructor(private readonly most: number) {}

  get(key: string, make: () => V): V {
    const known = this.values.get(key);
    const value = known ?? make();
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size > this.most) this.values.delete(this.values.keys().next().value as string);
    if (known === undefined && value instanceof Promise) value.catch(() => this.values.delete(key));
    return value;
  }
}

/** A function that works out its value once for each object `of` gives, as long as that is in use. */
export function rememberedBy<A, V>(of: (from: A) => object, make: (from: A) => V): (from: A) => V {
  const values = new WeakMap<object, V>();
  return (from) => {
    const key = of(from);
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = make(from);
    values.set(key, value);
    if (value instanceof Promise) value.catch(() => values.delete(key));
    return value;
  };
}
