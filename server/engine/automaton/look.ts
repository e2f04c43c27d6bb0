import type { AutomatonView, RowCounts } from '../../core/detectors/automatonView';
import type { Detector, Model } from '../../core/detectors/detector';
import { commonScore } from '../../core/detectors/scoring/calibration';
import { inTurns, type Slices } from '../../core/util/slices';
import { lowerBound } from '../../core/util/sorted';
import type { Band } from '../../protocol/places';
import type { RowSelection } from '../../protocol/selection';
import { bandOf } from '../findings';
import type { Files } from '../ports';
import { selectRows } from '../rowSelection';
import type { ScoredCapture } from '../scoredCapture';
import { countEntries, countStates, noRows, type StateCounts } from './counts';
import { type Graph, graphOf } from './graph';
import type { FieldCounts } from './histograms';
import { Recent } from '../../core/util/recent';
import { indexStates, type StateRows } from './rowIndex';

/** States (with a selection) whose numbers are kept. */
const KEPT_STATES = 16;
/** Selections whose rows and counts are kept. */
const KEPT_SELECTIONS = 4;

/** What is looked at: a model, and what it scored. */
export interface Subject {
  readonly detector: Detector;
  readonly model: Model;
  /** Absent where this model has scored nothing yet. */
  readonly capture?: ScoredCapture;
}

export interface LookServices {
  readonly files: Files;
  pause(): Promise<void>;
}

/** One revision of the automaton with what was worked out about it. */
export class Look {
  readonly automaton: AutomatonView['automaton'];
  readonly graph: Graph;
  readonly baseline: RowCounts;
  /** Rows of the baseline as its counts have them. */
  readonly baselineTotal: number;
  /** How the numbers of states' rows are spread; see `stateHistograms`. */
  readonly fieldCounts = new Recent<Promise<FieldCounts>>(KEPT_STATES);
  /** Rows of states that were looked for by their numbers; see `rowsWithin`. */
  readonly foundRows = new Recent<Promise<Uint32Array>>(KEPT_SELECTIONS);
  private readonly masks = new Recent<Promise<Uint8Array>>(KEPT_SELECTIONS);
  private readonly counted = new Recent<Promise<StateCounts>>(KEPT_SELECTIONS);
  private readonly taken = new Recent<Promise<Float64Array>>(KEPT_SELECTIONS);
  private readonly index: RowsOnce;
  private readonly labels: (string | undefined)[] = [];
  private readonly words = new Map<number, string>();

  /** `before`: the look at the revision before, whose passes over the rows are taken over where the scores are the same. */
  constructor(readonly revision: number, readonly subject: Subject, readonly view: AutomatonView, readonly services: LookServices, before?: Look) {
    this.automaton = view.automaton;
    this.graph = before?.view.automaton === view.automaton ? before.graph : graphOf(view.automaton);
    this.baseline = view.baseline;
    this.baselineTotal = view.baseline.states.reduce((a, b) => a + b, 0);
    this.index = before && before.capture?.scores === this.capture?.scores ? before.index : {};
  }

  get capture(): ScoredCapture | undefined {
    return this.subject.capture;
  }

  /** The selected rows, one byte a row; undefined: all. */
  async mask(selection: RowSelection | undefined): Promise<Uint8Array | undefined> {
    const { capture } = this;
    if (!capture || !selection || (!selection.time && !selection.columns)) return undefined;
    return this.masks.get(JSON.stringify(selection), () => selectRows(capture, selection));
  }

  async stateRows(): Promise<StateRows> {
    const { capture } = this;
    if (!capture) return { starts: new Uint32Array(this.automaton.stateCount + 1), rows: new Uint32Array(0) };
    return (this.index.states ??= this.run(indexStates(capture.scores, this.automaton.stateCount)));
  }

  /** The step of each row; see `RowSteps`. Those of rows that are not scored mean nothing. */
  async steps(): Promise<Int32Array> {
    const { capture } = this;
    if (!capture?.scores.steps) return new Int32Array(0);
    const { steps } = capture.scores;
    const fill = async (): Promise<Int32Array> => {
      const filled = new Int32Array(capture.rows.rowCount);
      await this.run(steps.fill(filled));
      return filled;
    };
    return (this.index.steps ??= fill());
  }

  async stateCounts(selection?: RowSelection): Promise<StateCounts> {
    const { capture } = this;
    if (!capture) return noRows(this.automaton.stateCount);
    return this.counted.get(JSON.stringify(selection ?? {}), async () => this.run(countStates(capture, this.automaton.stateCount, await this.mask(selection))));
  }

  /** Rows of the capture that took each entry. */
  async entryCounts(selection?: RowSelection): Promise<Float64Array> {
    const entries = this.automaton.arrays.entrySymbol.length;
    const { capture } = this;
    if (!capture) return new Float64Array(entries);
    return this.taken.get(JSON.stringify(selection ?? {}), async () => this.run(countEntries(capture.scores.raw, await this.steps(), entries, await this.mask(selection))));
  }

  /** A symbol of rows in words. */
  wordsOf(symbol: number): string {
    const known = this.words.get(symbol);
    if (known !== undefined) return known;
    const words = this.subject.detector.words(this.subject.model, symbol);
    this.words.set(symbol, words);
    return words;
  }

  /** A transition in words: its symbol, and what its guard takes where it has one. */
  wordsOfEntry(entry: number): string {
    const guard = this.view.guardWords?.(entry);
    const symbol = this.wordsOf(this.view.symbols[this.automaton.arrays.entrySymbol[entry]]);
    return guard === undefined ? symbol : `${symbol}, ${guard}`;
  }

  /** What mostly leads to a state: in the baseline, else by what it was first reached. */
  label(state: number): string {
    return (this.labels[state] ??= this.makeLabel(state));
  }

  /** Common score, and the band where the row is flagged. */
  scoreOf(row: number): { readonly score: number; readonly band?: Band } {
    const { capture } = this;
    if (!capture) return { score: 0 };
    const { findings, model, scores } = capture;
    const score = commonScore(model.calibration, scores.raw[row]);
    const at = lowerBound(findings.rows, row);
    return findings.rows[at] === row ? { score, band: bandOf(score, findings.threshold) } : { score };
  }

  /** Runs slices with pauses between. */
  run<T>(work: Slices<T>): Promise<T> {
    return inTurns(work, this.services.pause);
  }

  private makeLabel(state: number): string {
    if (state === 0) return 'start';
    const { inStart, inEdges, edgeStart, entries } = this.graph;
    const { entrySymbol, entryCount, incoming } = this.automaton.arrays;
    let best = -1;
    for (let i = inStart[state]; i < inStart[state + 1]; i++) {
      for (let k = edgeStart[inEdges[i]]; k < edgeStart[inEdges[i] + 1]; k++) {
        const entry = entries[k];
        const { entries: rows } = this.baseline;
        if (best < 0 || rows[entry] > rows[best] || (rows[entry] === rows[best] && entryCount[entry] > entryCount[best])) best = entry;
      }
    }
    const symbol = best >= 0 ? entrySymbol[best] : incoming[state];
    return symbol < 0 ? `state ${state}` : this.view.shortWords(this.view.symbols[symbol]);
  }
}

/** Passes over all rows, each made once. */
interface RowsOnce {
  states?: Promise<StateRows>;
  steps?: Promise<Int32Array>;
}
