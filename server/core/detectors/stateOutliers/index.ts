import { kindOf } from '../../symbols/alphabet';
import { Encoder } from '../../symbols/encoder';
import { EntityTable } from '../../symbols/entities';
import { fieldWords } from '../../symbols/fieldWords';
import { fitAlphabet } from '../../symbols/fit';
import { carryTime, type EncodedRows } from '../../symbols/rows';
import { kindWords, symbolWords } from '../../symbols/words';
import { subControl } from '../../util/control';
import type { NumbersView } from '../automatonView';
import type { PlainDetector } from '../detector';
import { loadModel, saveModel } from './codec';
import { Explainer } from './explain';
import { FEATURE_SETS, featuresIn, measure } from './features';
import { amount } from './fieldText';
import { guardWords } from './guardText';
import { spreadOf } from './histograms';
import { learnModel } from './learn';
import type { StateOutliersModel } from './model';
import { notesOf } from './notes';
import { rowSteps } from './places';
import { type RangeFacts, scoreRange } from './scorer';
import { SETTINGS, type StateOutliersSettings } from './settings';
import { verdictOf } from './verdict';

/**
 * Multivariate state machines (specs/multivariate.md), with one automaton for all entities: every state learns which numbers its flows have, and a flow is odd that differs
 * from those of its state. docs/scores.md has the formula, and what differs from the thesis and why.
 */
export const stateOutliers: PlainDetector<StateOutliersModel> = {
  id: 'stateOutliers',
  title: 'State outliers',
  settings: SETTINGS,
  fields: new Set(['time', 'duration', 'source', 'destination', 'sourcePort', 'destinationPort', 'protocol', 'service', 'state', 'forwardBytes', 'backwardBytes', 'forwardPackets', 'backwardPackets']),

  refuses(header) {
    return header.kind === 'conn' || header.kind === 'flow' ? undefined : `state outliers reads flows (Zeek conn, Argus, NetFlow), not ${header.kind} records`;
  },

  learn({ table, self }, values, control) {
    const settings = values as unknown as StateOutliersSettings;
    // Sizes are left to the outlier models: symbols are kinds of flows only.
    const kinds = { ...fitAlphabet(table, { alphabet: 'wide', bytesBins: 1, packetsBins: 1, durationBins: 1, portShare: settings.portShare, seed: settings.seed }, control), quantities: [] };
    // With guards alone all flows are one kind.
    const alphabet = settings.transitions === 'guards' ? { ...kinds, categories: [] } : kinds;
    const entities = new EntityTable(settings.entity);
    const entity = entities.encode(table);
    const features = featuresIn(FEATURE_SETS[settings.features], table);
    const rows: EncodedRows = {
      rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: new Encoder(alphabet).encode(table), features: measure(features, table),
    };
    return learnModel(alphabet, features, rows, self, settings, subControl(control, 0.05, 1));
  },

  encoder(model) {
    const encoder = new Encoder(model.alphabet);
    return { encode: (table) => encoder.encode(table), features: (table) => measure(model.features, table) };
  },

  divisible: () => true,
  scoreRange,
  scores(model, rows, columns, remembered) {
    let explainer: Explainer | undefined;
    const once = (): Explainer => (explainer ??= new Explainer(model, rows, columns));
    return { ...columns, notes: notesOf(model, rows, remembered as readonly RangeFacts[]), verdictOf: (entity) => verdictOf(model, columns, entity), explain: (row) => once().explain(row), causeOf: (row) => once().worstFeature(row), steps: rowSteps(model, rows, columns) };
  },

  words: (model, symbol) => symbolWords(model.alphabet, symbol),
  // A rare kind is the cause by itself; the state that it leads to is that of all rare kinds.
  rootCauseKey: (model, state, symbol, cause) => (cause < model.features.length ? `${state}:${cause}` : `${state}:kind:${kindOf(model.alphabet, symbol)}`),
  rootCauseWords: (model, state, symbol, cause) => (cause < model.features.length ? `${model.features[cause].name} unusual for state ${state} (${kindWords(model.alphabet, kindOf(model.alphabet, symbol))})` : kindWords(model.alphabet, kindOf(model.alphabet, symbol))),
  automaton: (model) => ({
    automaton: model.automaton, symbols: model.automatonSymbols, baseline: model.baseline,
    shortWords: (symbol) => kindWords(model.alphabet, kindOf(model.alphabet, symbol)),
    ...(model.settings.transitions === 'guards' ? { note: 'Rows are counted in the state that judges them, which is the one before them.' } : {}),
    ...(model.automaton.data.guards ? { guardWords: (entry: number) => guardWords(model.automaton, model.features, entry) } : {}),
    fields: (of, rows) => fieldWords(model.alphabet, of, rows),
    numbers: numbersOf(model),
  }),
  save: saveModel,
  load: loadModel,
};

function numbersOf({ features, histograms, ofState }: StateOutliersModel): NumbersView {
  const isOwn = (state: number): boolean => ofState[state] !== undefined;
  return {
    names: features.map(({ name }) => name),
    isOwn,
    spread: (state, field) => histograms && spreadOf(features[field], histograms, (isOwn(state) ? state : ofState.length) * features.length + field),
    words: (field, value) => (Number.isFinite(value) ? amount(features[field], value) : 'no value'),
  };
}
