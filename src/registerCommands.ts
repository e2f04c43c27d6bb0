import * as vscode from 'vscode';
import { tell } from './tell';

/** Registers palette commands by id; a handler that fails shows the reason and where to look. */
export function registerCommands(context: vscode.ExtensionContext, handlers: Readonly<Record<string, (argument?: unknown) => unknown>>): void {
  for (const [id, handler] of Object.entries(handlers)) {
    context.subscriptions.push(vscode.commands.registerCommand(id, async (argument?: unknown) => {
      try {
        return await handler(argument);
      } catch (error) {
        const action = await tell.error(`Anomaline: ${error instanceof Error ? error.message : String(error)}`, 'Show Log');
        if (action) await vscode.commands.executeCommand('anomaline.showLog');
        return undefined;
      }
    }));
  }
}
