import { encodeUtf8 } from '../util/utf8';
import { attacks, carryOut, plan } from './attacks';
import type { Connection, Maker } from './connection';
import { draws, identifiers } from './draw';
import { day, makeOffice, timeOfDay } from './office';
import type { Office } from './office';
import { TimeQueue } from './queue';
import { DayFiles, emptyDayBytes, render } from './files';
import type { Chunk, Row } from './files';
import { routine, session } from './work';

export type { Chunk } from './files';

export interface SampleOptions {
  /** Same seed, size and start: same bytes. */
  readonly seed: number;
  /** Bytes of all files together, met within a fifth; from 10,000 on. */
  readonly size: number;
  /** Midnight at which the first day begins, seconds since 1970 (default: Monday, 2 March 2026, UTC). */
  readonly start?: number;
}

/** Names of the attacks in `day2/labels.csv`. */
export const attackLabels: readonly string[] = attacks.map(({ label }) => label);

/** Bytes of one clock query or backup in conn.log and the Argus file, about. */
const routineBytes = 225;
/** What a queue of sources holds: rows that happen at the same moment, and where the next ones come from. */
interface Batch { readonly time: number; readonly rows: readonly Row[] }

/**
 * A small office over two days, as Zeek logs (conn, dns, http, ssl, files) and an Argus file of the same connections:
 * `day1/` is benign, `day2/` has the same work with attacks in it, and `day2/labels.csv` names each of their rows;
 * `anomaline.json` chooses the first day as baseline.
 * Files grow in turns, in chunks to be appended; rows are in the order in which they ended, as Zeek writes them.
 * A log without rows is not made, as Zeek does not. Memory does not grow with `size`: it holds what is open at one moment.
 */
export function* sampleCapture({ seed, size, start = 1772409600 }: SampleOptions): Generator<Chunk> {
  yield { file: 'anomaline.json', bytes: encodeUtf8(JSON.stringify({ baseline: { files: ['day1/**'] } }, null, 2) + '\n') };
  const names = draws(seed ^ 0x5eed), uid = identifiers('C', names), fuid = identifiers('F', names);
  // More people where there is more to do: 12 up to 20 MB, some 270 at 10 GB.
  const office = makeOffice(draws(seed), Math.max(12, Math.round(12 * Math.sqrt(size / 20e6))));
  const maker = (stream: number): Maker => ({ draw: draws(Math.imul(seed, 0x85ebca6b) + stream), uid, fuid });

  const first = workingDay(office, maker, 100, start, size / 2 - emptyDayBytes);
  const written = yield* merged('day1', first, start);

  const left = size - written - emptyDayBytes;
  // Attacks are a sixth of the day; in a tiny capture more, so that there is something to find.
  const planned = plan(left * (left < 50_000 ? 0.45 : 0.16));
  const taken = planned.reduce((sum, { attack, steps }) => sum + steps * attack.stepBytes, 0);
  const victim = office.clients[4]!.address, midnight = start + day;
  const bad = planned.map(({ attack, steps }, i) => single(carryOut({ ...maker(300 + i), label: attack.label }, midnight, attack, steps, victim)));
  yield* merged('day2', [...workingDay(office, maker, 200, midnight, left - taken), ...bad], midnight);
}

/** The sources of one benign day of `bytes`. */
function workingDay(office: Office, maker: (stream: number) => Maker, stream: number, midnight: number, bytes: number): Iterator<Batch>[] {
  const clockQueries = Math.min(84 * office.clients.length, Math.floor(Math.max(0, bytes) * 0.12 / routineBytes));
  const backups = Math.min(office.clients.length, Math.floor(Math.max(0, bytes) * 0.03 / routineBytes));
  return [
    single(routine(maker(stream), midnight, office, { clockQueries, backups })),
    people(office, maker(stream + 1), midnight, bytes - (clockQueries + backups) * routineBytes),
  ];
}

/**
 * What people do in a day. The clock runs by the bytes that were made: after a tenth of them, a tenth of the day's
 * activity has passed. So the size is met, and the working hours keep their shape, whatever a session happens to hold.
 */
function* people(office: Office, maker: Maker, midnight: number, bytes: number): Generator<Batch> {
  for (let done = 0; done < bytes;) {
    const second = timeOfDay(done / bytes), time = midnight + second;
    const rows = session(maker, time, second, office).flatMap(render);
    yield { time, rows };
    done += rows.reduce((sum, { text }) => sum + text.length, 0) * (0.5 + maker.draw.unit());
  }
}

function* single(connections: Iterable<Connection>): Generator<Batch> {
  for (const connection of connections) yield { time: connection.time, rows: render(connection) };
}

/** Writes what the sources make, each in order of time, into the files of one day; returns the bytes. */
function* merged(folder: string, sources: readonly Iterator<Batch>[], midnight: number): Generator<Chunk, number> {
  const files = new DayFiles(folder, midnight), waiting = new TimeQueue<{ batch: Batch; source: Iterator<Batch> }>();
  const pull = (source: Iterator<Batch>): void => {
    const { done, value } = source.next();
    if (done !== true) waiting.add(value.time, { batch: value, source });
  };
  sources.forEach(pull);
  for (let item = waiting.take(); item !== undefined; item = waiting.take()) {
    files.add(item.batch.rows);
    pull(item.source);
    yield* files.write(waiting.next);
  }
  return yield* files.close(midnight + day);
}
