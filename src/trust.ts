import * as vscode from 'vscode';
import { tell } from './tell';

const text = 'This folder is not trusted. Its logs can be looked at; to learn from them and to score them, trust the folder.';

/** A handler that works in a trusted folder only; in another it says so, and offers the way out. */
export function whenTrusted<Arguments extends unknown[]>(handler: (...args: Arguments) => unknown): (...args: Arguments) => unknown {
  return async (...args) => {
    if (vscode.workspace.isTrusted) return handler(...args);
    const action = await tell.warning(`Anomaline: ${text}`, 'Manage Workspace Trust');
    if (action) await vscode.commands.executeCommand('workbench.trust.manage');
    return undefined;
  };
}
