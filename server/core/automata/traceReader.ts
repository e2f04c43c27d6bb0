import { parseAttributes } from './attributes';
import { ByteNames } from './byteNames';
import { LineSplitter } from '../formats/lines';
import { ProblemList } from '../util/problem';
import type { Attribute } from './attributes';
import type { TraceSet } from './traces';
import type { Problem } from '../util/problem';

/** How a file of traces is laid out: `abbadingo` lines are `<type> <length> <symbol> ...`, `pautomac` lines have no type. */
export type TraceFormat = 'abbadingo' | 'pautomac';

/** How a text of traces is read. */
export interface TraceReading {
  /** Found out from the first lines when left out. */
  readonly format?: TraceFormat;
  /** The bytes are a part of the text behind its header. */
  readonly part?: boolean;
  /** Symbols expected, so that nothing needs to be copied when there are no more. */
  readonly symbols?: number;
}

/** What a text of traces, or a part of it, was like; `traceProblems` makes one account of those of all parts. */
export interface TraceSummary {
  readonly format: TraceFormat;
  readonly traces: number;
  readonly lines: number;
  /** Traces that the header promises. */
  readonly promised: number | undefined;
  /** Whether attributes of symbols were left out. */
  readonly stripped: boolean;
  /** Lines count from the start of the part. */
  readonly problems: readonly Problem[];
}

/** Reads all traces of a text at once; see `TraceReader`. */
export function readTraces(bytes: Uint8Array): { traces: TraceSet; format: TraceFormat; problems: readonly Problem[] } {
  const reader = new TraceReader({ symbols: bytes.length >>> 2 });
  reader.push(bytes);
  const summary = reader.finish();
  return { traces: reader.take(), format: summary.format, problems: traceProblems([summary]) };
}

/** What is wrong with a text, from the summaries of its parts in their order. O(problems). */
export function traceProblems(parts: readonly TraceSummary[]): Problem[] {
  const problems: Problem[] = [];
  let lines = 0, traces = 0;
  for (const part of parts) {
    for (const problem of part.problems) problems.push(problem.line === undefined ? problem : { ...problem, line: problem.line + lines });
    lines += part.lines;
    traces += part.traces;
  }
  const promised = parts[0]?.promised;
  if (parts.some((part) => part.stripped)) problems.push({ code: 'attributes-ignored', severity: 'info', message: 'Symbols carry attributes, which were left out.', next: 'Nothing needs to be done unless guards on attributes are wanted: then declare them on the first line, as in "400 1:sf/proto,sf/bytes".' });
  if (promised !== undefined && promised !== traces) problems.push({ code: 'trace-count', severity: 'warning', line: 0, message: `The header promises ${promised} traces, ${traces} were read.`, next: 'Check that the file is complete.' });
  return problems;
}

const COLON = 58;
const SLASH = 47;
/** Lines, and bytes of them, that decide which format a file has. */
const PROBED = 200;
const PROBED_BYTES = 1 << 26;
const MAX_TYPES = 65_535;
/** Bytes of the numbers of one symbol that are looked at. */
const LONGEST_NUMBERS = 4096;
/** A line of more bytes is left out. */
const MAX_LINE = 1 << 28;

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13 || byte === 11 || byte === 12;
}

function formatOf(lines: readonly Uint8Array[]): TraceFormat {
  let abbadingo = 0, pautomac = 0;
  for (const line of lines) {
    // A number longer than this is no length; a long line needs its first two words and the count of all.
    const { first, second, count } = wordsOf(line);
    if (count === 0) continue;
    if (wholeAt(line, first, line.length) === count - 1) pautomac++;
    if (count > 1 && wholeAt(line, second, line.length) === count - 2) abbadingo++;
  }
  return pautomac > abbadingo ? 'pautomac' : 'abbadingo';
}

/** Where the first two words of a line begin, and how many there are. */
function wordsOf(line: Uint8Array): { readonly first: number; readonly second: number; readonly count: number } {
  let count = 0, first = 0, second = 0;
  for (let i = 0; i < line.length; i++) {
    if (isBlank(line[i]) || !(i === 0 || isBlank(line[i - 1]))) continue;
    if (count === 0) first = i;
    if (count === 1) second = i;
    count++;
  }
  return { first, second, count };
}

/** The whole number that is the word at `start`, or -1. */
function wholeAt(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  let i = start;
  for (; i < end && !isBlank(bytes[i]); i++) {
    if (bytes[i] < 48 || bytes[i] > 57 || i - start > 9) return -1;
    value = value * 10 + bytes[i] - 48;
  }
  return i > start ? value : -1;
}

/**
 * Reads traces from bytes that come in chunks of any size: a header `<traces> <alphabet size>`, then a line a trace. Abbadingo lines begin with
 * a type; those of the PAutomaC competition do not: what fits more of the first lines is taken. Data behind a symbol (`name/data`) are
 * kept. So are attributes that the header declares (`name:1.0,2.0/data`), and a trace whose symbols have not as many finite numbers is a problem; others are left out and
 * reported once. A line that is not a trace is a problem and is skipped; counts of the header that
 * are wrong are warnings. `take` hands over what was read so far, as often as wanted, so that memory is 4 bytes a symbol between two calls, 8 where symbols
 * carry data; symbols, types and data keep their numbers. Never throws. O(bytes). Source: specs, state machine, section 1.
 */
