import type { Automaton } from '../../automata/automaton';
import type { Calibration } from '../../evaluation/calibration';
import type { Alphabet } from '../../symbols/alphabet';
import type { SymbolCounts } from './kindModel';
import type { StateFrequencySettings } from './settings';

/** What `stateFrequency` learned: everything needed to score rows, nothing of the rows themselves but entity names that hold a record. */
export interface StateFrequencyModel {
  readonly settings: StateFrequencySettings;
  readonly alphabet: Alphabet;
  readonly counts: SymbolCounts;
  readonly automaton: Automaton;
  /** Symbol of the alphabet by the automaton's symbol number; ascending. */
  readonly automatonSymbols: Float64Array;
  readonly visits: VisitRecords;
  /** 95 % of the baseline rows have a size or order surprise below these (nats); only the excess counts. */
  readonly usualSize: number;
  readonly usualOrder: number;
  readonly calibration: Calibration;
  /** Whether the rows to score are the baseline itself (nothing benign was known). */
  readonly self: boolean;
}

/**
 * How often one entity visits a (state, kind) within one block of time, at most, in the baseline. Blocks are as long as
 * the baseline, so that captures of any length compare. The second best, of another entity, serves captures that are
 * their own baseline: there an entity is compared with the others only.
 */
export interface VisitRecords {
  /** Seconds; Infinity when the baseline has no time. */
  readonly blockLength: number;
  /** state * kinds + kind, ascending. */
  readonly keys: Float64Array;
  readonly most: Float64Array;
  readonly second: Float64Array;
  /** Hash of the name of the entity that holds `most` (`entityHash`). */
  readonly holder: Uint32Array;
}
