import { Console } from 'node:console';
import * as fs from 'node:fs';
import { type Connection, createConnection, IPCMessageReader, IPCMessageWriter, type MessageReader, type MessageWriter, ProposedFeatures, StreamMessageWriter } from 'vscode-languageserver/node';
import { CheckedReader } from './checkedReader';
import { StreamReader } from './streamReader';

/** A connection on which every message of the client is checked before anybody sees it. */
export function checkedConnection(reader: MessageReader, writer: MessageWriter): Connection {
  return createConnection(ProposedFeatures.all, new CheckedReader(reader, writer), writer);
}

/**
 * The connection to the client that started this process. The process ends when the client closes its end (code 0 after `shutdown`, else 1), and with a
 * line on standard error where what the client sends is no message, or it cannot be written to any more.
 */
export function processConnection(kind: 'stdio' | 'ipc'): Connection {
  return kind === 'stdio' ? stdioConnection() : ipcConnection();
}

function stdioConnection(): Connection {
  // Standard output is the client's: a line that somebody prints would be a broken message.
  Object.assign(globalThis.console, new Console(process.stderr, process.stderr));
  process.stderr.on('error', () => undefined);
  const broken = (what: string): void => endWith(`${what}. The connection cannot be used any more`);
  const writer = new StreamMessageWriter(process.stdout);
  const reader = new StreamReader(process.stdin, { onBroken: (what) => broken(`what the client sends is broken: ${what}`), onEnd: () => ended(checkedReader) });
  const checkedReader = new CheckedReader(reader, writer);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => (checkedReader.shutDown ? process.exit(0) : broken(`the client cannot be written to: ${error.code ?? error.message}`)));
  return createConnection(ProposedFeatures.all, checkedReader, writer);
}

function ipcConnection(): Connection {
  if (!process.send) endWith('--node-ipc needs a parent process with a channel. Start it with --stdio instead', 2);
  const writer = new IPCMessageWriter(process), reader = new CheckedReader(new IPCMessageReader(process), writer);
  process.on('disconnect', () => ended(reader));
  return createConnection(ProposedFeatures.all, reader, writer);
}

function ended(reader: CheckedReader): never {
  process.exit(reader.shutDown ? 0 : 1);
}

/** Writes without a buffer, so that it is out when the process is gone. */
function endWith(text: string, code = 1): never {
  try {
    fs.writeSync(2, `anomaline-server: ${text}.\n`);
  } catch {
    // Nobody listens.
  }
  process.exit(code);
}
