/**
 * Works on items, at most `most` at a time, the first ones first; results in the order of the items. After a failure nothing more is
 * started, `stop.cancelled` tells what runs to end, and when all of it has ended the first error is thrown.
 */
export async function inParallel<T, R>(items: readonly T[], most: number, cancelled: () => boolean, work: (item: T, index: number, stop: { readonly cancelled: boolean }) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length);
  let failure: { readonly error: unknown } | undefined;
  const stop = {
    get cancelled() {
      return failure !== undefined || cancelled();
    },
  };
  let next = 0;
  const goOn = async (): Promise<void> => {
    while (next < items.length && !failure) {
      const index = next++;
      try {
        results[index] = await work(items[index], index, stop);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(Math.max(1, most), items.length) }, goOn));
  if (failure) throw (failure as { readonly error: unknown }).error;
  return results;
}
