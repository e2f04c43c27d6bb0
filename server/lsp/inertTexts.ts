import type { Connection, Diagnostic } from 'vscode-languageserver';
import { shortened, visible, visibleLines, withoutLinks } from '../core/util/visible';

/** Characters of a message at most. */
const MAX_TEXT = 2000;

const SHOWN = ['showErrorMessage', 'showWarningMessage', 'showInformationMessage'] as const;
const LOGGED = ['error', 'warn', 'info', 'log', 'debug'] as const;

/**
 * The connection with all texts for people made inert where they leave: messages, log lines and diagnostics hold texts of logs, names of files, models and
 * settings. Nothing is hidden in them and none becomes a link; no other file has to think of it. Markdown (hover, status) and progress are not texts of
 * the connection: `core/util/markdown.ts` and `progress.ts` do the same for them.
 */
export function withInertTexts(connection: Connection): Connection {
  const shown = (text: string): string => withoutLinks(shortened(text, MAX_TEXT));
  const window = Object.create(connection.window, Object.fromEntries(SHOWN.map((name) => [name, { value: (text: string, ...actions: []) => connection.window[name](shown(text), ...actions) }]))) as Connection['window'];
  const console = Object.create(connection.console, Object.fromEntries(LOGGED.map((name) => [name, { value: (text: string) => connection.console[name](visibleLines(text)) }]))) as Connection['console'];
  const sendDiagnostics: Connection['sendDiagnostics'] = (params) => connection.sendDiagnostics({ ...params, diagnostics: params.diagnostics.map(inertDiagnostic) });
  return Object.create(connection, { window: { value: window }, console: { value: console }, sendDiagnostics: { value: sendDiagnostics } }) as Connection;
}

/** Message, source and code of a diagnostic are shown as they are. */
export function inertDiagnostic(diagnostic: Diagnostic): Diagnostic {
  const { source, code } = diagnostic;
  return {
    ...diagnostic, message: typeof diagnostic.message === 'string' ? inertMessage(diagnostic.message) : { ...diagnostic.message, value: inertMessage(diagnostic.message.value) },
    ...(source === undefined ? {} : { source: visible(source) }), ...(typeof code === 'string' ? { code: visible(code) } : {}),
  };
}

function inertMessage(text: string): string {
  return visible(shortened(text, MAX_TEXT));
}
