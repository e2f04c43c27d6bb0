import type { TokenSpace } from '../../server/core/detectors/authSequences/nets';
import { mulberry32, randomBelow } from '../../server/core/util/rng';

/** Lines of an organisation as tokens of a merged vocabulary: [user, domain, user, domain, host, host, type, logon, orientation, outcome]. */
export interface AuthTokens {
  readonly space: TokenSpace;
  /** Row by row, ten a line. */
  readonly tokens: Int32Array;
  /** User of each line. */
  readonly users: Uint32Array;
  /** 1 for lines of an intruder. */
  readonly red: Uint8Array;
}

export interface AuthTokensOptions {
  readonly users: number;
  readonly hosts: number;
  readonly lines: number;
  readonly seed: number;
  /** Lines of lateral movement, spread over the last half. */
  readonly red?: number;
}

const TYPES = 5, LOGONS = 10, ORIENTATIONS = 7, OUTCOMES = 2, DOMAINS = 20, KINDS = 7, SPECIAL = 4;
/** A Kerberos or NTLM way to log on: type, logon, orientation. */
const WAYS: readonly (readonly [number, number, number])[] = [[0, 0, 0], [1, 0, 0], [0, 1, 1], [2, 2, 2], [3, 3, 0], [0, 4, 3]];

/**
 * Habits, drawn once: a user has a domain, a desk host, a handful of servers with very unequal shares and preferred ways to each. A line follows the habit, or seldom goes
 * anywhere. Intruders go from a few hosts, as users of other desks, to hosts that these users never went to, by NTLM over the network. Not the product's sample: small and without texts.
 */
export function authTokens({ users, hosts, lines, seed, red = 0 }: AuthTokensOptions): AuthTokens {
  const rng = mulberry32(seed);
  const sizes = [TYPES, LOGONS, ORIENTATIONS, OUTCOMES, users, DOMAINS, hosts];
  const kinds = [4, 5, 4, 5, 6, 6, 0, 1, 2, 3];
  const starts = sizes.map((_, kind) => SPECIAL + 2 * KINDS + sizes.slice(0, kind).reduce((a, b) => a + b, 0));
  const candidates = sizes.map((size, kind) => Int32Array.from({ length: size + 1 }, (_, k) => (k < size ? starts[kind] + k : SPECIAL + KINDS + kind)));
  const space: TokenSpace = { size: starts[6] + hosts, candidates: (position) => candidates[kinds[position]], mask: (position) => SPECIAL + kinds[position] };

  const servers = Math.max(2, Math.floor(hosts / 20));
  const pick = (n: number): number => randomBelow(rng, n);
  const habits = Array.from({ length: users }, () => ({
    domain: pick(3), desk: servers + pick(hosts - servers), weight: Math.exp(2.5 * rng()),
    targets: Array.from({ length: 2 + pick(6) }, () => ({ host: Math.floor(servers * rng() ** 2), way: pick(WAYS.length) })),
  }));
  const cumulative = habits.map((() => { let sum = 0; return ({ weight }: { readonly weight: number }) => (sum += weight); })());
  const someone = (): number => {
    const x = rng() * cumulative[users - 1];
    let low = 0;
    for (let high = users - 1; low < high;) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] < x) low = middle + 1; else high = middle;
    }
    return low;
  };
  const camps = Array.from({ length: 6 }, () => servers + pick(hosts - servers));
  const tokens = new Int32Array(lines * 10), who = new Uint32Array(lines), marks = new Uint8Array(lines);
  const attacked = new Set<number>();
  while (attacked.size < red) attacked.add(Math.floor(lines / 2) + pick(Math.ceil(lines / 2)));
  for (let line = 0; line < lines; line++) {
    const user = someone(), { domain, desk, targets } = habits[user];
    const habit = targets[Math.floor(targets.length * rng() ** 2)];
    let [type, logon, orientation] = WAYS[habit.way], source = desk, target = habit.host, outcome = rng() < 0.01 ? 1 : 0, goal = user;
    if (attacked.has(line)) {
      [type, logon, orientation] = WAYS[1];
      source = camps[pick(camps.length)];
      target = pick(hosts);
      marks[line] = 1;
    } else if (rng() < 0.002) target = pick(hosts);
    else if (rng() < 0.002) source = pick(hosts);
    else if (rng() < 0.002) { [type, logon, orientation] = WAYS[1]; outcome = pick(2); }
    else if (rng() < 0.01) goal = someone();
    who[line] = user;
    [[4, user], [5, domain], [4, goal], [5, habits[goal].domain], [6, source], [6, target], [0, type], [1, logon], [2, orientation], [3, outcome]]
      .forEach(([kind, value], position) => { tokens[line * 10 + position] = starts[kind] + value; });
  }
  return { space, tokens, users: who, red: marks };
}
