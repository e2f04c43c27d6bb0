import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { gzipSync } from 'node:zlib';
import { AbstractMessageReader, AbstractMessageWriter, type DataCallback, ErrorCodes, type Message } from 'vscode-languageserver/node';
import { type Rng, randomBelow } from '../../../server/core/util/rng';
import type { CaptureSession, JobControl } from '../../../server/engine/api';
import { startServer } from '../../../server/lsp/server';
import { checkedConnection } from '../../../server/lsp/transport';
import { createCaptureSession } from '../../../server/node/openSession';
import { ServerCommands } from '../../../server/protocol/commands';
import { DEFAULT_CLIENT_SETTINGS } from '../../../server/protocol/settings';
import { logUri } from '../../../server/protocol/uris';
import { connLog, office, scan } from '../../support/logs';
import { workerScript } from '../../support/readers';
import type { FuzzTarget } from '../target';

const quiet: JobControl = { report: () => undefined, cancelled: false };

/** Numbers of answers that are no fault of ours. */
const allowed: ReadonlySet<number> = new Set([ErrorCodes.InvalidRequest, ErrorCodes.InvalidParams, ErrorCodes.MethodNotFound, -32803 /* request failed */, -32801 /* content modified */, -32800 /* cancelled */]);
/** What a fault of ours reads like, whatever its number. */
const fault = /Cannot read prop|is not a function|is not iterable|is not defined|undefined|Invalid (array length|string length|typed array|time value)|Maximum call stack|\[object |out of range|out of bounds|of null|circular/;

interface Answer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

class Reader extends AbstractMessageReader {
  send: DataCallback = () => undefined;

  listen(callback: DataCallback) {
    this.send = callback;
    return { dispose: () => undefined };
  }
}

class Writer extends AbstractMessageWriter {
  readonly waiting = new Map<unknown, (answer: Answer) => void>();
  /** Answers to no request that is known. */
  readonly stray: Answer[] = [];

  async write(message: Message): Promise<void> {
    // As it would go over the wire.
    const answer = JSON.parse(JSON.stringify(message)) as Answer & { readonly method?: string };
    if (answer.method !== undefined) return;
    const take = this.waiting.get(answer.id);
    if (take) take(answer);
    else this.stray.push(answer);
    this.waiting.delete(answer.id);
  }

  end(): void {
    // Nothing is open.
  }
}

interface Server {
  readonly root: string;
  readonly reader: Reader;
  readonly writer: Writer;
}

/** The engine on a small capture that is scored. What takes long or changes what later inputs find is left out. */
function lasting(session: CaptureSession): CaptureSession {
  const harmless: Partial<CaptureSession> = {
    index: async () => session.capture(), learn: async () => '/model', importAutomaton: async () => '/model', score: async () => undefined, investigate: async () => undefined, refresh: async () => false,
    models: async () => [], clear: () => undefined, chooseBaseline: async () => undefined, exportOnnx: async () => undefined, updateSettings: async () => undefined, dispose: async () => undefined,
  };
  return new Proxy(session, { get: (from, name) => (Object.hasOwn(harmless, name) ? harmless[name as keyof CaptureSession] : Reflect.get(from, name, from)) });
}

async function open(): Promise<Server> {
  const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-fuzz-')));
  process.on('exit', () => fs.rmSync(root, { recursive: true, force: true }));
  fs.writeFileSync(path.join(root, 'conn.log'), connLog([...office(120), ...scan(30, 5000)]));
  fs.writeFileSync(path.join(root, 'more.log.gz'), gzipSync(connLog(office(20))));
  const session = createCaptureSession(root, { ...DEFAULT_CLIENT_SETTINGS, workers: 1, acceptanceRate: 0.2 }, workerScript);
  await session.investigate(quiet);
  // So few rows are counted without threads.
  await session.dispose();
  const reader = new Reader(), writer = new Writer();
  startServer(checkedConnection(reader, writer), () => lasting(session), { version: 'fuzz', memory: () => 1 });
  const server = { root, reader, writer };
  assert.ok((await ask(server, 'initialize', { processId: null, rootUri: null, capabilities: {}, workspaceFolders: [{ uri: logUri(root), name: 'fuzz' }] })).result);
  reader.send({ jsonrpc: '2.0', method: 'initialized', params: {} } as Message);
  return server;
}

let server: Promise<Server> | undefined;
let nextId = 1;

function ask({ reader, writer }: Server, method: unknown, params: unknown): Promise<Answer> {
  const id = nextId++;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('no answer within 20 s')), 20_000);
    writer.waiting.set(id, (answer) => {
      clearTimeout(late);
      resolve(answer);
    });
    reader.send({ jsonrpc: '2.0', id, method, ...(params === undefined ? {} : { params }) } as unknown as Message);
  });
}

