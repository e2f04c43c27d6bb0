import { ByteNames } from './byteNames';
import { ProblemList } from '../util/problem';
import type { TraceSet } from './traces';
import type { Problem } from '../util/problem';

/** How a file of traces is laid out: `abbadingo` lines are `<type> <length> <symbol> ...`, `pautomac` lines have no type. */
export type TraceFormat = 'abbadingo' | 'pautomac';

/**
 * Reads traces from the bytes of a text: a header `<traces> <alphabet size>`, then a line a trace. Abbadingo lines begin with a type;
 * those of the PAutomaC competition do not: what fits more of the first lines is taken. Data behind a symbol
 * (`name/data`) are kept; attributes (`name:1.0,2.0/data`) are left out and reported once a file. A line that is not a trace is a problem and is skipped; counts of the
 * header that are wrong are warnings. Never throws. O(bytes), 4 bytes a symbol, 8 where symbols carry data. Source: specs, state machine, section 1.
 */
export function readTraces(bytes: Uint8Array): { traces: TraceSet; format: TraceFormat; problems: readonly Problem[] } {
  const format = formatOf(bytes);
  const reader = new TraceReader(bytes, format);
  reader.read();
  return { traces: reader.traces(), format, problems: reader.problems.problems };
}

const NEWLINE = 10;
const COLON = 58;
const SLASH = 47;
/** Lines that decide which format a file has. */
const PROBED = 200;
const MAX_TYPES = 65_535;

function isBlank(byte: number): boolean {
  return byte === 32 || byte === 9 || byte === 13 || byte === 11 || byte === 12;
}

function formatOf(bytes: Uint8Array): TraceFormat {
  let abbadingo = 0, pautomac = 0;
  for (let line = 0, at = 0; at < bytes.length && line <= PROBED; line++) {
    let end = bytes.indexOf(NEWLINE, at);
    if (end < 0) end = bytes.length;
    // A number longer than this is no length; a long line needs its first two words and the count of all.
    const words = line === 0 ? [] : wordStarts(bytes, at, end);
    if (words.length > 0) {
      if (wholeAt(bytes, words[0], end) === words.length - 1) pautomac++;
      if (words.length > 1 && wholeAt(bytes, words[1], end) === words.length - 2) abbadingo++;
    }
    at = end + 1;
  }
  return pautomac > abbadingo ? 'pautomac' : 'abbadingo';
}

