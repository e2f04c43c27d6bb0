import picomatch from 'picomatch';
import type { BaselineChoice } from '../protocol/baseline';
import type { IndexedFile } from './captureIndex';
import { labelExpression } from './readLog';

/** Whether a file takes part in a baseline. */
export function fileMatcher(choice: BaselineChoice): (file: IndexedFile) => boolean {
  if (!choice.files || choice.files.length === 0) return () => true;
  const matches = picomatch([...choice.files], { dot: true });
  return (file) => matches(file.relative) || matches(file.relative.slice(file.relative.lastIndexOf('/') + 1));
}

/** Whether a choice means the capture as a whole. */
export function isSelf(choice: BaselineChoice): boolean {
  return choice.self === true || (choice.files === undefined && choice.from === undefined && choice.to === undefined && choice.label === undefined && choice.share === undefined);
}

/** What is wrong with a choice made by hand (a file, the command line), or undefined. */
export function baselineFault(choice: BaselineChoice): string | undefined {
  if (typeof choice !== 'object' || choice === null || Array.isArray(choice)) return 'it is an object such as { "files": ["day1/**"] }';
  if (choice.files !== undefined && (!Array.isArray(choice.files) || choice.files.some((f) => typeof f !== 'string'))) return '"files" is a list of globs, e.g. ["day1/**"]';
  for (const name of ['from', 'to'] as const) if (choice[name] !== undefined && !Number.isFinite(choice[name])) return `"${name}" is a time in seconds`;
  if (choice.from !== undefined && choice.to !== undefined && choice.from >= choice.to) return '"from" lies after "to"';
  if (choice.share !== undefined && !(choice.share > 0 && choice.share <= 1)) return '"share" is above 0 and at most 1';
  if (choice.label !== undefined) {
    if (typeof choice.label?.column !== 'string' || typeof choice.label?.matches !== 'string') return '"label" has a "column" and "matches", an expression';
    try {
      labelExpression(choice.label.matches);
    } catch {
      return `"${choice.label.matches}" is no regular expression`;
    }
  }
  return undefined;
}

/** A choice in words: "day1/** where label is Benign". */
export function baselineWords(choice: BaselineChoice): string {
  if (isSelf(choice)) return 'the capture itself';
  const parts = [choice.files?.length ? choice.files.join(', ') : 'all logs'];
  if (choice.label) parts.push(`where ${choice.label.column} is ${choice.label.matches}`);
  if (choice.from !== undefined) parts.push(`from ${choice.from}`);
  if (choice.to !== undefined) parts.push(`before ${choice.to}`);
  if (choice.share !== undefined && choice.share < 1) parts.push(`first ${Math.round(choice.share * 100)} %`);
  return parts.join(' ');
}
