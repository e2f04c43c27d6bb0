import * as vscode from 'vscode';
import { ErrorCodes, ExecuteCommandRequest, LanguageClient, ResponseError, State, TransportKind } from 'vscode-languageclient/node';
import type { LanguageClientOptions, StaticFeature } from 'vscode-languageclient/node';
import { visible } from '../server/protocol/inert/texts';
import { GZIP_SCHEME } from '../server/protocol/gzip';
import type { ServerCommands } from '../server/protocol/commands';
import type { RequestMethod } from '../server/protocol/method';
import { FindingsChanged, StatusChanged } from '../server/protocol/status';
import type { Status } from '../server/protocol/status';
import { TrainingChanged } from '../server/protocol/training';
import { registerCommands } from './registerCommands';
import { clientSettings } from './settings';
import { tell } from './tell';

/** Languages of the manifest; the server is asked about documents of these only. */
export const logLanguages = ['zeek-log', 'netflow-log', 'auth-log'];

/** Commands that Markdown of the server may link to. */
const linkedCommands = ['anomaline.showRootCause', 'anomaline.openAutomaton', 'anomaline.nextFinding', 'anomaline.investigate'];

const starting: Status = { phase: 'starting', text: 'Starting', detail: 'The server is starting.', logs: 0, findings: 0, memory: 0 };
const stopped: Status = { ...starting, phase: 'failed', text: 'Server stopped', detail: 'The server is not running. Run *Anomaline: Restart Server*; *Anomaline: Show Log* says why it ended.' };

/** The language server as the rest of the extension sees it. */
export class Server implements vscode.Disposable {
  private readonly client: LanguageClient;
  private readonly statusEvents = new vscode.EventEmitter<Status>();
  private readonly findingsEvents = new vscode.EventEmitter<void>();
  private readonly trainingEvents = new vscode.EventEmitter<{ readonly id: number; readonly running: boolean }>();
  readonly onStatus = this.statusEvents.event;
  /** Findings or models changed: lists are to be asked for again. */
  readonly onFindings = this.findingsEvents.event;
  /** A net that is trained went on, or its training ended. */
  readonly onTraining = this.trainingEvents.event;
  status = starting;

  constructor(module: string, readonly log: vscode.LogOutputChannel) {
    const { memoryLimit } = clientSettings();
    const run = { module, transport: TransportKind.ipc, options: { execArgv: [`--max-old-space-size=${memoryLimit}`] } };
    this.client = new LanguageClient('anomaline', 'Anomaline', { run, debug: run }, this.options());
    this.client.registerFeature(linkAbility);
    this.client.onDidChangeState(({ newState }) => this.setStatus(newState === State.Stopped ? stopped : newState === State.Starting ? starting : this.status));
    this.client.onNotification(StatusChanged.method, (status: Status) => this.setStatus(status));
    this.client.onNotification(FindingsChanged.method, () => this.findingsEvents.fire());
    this.client.onNotification(TrainingChanged.method, (training: { readonly id: number; readonly running: boolean }) => this.trainingEvents.fire(training));
  }

  /** Starts, or stops and starts again. Failures end in the log and in the status. */
  async restart(): Promise<void> {
    try {
      await (this.client.needsStart() ? this.client.start() : this.client.restart());
    } catch (error) {
      this.log.error(visible(`The server did not start: ${String(error)}`));
      this.setStatus(stopped);
    }
  }

  /** Sends a request; waits for the server if it is still starting. */
  ask<P, R>({ method }: RequestMethod<P, R>, params: P, token?: vscode.CancellationToken): Promise<R> {
    // A token that is left out must not be there at all: it would be sent as a second parameter.
    return token ? this.client.sendRequest<R>(method, params, token) : this.client.sendRequest<R>(method, params);
  }

  /**
   * Runs a command of the server. Undefined when it was cancelled or failed: the server has told the user then, so that
   * callers only go on where there is a result.
   */
  async run<R>(command: (typeof ServerCommands)[keyof typeof ServerCommands], argument?: unknown): Promise<R | undefined> {
    try {
      return (await this.client.sendRequest(ExecuteCommandRequest.type, { command, arguments: argument === undefined ? [] : [argument] })) as R;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      this.log.warn(visible(`${command}: ${text}`));
      // Arguments that are bad are for whoever wrote them, in a key binding for example: of these the server says nothing.
      if (error instanceof ResponseError && error.code === ErrorCodes.InvalidParams) void tell.error(`Anomaline: ${text}`);
      return undefined;
    }
  }

  async dispose(): Promise<void> {
    this.statusEvents.dispose();
    this.findingsEvents.dispose();
    this.trainingEvents.dispose();
    if (this.client.needsStop()) await this.client.dispose();
  }

  private setStatus(status: Status): void {
    this.status = status;
    this.statusEvents.fire(status);
  }

  private options(): LanguageClientOptions {
    return {
      documentSelector: [...logLanguages.map((language) => ({ scheme: 'file', language })), { scheme: GZIP_SCHEME }],
      initializationOptions: () => ({ ...clientSettings(), trusted: vscode.workspace.isTrusted }),
      outputChannel: this.log,
      markdown: { isTrusted: { enabledCommands: linkedCommands } },
      middleware: {
        // The server colours what is on disk; in a document with unsaved changes the colours would be off.
        provideDocumentRangeSemanticTokens: (document, range, token, next) => (document.isDirty ? undefined : next(document, range, token)),
        // The server's commands are for `run` and for other editors: they would fail twice, here and in the server's message.
        executeCommand: (command, args) => this.run(command as Parameters<Server['run']>[0], args[0]),
      },
    };
  }
}

/** Tells the server that this client follows links to Anomaline's commands. */
const linkAbility: StaticFeature = {
  fillClientCapabilities(capabilities) {
    capabilities.experimental = { ...(capabilities.experimental as object | undefined), anomalineCommands: true };
  },
  initialize() {},
  getState: () => ({ kind: 'static' }),
  clear() {},
};

/** Starts the server in the background and adds the commands about it. */
export function activateServer(context: vscode.ExtensionContext): Server {
  const log = vscode.window.createOutputChannel('Anomaline', { log: true });
  const server = new Server(context.asAbsolutePath('dist/server.js'), log);
  // What was left out while the folder was not trusted is done by a server that starts anew.
  context.subscriptions.push(log, server, vscode.workspace.onDidGrantWorkspaceTrust(() => server.restart()));
  registerCommands(context, {
    'anomaline.showLog': () => log.show(),
    'anomaline.restartServer': () => server.restart(),
  });
  void server.restart();
  return server;
}
