import type { ClientSettings } from '../protocol/settings';
import { DEFAULT_CLIENT_SETTINGS, NEURAL_PROVIDERS } from '../protocol/settings';

type Key = keyof ClientSettings;
interface Rule { readonly expected: string; readonly accepts: (value: unknown) => boolean }

/** Letters of one text, globs, and settings of a detector at most. */
const MOST_LETTERS = 10_000, MOST_GLOBS = 1_000, MOST_SET = 1_000;

const number = (low: number, high: number, whole: boolean): Rule => ({
  expected: `a ${whole ? 'whole ' : ''}number from ${low} to ${high}`,
  accepts: (value) => typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value)),
});
const scalar = (value: unknown) => typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
const texts = (value: unknown, most: number) => Array.isArray(value) && value.length <= most && value.every((item) => typeof item === 'string' && item.length <= MOST_LETTERS);

/** What each setting may be. The manifest states the same limits (tested). */
export const settingRules: Readonly<Record<Key, Rule>> = {
  acceptanceRate: number(0, 1, false),
  maxDiagnostics: number(1, 500, true),
  detector: { expected: 'the name of a detector', accepts: (value) => typeof value === 'string' && value !== '' && value.length <= 200 },
  memoryLimit: number(256, 1_048_576, true),
  workers: number(0, 64, true),
  exclude: { expected: 'a list of globs', accepts: (value) => texts(value, MOST_GLOBS) },
  set: { expected: 'an object of texts, numbers and booleans', accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length <= MOST_SET && Object.values(value).every(scalar) },
  'neural.threads': number(0, 64, true),
  'neural.provider': { expected: `one of ${NEURAL_PROVIDERS.join(', ')}`, accepts: (value) => (NEURAL_PROVIDERS as readonly unknown[]).includes(value) },
};

/** The value of `a.b`, sent under this name or as `b` in an object `a`: clients do both. */
function valueOf(given: Readonly<Record<string, unknown>>, key: string): unknown {
  const own = (inside: unknown, name: string): unknown => (typeof inside === 'object' && inside !== null && Object.hasOwn(inside, name) ? (inside as Readonly<Record<string, unknown>>)[name] : undefined);
  return own(given, key) ?? key.split('.').reduce<unknown>(own, given);
}

/** A value in a message: the first letters of it, for clients send what people pasted. */
function shown(value: unknown): string {
  try {
    const whole = JSON.stringify(value) ?? String(value);
    return whole.length > 100 ? `${whole.slice(0, 100)} ...` : whole;
  } catch {
    return 'nested too deeply'; // for JSON.stringify, which calls itself
  }
}

/** Settings from what a client sent; where it sent nothing or something unfit the default holds, and `problems` say so. */
export function readSettings(sent: unknown): { readonly settings: ClientSettings; readonly problems: readonly string[] } {
  const given = typeof sent === 'object' && sent !== null ? (sent as Readonly<Record<string, unknown>>) : {};
  const problems: string[] = [];
  const entries = (Object.keys(settingRules) as Key[]).map((key) => {
    const value = valueOf(given, key), standard = DEFAULT_CLIENT_SETTINGS[key];
    if (value === undefined || value === null) return [key, standard];
    if (settingRules[key].accepts(value)) return [key, value];
    problems.push(`Setting anomaline.${key} is ${shown(value)}, it must be ${settingRules[key].expected}; ${JSON.stringify(standard)} is used.`);
    return [key, standard];
  });
  return { settings: Object.fromEntries(entries) as ClientSettings, problems };
}
