import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { ServerCommands } from '../../server/protocol/commands';
import { commandArguments } from '../../server/protocol/schemas/commands';
import { requestParams } from '../../server/protocol/schemas/requests';
import { GetStatus } from '../../server/protocol/status';
import { repositoryRoot } from '../support/shared';
import { TestClient } from './client';

const page = { start: 0, count: 10 }, groups = { ...page, order: 'score', filter: '' }, names = { grouping: 'pair', order: 'size', filter: '' };
const timeline = { ...names, colour: 'band', columns: 10, rows: 10 };
const parsed = (text: string): unknown => JSON.parse(text);

/** What is sent, and what the answer says. */
const bad: readonly (readonly [method: string, params: unknown, message: string])[] = [
  ['anomaline/groups', null, 'anomaline/groups: the parameters must be an object'],
  ['anomaline/groups', undefined, 'anomaline/groups: the parameters must be an object'],
  ['anomaline/groups', [1, 2], 'anomaline/groups: the parameters must be an object'],
  ['anomaline/groups', { ...groups, start: -1 }, 'anomaline/groups: "start" must be a whole number of at least 0'],
  ['anomaline/groups', { ...groups, start: 0.5 }, 'anomaline/groups: "start" must be a whole number of at least 0'],
  ['anomaline/groups', parsed('{ "start": 1e999, "count": 10, "order": "score", "filter": "" }'), 'anomaline/groups: "start" must be a whole number of at least 0'],
  ['anomaline/groups', { ...groups, count: 1e308 }, 'anomaline/groups: "count" must be a whole number of at most 4294967294'],
  ['anomaline/groups', { ...groups, order: 'constructor' }, 'anomaline/groups: "order" must be one of score, size, newest'],
  ['anomaline/groups', { ...groups, filter: 'x'.repeat(10_001) }, 'anomaline/groups: "filter" must be a text of at most 10000 characters'],
  ['anomaline/groups', parsed('{ "__proto__": { "start": 0 }, "count": 10, "order": "score", "filter": "" }'), 'anomaline/groups: "start" must be a whole number of at least 0'],
  ['anomaline/groups', { ...groups, selection: { time: [0, 1e300] } }, 'anomaline/groups: "selection.time.1" must be a number from -1e+21 to 1e+21'],
  ['anomaline/groups', { ...groups, selection: { time: [0] } }, 'anomaline/groups: "selection.time.1" must be a number from -1e+21 to 1e+21'],
  ['anomaline/groupDetails', { groups: Array(201).fill('x'), bins: 4 }, 'anomaline/groupDetails: "groups" must be a list of at most 200 items'],
  ['anomaline/groupDetails', { groups: [], bins: 0 }, 'anomaline/groupDetails: "bins" must be a whole number of at least 1'],
  ['anomaline/findingRows', page, 'anomaline/findingRows: "finding" must be a text'],
  ['anomaline/neighbour', { line: 0, direction: 'up' }, 'anomaline/neighbour: "direction" must be one of next, previous'],
  ['anomaline/rootCauseAt', { uri: 'http://x/y.log', line: 0 }, 'anomaline/rootCauseAt: "uri" must be a file: or anomaline-gz: URI of an absolute path'],
  ['anomaline/gzipText', { uri: 'file:a.log.gz', limit: 5 }, 'anomaline/gzipText: "uri" must be a file: or anomaline-gz: URI of an absolute path'],
  ['anomaline/gzipText', { uri: 'file:///a%00.log.gz', limit: 5 }, 'anomaline/gzipText: "uri" must be a file: or anomaline-gz: URI of an absolute path'],
  ['anomaline/gzipText', { uri: 'file:///a.log.gz', limit: -5 }, 'anomaline/gzipText: "limit" must be a whole number of at least 0'],
  ['anomaline/automatonLabels', { revision: 3, states: { length: 3 } }, 'anomaline/automatonLabels: "states" must be a list'],
  ['anomaline/automatonLabels', { revision: 3, states: [0, '1'] }, 'anomaline/automatonLabels: "states.1" must be a whole number of at least 0'],
  ['anomaline/automatonState', { revision: 3, state: '__proto__' }, 'anomaline/automatonState: "state" must be a whole number of at least 0'],
  ['anomaline/automatonFind', { ...page, revision: 3, query: {} }, 'anomaline/automatonFind: "query" must be a text'],
  ['anomaline/timeline', { ...timeline, columns: 1e9 }, 'anomaline/timeline: "columns" must be a whole number of at most 4096'],
  ['anomaline/timelineCell', { colour: 'band', selection: { time: [0, 1] } }, 'anomaline/timelineCell: "selection.columns" must be an object'],
  ['anomaline/status', { a: 1 }, 'anomaline/status: the parameters must be left out'],
  ['textDocument/hover', null, 'textDocument/hover: the parameters must be an object'],
  ['textDocument/hover', { textDocument: {}, position: { line: 0, character: 0 } }, 'textDocument/hover: "textDocument.uri" must be a text'],
  ['textDocument/hover', { textDocument: { uri: 'file:///a' }, position: { line: -3, character: 0 } }, 'textDocument/hover: "position.line" must be a whole number of at least 0'],
  ['textDocument/codeAction', { textDocument: { uri: 'file:///a' }, range: {} }, 'textDocument/codeAction: "range.start" must be an object'],
  ['textDocument/semanticTokens/range', { textDocument: { uri: 'file:///a' } }, 'textDocument/semanticTokens/range: "range" must be an object'],
  ['workspace/executeCommand', { arguments: [] }, 'workspace/executeCommand: "command" must be a text'],
  ['workspace/executeCommand', { command: ServerCommands.learn, arguments: 5 }, 'workspace/executeCommand: "arguments" must be a list'],
  ['workspace/executeCommand', { command: ServerCommands.learn, arguments: [{ baseline: { files: 'day1/**' } }] }, 'anomaline.server.learn: "baseline.files" must be a list'],
  ['workspace/executeCommand', { command: ServerCommands.learn, arguments: [{ baseline: { share: 2 } }] }, 'anomaline.server.learn: "baseline.share" must be a number above 0 and at most 1'],
  ['workspace/executeCommand', { command: ServerCommands.learn, arguments: [{ settings: { x: [] } }] }, 'anomaline.server.learn: "settings.x" must be a text, a number, true or false'],
  ['workspace/executeCommand', { command: ServerCommands.learn, arguments: [{ from: '../model.safetensors' }] }, 'anomaline.server.learn: "from" must be an absolute path'],
  ['workspace/executeCommand', { command: ServerCommands.score, arguments: [{ modle: '/a' }] }, 'anomaline.server.score: the argument must be an object of model, without "modle"'],
  ['workspace/executeCommand', { command: ServerCommands.exportOnnx, arguments: [{ model: '/a' }] }, 'anomaline.server.exportOnnx: "file" must be an absolute path'],
  ['workspace/executeCommand', { command: ServerCommands.sample, arguments: [{ folder: '/a', kind: 'toString' }] }, 'anomaline.server.sample: "kind" must be one of office, organisation'],
];

