import type { Problem } from '../util/problem';

export type SettingValue = number | string | boolean;

/** One parameter: the single source of its type, range, default and text, for the manifest, the command line and the docs. */
export type Setting =
  | { readonly name: string; readonly type: 'number'; readonly unit: string; readonly min: number; readonly max: number; readonly whole: boolean; readonly default: number; readonly text: string }
  | { readonly name: string; readonly type: 'choice'; readonly choices: readonly string[]; readonly default: string; readonly text: string }
  | { readonly name: string; readonly type: 'flag'; readonly default: boolean; readonly text: string };

export type SettingValues = Readonly<Record<string, SettingValue>>;

export interface ResolvedSettings {
  readonly values: SettingValues;
  readonly problems: readonly Problem[];
}

/**
 * Fills in defaults and checks what was given, which may be text as typed (`key=value`). An unknown name is a problem
 * that names the nearest known one; a value of the wrong type or out of range is a problem too, and the default stays.
 */
export function resolveSettings(settings: readonly Setting[], given: Readonly<Record<string, SettingValue>>): ResolvedSettings {
  const problems: Problem[] = [];
  const values: Record<string, SettingValue> = Object.fromEntries(settings.map((s) => [s.name, s.default]));
  for (const [name, value] of Object.entries(given)) {
    const setting = settings.find((s) => s.name === name);
    if (!setting) {
      const near = nearest(name, settings.map((s) => s.name));
      problems.push(problem('unknown-setting', `There is no setting "${name}".`, near ? `Did you mean "${near}"?` : `The settings are: ${settings.map((s) => s.name).join(', ')}.`));
      continue;
    }
    const parsed = parse(setting, value);
    if (parsed === undefined) problems.push(problem('bad-setting', `The setting "${name}" cannot be "${String(value)}".`, `It takes ${rangeText(setting)}; the default is ${String(setting.default)}.`));
    else values[name] = parsed;
  }
  return { values, problems };
}

/** What a setting takes, in words: "a whole number from 2 to 1000 (rows)". */
export function rangeText(setting: Setting): string {
  switch (setting.type) {
    case 'number': return `a ${setting.whole ? 'whole ' : ''}number from ${setting.min} to ${setting.max}${setting.unit ? ` (${setting.unit})` : ''}`;
    case 'choice': return `one of ${setting.choices.join(', ')}`;
    case 'flag': return 'true or false';
  }
}

function parse(setting: Setting, value: SettingValue): SettingValue | undefined {
  switch (setting.type) {
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      return typeof number === 'number' && number >= setting.min && number <= setting.max && (!setting.whole || Number.isInteger(number)) ? number : undefined;
    }
    case 'choice':
      return setting.choices.includes(String(value)) ? String(value) : undefined;
    case 'flag':
      return value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined;
  }
}

/** Longer names are like none: edits are counted in time that grows with the length. */
const MAX_NAME = 200;

/** The candidate with the fewest edits, if it takes at most half its length. */
export function nearest(name: string, candidates: readonly string[]): string | undefined {
  if (name.length > MAX_NAME) return undefined;
  let best: string | undefined;
  let fewest = Infinity;
  for (const candidate of candidates) {
    const edits = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (edits < fewest && edits <= Math.max(2, candidate.length / 2)) [best, fewest] = [candidate, edits];
  }
  return best;
}

/** Levenshtein distance. O(a.length x b.length). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length];
}

function problem(code: string, message: string, next: string): Problem {
  return { code, severity: 'error', message, next };
}
