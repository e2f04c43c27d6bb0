import type { Calibration } from './scoring/calibration';
import type { LogHeader } from '../formats/format';
import type { Container } from '../models/safetensors';
import type { NeuralRuntime } from '../nn/runtime';
import type { LossCurve } from '../nn/trainCurve';
import type { Setting, SettingValues } from '../settings/setting';
import type { EntityKind } from '../symbols/entities';
import type { EncodedRows, EntityRange, Sequences } from '../symbols/rows';
import type { FlowField, FlowTable } from '../table/flow';
import type { Control } from '../util/control';
import type { AutomatonView, RowSteps } from './automatonView';

/** One part of a raw score. The parts of a row add up to its raw score. */
export interface EvidencePart {
  readonly name: string;
  /** Nats. */
  readonly value: number;
  /** What was seen and what was expected, in the reader's terms. */
  readonly text: string;
}

export interface Evidence {
  readonly parts: readonly EvidencePart[];
  /** What the state before the row usually sees next, most frequent first, with its share. */
  readonly expected: readonly { readonly words: string; readonly share: number }[];
  /** One sentence: what was seen, how often it was expected, compared with what. */
  readonly message: string;
  /** The field that is to be underlined; absent: the whole line. */
  readonly field?: FlowField;
}

/** Scores of rows, one entry a row, and the rows of each entity in time order. Threads may share the memory and fill ranges of entities each. */
export interface ScoreColumns extends Sequences {
  /** -Infinity: the row could not be scored. */
  readonly raw: Float32Array;
  /** State after the row. */
  readonly state: Uint32Array;
}

/** What a detector says of an entity as a whole. */
export interface EntityVerdict {
  readonly rows: number;
  /** Share of its rows that do not fit, 0 to 1. */
  readonly misfits: number;
  /** Whether so many misfits are usual; absent where its rows are too few to say. */
  readonly fits?: boolean;
  /** The same in words, with the numbers. */
  readonly text: string;
}

/** Scores of the rows that were given, in their order. */
export interface Scores extends ScoreColumns {
  /** What could not be scored, and why; for the run report. */
  readonly notes: readonly string[];
  explain(row: number): Evidence;
  /** What beside its state and symbol a row's root cause is told by, as a small whole number (a field, say); 0 where absent. */
  causeOf?(row: number): number;
  /** What an entity is as a whole; absent with detectors that judge rows only. O(rows of the entity). */
  verdictOf?(entity: number): EntityVerdict;
  /** How the rows came to their states; with detectors that show an automaton. */
  readonly steps?: RowSteps;
}

/** What every model has, whatever the detector. */
export interface Model {
  readonly entity: EntityKind;
  readonly calibration: Calibration;
  readonly baselineRows: number;
  readonly states: number;
  readonly symbols: number;
  /** When an entity as a whole is odd: more than the share `usualMisfits` of its rows have a raw score above `fitRaw`. Absent where a detector does not say. */
  readonly rule?: { readonly fitRaw: number; readonly usualMisfits: number };
}

/** Rows to symbols by one model's alphabet; one per thread. */
export interface RowEncoder {
  encode(table: FlowTable): Uint32Array;
  /** The numbers of rows that the model looks at beside their symbols, as `EncodedRows.features` has them, the same count for every row; absent where it looks at none. */
  features?(table: FlowTable): Float32Array;
}

/** Where the training of a net is kept while it is not over, so that a stop loses little of it. */
export interface KeptTraining {
  /** What was kept of one before. It is gone on from where input and settings are the same, as if it had never stopped. */
  readonly checkpoint?: Uint8Array;
  /** Whether it is time to keep one; asked between steps. There is one after each epoch and when training is cancelled, too. */
  due(): boolean;
  /** Takes the bytes over. */
  keep(checkpoint: Uint8Array): void;
}

/** The baseline of a model. */
export interface BaselineRows {
  readonly table: FlowTable;
  /** Whether the rows to be scored are the same (nothing benign is known). */
  readonly self: boolean;
  /** A model of the same detector that is to be gone on with, for detectors that `continues`: what it knows stays, what the rows add is learned. */
  readonly previous?: Model;
  /** Where a training is kept that is not over; absent: nowhere. */
  readonly training?: KeptTraining;
  /** Text of an automaton's file that is to be taken instead of learning one; `Detector.adoption` says what it must be. */
  readonly automaton?: string;
}

