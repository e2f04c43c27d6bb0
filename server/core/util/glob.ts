import { type CharacterSet, GlobFault, type GlobStep, parseGlob } from './globSyntax';
import { shortened } from './visible';

/** Whether a path fits one of some globs. Paths have `/` between names; a folder may end in one. */
export type GlobMatcher = (path: string) => boolean;

/** UTF-16 units of a glob at most. */
export const MAX_GLOB = 1024;
/** Steps of the wildcards of all globs of a list at most, with braces written out: what the time for one path is in proportion to. */
const MAX_STEPS = 1 << 14;
/** Characters of the globs without wildcards at most. They are looked up. */
const MAX_PLAIN = 1 << 21;
/** Globs of a list at most: a chosen file is one. */
const MAX_GLOBS = 10_000;

/** Texts of a fixed length between stars, each a row of characters or sets; `undefined` is any one character. */
type Piece = string | readonly (string | CharacterSet | undefined)[];

/** What the names of a path must be: rows of names with any number of folders (`**`) between one row and the next. */
interface Way {
  readonly rows: readonly (readonly (readonly Piece[])[])[];
  /** Names that the last `**` stands for at least. */
  readonly least: number;
}

interface Test {
  readonly ways: readonly Way[];
  readonly negated: boolean;
}

/**
 * One test for all globs, or what is wrong with the first that is none. `*` and `?` stay within a name, `**` between slashes is any number of
 * folders, `[a-z]`, `[^a]` and `[!a]` are one character, `{a,b}` either, `!` before a glob is all that it does not fit, `\` takes the next
 * character as it is. Names that begin with a dot are as others. A folder (`a/`) fits a glob that its path fits with the slash or without.
 *
 * No regular expression runs: names are compared one by one, pieces between stars leftmost first, so the time for a path grows with its length times that
 * of the globs and no more.
 */
