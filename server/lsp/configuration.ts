import { DidChangeConfigurationNotification } from 'vscode-languageserver';
import type { ServerContext } from './context';
import type { Refresh } from './refresh';
import { readSettings } from './settings';

const SECTION = 'anomaline';

/** Takes over settings from what a client sent; unfit ones are named in a message. True if anything changed. */
export function takeSettings(context: ServerContext, sent: unknown): boolean {
  const { settings, problems } = readSettings(sent);
  for (const problem of problems) {
    context.connection.console.warn(problem);
    context.connection.window.showWarningMessage(`Anomaline: ${problem}`);
  }
  if (JSON.stringify(settings) === JSON.stringify(context.settings)) return false;
  context.settings = settings;
  return true;
}

/** Follows changes of the settings: sent with the notification, or asked for where the client leaves them out. */
export function registerConfiguration(context: ServerContext, refresh: Refresh): () => Promise<void> {
  const { connection, failures } = context;
  connection.onDidChangeConfiguration(failures.guard('Changing settings', undefined, async ({ settings }: { settings: unknown }) => {
    const sent = (settings as Record<string, unknown> | null)?.[SECTION] ?? (context.client.configuration ? ((await connection.workspace.getConfiguration(SECTION)) as unknown) : undefined);
    if (sent === undefined || sent === null || !takeSettings(context, sent)) return;
    refresh.newSettings(context.settings);
    await refresh.run();
  }));
  return async () => {
    if (context.client.configurationEvents) await connection.client.register(DidChangeConfigurationNotification.type, { section: SECTION });
  };
}
