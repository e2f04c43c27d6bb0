import * as fs from 'node:fs';
import { writeReason } from '../node/wholeFile';

/** Standard output or standard error. What cannot be written is lost, and known at the end. */
export interface Output {
  readonly terminal: boolean;
  /** False from the first failure on: nothing more is written. */
  readonly works: boolean;
  write(text: string): void;
  /** Waits until all is written; why something was not, or undefined. */
  finish(): Promise<string | undefined>;
}

/** Both outputs of this process. */
export interface Outputs {
  readonly out: Output;
  readonly err: Output;
}

export function streamOutputs(): Outputs {
  return { out: streamOutput(process.stdout), err: streamOutput(process.stderr) };
}

/** As `streamOutputs`, for a process of its own: into a file every byte is written or an error is known, which Node's stream does not promise. */
export function processOutputs(): Outputs {
  const of = (fd: number, stream: NodeJS.WriteStream): Output => (isFile(fd) ? fileOutput(fd) : streamOutput(stream));
  return { out: of(1, process.stdout), err: of(2, process.stderr) };
}

function isFile(fd: number): boolean {
  try {
    return fs.fstatSync(fd).isFile();
  } catch {
    return false;
  }
}

function fileOutput(fd: number): Output {
  let fault: string | undefined;
  return {
    terminal: false,
    get works() {
      return fault === undefined;
    },
    write(text) {
      if (fault !== undefined) return;
      try {
        // A full disk takes a part first, without an error.
        for (let rest = Buffer.from(text); rest.length > 0;) rest = rest.subarray(fs.writeSync(fd, rest));
      } catch (error) {
        fault = writeReason(error);
      }
    },
    finish: () => Promise.resolve(fault),
  };
}

const faults = new WeakMap<NodeJS.WriteStream, { told?: string }>();

function streamOutput(stream: NodeJS.WriteStream): Output {
  // Errors come late, and without a listener they end the process: each stream has one for good.
  const state = faults.get(stream) ?? {};
  if (!faults.has(stream)) {
    faults.set(stream, state);
    stream.on('error', (error: Error) => (state.told ??= writeReason(error)));
  }
  return {
    terminal: stream.isTTY === true,
    get works() {
      return state.told === undefined;
    },
    write(text) {
      if (state.told === undefined) stream.write(text);
    },
    async finish() {
      await new Promise(setImmediate); // an error of the last write comes after it
      while (stream.writableLength > 0 && state.told === undefined && !stream.destroyed) await new Promise((resolve) => setTimeout(resolve, 5));
      return state.told;
    },
  };
}
