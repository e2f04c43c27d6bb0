import { encodeUtf8 } from '../util/utf8';
import { argusHeader, argusRow } from './argus';
import type { Connection } from './connection';
import { TimeQueue } from './queue';
import { connRow, logNames, zeekFooter, zeekHeader, zeekRow } from './zeek';

/** Bytes to be appended to a file, whose path is relative to the capture's folder. */
export interface Chunk {
  readonly file: string;
  readonly bytes: Uint8Array;
}

/** One line of one file, before its place in the file is known. ASCII only, so that its length is its bytes. */
export interface Row {
  readonly file: string;
  /** When it is written: at the end of what it tells of. */
  readonly time: number;
  readonly text: string;
  readonly uid: string;
  readonly label?: string;
}

const argusFile = 'flows.binetflow', labelsFile = 'labels.csv';
const fileNames = [...logNames.map((log) => `${log}.log`), argusFile];
const chunkLength = 65536;

/** Bytes of the headers and footers of one day. */
export const emptyDayBytes = logNames.reduce((sum, log) => sum + (zeekHeader(log, 0) + zeekFooter(0)).length, argusHeader.length);

/** All rows of a connection. */
export function render(c: Connection): Row[] {
  const common = c.label === undefined ? { uid: c.uid } : { uid: c.uid, label: c.label }, end = c.time + c.duration;
  return [
    ...c.rows.map((row) => ({ file: `${row.log}.log`, time: row.time, text: zeekRow(c, row), ...common })),
    { file: 'conn.log', time: end, text: connRow(c), ...common },
    { file: argusFile, time: end, text: argusRow(c), ...common },
  ];
}

/** The files of one day: takes rows, and gives them out in order of time, a chunk at a time. */
export class DayFiles {
  private readonly rows = new TimeQueue<Row>();
  private readonly open = new Map<string, { parts: string[]; length: number; lines: number }>();
  private written = 0;

  constructor(private readonly folder: string, private readonly start: number) {}

  add(rows: readonly Row[]): void {
    for (const row of rows) this.rows.add(row.time, row);
  }

  /** Writes the rows that end before `until`: no row to come may end earlier than that. */
  *write(until: number): Generator<Chunk> {
    while (this.rows.next < until) {
      const { file, text, uid, label } = this.rows.take()!;
      const line = yield* this.append(file, text);
      if (label !== undefined) yield* this.append(labelsFile, `${file},${line},${uid},${label}\n`);
    }
  }

  /** Writes what is left and the footers; returns the bytes of all files. */
  *close(end: number): Generator<Chunk, number> {
    yield* this.write(Infinity);
    for (const file of [...fileNames, labelsFile]) {
      if (!this.open.has(file)) continue;
      if (file.endsWith('.log')) yield* this.append(file, zeekFooter(end));
      yield this.flush(file);
    }
    return this.written;
  }

  /** Adds a line to a file, which is opened when it gets its first; returns the line's number. */
  private *append(file: string, text: string): Generator<Chunk, number> {
    let state = this.open.get(file);
    if (state === undefined) {
      const header = this.header(file);
      state = { parts: [header], length: header.length, lines: header.split('\n').length - 1 };
      this.open.set(file, state);
    }
    state.parts.push(text);
    state.length += text.length;
    state.lines++;
    if (state.length >= chunkLength) yield this.flush(file);
    return state.lines;
  }

  private header(file: string): string {
    if (file === argusFile) return argusHeader;
    if (file === labelsFile) return 'file,line,uid,label\n';
    return zeekHeader(logNames.find((log) => `${log}.log` === file)!, this.start);
  }

  private flush(file: string): Chunk {
    const state = this.open.get(file)!, text = state.parts.join('');
    this.written += text.length;
    state.parts = [];
    state.length = 0;
    return { file: `${this.folder}/${file}`, bytes: encodeUtf8(text) };
  }
}
