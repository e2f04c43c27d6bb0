import { el } from './dom';

/** One box beside the pointer with what is below it. It never takes the focus and never stands in the way of clicks. */
export class Tooltip {
  private readonly box = el('div', { class: 'tooltip', role: 'tooltip', hidden: true });

  constructor() {
    document.body.append(this.box);
  }

  /** Client coordinates. */
  show(x: number, y: number, ...content: readonly (Node | string)[]): void {
    this.box.replaceChildren(el('div', {}, ...content));
    this.box.hidden = false;
    const { width, height } = this.box.getBoundingClientRect();
    this.box.style.left = `${Math.max(4, Math.min(x + 14, innerWidth - width - 4))}px`;
    this.box.style.top = `${y + 18 + height > innerHeight ? Math.max(4, y - height - 10) : y + 18}px`;
  }

  hide(): void {
    this.box.hidden = true;
  }
}
