import { encodeUtf8 } from '../util/utf8';
import { readTraces } from './traceReader';
import type { TraceSet } from './traces';
import type { Problem } from '../util/problem';

/** Reads traces in Abbadingo text; see `readTraces`, which reads bytes. */
export function readAbbadingo(text: string): { traces: TraceSet; problems: readonly Problem[] } {
  return readTraces(encodeUtf8(text));
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
