import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as vscode from 'vscode';
import { GetGroups } from '../../server/protocol/rootCauses';
import type { AnomalineApi } from '../../src/extension';
import type { FindingNode, GroupNode, Node, RowNode } from '../../src/rootCausesTree';
import { findings, inCapture, published, resting, run, until } from './support';

describe('investigate the sample capture', () => {
  let api: AnomalineApi;
  const children = async <T extends Node>(node?: Node) => (await api.rootCauses.getChildren(node)) as T[];
  const firstRow = async () => {
    const [group] = await children<GroupNode>();
    const [finding] = await children<FindingNode>(group);
    const [row] = await children<RowNode>(finding);
    return { group, finding, row };
  };
  /** A finding in a plain log, and its line. */
  const anyFinding = () => {
    const [uri, all] = [...published()].find(([text, list]) => text.startsWith('file:') && findings(list).length > 0) as [string, readonly vscode.Diagnostic[]];
    return { uri: vscode.Uri.parse(uri), diagnostic: findings(all)[0] };
  };

  before(async function () {
    this.timeout(120_000);
    api = await resting('indexed', 'ready');
    await run('investigate');
    await resting('ready');
    await until('findings', () => published().size > 0);
  });
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  it('underlines flagged lines of logs that no editor has opened, few enough, with their root cause as code', () => {
    assert.ok(api.server.status.findings > 0);
    for (const [uri, all] of published()) {
      assert.ok(all.length <= 501, `${uri}: ${all.length}`);
      for (const one of findings(all)) assert.ok(one.message.length > 10 && one.range.start.character === 0 && one.range.end.character > 0);
    }
    assert.ok([...published().values()].flatMap(findings).length > 0);
  });

  it('flags attacks of the second day more than the quiet first one', () => {
    const flagged = (day: string) => [...published()].filter(([uri]) => uri.includes(`/${day}/`)).flatMap(([, all]) => findings(all)).length;
    assert.ok(flagged('day2') > flagged('day1'), `${flagged('day2')} in day2, ${flagged('day1')} in day1`);
  });

  it('the tree holds what the server counts: root causes by score, their findings, their lines', async () => {
    const { total } = await api.server.ask(GetGroups, { start: 0, count: 1, order: 'score', filter: '' });
    const groups = (await children()).filter((node): node is GroupNode => node.kind === 'group');
    assert.equal(groups.length, Math.min(total, 100));
    const scores = groups.map(({ group }) => group.score);
    assert.deepEqual(scores, [...scores].sort((a, b) => b - a));
    for (const node of groups.slice(0, 3)) {
      const inside = (await children(node)).filter((one): one is FindingNode => one.kind === 'finding');
      assert.equal(inside.length, Math.min(node.group.findings, 50));
      assert.ok(inside.every(({ finding }) => finding.entity.length > 0));
    }
    const item = api.rootCauses.getTreeItem(groups[0]);
    assert.deepEqual([item.label, item.id], [groups[0].group.text, groups[0].id]);
  });

  it('a line of the tree opens its log at exactly that line and column', async () => {
    const { row } = await firstRow();
    const { place } = row.row, { command } = api.rootCauses.getTreeItem(row);
    assert.ok(command);
    await vscode.commands.executeCommand(command.command, ...(command.arguments ?? []));
    const editor = await until('the editor', () => vscode.window.activeTextEditor?.document.uri.toString() === vscode.Uri.parse(place.uri).toString() && vscode.window.activeTextEditor);
    await until('the selection', () => editor.selection.start.line === place.line);
    assert.deepEqual([editor.selection.start.character, editor.selection.end.line, editor.selection.end.character], [place.startCharacter, place.line, place.endCharacter]);
    const onDisk = fs.readFileSync(editor.document.uri.fsPath, 'utf8').split('\n')[place.line];
    assert.equal(editor.document.getText(editor.selection), onDisk.slice(place.startCharacter, place.endCharacter));
  });

  it('hover on a flagged line shows its score and parts that add up to it', async () => {
    const { uri, diagnostic } = anyFinding();
    await vscode.window.showTextDocument(uri);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, diagnostic.range.start);
    const text = hovers.flatMap((one) => one.contents).map((one) => (typeof one === 'string' ? one : one.value)).find((one) => one.includes('of 100'));
    assert.ok(text, 'no hover with a score');
    const values = [...text.matchAll(/^\| [^|*]+ \| (-?\d+\.\d+) \|/gm)].map(([, value]) => Number(value)), raw = Number(/\*\*raw score\*\* \| \*\*(-?[\d.]+)/.exec(text)?.[1]);
    assert.ok(values.length > 0);
    assert.ok(Math.abs(values.reduce((sum, value) => sum + value, 0) - raw) <= 0.0005 * (values.length + 1), `${values.join(' + ')} is not ${raw}`);
    assert.ok(text.includes('| field | value |'));
  });

  it('offers "Show Root Cause", which selects the finding in the tree', async () => {
    const { uri, diagnostic } = anyFinding();
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, diagnostic.range);
    const action = actions.find((one) => one.title === 'Show Root Cause');
    assert.ok(action?.command, actions.map((one) => one.title).join());
    await vscode.commands.executeCommand(action.command.command, ...(action.command.arguments ?? []));
    const [selected] = await until('a selection', () => api.rootCauses.selection.length > 0 && api.rootCauses.selection);
    assert.equal(selected.kind, 'finding');
  });

  it('next and previous finding walk to a flagged line and back', async () => {
    const { uri, diagnostic } = anyFinding();
    const at = () => `${vscode.window.activeTextEditor?.document.uri.toString()}:${vscode.window.activeTextEditor?.selection.active.line}`;
    const editor = await vscode.window.showTextDocument(uri);
    editor.selection = new vscode.Selection(diagnostic.range.start, diagnostic.range.start);
    const first = at();
    await run('nextFinding');
    const second = await until('the next finding', () => at() !== first && at());
    await run('previousFinding');
    await until(`${first} again, after ${second}`, () => at() === first);
  });

  it('colours the columns of a log', async () => {
    const { uri } = anyFinding();
    const document = await vscode.workspace.openTextDocument(uri);
    assert.ok(['zeek-log', 'netflow-log'].includes(document.languageId), document.languageId);
    const tokens = await vscode.commands.executeCommand<vscode.SemanticTokens | undefined>('vscode.provideDocumentRangeSemanticTokens', uri, new vscode.Range(8, 0, 20, 0));
    assert.ok(tokens && tokens.data.length > 5 * 12);
  });

  it('a log that appears is scored, compressed ones as read-only text with the same findings', async () => {
    const plain = [...published()].map(([uri]) => uri).find((uri) => uri.endsWith('/day2/conn.log')) as string;
    assert.ok(plain, [...published().keys()].join());
    const bytes = fs.readFileSync(vscode.Uri.parse(plain).fsPath), file = inCapture('day3', 'conn.log.gz');
    fs.mkdirSync(inCapture('day3').fsPath, { recursive: true });
    fs.writeFileSync(file.fsPath, gzipSync(bytes));
    const shown = file.with({ scheme: 'anomaline-gz' }).toString();
    await until('findings in the compressed log', () => findings(published().get(shown)).length > 0);
    const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(shown));
    assert.equal(document.getText(), bytes.toString('utf8'));
    await vscode.commands.executeCommand('vscode.open', file);
    const editor = await until('the text in the place of the compressed file', () => vscode.window.activeTextEditor?.document.uri.scheme === 'anomaline-gz' && vscode.window.activeTextEditor);
    assert.equal(editor.document.languageId, 'zeek-log');
    fs.rmSync(file.fsPath);
    await until('no findings after the log is gone', () => published().get(shown) === undefined);
  });

  it('a log above the 50 MB that editors give to extensions is flagged, and a jump leads into it', async function () {
    this.timeout(120_000);
    const lines = fs.readFileSync(inCapture('day2', 'conn.log').fsPath, 'utf8').trimEnd().split('\n');
    const header = lines.filter((line) => line.startsWith('#') && !line.startsWith('#close')), rows = lines.filter((line) => !line.startsWith('#'));
    const copies = Math.ceil(52_000_000 / rows.join('\n').length), folder = inCapture('large').fsPath, file = inCapture('large', 'conn.log');
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(`${file.fsPath}.part`, [...header, ...Array.from({ length: copies }, () => rows.join('\n')), ''].join('\n'));
    fs.renameSync(`${file.fsPath}.part`, file.fsPath);
    try {
      await until('findings in the large log', () => findings(published().get(file.toString())).length > 0, 60);
      const [worst] = findings(published().get(file.toString()));
      await run('openPlace', { uri: file.toString(), line: worst.range.start.line, startCharacter: 0, endCharacter: worst.range.end.character });
      await until('its tab', () => vscode.window.tabGroups.activeTabGroup.activeTab?.label === 'conn.log' && (vscode.window.tabGroups.activeTabGroup.activeTab.input as vscode.TabInputText).uri.fsPath === file.fsPath);
    } finally {
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      fs.rmSync(folder, { recursive: true });
    }
    await until('no findings after the log is gone', () => published().get(file.toString()) === undefined);
  });

  it('a lower limit hides the rest and says so', async () => {
    const settings = vscode.workspace.getConfiguration('anomaline');
    await settings.update('maxDiagnostics', 1, vscode.ConfigurationTarget.Workspace);
    try {
      await until('one finding per log', () => [...published().values()].every((all) => all.length <= 2));
      assert.ok([...published().values()].some((all) => all.some((one) => one.code === 'hidden')));
    } finally {
      await settings.update('maxDiagnostics', undefined, vscode.ConfigurationTarget.Workspace);
      fs.rmSync(inCapture('.vscode').fsPath, { recursive: true, force: true });
    }
    await until('all findings again', () => [...published().values()].some((all) => findings(all).length > 1));
  });

  it('clear takes findings away, and the tree is empty', async () => {
    await run('clear');
    await until('no findings', () => [...published().values()].flatMap(findings).length === 0);
    assert.deepEqual(await children(), []);
    await resting('indexed');
  });

  it('a restarted server is back with the model that was learned', async function () {
    this.timeout(120_000);
    await run('restartServer');
    await resting('ready');
    await until('findings', () => [...published().values()].flatMap(findings).length > 0);
  });
});
