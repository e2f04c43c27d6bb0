import type { LineParams } from '../commands';
import type { Place } from '../places';
import type { RowSelection } from '../selection';
import type { StateAt } from '../automaton';

/** The pages, by the folder of their code and the end of their view type. */
export type PageName = 'automaton' | 'rootCauses' | 'timeline' | 'training';

/** What a page is to show when it opens or is asked to: a state, a root cause, rows. */
export type Target =
  /** The state is selected; `others` are shown too, whatever else is hidden. */
  | { readonly kind: 'state'; readonly state: number; readonly others?: readonly number[] }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'line'; readonly line: LineParams };

/** A file that a page made; the host asks where to save it. */
export interface Export {
  /** Proposed name without folder: "automaton.svg". */
  readonly name: string;
  readonly content: string | Uint8Array;
}

/** What a page tells the extension. */
export type ToHost =
  /** Sent once the page listens; the host answers with `hello`. */
  | { readonly kind: 'ready' }
  /** A request of the protocol, forwarded to the server. Only methods of the views (`viewMethods`) are. */
  | { readonly kind: 'ask'; readonly id: number; readonly method: string; readonly params: unknown }
  /** The answer to `id` is no longer wanted. */
  | { readonly kind: 'cancel'; readonly id: number }
  /** `pin`: in a tab of its own that the next jump leaves alone. */
  | { readonly kind: 'jump'; readonly place: Place; readonly keepFocus: boolean; readonly pin?: boolean }
  | { readonly kind: 'export'; readonly file: Export }
  | { readonly kind: 'copy'; readonly text: string }
  /** Opens another page, or this one, at a target. */
  | { readonly kind: 'open'; readonly page: PageName; readonly target: Target }
  /** The brush of the timeline changed, for all pages; null: none. */
  | { readonly kind: 'brush'; readonly selection: RowSelection | null }
  /** Whether the cursor in a log selects its state in this page. */
  | { readonly kind: 'follow'; readonly on: boolean }
  /** A layout worth keeping while the page is gone; `key` names what was laid out. */
  | { readonly kind: 'keep'; readonly key: string; readonly layout: KeptLayout }
  | { readonly kind: 'command'; readonly command: PageCommand }
  /** Something went wrong in the page; ends in the extension's log. */
  | { readonly kind: 'fault'; readonly text: string };

/** Commands of the palette that a page may run. */
export type PageCommand = 'anomaline.investigate' | 'anomaline.learn' | 'anomaline.score' | 'anomaline.cancel' | 'anomaline.showLog' | 'anomaline.chooseBaseline';

/** Places of a laid out graph: as many of each as the graph that `key` names has. */
export interface KeptLayout {
  readonly nodes: Float32Array;
  readonly edges: Float32Array;
  readonly edgeStart: Uint32Array;
}

/** What the extension tells a page. */
export type ToPage =
  | { readonly kind: 'hello'; readonly page: PageName; readonly follow: boolean; readonly brush: RowSelection | null; readonly kept: readonly { readonly key: string; readonly layout: KeptLayout }[]; readonly target?: Target }
  | { readonly kind: 'answer'; readonly id: number; readonly result: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly message: string }
  /** Findings, scores or models changed: everything is to be asked for again. */
  | { readonly kind: 'changed' }
  /** The net that is trained went on, or its training ended. */
  | { readonly kind: 'training' }
  | { readonly kind: 'show'; readonly target: Target }
  /** The cursor came to a line of a log. The page must not jump in return. */
  | { readonly kind: 'cursor'; readonly at: StateAt }
  | { readonly kind: 'brush'; readonly selection: RowSelection | null };
