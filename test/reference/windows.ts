/** Sliding windows as the specification words them (SEQUENT, section 4): a list of open windows, copied at every step. */
export function slowWindows(entities: readonly number[], size: number, stride: number, addShorter: boolean): { entity: number; rows: number[] }[] {
  const open = new Map<number, number[]>();
  const closed: { entity: number; rows: number[] }[] = [];
  entities.forEach((entity, row) => {
    const window = [...(open.get(entity) ?? []), row];
    if (window.length === size) closed.push({ entity, rows: window });
    open.set(entity, window.length === size ? window.slice(stride) : window);
  });
  if (addShorter) for (const [entity, rows] of [...open].sort(([a], [b]) => a - b)) if (rows.length > 0) closed.push({ entity, rows });
  return closed;
}
