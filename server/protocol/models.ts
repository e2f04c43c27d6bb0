import { request } from './method';
import type { BaselineChoice } from './baseline';

/** A learned model of the capture. */
export interface ModelSummary {
  /** Absolute path of the model file. */
  readonly file: string;
  readonly detector: string;
  readonly rows: number;
  readonly states: number;
  readonly symbols: number;
  /** Whether it has a neural net, which can be written as ONNX; absent: no. */
  readonly net?: boolean;
  readonly baseline: BaselineChoice;
  /** Model in use for the findings shown. */
  readonly active: boolean;
  /** Why a file in the models folder cannot be used. */
  readonly problem?: string;
}

export const GetModels = request<null, readonly ModelSummary[]>('anomaline/models', 'clientToServer');
