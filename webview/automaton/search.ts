import { FindStates, type StateMatch } from '../../server/protocol/automaton';
import { el, setText } from '../ui/dom';
import { counted } from '../ui/format';
import { type Host, Newest, Superseded } from '../ui/host';
import { PagedItems } from '../ui/pagedItems';
import { VirtualList } from '../ui/virtualList';

const PAUSE = 150;

/** Finds states by number, symbol, value or host, in a list below the field. Down goes into the list, Enter takes a state, Escape leaves. */
export class Search {
  readonly element: HTMLElement;
  private readonly field = el('vscode-text-field', { placeholder: 'Find a state, symbol, value or host', 'aria-label': 'Find states', size: 30 });
  private readonly said = el('div', { class: 'quiet search-said', role: 'status' });
  private readonly box: HTMLElement;
  private readonly list: VirtualList;
  private readonly newest = new Newest();
  private matches: PagedItems<StateMatch> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: Host, private readonly revision: () => number | undefined, private readonly found: (state: number) => void) {
    this.list = new VirtualList({
      label: 'States found', role: 'listbox', rowHeight: 40, total: () => this.matches?.total ?? 0, want: (first, end) => this.matches?.want(first, end), openOnClick: true, onOpen: (i) => this.take(i), attributes: (i) => ({ 'data-state': this.matches?.at(i)?.state }),
      cells: (i) => { const match = this.matches?.at(i); return match ? [el('span', { class: 'two-lines' }, el('span', { class: 'ellipsis' }, `${match.state} ${match.label}`), el('span', { class: 'quiet ellipsis' }, match.why))] : ['…']; },
    });
    this.box = el('div', { class: 'search-results', hidden: true }, this.said, this.list.element);
    this.element = el('div', { class: 'search' }, this.field, this.box);
    this.field.addEventListener('input', () => { clearTimeout(this.timer); this.timer = setTimeout(() => this.ask(), PAUSE); });
    this.element.addEventListener('keydown', (event) => this.key(event));
    this.element.addEventListener('focusout', ({ relatedTarget }) => { if (!(relatedTarget instanceof Node && this.element.contains(relatedTarget))) this.box.hidden = true; });
  }

  focus(): void {
    this.field.focus();
  }

  private ask(): void {
    const query = (this.field as HTMLInputElement).value.trim(), revision = this.revision();
    this.matches?.dispose();
    this.newest.next();
    this.box.hidden = query === '' || revision === undefined;
    if (query === '' || revision === undefined) return;
    setText(this.said, 'Searching …');
    const matches = this.matches = new PagedItems<StateMatch>((page, signal) => this.host.ask(FindStates, { revision, query, ...page }, signal), () => {
      setText(this.said, matches.total === 0 ? `Nothing matches "${query}".` : `${counted(matches.total ?? 0, 'match', 'matches')}${(matches.total ?? 0) > 1 ? ', best first' : ''}`);
      this.list.refresh();
    }, (error) => { if (!(error instanceof Superseded)) setText(this.said, `The search failed: ${error instanceof Error ? error.message : String(error)}`); });
    this.list.setActive(-1);
    matches.want(0, 1);
  }

  private key(event: KeyboardEvent): void {
    const inField = event.target === this.field;
    if (event.key === 'Escape') { this.box.hidden = true; this.field.focus(); }
    else if (inField && event.key === 'ArrowDown' && !this.box.hidden) { this.list.focus(); this.list.setActive(0); }
    else if (inField && event.key === 'Enter' && !this.box.hidden) this.take(0);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private take(index: number): void {
    const match = this.matches?.at(index);
    if (!match) return;
    this.box.hidden = true;
    this.found(match.state);
  }
}
