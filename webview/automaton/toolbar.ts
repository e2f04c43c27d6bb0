import { el, setSaid, setText } from '../ui/dom';
import { type Overlay, overlays } from './scales';
import type { Mode, Saved } from './saved';

export type ExportKind = 'svg' | 'png' | 'dot' | 'json';
const exportKinds: Readonly<Record<ExportKind, string>> = { svg: 'SVG picture', png: 'PNG picture', dot: 'DOT (Graphviz)', json: 'JSON data' };

export interface ToolbarActions {
  back(): void;
  forward(): void;
  fit(): void;
  zoomToSelection(): void;
  overlay(overlay: Overlay): void;
  mode(mode: Mode): void;
  follow(on: boolean): void;
  export(kind: ExportKind): void;
  limit(states: number): void;
  rare(share: number): void;
  reset(): void;
}

/** Rare slider: positions 0 to 30 stand for shares on a logarithmic scale, 0 for none hidden. */
export const RARE_STEPS = 30;
export function rareShare(position: number): number {
  return position <= 0 ? 0 : Number((10 ** (-3.5 + 3 * position / RARE_STEPS)).toPrecision(2));
}
export function rarePosition(share: number): number {
  return share <= 0 ? 0 : Math.min(RARE_STEPS, Math.max(1, Math.round((Math.log10(share) + 3.5) / 3 * RARE_STEPS)));
}

/** The two bars above the graph: where and how one looks, and what is shown. */
export class Toolbar {
  readonly element: HTMLElement;
  readonly chips = el('span', { class: 'chips' });
  /** Says what is shown and what is hidden. */
  readonly sentence = el('p', { class: 'sentence', 'data-hook': 'sentence' });
  private readonly back: HTMLElement;
  private readonly forward: HTMLElement;
  private readonly followBox: HTMLElement;
  private readonly limitField = el('vscode-text-field', { size: 6, 'aria-label': 'States shown at most' });
  private readonly rareSlider = el('input', { type: 'range', min: 0, max: RARE_STEPS, 'aria-label': 'Hide rare transitions' });
  private readonly overlayBox = el('vscode-dropdown', { 'aria-label': 'Colour by' }, ...Object.entries(overlays).map(([value, text]) => el('vscode-option', { value }, text)));
  private readonly modeButton: HTMLElement;
  private mode: Mode = 'graph';

  constructor(search: HTMLElement, actions: ToolbarActions) {
    const icon = (text: string, label: string, act: () => void): HTMLElement => el('vscode-button', { appearance: 'icon', 'aria-label': label, title: label, onclick: act }, text);
    this.back = icon('←', 'Back (Alt+Left)', () => actions.back());
    this.forward = icon('→', 'Forward (Alt+Right)', () => actions.forward());
    this.overlayBox.addEventListener('change', () => actions.overlay((this.overlayBox as HTMLSelectElement).value as Overlay));
    this.modeButton = el('vscode-button', { appearance: 'secondary', title: 'Switch between graph and table (t)', onclick: () => actions.mode(this.mode === 'graph' ? 'table' : 'graph') }, 'Table');
    this.followBox = el('vscode-checkbox', { title: 'Putting the cursor on a line of a log selects its state here', onchange: (event: Event) => this.followed((event.target as HTMLInputElement).checked, actions) }, 'Follow cursor');
    const exports = el('vscode-dropdown', { 'aria-label': 'Export what is shown' }, el('vscode-option', { value: '' }, 'Export …'), ...Object.entries(exportKinds).map(([value, text]) => el('vscode-option', { value }, text)));
    exports.addEventListener('change', () => {
      const kind = (exports as HTMLSelectElement).value as ExportKind | '';
      (exports as HTMLSelectElement).value = '';
      if (kind) actions.export(kind);
    });
    const limit = (): void => { const wanted = Math.round(Number((this.limitField as HTMLInputElement).value.replace(/[,\s]/g, ''))); if (wanted >= 1) actions.limit(wanted); };
    this.limitField.addEventListener('change', limit);
    this.limitField.addEventListener('keydown', (event: Event) => { if ((event as KeyboardEvent).key === 'Enter') limit(); });
    this.rareSlider.addEventListener('input', () => actions.rare(rareShare(Number(this.rareSlider.value))));
    this.element = el('header', { class: 'bars' }, el('h1', { class: 'visually-hidden' }, 'Automaton'),
      el('div', { class: 'toolbar', role: 'toolbar', 'aria-label': 'Automaton' }, this.back, this.forward, icon('⤢', 'Fit (0)', () => actions.fit()), icon('◎', 'Zoom to the selected state (z)', () => actions.zoomToSelection()),
        search, el('span', { class: 'labelled' }, 'Colour', this.overlayBox), this.modeButton, el('span', { class: 'grow' }), this.followBox, exports),
      el('div', { class: 'toolbar second' }, el('span', { class: 'labelled' }, 'States', this.limitField), el('label', { class: 'labelled' }, 'Hide rare', this.rareSlider), icon('↺', 'Show what was shown at first', () => actions.reset()), this.sentence, this.chips));
  }

  /** What the controls stand at. */
  set({ choice, overlay, mode }: Saved): void {
    this.mode = mode;
    (this.limitField as HTMLInputElement).value = String(choice.limit);
    this.rareSlider.value = String(rarePosition(choice.rare));
    setSaid(this.rareSlider, 'title', choice.rare > 0 ? `Transitions below ${Number((100 * choice.rare).toPrecision(2))} % of what leaves their state are hidden` : 'No transition is hidden');
    setSaid(this.rareSlider, 'aria-valuetext', this.rareSlider.title);
    (this.overlayBox as HTMLSelectElement).value = overlay;
    setText(this.modeButton, mode === 'graph' ? 'Table' : 'Graph');
  }

  trail(back: boolean, forward: boolean): void {
    this.back.toggleAttribute('disabled', !back);
    this.forward.toggleAttribute('disabled', !forward);
  }

  /** The box tells of every change, also of one that was made here. */
  private followed(on: boolean, actions: ToolbarActions): void {
    if (on === this.following) return;
    this.following = on;
    actions.follow(on);
  }

  private following = false;

  follow(on: boolean): void {
    this.following = on;
    (this.followBox as HTMLInputElement).checked = on;
  }
}
