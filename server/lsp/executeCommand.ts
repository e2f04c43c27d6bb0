import type { CancellationToken } from 'vscode-languageserver';
import type { CaptureSession } from '../engine/api';
import type { BaselineChoice } from '../protocol/baseline';
import { ServerCommands } from '../protocol/commands';
import type { ExportParams, ImportParams, LearnParams, LineParams, SampleParams, ScoreParams } from '../protocol/commands';
import { fileOf } from './answers';
import { openSession } from './context';
import type { Ports, ServerContext } from './context';
import { UserError } from './failure';
import { lineMarkdown } from './hoverText';
import { publish, runJob } from './work';

type ServerCommand = (typeof ServerCommands)[keyof typeof ServerCommands];
/** The argument is of the type that `ServerCommands` tells: it was checked by its schema (`protocol/schemas/commands.ts`). */
type Handler = (context: ServerContext, argument: unknown, token: CancellationToken) => Promise<unknown>;

const handlers: Readonly<Record<ServerCommand, readonly [name: string, Handler]>> = {
  [ServerCommands.investigate]: ['Investigate This Capture', (context, _, token) => runJob(context, 'investigate', (session, control) => session.investigate(control), token)],
  [ServerCommands.learn]: ['Learn', (context, argument, token) => runJob(context, 'learn', (session, control) => session.learn(argument as LearnParams, control), token)],
  [ServerCommands.importFlexfringe]: ['Import FlexFringe Model', (context, argument, token) => importFlexfringe(context, argument as ImportParams, token)],
  [ServerCommands.score]: ['Score', (context, argument, token) => runJob(context, 'score', (session, control) => session.score(argument as ScoreParams, control), token)],
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
  [ServerCommands.explain]: ['Explain', (context, argument) => explain(context, argument as LineParams)],
  [ServerCommands.chooseBaseline]: ['Choose Baseline', async (context, argument) => {
    const session = await openSession(context);
    await session.chooseBaseline(argument as BaselineChoice);
    context.status.changed();
  }],
  [ServerCommands.exportOnnx]: ['Export as ONNX', async (context, argument) => exportOnnx(await openSession(context), argument as ExportParams)],
  [ServerCommands.sample]: ['Open Sample Capture', (context, argument) => sample(context.ports, argument as SampleParams)],
};

/** The commands that the server offers, given what it was started with. */
export function offeredCommands(ports: Ports): string[] {
  return Object.values(ServerCommands).filter((command) => command !== ServerCommands.sample || ports.writeSample !== undefined);
}

/** `workspace/executeCommand`. A failure is shown and is the answer; a cancelled job answers "request cancelled". */
export function registerExecuteCommand(context: ServerContext): void {
  context.connection.onExecuteCommand(async ({ command, arguments: args }, token) => {
    const [name, handler] = Object.hasOwn(handlers, command) ? handlers[command as ServerCommand] : [command, unknownCommand];
    return context.failures.answer(name, async () => (await handler(context, args?.[0], token)) ?? null);
  });
}

function unknownCommand(): Promise<never> {
  return Promise.reject(new UserError('There is no such command.', `Commands are ${Object.values(ServerCommands).join(', ')}.`));
}

async function explain(context: ServerContext, { uri, line }: LineParams): Promise<string> {
  const path = fileOf(uri);
  const detail = await (await openSession(context)).lineDetail(path, line);
  if (!detail) throw new UserError(`Line ${line + 1} of ${path} is no row of a log of this capture.`, 'Choose a line below the header of a log that is in the open folder.');
  return lineMarkdown(detail, { uri, line, commandLinks: context.client.commandLinks });
}

function importFlexfringe(context: ServerContext, params: ImportParams, token: CancellationToken): Promise<string> {
  return runJob(context, 'import', (session, control) => session.importAutomaton(params, control), token);
}

async function exportOnnx(session: CaptureSession, { model, file }: ExportParams): Promise<string> {
  await session.exportOnnx(model, file);
  return file;
}

async function sample(ports: Ports, { folder, kind = 'office' }: SampleParams): Promise<string> {
  if (!ports.writeSample) throw new UserError('This server has no sample capture.', 'Use the one of the extension.');
  await ports.writeSample(folder, kind);
  return folder;
}
