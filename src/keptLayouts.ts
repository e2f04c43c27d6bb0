import type { KeptLayout } from '../server/protocol/webview/messages';

/** Layouts kept at most, and their numbers in all: what is older goes. */
const MOST = 20;
const MOST_NUMBERS = 4_000_000;

/** Layouts that a page made, so that it is drawn at once when it comes back. The least recently used go first. */
export class KeptLayouts {
  private readonly byKey = new Map<string, KeptLayout>();

  add(key: string, layout: KeptLayout): void {
    this.byKey.delete(key);
    this.byKey.set(key, layout);
    let numbers = [...this.byKey.values()].reduce((sum, one) => sum + size(one), 0);
    for (const [oldest, one] of this.byKey) {
      if (this.byKey.size <= MOST && numbers <= MOST_NUMBERS) break;
      this.byKey.delete(oldest);
      numbers -= size(one);
    }
  }

  list(): { readonly key: string; readonly layout: KeptLayout }[] {
    return [...this.byKey].map(([key, layout]) => ({ key, layout }));
  }
}

function size({ nodes, edges, edgeStart }: KeptLayout): number {
  return nodes.length + edges.length + edgeStart.length;
}