export function globMatcher(globs: readonly string[], { ignoreCase = false }: { readonly ignoreCase?: boolean } = {}): GlobMatcher | { readonly fault: string } {
  if (globs.length > MAX_GLOBS) return { fault: `there are ${globs.length} globs, at most ${MAX_GLOBS} can be used: name folders instead of files` };
  const folded = (text: string): string => (ignoreCase ? text.toLowerCase() : text);
  const literals = new Set<string>();
  const tests: Test[] = [];
  let left = MAX_STEPS, leftPlain = MAX_PLAIN;
  for (const given of globs) {
    const glob = folded(given);
    try {
      if (glob === '') throw new GlobFault('is empty: write ** for all files');
      if (glob.length > MAX_GLOB) throw new GlobFault(`is longer than ${MAX_GLOB} characters: write a shorter one`);
      const negations = /^!*(?!\()/.exec(glob)?.[0].length ?? 0;
      const negated = negations % 2 === 1;
      const wild: GlobStep[][] = [];
      for (const way of parseGlob(glob.slice(negations).replace(/^\.\//, ''), MAX_STEPS)) {
        if (negated || !way.every((step) => 'text' in step || 'slash' in step)) wild.push(way);
        else literals.add(way.map((step) => ('text' in step ? step.text : '/')).join(''));
        if (wild.at(-1) === way) left -= way.length + 1;
        else leftPlain -= way.length + 1;
      }
      if (left < 0 || leftPlain < 0) throw new GlobFault('is one too many: together the globs stand for too many names. Write fewer or shorter ones');
      literals.add(glob); // A text fits itself, whatever else it means.
      if (wild.length > 0) tests.push({ ways: wild.map(wayOf), negated });
    } catch (error) {
      if (error instanceof GlobFault) return { fault: `the glob "${shortened(given, 100)}" ${error.message}` };
      throw error;
    }
  }
  return (given) => {
    const path = folded(given);
    const isFolder = path.length > 1 && path.endsWith('/');
    if (literals.has(path) || (isFolder && literals.has(path.slice(0, -1)))) return true;
    if (tests.length === 0) return false;
    const names = path.split('/');
    const bare = isFolder ? names.slice(0, -1) : undefined;
    return tests.some(({ ways, negated }) => ways.some((way) => fits(way, names) || (bare !== undefined && fits(way, bare))) !== negated);
  };
}

function wayOf(steps: readonly GlobStep[]): Way {
  const names: GlobStep[][] = [[]];
  for (const step of steps) {
    if ('slash' in step) names.push([]);
    else names[names.length - 1].push(step);
  }
  const rows: Piece[][][] = [[]];
  let afterStar = false, least = 0;
  for (const [i, name] of names.entries()) {
    if (name.length === 1 && 'stars' in name[0] && name[0].stars === 2) {
      // At the end it stands for the folder itself too ("day1/**" fits "day1"), but not after a star: "*/**" is what lies in a folder.
      least = afterStar ? 1 : 0;
      if (i === 0 || rows[rows.length - 1].length > 0) rows.push([]);
    } else {
      rows[rows.length - 1].push(piecesOf(name));
      const last = name.at(-1);
      afterStar = last !== undefined && 'stars' in last;
    }
  }
  return { rows, least: rows[rows.length - 1].length === 0 ? least : 0 };
}

function piecesOf(row: readonly GlobStep[]): Piece[] {
  const pieces: (string | CharacterSet | undefined)[][] = [[]];
  for (const step of row) {
    if ('stars' in step) pieces.push([]);
    else pieces[pieces.length - 1].push('text' in step ? step.text : 'set' in step ? step.set : undefined);
  }
  return pieces.map((piece) => (piece.every((part) => typeof part === 'string') ? piece.join('') : piece));
}

/** The first row stands at the start, the last at the end, those between leftmost: what a later place could fit, the earlier one leaves room for. */
function fits({ rows, least }: Way, names: readonly string[]): boolean {
  const [first] = rows;
  if (rows.length === 1) return names.length === first.length && rowFits(first, names, 0);
  const last = rows[rows.length - 1];
  const end = names.length - last.length;
  if (end - least < first.length || !rowFits(first, names, 0) || !rowFits(last, names, end)) return false;
  let at = first.length;
  for (let i = 1; i < rows.length - 1; i++) {
    const row = rows[i];
    while (at + row.length <= end && !rowFits(row, names, at)) at++;
    if (at + row.length > end) return false;
    at += row.length;
  }
  return at + least <= end;
}

function rowFits(row: readonly (readonly Piece[])[], names: readonly string[], at: number): boolean {
  for (let i = 0; i < row.length; i++) if (!nameFits(row[i], names[at + i])) return false;
  return true;
}

function nameFits(pieces: readonly Piece[], name: string): boolean {
  const [first] = pieces;
  if (pieces.length === 1) return name.length === first.length && standsAt(first, name, 0);
  const last = pieces[pieces.length - 1];
  const end = name.length - last.length;
  if (name === '' || end < first.length || !standsAt(first, name, 0) || !standsAt(last, name, end)) return false;
  let at = first.length;
  for (let i = 1; i < pieces.length - 1; i++) {
    const piece = pieces[i];
    if (typeof piece === 'string') {
      const found = name.indexOf(piece, at);
      if (found < 0 || found + piece.length > end) return false;
      at = found + piece.length;
    } else {
      while (at + piece.length <= end && !standsAt(piece, name, at)) at++;
      if (at + piece.length > end) return false;
      at += piece.length;
    }
  }
  return true;
}

function standsAt(piece: Piece, name: string, at: number): boolean {
  if (typeof piece === 'string') return name.startsWith(piece, at);
  for (let i = 0; i < piece.length; i++) {
    const part = piece[i];
    if (part === undefined) continue;
    const unit = name.charCodeAt(at + i);
    if (typeof part === 'string') {
      if (part.charCodeAt(0) !== unit) return false;
    } else if (part.ranges.some(([a, b]) => a <= unit && unit <= b) === part.negated) return false;
  }
  return true;
}
