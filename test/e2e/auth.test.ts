import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { lanlLine, ordinaryEvents, usualEvent } from '../support/authEvents';
import { findings, inCapture, published, resting, run, until } from './support';

describe('authentication events in the workbench', () => {
  const settings = { 'detector': 'authSequences', 'acceptanceRate': 0.005, 'set': { cutoff: 0, epochs: 6, batch: 64 } };
  const change = async (on: boolean) => {
    const configuration = vscode.workspace.getConfiguration('anomaline');
    for (const [name, value] of Object.entries(settings)) await configuration.update(name, on ? value : undefined, vscode.ConfigurationTarget.Workspace);
  };
  // The sample's anomaline.json takes day1 as baseline.
  const baseline = inCapture('day1', 'auth.txt'), log = inCapture('day2', 'auth.txt');
  const line = 60;

  before(async () => {
    await resting('indexed', 'ready');
    const events = ordinaryEvents(100, 90_000, 2).map((event, i) => (i === line ? { ...usualEvent, time: event.time, destination: 'pc3' } : event));
    fs.writeFileSync(baseline.fsPath, ordinaryEvents(600).map(lanlLine).join('\n') + '\n');
    fs.writeFileSync(log.fsPath, events.map(lanlLine).join('\n') + '\n');
    await change(true);
  });
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await run('clear');
    await change(false);
    for (const file of [baseline, log]) fs.rmSync(file.fsPath);
    for (const name of ['.anomaline', '.vscode']) fs.rmSync(inCapture(name).fsPath, { recursive: true, force: true });
    await resting('indexed');
  });

  it('a net is trained from the palette; the surprising field is underlined, hover tells what was expected', async function () {
    this.timeout(120_000);
    await run('investigate');
    const odd = await until('the finding', () => findings(published().get(log.toString())).find(({ range }) => range.start.line === line));
    const document = await vscode.workspace.openTextDocument(log);
    assert.equal(document.getText(odd.range), 'pc3');
    assert.ok(odd.range.start.character > 0);
    await until('the language of the log', () => vscode.workspace.textDocuments.some((one) => one.uri.toString() === log.toString() && one.languageId === 'auth-log'));
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', log, odd.range.start);
    assert.match(hovers.flatMap(({ contents }) => contents.map((one) => (one as vscode.MarkdownString).value)).join('\n'), /destination host srv0/);
  });
});
