import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { CodeAction, Hover, SemanticTokens } from 'vscode-languageserver/node';
import { CancellationTokenSource, LSPErrorCodes, ResponseError } from 'vscode-languageserver/node';
import { GetCapture } from '../../server/protocol/capture';
import { ServerCommands } from '../../server/protocol/commands';
import { GetGzipText } from '../../server/protocol/gzip';
import { GetModels } from '../../server/protocol/models';
import { GetFindingRows, GetGroupDetails, GetGroupFindings, GetGroups, GetNeighbour, GetRootCauseAt } from '../../server/protocol/rootCauses';
import { GetCell, GetGroupNames, GetTimeline, type TimelineCells } from '../../server/protocol/timeline';
import { fromWire } from '../../server/protocol/wire';
import { GetStatus } from '../../server/protocol/status';
import { TestClient } from './client';
import type { ClientOptions } from './client';

const files = { 'a.log': 'h1 web fine\nh1 ssh odd95 äöü😀\nh2 web odd60\n', 'b.log': 'h3 dns odd20\ndamaged\n', 'notes.txt': 'odd99' };
const slow = { set: { stepMs: 60 } };

describe('lsp/server over stdio', () => {
  let client: TestClient;
  const start = async (options: ClientOptions = {}) => (client = await TestClient.start({ files, ...options }));
  const investigated = async (options: ClientOptions = {}) => {
    await start(options);
    await client.phase('indexed');
    await client.command(ServerCommands.investigate);
    return client;
  };
  afterEach(async () => {
    if (client.process.exitCode === null) await client.stop();
    else client.remove();
  });

  it('says who it is and what it can, synchronises no documents, and ends with code 0', async () => {
    await start();
    assert.deepEqual(client.initialized.serverInfo, { name: 'anomaline', version: '1.2.3' });
    const { textDocumentSync, executeCommandProvider, semanticTokensProvider } = client.initialized.capabilities;
    assert.equal(textDocumentSync, 0);
    assert.deepEqual(executeCommandProvider?.commands, Object.values(ServerCommands));
    assert.deepEqual({ ...semanticTokensProvider, legend: 0 }, { legend: 0, range: true, full: false });
    await client.phase('indexed');
    assert.deepEqual(client.registered, ['workspace/didChangeWatchedFiles', 'workspace/didChangeConfiguration']);
    assert.equal(await client.stop(), 0);
  });

  it('finds the logs without any editor opening one, publishes damaged lines, and does not learn or score by itself', async () => {
    await start();
    await client.until('the problem of b.log', () => client.published.has(client.uri('b.log')));
    assert.deepEqual(client.published.get(client.uri('b.log'))?.map((one) => [one.range.start.line, one.message]), [[1, 'Line 2 is damaged. Copy the log again.']]);
    await client.phase('indexed');
    const { logs } = await client.ask(GetCapture, null), { text } = await client.ask(GetStatus, null);
    assert.deepEqual([logs.map((log) => log.path), text, client.published.size, fs.existsSync(path.join(client.root, '.anomaline'))], [['a.log', 'b.log'], '2 logs, not scored', 1, false]);
  });

  it('scores at once where the capture has a model', async () => {
    await start({ files: { ...files, '.anomaline/models/fake.model': '' } });
    await client.phase('ready');
    assert.equal(client.published.get(client.uri('a.log'))?.length, 2);
  });

  it('investigate publishes per file, worst first, and tells the client to ask again', async () => {
    await investigated();
    assert.deepEqual(client.published.get(client.uri('a.log'))?.map((one) => [one.range.start.line, one.range.end.character, one.severity, one.code]), [[1, 18, 1, 'score 95.0'], [2, 12, 2, 'score 60.0']]);
    assert.deepEqual(client.published.get(client.uri('b.log'))?.map((one) => one.severity), [3, 2]);
    const status = await client.ask(GetStatus, null);
    assert.deepEqual({ ...status, detail: '' }, { phase: 'ready', text: '3 findings in 2 logs', detail: '', logs: 2, findings: 3, memory: 123_456_789 });
    await client.until('the notification', () => client.findingsChanges >= 2);
  });

  it('publishes a compressed log under its own scheme', async () => {
    await investigated({ files: { 'c.log.gz': 'h1 web odd91' } });
    assert.deepEqual([...client.published.keys()], [`anomaline-gz:${client.root}/c.log.gz`]);
    assert.deepEqual(await client.ask(GetGzipText, { uri: client.uri('c.log.gz'), limit: 6 }), { text: 'h1 web', truncated: true });
  });

  it('hides what is over the limit and says so; a changed limit is applied at once', async () => {
    await investigated({ options: { maxDiagnostics: 1 } });
    const codes = () => client.published.get(client.uri('a.log'))?.map((one) => one.code);
    assert.deepEqual(codes(), ['score 95.0', 'hidden']);
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: { anomaline: { maxDiagnostics: 9 } } });
    await client.until('both diagnostics', () => codes()?.join() === 'score 95.0,score 60.0');
    client.configuration = { maxDiagnostics: 1 };
    await client.connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    await client.until('one diagnostic again', () => codes()?.join() === 'score 95.0,hidden');
  });

  it('names an unfit setting and goes on with the default', async () => {
    await start({ options: { acceptanceRate: 'much' } });
    await client.phase('indexed');
    assert.deepEqual(client.shown, ['Anomaline: Setting anomaline.acceptanceRate is "much", it must be a number from 0 to 1; 0.001 is used.']);
  });

  it('hover shows the line\'s score and fields, in the right columns', async () => {
    await investigated();
    const hover = (line: number, character: number) => client.request<Hover | null>('textDocument/hover', { textDocument: { uri: client.uri('a.log') }, position: { line, character } });
    const found = await hover(1, 4);
    assert.deepEqual(found?.range, { start: { line: 1, character: 3 }, end: { line: 1, character: 6 } });
    const { value } = found?.contents as { value: string };
    for (const part of ['**Score 95.0 of 100**, high · h1', '| **raw score** | **9.500** |', '| **service** | ssh |', 'command:anomaline.showRootCause']) assert.ok(value.includes(part), part);
    assert.match(((await hover(0, 0))?.contents as { value: string }).value, /^\*\*Not scored\*\* · h1: nothing odd in it/);
    assert.equal(await hover(99, 0), null);
  });

  it('offers "Show Root Cause" on flagged lines only, as a command the client knows', async () => {
    await investigated();
    const actions = (line: number) => client.request<CodeAction[] | null>('textDocument/codeAction', { textDocument: { uri: client.uri('a.log') }, range: { start: { line, character: 0 }, end: { line, character: 0 } }, context: { diagnostics: [] } });
    assert.deepEqual((await actions(1))?.map((one) => [one.title, one.command?.command, one.command?.arguments]), [['Show Root Cause', 'anomaline.showRootCause', [{ uri: client.uri('a.log'), line: 1 }]]]);
    assert.equal(await actions(0), null);
  });

  it('another editor gets a command of the server instead, and no links', async () => {
    await investigated({ capabilities: {} });
    const [action] = (await client.request<CodeAction[]>('textDocument/codeAction', { textDocument: { uri: client.uri('a.log') }, range: { start: { line: 1, character: 0 }, end: { line: 1, character: 0 } }, context: { diagnostics: [] } }));
    assert.equal(action.command?.command, ServerCommands.explain);
    const text = await client.command<string>(ServerCommands.explain, action.command?.arguments?.[0]);
    assert.match(text, /^\*\*Score 95\.0 of 100\*\*/);
    assert.ok(!text.includes('command:'));
    assert.deepEqual([client.registered, client.progress], [[], []]);
  });

  it('colours columns of the asked range, read from disk', async () => {
    await investigated();
    const { data } = await client.request<SemanticTokens>('textDocument/semanticTokens/range', { textDocument: { uri: client.uri('a.log') }, range: { start: { line: 1, character: 0 }, end: { line: 2, character: 0 } } });
    assert.deepEqual(data, [1, 0, 2, 1, 0, 0, 3, 3, 3, 0, 0, 4, 5, 5, 0, 0, 6, 5, 5, 0, 1, 0, 2, 1, 0, 0, 3, 3, 3, 0, 0, 4, 5, 5, 0]);
  });

  it('pages through root causes, findings and lines, and finds neighbours', async () => {
    await investigated();
    const first = { start: 0, count: 2 }, all = { start: 0, count: 9 };
    const groups = await client.ask(GetGroups, { ...first, order: 'score', filter: '' });
    assert.deepEqual([groups.total, groups.items.map((one) => one.id)], [3, ['ssh', 'web']]);
    assert.equal((await client.ask(GetGroups, { start: 0, count: 1e9, order: 'score', filter: 'dns' })).total, 1);
    const [finding] = (await client.ask(GetGroupFindings, { ...all, group: 'ssh' })).items;
    const [row] = (await client.ask(GetFindingRows, { ...all, finding: finding.id })).items;
    assert.deepEqual(row.place, { uri: client.uri('a.log'), line: 1, startCharacter: 0, endCharacter: 18 });
    assert.deepEqual(await client.ask(GetRootCauseAt, { uri: row.place.uri, line: 1 }), { group: 'ssh', finding: 'a.log:1' });
    assert.equal(await client.ask(GetRootCauseAt, { uri: row.place.uri, line: 0 }), null);
    const next = async (uri: string, line: number, direction: 'next' | 'previous') => { const place = await client.ask(GetNeighbour, { uri, line, direction }); return place && [path.basename(place.uri), place.line]; };
    assert.deepEqual([await next(row.place.uri, 1, 'next'), await next(row.place.uri, 2, 'next'), await next(client.uri('b.log'), 0, 'next'), await next(row.place.uri, 1, 'previous')], [['a.log', 2], ['b.log', 0], ['a.log', 1], ['b.log', 0]]);
  });

  it('draws the timeline, with typed arrays on the wire, and tells about cells, columns and root causes', async () => {
    await investigated();
    const params = { grouping: 'pair', order: 'first', colour: 'band', filter: '', columns: 9, rows: 9 } as const;
    const cells = fromWire(await client.ask(GetTimeline, params), (base64) => Buffer.from(base64, 'base64')) as TimelineCells;
    assert.deepEqual([cells.columnStart, cells.count, cells.worst], [Uint32Array.of(0, 1), Uint32Array.of(3), Float32Array.of(0.5)]);
    assert.deepEqual(await client.ask(GetGroupNames, { ...params, start: 0, count: 1e9 }), { total: 1, items: ['all'] });
    const cell = await client.ask(GetCell, { colour: 'band', selection: { time: [0, 1], columns: { ...params, first: 0, last: 0 } } });
    assert.deepEqual([cell.rows, cell.time], [3, [0, 1]]);
    assert.deepEqual((await client.ask(GetGroupDetails, { groups: ['ssh'], bins: 3 })).map(({ id, spark }) => [id, spark.length]), [['ssh', 3]]);
    await client.command(ServerCommands.clear);
    assert.deepEqual(await client.ask(GetTimeline, params), { reason: 'nothing is scored' });
  });

  it('clear takes all findings back, problems stay', async () => {
    await investigated();
    await client.command(ServerCommands.clear);
    assert.deepEqual([client.published.get(client.uri('a.log')), client.published.get(client.uri('b.log'))?.length], [[], 1]);
    assert.equal((await client.ask(GetStatus, null)).phase, 'indexed');
  });

  it('learn answers the model file; choosing a baseline writes it; the sample is written where asked', async () => {
    await start();
    const file = await client.command<string>(ServerCommands.learn, { detector: 'mine' });
    assert.deepEqual([path.relative(client.root, file), (await client.ask(GetModels, null)).map((one) => one.detector)], [path.join('.anomaline', 'models', 'mine.model'), ['mine']]);
    await client.command(ServerCommands.chooseBaseline, { files: ['day1/**'] });
    assert.deepEqual(JSON.parse(fs.readFileSync(path.join(client.root, 'anomaline.json'), 'utf8')), { baseline: { files: ['day1/**'] } });
    const folder = path.join(os.tmpdir(), path.basename(path.dirname(client.root)), 'sample');
    assert.equal(await client.command(ServerCommands.sample, { folder }), folder);
    assert.deepEqual(fs.readdirSync(folder), ['conn.log']);
  });

  it('imports a FlexFringe model: progress, findings, the model file; and says what is wrong with the argument', async () => {
    await start({ options: slow });
    await client.phase('indexed');
    client.progress.length = 0;
    const file = await client.command<string>(ServerCommands.importFlexfringe, { file: '/models/a.json' });
    assert.equal(path.basename(file), 'imported.model');
    const [{ value: begin }] = client.progress;
    assert.deepEqual([begin.kind, begin.kind === 'begin' && begin.title, begin.kind === 'begin' && begin.cancellable], ['begin', 'Anomaline: Importing a FlexFringe model', true]);
    assert.ok((client.published.get(client.uri('a.log')) ?? []).length > 0);
    await assert.rejects(client.command(ServerCommands.importFlexfringe, { file: '/models/a.txt' }), /^Error: Import FlexFringe Model failed: \/models\/a\.txt is no automaton/);
    await assert.rejects(client.command(ServerCommands.importFlexfringe, {}), /importFlexfringe: "file" must be an absolute path$/);
  });

  it('shows real progress with texts, never falling, and ends it', async () => {
    await start({ options: slow });
    await client.phase('indexed');
    client.progress.length = 0;
    await client.command(ServerCommands.score);
    const values = client.progress.map(({ value }) => value), percents = values.map((one) => ('percentage' in one ? one.percentage ?? -1 : 101));
    assert.deepEqual([values[0].kind, values[0].kind === 'begin' && values[0].title, values[0].kind === 'begin' && values[0].cancellable, values[values.length - 1].kind], ['begin', 'Anomaline: Scoring', true, 'end']);
    assert.ok(percents.length >= 5 && percents.every((one, i) => i === 0 || one > percents[i - 1]), percents.join());
    assert.ok(client.statuses.some((one) => one.phase === 'scoring' && (one.fraction ?? 0) > 0 && (one.fraction ?? 1) < 1));
  });

  it('quick jobs show no progress', async () => {
    await investigated();
    assert.deepEqual(client.progress, []);
  });

  it('the cancel button ends the job; the server says so and takes the next one', async () => {
    await start({ options: slow });
    await client.phase('indexed');
    client.progress.length = 0;
    const job = client.command(ServerCommands.score).then(() => 'done', (error: unknown) => error);
    await client.until('progress', () => client.progress.length > 1);
    await client.connection.sendNotification('window/workDoneProgress/cancel', { token: client.progress[0].token });
    const error = await job;
    assert.ok(error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled && error.message === 'Scoring was cancelled', String(error));
    assert.deepEqual([client.shown, (await client.ask(GetStatus, null)).phase], [[], 'indexed']);
    await client.command(ServerCommands.score);
    assert.equal((await client.ask(GetStatus, null)).phase, 'ready');
  });

  it('a cancelled request ends its job too', async () => {
    await start({ options: slow });
    await client.phase('indexed');
    const source = new CancellationTokenSource();
    const job = client.connection.sendRequest('workspace/executeCommand', { command: ServerCommands.score, arguments: [] }, source.token).catch((error: unknown) => error);
    await client.until('scoring', async () => (await client.ask(GetStatus, null)).phase === 'scoring');
    source.cancel();
    assert.ok((await job) instanceof ResponseError);
    await client.phase('indexed');
  });

  it('answers requests while a job runs', async () => {
    await start({ options: slow });
    await client.phase('indexed');
    const job = client.command(ServerCommands.score);
    const hover = await client.request<Hover>('textDocument/hover', { textDocument: { uri: client.uri('a.log') }, position: { line: 0, character: 0 } });
    assert.ok(hover);
    assert.equal((await client.ask(GetStatus, null)).phase, 'scoring');
    await job;
  });

  it('sends its status at most ten times a second', async () => {
    await start({ options: { set: { stepMs: 15 } } });
    await client.phase('indexed');
    const before = client.statuses.length, started = Date.now();
    for (let i = 0; i < 3; i++) await client.command(ServerCommands.score);
    const sent = client.statuses.length - before;
    assert.ok(sent >= 2 && sent <= (Date.now() - started) / 100 + 2, `${sent} in ${Date.now() - started} ms`);
  });

  it('files added, grown and deleted are read again, stale diagnostics cleared', async () => {
    await investigated();
    client.write('a.log', files['a.log'] + 'h9 new odd99\n');
    client.write('d.log', 'h5 web odd70\n');
    fs.rmSync(path.join(client.root, 'b.log'));
    const change = (name: string, type: number) => ({ uri: client.uri(name), type });
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [change('a.log', 2), change('d.log', 1), change('b.log', 3)] });
    // One publish a file, in any order.
    const counts = (): (number | undefined)[] => ['a.log', 'd.log', 'b.log'].map((name) => client.published.get(client.uri(name))?.length);
    await client.until('the new diagnostics', () => counts().join() === '3,1,0');
  });

  it('changes in its own folder refresh lists, not findings', async () => {
    await investigated();
    const before = client.findingsChanges;
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes: [{ uri: client.uri('.anomaline/models/x.model'), type: 1 }] });
    await client.until('the notification', () => client.findingsChanges > before);
    await new Promise((resolve) => setTimeout(resolve, 700));
    assert.ok(client.statuses.every((one) => one.text !== 'Reading what changed 100 %'));
  });

  it('a handler that throws is one message with a next step, and the server stays up', async () => {
    await investigated({ files: { 'a.log': 'explode\nh1 web odd95\n' } });
    const hover = (line: number) => client.request('textDocument/hover', { textDocument: { uri: client.uri('a.log') }, position: { line, character: 0 } });
    assert.deepEqual([await hover(0), await hover(0)], [null, null]);
    assert.ok(await hover(1));
    assert.equal(client.shown.length, 1);
    assert.match(client.shown[0], /^Anomaline: Hover failed: the line exploded\. .*Show Log/);
    assert.ok(client.logged.some((text) => text.includes('fakeSession')), 'the log has the stack');
  });

  it('a failing command answers and shows the failure, each time; wrong arguments are the answer alone, and say what is right', async () => {
    await start();
    await client.phase('indexed');
    const failure = (command: string, argument?: unknown) => client.command(command, argument).then(() => 'no failure', (error: Error) => error.message);
    for (let i = 0; i < 2; i++) assert.match(await failure(ServerCommands.learn, { detector: 'unknown' }), /^Learn failed: There is no detector "unknown"\. /);
    assert.equal((await client.ask(GetStatus, null)).phase, 'failed');
    assert.match(await failure(ServerCommands.explain, { line: 'x' }), /^anomaline\.server\.explain: "uri" must be a URI$/);
    assert.match(await failure(ServerCommands.explain, { uri: client.uri('a.log'), line: 77 }), /Line 78 of .*a\.log is no row/);
    assert.match(await failure(ServerCommands.score, [1]), /^anomaline\.server\.score: the argument must be an object$/);
    assert.match(await failure('anomaline.server.nothing'), /"command" must be one of anomaline\.server\.investigate, .*there is no "anomaline\.server\.nothing"/);
    assert.equal(client.shown.length, 3);
  });

  it('a folder that cannot be opened is a failed status and a message; the server answers on', async () => {
    await start({ name: 'unopenable' });
    await client.phase('failed');
    assert.match(client.shown[0], /^Anomaline: Opening the capture failed: the folder cannot be read\./);
    assert.equal((await client.ask(GetGroups, { start: 0, count: 10, order: 'score', filter: '' })).total, 0);
  });

  it('without a folder lists are empty and commands say what to do', async () => {
    await start({ folder: false, files: {} });
    await client.phase('empty');
    assert.deepEqual([(await client.ask(GetCapture, null)).logs, (await client.ask(GetStatus, null)).text], [[], 'No folder']);
    await assert.rejects(client.command(ServerCommands.investigate), /No capture is open\. Open a folder with logs/);
  });

  it('an empty folder says which logs are read', async () => {
    await start({ files: {} });
    await client.phase('empty');
    assert.match((await client.ask(GetStatus, null)).detail, /Zeek logs .* nfdump/);
  });

  it('shutdown disposes the session', async () => {
    await start();
    await client.phase('indexed');
    await client.connection.sendRequest('shutdown');
    assert.ok(fs.existsSync(path.join(client.root, 'disposed')));
    await client.connection.sendNotification('exit');
    await new Promise((resolve) => client.process.once('exit', resolve));
  });

  it('ends by itself when the editor is gone', async () => {
    await start();
    const ended = new Promise((resolve) => client.process.once('exit', resolve));
    client.process.stdin?.end();
    await ended;
  });
});
