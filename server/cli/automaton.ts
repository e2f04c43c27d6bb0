import type { Context } from './context';
import { nearest } from '../core/settings/setting';
import { diffAutomata } from './automatonDiff';
import { learnAutomaton } from './automatonLearn';
import { perplexity } from './automatonPerplexity';
import { replayTraces } from './automatonReplay';
import { showAutomaton } from './automatonShow';
import { countTraces } from './automatonTree';
import { UsageError } from './options';

const COMMANDS: Readonly<Record<string, (context: Context, args: readonly string[]) => Promise<number>>> = { learn: learnAutomaton, count: countTraces, replay: replayTraces, diff: diffAutomata, show: showAutomaton, perplexity };

/** `anomaline automaton learn|count|replay|diff|show|perplexity ...`: state machines from files of traces. */
export async function automaton(context: Context, args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const command = name !== undefined && Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return command(context, rest);
  const near = name === undefined ? undefined : nearest(name, Object.keys(COMMANDS));
  throw new UsageError(`${name === undefined ? 'Say what to do' : `There is no command "automaton ${name}"`}: ${Object.keys(COMMANDS).join(', ')}.${near ? ` Did you mean "${near}"?` : ''}`);
}
