import * as path from 'node:path';
import { VERSION } from './cli/version';
import { withInertTexts } from './lsp/inertTexts';
import { startServer } from './lsp/server';
import { processConnection } from './lsp/transport';
import { createCaptureSession } from './node/openSession';
import { SAMPLES, writeSample } from './node/writeSample';

const usage = `Anomaline language server ${VERSION}
usage: anomaline-server --stdio | --node-ipc | --version
  --stdio      speak the Language Server Protocol over standard input and output
  --node-ipc   speak it over the channel of the parent process (what the VS Code extension does)
`;

function serve(kind: 'stdio' | 'ipc'): void {
  // The server makes its own texts inert; these are for what is told from here.
  const plain = processConnection(kind), connection = withInertTexts(plain);
  // What no handler caught is a fault of ours; the capture stays open and the log has the trace.
  const fault = (error: unknown) => connection.console.error(`Unexpected: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.on('uncaughtException', fault);
  process.on('unhandledRejection', fault);
  const workerScript = path.join(__dirname, 'workers/logWorker.js');
  startServer(plain, (root, settings, trusted) => createCaptureSession(root, settings, workerScript, { trusted, onNotice: (text) => void connection.window.showInformationMessage(`Anomaline: ${text}`) }), { version: VERSION, writeSample: (folder, kind) => writeSample(folder, { ...SAMPLES[kind], kind }) });
}

const args = process.argv.slice(2);
if (args.includes('--version')) console.log(VERSION);
else if (args.includes('--help')) console.log(usage);
else if (args.includes('--stdio') || args.includes('--node-ipc')) serve(args.includes('--stdio') ? 'stdio' : 'ipc');
else {
  console.error(usage);
  process.exitCode = 2;
}