describe('bad messages of a client', () => {
  let client: TestClient;
  before(async () => {
    client = await TestClient.start({ files: { 'a.log': 'h1 web fine\nh1 ssh odd95\n' } });
    await client.phase('indexed');
  });
  after(() => client.stop());
  const failure = async (method: string, params: unknown): Promise<ResponseError<unknown>> => client.request(method, params).then((result) => assert.fail(`answered ${JSON.stringify(result)}`), (error: unknown) => {
    assert.ok(error instanceof ResponseError, String(error));
    return error;
  });

  for (const [method, params, message] of bad) {
    it(message, async () => {
      const { code, message: said } = await failure(method, params);
      assert.deepEqual([said, code], [message, ErrorCodes.InvalidParams]);
    });
  }

  for (const command of ['nothing', '__proto__', 'constructor', 'toString']) {
    it(`there is no command "${command}"`, async () => {
      const { code, message } = await failure('workspace/executeCommand', { command });
      assert.deepEqual([code, message.endsWith(`there is no "${command}"`)], [ErrorCodes.InvalidParams, true]);
    });
  }

  for (const method of ['anomaline/nothing', '__proto__', 'constructor']) {
    it(`there is no method "${method}"`, async () => assert.equal((await failure(method, {})).code, ErrorCodes.MethodNotFound));
  }

  it('ids that are keys of every object find nothing', async () => {
    for (const id of ['__proto__', 'constructor', 'toString']) {
      assert.deepEqual(await client.request('anomaline/groupFindings', { ...page, group: id }), { total: 0, items: [] });
      assert.deepEqual(await client.request('anomaline/findingRows', { ...page, finding: id }), { total: 0, items: [] });
    }
  });

  it('notifications that are wrong are left out, with a line in the log', async () => {
    const wrong: readonly (readonly [string, unknown])[] = [
      ['workspace/didChangeWatchedFiles', { changes: [{ uri: 5, type: 1 }] }], ['workspace/didChangeWatchedFiles', {}], ['window/workDoneProgress/cancel', {}], ['$/cancelRequest', {}], ['workspace/didChangeConfiguration', [1, 2]],
    ];
    for (const [method, params] of wrong) await client.connection.sendNotification(method, params as object);
    await client.until('lines in the log', () => client.logged.filter((text) => text.includes('is left out')).length === wrong.length);
    assert.ok(client.logged.includes('The message "workspace/didChangeWatchedFiles" is left out: "changes.0.uri" must be a text.'), client.logged.join('\n'));
  });

  it('settings that are wrong fall back to the default and are told, however large they are', async () => {
    // As text: what is nested so deeply no client could write.
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`, settings = `{ "exclude": ${deep}, "workers": 1.5, "detector": "${'x'.repeat(1e6)}", "set": "toString" }`;
    const message = `{ "jsonrpc": "2.0", "method": "workspace/didChangeConfiguration", "params": { "settings": { "anomaline": ${settings} } } }`;
    client.process.stdin?.write(`Content-Length: ${message.length}\r\n\r\n${message}`);
    await client.until('the messages', () => client.shown.length === 4);
    assert.ok(client.shown.every((text) => text.length < 300 && /^Anomaline: Setting anomaline\.\w+ is .* must be .* is used\.$/.test(text)), client.shown.join('\n'));
    client.shown.length = 0;
  });

  it('parameters by position are as good as by name, with what a client left out behind them', async () => {
    const page = { start: 0, count: 1, order: 'score', filter: '' };
    const expected = await client.connection.sendRequest('anomaline/groups', page);
    for (const params of [[page], [page, null]]) assert.deepEqual(await client.connection.sendRequest('anomaline/groups', ...(params as [object])), expected);
    assert.equal((await failure('anomaline/groups', [page, 7])).code, ErrorCodes.InvalidParams);
  });

  it('a second initialize is refused', async () => assert.equal((await failure('initialize', { processId: null, rootUri: null, capabilities: {} })).code, ErrorCodes.InvalidRequest));

  it('none of this was shown to the user, and the server answers on', async () => {
    assert.deepEqual(client.shown, []);
    assert.equal((await client.ask(GetStatus, null)).phase, 'indexed');
  });

  it('every request and every command of the protocol has a schema', () => {
    const folder = path.join(repositoryRoot, 'server/protocol');
    const methods = fs.readdirSync(folder).filter((name) => name.endsWith('.ts')).flatMap((name) => [...fs.readFileSync(path.join(folder, name), 'utf8').matchAll(/= request<.*\('([^']+)', 'clientToServer'\)/g)].map(([, method]) => method));
    assert.ok(methods.length >= 22);
    assert.deepEqual([...requestParams.keys()].sort(), methods.sort());
    assert.deepEqual(Object.keys(commandArguments), Object.values(ServerCommands));
  });
});
