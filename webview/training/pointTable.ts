import { el } from '../ui/dom';
import { count } from '../ui/format';
import { VirtualList } from '../ui/virtualList';
import { best, type Points } from './points';
import { lossText } from './words';

/** The curve as a table, the last point first. */
export class PointTable {
  readonly element: HTMLElement;
  private readonly list: VirtualList;
  private points: Points | undefined;
  private best = -1;

  /** `chosen`: a point was made the active one. */
  constructor(chosen: (at: number) => void) {
    const header = el('div', { class: 'side-header quiet', role: 'row' }, ...['Step', 'Training', 'Held back', ''].map((name, i) => el('span', { role: 'columnheader', class: 'number', 'aria-label': i === 3 ? 'Best' : undefined }, name)));
    this.list = new VirtualList({
      label: 'Points of the loss curve, last first; losses in nats', role: 'grid', rowHeight: 24, header, headerHeight: 24, total: () => this.points?.steps.length ?? 0, cells: (index) => this.row(this.turned(index)),
      onActive: (index) => chosen(this.turned(index)), empty: () => 'No step was made yet.',
    });
    this.element = el('div', { class: 'side', role: 'region', 'aria-label': 'Points' }, this.list.element);
  }

  show(points: Points): void {
    const { points: before } = this, { active } = this.list, step = before?.steps[this.turned(active)];
    this.points = points;
    this.best = best(points.validations);
    // New points come on top: the active row stays with its step.
    const now = active < 0 || step === undefined ? -1 : points.steps.indexOf(step);
    this.list.setActive(now < 0 ? -1 : this.turned(now), false);
    this.list.refresh();
  }

  setActive(at: number): void {
    this.list.setActive(this.turned(at));
  }

  /** Row of a point, point of a row. */
  private turned(at: number): number {
    return (this.points?.steps.length ?? 0) - 1 - at;
  }

  private row(at: number): Node[] {
    const { steps, losses, validations } = this.points!, loss = (value: number): string => (Number.isNaN(value) ? '' : lossText(value));
    return [count(steps[at]), loss(losses[at]), loss(validations[at]), at === this.best ? 'best' : ''].map((text) => el('span', { class: 'number' }, text));
  }
}