/** How a detector takes an automaton that was learned elsewhere. */
export interface Adoption {
  /** Settings that it needs, and has no other values for. */
  readonly settings: SettingValues;
  /** Undefined when rows of such a log fit an automaton from elsewhere, else the reason why not. */
  refuses(header: LogHeader): string | undefined;
  /** Why the text is no automaton, or why it does not fit the baseline where one is given; undefined: it can be learned with. Never throws. */
  fault(text: string, baseline?: FlowTable): string | undefined;
}

/** A model cannot be learned so, or not be used here; the text says why, and what to do next. */
export class LearningError extends Error {}

/**
 * One kind of model: learns from a baseline, scores rows with what it learned, explains scores. A value, without state;
 * everything above (engine, server, command line) works with any detector.
 */
export interface Detector<M extends Model = Model> {
  readonly id: string;
  readonly title: string;
  readonly settings: readonly Setting[];
  /** Undefined when the detector, or a model of it, can use such a log; else the reason why not. */
  refuses(header: LogHeader, model?: M): string | undefined;
  /** Flow fields it reads. */
  readonly fields: ReadonlySet<FlowField>;
  /** Whether its models may be nets: then it learns and scores in turns, with a runtime, and resolves to what others return at once. */
  readonly neural?: true;
  /** Whether it can go on from a model with new rows (`BaselineRows.previous`). */
  readonly continues?: true;
  /** Throws `Cancelled`, and `LearningError` where the reader can mend it. `runtime`: there for detectors that are `neural`. */
  learn(baseline: BaselineRows, settings: SettingValues, control: Control, runtime?: NeuralRuntime): M | Promise<M>;
  /** Absent: it learns its automaton itself, if it has one. */
  readonly adoption?: Adoption;
  encoder(model: M): RowEncoder;
  /** Whether entities can be scored in ranges, on several threads; otherwise all of them are one range. */
  divisible(model: M): boolean;
  /**
   * Scores the rows of a range of entities: fills their `raw` and `state`, nothing else; `order` and `starts` are there for the range. Gives what
   * `scores` needs beside, as plain data (a promise of it, where the detector is `neural`). Throws `Cancelled` only.
   */
  scoreRange(model: M, rows: EncodedRows, columns: ScoreColumns, range: EntityRange, control: Control, runtime?: NeuralRuntime): unknown;
  /** The scores of filled columns. `remembered`: what `scoreRange` gave, range by range. Takes no time that grows with the rows. */
  scores(model: M, rows: EncodedRows, columns: ScoreColumns, remembered: readonly unknown[]): Scores;
  /** A symbol in words. */
  words(model: M, symbol: number): string;
  /** Findings whose worst rows have the same key have the same root cause: the state and the kind of the symbol, or the cause (`Scores.causeOf`). */
  rootCauseKey(model: M, state: number, symbol: number, cause: number): string;
  /** A state, the symbol that led to it and the cause, in words. */
  rootCauseWords(model: M, state: number, symbol: number, cause: number): string;
  /** A simpler model that this one carries along and must beat (counts beside a net); for comparison. */
  peer?(model: M): M | undefined;
  /** The automaton that the states of scores are states of; absent where a detector has none. */
  automaton?(model: M): AutomatonView;
  /** How the net of a model was trained; `ended`: why it was not trained longer, a sentence. Absent, or undefined: it has no net. */
  trainingCurve?(model: M): (LossCurve & { readonly ended?: string }) | undefined;
  /** The model's net as an ONNX file that other tools open; undefined where it is none. */
  exportOnnx?(model: M): Uint8Array | undefined;
  save(model: M): Container;
  /** The model, or what is wrong with the container. Never throws. */
  load(container: Container): M | { readonly fault: string };
}

/** A detector without nets: it learns at once. */
export interface PlainDetector<M extends Model = Model> extends Detector<M> {
  readonly neural?: never;
  learn(baseline: BaselineRows, settings: SettingValues, control: Control): M;
}
