/** Work that takes long, in slices of a few milliseconds: at every `yield` whoever runs it may let others have their turn. */
export type Slices<T = void> = Generator<void, T>;

/** Does the work in one go. */
export function atOnce<T>(work: Slices<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

/** Does the work slice by slice, with a pause after each. */
export async function inTurns<T>(work: Slices<T>, pause: () => Promise<void>): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
    await pause();
  }
}
