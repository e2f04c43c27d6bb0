import { FindStates, GetAutomaton, GetEdges, GetEdgeSymbols, GetReplay, GetState, GetStateAt, GetStateHistograms, GetStateLabels, GetStateRows, GetStates } from '../automaton';
import { GetCapture } from '../capture';
import { GetFindingRows, GetGroupDetails, GetGroupFindings, GetGroups } from '../rootCauses';
import { GetStatus } from '../status';
import { GetCell, GetGroupNames, GetTimeline } from '../timeline';
import { GetTraining } from '../training';

/** The requests that pages may send: reading ones only. */
export const viewMethods: ReadonlySet<string> = new Set([
  GetStatus, GetCapture,
  GetAutomaton, GetStates, GetEdges, GetStateLabels, GetEdgeSymbols, GetState, GetStateHistograms, GetStateRows, GetStateAt, GetReplay, FindStates,
  GetGroups, GetGroupDetails, GetGroupFindings, GetFindingRows,
  GetTimeline, GetCell, GetGroupNames,
  GetTraining,
].map(({ method }: { readonly method: string }) => method));
