import { choice } from '../ui/controls';
import { el, setText } from '../ui/dom';
import { count, counted } from '../ui/format';
import type { Item } from './items';
import { formatNames, type ReportFormat } from './reports';

export interface Actions {
  readonly jump: () => void;
  readonly automaton: () => void;
  readonly timeline: () => void;
  readonly copy: () => void;
  readonly save: (format: ReportFormat) => void;
  readonly clear: () => void;
  readonly cancel: () => void;
}

/** What can be done with all that is selected. It is always there, so that selecting moves nothing. */
export class ActionBar {
  readonly element: HTMLElement;
  private readonly text = el('span', { role: 'status' });
  private readonly progress = el('span', { class: 'labelled', hidden: true });
  private readonly progressText = el('span', {});
  private readonly buttons: HTMLElement[];

  constructor(actions: Actions) {
    const button = (label: string, title: string, run: () => void): HTMLElement => el('vscode-button', { appearance: 'secondary', title, onclick: run }, label);
    let wanted: ReportFormat = 'csv';
    const format = choice('Format', formatNames, wanted, (chosen) => (wanted = chosen));
    this.buttons = [
      button('Open First Lines', 'Open the first line of each selected one', actions.jump), button('Show in Automaton', 'Show the states of the selected', actions.automaton), button('Show in Timeline', 'Show the time of the first selected one', actions.timeline),
      button('Copy as Markdown', 'Copy the selected with their lines (Ctrl+C)', actions.copy), format.element, button('Export', 'Save the lines of the selected as a file', () => actions.save(wanted)), button('Clear', 'Select nothing (Escape)', actions.clear),
    ];
    this.progress.append(el('vscode-progress-ring', { 'aria-label': 'Gathering lines' }), this.progressText, el('vscode-button', { appearance: 'secondary', onclick: actions.cancel }, 'Cancel'));
    this.element = el('div', { class: 'actions-bar', role: 'toolbar', 'aria-label': 'Actions on the selected' }, this.text, el('span', { class: 'grow' }), this.progress, ...this.buttons);
  }

  show(selected: readonly Item[]): void {
    const of = (kind: Item['kind']): number => selected.filter((item) => item.kind === kind).length;
    const parts = [of('group') > 0 && counted(of('group'), 'root cause'), of('finding') > 0 && counted(of('finding'), 'finding'), of('line') > 0 && counted(of('line'), 'line')].filter((part) => part !== false);
    setText(this.text, parts.length > 0 ? `${parts.join(', ')} selected` : 'Nothing selected: click, Shift or Ctrl and click, or press Space');
    this.text.className = parts.length > 0 ? '' : 'quiet';
    for (const button of this.buttons) button.toggleAttribute('disabled', parts.length === 0);
  }

  /** Lines gathered so far; undefined: done. */
  working(lines: number | undefined): void {
    this.progress.hidden = lines === undefined;
    setText(this.progressText, lines === undefined ? '' : `${count(lines)} lines gathered…`);
    for (const button of this.buttons) button.hidden = lines !== undefined;
  }

  say(text: string): void {
    setText(this.text, text);
    this.text.className = '';
  }
}
