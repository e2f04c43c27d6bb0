import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { StreamMessageReader, StreamMessageWriter, createProtocolConnection } from 'vscode-languageserver/node';
import type { ClientCapabilities, Diagnostic, InitializeResult, ProtocolConnection, WorkDoneProgressBegin, WorkDoneProgressEnd, WorkDoneProgressReport } from 'vscode-languageserver/node';
import type { NotificationMethod, RequestMethod } from '../../server/protocol/method';
import { FindingsChanged, GetStatus, StatusChanged } from '../../server/protocol/status';
import type { Status } from '../../server/protocol/status';
import { logUri } from '../../server/protocol/uris';

const able: ClientCapabilities = {
  window: { workDoneProgress: true },
  workspace: { didChangeWatchedFiles: { dynamicRegistration: true }, didChangeConfiguration: { dynamicRegistration: true }, configuration: true },
  experimental: { anomalineCommands: true },
};

export interface ClientOptions {
  /** Files of the capture by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly capabilities?: ClientCapabilities;
  /** False: the client opens no folder. */
  readonly folder?: boolean;
  /** Name of the capture's folder. */
  readonly name?: string;
  /** Server to start; the one with the small engine where none is given. */
  readonly server?: readonly string[];
}

export type WorkDone = WorkDoneProgressBegin | WorkDoneProgressReport | WorkDoneProgressEnd;

/** An editor as the server sees it: a process talking over stdio, and all that the server said. */
export class TestClient {
  readonly published = new Map<string, Diagnostic[]>();
  readonly statuses: Status[] = [];
  readonly shown: string[] = [];
  readonly logged: string[] = [];
  readonly progress: { readonly token: string | number; readonly value: WorkDone }[] = [];
  readonly registered: string[] = [];
  findingsChanges = 0;
  configuration: unknown = null;
  initialized!: InitializeResult;

  private constructor(readonly root: string, readonly connection: ProtocolConnection, readonly process: ReturnType<typeof spawn>) {
    connection.onNotification('textDocument/publishDiagnostics', ({ uri, diagnostics }: { uri: string; diagnostics: Diagnostic[] }) => void this.published.set(uri, diagnostics));
    connection.onNotification('window/showMessage', ({ message }: { message: string }) => void this.shown.push(message));
    connection.onRequest('window/showMessageRequest', ({ message }: { message: string }) => { this.shown.push(message); return null; });
    connection.onNotification('window/logMessage', ({ message }: { message: string }) => void this.logged.push(message));
    connection.onNotification('$/progress', (one: { token: string | number; value: WorkDone }) => void this.progress.push(one));
    connection.onRequest('window/workDoneProgress/create', () => null);
    connection.onRequest('client/registerCapability', ({ registrations }: { registrations: readonly { method: string }[] }) => { this.registered.push(...registrations.map((one) => one.method)); return null; });
    connection.onRequest('workspace/configuration', ({ items }: { items: readonly unknown[] }) => items.map(() => this.configuration));
    this.on(StatusChanged, (status) => this.statuses.push(status));
    this.on(FindingsChanged, () => this.findingsChanges++);
    connection.listen();
  }

  static async start({ files = {}, options = {}, capabilities = able, folder = true, name = 'capture', server = [path.join(__dirname, 'testServer.js')] }: ClientOptions = {}): Promise<TestClient> {
    const root = path.join(fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), 'anomaline-lsp-'))), name);
    fs.mkdirSync(root);
    for (const [file, text] of Object.entries(files)) {
      fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
      fs.writeFileSync(path.join(root, file), text);
    }
    const process = spawn(globalThis.process.execPath, [...server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    const client = new TestClient(root, createProtocolConnection(new StreamMessageReader(process.stdout), new StreamMessageWriter(process.stdin)), process);
    client.initialized = await client.connection.sendRequest('initialize', {
      processId: globalThis.process.pid, rootUri: null, capabilities, initializationOptions: options,
      workspaceFolders: folder ? [{ uri: logUri(root), name }] : null,
    });
    await client.connection.sendNotification('initialized', {});
    return client;
  }

  uri(file: string): string {
    return logUri(path.join(this.root, file));
  }

  write(file: string, text: string): void {
    fs.writeFileSync(path.join(this.root, file), text);
  }

  ask<P, R>({ method }: RequestMethod<P, R>, params: P): Promise<R> {
    return this.connection.sendRequest(method, params);
  }

  request<R>(method: string, params: unknown): Promise<R> {
    return this.connection.sendRequest(method, params);
  }

  command<R>(command: string, argument?: unknown): Promise<R> {
    return this.connection.sendRequest('workspace/executeCommand', { command, arguments: argument === undefined ? [] : [argument] });
  }

  /** Waits until a condition holds; the error says what did not come. */
  async until(what: string, holds: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
    const end = Date.now() + ms;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`${what} did not come within ${ms} ms. Messages: ${this.shown.join(' / ')} Log: ${this.logged.join(' / ')}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  /** Waits until the server rests in a phase. */
  async phase(wanted: Status['phase']): Promise<void> {
    await this.until(`phase ${wanted}`, async () => (await this.ask(GetStatus, null)).phase === wanted);
  }

  /** Ends the server in the polite way and removes the capture. Answers the exit code. */
  async stop(): Promise<number | null> {
    const ended = new Promise<number | null>((resolve) => this.process.once('exit', resolve));
    await this.connection.sendRequest('shutdown');
    await this.connection.sendNotification('exit');
    const code = await ended;
    this.remove();
    return code;
  }

  remove(): void {
    this.connection.dispose();
    fs.rmSync(path.dirname(this.root), { recursive: true, force: true });
  }

  private on<P>({ method }: NotificationMethod<P>, hear: (params: P) => void): void {
    this.connection.onNotification(method, hear);
  }
}
