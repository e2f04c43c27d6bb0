/**
 * Columns that a log has at most. A file whose first line, or `#fields` line, names more is no log; more than this that come
 * later in a log are not taken over.
 */
export const MAX_COLUMNS = 4096;

/**
 * The names, with `#2`, `#3`, ... behind those that were there before. O(names): the numbers of a name only rise, and each is
 * tried once.
 */
export function uniqueNames(names: readonly string[]): string[] {
  const used = new Set<string>();
  const last = new Map<string, number>();
  return names.map((name) => {
    let unique = name;
    if (used.has(name)) {
      let n = last.get(name) ?? 1;
      do unique = `${name}#${++n}`;
      while (used.has(unique));
      last.set(name, n);
    }
    used.add(unique);
    return unique;
  });
}

/** The cells of a line that names columns; undefined when there are more than a log can have. O(line). */
export function namesIn(line: string, separator: string): string[] | undefined {
  const names = line.split(separator, MAX_COLUMNS + 1);
  return names.length > MAX_COLUMNS ? undefined : names;
}
