import { randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import * as http from 'node:http';
import type { AddressInfo } from 'node:net';
import * as path from 'node:path';
import { fromWire, toWire } from '../../server/protocol/wire';
import type { KeptLayout, PageName, ToPage } from '../../server/protocol/webview/messages';
import type { TrainingState } from '../../server/protocol/training';
import { pageHtml } from '../../src/pageHtml';
import { answer } from './answers';
import { Model, type ModelOptions } from './model';
import { recorded, type Recording } from './recording';

const pages: readonly PageName[] = ['automaton', 'rootCauses', 'timeline', 'training'];
const types: Readonly<Record<string, string>> = { '.js': 'text/javascript', '.css': 'text/css', '.map': 'application/json' };
const MOST_MODELS = 4;

/** Pages on 127.0.0.1, without VS Code. */
export interface View {
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Serves every page of `root`/dist/webview as the extension does: the same document and policy, and answers to its questions. What answers is in the query:
 *   states, edges, rows, fan, seed   a made up model of that size; numbers=1: its rows have numbers
 *   training=running|finished|cancelled|failed|loaded   the net of that model
 *   recording=NAME                   test/view/recordings/NAME.json; what it lacks, the model answers
 *   delay=MS, fail=METHOD            slow answers; a method that fails ("automatonState")
 * and `theme=dark|light|contrast`, `motion=reduce`, `target=JSON`, `follow=0` are for the host that the page talks to (host.ts).
 */
export async function startView(root: string, port = 0): Promise<View> {
  const models = new Map<string, Model>(), kept = new Map<string, KeptLayout>();
  const server = http.createServer((request, response) => {
    void respond(request, response).catch((error: unknown) => send(response, 500, 'text/plain', String(error instanceof Error ? error.stack : error)));
  });

  async function respond(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1'), page = pages.find((name) => url.pathname === `/${name}`);
    if (url.pathname === '/') return send(response, 200, 'text/html', `<!DOCTYPE html><title>Views</title><ul>${pages.map((name) => `<li><a href="/${name}${url.search}">${name}</a>`).join('')}</ul>`);
    if (page) return send(response, 200, 'text/html', document(page));
    if (url.pathname === '/ask') return send(response, 200, 'application/json', JSON.stringify(await ask(url.searchParams, JSON.parse(await body(request)) as { method: string; params: unknown })));
    if (url.pathname === '/keep') {
      const { key, layout } = fromWire(JSON.parse(await body(request)), decode) as { key: string; layout: KeptLayout };
      kept.set(key, layout);
      return send(response, 204, 'text/plain', '');
    }
    if (url.pathname === '/kept') return send(response, 200, 'application/json', JSON.stringify(toWire([...kept].map(([key, layout]) => ({ key, layout })), encode)));
    const file = url.pathname === '/viewHost.js' ? path.join(root, 'dist/tools/viewHost.js') : path.join(root, 'dist/webview', path.basename(url.pathname)), type = types[path.extname(file)];
    if (!type || !fs.existsSync(file)) return send(response, 404, 'text/plain', `There is no ${url.pathname}.`);
    send(response, 200, type, fs.readFileSync(file));
  }

  async function ask(query: URLSearchParams, { method, params }: { method: string; params: unknown }): Promise<Pick<Extract<ToPage, { kind: 'answer' }>, 'result'> | { failed: string }> {
    const number = (name: string, absent: number): number => Number(query.get(name) ?? absent);
    if (number('delay', 0) > 0) await new Promise((resolve) => setTimeout(resolve, number('delay', 0)));
    if (query.getAll('fail').some((part) => method === `anomaline/${part}`)) return { failed: `${method} failed, as asked for.` };
    const name = query.get('recording');
    const exchange = name ? recorded(JSON.parse(fs.readFileSync(path.join(root, 'test/view/recordings', `${path.basename(name)}.json`), 'utf8')) as Recording, method, params) : undefined;
    if (exchange) return exchange.failed === undefined ? { result: exchange.result } : { failed: exchange.failed };
    const states = number('states', 300);
    return { result: toWire(answer(modelOf({ seed: number('seed', 1), states, edges: number('edges', 3 * states), rows: number('rows', 20_000), fan: number('fan', 0), numbers: number('numbers', 0), training: (query.get('training') ?? 'finished') as TrainingState }), method, params), encode) };
  }

  function modelOf(options: ModelOptions): Model {
    const key = JSON.stringify(options), model = models.get(key) ?? new Model(options);
    models.delete(key);
    models.set(key, model);
    if (models.size > MOST_MODELS) models.delete(models.keys().next().value!);
    return model;
  }

  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  /** The document of the product, with the host's script before the page's. */
  function document(page: PageName): string {
    const nonce = randomBytes(16).toString('base64');
    const html = pageHtml({ page, title: page, script: `${address}/${page}.js`, style: `${address}/${page}.css`, layoutWorker: `${address}/layoutWorker.js`, source: address, nonce });
    return html.replace(/<script /, `<script nonce="${nonce}" src="${address}/viewHost.js"></script>\n<script `);
  }

  return { address, close: () => new Promise((resolve) => { server.close(() => resolve()); server.closeAllConnections(); }) };
}

const encode = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
const decode = (base64: string): Uint8Array => Buffer.from(base64, 'base64');

function send(response: http.ServerResponse, status: number, type: string, content: string | Buffer): void {
  response.writeHead(status, { 'Content-Type': `${type}; charset=utf-8`, 'Cache-Control': 'no-store' }).end(content);
}

async function body(request: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}
