import { formatAttributes } from './attributes';
import { encodeUtf8 } from '../util/utf8';
import { readTraces } from './traceReader';
import type { TraceAttributes } from './attributes';
import type { TraceSet } from './traces';
import type { Problem } from '../util/problem';

/** Reads traces in Abbadingo text; see `readTraces`, which reads bytes. */
export function readAbbadingo(text: string): { traces: TraceSet; problems: readonly Problem[] } {
  return readTraces(encodeUtf8(text));
}

/** Writes traces as `readAbbadingo` reads them. Names must be free of blanks, `:` and `/` (of attributes also of `,` and `=`), data of blanks. */
export function writeAbbadingo(traces: TraceSet): string {
  const { attributes } = traces;
  const lines = [`${traces.types.length} ${traces.alphabet.length}${attributes ? `:${formatAttributes(attributes.declared)}` : ''}`];
  for (let t = 0; t < traces.types.length; t++) lines.push(formatTrace(traces, t));
  return lines.join('\n') + '\n';
}

/** One trace as a line of Abbadingo text. */
export function formatTrace(traces: TraceSet, t: number): string {
  const { alphabet, attributes, data, offsets, symbols, typeNames, types } = traces;
  const words = [typeNames[types[t]], String(offsets[t + 1] - offsets[t])];
  for (let i = offsets[t]; i < offsets[t + 1]; i++) words.push(alphabet[symbols[i]] + numbers(attributes, i) + (data !== undefined && data.of[i] > 0 ? `/${data.texts[data.of[i] - 1]}` : ''));
  return words.join(' ');
}

function numbers(attributes: TraceAttributes | undefined, i: number): string {
  const width = attributes?.declared.length ?? 0;
  return attributes && width > 0 ? `:${attributes.values.subarray(i * width, (i + 1) * width).join(',')}` : '';
}
