import { ProblemList } from '../util/problem';
import { Names } from './traces';
import type { TraceSet } from './traces';
import type { Problem } from '../util/problem';

/**
 * Reads traces in Abbadingo text: a header `<traces> <alphabet size>`, then a line `<type> <length> <symbol> ...` per trace.
 * Attributes and data behind a symbol (`name:1.0,2.0/data`) are left out and reported once a file. A line that is not a trace is
 * a problem and is skipped; counts of the header that are wrong are warnings. Source: specs, state machine, section 1.
 */
export function readAbbadingo(text: string): { traces: TraceSet; problems: readonly Problem[] } {
  const problems = new ProblemList();
  const alphabet = new Names();
  const typeNames = new Names();
  const symbols: number[] = [];
  const offsets: number[] = [0];
  const types: number[] = [];
  let stripped = false;

  const lines = text.split(/\r?\n/);
  const header = /^\s*(\d+)(?::\S*)?\s+(\d+)(?::\S*)?\s*$/.exec(lines[0] ?? '');
  if (!header) problems.add({ code: 'abbadingo-header', severity: 'error', line: 0, message: 'The first line is not "<traces> <alphabet size>".', next: 'Write the number of traces and the number of different symbols on the first line.' });
  for (let line = 1; line < lines.length; line++) {
    const words = lines[line].trim().split(/\s+/);
    if (words[0] === '') continue;
    const length = Number(words[1]);
    if (!/^\d+$/.test(words[1] ?? '') || words.length !== length + 2) {
      problems.add({ code: 'trace-length', severity: 'error', line, message: `The trace says it has ${words[1] ?? 'no'} symbols and has ${Math.max(0, words.length - 2)}.`, next: 'Correct the length, the second word of the line; the trace was left out.' });
      continue;
    }
    for (let i = 2; i < words.length; i++) {
      const name = /^[^:/]*/.exec(words[i])![0];
      if (name.length !== words[i].length) stripped = true;
      symbols.push(alphabet.number(name));
    }
    offsets.push(symbols.length);
    types.push(typeNames.number(words[0].split(':')[0]));
  }
  if (stripped) problems.add({ code: 'attributes-ignored', severity: 'info', message: 'Symbols carry attributes or data, which were left out.', next: 'Nothing needs to be done unless guards on attributes are wanted.' });
  if (header && Number(header[1]) !== types.length) problems.add({ code: 'trace-count', severity: 'warning', line: 0, message: `The header promises ${header[1]} traces, ${types.length} were read.`, next: 'Check that the file is complete.' });
  return {
    traces: { symbols: Uint32Array.from(symbols), offsets: Uint32Array.from(offsets), types: Uint16Array.from(types), alphabet: alphabet.list, typeNames: typeNames.list },
    problems: problems.problems,
  };
}

/** Writes traces as `readAbbadingo` reads them. Names must be free of blanks, `:` and `/`. */
export function writeAbbadingo(traces: TraceSet): string {
  const lines = [`${traces.types.length} ${traces.alphabet.length}`];
  for (let t = 0; t < traces.types.length; t++) lines.push(formatTrace(traces, t));
  return lines.join('\n') + '\n';
}

/** One trace as a line of Abbadingo text. */
export function formatTrace(traces: TraceSet, t: number): string {
  const symbols = traces.symbols.subarray(traces.offsets[t], traces.offsets[t + 1]);
  return [traces.typeNames[traces.types[t]], symbols.length, ...Array.from(symbols, (symbol) => traces.alphabet[symbol])].join(' ');
}
