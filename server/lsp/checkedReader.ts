import { AbstractMessageReader, type DataCallback, type Disposable, ErrorCodes, type ExecuteCommandParams, type Message, type MessageReader, type MessageWriter, MessageType } from 'vscode-languageserver/node';
import { requestParams } from '../protocol/schemas/requests';
import { checked, short } from '../protocol/schemas/shape';
import { commandParams, standardNotifications, standardRequests } from './standardMessages';

type Id = string | number | null;
type Fields = Readonly<Record<string, unknown>>;

/** What becomes of a message: it is passed on, perhaps with other parameters; its sender is told why not; or it is left out, with a line in the log. */
type Verdict = { readonly pass: Message } | { readonly refuse: number; readonly why: string; readonly id: Id } | { readonly leaveOut: string };

/** Letters of the name of a method at most. */
const MOST_NAME = 1_000;

/**
 * Passes on the messages of a client that are what the protocol says, so that nobody behind it meets a number where a text should be. Of the requests of
 * `server/protocol` only the known fields come through. Others are answered, by `writer`, with what is wrong with them.
 */
export class CheckedReader extends AbstractMessageReader {
  private phase: 'new' | 'open' | 'shutDown' = 'new';

  constructor(private readonly inner: MessageReader, private readonly writer: MessageWriter) {
    super();
    inner.onError((error) => this.fireError(error));
    inner.onClose(() => this.fireClose());
  }

  /** Whether the client has said goodbye. */
  get shutDown(): boolean {
    return this.phase === 'shutDown';
  }

  listen(callback: DataCallback): Disposable {
    return this.inner.listen((message) => {
      const verdict = this.judged(message);
      if ('pass' in verdict) callback(verdict.pass);
      else if ('leaveOut' in verdict) this.send({ method: 'window/logMessage', params: { type: MessageType.Warning, message: verdict.leaveOut } });
      else this.send({ id: verdict.id, error: { code: verdict.refuse, message: verdict.why } });
    });
  }

  override dispose(): void {
    super.dispose();
    this.inner.dispose();
  }

  private send(message: object): void {
    // Who cannot be written to any more is told nothing.
    this.writer.write({ jsonrpc: '2.0', ...message }).catch(() => undefined);
  }

  private judged(message: unknown): Verdict {
    const invalid = (why: string, id: Id = null): Verdict => ({ refuse: ErrorCodes.InvalidRequest, why: `The message is no JSON-RPC: ${why}.`, id });
    if (typeof message !== 'object' || message === null || Array.isArray(message)) return invalid('it must be an object');
    const fields = message as Fields, id = idOf(fields['id']);
    if (fields['jsonrpc'] !== '2.0') return invalid('"jsonrpc" must be "2.0"', id ?? null);
    if (!Object.hasOwn(fields, 'method')) return isResponse(fields) ? { pass: message as Message } : invalid('it has neither "method" nor "result" nor "error"', id ?? null);
    const { method } = fields;
    if (typeof method !== 'string' || method.length > MOST_NAME) return invalid(`"method" must be a text of at most ${MOST_NAME} characters`, id ?? null);
    if (fields['id'] === undefined) return this.notification(method, fields);
    return id === undefined || id === null ? invalid('"id" must be a text or a number') : this.request(method, id, fields);
  }

  private request(method: string, id: Id, fields: Fields): Verdict {
    const refuse = (code: number, why: string): Verdict => ({ refuse: code, why: `${method}: ${why}`, id });
    if (this.phase === 'shutDown') return refuse(ErrorCodes.InvalidRequest, 'the server was told to shut down.');
    if (method === 'initialize' ? this.phase !== 'new' : this.phase === 'new') {
      return method === 'initialize' ? refuse(ErrorCodes.InvalidRequest, 'the server is initialised already.') : refuse(ErrorCodes.ServerNotInitialized, 'the server is not initialised. Send "initialize" first.');
    }
    const own = requestParams.get(method), check = own ?? standardRequests.get(method);
    // The connection answers what it does not know.
    if (!check) return { pass: fields as unknown as Message };
    const given = named(fields['params']), params = checked(check, given, 'the parameters');
    if ('fault' in params) return refuse(ErrorCodes.InvalidParams, params.fault);
    const command = method === 'workspace/executeCommand' ? commandParams(given as ExecuteCommandParams) : undefined;
    if (command && 'fault' in command) return { refuse: ErrorCodes.InvalidParams, why: command.fault, id };
    if (method === 'initialize') this.phase = 'open';
    if (method === 'shutdown') this.phase = 'shutDown';
    // Null goes by position: as the only parameter it would be taken for none.
    const passed = command ? command.value : own ? params.value ?? [null] : given;
    return { pass: { jsonrpc: '2.0', id, method, ...(passed === undefined || method === 'shutdown' ? {} : { params: passed }) } as unknown as Message };
  }

  private notification(method: string, fields: Fields): Verdict {
    const check = standardNotifications.get(method);
    const params = check && checked(check, named(fields['params']), 'the parameters');
    if (params && 'fault' in params) return { leaveOut: `The message ${short(method)} is left out: ${params.fault}.` };
    return { pass: (check ? { jsonrpc: '2.0', method, params: named(fields['params']) } : fields) as unknown as Message };
  }
}

/** Undefined: no id, or none that can be answered to. */
function idOf(id: unknown): Id | undefined {
  return typeof id === 'string' || id === null || (typeof id === 'number' && Number.isFinite(id)) ? id : undefined;
}

function isResponse(fields: Fields): boolean {
  const error = fields['error'];
  if (idOf(fields['id']) === undefined || Object.hasOwn(fields, 'result') === Object.hasOwn(fields, 'error')) return false;
  if (error === undefined) return true;
  return typeof error === 'object' && error !== null && typeof (error as Fields)['code'] === 'number' && typeof (error as Fields)['message'] === 'string';
}

/** A single parameter by position is as good as by name; nulls behind it are what some clients make of what they left out. */
function named(params: unknown): unknown {
  return Array.isArray(params) && params.slice(1).every((one) => one === null) ? (params as readonly unknown[])[0] : params;
}
