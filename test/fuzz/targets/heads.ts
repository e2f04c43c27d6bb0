import * as assert from 'node:assert/strict';
import { recogniseMapped } from '../../../server/core/formats/csvMapping';
import { MAX_COLUMNS } from '../../../server/core/formats/columnNames';
import { formatById, recognise } from '../../../server/core/formats/registry';
import type { Rng } from '../../../server/core/util/rng';
import { randomBelow } from '../../../server/core/util/rng';
import { bytesOf, readIn } from '../../core/formats/reading';
import { logs } from '../logs';
import { byteMutations, mutated } from '../mutate';
import type { FuzzTarget } from '../target';

const HEAD = 65_536;
/** Of the processor: far above what a head takes (50 ms is asked for), and far below what a quadratic step over one takes (seconds). */
const LIMIT_MILLISECONDS = 1000;
/** Reading of whole heads takes longer than recognising them, so only some are read. */
const READ_BYTES = 8192;

/** Beginnings of lines that some recogniser or reader goes on from. */
const BEGINNINGS = ['', '#separator \\x09\n#fields\t', '#separator \\x2c\n', '#fields\t', '#types\t', '#path\tconn\n', 'StartTime,', 'StartTime,Proto,', 'ts,te,td,sa,da,sp,dp,pr,pkt,', 'ts\tuid\tid.orig_h\t', 'ts|uid|id.orig_h|',
  'id:a,symb:b,', 'timestamp,id:a,id:b,symb:c,', '{', '{"ts":1,"_path":"conn",', '[', '{"a":', '"', '1,U1@D,U1@D,', '2016-07-27 13:43:30,', '2018/05/10 10:52:47.283479,', '1517336042.090842\tCi85EB2YjUI9a2eql6\t10.0.0.1\t1\t', '\ufeff', ' ', '\t#fields\t'];
/** What a head may be filled with. */
const FILLINGS = [',', '\t', '|', ';', ' ', '"', '""', ',"', '\\', '\\x', '\\u0041', '[', '{', '{"a":', '[{"a":', '}', ']', '0', '9', '1.', '-', ':', '::', '#', '#\n', '#fields\n', '#fields\ta\tb\n', '#separator \\x2c\n', '#types\tcount\n', '\n', '\r\n', '\r', 'a\n', '{}\n',
  'a,', 'a\t', 'ts,', 'ts\t', 'Proto,', ',Proto,', 'SrcAddr', ',SrcAddr', 'id:', 'symb:b,', 'id:a,', '"a":1,', '"ts":1,', '   ', 'a   ', 'a#2,', 'x@', '@,', '1,', '10.0.0.1,', '\0', 'é', '\ufeff', '1e', 'StartTime,'];

/** Recognising costs little whatever a head holds, and what is recognised can be read. Inputs are 64 kB of few pieces repeated, or damaged logs. */
export const heads: FuzzTarget = {
  name: 'heads',
  runs: 1500,
  make(rng) {
    const parts: Uint8Array[] = [];
    for (let size = 0; size < HEAD; ) {
      const part = piece(rng, HEAD - size);
      parts.push(part);
      size += part.length;
    }
    const head = Buffer.concat(parts).subarray(0, HEAD);
    return new Uint8Array(rng() < 0.3 ? mutated(new Uint8Array(head), byteMutations, rng) : head);
  },
  check(input) {
    const mapping = { columns: { time: 1 } } as const;
    quickly('recognising', () => recogniseMapped(input, mapping));
    const header = quickly('recognising', () => recognise(input));
    if (header === undefined) return;
    assert.ok(header.fields.length <= MAX_COLUMNS);
    assert.equal(new Set(header.fields.map(({ name }) => name)).size, header.fields.length, 'names are unique');
    const format = formatById(header.format);
    assert.ok(format);
    quickly('reading', () => readIn(format, header, input.subarray(0, READ_BYTES), [], { fields: new Set([...format.flowFields(header).values()].flat()) }));
    quickly('cutting a line', () => format.split(header, input));
  },
};

/** The beginning of a line, a run of a filling, or a whole log; at most `room` bytes of it count. */
function piece(rng: Rng, room: number): Uint8Array {
  const kind = randomBelow(rng, 8);
  if (kind === 0) return logs[randomBelow(rng, logs.length)].bytes;
  const start = BEGINNINGS[randomBelow(rng, BEGINNINGS.length)];
  const filling = FILLINGS[randomBelow(rng, FILLINGS.length)];
  if (kind === 1) {
    // Many different names.
    let n = 0;
    return bytesOf(`${start}${filling.repeat(1)}`.padEnd(room, `${filling}a`).replace(/a/g, () => `a${n++ % 9000}`).slice(0, room));
  }
  const size = kind < 5 ? room : randomBelow(rng, room);
  return bytesOf(`${rng() < 0.5 ? '' : '\n'}${start}${filling.repeat(Math.ceil(size / filling.length))}`);
}

function quickly<T>(what: string, work: () => T): T {
  const started = process.cpuUsage();
  const result = work();
  const { user, system } = process.cpuUsage(started);
  const took = (user + system) / 1000;
  assert.ok(took < LIMIT_MILLISECONDS, `${what} took ${Math.round(took)} ms`);
  return result;
}
