import type { CellColour, TimelineCells } from '../../server/protocol/timeline';
import { css, type Rgb } from '../ui/colours';
import { el } from '../ui/dom';
import { cut, shortCount } from '../ui/format';
import { EMPTY, type Inks, type Palette, plainInk } from './palette';
import { shade } from './picture';
import type { Shading } from './shading';
import { bandNames } from './words';

const MARKS = ['', '●', '▲', '◆'];

/** What the colours mean, and how many rows a strength stands for. `stateLabels`: of `palette.own`, as far as they came. */
export function legendParts(kind: CellColour, cells: TimelineCells, palette: Palette, { ticks, strength }: Shading, inks: Inks, stateLabels: ReadonlyMap<number, string>): Node[] {
  const entry = (colour: Rgb, text: string, mark = '■'): HTMLElement => {
    const swatch = el('span', { class: 'swatch', 'aria-hidden': 'true' }, mark);
    swatch.style.color = css(colour);
    return el('span', { class: 'legend-entry', title: text }, swatch, cut(text, 46));
  };
  const present = new Set(cells.value), plain = plainInk(inks);
  const kinds = kind === 'band' ? palette.own.map((band) => entry(palette.colour(band), bandNames[band], MARKS[band] || '■'))
    : palette.own.filter((value) => value !== EMPTY && present.has(value)).map((value) => entry(palette.colour(value), kind === 'label' ? (cells.labels[value] || 'no label') : stateLabels.has(value) ? `${value}: ${stateLabels.get(value)}` : `state ${value}`));
  const ramp = el('canvas', { class: 'ramp', width: 64, height: 1, 'aria-hidden': 'true' }), context = ramp.getContext('2d');
  for (let x = 0; x < 64; x++) if (context) { context.fillStyle = css(shade(plain, inks.background, x / 63)); context.fillRect(x, 0, 1, 1); }
  const counts = ticks.map(({ count }) => shortCount(count));
  const scale = el('span', { class: 'legend-scale', title: ticks.map(({ count }) => `${count} rows: strength ${Math.round(100 * strength(count))} %`).join('\n') },
    el('span', { class: 'quiet' }, 'Rows in a cell'), el('span', { class: 'ramp-box' }, ramp, el('span', { class: 'ramp-numbers' }, ...counts.map((text) => el('span', {}, text)))));
  return [...kinds, ...(palette.others ? [entry(plain, 'others')] : []), el('span', { class: 'grow' }), scale];
}
