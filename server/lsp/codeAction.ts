import { CodeActionKind } from 'vscode-languageserver';
import { ServerCommands } from '../protocol/commands';
import { logPath } from '../protocol/uris';
import type { ServerContext } from './context';

/** The code action "Show Root Cause" on a flagged line: in the side bar where the client has one, else as Markdown by `explain`. */
export function registerCodeAction(context: ServerContext): void {
  context.connection.onCodeAction(context.failures.guard('Code action', null, ({ textDocument: { uri }, range: { start: { line } }, context: { diagnostics } }) => {
    const path = logPath(uri);
    if (path === undefined || !context.session?.rootCauseAt(path, line)) return null;
    const title = 'Show Root Cause', command = context.client.commandLinks ? 'anomaline.showRootCause' : ServerCommands.explain;
    const about = diagnostics.filter((one) => one.source === 'Anomaline' && one.range.start.line === line);
    // Not a quick fix: nothing is repaired. Editors offer it on the light bulb of the line all the same.
    return [{ title, kind: CodeActionKind.Empty, diagnostics: about, command: { title, command, arguments: [{ uri, line }] } }];
  }));
}
