import type { RequestMethod } from '../../server/protocol/method';
import type { ToHost, ToPage } from '../../server/protocol/webview/messages';

/** The other side of a page: VS Code, or a player of recorded messages when it runs alone (`npm run view`). */
interface HostApi {
  postMessage(message: ToHost): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): HostApi;

/** An answer that did not come: the server said why. */
export class AskError extends Error {}

/** A question nobody waits for any longer. */
export class Superseded extends Error {}

type Listener<K extends ToPage['kind']> = (message: Extract<ToPage, { kind: K }>) => void;

/** The extension as a page sees it: questions with answers, messages both ways, and state that outlives the page. */
export class Host {
  private readonly api = acquireVsCodeApi();
  private readonly waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  private readonly listeners = new Map<ToPage['kind'], ((message: never) => void)[]>();
  private asked = 0;

  constructor() {
    window.addEventListener('message', ({ data }: MessageEvent<ToPage>) => this.receive(data));
    window.addEventListener('error', ({ message, filename, lineno }) => this.tell({ kind: 'fault', text: `${message} (${filename}:${lineno})` }));
    window.addEventListener('unhandledrejection', ({ reason }: PromiseRejectionEvent) => {
      if (!(reason instanceof Superseded)) this.tell({ kind: 'fault', text: String(reason instanceof Error ? (reason.stack ?? reason.message) : reason) });
    });
  }

  tell(message: ToHost): void {
    this.api.postMessage(message);
  }

  on<K extends ToPage['kind']>(kind: K, listener: Listener<K>): void {
    this.listeners.set(kind, [...(this.listeners.get(kind) ?? []), listener as (message: never) => void]);
  }

  /** Asks the server. Rejects with `AskError` when it cannot answer, and with `Superseded` when `signal` aborts. */
  ask<P, R>({ method }: RequestMethod<P, R>, params: P, signal?: AbortSignal): Promise<R> {
    const id = ++this.asked;
    return new Promise<R>((resolve, reject) => {
      if (signal?.aborted) return reject(new Superseded());
      this.waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
      signal?.addEventListener('abort', () => {
        if (!this.waiting.delete(id)) return;
        this.tell({ kind: 'cancel', id });
        reject(new Superseded());
      }, { once: true });
      this.tell({ kind: 'ask', id, method, params });
    });
  }

  /** What the page saved before it was hidden or reloaded, if it is still of that form. */
  state<S>(isState: (value: unknown) => value is S): S | undefined {
    const saved = this.api.getState();
    return isState(saved) ? saved : undefined;
  }

  save(state: unknown): void {
    this.api.setState(state);
  }

  private receive(message: ToPage): void {
    if (message.kind === 'answer' || message.kind === 'failed') {
      const waiting = this.waiting.get(message.id);
      this.waiting.delete(message.id);
      if (message.kind === 'answer') waiting?.resolve(message.result);
      else waiting?.reject(new AskError(message.message));
      return;
    }
    for (const listener of this.listeners.get(message.kind) ?? []) (listener as (m: ToPage) => void)(message);
  }
}

/** Lets only the newest of a kind of question be answered: each call aborts the one before. */
export class Newest {
  private controller = new AbortController();

  next(): AbortSignal {
    this.controller.abort();
    this.controller = new AbortController();
    return this.controller.signal;
  }
}
