import type { BaselineChoice } from './baseline';

/**
 * Commands of `workspace/executeCommand`. The client's palette commands (same names without `.server`) call these; other
 * editors may call them directly.
 */
export const ServerCommands = {
  /** Index, learn (unless a model is there) and score: everything from the open folder to findings. */
  investigate: 'anomaline.server.investigate',
  /** Argument: `LearnParams`. Result: the model file's path. */
  learn: 'anomaline.server.learn',
  /** Argument: `ImportParams`. Makes a model of a FlexFringe automaton and scores with it. Result: the model file's path. */
  importFlexfringe: 'anomaline.server.importFlexfringe',
  /** Argument: `ScoreParams`. */
  score: 'anomaline.server.score',
  /** Asks the running job to stop; what it has finished is kept. Result: whether one was running. */
  cancel: 'anomaline.server.cancel',
  /** Forgets findings and the chosen baseline; files in the capture stay. */
  clear: 'anomaline.server.clear',
  /** Argument: `{ uri, line }`. Result: the symbol and score of any line, as Markdown. */
  explain: 'anomaline.server.explain',
  /** Argument: `BaselineChoice`. Writes it to `anomaline.json` at the capture's root. */
  chooseBaseline: 'anomaline.server.chooseBaseline',
  /** Argument: `ExportParams`. Writes the net of a model as an ONNX file. Result: the file's path. */
  exportOnnx: 'anomaline.server.exportOnnx',
  /** Argument: `SampleParams`. Writes the generated sample capture. Result: the path of its folder. */
  sample: 'anomaline.server.sample',
} as const;

export interface LearnParams {
  readonly detector?: string;
  readonly baseline?: BaselineChoice;
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
  /** Model file to go on from: what it knows stays, the baseline adds to it. For detectors that can (`authSequences`). */
  readonly from?: string;
}

export interface ImportParams {
  /** FlexFringe's JSON of an automaton, by its absolute path. */
  readonly file: string;
  /** Rows whose visits are counted; absent: the baseline chosen for the capture. */
  readonly baseline?: BaselineChoice;
  /** Settings of the detector beside those that such a model needs anyway. */
  readonly settings?: Readonly<Record<string, string | number | boolean>>;
}

export interface ScoreParams {
  /** Model file; absent: the newest one of the capture. */
  readonly model?: string;
}

export const SAMPLE_KINDS = ['office', 'organisation'] as const;
export type SampleKind = (typeof SAMPLE_KINDS)[number];

export interface ExportParams {
  /** Model file. */
  readonly model: string;
  /** Absolute path of the file to write. */
  readonly file: string;
}

/** A line of a log, zero-based. */
export interface LineParams {
  readonly uri: string;
  readonly line: number;
}

export interface SampleParams {
  /** Network flows of an office (default), or authentication events of an organisation. */
  readonly kind?: SampleKind;
  /** Absolute path of the folder that the sample capture is written into; it is made where it is not there. */
  readonly folder: string;
}
