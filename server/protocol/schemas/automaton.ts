import * as v from 'valibot';
import {
  FindStates, GetAutomaton, GetEdges, GetEdgeSymbols, GetReplay, GetState, GetStateAt, GetStateHistograms, GetStateLabels, GetStateRows, GetStates, type StateAt, type StateRowOrder,
} from '../automaton';
import { band, pageEntries } from './places';
import { rowSelection } from './selection';
import { between, flag, identifier, index, list, logUriText, nothing, object, oneOf, paramsOf, shapeOf, text } from './shape';

/** -1 is that of no automaton: its answer is that the numbers are old. */
const revision = () => index(-1);
const range = () => ({ ...pageEntries(), revision: revision() });
const selected = () => ({ selection: v.exactOptional(rowSelection()) });
const state = () => ({ revision: revision(), state: index(), ...selected() });
const rowOrder = () => shapeOf<StateRowOrder>()(oneOf(['time', 'score']));
const within = () => list(object({ field: index(), bins: list(index(), 65_536) }), 1_000);

export const stateAt = () => shapeOf<StateAt>()(object({
  revision: revision(), row: index(), before: index(), state: index(), words: identifier(), score: between(-1e9, 1e9), band: v.exactOptional(band()),
}));

export const automatonRequests = [
  paramsOf(GetAutomaton, nothing()),
  paramsOf(GetStates, object({ ...range(), ...selected() })),
  paramsOf(GetEdges, object({ ...range(), ...selected() })),
  paramsOf(GetStateLabels, object({ revision: revision(), states: list(index(), 1_000) })),
  paramsOf(GetEdgeSymbols, object({ ...range(), from: index(), to: index() })),
  paramsOf(GetState, object(state())),
  paramsOf(GetStateHistograms, object({ ...state(), row: v.exactOptional(index()) })),
  paramsOf(GetStateRows, object({ ...range(), ...state(), order: rowOrder(), flaggedOnly: flag(), within: v.exactOptional(within()) })),
  paramsOf(GetStateAt, object({ uri: logUriText(), line: index() })),
  // A start below 0 stands for the place of the row.
  paramsOf(GetReplay, object({ ...range(), start: index(-1), row: index() })),
  paramsOf(FindStates, object({ ...range(), query: text() })),
];
