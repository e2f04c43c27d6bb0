import type { Readable } from 'node:stream';
import { AbstractMessageReader, type DataCallback, type Disposable, type Message } from 'vscode-languageserver/node';
import { Framing } from './framing';

/** The rest of a message comes within this time, milliseconds: a length that is too large would else leave the client without an answer for ever. */
const REST_OF_MESSAGE = 60_000;

export interface StreamOptions {
  /** Milliseconds. */
  readonly restOfMessage?: number;
  /** What is wrong with the bytes that came, with "the client". Nothing is read after it. */
  onBroken(what: string): void;
  /** The client has closed its end, between two messages. */
  onEnd(): void;
}

/** Messages of a client from a stream. What is no message ends the reading: from there on nothing can be told of the bytes. */
export class StreamReader extends AbstractMessageReader {
  private timer: NodeJS.Timeout | undefined;
  private over = false;

  constructor(private readonly stream: Readable, private readonly options: StreamOptions) {
    super();
  }

  listen(callback: DataCallback): Disposable {
    const framing = new Framing((bytes) => {
      const message = this.parsed(bytes);
      if (!this.over) callback(message as Message);
    });
    this.stream.on('data', (bytes: Uint8Array) => {
      if (this.over) return;
      clearTimeout(this.timer);
      const fault = framing.push(bytes);
      if (fault !== undefined) return this.broken(fault);
      const { restOfMessage = REST_OF_MESSAGE } = this.options;
      if (framing.incomplete) this.timer = setTimeout(() => this.broken(`${framing.progress}, and nothing more came for ${restOfMessage / 1000} s`), restOfMessage);
    });
    const end = (): void => {
      if (framing.incomplete) this.broken(`${framing.progress}, and the connection is closed`);
      else if (this.finish()) this.options.onEnd();
    };
    this.stream.on('end', end);
    this.stream.on('close', end);
    this.stream.on('error', (error) => this.broken(`reading fails: ${error.message}`));
    return { dispose: () => void this.finish() };
  }

  private parsed(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')) as unknown;
    } catch (error) {
      this.broken(`a message is no JSON (${error instanceof Error ? error.message.slice(0, 100) : ''})`);
      return undefined;
    }
  }

  private broken(what: string): void {
    if (this.finish()) this.options.onBroken(what);
  }

  /** True the first time. */
  private finish(): boolean {
    clearTimeout(this.timer);
    if (this.over) return false;
    this.over = true;
    this.stream.pause();
    return true;
  }
}
