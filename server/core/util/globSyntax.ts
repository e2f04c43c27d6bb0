/** One step of a glob: a character as it is, one of a set, any one, or any number of them (`stars` as written). */
export type GlobStep = { readonly text: string } | { readonly set: CharacterSet } | { readonly any: true } | { readonly stars: number } | { readonly slash: true };

/** A set of UTF-16 code units; a slash is in none. */
export interface CharacterSet {
  readonly negated: boolean;
  /** First and last unit of each range. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** A text that is no glob. `message` is half a sentence that follows the glob. */
export class GlobFault extends Error {}

type Node = GlobStep | { readonly choices: readonly (readonly Node[])[] };

/** Braces in braces at most. */
const MAX_DEPTH = 8;

const KINDS: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  alpha: [['A', 'Z'], ['a', 'z']], digit: [['0', '9']], alnum: [['0', '9'], ['A', 'Z'], ['a', 'z']], upper: [['A', 'Z']], lower: [['a', 'z']],
  xdigit: [['0', '9'], ['A', 'F'], ['a', 'f']], word: [['0', '9'], ['A', 'Z'], ['_', '_'], ['a', 'z']], space: [['\t', '\r'], [' ', ' ']], blank: [['\t', '\t'], [' ', ' ']],
};

/**
 * The alternatives of a glob: `{a,b}` is written out, so that each is a row of steps. Throws `GlobFault` for what is no glob of ours, or when
 * all alternatives together have more than `limit` steps. Linear in the text and in the steps.
 */
export function parseGlob(glob: string, limit: number): GlobStep[][] {
  return expand(new Parser(glob).all(), limit);
}

class Parser {
  private at = 0;
  /** A brace that is not closed, or that holds no comma, stands for itself: where the others end. */
  private readonly closing: ReadonlyMap<number, number>;
  private readonly lastBracket: number;

  constructor(private readonly glob: string) {
    this.closing = bracePairs(glob);
    this.lastBracket = glob.lastIndexOf(']');
  }

  all(): Node[] {
    return this.sequence(this.glob.length, 0)[0];
  }

  /** The parts up to `end`, split at the commas when `depth` is above 0. */
  private sequence(end: number, depth: number): Node[][] {
    const parts: Node[][] = [[]];
    while (this.at < end) {
      const c = this.glob[this.at];
      if (c === ',' && depth > 0) {
        parts.push([]);
        this.at++;
      } else parts[parts.length - 1].push(this.step(c, depth));
    }
    return parts;
  }

  private step(c: string, depth: number): Node {
    const { glob, at } = this;
    const next = glob[at + 1];
    if ('@?*+!'.includes(c) && next === '(') throw new GlobFault(`has ${c}(...), which is not supported: write {a,b}, or \\( for the character`);
    this.at++;
    switch (c) {
      case '\\':
        if (next === undefined) return { text: c };
        this.at++;
        return next === '/' ? { slash: true } : { text: next };
      case '/':
        return { slash: true };
      case '?':
        return { any: true };
      case '*':
        while (glob[this.at] === '*' && glob[this.at + 1] !== '(') this.at++;
        return { stars: this.at - at };
      case '[':
        return this.lastBracket > at + 1 ? this.set(at) : { text: c };
      case '{':
        return this.braces(at, depth);
      case '(':
        if (/^\([^()]*\|/.test(glob.slice(at, at + 200))) throw new GlobFault('has (a|b), which is not supported: write {a,b}, or \\( for the character');
        return { text: c };
      default:
        return { text: c };
    }
  }

  private braces(start: number, depth: number): Node {
    const end = this.closing.get(start);
    if (end === undefined) return { text: '{' };
    if (depth === MAX_DEPTH) throw new GlobFault(`has braces in more than ${MAX_DEPTH} others: write several globs`);
    const range = /^\{([^\\/{},]+)\.\.([^\\/{},]+)\}$/.exec(this.glob.slice(start, end + 1));
    if (range) {
      if (range[1].length > 1 || range[2].length > 1) throw new GlobFault(`has ${range[0]}: only single characters have ranges, such as {1..9}; write the others out, such as {10,11}`);
      this.at = end + 1;
      return { set: { negated: false, ranges: [rangeOf(range[1], range[2])] } };
    }
    const choices = this.sequence(end, depth + 1);
    this.at = end + 1;
    return { choices };
  }

  /** The set whose bracket stands at `start`, or the bracket itself where it is not closed. */
  private set(start: number): GlobStep {
    const { glob } = this;
    const negated = glob[start + 1] === '^' || glob[start + 1] === '!';
    const ranges: (readonly [number, number])[] = [];
    const first = start + (negated ? 2 : 1);
    let at = first;
    while (at < glob.length && (glob[at] !== ']' || at === first)) {
      const kind = glob[at] === '[' ? /^\[:([a-z]+):\]/.exec(glob.slice(at, at + 12)) : null;
      if (kind && Object.hasOwn(KINDS, kind[1])) {
        ranges.push(...KINDS[kind[1]].map(([a, b]) => rangeOf(a, b)));
        at += kind[0].length;
        continue;
      }
      const one = (): string => (glob[at] === '\\' && at + 1 < glob.length ? glob[(at += 2) - 1] : glob[at++]);
      const from = one();
      let to = from;
      if (glob[at] === '-' && at + 1 < glob.length && glob[at + 1] !== ']') {
        at++;
        to = one();
      }
      ranges.push(rangeOf(from, to));
    }
    if (at >= glob.length) return { text: '[' };
    this.at = at + 1;
    return { set: { negated, ranges } };
  }
}

function rangeOf(from: string, to: string): readonly [number, number] {
  if (from > to) throw new GlobFault(`has the range ${from}-${to}, which is the wrong way round: write ${to}-${from}`);
  return [from.charCodeAt(0), to.charCodeAt(0)];
}

/** Where braces that mean alternatives end, by where they begin: those that are closed and hold a comma of their own or two dots. */
function bracePairs(glob: string): Map<number, number> {
  const pairs = new Map<number, number>();
  const open: { at: number; choice: boolean }[] = [];
  for (let i = 0; i < glob.length; i++) {
    const top = open[open.length - 1];
    if (glob[i] === '\\') i++;
    else if (glob[i] === '{') open.push({ at: i, choice: false });
    else if (top && (glob[i] === ',' || (glob[i] === '.' && glob[i + 1] === '.'))) top.choice = true;
    else if (top && glob[i] === '}') {
      open.pop();
      if (top.choice) pairs.set(top.at, i);
    }
  }
  return pairs;
}

/** All ways through the choices. */
function expand(nodes: readonly Node[], limit: number): GlobStep[][] {
  let ways: GlobStep[][] = [[]];
  for (const node of nodes) {
    if ('choices' in node) {
      const tails = node.choices.flatMap((choice) => expand(choice, limit));
      let size = 0;
      for (const tail of tails) size += ways.length * (tail.length + 1);
      for (const way of ways) size += tails.length * way.length;
      if (size > limit) throw new GlobFault('stands for too many names: write several globs');
      ways = ways.flatMap((way) => tails.map((tail) => [...way, ...tail]));
    } else {
      for (const way of ways) way.push(node);
      if (ways.length * ways[0].length > limit) throw new GlobFault('stands for too many names: write several globs');
    }
  }
  return ways;
}
