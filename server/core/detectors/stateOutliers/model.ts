import type { Automaton } from '../../automata/automaton';
import type { RowCounts } from '../automatonView';
import type { Model } from '../detector';
import type { Histograms } from './histograms';
import type { JudgeModel } from './judge';
import type { Profiles } from './profiles';
import type { Ranges } from './ranges';
import type { StateOutliersSettings } from './settings';

/** What judges rows, before it is calibrated. */
export interface ScoringModel extends JudgeModel {
  readonly settings: StateOutliersSettings;
  readonly automaton: Automaton;
  /** Symbol of the alphabet by the automaton's symbol number; ascending. */
  readonly automatonSymbols: Float64Array;
  readonly baseline: RowCounts;
  /** Values of the features in the rows of each state, and, behind the last state, in all rows. */
  readonly ranges: Ranges;
  /** The same in bins; undefined in models of older versions. */
  readonly histograms: Histograms | undefined;
}

/** How much of an entity's flows must fit. */
export interface EntityRule {
  /** A row fits below this raw score: 99 of 100 rows of the baseline do. */
  readonly fitRaw: number;
  /** An entity fits while at most this share of its rows do not: 95 of 100 entities of the baseline do. */
  readonly usualMisfits: number;
  /** Entities of the baseline with enough rows for a verdict, and those with fewer. */
  readonly judged: number;
  readonly tooSmall: number;
}

/** What `stateOutliers` learned: everything needed to score rows; no address or name of the baseline is part of it. */
export interface StateOutliersModel extends ScoringModel, Model {
  readonly rule: EntityRule;
  readonly profiles: Profiles;
  /** What was held back in turn to set the thresholds. */
  readonly heldBack: 'entities' | 'time' | 'rows';
}
