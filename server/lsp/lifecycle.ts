import { TextDocumentSyncKind } from 'vscode-languageserver';
import type { ClientCapabilities, InitializeParams, ServerCapabilities } from 'vscode-languageserver';
import { logPath } from '../protocol/uris';
import { columnRoles } from './columnRoles';
import { takeSettings } from './configuration';
import type { ClientAbilities, OpenSession, Ports, ServerContext } from './context';
import { offeredCommands } from './executeCommand';
import { Cancelled } from './jobs';
import { runJob } from './work';

/** Initialize, the first look at the capture, and shutdown. `opened` is called when it is known whether there is a session; `watches` then register what the client shall report. */
export function registerLifecycle(context: ServerContext, openSession: OpenSession, version: string, opened: () => void, watches: readonly (() => Promise<void>)[]): void {
  const { connection, failures, ports, status } = context;
  let root: string | undefined, trusted = true;

  connection.onInitialize((params) => {
    context.client = abilities(params.capabilities);
    takeSettings(context, params.initializationOptions);
    trusted = (params.initializationOptions as { trusted?: unknown } | null | undefined)?.trusted !== false;
    root = captureRoot(params, (text) => connection.console.warn(text));
    return { capabilities: capabilities(ports), serverInfo: { name: 'anomaline', version } };
  });

  connection.onInitialized(failures.guard('Opening the capture', undefined, async () => {
    try {
      context.session = root === undefined ? undefined : openSession(root, context.settings, trusted);
    } catch (error) {
      status.failed('Cannot open the folder', error instanceof Error ? error.message : String(error));
      throw error;
    } finally {
      opened();
    }
    status.open(context.session);
    for (const watch of watches) await failures.guard('Registering with the editor', undefined, watch)();
    if (context.session) await firstLook(context);
  }));

  connection.onShutdown(failures.guard('Shutting down', undefined, async () => {
    context.jobs.cancelAll();
    await context.session?.dispose();
    context.session = undefined;
  }));
}

/** Finds the logs; scores them at once where the capture is trusted and has a model already. Never learns: that is the user's decision. */
async function firstLook(context: ServerContext): Promise<void> {
  try {
    await runJob(context, 'index', (session, control) => session.index(control));
    const models = (await context.session?.models()) ?? [];
    if (models.some((model) => model.problem === undefined)) await runJob(context, 'score', (session, control) => session.score({}, control));
  } catch (error) {
    if (!(error instanceof Cancelled)) throw error;
  }
}

/** The folder that is the capture: the first workspace folder, or the root of older clients. */
function captureRoot({ workspaceFolders, rootUri }: InitializeParams, warn: (text: string) => void): string | undefined {
  const uris = workspaceFolders?.map((folder) => folder.uri) ?? (rootUri ? [rootUri] : []);
  if (uris.length > 1) warn(`Several folders are open; the first one, ${uris[0]}, is the capture. Open another one in its own window to investigate it.`);
  return uris.map(logPath).find((path) => path !== undefined);
}

function abilities({ window, workspace, experimental }: ClientCapabilities): ClientAbilities {
  return {
    progress: window?.workDoneProgress === true,
    watching: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    configuration: workspace?.configuration === true,
    configurationEvents: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    commandLinks: (experimental as { anomalineCommands?: unknown } | undefined)?.anomalineCommands === true,
  };
}

/** Documents are not synchronised: logs are read from disk, where they may be larger than any editor holds. */
function capabilities(ports: Ports): ServerCapabilities {
  return {
    textDocumentSync: TextDocumentSyncKind.None,
    hoverProvider: true,
    codeActionProvider: true,
    executeCommandProvider: { commands: offeredCommands(ports) },
    semanticTokensProvider: { legend: { tokenTypes: [...columnRoles], tokenModifiers: [] }, range: true, full: false },
  };
}
