import * as fs from 'node:fs';
import { readTree, writeTree } from '../core/automata/countTree';
import { TreeSum } from '../core/automata/treeSum';
import type { PrefixTree } from '../core/automata/prefixTree';
import { count } from '../core/symbols/words';
import { nodeFiles } from '../node/files';
import { acceptTraces, looksLikeContainer } from './automatonFiles';
import { type Context, shownPath, userPath } from './context';
import { EXIT, InputError, parseOptions, UsageError } from './options';

/**
 * `anomaline automaton count TRACES... --tree FILE [--add]`: the prefix tree of all traces, with how often each prefix occurred, as a file that can be
 * learned from. With `--add` the traces are added to what the file holds. Trees may stand for traces.
 */
export async function countTraces(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { tree: { type: 'string' }, add: { type: 'boolean', default: false } });
  if (values.tree === undefined) throw new UsageError('Name the file for the tree with --tree FILE.');
  if (positionals.length === 0) throw new UsageError('Name at least one file of traces.');
  if (values.add && !fs.existsSync(userPath(values.tree))) throw new InputError(`${values.tree}: There is no such tree to add to. Leave --add out to begin it.`);
  const tree = await treeOf(context, values.add ? [values.tree] : [], positionals);
  const written = await nodeFiles.write(userPath(values.tree), writeTree(tree));
  if (written) throw new InputError(written.fault);
  context.line(`${shownPath(userPath(values.tree))}: ${count(tree.size[0])} traces, ${count(tree.nodeCount)} prefixes, ${count(tree.traces.alphabet.length)} symbols`);
  return EXIT.clean;
}

/** The sum of trees, and of files that are traces or trees. */
export async function treeOf(context: Context, trees: readonly string[], files: readonly string[]): Promise<PrefixTree> {
  const sum = new TreeSum();
  for (const tree of trees) sum.add(await treeFile(tree));
  for (const file of files) {
    const tree = looksLikeContainer(file) ? await treeFile(file) : acceptTraces(context, file, await context.traceCounter.count(userPath(file), context.control), (counted) => counted.size[0]);
    sum.add(tree);
  }
  return sum.total();
}

async function treeFile(given: string): Promise<PrefixTree> {
  const bytes = await nodeFiles.read(userPath(given));
  if ('fault' in bytes) throw new InputError(`${given}: ${bytes.fault}`);
  const tree = readTree(bytes);
  if ('fault' in tree) throw new InputError(`${given}: ${tree.fault}`);
  return tree;
}
