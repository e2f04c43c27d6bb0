import { mulberry32, randomBelow } from '../../../util/rng';

/** Input that says which lanes go on (1) and which begin anew (0). */
export const CARRY = 'carry';

/** Lines of a user at most before a lane forgets what was: else one busy user would hold up all others. */
export const SEGMENT_LINES = 1200;

/** Lines in the order of users, each user's in the order of time. */
export interface UserLines {
  /** Lines by user. */
  readonly lines: Uint32Array;
  /** Where each user's begin, and the end of all. */
  readonly starts: Uint32Array;
}

/** O(lines). `users`: a whole number for each line, lines in the order of time. */
export function linesByUser(users: ArrayLike<number>): UserLines {
  const numberOf = new Map<number, number>(), counts: number[] = [];
  const of = Uint32Array.from(users, (user) => {
    let at = numberOf.get(user);
    if (at === undefined) {
      numberOf.set(user, (at = counts.length));
      counts.push(0);
    }
    counts[at]++;
    return at;
  });
  const starts = new Uint32Array(counts.length + 1);
  counts.forEach((count, user) => { starts[user + 1] = starts[user] + count; });
  const next = starts.slice(), lines = new Uint32Array(of.length);
  of.forEach((user, line) => { lines[next[user]++] = line; });
  return { lines, starts };
}

/** The first of each user's lines, and the last `share` of them to measure with. O(lines). */
export function splitUsers({ lines, starts }: UserLines, share: number): { readonly learned: UserLines; readonly held: UserLines } {
  const cut = (begin: number, end: number): number => end - Math.floor((end - begin) * share);
  const part = (from: (begin: number, end: number) => number, to: (begin: number, end: number) => number): UserLines => {
    const own = new Uint32Array(starts.length), kept: Uint32Array[] = [];
    for (let user = 0; user + 1 < starts.length; user++) {
      const some = lines.subarray(from(starts[user], starts[user + 1]), to(starts[user], starts[user + 1]));
      kept.push(some);
      own[user + 1] = own[user] + some.length;
    }
    const all = new Uint32Array(own[own.length - 1]);
    kept.forEach((some, user) => { all.set(some, own[user]); });
    return { lines: all, starts: own };
  };
  return { learned: part((begin) => begin, cut), held: part(cut, (_, end) => end) };
}

/** What the lanes read call by call: place k of call c is lane k's at `c * lanes + k`. */
export interface LanePlan {
  readonly calls: number;
  /** First line of each block, as a place in `UserLines.lines`. */
  readonly from: Uint32Array;
  /** Lines of each block, 0 (idle) to `steps`. */
  readonly count: Uint8Array;
  /** Lines of the segment before it; 0: the lane begins anew. */
  readonly before: Uint32Array;
}

/**
 * Deals users' lines, cut to segments, out to lanes that read `steps` lines a call: each segment goes to the lane with the fewest calls so far. In the order of a seed, or the longest first,
 * which leaves the fewest idle. O(lines / steps + segments x lanes).
 */
export function planLanes({ starts }: UserLines, lanes: number, steps: number, seed?: number): LanePlan {
  const segments: { readonly from: number; readonly lines: number }[] = [];
  const longest = Math.max(steps, SEGMENT_LINES - (SEGMENT_LINES % steps));
  for (let user = 0; user + 1 < starts.length; user++) for (let from = starts[user], end = starts[user + 1]; from < end; from += longest) segments.push({ from, lines: Math.min(longest, end - from) });
  if (seed === undefined) segments.sort((a, b) => b.lines - a.lines || a.from - b.from);
  else {
    const rng = mulberry32(seed);
    for (let i = segments.length - 1; i > 0; i--) {
      const j = randomBelow(rng, i + 1);
      [segments[i], segments[j]] = [segments[j], segments[i]];
    }
  }
  const load = new Uint32Array(lanes);
  const dealt = segments.map(({ lines }) => {
    const lane = load.indexOf(load.reduce((least, calls) => Math.min(least, calls), Infinity));
    const call = load[lane];
    load[lane] += Math.ceil(lines / steps);
    return { lane, call };
  });
  const calls = load.reduce((most, n) => Math.max(most, n), 0);
  const plan = { calls, from: new Uint32Array(calls * lanes), count: new Uint8Array(calls * lanes), before: new Uint32Array(calls * lanes) };
  segments.forEach(({ from, lines }, k) => {
    const { lane, call } = dealt[k];
    for (let before = 0, at = call * lanes + lane; before < lines; before += steps, at += lanes) {
      plan.from[at] = from + before;
      plan.count[at] = Math.min(steps, lines - before);
      plan.before[at] = before;
    }
  });
  return plan;
}
