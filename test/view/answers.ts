import * as A from '../../server/protocol/automaton';
import type { RequestMethod } from '../../server/protocol/method';
import * as R from '../../server/protocol/rootCauses';
import { GetStatus } from '../../server/protocol/status';
import * as T from '../../server/protocol/timeline';
import { GetTraining } from '../../server/protocol/training';
import * as automaton from './automatonAnswers';
import type { Model } from './model';
import * as causes from './rootCauseAnswers';
import { status } from './status';
import * as timeline from './timelineAnswers';
import { training } from './trainingAnswers';

type Answer = (model: Model, params: never) => unknown;

const answers = new Map<string, Answer>();
function on<P, Q>({ method }: RequestMethod<P, Q>, answer: (model: Model, params: P) => Q): void {
  answers.set(method, answer as Answer);
}

on(GetStatus, status);
on(A.GetAutomaton, automaton.automaton);
on(A.GetStates, automaton.states);
on(A.GetEdges, automaton.edges);
on(A.GetStateLabels, (model, { states }) => states.map((state) => model.labelOf(state)));
on(A.GetEdgeSymbols, automaton.edgeSymbols);
on(A.GetState, automaton.state);
on(A.GetStateHistograms, automaton.stateHistograms);
on(A.GetStateRows, automaton.stateRows);
on(A.GetStateAt, automaton.stateAt);
on(A.GetReplay, automaton.replay);
on(A.FindStates, automaton.find);
on(T.GetTimeline, timeline.timeline);
on(T.GetCell, timeline.cell);
on(T.GetGroupNames, timeline.groupNames);
on(GetTraining, training);
on(R.GetGroups, causes.groups);
on(R.GetGroupFindings, causes.groupFindings);
on(R.GetFindingRows, causes.findingRows);
on(R.GetGroupDetails, causes.groupDetails);

/** What a server with that model would answer. Throws for a method it does not know. */
export function answer(model: Model, method: string, params: unknown): unknown {
  const known = answers.get(method);
  if (!known) throw new Error(`The made up server does not answer ${method}.`);
  return known(model, params as never);
}
