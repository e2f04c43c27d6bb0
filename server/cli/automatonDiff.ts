import { difference } from '../core/automata/difference';
import { automatonFile } from './automatonFiles';
import type { Context } from './context';
import { EXIT, numberOption, parseOptions, UsageError } from './options';

/** `anomaline automaton diff A B [--least 0.01] [--json]`: what appeared, vanished, leads elsewhere or changed its probability; exit code 1 when something did. */
export async function diffAutomata(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { least: { type: 'string' }, json: { type: 'boolean', default: false } });
  if (positionals.length !== 2) throw new UsageError('Name two automata.');
  const least = numberOption('least', values.least, 0.01, 0, 1);
  const a = (await automatonFile(context, positionals[0])).automaton;
  const b = (await automatonFile(context, positionals[1])).automaton;
  const { counterExample, appeared, vanished, transitions } = difference(a, b, least);
  const same = counterExample === undefined && appeared.length === 0 && vanished.length === 0 && transitions.length === 0;
  if (values.json) context.json({ sameWords: counterExample === undefined, counterExample: counterExample ?? null, appeared, vanished, transitions });
  else {
    const prefix = (q: number, of: typeof a): string => `${q} (after: ${Array.from(of.prefix(q), (s) => of.alphabet[s]).join(' ') || 'nothing'})`;
    const lines = [counterExample ? `Only one of them has a transition at the end of: ${counterExample.join(' ')}` : 'Both have transitions for the same words.'];
    for (const q of appeared) lines.push(`+ state ${prefix(q, b)}`);
    for (const q of vanished) lines.push(`- state ${prefix(q, a)}`);
    for (const t of transitions) lines.push(`${{ appeared: '+', vanished: '-', moved: '>', changed: '~' }[t.kind]} ${t.from[0]} | ${t.from[1]} --${t.symbol}--> ${t.to[0] < 0 ? 'none' : t.to[0]} | ${t.to[1] < 0 ? 'none' : t.to[1]}: ${t.probability[0].toFixed(4)} -> ${t.probability[1].toFixed(4)}`);
    for (const line of lines) context.line(line);
  }
  return same ? EXIT.clean : EXIT.findings;
}
