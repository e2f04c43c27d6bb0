/** Bytes of the header of a message at most; what clients send has about 30. */
const MOST_HEADER = 1024;
/** Bytes of a message at most: a list of all files of a large folder is some ten megabytes. */
export const MOST_MESSAGE = 64 << 20;

/** What stands before a message: nothing else is defined, so that the first wrong letter tells that this is no client. */
const names = ['content-length', 'content-type'];

/**
 * Cuts the bytes that a client sends into messages (a header with `Content-Length`, an empty line, that many bytes). After a fault nothing can be
 * told of what follows. Keeps what has come of one message.
 */
export class Framing {
  private header = '';
  private wanted: number | undefined;
  private parts: Uint8Array[] = [];
  private length = 0;

  constructor(private readonly onMessage: (bytes: Uint8Array) => void, private readonly most = MOST_MESSAGE) {}

  /** True in the middle of a message. */
  get incomplete(): boolean {
    return this.header !== '' || this.wanted !== undefined;
  }

  /** How much of a message is there, in words. */
  get progress(): string {
    return this.wanted === undefined ? 'the header of a message is not complete' : `${this.length} of the ${this.wanted} bytes of a message are there`;
  }

  /** Takes bytes as they come. The result says what is wrong with them. O(bytes). */
  push(bytes: Uint8Array): string | undefined {
    for (let at = 0; at < bytes.length;) {
      if (this.wanted === undefined) {
        this.header += String.fromCharCode(bytes[at++]);
        const fault = this.headerFault();
        if (fault !== undefined) return fault;
      } else {
        const part = bytes.subarray(at, at + this.wanted - this.length);
        this.parts.push(part);
        this.length += part.length;
        at += part.length;
      }
      if (this.wanted !== undefined && this.length === this.wanted) this.deliver();
    }
    return undefined;
  }

  /** Looks at the header after each byte of it; takes its length over when it has come to its end. */
  private headerFault(): string | undefined {
    const { header } = this;
    if (header.length > MOST_HEADER) return `the header of a message is longer than ${MOST_HEADER} bytes`;
    if (header.endsWith('\r\n\r\n')) return this.takeLength();
    const line = header.slice(header.lastIndexOf('\n') + 1), name = line.split(':', 1)[0].toLowerCase();
    const fits = line.includes(':') ? names.includes(name) : line === '' || line === '\r' || names.some((one) => one.startsWith(name));
    return fits ? undefined : `a message starts with ${JSON.stringify(line.slice(0, 40))} instead of "Content-Length"`;
  }

  private takeLength(): string | undefined {
    const lengths = [...this.header.matchAll(/^content-length:(.*)$/gim)].map(([, value]) => value.trim());
    if (lengths.length !== 1 || !/^\d{1,15}$/.test(lengths[0])) return `the header of a message has no single Content-Length that is a number (${JSON.stringify(lengths.join(', ').slice(0, 40))})`;
    const wanted = Number(lengths[0]);
    if (wanted > this.most) return `a message of ${wanted} bytes is announced, more than ${this.most}`;
    this.header = '';
    this.wanted = wanted;
    return undefined;
  }

  private deliver(): void {
    const bytes = this.parts.length === 1 ? this.parts[0] : Buffer.concat(this.parts);
    this.parts = [];
    this.length = 0;
    this.wanted = undefined;
    this.onMessage(bytes);
  }
}
