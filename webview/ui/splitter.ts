import { el } from './dom';

/**
 * A bar between two parts of a page that is dragged, or moved by arrow keys, to give one of them its size.
 * `direction`: `columns` for parts side by side. `size`: of the second part, CSS pixels; `sized` gets it while it changes.
 */
export function splitter(options: { readonly direction: 'columns' | 'rows'; readonly label: string; readonly size: number; readonly least: number; readonly most: () => number; readonly sized: (size: number) => void }): HTMLElement {
  const { direction, label, least, most, sized } = options, across = direction === 'columns';
  let size = options.size;
  const bar = el('div', { class: `splitter ${direction}`, role: 'separator', tabindex: 0, 'aria-label': label, 'aria-orientation': across ? 'vertical' : 'horizontal' });
  const set = (wanted: number): void => {
    size = Math.round(Math.min(Math.max(least, wanted), Math.max(least, most())));
    bar.setAttribute('aria-valuenow', String(size));
    bar.setAttribute('aria-valuemin', String(least));
    bar.setAttribute('aria-valuemax', String(Math.max(least, Math.round(most()))));
    sized(size);
  };
  bar.addEventListener('pointerdown', (down) => {
    const from = across ? down.clientX : down.clientY, before = size;
    bar.setPointerCapture(down.pointerId);
    const move = (event: PointerEvent): void => set(before + from - (across ? event.clientX : event.clientY));
    bar.addEventListener('pointermove', move);
    bar.addEventListener('lostpointercapture', () => bar.removeEventListener('pointermove', move), { once: true });
  });
  bar.addEventListener('keydown', (event) => {
    const step = ({ ArrowLeft: 20, ArrowUp: 20, ArrowRight: -20, ArrowDown: -20 } as Record<string, number>)[event.key];
    if (step === undefined) return;
    event.preventDefault();
    set(size + step);
  });
  set(size);
  return bar;
}
