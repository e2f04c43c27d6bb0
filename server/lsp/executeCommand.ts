import type { CancellationToken } from 'vscode-languageserver';
import type { CaptureSession } from '../engine/api';
import type { BaselineChoice } from '../protocol/baseline';
import { SAMPLE_KINDS, ServerCommands } from '../protocol/commands';
import type { ExportParams, ImportParams, LearnParams, LineParams, SampleParams, ScoreParams } from '../protocol/commands';
import { logPath } from '../protocol/uris';
import { openSession } from './context';
import type { Ports, ServerContext } from './context';
import { UserError } from './failure';
import { lineMarkdown } from './hoverText';
import { publish, runJob } from './work';

type ServerCommand = (typeof ServerCommands)[keyof typeof ServerCommands];
type Handler = (context: ServerContext, argument: unknown, token: CancellationToken) => Promise<unknown>;

const handlers: Readonly<Record<ServerCommand, readonly [name: string, Handler]>> = {
  [ServerCommands.investigate]: ['Investigate This Capture', (context, _, token) => runJob(context, 'investigate', (session, control) => session.investigate(control), token)],
  [ServerCommands.learn]: ['Learn', (context, argument, token) => runJob(context, 'learn', (session, control) => session.learn(object<LearnParams>(argument), control), token)],
  [ServerCommands.importFlexfringe]: ['Import FlexFringe Model', (context, argument, token) => importFlexfringe(context, object<ImportParams>(argument), token)],
  [ServerCommands.score]: ['Score', (context, argument, token) => runJob(context, 'score', (session, control) => session.score(object<ScoreParams>(argument), control), token)],
  [ServerCommands.cancel]: ['Cancel', async (context) => {
    const job = context.jobs.current();
    job?.cancel();
    return job !== undefined;
  }],
  [ServerCommands.clear]: ['Clear', async (context) => {
    context.jobs.cancelAll();
    const session = await openSession(context);
    session.clear();
    await publish(context, session);
  }],
  [ServerCommands.explain]: ['Explain', (context, argument) => explain(context, object<LineParams>(argument))],
  [ServerCommands.chooseBaseline]: ['Choose Baseline', async (context, argument) => {
    const session = await openSession(context);
    await session.chooseBaseline(object<BaselineChoice>(argument));
    context.status.changed();
  }],
  [ServerCommands.exportOnnx]: ['Export as ONNX', async (context, argument) => exportOnnx(await openSession(context), object<ExportParams>(argument))],
  [ServerCommands.sample]: ['Open Sample Capture', (context, argument) => sample(context.ports, object<SampleParams>(argument))],
};

/** The commands that the server offers, given what it was started with. */
export function offeredCommands(ports: Ports): string[] {
  return Object.values(ServerCommands).filter((command) => command !== ServerCommands.sample || ports.writeSample !== undefined);
}

/** `workspace/executeCommand`. A failure is shown and is the answer; a cancelled job answers "request cancelled". */
export function registerExecuteCommand(context: ServerContext): void {
  context.connection.onExecuteCommand(async ({ command, arguments: args }, token) => {
    const [name, handler] = handlers[command as ServerCommand] ?? [command, unknownCommand];
    return context.failures.answer(name, async () => (await handler(context, args?.[0], token)) ?? null);
  });
}

function unknownCommand(): Promise<never> {
  return Promise.reject(new UserError('There is no such command.', `Commands are ${Object.values(ServerCommands).join(', ')}.`));
}

async function explain(context: ServerContext, { uri, line }: LineParams): Promise<string> {
  const path = typeof uri === 'string' ? logPath(uri) : undefined;
  if (path === undefined || !Number.isInteger(line) || line < 0) throw new UserError('The argument is not a line of a file.', 'Give { "uri": "file:///...", "line": 0 }, lines counted from 0.');
  const detail = await (await openSession(context)).lineDetail(path, line);
  if (!detail) throw new UserError(`Line ${line + 1} of ${path} is no row of a log of this capture.`, 'Choose a line below the header of a log that is in the open folder.');
  return lineMarkdown(detail, { uri, line, commandLinks: context.client.commandLinks });
}

async function importFlexfringe(context: ServerContext, params: ImportParams, token: CancellationToken): Promise<string> {
  if (typeof params.file !== 'string' || params.file === '') throw new UserError('No file was named.', 'Give { "file": "/absolute/path/of/model.json" }.');
  return runJob(context, 'import', (session, control) => session.importAutomaton(params, control), token);
}

async function exportOnnx(session: CaptureSession, { model, file }: ExportParams): Promise<string> {
  if (typeof model !== 'string' || typeof file !== 'string' || model === '' || file === '') throw new UserError('No model or no file was named.', 'Give { "model": "/absolute/path/of/model.safetensors", "file": "/absolute/path/of/net.onnx" }.');
  await session.exportOnnx(model, file);
  return file;
}

async function sample(ports: Ports, { folder, kind = 'office' }: SampleParams): Promise<string> {
  if (!ports.writeSample) throw new UserError('This server has no sample capture.', 'Use the one of the extension.');
  if (typeof folder !== 'string' || folder === '') throw new UserError('No folder was named.', 'Give { "folder": "/absolute/path" }.');
  if (!SAMPLE_KINDS.includes(kind)) throw new UserError(`There is no sample capture "${String(kind)}".`, `Give one of: ${SAMPLE_KINDS.join(', ')}.`);
  await ports.writeSample(folder, kind);
  return folder;
}

/** An argument as an object; none is an empty one, so that other editors may leave it out. */
function object<T>(argument: unknown): T {
  if (argument === undefined || argument === null) return {} as T;
  if (typeof argument !== 'object' || Array.isArray(argument)) throw new UserError('The argument is not an object.', 'See docs/protocol.md for what the command takes.');
  return argument as T;
}
