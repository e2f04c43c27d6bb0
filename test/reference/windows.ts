/**
 * Sliding windows as the specification words them (SEQUENT, section 4): a list of open windows, copied at every step. With prefixes, an open window
 * that has never been full is one each time it grows, and not once more at the end.
 */
export function slowWindows(entities: readonly number[], size: number, stride: number, addShorter: boolean, addPrefix = false): { entity: number; rows: number[] }[] {
  const open = new Map<number, number[]>();
  const filled = new Set<number>();
  const closed: { entity: number; rows: number[] }[] = [];
  entities.forEach((entity, row) => {
    const window = [...(open.get(entity) ?? []), row];
    if (window.length === size || (addPrefix && !filled.has(entity))) closed.push({ entity, rows: window });
    if (window.length === size) filled.add(entity);
    open.set(entity, window.length === size ? window.slice(stride) : window);
  });
  const left = [...open].filter(([entity, rows]) => rows.length > 0 && !(addPrefix && !filled.has(entity)));
  if (addShorter) for (const [entity, rows] of left.sort(([a], [b]) => a - b)) closed.push({ entity, rows });
  return closed;
}
