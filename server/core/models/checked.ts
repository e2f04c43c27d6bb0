import * as v from 'valibot';
import { resolveSettings, type Setting, type SettingValues } from '../settings/setting';
import type { Tensor } from './safetensors';

/** Readers for what a file holds: each gives what was asked for, or undefined where the file has something else. None throws. */

/** What is wrong with a file. */
export interface Fault {
  readonly fault: string;
}

/** What numbers of an array must be. */
export interface Bounds {
  /** How many there are; absent: any number. */
  readonly length?: number;
  /** Least and greatest value; absent: any, but no NaN. */
  readonly min?: number;
  readonly max?: number;
}

/** The array if it is of that type, and its length and every number are within bounds. O(length). */
export function numbersIn<T extends Tensor>(tensor: unknown, type: new (length: number) => T, { length, min = -Infinity, max = Infinity }: Bounds = {}): T | undefined {
  if (!(tensor instanceof type) || (length !== undefined && tensor.length !== length)) return undefined;
  for (let i = 0; i < tensor.length; i++) if (!(tensor[i] >= min && tensor[i] <= max)) return undefined;
  return tensor;
}

/** Real numbers in double precision, none of them infinite. O(length). */
export function finite(tensor: unknown, { min = -Number.MAX_VALUE, max = Number.MAX_VALUE, ...bounds }: Bounds = {}): Float64Array | undefined {
  return numbersIn(tensor, Float64Array, { ...bounds, min, max });
}

/** Whole numbers from 0 on, kept in double precision. O(length). */
export function counts(tensor: unknown, length?: number): Float64Array | undefined {
  const found = finite(tensor, { min: 0, max: Number.MAX_SAFE_INTEGER, ...(length === undefined ? {} : { length }) });
  return found?.every(Number.isInteger) ? found : undefined;
}

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** Whether each number is above the one before. O(length). */
export function isAscending(values: ArrayLike<number>): boolean {
  for (let i = 1; i < values.length; i++) if (!(values[i] > values[i - 1])) return false;
  return true;
}

/** Whether numbers are where runs begin, and at last where they end: from 0 to `total`, never falling. O(runs). */
export function areStarts(starts: Uint32Array, runs: number, total: number): boolean {
  return starts.length === runs + 1 && starts[0] === 0 && starts[runs] === total && starts.every((at, i) => i === 0 || at >= starts[i - 1]);
}

/** Objects and lists within each other that a description has at most. */
const DEEPEST = 16;

/** The value of a JSON text if it has this shape. What the shape does not name stays, but lies no deeper than anything of ours. O(text). */
export function parsed<S extends v.GenericSchema>(schema: S, text: string | undefined): v.InferOutput<S> | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
  return isShallow(value) && v.is(schema, value) ? value : undefined;
}

/** Level by level, so that no depth is too much for it. */
function isShallow(value: unknown): boolean {
  let level = [value];
  for (let depth = 0; depth < DEEPEST; depth++) {
    level = level.flatMap((one): unknown[] => (typeof one === 'object' && one !== null ? Object.values(one) : []));
    if (level.length === 0) return true;
  }
  return false;
}

/** Longest text of a description: names, notes, paths. */
export const LONGEST_TEXT = 4096;

export const shortText = v.pipe(v.string(), v.maxLength(LONGEST_TEXT));
export const realNumber = v.pipe(v.number(), v.finite());
export const wholeNumber = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

/** Values of settings as a file keeps them; which there are, and in what range, `storedSettings` tells. */
export const settingRecord = v.custom<SettingValues>((value) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((one) => typeof one === 'boolean' || (typeof one === 'number' && Number.isFinite(one)) || v.is(shortText, one));
});

/** The settings of a model file, all of them known and in range. `complete`: none may be missing; else those that are have their default. */
export function storedSettings<T>(settings: readonly Setting[], given: unknown, complete: boolean): T | undefined {
  if (!v.is(settingRecord, given) || (complete && settings.some(({ name }) => !Object.hasOwn(given, name)))) return undefined;
  const { values, problems } = resolveSettings(settings, given);
  return problems.length === 0 ? (values as unknown as T) : undefined;
}

/** A value of a damaged description for a message, whatever it is. */
export function shown(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? 'an object' : String(value);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}
