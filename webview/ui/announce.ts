import { el, setText } from './dom';

let region: HTMLElement | undefined;

/** Says a sentence to screen readers, once they are done with what they say. The last one wins. */
export function announce(text: string): void {
  if (!region) {
    region = el('div', { class: 'visually-hidden', role: 'status', 'aria-live': 'polite' });
    document.body.append(region);
  }
  setText(region, text);
}