export class TraceReader {
  private readonly found = new ProblemList();
  private readonly splitter: LineSplitter;
  private readonly alphabet = new ByteNames();
  private readonly typeNames = new ByteNames();
  private format: TraceFormat | undefined;
  /** The first lines, until the format is known. */
  private probed: Uint8Array[] = [];
  private probedBytes = 0;
  private bytes = new Uint8Array(0);
  private symbols: Uint32Array;
  private symbolCount = 0;
  private offsets = new Uint32Array(1024);
  private types = new Uint16Array(1024);
  private traceCount = 0;
  private taken = 0;
  private stripped = false;
  private readonly dataTexts = new ByteNames();
  /** What the header declares symbols to carry, and the numbers themselves. */
  private declared: readonly Attribute[] = [];
  private values = new Float64Array(0);
  private badNumbers: string | undefined;
  /** Number of the data of each symbol, 0: none; made when the first data appear. */
  private data: Uint32Array | undefined;

  constructor(private readonly options: TraceReading = {}) {
    this.format = options.format;
    this.symbols = new Uint32Array(Math.max(1024, options.symbols ?? 0));
    this.splitter = new LineSplitter({
      line: (bytes, start, end) => this.line(bytes, start, end),
      tooLong: () => this.found.add({ code: 'trace-length', severity: 'error', line: this.splitter.lines, message: `The line has more than ${MAX_LINE} bytes.`, next: 'Cut the trace into shorter ones; it was left out.' }),
    }, options.part ? 1 : 0, MAX_LINE);
  }

  /** The chunk is not kept. */
  push(chunk: Uint8Array): void {
    this.splitter.push(chunk);
  }

  /** Symbols that wait to be taken. */
  get waiting(): number {
    return this.symbolCount;
  }

  /** The traces that were read since it was last called; after `finish` none is missing. */
  take(): TraceSet {
    const { symbols, offsets, types, data, traceCount, symbolCount } = this;
    this.symbols = new Uint32Array(symbols.length);
    this.offsets = new Uint32Array(offsets.length);
    this.types = new Uint16Array(types.length);
    this.data = data && new Uint32Array(data.length);
    this.traceCount = this.symbolCount = 0;
    this.taken += traceCount;
    return {
      symbols: symbols.subarray(0, symbolCount), offsets: offsets.slice(0, traceCount + 1), types: types.slice(0, traceCount),
      alphabet: this.alphabet.texts(), typeNames: this.format === 'pautomac' && this.taken > 0 ? ['1'] : this.typeNames.texts(),
      ...(this.declared.length > 0 ? { attributes: { declared: this.declared, values: this.values.slice(0, symbolCount * this.declared.length) } } : {}),
      ...(data ? { data: { of: data.subarray(0, symbolCount), texts: this.dataTexts.texts() } } : {}),
    };
  }

  /** Ends the text. */
  finish(): TraceSummary {
    this.splitter.finish();
    if (this.splitter.lines === 0 && !this.options.part) this.header('');
    const format = this.decided();
    return { format, traces: this.taken + this.traceCount, lines: this.splitter.lines, promised: this.promised, stripped: this.stripped, problems: this.found.problems };
  }

