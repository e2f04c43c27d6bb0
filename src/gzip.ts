import * as vscode from 'vscode';
import { GZIP_SCHEME, GetGzipText } from '../server/protocol/gzip';
import type { Server } from './client';
import { tell } from './tell';

/** Editors give extensions no document above 50 Mi characters; what is longer is cut, and said so. Bytes. */
const TEXT_LIMIT = 48 * 1024 * 1024;

/** Compressed logs as read-only text, with the same findings in them as in plain ones. */
export function activateGzip(context: vscode.ExtensionContext, server: Server): void {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const watcher = vscode.workspace.createFileSystemWatcher('**/*.gz');
  const text = vscode.workspace.registerTextDocumentContentProvider(GZIP_SCHEME, {
    onDidChange: changed.event,
    provideTextDocumentContent: (uri) => decompressed(server, uri),
  });
  const editor = vscode.window.registerCustomEditorProvider('anomaline.gzipLog', new Redirect());
  context.subscriptions.push(changed, watcher, watcher.onDidChange((uri) => changed.fire(uri.with({ scheme: GZIP_SCHEME }))), text, editor);
}

async function decompressed(server: Server, uri: vscode.Uri): Promise<string> {
  const { text, truncated, problem } = await server.ask(GetGzipText, { uri: uri.toString(), limit: TEXT_LIMIT });
  if (problem !== undefined) void tell.warning(`Anomaline: ${problem}`);
  if (truncated) void tell.information(`This log is longer than an editor can hold; its first ${TEXT_LIMIT / 1024 / 1024} MB are shown. All of it is scored: the view Root Causes lists every finding. Decompress the log to open all of it.`);
  return text;
}

/**
 * What opens when a user clicks a `.gz` log: its text, in the place of a picture of bytes. The manifest's patterns name schemes
 * of files, because this editor must not take the text itself, whose URI ends alike.
 */
class Redirect implements vscode.CustomReadonlyEditorProvider {
  openCustomDocument(uri: vscode.Uri): vscode.CustomDocument {
    return { uri, dispose() {} };
  }

  async resolveCustomEditor({ uri }: vscode.CustomDocument, panel: vscode.WebviewPanel): Promise<void> {
    const { viewColumn = vscode.ViewColumn.Active } = panel;
    // Closing inside this call is an error to the workbench, so it comes after.
    setTimeout(() => {
      panel.dispose();
      void vscode.commands.executeCommand('vscode.open', uri.with({ scheme: GZIP_SCHEME }), { viewColumn });
    });
  }
}
