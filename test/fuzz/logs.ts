import { recogniseMapped } from '../../server/core/formats/csvMapping';
import type { LogHeader } from '../../server/core/formats/format';
import type { Rng } from '../../server/core/util/rng';
import { randomBelow } from '../../server/core/util/rng';
import { bytesOf, recognised } from '../core/formats/reading';
import { samples } from '../core/formats/samples';
import type { Mutation } from './mutate';
import { splice } from './mutate';

const MAPPED = bytesOf('Time;User;"Port";Note\n1;"a;b";80;x\n2;"say ""hi""";;-\n3;open;"7\n4;c;x;y;z\nTime;User;"Port";Note\n2024-01-01 00:00:00;d;0x10;\n');

function mappedHeader(bytes: Uint8Array): LogHeader {
  const header = recogniseMapped(bytes, { delimiter: ';', columns: { time: 1, user: 'User', sourcePort: 'Port', service: 'Note' } });
  if ('code' in header) throw new Error(header.message);
  return header;
}

const NTLM = bytesOf(['#separator \\x09', '#path\tntlm', '#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tusername\tserver_dns_computer_name\tsuccess', '#types\ttime\tstring\taddr\tport\taddr\tport\tstring\tstring\tbool',
  '1.5\tC1\t10.0.0.1\t5\t10.0.0.2\t88\tann\tweb.corp\tT', '#fields\tts\tusername\tserver_nb_computer_name\tserver_dns_computer_name\tcount', '#types\ttime\tstring\tstring\tstring\tcount', '1.6\tbob\tWEB\tweb.corp\t7', '1.7\tbob\t-\tweb.corp\tx', ''].join('\n'));

/** A small log of every format, with the header it is read by. */
export const logs: readonly { readonly bytes: Uint8Array; readonly header: LogHeader }[] = [
  ...[...samples.map(([, bytes]) => bytes), NTLM].map((bytes) => ({ bytes, header: recognised(bytes).header })),
  { bytes: MAPPED, header: mappedHeader(MAPPED) },
];

/** Lines that may stand anywhere in a damaged or hostile log. */
const STRANGERS: readonly string[] = [
  '#separator |', '#separator \\x2c', '#separator \\x09', '#separator', '#set_separator\t;', '#unset_field\tS0', '#unset_field\t', '#empty_field\t-', '#empty_field\ttcp', '#path\tdns', '#path\tconn',
  '#fields', '#fields\t', '#fields\tts\tuid', '#fields\tuid\tts\tid.orig_h\tproto', '#fields|ts|uid|id.resp_h', '#fields\ta\ta\ta', '#fields\tts   label   x', '#fields\tts\torig_bytes\tnote', '#fields\tproto\tnote\tts',
  '#types', '#types\ttime\tstring', '#types\tstring\tcount\ttime\taddr', '#types|time|string|addr', '#types\ttime   string   count', '#types\tcount\tset[string]\tbool', '#close\t2020', '#open', '# a comment', '#',
  '\t#fields\tuid\tts', ' #types\tcount\tcount', '1.5\tC\t10.0.0.1\t1', '7.5|D|10.0.0.9', 'x\ty', 'a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p', 'ts,te,td,sa,da', 'Summary', '1,2,3,4',
  '{"ts":1.5,"uid":"x","id.orig_h":"b","extra":7}', '{"ts":"z","service":5,"proto":true,"extra":"t"}', '{"uid":1,"uid":2}', '{"a":[[[{"b":1}]]],"ts":2', '{}', '"', '"open;quote', '\r', '\ufeff', '\0', '   ', '\t\t\t\t\t\t\t\t\t\t\t\t\t',
];

function lineStarts(bytes: Uint8Array): number[] {
  const starts = [0];
  for (let i = 0; i + 1 < bytes.length; i++) if (bytes[i] === 10) starts.push(i + 1);
  return starts;
}

function pick<T>(rng: Rng, from: readonly T[]): T {
  return from[randomBelow(rng, from.length)];
}

/** The line that starts here, with its end. */
function lineAt(bytes: Uint8Array, start: number): Uint8Array {
  const end = bytes.indexOf(10, start);
  return bytes.slice(start, end < 0 ? bytes.length : end + 1);
}

/** Damage to the lines of a log. */
export const lineMutations: readonly Mutation[] = [
  function insertStranger(bytes, rng) {
    return splice(bytes, pick(rng, lineStarts(bytes)), 0, bytesOf(`${pick(rng, STRANGERS)}\n`));
  },
  function insertHeader(bytes, rng) {
    // The first lines of a log of some format, as if two logs were joined.
    const other = pick(rng, logs).bytes;
    const starts = [...lineStarts(other), other.length];
    return splice(bytes, pick(rng, lineStarts(bytes)), 0, other.subarray(0, starts[Math.min(starts.length - 1, 1 + randomBelow(rng, 10))]));
  },
  function duplicateLine(bytes, rng) {
    const starts = lineStarts(bytes);
    return splice(bytes, pick(rng, starts), 0, lineAt(bytes, pick(rng, starts)));
  },
  function removeLine(bytes, rng) {
    const start = pick(rng, lineStarts(bytes));
    return splice(bytes, start, lineAt(bytes, start).length, new Uint8Array(0));
  },
  function joinLines(bytes, rng) {
    const start = pick(rng, lineStarts(bytes));
    return start === 0 ? bytes : splice(bytes, start - 1, 1, new Uint8Array(0));
  },
  function repeatAll(bytes) {
    return bytes.length > 4000 ? bytes : splice(bytes, bytes.length, 0, bytes);
  },
  function carriageReturn(bytes, rng) {
    return splice(bytes, randomBelow(rng, bytes.length), 0, bytesOf(pick(rng, ['\r', '\r\n', '\n\n', '\n\r\n'])));
  },
  function quote(bytes, rng) {
    return splice(bytes, randomBelow(rng, bytes.length), randomBelow(rng, 2), bytesOf(pick(rng, ['"', '""', '";"', '\\', '\\"'])));
  },
];
