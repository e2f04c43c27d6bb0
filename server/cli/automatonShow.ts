import type { ElkNode } from 'elkjs';
import ELK from 'elkjs/lib/elk.bundled.js';
import { toJson } from '../core/automata/automatonJson';
import { type FlexfringeVersion, toFlexfringeJson } from '../core/automata/flexfringeJson';
import { toDot } from '../core/automata/dot';
import { drawingOf, toSvg, type Placed } from '../core/automata/svg';
import type { Automaton } from '../core/automata/automaton';
import { automatonFile } from './automatonFiles';
import type { Context } from './context';
import { EXIT, InputError, parseOptions, UsageError } from './options';

/** Layout takes seconds from here on, and nobody can read the picture. */
const MOST_STATES = 3000;

/** FlexFringe's JSON in the version that an automaton comes from, or in one of both. */
const FLEXFRINGE: Readonly<Record<string, FlexfringeVersion | undefined>> = { flexfringe: undefined, 'flexfringe-main': 'main', 'flexfringe-sicco': 'sicco' };
const FORMATS = ['dot', 'svg', 'json', ...Object.keys(FLEXFRINGE)];

/** `anomaline automaton show FILE [--format dot|svg|json|flexfringe|flexfringe-main|flexfringe-sicco]`. */
export async function showAutomaton(context: Context, args: readonly string[]): Promise<number> {
  const { values, positionals } = parseOptions(args, { format: { type: 'string', default: 'dot' } });
  if (positionals.length !== 1) throw new UsageError('Name one automaton.');
  if (!FORMATS.includes(values.format)) throw new UsageError(`--format takes ${FORMATS.join(', ')}, not "${values.format}".`);
  const { automaton } = await automatonFile(context, positionals[0]);
  if (values.format === 'dot') context.print(toDot(automaton));
  else if (values.format === 'json') context.json(toJson(automaton));
  else if (values.format in FLEXFRINGE) context.json(toFlexfringeJson(automaton, FLEXFRINGE[values.format]), '\t');
  else {
    if (automaton.stateCount > MOST_STATES) throw new InputError(`${positionals[0]}: ${automaton.stateCount} states are too many for a picture; --format dot or json writes them all.`);
    context.print(toSvg(automaton, await place(automaton)));
  }
  return EXIT.clean;
}

/** Layers from left to right, by ELK. */
async function place(automaton: Automaton): Promise<Placed> {
  const { states, edges } = drawingOf(automaton);
  const size = (lines: readonly string[]): { width: number; height: number } => ({ width: 16 + 6.5 * Math.max(...lines.map((line) => line.length)), height: 10 + 14 * lines.length });
  const asked: ElkNode = {
    id: 'root', layoutOptions: { 'elk.algorithm': 'layered', 'elk.direction': 'RIGHT', 'elk.spacing.nodeNode': '30', 'elk.layered.spacing.nodeNodeBetweenLayers': '60' },
    children: states.map(({ state, lines }) => ({ id: String(state), ...size(lines) })),
    edges: edges.map(({ from, to, lines }, i) => ({ id: `e${i}`, sources: [String(from)], targets: [String(to)], labels: [{ text: lines.join('\n'), width: 6.5 * Math.max(...lines.map((l) => l.length)), height: 11 * lines.length }] })),
  };
  const graph: ElkNode = await new ELK().layout(asked);
  return {
    width: Math.ceil(graph.width ?? 0), height: Math.ceil(graph.height ?? 0),
    states: (graph.children ?? []).map((node) => ({ state: Number(node.id), x: node.x ?? 0, y: node.y ?? 0, width: node.width ?? 0, height: node.height ?? 0 })),
    edges: (graph.edges ?? []).map((edge) => ({ text: edge.labels?.[0]?.text ?? '', points: (edge.sections ?? []).flatMap((section) => [section.startPoint, ...(section.bendPoints ?? []), section.endPoint]) })),
  };
}
