/** A number that every symbol of a trace carries, such as the bytes of a flow. */
export interface Attribute {
  readonly name: string;
  /** Whether transitions may be guarded by it (`s` in a header). */
  readonly splittable: boolean;
  /** Whether its distribution is part of what makes two states alike (`f`). */
  readonly distribution: boolean;
}

/** Numbers of symbols: attribute k of `symbols[i]` is `values[i * declared.length + k]`; NaN is missing. 8 bytes a number. */
export interface TraceAttributes {
  readonly declared: readonly Attribute[];
  readonly values: Float64Array;
}

/** Attributes that a file may declare. */
export const MOST_ATTRIBUTES = 256;
const LETTERS = /^[dsft]*$/;

/**
 * The attributes of symbols that the first line of a file declares, behind the size of the alphabet: `1:sf/proto,sf/bytes` or `1:proto=sf,bytes=sf`. Letters: `s`
 * splittable, `f` distribution, `d` discrete and `t` target, which are taken and change nothing. An attribute without letters is kept and not looked at. A
 * number alone declares so many, all splittable and with their distribution. Undefined: the text declares none that can be understood. Source: specs, state machine, section 1.
 */
export function parseAttributes(text: string): Attribute[] | undefined {
  if (/^[1-9]\d?$/.test(text)) return Array.from({ length: Number(text) }, (_, k) => ({ name: `attribute${k + 1}`, splittable: true, distribution: true }));
  const declared: Attribute[] = [];
  const parts = text.split(',');
  if (parts.length > MOST_ATTRIBUTES) return undefined;
  for (const part of parts) {
    const slash = part.indexOf('/'), equals = part.indexOf('=');
    const [letters, name] = slash >= 0 ? [part.slice(0, slash), part.slice(slash + 1)] : equals >= 0 ? [part.slice(equals + 1), part.slice(0, equals)] : ['', part];
    if (!/\D/.test(name) || !LETTERS.test(letters) || declared.some((other) => other.name === name)) return undefined;
    declared.push({ name, splittable: letters.includes('s'), distribution: letters.includes('f') });
  }
  return declared;
}

/** A declaration as `parseAttributes` reads it, in the form of the newer version. */
export function formatAttributes(declared: readonly Attribute[]): string {
  return declared.map(({ name, splittable, distribution }) => `${splittable ? 's' : ''}${distribution ? 'f' : ''}/${name}`).join(',');
}

/** For each attribute of `wanted`, the place of the one of that name among `given`, -1 where it is missing. */
export function matchAttributes(wanted: readonly Attribute[], given: readonly Attribute[] | undefined): Int32Array {
  return Int32Array.from(wanted, ({ name }) => given?.findIndex((other) => other.name === name) ?? -1);
}