function wordStarts(bytes: Uint8Array, from: number, end: number): number[] {
  const starts: number[] = [];
  for (let i = from; i < end; i++) if (!isBlank(bytes[i]) && (i === from || isBlank(bytes[i - 1]))) starts.push(i);
  return starts;
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

class TraceReader {
  readonly problems = new ProblemList();
  private readonly alphabet: ByteNames;
  private readonly typeNames: ByteNames;
  private symbols: Uint32Array;
  private symbolCount = 0;
  private offsets = new Uint32Array(1024);
  private types = new Uint16Array(1024);
  private traceCount = 0;
  private stripped = false;
  private readonly dataTexts: ByteNames;
  /** Number of the data of each symbol, 0: none; made when the first data appear. */
  private data: Uint32Array | undefined;

  constructor(private readonly bytes: Uint8Array, private readonly format: TraceFormat) {
    this.alphabet = new ByteNames(bytes);
    this.typeNames = new ByteNames(bytes);
    this.dataTexts = new ByteNames(bytes);
    this.symbols = new Uint32Array(Math.max(16, bytes.length >>> 2));
  }

  read(): void {
    const { bytes } = this;
    let at = 0;
    for (let line = 0; line === 0 || at < bytes.length; line++) {
      let end = bytes.indexOf(NEWLINE, at);
      if (end < 0) end = bytes.length;
      if (line === 0) this.header(at, end);
      else this.trace(line, at, end);
      at = end + 1;
    }
    const { promised } = this;
    if (this.stripped) this.problems.add({ code: 'attributes-ignored', severity: 'info', message: 'Symbols carry attributes, which were left out.', next: 'Nothing needs to be done unless guards on attributes are wanted.' });
    if (promised !== undefined && promised !== this.traceCount) this.problems.add({ code: 'trace-count', severity: 'warning', line: 0, message: `The header promises ${promised} traces, ${this.traceCount} were read.`, next: 'Check that the file is complete.' });
  }

  traces(): TraceSet {
    return {
      symbols: this.symbols.subarray(0, this.symbolCount), offsets: this.offsets.slice(0, this.traceCount + 1), types: this.types.slice(0, this.traceCount),
      alphabet: this.alphabet.texts(), typeNames: this.format === 'pautomac' && this.traceCount > 0 ? ['1'] : this.typeNames.texts(),
      ...(this.data ? { data: { of: this.data.subarray(0, this.symbolCount), texts: this.dataTexts.texts() } } : {}),
    };
  }

  private promised: number | undefined;

  private header(at: number, end: number): void {
    const text = String.fromCharCode(...this.bytes.subarray(at, Math.min(end, at + 4096)));
    const header = /^\s*(\d+)(?::\S*)?(?:\s+(\d+)(?::\S*)?)?\s*$/.exec(text);
    if (header?.[2] !== undefined) this.promised = Number(header[1]);
    else this.problems.add({ code: 'abbadingo-header', severity: 'error', line: 0, message: 'The first line is not "<traces> <alphabet size>".', next: 'Write the number of traces and the number of different symbols on the first line.' });
  }

  private trace(line: number, at: number, end: number): void {
    const { bytes } = this;
    const first = this.symbolCount;
    let type = 0;
    let length = -1;
    let words = 0;
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
        if (nameEnd >= 0 && bytes[nameEnd] === COLON) this.stripped = true;
        if (this.data || dataStart >= 0) this.keepData(dataStart, i);
        this.symbols[this.symbolCount++] = this.alphabet.number(start, nameEnd < 0 ? i : nameEnd);
      } else if (words === before - 1) length = wholeAt(bytes, start, end);
      else type = this.typeNames.number(start, nameEnd < 0 ? i : nameEnd);
    }
    if (words === 0) return;
    if (type > MAX_TYPES) {
      this.symbolCount = first;
      this.problems.add({ code: 'too-many-types', severity: 'error', line, message: `The trace has a type beyond the first ${MAX_TYPES + 1} different ones.`, next: 'Check that lines begin with a type and a length; the trace was left out.' });
      return;
    }
    if (length < 0 || words !== length + before) {
      this.symbolCount = first;
      const said = length < 0 ? 'no length' : String(length);
      this.problems.add({ code: 'trace-length', severity: 'error', line, message: `The trace says it has ${said} symbols and has ${Math.max(0, words - before)}.`, next: 'Correct the length, the number before the symbols; the trace was left out.' });
      return;
    }
    if (this.traceCount + 2 > this.offsets.length) {
      this.offsets = longer(this.offsets, (n) => new Uint32Array(n), this.traceCount + 2);
      this.types = longer(this.types, (n) => new Uint16Array(n), this.traceCount + 2);
    }
    this.types[this.traceCount++] = type;
    this.offsets[this.traceCount] = this.symbolCount;
  }

  /** Keeps `bytes[start .. end)` as the data of the next symbol; a start below 0 is none. */
  private keepData(start: number, end: number): void {
    this.data ??= new Uint32Array(this.symbols.length);
    if (this.data.length < this.symbols.length) this.data = longer(this.data, (n) => new Uint32Array(n), this.symbols.length);
    this.data[this.symbolCount] = start < 0 ? 0 : this.dataTexts.number(start, end) + 1;
  }
}

function longer<T extends Uint32Array | Uint16Array>(items: T, make: (length: number) => T, least: number): T {
  const next = make(Math.max(least, Math.ceil(items.length * 1.5)));
  next.set(items);
  return next;
}
