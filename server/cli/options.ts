import { parseArgs, type ParseArgsConfig } from 'node:util';
import { nearest } from '../core/settings/setting';

/** A mistake on the command line (exit code 2). */
export class UsageError extends Error {
  readonly lines: readonly string[];

  /** One line for each mistake. */
  constructor(...lines: string[]) {
    super(lines.join(' '));
    this.lines = lines;
  }
}

/** Input that nothing can be done with, or output that cannot be written (exit code 3). */
export class InputError extends Error {}

export const EXIT = { clean: 0, findings: 1, usage: 2, input: 3, interrupted: 130 } as const;

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options and paths of one command; unknown options are usage errors that name the nearest known one. */
export function parseOptions<T extends Options>(args: readonly string[], options: T): ReturnType<typeof parseArgs<{ args: string[]; options: T; allowPositionals: true; strict: true }>> {
  for (const arg of args) {
    const name = /^--([^=]+)/.exec(arg)?.[1];
    if (name === undefined || name in options) continue;
    const near = nearest(name, Object.keys(options));
    throw new UsageError(`There is no option --${name}.${near ? ` Did you mean --${near}?` : ''}`);
  }
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export function numberOption(name: string, text: string | undefined, fallback: number, min: number, max: number): number {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (text.trim() === '' || !(value >= min && value <= max)) throw new UsageError(`--${name} takes a number from ${min} to ${max}, not "${text}".`);
  return value;
}

/** `key=value` pairs. */
export function pairs(name: string, texts: readonly string[] | undefined): Record<string, string> {
  const result: Record<string, string> = {};
  for (const text of texts ?? []) {
    const at = text.indexOf('=');
    if (at <= 0) throw new UsageError(`--${name} takes key=value, not "${text}".`);
    result[text.slice(0, at)] = text.slice(at + 1);
  }
  return result;
}