const LOG = 'file:///ROOT/conn.log', GZ = 'anomaline-gz:/ROOT/more.log.gz';
/** The engine counts changes from 1 on: a model and its scores are two. */
const page = { start: 0, count: 20 }, range = { ...page, revision: 3 }, time = [1000, 5000];
const columns = { grouping: 'pair', order: 'size', filter: '', first: 0, last: 3 }, selection = { time, columns };
const line = { uri: LOG, line: 20 }, place = { textDocument: { uri: LOG }, position: { line: 20, character: 4 } }, span = { start: { line: 8, character: 0 }, end: { line: 30, character: 3 } };
const baseline = { files: ['day1/**'], from: 1, to: 2, label: { column: 'label', matches: 'Benign' }, share: 0.5 };

/** A good message of each kind. */
const samples: readonly { readonly method: string; readonly params: unknown; readonly notification?: true }[] = [
  { method: 'anomaline/status', params: null }, { method: 'anomaline/capture', params: null }, { method: 'anomaline/models', params: null }, { method: 'anomaline/training', params: null }, { method: 'anomaline/automaton', params: null },
  { method: 'anomaline/groups', params: { ...page, order: 'score', filter: 'tcp', host: '10.0', file: '*.log', bands: ['high', 'low'], selection } },
  { method: 'anomaline/groupFindings', params: { ...page, group: '1', filter: '', selection } }, { method: 'anomaline/findingRows', params: { ...page, finding: '0' } },
  { method: 'anomaline/groupDetails', params: { groups: ['1', '2'], bins: 32, filter: '' } }, { method: 'anomaline/rootCauseAt', params: line }, { method: 'anomaline/neighbour', params: { ...line, direction: 'next' } },
  { method: 'anomaline/gzipText', params: { uri: GZ, limit: 1000 } },
  { method: 'anomaline/automatonStates', params: { ...range, selection } }, { method: 'anomaline/automatonEdges', params: { ...range, selection } }, { method: 'anomaline/automatonLabels', params: { revision: range.revision, states: [0, 1, 2] } },
  { method: 'anomaline/automatonEdgeSymbols', params: { ...range, from: 0, to: 1 } }, { method: 'anomaline/automatonState', params: { revision: range.revision, state: 1, selection } },
  { method: 'anomaline/automatonStateHistograms', params: { revision: range.revision, state: 1, row: 5 } },
  { method: 'anomaline/automatonStateRows', params: { ...range, state: 1, order: 'time', flaggedOnly: false, selection, within: [{ field: 0, bins: [0, 1] }] } },
  { method: 'anomaline/automatonStateAt', params: line }, { method: 'anomaline/automatonReplay', params: { ...range, row: 3, start: -1 } }, { method: 'anomaline/automatonFind', params: { ...range, query: '10.0' } },
  { method: 'anomaline/timeline', params: { grouping: 'pair', order: 'size', colour: 'band', time, groups: [0, 5], filter: '', columns: 20, rows: 30 } },
  { method: 'anomaline/timelineCell', params: { colour: 'state', selection } }, { method: 'anomaline/timelineGroups', params: { ...page, grouping: 'subnets', order: 'name', filter: '' } },
  { method: 'textDocument/hover', params: place }, { method: 'textDocument/codeAction', params: { textDocument: { uri: LOG }, range: span, context: { diagnostics: [{ range: span, source: 'Anomaline', message: 'x' }] } } },
  { method: 'textDocument/semanticTokens/range', params: { textDocument: { uri: LOG }, range: span } },
  ...Object.values(ServerCommands).map((command) => ({ method: 'workspace/executeCommand', params: { command, arguments: [{ ...line }] } })),
  { method: 'workspace/executeCommand', params: { command: ServerCommands.learn, arguments: [{ detector: 'auto', baseline, settings: { seed: 1, model: 'x', on: true }, from: '/a/b' }] } },
  { method: 'workspace/executeCommand', params: { command: ServerCommands.chooseBaseline, arguments: [baseline] } },
  { method: 'workspace/executeCommand', params: { command: ServerCommands.exportOnnx, arguments: [{ model: '/a', file: '/b' }] } },
  { method: 'initialize', params: { processId: null, rootUri: null, capabilities: {}, workspaceFolders: [{ uri: LOG, name: 'x' }], initializationOptions: {} } },
  { method: 'workspace/didChangeConfiguration', params: { settings: { anomaline: { acceptanceRate: 0.2, exclude: ['*.x'], set: { seed: 1 } } } }, notification: true },
  { method: 'workspace/didChangeWatchedFiles', params: { changes: [{ uri: LOG, type: 2 }] }, notification: true }, { method: '$/cancelRequest', params: { id: 5 }, notification: true },
  { method: 'window/workDoneProgress/cancel', params: { token: 'x' }, notification: true }, { method: '$/setTrace', params: { value: 'off' }, notification: true }, { method: '$/progress', params: { token: 1, value: {} }, notification: true },
];

