import * as vscode from 'vscode';
import { ServerCommands } from '../server/protocol/commands';
import type { Server } from './client';
import { registerCommands } from './registerCommands';

/** A generated capture to try everything on: two days of a small office, the second one under attack. */
export function activateSample(context: vscode.ExtensionContext, server: Server): void {
  registerCommands(context, { 'anomaline.openSample': () => openSample(server, vscode.Uri.joinPath(context.globalStorageUri, 'sample')) });
}

async function openSample(server: Server, own: vscode.Uri): Promise<void> {
  const where = await vscode.window.showQuickPick([
    { label: 'In the extension\'s storage', detail: own.fsPath, folder: own },
    { label: 'Choose a folder...', detail: 'The logs are written into a new folder "anomaline-sample" inside it', folder: undefined },
  ], { title: 'Open Sample Capture: where shall its logs be written?' });
  if (!where) return;
  const folder = where.folder ?? (await chooseFolder());
  if (!folder) return;
  const written = await server.run<string>(ServerCommands.sample, { folder: folder.fsPath });
  if (written !== undefined) await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(written), { forceNewWindow: (vscode.workspace.workspaceFolders?.length ?? 0) > 0 });
}

async function chooseFolder(): Promise<vscode.Uri | undefined> {
  const [parent] = (await vscode.window.showOpenDialog({ canSelectFolders: true, canSelectFiles: false, openLabel: 'Write Here', title: 'Folder for the sample capture' })) ?? [];
  return parent && vscode.Uri.joinPath(parent, 'anomaline-sample');
}
