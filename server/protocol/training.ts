import { notification, request } from './method';

/** `loaded`: trained before this server started, and read from its model file. */
export type TrainingState = 'running' | 'finished' | 'cancelled' | 'failed' | 'loaded';

/** The losses of a net while it was trained, nats a predicted field. */
export interface TrainingCurve {
  /** Steps done at each point, ascending, and the mean loss of the steps since the point before; at most 1,024. */
  readonly steps: Uint32Array;
  readonly losses: Float32Array;
  /** Steps done when rows that are held back were predicted, and the loss of these rows; once an epoch. */
  readonly validationSteps: Uint32Array;
  readonly validationLosses: Float32Array;
}

/** The training of one net. */
export interface Training {
  /** Tells trainings of one server apart. */
  readonly id: number;
  readonly state: TrainingState;
  /** What is being done, or what ended it. */
  readonly text: string;
  /** The title of the detector. */
  readonly detector: string;
  /** Absolute path of the model file that holds the net; absent until there is one. */
  readonly model?: string;
  /** Steps done; steps there will be at most, absent where that is not known any more. */
  readonly done: number;
  readonly planned?: number;
  readonly curve: TrainingCurve;
}

/** The net that is trained now; else the one that was last, or that of the model in use. Null: none. */
export const GetTraining = request<null, Training | null>('anomaline/training', 'clientToServer');
/** Sent when a training went on, at most five times a second, and when it ended. */
export const TrainingChanged = notification<{ readonly id: number; readonly running: boolean }>('anomaline/trainingChanged', 'serverToClient');
