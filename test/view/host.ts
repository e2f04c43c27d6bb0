// Stands in for VS Code in a page that runs in a browser of its own: themes, state that outlives a reload, answers from the server of server.ts.
import type { RowSelection } from '../../server/protocol/selection';
import { requestParams } from '../../server/protocol/schemas/requests';
import { checked } from '../../server/protocol/schemas/shape';
import { pageMessage } from '../../server/protocol/schemas/webview';
import { fromWire, toWire } from '../../server/protocol/wire';
import type { PageName, Target, ToHost, ToPage } from '../../server/protocol/webview/messages';
import { type ThemeName, themes } from './themes';

const query = new URLSearchParams(location.search), storage = `state of ${location.pathname}`;
const decode = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
const encode = (bytes: Uint8Array): string => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
const told: ToHost[] = [], running = new Map<number, AbortController>();
let brush: RowSelection | null = JSON.parse(query.get('brush') ?? 'null') as RowSelection | null;

function toPage(message: ToPage): void {
  window.postMessage(message, location.origin);
}

async function ask({ id, method, params }: Extract<ToHost, { kind: 'ask' }>): Promise<void> {
  const controller = new AbortController();
  running.set(id, controller);
  try {
    const response = await fetch(`/ask${location.search}`, { method: 'POST', body: JSON.stringify({ method, params }), signal: controller.signal });
    const answer = await response.text();
    if (!response.ok) return toPage({ kind: 'failed', id, message: answer });
    const { result, failed } = JSON.parse(answer) as { result?: unknown; failed?: string };
    toPage(failed === undefined ? { kind: 'answer', id, result: fromWire(result, decode) } : { kind: 'failed', id, message: failed });
  } catch (error) {
    if (!controller.signal.aborted) toPage({ kind: 'failed', id, message: String(error) });
  } finally {
    running.delete(id);
  }
}

async function hello(): Promise<void> {
  const kept = fromWire(await (await fetch('/kept')).json(), decode) as Extract<ToPage, { kind: 'hello' }>['kept'], target = query.get('target');
  toPage({ kind: 'hello', page: document.body.dataset['page'] as PageName, follow: query.get('follow') !== '0', brush, kept, ...(target ? { target: JSON.parse(target) as Target } : {}) });
}

/** What the extension and the server would refuse is an error here, which the tests in a browser look for. */
function look(message: ToHost): void {
  const said = checked(pageMessage, message, 'the message'), params = message.kind === 'ask' ? requestParams.get(message.method) : undefined;
  const asked = params && message.kind === 'ask' ? checked(params, JSON.parse(JSON.stringify(message.params)), 'the parameters') : {};
  for (const one of [said, asked]) if ('fault' in one) console.error(`A ${message.kind} of the page would be refused: ${one.fault}`);
}

function receive(message: ToHost): void {
  told.push(message);
  look(message);
  if (message.kind === 'ask') void ask(message);
  else if (message.kind === 'cancel') running.get(message.id)?.abort();
  else if (message.kind === 'ready') void hello();
  else if (message.kind === 'keep') void fetch('/keep', { method: 'POST', body: JSON.stringify(toWire(message, encode)) });
  else if (message.kind === 'brush') brush = message.selection;
  else if (message.kind === 'fault') console.error(message.text);
  else console.log(JSON.stringify(message.kind === 'export' ? { ...message, file: message.file.name } : message));
}

function useTheme(name: ThemeName): void {
  const { kind, colours } = themes[name], { style } = document.documentElement;
  for (const property of Array.from(style)) style.removeProperty(property);
  for (const [variable, value] of Object.entries(colours)) style.setProperty(`--vscode-${variable}`, value);
  document.body.classList.remove(...Object.values(themes).map((theme) => theme.kind));
  document.body.dataset['vscodeThemeKind'] = kind;
  document.body.classList.add(kind);
}

/** Times between frames while `work` runs, milliseconds. */
async function frames(work: () => unknown): Promise<number[]> {
  const times: number[] = [];
  let on = true;
  const tick = (now: number): void => { times.push(now); if (on) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
  await work();
  on = false;
  await new Promise((resolve) => requestAnimationFrame(resolve));
  return times.slice(1).map((time, i) => time - times[i]);
}

/** For tests and for the console: what the page told, messages to it, the theme, frame times. */
const viewHost = { told, send: toPage, theme: useTheme, frames };
declare global {
  interface Window { viewHost: typeof viewHost; acquireVsCodeApi: () => unknown }
}
window.viewHost = viewHost;
window.acquireVsCodeApi = () => ({
  // Messages are copied on the way, as in VS Code.
  postMessage: (message: ToHost) => receive(structuredClone(message)),
  getState: () => JSON.parse(sessionStorage.getItem(storage) ?? 'null') as unknown ?? undefined,
  setState: (state: unknown) => sessionStorage.setItem(storage, JSON.stringify(state)),
});
useTheme((query.get('theme') ?? 'dark') as ThemeName);
if (query.get('motion') === 'reduce') document.body.classList.add('vscode-reduce-motion');
