import type { SemanticTokens } from 'vscode-languageserver';
import { logPath } from '../protocol/uris';
import { columnRole, columnRoles } from './columnRoles';
import type { ServerContext } from './context';

/** Lines coloured in one answer; editors ask for what is on the screen. */
const MAX_LINES = 2_000;

/** A field of a line; characters are UTF-16 units. */
interface Field { readonly name: string; readonly startCharacter: number; readonly endCharacter: number }

/** Tokens in the protocol's form: five integers each, positions relative to the token before. */
export function encodeTokens(lines: readonly (readonly Field[])[], firstLine: number): number[] {
  const data: number[] = [], typeOf = new Map<string, number>();
  let lastLine = 0, lastCharacter = 0;
  lines.forEach((fields, offset) => {
    for (const { name, startCharacter, endCharacter } of fields) {
      if (endCharacter <= startCharacter) continue;
      let type = typeOf.get(name);
      if (type === undefined) typeOf.set(name, (type = columnRoles.indexOf(columnRole(name))));
      const line = firstLine + offset, character = line === lastLine ? startCharacter - lastCharacter : startCharacter;
      data.push(line - lastLine, character, endCharacter - startCharacter, type, 0);
      lastLine = line;
      lastCharacter = startCharacter;
    }
  });
  return data;
}

/** Colours by column for a range of lines, read from disk, so that clients need not send logs to the server. */
export function registerSemanticTokens(context: ServerContext): void {
  context.connection.languages.semanticTokens.onRange(context.failures.guard('Colouring', { data: [] }, async ({ textDocument: { uri }, range: { start, end } }): Promise<SemanticTokens> => {
    const path = logPath(uri);
    if (path === undefined || !context.session) return { data: [] };
    const lines = await context.session.readLines(path, start.line, Math.min(end.line - start.line + 1, MAX_LINES));
    return { data: encodeTokens(context.session.splitLines(path, lines), start.line) };
  }));
}
