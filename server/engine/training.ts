import type { Detector, Model } from '../core/detectors/detector';
import { CurveWriter, emptyCurve, type LossCurve } from '../core/nn/trainCurve';
import { Cancelled, type Control, type TrainingPoint } from '../core/util/control';
import type { Training, TrainingCurve } from '../protocol/training';
import type { JobControl } from './api';

/** What can be asked about the training of nets. */
export interface TrainingQueries {
  /** The net that is trained now; else the one that was last, or that of the model in use. */
  current(): Promise<Training | undefined>;
  /** Calls back after each change, as often as a net makes a step. */
  onChange(listener: (training: { readonly id: number; readonly running: boolean }) => void): void;
}

/** A training that this session sees. */
interface Run extends Omit<Training, 'curve'> {
  readonly curve: CurveWriter;
}

/** Keeps the curve of one training: of the one that runs, until another begins or another model is taken. */
export class TrainingRecord {
  private run: Run | undefined;
  private saved: Training | undefined;
  private count = 0;
  private listener: Parameters<TrainingQueries['onChange']>[0] | undefined;

  current(): Training | undefined {
    return this.run ? { ...this.run, curve: columns(this.run.curve.read()) } : this.saved;
  }

  onChange(listener: Parameters<TrainingQueries['onChange']>[0]): void {
    this.listener = listener;
  }

  /** Learns with a control that is watched: the first point that it is told begins a training, and how learning ends, ends it. */
  async during<T extends object>(detector: Detector, control: JobControl, learn: (control: Control) => Promise<T | { readonly fault: string }>): Promise<T | { readonly fault: string }> {
    const id = ++this.count;
    let text = '';
    const watched: Control = {
      report: (fraction, what) => {
        control.report(fraction, (text = what));
        if (this.of(id)) this.change({ text });
      },
      plot: (point) => {
        control.plot?.(point);
        if (!control.cancelled) this.point(id, detector, point, text);
      },
      get cancelled() {
        return control.cancelled;
      },
    };
    try {
      const learned = await learn(watched);
      if ('fault' in learned) this.end(id, 'failed', learned.fault);
      else this.end(id, 'finished', '');
      return learned;
    } catch (error) {
      if (error instanceof Cancelled) this.end(id, 'cancelled', 'No model was made of it yet: learning again with the same settings goes on from there.');
      else this.end(id, 'failed', error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  /** The training that has just finished made this model; the curve in it is complete, where it has one. */
  kept(model: string, detector: Detector, learned: Model): void {
    if (this.run?.state !== 'finished' || this.run.model !== undefined) return this.loaded(model, detector, learned);
    const saved = detector.trainingCurve?.(learned);
    this.change({ model, ...(saved ? { text: saved.ended ?? '', curve: new CurveWriter(saved) } : {}) });
  }

  /** Another model was taken into use. One without a net takes nothing away: what is shown is what was trained last. */
  loaded(model: string, detector: Detector, learned: Model): void {
    const curve = detector.trainingCurve?.(learned);
    if (!curve || this.run?.state === 'running') return;
    const done = Math.max(curve.steps.at(-1) ?? 0, curve.validationSteps.at(-1) ?? 0);
    this.run = undefined;
    this.saved = { id: ++this.count, state: 'loaded', text: curve.ended ?? '', detector: detector.title, model, done, curve: columns(curve) };
    this.tell();
  }

  clear(): void {
    this.run = this.saved = undefined;
    this.tell();
  }

  private point(id: number, { title }: Detector, { step, steps, loss, validation }: TrainingPoint, text: string): void {
    // A step back: another net of the same model.
    const there = this.of(id), run = there && step >= there.done ? there : undefined;
    const curve = run?.curve ?? new CurveWriter(emptyCurve);
    // A point of held-back rows may repeat the loss of the step before it.
    if (Number.isFinite(loss) && step > (run?.done ?? 0)) curve.add(step, loss);
    if (validation !== undefined && Number.isFinite(validation)) curve.validation(step, validation);
    this.run = { id, state: 'running', text: run?.text ?? text, detector: title, done: step, planned: steps, curve };
    this.tell();
  }

  /** The run of a number, while it runs. */
  private of(id: number): Run | undefined {
    return this.run?.id === id && this.run.state === 'running' ? this.run : undefined;
  }

  private end(id: number, state: 'finished' | 'cancelled' | 'failed', text: string): void {
    if (this.of(id)) this.change({ state, text });
  }

  private change(part: Partial<Run>): void {
    if (!this.run) return;
    this.run = { ...this.run, ...part };
    this.tell();
  }

  private tell(): void {
    const { id, state } = this.run ?? this.saved ?? { id: 0, state: 'loaded' };
    this.listener?.({ id, running: state === 'running' });
  }
}

function columns({ steps, losses, validationSteps, validationLosses }: LossCurve): TrainingCurve {
  return { steps: Uint32Array.from(steps), losses: Float32Array.from(losses), validationSteps: Uint32Array.from(validationSteps), validationLosses: Float32Array.from(validationLosses) };
}
