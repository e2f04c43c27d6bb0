import { MarkupKind } from 'vscode-languageserver';
import type { ServerContext } from './context';
import { logPath } from '../protocol/uris';
import { lineMarkdown } from './hoverText';

/** Hover over a line of a log: `lineMarkdown`. The line is read from disk, the client need not have sent the document. */
export function registerHover(context: ServerContext): void {
  context.connection.onHover(context.failures.guard('Hover', null, async ({ textDocument: { uri }, position: { line, character } }) => {
    const path = logPath(uri);
    const detail = path === undefined ? undefined : await context.session?.lineDetail(path, line);
    if (!detail) return null;
    const field = detail.fields.find((one) => character >= one.startCharacter && character < one.endCharacter);
    return {
      contents: { kind: MarkupKind.Markdown, value: lineMarkdown(detail, { uri, line, character, commandLinks: context.client.commandLinks }) },
      ...(field ? { range: { start: { line, character: field.startCharacter }, end: { line, character: field.endCharacter } } } : {}),
    };
  }));
}
