import { globMatcher } from '../core/util/glob';
import { compilePattern } from '../core/util/pattern';
import type { BaselineChoice } from '../protocol/baseline';
import type { IndexedFile } from './captureIndex';

/** Whether a file takes part in a baseline. One that has a fault takes none. */
export function fileMatcher(choice: BaselineChoice): (file: IndexedFile) => boolean {
  if (baselineFault(choice) !== undefined) return () => false;
  if (!choice.files || choice.files.length === 0) return () => true;
  const matches = globMatcher(choice.files);
  if ('fault' in matches) return () => false;
  return (file) => matches(file.relative) || matches(file.relative.slice(file.relative.lastIndexOf('/') + 1));
}

/** Whether a choice means the capture as a whole. */
export function isSelf(choice: BaselineChoice): boolean {
  return choice.self === true || (choice.files === undefined && choice.from === undefined && choice.to === undefined && choice.label === undefined && choice.share === undefined);
}

/** What is wrong with a choice made by hand (a file, the command line), or undefined. Never throws. */
export function baselineFault(choice: unknown): string | undefined {
  if (typeof choice !== 'object' || choice === null || Array.isArray(choice)) return 'it is an object such as { "files": ["day1/**"] }';
  const { self, files, from, to, share, label } = choice as { [name in keyof BaselineChoice]: unknown };
  if (self !== undefined && typeof self !== 'boolean') return '"self" is true or false';
  if (files !== undefined) {
    if (!Array.isArray(files) || files.some((file) => typeof file !== 'string')) return '"files" is a list of globs, e.g. ["day1/**"]';
    const matches = globMatcher(files as string[]);
    if ('fault' in matches) return `"files": ${matches.fault}`;
  }
  for (const [name, time] of [['from', from], ['to', to]] as const) if (time !== undefined && !Number.isFinite(time)) return `"${name}" is a time in seconds`;
  if (from !== undefined && to !== undefined && (from as number) >= (to as number)) return '"from" lies after "to"';
  if (share !== undefined && !(typeof share === 'number' && share > 0 && share <= 1)) return '"share" is above 0 and at most 1';
  return label === undefined ? undefined : labelFault(label);
}

function labelFault(label: unknown): string | undefined {
  const { column, matches } = (typeof label === 'object' && label !== null ? label : {}) as { readonly column?: unknown; readonly matches?: unknown };
  if (typeof column !== 'string' || typeof matches !== 'string') return '"label" has a "column" and "matches", an expression';
  const pattern = compilePattern(matches);
  return 'fault' in pattern ? `"matches" of "label" cannot be used: ${pattern.fault}` : undefined;
}

/** A choice in words: "day1/** where label is Benign". One of a model's file may be anything. */
export function baselineWords(choice: BaselineChoice): string {
  if (typeof choice !== 'object' || choice === null) return 'an unknown baseline';
  if (isSelf(choice)) return 'the capture itself';
  if (choice.files !== undefined && !Array.isArray(choice.files)) return 'an unknown baseline';
  const parts = [choice.files?.length ? choice.files.join(', ') : 'all logs'];
  if (choice.label) parts.push(`where ${choice.label.column} is ${choice.label.matches}`);
  if (choice.from !== undefined) parts.push(`from ${choice.from}`);
  if (choice.to !== undefined) parts.push(`before ${choice.to}`);
  if (choice.share !== undefined && choice.share < 1) parts.push(`first ${Math.round(choice.share * 100)} %`);
  return parts.join(' ');
}
