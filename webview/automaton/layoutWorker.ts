// Lays graphs out with ELK, away from the page. A message is a LayoutInput, the answer a Layout or the reason why there is none.
import 'elkjs/lib/elk-worker.min.js';
import { type ElkGraph, elkGraph, elkLayout } from './elkGraph';
import type { Layout, LayoutInput } from './layout';

/** What the worker answers. */
export type LayoutAnswer = { readonly layout: Layout } | { readonly failed: string };

interface Scope { onmessage: ((event: { data: unknown }) => void) | null; postMessage(message: unknown, transfer?: readonly ArrayBuffer[]): void }
interface ElkAnswer { readonly id: number; readonly data?: ElkGraph; readonly error?: { readonly message?: string } | string }

// ELK's bundle took the scope's `onmessage` and answers by `postMessage`: both are put between it and us.
const scope = globalThis as unknown as Scope, toElk = scope.onmessage, toPage = scope.postMessage.bind(scope);
let input: LayoutInput | undefined;
scope.postMessage = (message) => {
  const { id, data, error } = message as ElkAnswer;
  if (id === 0 || !input) return;
  if (!data) return toPage({ failed: typeof error === 'string' ? error : error?.message ?? 'the layout gave nothing' } satisfies LayoutAnswer);
  const layout = elkLayout(data, input);
  toPage({ layout } satisfies LayoutAnswer, [layout.nodes.buffer, layout.edges.buffer, layout.edgeStart.buffer] as ArrayBuffer[]);
};
toElk?.({ data: { id: 0, cmd: 'register', algorithms: ['layered'] } });
scope.onmessage = ({ data }) => {
  input = data as LayoutInput;
  toElk?.({ data: { id: 1, cmd: 'layout', graph: elkGraph(input), layoutOptions: {}, options: {} } });
};
