/** Words looked for at most: each is a bit. */
export const MAX_WORDS = 30;

/** What is looked for in names, lower case. */
export function filterWords(filter: string): readonly string[] {
  return [...new Set(filter.toLowerCase().split(/\s+/).filter(Boolean))].slice(0, MAX_WORDS);
}
