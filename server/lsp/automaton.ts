import { FindStates, GetAutomaton, GetEdges, GetEdgeSymbols, GetReplay, GetState, GetStateAt, GetStateHistograms, GetStateLabels, GetStateRows, GetStates, type RangeParams } from '../protocol/automaton';
import { answers, fileOf, pageWithin } from './answers';
import { openSession, type ServerContext } from './context';

/** States or edges in one answer at most: about 5 MB on the wire. */
const MOST_COLUMNS = 65_536;
const MOST_LABELS = 1_000;
/** Replayed steps come with their explanations. */
const MOST_STEPS = 200;

/** Answers the questions of the automaton's view (`protocol/automaton.ts`). */
export function registerAutomaton(context: ServerContext): void {
  const { on, onColumns, withSession } = answers(context);
  const queries = async () => (await openSession(context)).automaton;
  const range = <P extends RangeParams>(params: P, most?: number): P => ({ ...params, ...pageWithin(params, most) });

  on(GetAutomaton, 'Automaton', () => withSession({ reason: 'No capture is open. Open a folder with logs, or run Anomaline: Open Sample Capture.' }, (session) => session.automaton.summary()));
  onColumns(GetStates, 'Automaton', async (params) => (await queries()).states(range(params, MOST_COLUMNS)));
  onColumns(GetEdges, 'Automaton', async (params) => (await queries()).edges(range(params, MOST_COLUMNS)));
  on(GetStateLabels, 'Automaton', async ({ revision, states }) => (await queries()).labels(revision, states.slice(0, MOST_LABELS)));
  on(GetEdgeSymbols, 'Automaton', async (params) => (await queries()).edgeSymbols(range(params)));
  on(GetState, 'State', async (params) => (await queries()).state(params));
  on(GetStateHistograms, 'State', async (params) => (await queries()).histograms(params));
  on(GetStateRows, 'State', async (params) => (await queries()).rows(range(params)));
  on(GetStateAt, 'Show State', ({ uri, line }) => withSession(null, async (session) => (await session.automaton.at(fileOf(uri), line)) ?? null));
  // A start below 0 stands for the place of the row.
  on(GetReplay, 'Replay', async (params) => (await queries()).replay({ ...range(params, MOST_STEPS), ...(params.start < 0 ? { start: -1 } : {}) }));
  on(FindStates, 'Find State', async (params) => (await queries()).find(range(params)));
}
