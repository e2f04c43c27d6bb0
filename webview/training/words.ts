import type { Training } from '../../server/protocol/training';
import { count, counted, decimal, duration, shortCount } from '../ui/format';
import { best, type Points } from './points';

/** A loss with four digits: "1.530", "0.06213". */
export function lossText(loss: number): string {
  return !Number.isFinite(loss) ? '–' : Math.abs(loss) < 1000 ? loss.toPrecision(4) : shortCount(loss);
}

/** A number of an axis, without digits that say nothing: "0.05", "7.5". */
export function tickText(tick: number): string {
  return Math.abs(tick) < 1000 ? String(Number(tick.toPrecision(6))) : shortCount(tick);
}

/** What a loss means: that of a choice among so many values that are all as likely. */
export function choices(loss: number): string {
  const among = Math.exp(loss);
  return `that of a choice among ${among < 10 ? decimal(among, 1) : among < 1e6 ? count(among) : shortCount(among)} equally likely values`;
}

/** How far training came: "600 of 1,000 steps". */
export function stepsText({ done, planned }: Pick<Training, 'done' | 'planned'>): string {
  return planned === undefined || planned < done ? counted(done, 'step') : `${count(done)} of ${counted(planned, 'step')}`;
}

/** What goes on or what ended it, in one sentence or two. `file`: of the model, without its folder. */
export function stateSentence(training: Training, file: string | undefined): string {
  const { state, text, detector, done, planned } = training, steps = stepsText(training), more = text === '' ? '' : ` ${sentence(text)}`;
  switch (state) {
    case 'running': return text === '' ? `${detector} is being trained.` : `${detector}: ${sentence(text)}`;
    case 'finished': return `Finished${planned === undefined || done >= planned ? ` after ${counted(done, 'step')}.` : ` early, after ${steps}.`}${more}${file === undefined ? '' : ` The model is ${file}.`}`;
    case 'cancelled': return `Cancelled after ${steps}.${more}`;
    case 'failed': return `Failed after ${steps}.${more}`;
    case 'loaded': return `${detector}, trained before${file === undefined ? '' : `: ${file}`}.${more}`;
  }
}

function sentence(text: string): string {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(whole) ? whole : `${whole}.`;
}

/** Name and value of each current number. `left`: seconds that training will still take. */
export function factsOf({ state, curve, ...training }: Training, left: number | undefined): readonly (readonly [name: string, value: string])[] {
  const { losses, validationSteps, validationLosses } = curve, { done, planned } = training, running = state === 'running', at = best(validationLosses);
  return [
    ['Steps', planned === undefined || planned < done ? count(done) : `${count(done)} of ${running && done < planned ? 'at most ' : ''}${count(planned)}`],
    ['Training loss', losses.length === 0 ? '–' : `${lossText(losses[losses.length - 1])} nats`],
    ['Held-back loss', validationLosses.length === 0 ? (running ? 'after the first epoch' : 'none') : `${lossText(validationLosses[validationLosses.length - 1])} nats`],
    ['Best held-back loss', at < 0 ? '–' : `${lossText(validationLosses[at])} nats, step ${count(validationSteps[at])}`],
    ...(running ? [['Time left', left === undefined ? (done === planned ? 'about to end' : 'being estimated') : `at most about ${duration(left < 60 ? Math.ceil(left) : left)}`] as const] : []),
  ];
}

/** One point in words: "Step 400: training 1.532, held back 1.611 nats (best)". */
export function pointText({ steps, losses, validations }: Points, at: number): string {
  const parts = [Number.isNaN(losses[at]) ? '' : `training ${lossText(losses[at])}`, Number.isNaN(validations[at]) ? '' : `held back ${lossText(validations[at])}`].filter((part) => part !== '');
  return `Step ${count(steps[at])}: ${parts.join(', ')} nats${best(validations) === at ? ' (best)' : ''}`;
}
