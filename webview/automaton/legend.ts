import { css, type Ground } from '../ui/colours';
import { el } from '../ui/dom';
import type { OverlayScale } from './scales';

const STEPS = 16;

/** What colours, sizes, widths and shapes mean, with numbers. */
export function drawLegend(box: HTMLElement, scale: OverlayScale, ground: Ground): void {
  const signed = scale.overlay === 'difference', bar = el('div', { class: 'legend-bar' });
  bar.style.background = `linear-gradient(to right, ${Array.from({ length: STEPS + 1 }, (_, i) => css(scale.colour(signed ? 2 * i / STEPS - 1 : i / STEPS, ground))).join(', ')})`;
  const ticks = el('div', { class: 'legend-ticks' }, ...scale.ticks.map(({ position, text }) => {
    const tick = el('span', {}, text);
    tick.style.left = `${100 * (signed ? (position + 1) / 2 : position)}%`;
    return tick;
  }));
  box.replaceChildren(
    el('div', {}, scale.title), bar, ticks,
    el('div', { class: 'legend-shapes quiet' }, ...[['ring', 'root cause'], ['diamond', 'start'], ['square', 'end'], ['dots', 'size: visits'], ['lines', 'width: rows']].map(([kind, text]) => el('span', { class: 'legend-shape' }, el('span', { class: `mark ${kind}`, 'aria-hidden': 'true' }), text))),
  );
}
