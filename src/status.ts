import * as vscode from 'vscode';
import { withoutMarkup } from '../server/protocol/inert/texts';
import type { Phase, Status } from '../server/protocol/status';
import { logLanguages } from './client';
import type { Server } from './client';
import { labelText } from './plainText';
import { bytesText } from './text';

interface Look { readonly icon: string; readonly busy?: boolean; readonly warning?: boolean; readonly command: string }

const looks: Readonly<Record<Phase, Look>> = {
  starting: { icon: 'loading~spin', busy: true, command: 'anomaline.showLog' },
  indexing: { icon: 'loading~spin', busy: true, command: 'anomaline.showLog' },
  investigating: { icon: 'loading~spin', busy: true, command: 'anomaline.rootCauses.focus' },
  learning: { icon: 'loading~spin', busy: true, command: 'anomaline.rootCauses.focus' },
  scoring: { icon: 'loading~spin', busy: true, command: 'anomaline.rootCauses.focus' },
  empty: { icon: 'circle-slash', command: 'anomaline.rootCauses.focus' },
  indexed: { icon: 'play', command: 'anomaline.investigate' },
  ready: { icon: 'pulse', command: 'anomaline.rootCauses.focus' },
  failed: { icon: 'warning', warning: true, command: 'anomaline.showLog' },
};

/** The status bar item, the language status of logs, and the context key `anomaline.phase` that menus and welcome texts use. */
export function activateStatus(context: vscode.ExtensionContext, server: Server): void {
  const item = vscode.window.createStatusBarItem('anomaline.status', vscode.StatusBarAlignment.Left, 10);
  item.name = 'Anomaline';
  const language = vscode.languages.createLanguageStatusItem('anomaline.status', logLanguages.map((name) => ({ language: name })));
  language.name = 'Anomaline';
  let phase: Phase | undefined;

  const show = (status: Status) => {
    const look = looks[status.phase];
    item.text = `$(${look.icon}) ${labelText(status.text)}`;
    item.tooltip = tooltip(status);
    item.command = look.command;
    item.accessibilityInformation = { label: `Anomaline: ${labelText(status.text)}` };
    item.backgroundColor = look.warning ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    language.text = labelText(status.text);
    language.busy = look.busy ?? false;
    language.severity = look.warning ? vscode.LanguageStatusSeverity.Warning : vscode.LanguageStatusSeverity.Information;
    language.command = status.phase === 'indexed' ? { title: 'Investigate', command: look.command } : { title: 'Root Causes', command: 'anomaline.rootCauses.focus' };
    if (phase !== status.phase) void vscode.commands.executeCommand('setContext', 'anomaline.phase', (phase = status.phase));
  };

  show(server.status);
  item.show();
  context.subscriptions.push(item, language, server.onStatus(show));
}

function tooltip(status: Status): vscode.MarkdownString {
  const memory = status.memory > 0 ? `\n\n---\n\nServer memory: ${bytesText(status.memory)}` : '';
  return new vscode.MarkdownString(withoutMarkup(`**Anomaline** · ${status.text}\n\n${status.detail}${memory}`));
}
