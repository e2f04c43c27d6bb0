import * as vscode from 'vscode';
import { GetCapture } from '../server/protocol/capture';
import { GZIP_SCHEME } from '../server/protocol/gzip';
import type { Server } from './client';

/** Languages that say nothing about a log: what the workbench calls a file whose name it does not know. */
const unknown = new Set(['plaintext', 'log', 'csv']);

/** The language of logs of a format, by its title. */
function languageOf(format: string): string {
  return /^zeek/i.test(format) ? 'zeek-log' : /auth|mapped/i.test(format) ? 'auth-log' : 'netflow-log';
}

/**
 * Logs are recognised by content, which the server has looked at: an open document of no known language that is a log gets
 * the language of its format, and with it colours and hover.
 */
export function activateLanguages(context: vscode.ExtensionContext, server: Server): void {
  const adopt = async (documents: readonly vscode.TextDocument[]) => {
    const candidates = documents.filter(({ languageId, uri }) => unknown.has(languageId) && (uri.scheme === 'file' || uri.scheme === GZIP_SCHEME));
    if (candidates.length === 0) return;
    const formats = new Map((await server.ask(GetCapture, null)).logs.map((log) => [vscode.Uri.parse(log.uri).toString(), log.format]));
    for (const document of candidates) {
      const format = formats.get(document.uri.toString());
      if (format !== undefined && !document.isClosed) await vscode.languages.setTextDocumentLanguage(document, languageOf(format));
    }
  };
  const safely = (documents: readonly vscode.TextDocument[]) => void adopt(documents).catch((error: unknown) => server.log.warn(`Languages: ${String(error)}`));
  let known = 0;
  context.subscriptions.push(
    vscode.workspace.onDidOpenTextDocument((document) => safely([document])),
    server.onStatus(({ logs }) => {
      if (logs !== known) safely(vscode.workspace.textDocuments);
      known = logs;
    }),
  );
}
