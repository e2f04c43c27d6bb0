import type { Status } from '../../server/protocol/status';
import type { PageCommand } from '../../server/protocol/webview/messages';
import { el } from './dom';
import { counted, percent } from './format';

/** What a page says in place of a picture or a list, and the buttons that help. */
export interface Empty {
  readonly title: string;
  readonly text: string;
  readonly actions: readonly (PageCommand | 'retry')[];
  /** The server is at work: the state is to be looked at again soon. */
  readonly passing?: true;
}

const labels: Readonly<Record<PageCommand | 'retry', string>> = {
  'anomaline.investigate': 'Investigate this Capture', 'anomaline.learn': 'Learn', 'anomaline.score': 'Score Again', 'anomaline.cancel': 'Cancel', 'anomaline.showLog': 'Show Log', 'anomaline.chooseBaseline': 'Choose Baseline', retry: 'Try Again',
};

/** Why there are no findings at all, from what the server is doing. */
export function emptyFor({ phase, text, logs, findings, fraction }: Status): Empty {
  switch (phase) {
    case 'starting': case 'indexing':
      return { title: 'Reading the capture…', text, actions: [], passing: true };
    case 'investigating': case 'learning': case 'scoring':
      return { title: phase === 'learning' ? 'Learning what is normal…' : 'Scoring the capture…', text: fraction === undefined ? text : `${text} (${percent(fraction)})`, actions: [], passing: true };
    case 'empty':
      return { title: 'No logs here', text: 'No file of this folder is a log that can be read. Open a folder with Zeek, NetFlow or authentication logs.', actions: ['anomaline.showLog'] };
    case 'failed':
      return { title: 'The capture could not be scored', text, actions: ['anomaline.showLog', 'anomaline.investigate'] };
    case 'indexed':
      return { title: 'Nothing is scored yet', text: `${counted(logs, 'log')} ${logs === 1 ? 'is' : 'are'} known. Investigate learns what is normal in this capture and scores every line.`, actions: ['anomaline.investigate', 'anomaline.chooseBaseline'] };
    case 'ready':
      return findings > 0
        ? { title: 'Findings are being counted…', text, actions: ['retry'] }
        : { title: 'Nothing was flagged', text: 'Every line was scored, and none is rarer than the acceptance rate allows. If that is a surprise, the baseline may hold the very behaviour you look for: choose another one.', actions: ['anomaline.chooseBaseline', 'anomaline.score'] };
  }
}

/** A message in the middle of the page with buttons; the first is the one that most likely helps. */
export function message(title: string, text: string, actions: readonly (readonly [label: string, run: () => void])[]): HTMLElement {
  return el('div', { class: 'message', role: 'status' }, el('h2', {}, title), el('div', { class: 'quiet' }, text),
    actions.length > 0 && el('div', { class: 'actions' }, ...actions.map(([label, run], i) => el('vscode-button', { appearance: i === 0 ? 'primary' : 'secondary', onclick: run }, label))));
}

export function emptyMessage({ title, text, actions }: Empty, command: (command: PageCommand) => void, retry: () => void): HTMLElement {
  return message(title, text, actions.map((action) => [labels[action], () => (action === 'retry' ? retry() : command(action))] as const));
}
