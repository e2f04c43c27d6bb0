import type { Layout, LayoutInput } from './layout';
import { fits } from './layout';
import type { LayoutAnswer } from './layoutWorker';

const MOST = 12;

/** Layouts made by the worker. One is made at a time; asking for another one ends it. */
export class Layouts {
  private readonly cache = new Map<string, Layout>();
  private source: Promise<string> | undefined;
  private worker: Worker | undefined;
  /** Started and not yet used: ELK takes a good part of a second to load. */
  private ready: Worker | undefined;
  private latest = 0;

  /** `made`: a layout that is worth keeping. */
  constructor(private readonly made: (key: string, layout: Layout) => void) {}

  /** Loads ELK while something else is waited for. That it cannot be loaded is told when it is needed. */
  prepare(): void {
    void this.start().then((worker) => (this.ready ??= worker), () => undefined);
  }

  private async start(): Promise<Worker> {
    return new Worker(await (this.source ??= fetchScript()));
  }

  keep(kept: readonly { readonly key: string; readonly layout: Layout }[]): void {
    for (const { key, layout } of kept) this.cache.set(key, layout);
  }

  cached(key: string, nodes: number, edges: number): Layout | undefined {
    const layout = this.cache.get(key);
    return layout && fits(layout, nodes, edges) ? layout : undefined;
  }

  /** Undefined: another one was asked for meanwhile, or `cancel` was called. Rejects with a reason in words. */
  async make(key: string, input: LayoutInput): Promise<Layout | undefined> {
    this.cancel();
    const mine = this.latest, worker = this.ready ?? await this.start();
    if (worker === this.ready) this.ready = undefined;
    if (mine !== this.latest) { worker.terminate(); return undefined; }
    this.worker = worker;
    const answer = await new Promise<LayoutAnswer>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<LayoutAnswer>) => resolve(data);
      worker.onerror = ({ message }) => resolve({ failed: message });
      worker.postMessage(input);
    });
    worker.terminate();
    if (mine !== this.latest) return undefined;
    this.worker = undefined;
    if ('failed' in answer) throw new Error(answer.failed);
    this.cache.set(key, answer.layout);
    if (this.cache.size > MOST) this.cache.delete(this.cache.keys().next().value!);
    this.made(key, answer.layout);
    return answer.layout;
  }

  /** Ends the layout that is being made. */
  cancel(): void {
    this.latest++;
    this.worker?.terminate();
    this.worker = undefined;
  }
}

/** A webview may not start a worker from where its scripts are: the script is fetched and started as a blob. */
async function fetchScript(): Promise<string> {
  const response = await fetch(document.body.dataset['layoutWorker'] ?? '');
  if (!response.ok) throw new Error(`its script did not load (${response.status})`);
  return URL.createObjectURL(new Blob([await response.text()], { type: 'text/javascript' }));
}
