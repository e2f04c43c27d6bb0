/** Answers as they went over the wire (typed arrays as `{ $array, base64 }`), to be played again. */
export interface Recording {
  readonly about: string;
  readonly exchanges: readonly Exchange[];
}

export interface Exchange {
  readonly method: string;
  /** Absent: these params are not looked at. */
  readonly params?: unknown;
  /** Either the answer, or the message it failed with. */
  readonly result?: unknown;
  readonly failed?: string;
}

/** The answer of a recording; undefined: it has none. The first exchange that fits is taken. */
export function recorded({ exchanges }: Recording, method: string, params: unknown): Exchange | undefined {
  return exchanges.find((exchange) => exchange.method === method && (exchange.params === undefined || JSON.stringify(exchange.params) === JSON.stringify(params)));
}