/** As JSON: some of them no program would write. */
const oddities: readonly string[] = [
  'null', 'true', 'false', '0', '-1', '1', '-0', '0.5', '1e308', '-1e308', '1e999', '4294967295', '4294967296', '9007199254740993', '""', '"__proto__"', '"constructor"', '"toString"', '"0"', '"\\u0000"', '"\\ud800"', '"../../etc/passwd"',
  '"file:///etc/passwd"', '"file:///dev/zero"', '"file:///%00"', '"file:///%zz"', '"anomaline-gz:/etc/shadow.gz"', '"untitled:x"', '"C:\\\\x"', '[]', '{}', '[null]', '[[[]]]', '{"__proto__":{"start":0}}', '{"constructor":{"prototype":{}}}', '{"length":3}',
  '{"then":1}', '{"toString":1,"valueOf":2}', `"${'x'.repeat(20_000)}"`, `[${'0,'.repeat(3000)}0]`, `${'['.repeat(300)}${']'.repeat(300)}`, '"**/**/**/**/**/a"', '"(a+)+$"', '"10.0.0.1 10.0.1.1"', '"pair"', '"score"', '"high"', '"next"',
];

const keys = ['__proto__', 'constructor', 'start', 'count', 'revision', 'selection', 'filter', 'length', 'uri', 'line', 'workDoneToken', 'partialResultToken', 'within', 'row', 'x'];

/** A value as JSON, with one part of it changed. */
function mutated(value: unknown, rng: Rng): string {
  const odd = (): string => oddities[randomBelow(rng, oddities.length)];
  if (typeof value !== 'object' || value === null || rng() < 0.15) return odd();
  const parts = Object.entries(value), at = randomBelow(rng, parts.length + 1), isList = Array.isArray(value);
  const made = parts.flatMap(([key, part], i): string[] => {
    if (i !== at) return [isList ? JSON.stringify(part) : `${JSON.stringify(key)}:${JSON.stringify(part)}`];
    if (rng() < 0.2) return [];
    const changed = mutated(part, rng);
    return isList ? (rng() < 0.1 ? [changed, changed] : [changed]) : [`${JSON.stringify(key)}:${changed}`];
  });
  if (at === parts.length || rng() < 0.05) made.push(isList ? odd() : `${JSON.stringify(keys[randomBelow(rng, keys.length)])}:${odd()}`);
  return isList ? `[${made.join()}]` : `{${made.join()}}`;
}

/**
 * Messages of a client with parameters of wrong types, missing, nested, huge or named like what every object has: each request is answered, never with a
 * fault of ours, and the next good one is answered too. An input is `{ "method", "params", "notification" }`.
 */
export const messages: FuzzTarget = {
  name: 'messages',
  runs: 5_000,
  make(rng) {
    const { method, params, notification } = samples[randomBelow(rng, samples.length)];
    let changed = JSON.stringify(params);
    for (let times = randomBelow(rng, 3); times >= 0; times--) changed = mutated(JSON.parse(changed), rng);
    const name = rng() < 0.02 ? oddities[randomBelow(rng, oddities.length)] : JSON.stringify(method);
    return new TextEncoder().encode(`{"method":${name},"params":${changed}${notification ? ',"notification":true' : ''}}`);
  },
  async check(input) {
    const running = await (server ??= open());
    let message: { readonly method?: unknown; readonly params?: unknown; readonly notification?: unknown };
    try {
      const text = new TextDecoder().decode(input).replaceAll('/ROOT', running.root);
      message = { ...(JSON.parse(text) as object) };
    } catch {
      return; // is no message
    }
    const { method, params, notification } = message;
    // These end the server, as they should.
    if (method === 'exit' || method === 'shutdown') return;
    running.writer.stray.length = 0;
    if (notification === true) running.reader.send({ jsonrpc: '2.0', method, params } as unknown as Message);
    else {
      const { error, result } = await ask(running, method, params);
      assert.ok(error === undefined ? result !== undefined : allowed.has(error.code) && !fault.test(error.message), JSON.stringify(error));
    }
    const { result: status } = await ask(running, 'anomaline/status', null);
    assert.equal((status as { readonly logs?: unknown } | undefined)?.logs, 2);
    if (notification !== true) assert.deepEqual(running.writer.stray, []);
  },
};
