/** Progress and cancel of one long computation; checked in every outer loop. */
export interface Control {
  /** `fraction` from 0 to 1 of this computation. */
  report(fraction: number, text: string): void;
  readonly cancelled: boolean;
  /** Is told how a net that is being trained gets on; absent where nobody looks. */
  plot?(point: TrainingPoint): void;
}

/** One point of the curve of losses of a net, nats a predicted token. */
export interface TrainingPoint {
  readonly step: number;
  /** Steps there will be at most. */
  readonly steps: number;
  readonly loss: number;
  /** Loss of rows that are held back, after an epoch. */
  readonly validation?: number;
}

/** Thrown out of a computation when its control says so, and caught where the job was started: no result, nothing changed. */
export class Cancelled extends Error {
  constructor() {
    super('Cancelled');
  }
}

export function checkCancelled(control: Pick<Control, 'cancelled'>): void {
  if (control.cancelled) throw new Cancelled();
}

/** For computations nobody waits for. */
export const noControl: Control = { report: () => undefined, cancelled: false };

/** The part of a control's progress from `from` to `to`. */
export function subControl(control: Control, from: number, to: number): Control {
  return {
    report: (fraction, text) => control.report(from + fraction * (to - from), text),
    get cancelled() {
      return control.cancelled;
    },
    ...(control.plot ? { plot: (point: TrainingPoint) => control.plot?.(point) } : {}),
  };
}
