import { el } from './dom';

/** Something that is in force and can be taken away: "10:00 to 11:00 ×". Delete and Backspace remove it too. */
export function chip(text: string, title: string, remove: () => void): HTMLElement {
  const button = el('button', { class: 'chip-remove', type: 'button', 'aria-label': `Remove: ${text}`, title: `Remove: ${text}`, onclick: remove }, '×');
  button.addEventListener('keydown', (event) => { if (event.key === 'Delete' || event.key === 'Backspace') remove(); });
  return el('span', { class: 'chip', title }, el('span', { class: 'chip-text' }, text), button);
}
