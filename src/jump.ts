import * as vscode from 'vscode';
import type { Place } from '../server/protocol/places';

/**
 * Shows a place in a log. By `vscode.open`, which works for logs of any size: `showTextDocument` refuses those above 50 MB.
 */
export async function jump({ uri, line, startCharacter, endCharacter }: Place, options: Pick<vscode.TextDocumentShowOptions, 'preserveFocus' | 'preview' | 'viewColumn'> = {}): Promise<void> {
  const selection = new vscode.Range(line, startCharacter, line, endCharacter);
  await vscode.commands.executeCommand('vscode.open', vscode.Uri.parse(uri), { selection, preview: true, ...options } satisfies vscode.TextDocumentShowOptions);
}
