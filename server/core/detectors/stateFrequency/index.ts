import { kindOf } from '../../symbols/alphabet';
import { Encoder } from '../../symbols/encoder';
import { EntityTable } from '../../symbols/entities';
import { fieldWords } from '../../symbols/fieldWords';
import { fitAlphabet } from '../../symbols/fit';
import { kindWords, symbolWords } from '../../symbols/words';
import { carryTime } from '../../symbols/rows';
import { subControl } from '../../util/control';
import { OWN_COUNTS_NOTE, ownCounts } from '../automatonView';
import type { PlainDetector } from '../detector';
import { loadModel, saveModel } from './codec';
import { explainer } from './explain';
import { learnModel } from './learn';
import type { StateFrequencyModel } from './model';
import { adoption } from './reference/adopted';
import { learnSequent, loadSequent, saveSequent, scoreSequent, type SequentModel, type SequentResult, sequentScores } from './reference/detector';
import { scoreRange } from './scorer';
import { rowSteps } from './steps';
import { SETTINGS, type StateFrequencySettings } from './settings';

/**
 * SEQUENT's idea, repaired: an automaton learned from each entity's symbols, and scores that compare how often states are
 * visited with how often they were visited in the baseline (specs/sequent.md; docs/scores.md has the formula and why it
 * differs). With the setting `reference` it is SEQUENT to the letter (`reference/`).
 */
export const stateFrequency: PlainDetector<StateFrequencyModel | SequentModel> = {
  id: 'stateFrequency',
  title: 'State frequency',
  settings: SETTINGS,
  fields: new Set(['time', 'duration', 'source', 'destination', 'destinationPort', 'protocol', 'service', 'state', 'forwardBytes', 'backwardBytes', 'forwardPackets', 'backwardPackets', 'symbol']),

  refuses(header, model) {
    const bringsSymbols = header.format === 'flexfringeCsv';
    if (header.kind === 'conn' || header.kind === 'flow' || bringsSymbols) {
      if (!model || bringsSymbols === (model.alphabet.name === 'given')) return undefined;
      return bringsSymbols ? 'its rows bring symbols, and the model was learned from flows' : 'its rows bring no symbols of their own, and the model was learned from such';
    }
    return `state frequency reads flows (Zeek conn, Argus, NetFlow), not ${header.kind} records`;
  },

  learn(baseline, values, control) {
    const settings = values as unknown as StateFrequencySettings;
    if (settings.reference) return learnSequent(baseline, settings, control);
    const { table, self } = baseline;
    const alphabet = fitAlphabet(table, table.symbol ? { ...settings, alphabet: 'given' } : settings, control);
    const entities = new EntityTable(settings.entity);
    const entity = entities.encode(table);
    const rows = { rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: new Encoder(alphabet).encode(table) };
    return learnModel({ alphabet, rows, self }, settings, subControl(control, 0.05, 1));
  },

  adoption,

  encoder: (model) => new Encoder(model.alphabet),

  divisible: (model) => model.kind !== 'reference',
  scoreRange: (model, rows, columns, range, control) => (model.kind === 'reference' ? scoreSequent(model, rows, columns) : scoreRange(model, rows, columns, range, control)),
  scores: (model, rows, columns, remembered) => (model.kind === 'reference' ? sequentScores(model, rows, columns, remembered[0] as SequentResult) : { ...columns, notes: [], explain: explainer(model, rows, columns), steps: rowSteps(model, rows, columns) }),

  words: (model, symbol) => symbolWords(model.alphabet, symbol),
  rootCauseKey: (model, state, symbol) => (model.kind === 'reference' ? String(state) : `${state}:${kindOf(model.alphabet, symbol)}`),
  rootCauseWords: (model, state, symbol) => (model.kind === 'reference' ? `state ${model.sequent.automaton.arrays.number[state]}, reached by ${symbolWords(model.alphabet, symbol)}` : kindWords(model.alphabet, kindOf(model.alphabet, symbol))),
  automaton(model) {
    const { alphabet, baseline } = model;
    const [automaton, symbols] = model.kind === 'reference' ? [model.sequent.automaton, model.order] : [model.automaton, model.automatonSymbols];
    // Without ports, services and states, kinds alone are too few to tell states by.
    const short = alphabet.name === 'wide' || alphabet.name === 'given';
    return {
      automaton, symbols, baseline: baseline ?? ownCounts(automaton), ...(baseline ? {} : { note: OWN_COUNTS_NOTE }),
      shortWords: (symbol) => (short ? kindWords(alphabet, kindOf(alphabet, symbol)) : symbolWords(alphabet, symbol)),
      fields: (of, rows) => fieldWords(alphabet, of, rows),
    };
  },
  save: (model) => (model.kind === 'reference' ? saveSequent(model) : saveModel(model)),
  load: (container) => ('stateFrequencyReference' in container.metadata ? loadSequent(container) : loadModel(container)),
};
