import type { Automaton } from '../../automata/automaton';
import type { Calibration } from '../scoring/calibration';
import type { Alphabet } from '../../symbols/alphabet';
import type { RowCounts } from '../automatonView';
import type { Model } from '../detector';
import type { SymbolCounts } from './kindModel';
import type { StateFrequencySettings } from './settings';

/** What `stateFrequency` learned: everything needed to score rows; no address or name of the baseline is part of it. */
export interface StateFrequencyModel extends Model {
  readonly kind: 'default';
  readonly settings: StateFrequencySettings;
  readonly alphabet: Alphabet;
  readonly counts: SymbolCounts;
  readonly automaton: Automaton;
  /** Symbol of the alphabet by the automaton's symbol number; ascending. */
  readonly automatonSymbols: Float64Array;
  readonly visits: VisitRecords;
  /** Undefined in files of version 1. */
  readonly baseline: RowCounts | undefined;
  /** 99 % of the baseline rows have a size or order surprise below these (nats); only the excess counts. */
  readonly usualSize: number;
  readonly usualOrder: number;
  readonly calibration: Calibration;
}

/**
 * How often one entity visits a (state, kind) within one block of time, at most, in the baseline. Blocks are as long as
 * the baseline, so that captures of any length compare.
 */
export interface VisitRecords {
  /** Seconds; Infinity when the baseline has no time. */
  readonly blockLength: number;
  /** state * kinds + kind, ascending. */
  readonly keys: Float64Array;
  readonly most: Float64Array;
}
