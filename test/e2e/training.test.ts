import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as vscode from 'vscode';
import { GetCapture } from '../../server/protocol/capture';
import { GetTraining, type Training } from '../../server/protocol/training';
import type { AnomalineApi } from '../../src/extension';
import { inCapture, resting, run, until } from './support';

/** Events of people who use their own machines, as the LANL authentication log writes them. */
function events(count: number): string {
  return Array.from({ length: count }, (_, i) => {
    const person = (i * 7) % 23;
    return `${1000 + 5 * i},U${person}@DOM1,U${person}@DOM1,C${100 + person},C${person % 3},${i % 4 === 0 ? 'Negotiate,Interactive' : 'Kerberos,Network'},LogOn,Success\n`;
  }).join('');
}

describe('training a net in the workbench', function () {
  this.timeout(180_000);
  let api: AnomalineApi, configured: string | undefined;
  const configuration = inCapture('anomaline.json').fsPath;
  const ended = (state: Training['state']) => until(`a training that is ${state}`, async () => (await api.server.ask(GetTraining, null))?.state === state, 120);
  const tabs = () => vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter((tab) => tab.input instanceof vscode.TabInputWebview);
  const closeAll = async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('no page', () => tabs().length === 0 && !api.views.panel('training'));
  };

  before(async () => {
    api = await resting('indexed', 'ready');
    configured = fs.existsSync(configuration) ? fs.readFileSync(configuration, 'utf8') : undefined;
    fs.mkdirSync(inCapture('logons').fsPath, { recursive: true });
    fs.writeFileSync(inCapture('logons', 'auth.txt').fsPath, events(20_000));
    fs.writeFileSync(configuration, JSON.stringify({ detector: 'authSequences', baseline: { files: ['logons/**'] }, settings: { model: 'transformer', epochs: 3 } }));
    await until('the log', async () => (await api.server.ask(GetCapture, null)).logs.some(({ path }) => path === 'logons/auth.txt'));
    await resting('indexed', 'ready');
    await closeAll();
  });
  after(async () => {
    await closeAll();
    fs.rmSync(inCapture('logons').fsPath, { recursive: true, force: true });
    for (const name of fs.readdirSync(inCapture('.anomaline', 'models').fsPath)) if (name.startsWith('authSequences')) fs.rmSync(inCapture('.anomaline', 'models', name).fsPath);
    if (configured === undefined) fs.rmSync(configuration, { force: true });
    else fs.writeFileSync(configuration, configured);
    await until('the log is gone', async () => !(await api.server.ask(GetCapture, null)).logs.some(({ path }) => path === 'logons/auth.txt'));
    await run('clear');
    await resting('indexed');
  });

  it('the curve opens by itself while one learns, without taking the focus; closed, it stays closed; Cancel leaves it', async () => {
    const editor = await vscode.window.showTextDocument(inCapture('logons', 'auth.txt'));
    void run('learn');
    await until('the page', () => api.views.panel('training'), 60);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), editor.document.uri.toString());
    await until('a page beside, without the focus', () => api.views.panel('training')?.panel.active === false && vscode.window.tabGroups.activeTabGroup.activeTab?.input instanceof vscode.TabInputText);
    await vscode.window.tabGroups.close(tabs());
    const { done = 0 } = (await api.server.ask(GetTraining, null)) ?? {};
    await until('more steps', async () => ((await api.server.ask(GetTraining, null))?.done ?? 0) > done + 5);
    assert.equal(tabs().length, 0);
    await run('cancel');
    await ended('cancelled');
  });

  it('a training that finishes leaves its curve and the model', async () => {
    void run('learn');
    await until('the page', () => api.views.panel('training'), 60);
    await ended('finished');
    await until('the model', async () => (await api.server.ask(GetTraining, null))?.model !== undefined);
    const { model, curve, planned } = (await api.server.ask(GetTraining, null)) as unknown as { readonly model: string; readonly planned: number; readonly curve: { readonly steps: { readonly $array: string } } };
    assert.match(model, /authSequences-\w+\.safetensors$/);
    assert.deepEqual([curve.steps.$array, planned > 10], ['Uint32Array', true]);
  });
});