  private line(bytes: Uint8Array, start: number, end: number): void {
    const { lines } = this.splitter;
    if (lines === 0 && !this.options.part) return this.header(String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 4096))));
    this.bytes = bytes as Uint8Array<ArrayBuffer>;
    if (this.format !== undefined) return this.trace(lines, start, end);
    this.probed.push(bytes.slice(start, end));
    this.probedBytes += end - start;
    if (this.probed.length === PROBED || this.probedBytes > PROBED_BYTES) this.decided();
  }

  /** The format; when it was not known yet, the lines that waited for it are read. */
  private decided(): TraceFormat {
    if (this.format === undefined) {
      this.format = formatOf(this.probed);
      this.probed.forEach((line, i) => {
        this.bytes = line as Uint8Array<ArrayBuffer>;
        this.trace(i + (this.options.part ? 0 : 1), 0, line.length);
      });
      this.probed = [];
    }
    return this.format;
  }

  private promised: number | undefined;

  private header(text: string): void {
    const header = /^\s*(\d+)(?::\S*)?(?:\s+(\d+)(?::(\S*))?)?\s*$/.exec(text);
    if (header?.[2] !== undefined) this.promised = Number(header[1]);
    else this.found.add({ code: 'abbadingo-header', severity: 'error', line: 0, message: 'The first line is not "<traces> <alphabet size>".', next: 'Write the number of traces and the number of different symbols on the first line.' });
    const attributes = header?.[3];
    if (attributes === undefined) return;
    const declared = parseAttributes(attributes);
    if (declared) this.declared = declared;
    else this.found.add({ code: 'attribute-header', severity: 'error', line: 0, message: `The first line declares attributes as "${attributes.slice(0, 80)}", which is not understood; attributes are left out.`, next: 'Write them as "s/bytes,f/packets": letters s (guards) and f (distribution), a slash, a name, no name twice.' });
  }

  private trace(line: number, at: number, end: number): void {
    const { bytes } = this;
    const first = this.symbolCount;
    let type = 0;
    let length = -1;
    let words = 0;
    this.badNumbers = undefined;
    const before = this.format === 'pautomac' ? 1 : 2;
    if (first + ((end - at) >>> 1) + 1 > this.symbols.length) this.symbols = longer(this.symbols, (n) => new Uint32Array(n), first + ((end - at) >>> 1) + 1);
    for (let i = at; i < end; words++) {
      while (i < end && isBlank(bytes[i])) i++;
      if (i === end) break;
      const start = i;
      let nameEnd = -1;
      let dataStart = -1;
      for (; i < end && !isBlank(bytes[i]); i++) {
        if (nameEnd < 0 && (bytes[i] === COLON || (bytes[i] === SLASH && words >= before))) nameEnd = i;
        if (nameEnd >= 0 && dataStart < 0 && bytes[i] === SLASH) dataStart = i + 1;
      }
      if (words >= before) {
        const attributesAt = nameEnd >= 0 && bytes[nameEnd] === COLON ? nameEnd + 1 : -1;
        if (this.declared.length > 0) this.keepNumbers(attributesAt, dataStart >= 0 ? dataStart - 1 : i);
        else if (attributesAt >= 0) this.stripped = true;
        if (this.data || dataStart >= 0) this.keepData(dataStart, i);
        this.symbols[this.symbolCount++] = this.alphabet.number(bytes, start, nameEnd < 0 ? i : nameEnd);
      } else if (words === before - 1) length = wholeAt(bytes, start, end);
      else type = this.typeNames.number(bytes, start, nameEnd < 0 ? i : nameEnd);
    }
    if (words === 0) return;
    if (type > MAX_TYPES) {
      this.symbolCount = first;
      this.found.add({ code: 'too-many-types', severity: 'error', line, message: `The trace has a type beyond the first ${MAX_TYPES + 1} different ones.`, next: 'Check that lines begin with a type and a length; the trace was left out.' });
      return;
    }
    if (length < 0 || words !== length + before) {
      this.symbolCount = first;
      const said = length < 0 ? 'no length' : String(length);
      this.found.add({ code: 'trace-length', severity: 'error', line, message: `The trace says it has ${said} symbols and has ${Math.max(0, words - before)}.`, next: 'Correct the length, the number before the symbols; the trace was left out.' });
      return;
    }
    if (this.badNumbers !== undefined) {
      this.symbolCount = first;
      this.found.add({ code: 'attribute-values', severity: 'error', line, message: `A symbol of the trace carries "${this.badNumbers}", where the first line declares ${this.declared.length} attributes.`, next: `Write as many finite numbers behind every symbol, as in "a:${this.declared.map((_, k) => `${k}.5`).join(',')}"; the trace was left out.` });
      return;
    }
    if (this.traceCount + 2 > this.offsets.length) {
      this.offsets = longer(this.offsets, (n) => new Uint32Array(n), this.traceCount + 2);
      this.types = longer(this.types, (n) => new Uint16Array(n), this.traceCount + 2);
    }
    this.types[this.traceCount++] = type;
    this.offsets[this.traceCount] = this.symbolCount;
  }

  /** Keeps the numbers of the next symbol, `bytes[start .. end)`; a start below 0 is none. */
  private keepNumbers(start: number, end: number): void {
    // The trace is left out already.
    if (this.badNumbers !== undefined) return;
    const width = this.declared.length;
    const at = this.symbolCount * width;
    if (at + width > this.values.length) {
      const next = new Float64Array(Math.max(at + width, Math.ceil(1.5 * this.values.length)));
      next.set(this.values.subarray(0, at));
      this.values = next;
    }
    const text = start < 0 ? '' : String.fromCharCode(...this.bytes.subarray(start, Math.min(end, start + LONGEST_NUMBERS)));
    const words = text.split(',');
    let good = words.length === width;
    for (let k = 0; k < width && good; k++) {
      const value = words[k] === '' ? NaN : Number(words[k]);
      good = Number.isFinite(value);
      this.values[at + k] = value;
    }
    if (!good) this.badNumbers ??= text.slice(0, 80);
  }

  /** Keeps `bytes[start .. end)` as the data of the next symbol; a start below 0 is none. */
  private keepData(start: number, end: number): void {
    this.data ??= new Uint32Array(this.symbols.length);
    if (this.data.length < this.symbols.length) this.data = longer(this.data, (n) => new Uint32Array(n), this.symbols.length);
    this.data[this.symbolCount] = start < 0 ? 0 : this.dataTexts.number(this.bytes, start, end) + 1;
  }
}

function longer<T extends Uint32Array | Uint16Array>(items: T, make: (length: number) => T, least: number): T {
  const next = make(Math.max(least, Math.ceil(items.length * 1.5)));
  next.set(items);
  return next;
}
