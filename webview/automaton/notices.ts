import type { PageCommand } from '../../server/protocol/webview/messages';
import { el } from '../ui/dom';

/** Why there is nothing to be seen, and buttons for what to do about it. */
export function notice(title: string, text: string, actions: readonly { readonly text: string; readonly run: () => void }[]): HTMLElement {
  return el('section', { class: 'message', role: 'status' }, el('h2', {}, title), el('p', {}, text),
    el('div', { class: 'actions' }, ...actions.map(({ text: name, run }, i) => el('vscode-button', { appearance: i === 0 ? 'primary' : 'secondary', onclick: run }, name))));
}

export function commands(tell: (command: PageCommand) => void): Readonly<Record<'investigate' | 'score' | 'log', { readonly text: string; readonly run: () => void }>> {
  return {
    investigate: { text: 'Investigate This Capture', run: () => tell('anomaline.investigate') }, score: { text: 'Score This Capture', run: () => tell('anomaline.score') }, log: { text: 'Show Log', run: () => tell('anomaline.showLog') },
  };
}
