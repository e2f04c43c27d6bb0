import { encodeUtf8 } from '../../util/utf8';
import { type Draw, draws } from '../draw';
import type { Chunk } from '../files';
import { makeOrganisation, type Organisation, type Person, SHIFTS, type ShiftName } from './people';
import { lateralMovement, type RedStep } from './redTeam';
import { jobWork, machineWork, session } from './sessions';

export interface OrganisationOptions {
  /** Same seed, size and days: same bytes. */
  readonly seed: number;
  /** Bytes of all files together, met within a fifth; from 100,000 on. */
  readonly size: number;
  /** Days, the last of which has the red team (default 4, from a Monday on); 2 or more. */
  readonly days?: number;
  /** Events of the red team (default: 40, or 4 in 100,000 lines of a day where that is more). */
  readonly redEvents?: number;
}

/** Bytes of an event, about. */
const LINE_BYTES = 62;
/** Events of a person's session, of a machine's and of a job's, about. */
const EVENTS = { person: 2.5, machine: 1.6, job: 3 };
/** Parts of the events that are people's and machines'; jobs have the rest, by the clock. */
const SHARES = { person: 0.7, machine: 0.27 };
/** Events of a person's day. */
const PERSON_DAY = 120;
const DAY = 86400;
/** LANL's day 5 is a Monday. */
const FIRST_DAY = 5;
/** Events begin at most this many seconds before they are written. */
const RING = 2048;
const CHUNK_CHARS = 1 << 16;

/**
 * Authentication events of an organisation, as LANL writes them: people with habits, shifts and weekends, passwords that change, machine accounts, jobs; and on the
 * last day a red team that moves from several hosts, listed in `redteam.txt`. `dayN/auth.txt` a day; `anomaline.json` chooses the days before as baseline.
 * In order of time; memory does not grow with `size` but for people (some 10 per megabyte and day, at most 12,000).
 */
export function* organisationCapture({ seed, size, days = 4, redEvents }: OrganisationOptions): Generator<Chunk> {
  const lines = size / LINE_BYTES / days;
  const draw = draws(seed);
  const organisation = makeOrganisation(draws(seed ^ 0x0a67), Math.min(12_000, Math.max(20, Math.round(lines / PERSON_DAY))));
  const red = lateralMovement(draws(seed ^ 0x4ed), organisation, redEvents ?? Math.max(40, Math.round(lines * 4e-5)));
  yield { file: 'anomaline.json', bytes: encodeUtf8(JSON.stringify({ baseline: { files: Array.from({ length: days - 1 }, (_, i) => `day${i + 1}/**`) } }, null, 2) + '\n') };
  const ring = Array.from({ length: RING }, (): string[] => []);
  const rates = new Rates(organisation, lines);
  for (let i = 0; i < days; i++) yield* oneDay(draw, organisation, rates, ring, i, i === days - 1 ? red : []);
  const from = (FIRST_DAY + days - 1) * DAY;
  yield { file: 'redteam.txt', bytes: encodeUtf8(red.map(({ second, account, from: source, to }) => `${from + second},${account},${source},${to}\n`).join('')) };
}

function* oneDay(draw: Draw, organisation: Organisation, rates: Rates, ring: string[][], index: number, red: readonly RedStep[]): Generator<Chunk> {
  const day = FIRST_DAY + index;
  const file = `day${index + 1}/auth.txt`;
  let parts: string[] = [];
  let chars = 0;
  let next = 0;
  let now = day * DAY;
  // The ring goes on over midnight, so that what began the day before ends when it should.
  const emit = (later: number, line: string): void => void ring[(now + later) % RING].push(line);
  const around = { draw, organisation, emit, day };
  for (let second = 0; second < DAY; second++, now++) {
    for (const name of Object.keys(SHIFTS) as ShiftName[]) for (let n = poisson(draw, rates.people(name, day, second)); n > 0; n--) session(rates.person(name, draw), around);
    for (let n = poisson(draw, rates.machines); n > 0; n--) machineWork(draw.pick(draw.chance(0.9) ? organisation.hosts : organisation.servers), around);
    if (second % 60 === 0) for (const job of organisation.jobs) if (job.minute === (second / 60) % 60) jobWork(job, around);
    for (; next < red.length && red[next].second === second; next++) emit(0, red[next].line);
    const bucket = ring[now % RING];
    for (const line of bucket) {
      const text = `${now},${line}\n`;
      parts.push(text);
      chars += text.length;
    }
    bucket.length = 0;
    if (chars < CHUNK_CHARS) continue;
    yield { file, bytes: encodeUtf8(parts.join('')) };
    parts = [];
    chars = 0;
  }
  if (chars > 0) yield { file, bytes: encodeUtf8(parts.join('')) };
}

/** How often something begins, by second. */
class Rates {
  /** Sessions of machines a second. */
  readonly machines: number;
  private readonly sessions: number;
  private readonly groups: ReadonlyMap<ShiftName, { readonly people: readonly Person[]; readonly sums: Float64Array; readonly share: number }>;

  constructor({ people, jobs }: Organisation, lines: number) {
    const total = people.reduce((sum, { weight }) => sum + weight, 0);
    this.groups = new Map((Object.keys(SHIFTS) as ShiftName[]).map((name) => {
      const group = people.filter(({ shift }) => shift === name);
      let sum = 0;
      const sums = Float64Array.from(group, ({ weight }) => (sum += weight));
      return [name, { people: group, sums, share: sum / total }];
    }));
    const rest = Math.max(0, lines - jobs.length * 24 * EVENTS.job);
    this.sessions = rest * SHARES.person / (SHARES.person + SHARES.machine) / EVENTS.person;
    this.machines = rest * SHARES.machine / (SHARES.person + SHARES.machine) / EVENTS.machine / DAY;
  }

  /** Sessions a second that people of a shift begin. */
  people(name: ShiftName, day: number, second: number): number {
    const { from, to, weekend } = SHIFTS[name];
    const hour = second / 3600;
    // A rise and a fall of an hour, a dip at noon, and little beside.
    const inside = Math.max(ramp(hour, from, to), ramp(hour + 24, from, to));
    const dip = name === 'day' && hour > 12 && hour < 13 ? 0.5 : 1;
    return this.sessions * (this.groups.get(name)?.share ?? 0) * (0.02 + inside * dip) * (isWeekend(day) ? weekend : 1) / ((to - from) * 3600);
  }

  /** Somebody of a shift, the busy more often. */
  person(name: ShiftName, draw: Draw): Person {
    const { people, sums } = this.groups.get(name) as { readonly people: readonly Person[]; readonly sums: Float64Array };
    const at = draw.unit() * sums[sums.length - 1];
    let [low, high] = [0, sums.length - 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (sums[middle] > at) high = middle;
      else low = middle + 1;
    }
    return people[low];
  }
}

/** LANL's days 3, 4, 10, 11, ... are weekends. */
export function isWeekend(day: number): boolean {
  return day % 7 === 3 || day % 7 === 4;
}

function ramp(hour: number, from: number, to: number): number {
  return Math.max(0, Math.min(1, hour - from + 0.5, to + 0.5 - hour));
}

/** A Poisson number, O(mean) (Knuth 1969, section 3.4.1). */
function poisson(draw: Draw, mean: number): number {
  if (mean > 100) return poisson(draw, 100) + poisson(draw, mean - 100);
  const limit = Math.exp(-mean);
  let n = 0;
  for (let p = draw.unit(); p > limit; p *= draw.unit()) n++;
  return n;
}
