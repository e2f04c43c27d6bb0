import type { Camera } from './camera';
import type { Choice } from './choice';
import { type Overlay, overlays } from './scales';
import { type Tab, tabs } from './statePanel';

export type Mode = 'graph' | 'table';

/** What the page keeps while it is hidden or reloaded. */
export interface Saved {
  readonly choice: Choice;
  readonly overlay: Overlay;
  readonly mode: Mode;
  readonly tab: Tab;
  readonly panelWidth: number;
  readonly selected?: number;
  /** The row whose values are marked, of one revision. */
  readonly marked?: { readonly revision: number; readonly row: number };
  readonly numbersAsTable?: boolean;
  readonly camera?: Camera;
}

export const atFirst: Saved = { choice: { limit: 300, rare: 0.01, expanded: [], collapsed: [], wanted: [] }, overlay: 'difference', mode: 'graph', tab: 'meaning', panelWidth: 400 };

const isNumbers = (value: unknown): boolean => Array.isArray(value) && value.every((one) => Number.isInteger(one) && one >= 0);

/** Saved by this version of the page, whole and undamaged. */
export function isSaved(value: unknown): value is Saved {
  if (typeof value !== 'object' || value === null) return false;
  const { choice, overlay, mode, tab, panelWidth, selected, marked, numbersAsTable, camera } = value as Partial<Saved>;
  return typeof choice === 'object' && choice !== null && Number.isFinite(choice.limit) && Number.isFinite(choice.rare) && isNumbers(choice.expanded) && isNumbers(choice.collapsed) && isNumbers(choice.wanted)
    && overlay !== undefined && overlay in overlays && (mode === 'graph' || mode === 'table') && tab !== undefined && tabs.includes(tab) && Number.isFinite(panelWidth)
    && (selected === undefined || Number.isInteger(selected)) && (marked === undefined || (typeof marked === 'object' && marked !== null && Number.isInteger(marked.revision) && Number.isInteger(marked.row))) && [undefined, true, false].includes(numbersAsTable) && (camera === undefined || [camera.x, camera.y, camera.zoom].every(Number.isFinite));
}
