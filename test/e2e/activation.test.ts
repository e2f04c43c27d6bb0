import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, resting } from './support';

interface Manifest { readonly contributes: { readonly commands: readonly { readonly command: string }[] } }

describe('activation', () => {
  it('does not wait for the server, which takes longer to start', async () => {
    const { activationMs } = await extension().activate();
    console.log(`  activated in ${activationMs.toFixed(1)} ms (target: under 100 on a machine with nothing else to do)`);
    assert.ok(activationMs < 100, `${activationMs.toFixed(1)} ms`);
  });

  it('every command of the manifest is there', async () => {
    await extension().activate();
    const known = await vscode.commands.getCommands(true);
    for (const { command } of (extension().packageJSON as Manifest).contributes.commands) assert.ok(known.includes(command), command);
  });

  it('finds the logs of the folder and learns nothing by itself', async () => {
    const { server } = await resting('indexed');
    assert.ok(server.status.logs >= 5, `${server.status.logs} logs`);
    assert.equal(server.status.findings, 0);
  });
});
