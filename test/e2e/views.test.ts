import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { type AutomatonSummary, GetAutomaton, GetState, GetStateAt, GetStateRows, type StateDetail, type StateRow } from '../../server/protocol/automaton';
import type { RequestMethod } from '../../server/protocol/method';
import type { Page } from '../../server/protocol/places';
import { GetGroups } from '../../server/protocol/rootCauses';
import type { PageName, ToHost, ToPage } from '../../server/protocol/webview/messages';
import type { AnomalineApi } from '../../src/extension';
import type { GroupNode } from '../../src/rootCausesTree';
import type { ViewMessage } from '../../src/viewPanel';
import { published, resting, run, until } from './support';

describe('views in the workbench', function () {
  this.retries(5); // In VS Code 1.100 in a browser no page starts, now and then, for about half a minute; why is not known. 1.139 needed no second try.
  let api: AnomalineApi, listening: vscode.Disposable;
  let messages: ViewMessage[] = [];

  const from = <K extends ToHost['kind']>(page: PageName, kind: K) => messages.flatMap((one) => ('fromPage' in one && one.page === page && one.fromPage.kind === kind ? [one.fromPage as Extract<ToHost, { kind: K }>] : []));
  const to = <K extends ToPage['kind']>(page: PageName, kind: K) => messages.flatMap((one) => ('toPage' in one && one.page === page && one.toPage.kind === kind ? [one.toPage as Extract<ToPage, { kind: K }>] : []));
  /** The page asked for it, by itself, and got this answer. */
  const answered = async <P, R>(page: PageName, { method }: RequestMethod<P, R>, wanted: (params: P) => boolean = () => true): Promise<R> => (await until(`an answer to ${method} for ${page}`, () => {
    const asked = from(page, 'ask').find((one) => one.method === method && wanted(one.params as P));
    const answer = asked && to(page, 'answer').find((one) => one.id === asked.id);
    return answer && { result: answer.result as R };
  }, 10)).result;
  const panel = (page: PageName) => {
    const there = api.views.panel(page);
    assert.ok(there, `${page} is not open`);
    return there;
  };
  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputWebview);
  const closeAll = async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('no page', () => tabs().length === 0 && !api.views.panel('automaton') && !api.views.panel('rootCauses') && !api.views.panel('timeline') && !api.views.panel('training'));
  };
  const summary = async () => (await api.server.ask(GetAutomaton, null)) as AutomatonSummary;
  const linesOf = async (state: number): Promise<Page<StateRow>> => api.server.ask(GetStateRows, { revision: (await summary()).revision, state, order: 'score', flaggedOnly: false, start: 0, count: 50 });
  /** A state of a root cause that has rows. */
  const worstState = async () => (await api.server.ask(GetGroups, { start: 0, count: 1, order: 'score', filter: '' })).items[0].state;

  before(async function () {
    this.timeout(120_000);
    api = await resting('indexed', 'ready');
    if (api.server.status.phase !== 'ready') await run('investigate');
    await resting('ready');
    await until('findings', () => published().size > 0);
    listening = api.views.onMessage((message) => messages.push(message));
  });
  beforeEach(async () => {
    await closeAll();
    messages = [];
  });
  afterEach(function () {
    if (this.currentTest?.state === 'failed') console.log(messages.map((one) => ('fromPage' in one ? `${one.page} > ${JSON.stringify(one.fromPage).slice(0, 200)}` : `${one.page} < ${one.toPage.kind} ${'id' in one.toPage ? one.toPage.id : ''}`)).join('\n'));
  });
  after(async () => {
    listening.dispose();
    await closeAll();
  });

  for (const [page, command] of [['automaton', 'openAutomaton'], ['rootCauses', 'openRootCauses'], ['timeline', 'openTimeline'], ['training', 'openTraining']] as const) {
    it(`${command} opens one tab, whose page starts under its policy, asks and reports no fault`, async () => {
      await run(command);
      await until(`${page} is ready`, () => from(page, 'ready').length === 1 && to(page, 'hello').length === 1, 10);
      await until(`${page} got answers`, () => to(page, 'answer').length > 0);
      await run(command);
      assert.equal(tabs().length, 1, 'a second command brings the same tab forward');
      assert.deepEqual([from(page, 'fault'), to(page, 'failed')], [[], []]);
    });
  }

  it('pages share a column', async () => {
    await run('openAutomaton');
    await run('openTimeline');
    await until('two pages', () => tabs().length === 2);
    assert.equal(new Set(tabs().map((tab) => tab.group.viewColumn)).size, 1);
  });

  it('columns of the automaton reach the page as typed arrays', async () => {
    await run('openAutomaton');
    const { result } = await until('states', () => to('automaton', 'answer').find((one) => (one.result as { readonly difference?: unknown } | null)?.difference));
    const { difference, baseline, total } = result as { readonly difference: Float32Array; readonly baseline: Float64Array; readonly total: number };
    assert.ok(difference instanceof Float32Array && baseline instanceof Float64Array);
    assert.ok(total > 0 && difference.length > 0);
  });

  it('opened at a state, the page shows that state', async () => {
    const state = await worstState();
    await run('openAutomaton', { state });
    const detail: StateDetail = await answered('automaton', GetState, (params) => params.state === state);
    assert.equal(detail.state, state);
    assert.ok(detail.capture > 0 && detail.rootCauseTotal > 0);
  });

  it('an item of the side bar leads an open page to its state', async () => {
    const [node] = (await api.rootCauses.getChildren()) as GroupNode[];
    await run('openAutomaton');
    await until('the automaton', () => to('automaton', 'hello').length === 1, 10);
    await run('showInAutomaton', node);
    await until('show', () => to('automaton', 'show').some(({ target }) => target.kind === 'state' && target.state === node.group.state));
    await answered('automaton', GetState, (params) => params.state === node.group.state);
  });

  it('the link of a hover leads to the state of its line', async () => {
    const [row] = (await linesOf(await worstState())).items;
    await run('openAutomaton', { uri: row.place.uri, line: row.place.line });
    const at = await answered('automaton', GetStateAt, ({ uri, line }) => uri === row.place.uri && line === row.place.line);
    assert.equal(at?.row, row.row);
    await answered('automaton', GetState, (params) => params.state === at.state);
  });

  it('a line of a state is jumped to at its exact line and column, beside the page, and is not told back', async () => {
    const state = await worstState(), { items, total } = await linesOf(state), { place } = items[0];
    assert.ok(total > 0 && items.every((row) => row.place.uri.startsWith('file:')));
    await run('openAutomaton', { state });
    await answered('automaton', GetState, (params) => params.state === state);
    await panel('automaton').receive({ kind: 'jump', place, keepFocus: true });
    const editor = await until('the log', () => vscode.window.visibleTextEditors.find((one) => one.document.uri.toString() === vscode.Uri.parse(place.uri).toString()));
    await until('the selection', () => editor.selection.start.line === place.line);
    assert.deepEqual([editor.selection.start.character, editor.selection.end.line, editor.selection.end.character], [place.startCharacter, place.line, place.endCharacter]);
    assert.equal(editor.document.getText(editor.selection), fs.readFileSync(editor.document.uri.fsPath, 'utf8').split('\n')[place.line].slice(place.startCharacter, place.endCharacter));
    assert.notEqual(editor.viewColumn, panel('automaton').panel.viewColumn);
    assert.ok(panel('automaton').panel.visible);
    await vscode.window.showTextDocument(editor.document, { ...(editor.viewColumn ? { viewColumn: editor.viewColumn } : {}), selection: editor.selection });
    await new Promise((resolve) => setTimeout(resolve, 500)); // longer than a cursor rests
    assert.deepEqual(to('automaton', 'cursor'), []);
  });

  it('the cursor on a line selects its state; not where it is switched off', async () => {
    const { items } = await linesOf(await worstState()), { place, row } = items[0];
    await run('openAutomaton');
    await until('the automaton', () => to('automaton', 'answer').length > 2);
    const editor = await vscode.window.showTextDocument(vscode.Uri.parse(place.uri), { viewColumn: vscode.ViewColumn.Beside });
    const put = (line: number) => { editor.selection = new vscode.Selection(line, 3, line, 3); };
    put(place.line);
    const { at } = await until('cursor', () => to('automaton', 'cursor').find((one) => one.at.row === row));
    await answered('automaton', GetState, (params) => params.state === at.state);
    assert.equal(to('automaton', 'show').length, 0);
    assert.deepEqual(from('automaton', 'jump'), [], 'the page moves no cursor in return');
    await panel('automaton').receive({ kind: 'follow', on: false });
    try {
      const before = to('automaton', 'cursor').length;
      put(place.line === 20 ? 21 : 20);
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(to('automaton', 'cursor').length, before);
    } finally {
      await panel('automaton').receive({ kind: 'follow', on: true });
    }
  });

  it('a page that was hidden is back with what it showed, not where it was first opened', async () => {
    const first = await worstState(), second = first === 1 ? 2 : 1;
    await run('openAutomaton', { state: first });
    await answered('automaton', GetState, (params) => params.state === first);
    await run('openAutomaton', { state: second });
    await answered('automaton', GetState, (params) => params.state === second);
    await new Promise((resolve) => setTimeout(resolve, 600)); // the page keeps its state a moment later
    await run('openTimeline');
    await until('hidden', () => !panel('automaton').panel.visible);
    messages = [];
    await run('openAutomaton');
    await until('hello', () => to('automaton', 'hello').length === 1);
    assert.equal(to('automaton', 'hello')[0].target, undefined);
    await answered('automaton', GetState, (params) => params.state === second);
    assert.deepEqual(from('automaton', 'ask').filter((one) => one.method === GetState.method && (one.params as { state: number }).state === first), []);
  });

  it('a brush reaches the other pages, and those that open later', async () => {
    const { timeSpan } = await summary();
    assert.ok(timeSpan);
    const selection = { time: [timeSpan[0], (timeSpan[0] + timeSpan[1]) / 2] } as const;
    await run('openTimeline');
    await until('the timeline', () => to('timeline', 'hello').length === 1);
    await panel('timeline').receive({ kind: 'brush', selection });
    try {
      await run('openAutomaton');
      const [hello] = await until('hello', () => to('automaton', 'hello').length === 1 && to('automaton', 'hello'));
      assert.deepEqual(hello.brush, selection);
      assert.deepEqual(to('timeline', 'brush'), [], 'not told to the page it came from');
    } finally {
      await panel('timeline').receive({ kind: 'brush', selection: null });
    }
    await until('the brush is gone', () => to('automaton', 'brush').some((one) => one.selection === null));
  });

  it('pages may ask for what they show, and nothing else', async () => {
    await run('openAutomaton');
    await until('the automaton', () => to('automaton', 'hello').length === 1, 10);
    await panel('automaton').receive({ kind: 'ask', id: 90_001, method: 'anomaline/neighbour', params: {} });
    assert.match((await until('failed', () => to('automaton', 'failed').find((one) => one.id === 90_001))).message, /may not ask/);
  });

  it('an answer that nobody waits for is not told, and a failed one is said in words', async () => {
    await run('openAutomaton');
    await until('the automaton', () => to('automaton', 'hello').length === 1, 10);
    await panel('automaton').receive({ kind: 'ask', id: 90_002, method: GetState.method, params: { revision: -1, state: 0 } });
    assert.match((await until('failed', () => to('automaton', 'failed').find((one) => one.id === 90_002))).message, /\w+ \w+/);
    const asking = panel('automaton').receive({ kind: 'ask', id: 90_003, method: GetState.method, params: { revision: -1, state: 0 } });
    await panel('automaton').receive({ kind: 'cancel', id: 90_003 });
    await asking;
    assert.ok(!to('automaton', 'failed').some((one) => one.id === 90_003), 'cancelled, so nothing is told');
  });

  it('scored again while open: pages are told and ask again, with the new revision', async function () {
    this.timeout(120_000);
    await run('openAutomaton');
    const before = (await answered('automaton', GetAutomaton)) as AutomatonSummary;
    messages = [];
    await run('score');
    await resting('ready');
    await until('changed', () => to('automaton', 'changed').length > 0);
    await until('the new revision', () => to('automaton', 'answer').some(({ result }) => (result as Partial<AutomatonSummary> | null)?.revision !== undefined && (result as AutomatonSummary).revision !== before.revision), 60);
  });

  it('the server restarted while open: the page is back with answers', async function () {
    this.timeout(120_000);
    await run('openAutomaton');
    await answered('automaton', GetAutomaton);
    messages = [];
    await run('restartServer');
    await resting('ready');
    await until('states', () => to('automaton', 'answer').some(({ result }) => (result as { readonly difference?: unknown } | null)?.difference instanceof Float32Array), 60);
    assert.deepEqual(from('automaton', 'fault'), []);
  });
});
