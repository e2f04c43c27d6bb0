import * as v from 'valibot';
import type { RequestMethod } from '../method';
import { logPath } from '../uris';

/**
 * Schemas of what others send. The message of each part is what it must be ("a whole number of at least 0"), from which `faultOf` makes the sentence.
 * What a schema puts out holds the known fields alone.
 */
export type Check<T = unknown> = v.GenericSchema<unknown, T>;

type Entries = Readonly<Record<string, { readonly type: string }>>;

/** A type without `readonly` and with its intersections put together, so that two ways to write it are the same type. */
export type Plain<T> = T extends ArrayBufferView & { readonly [Symbol.toStringTag]: infer Name } ? Name : T extends object ? { -readonly [K in keyof T]: Plain<T[K]> } : T;
type Same<A, B> = (<X>() => X extends A ? 1 : 2) extends (<X>() => X extends B ? 1 : 2) ? unknown : { readonly differs: [A, B] };
/** Does not compile with a schema that puts out another type. */
type Of<T, S extends v.GenericSchema> = S & Same<Plain<T>, Plain<v.InferOutput<S>>>;

/** A schema for a type: neither can change without the other, or it does not compile. */
export function shapeOf<T>() {
  return <S extends v.GenericSchema>(schema: Of<T, S>): Check<T> => schema as unknown as Check<T>;
}

/** The schema of a request's parameters, with the name of the method. */
export function paramsOf<P, R, S extends v.GenericSchema>(method: RequestMethod<P, R>, schema: Of<P, S>): readonly [method: string, check: Check] {
  return [method.method, schema as unknown as Check];
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value's own fields of these names, with those that are required and missing as undefined, so that the schema of the field says what it must be. */
function ownFields(value: object, names: readonly string[], required: ReadonlySet<string>): object {
  const own = new Map(Object.entries(value));
  return Object.fromEntries(names.filter((name) => required.has(name) || own.get(name) !== undefined).map((name) => [name, own.get(name)]));
}

/** An object with these fields; others are left out. */
export function object<const E extends v.ObjectEntries>(entries: E) {
  const names = Object.keys(entries), required = new Set(names.filter((name) => (entries as Entries)[name].type !== 'exact_optional'));
  return v.pipe(
    v.custom<object>(isObject, 'an object'),
    v.transform((value) => ownFields(value, names, required) as v.InferInput<v.ObjectSchema<E, string>>),
    v.object(entries, 'an object'),
  );
}

/** An object with these fields and no others: for what people write by hand, where a field that is not known is a slip. */
export function strict<const E extends v.ObjectEntries>(entries: E) {
  const names = Object.keys(entries);
  const stranger = (value: unknown): string | undefined => Object.keys(value as object).find((name) => !names.includes(name));
  return v.pipe(
    v.custom<object>(isObject, 'an object'),
    v.check<object, (issue: v.CheckIssue<object>) => string>((value) => stranger(value) === undefined, ({ input }) => `an object of ${names.join(', ')}, without ${short(stranger(input))}`),
    object(entries),
  );
}

/** Whole numbers. Above 2^53 - 1 numbers are not whole any more. */
export function whole(least = 0, most = Number.MAX_SAFE_INTEGER) {
  const low = `a whole number of at least ${least}`, high = `a whole number of at most ${most}`;
  return v.pipe(v.number(low), v.check((n) => Number.isInteger(n) && n >= least, low), v.maxValue(most, high));
}

/** Rows, states, lines, positions: what fits a 32-bit array, and what LSP calls an unsigned integer. */
export const MOST_INDEX = 2 ** 32 - 2;
export const index = (least = 0) => whole(least, MOST_INDEX);

/** Numbers between two bounds, both included. */
export function between(least: number, most: number) {
  const message = `a number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.finite(message), v.minValue(least, message), v.maxValue(most, message));
}

/** Seconds since 1970 at most, either way: beyond times of any unit, and far from where differences overflow. */
const MOST_SECONDS = 1e21;
export const seconds = () => between(-MOST_SECONDS, MOST_SECONDS);
export const timeSpan = () => v.pipe(v.tuple([seconds(), seconds()], 'a pair of seconds: [first, last]'), v.readonly());
/** A place in a list that a page scrolls and zooms in, so that it may lie between two; the server rounds down. */
export const position = () => between(0, MOST_INDEX);

/** Characters of names and of what is typed; of URIs, paths and ids. */
const TYPED = 10_000, LONG = 65_536;

export function text(most = TYPED, message = 'a text') {
  return v.pipe(v.string(message), v.maxLength(most, `a text of at most ${most} characters`));
}

export const identifier = () => text(LONG);
export const flag = () => v.boolean('true or false');

export function list<S extends v.GenericSchema>(item: S, most: number) {
  return v.pipe(v.array(item, 'a list'), v.maxLength(most, `a list of at most ${most} items`), v.readonly());
}

export function oneOf<const T extends string>(values: readonly T[]) {
  return v.picklist(values, `one of ${values.join(', ')}`);
}

/** The URI of a log on disk. */
export function logUriText() {
  return v.pipe(text(LONG, 'a URI'), v.check((uri) => logPath(uri) !== undefined, 'a file: or anomaline-gz: URI of an absolute path'));
}

/** A path of either kind of system. */
export function absolutePath() {
  const message = 'an absolute path';
  return v.pipe(text(LONG, message), v.regex(/^(\/|[A-Za-z]:[\\/]|\\\\)[^\0]*$/, message));
}

/** No parameters, which clients write in several ways. */
export function nothing() {
  const empty = (value: unknown): boolean => value === undefined || value === null || (isObject(value) && Object.keys(value as object).length === 0);
  return v.pipe(v.custom<unknown>(empty, 'left out'), v.transform(() => null));
}

/** A value by `check`, or what is wrong with it: `subject` names the whole, `"start" must be a whole number of at least 0` a part of it. */
export function checked<T>(check: Check<T>, value: unknown, subject: string): { readonly value: T } | { readonly fault: string } {
  const result = v.safeParse(check, value, { abortEarly: true, abortPipeEarly: true });
  if (result.success) return { value: result.output };
  const [issue] = result.issues;
  const path = v.getDotPath(issue);
  return { fault: `${path === null ? subject : short(path)} must be ${issue.message}` };
}

/** A foreign text as it can stand in a message. */
export function short(value: unknown): string {
  const shown = JSON.stringify(String(value).slice(0, 100));
  return shown.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
