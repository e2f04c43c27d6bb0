import * as vscode from 'vscode';
import { ServerCommands } from '../server/protocol/commands';
import type { Server } from './client';
import { registerCommands } from './registerCommands';
import { pick } from './tell';

/** Generated captures to try everything on: two days of a small office, or four of an organisation's authentication events, the last one under attack. */
export function activateSample(context: vscode.ExtensionContext, server: Server): void {
  registerCommands(context, { 'anomaline.openSample': () => openSample(server, context.globalStorageUri) });
}

async function openSample(server: Server, storage: vscode.Uri): Promise<void> {
  const what = await pick([
    { label: 'Office network', detail: 'Two days of Zeek and Argus flows; scans, a brute force, a tunnel and exfiltration on the second', sample: 'office' as const },
    { label: 'Organisation', detail: 'Four days of authentication events; a red team moves from host to host on the last. Trains a neural net', sample: 'organisation' as const },
  ], { title: 'Open Sample Capture: which?' });
  if (!what) return;
  const own = vscode.Uri.joinPath(storage, what.sample === 'office' ? 'sample' : what.sample);
  const where = await pick([
    { label: 'In the extension\'s storage', detail: own.fsPath, folder: own },
    { label: 'Choose a folder...', detail: 'The logs are written into a new folder "anomaline-sample" inside it', folder: undefined },
  ], { title: 'Open Sample Capture: where shall its logs be written?' });
  if (!where) return;
  const folder = where.folder ?? (await chooseFolder());
  if (!folder) return;
  const written = await server.run<string>(ServerCommands.sample, { folder: folder.fsPath, kind: what.sample });
  if (written !== undefined) await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(written), { forceNewWindow: (vscode.workspace.workspaceFolders?.length ?? 0) > 0 });
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const [parent] = (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Write Here', title: 'Folder for the sample capture' })) ?? [];
  return parent && vscode.Uri.joinPath(parent, 'anomaline-sample');
}
