import * as vscode from 'vscode';
import type { BaselineChoice } from '../server/protocol/baseline';
import { GetCapture } from '../server/protocol/capture';
import type { CaptureSummary } from '../server/protocol/capture';
import { ServerCommands } from '../server/protocol/commands';
import type { Server } from './client';
import { registerCommands } from './registerCommands';
import { baselineText, bytesText, parseTime, timeText } from './text';
import { pick, pickMany, tell } from './tell';
import { whenTrusted } from './trust';

/** Choose Baseline: which rows are believed benign. The answer goes into `anomaline.json` of the capture. */
export function activateBaseline(context: vscode.ExtensionContext, server: Server): void {
  registerCommands(context, { 'anomaline.chooseBaseline': whenTrusted(() => chooseBaseline(server)) });
}

type Ask = (capture: CaptureSummary) => Promise<BaselineChoice | undefined>;
const kinds: readonly (vscode.QuickPickItem & { readonly ask: Ask })[] = [
  { label: 'The capture itself', detail: 'Nothing benign is known: what most of the capture does counts as normal. Fails where attacks are the majority.', ask: () => Promise.resolve({ self: true }) },
  { label: 'Files...', detail: 'Folders or logs that hold benign traffic, such as those of a quiet day', ask: chooseFiles },
  { label: 'Time range...', detail: 'All rows between two times', ask: chooseTimes },
  { label: 'Label column...', detail: 'Rows that a column of the logs calls benign', ask: chooseLabel },
];

async function chooseBaseline(server: Server): Promise<void> {
  const capture = await server.ask(GetCapture, null);
  if (capture.logs.length === 0) return void tell.information('There are no logs to choose from. Open a folder with logs, or run Anomaline: Open Sample Capture.');
  const kind = await pick(kinds, { title: 'Choose Baseline: what is benign in this capture?' });
  const choice = await kind?.ask(capture);
  if (!choice || (await server.run(ServerCommands.chooseBaseline, choice)) === undefined) return;
  const action = await tell.information(`Baseline: ${baselineText(choice)}. It is written to anomaline.json.`, 'Learn Now');
  if (action) await vscode.commands.executeCommand('anomaline.learn');
}

async function chooseFiles({ logs }: CaptureSummary): Promise<BaselineChoice | undefined> {
  const usable = logs.filter((log) => log.usable);
  const folders = [...new Set(usable.map(({ path }) => path.split('/').slice(0, -1).join('/')).filter((folder) => folder !== ''))].sort();
  const picked = await pickMany([
    ...folders.map((folder) => ({ label: folder, iconPath: new vscode.ThemeIcon('folder'), description: 'all logs in it', glob: `${folder}/**` })),
    ...usable.map(({ path, format, bytes }) => ({ label: path, description: `${format}, ${bytesText(bytes)}`, glob: literalGlob(path) })),
  ], { title: 'Baseline: which logs are benign?', matchOnDescription: true });
  return picked && picked.length > 0 ? { files: picked.map(({ glob }) => glob) } : undefined;
}

/** A path as a glob that matches it alone. */
function literalGlob(path: string): string {
  return path.replace(/[\\*?[\]{}()!+@|]/g, '\\$&');
}

async function chooseTimes({ logs }: CaptureSummary): Promise<BaselineChoice | undefined> {
  const spans = logs.flatMap(({ timeSpan }) => (timeSpan ? [timeSpan] : []));
  const first = Math.min(...spans.map(([start]) => start)), last = Math.max(...spans.map(([, end]) => end));
  const from = await askTime('Baseline from', first);
  const to = from === undefined ? undefined : await askTime('Baseline until', Math.floor(last) + 1, from); // this time itself is left out
  return from === undefined || to === undefined ? undefined : { from, to };
}

function askTime(title: string, suggested: number, after = -Infinity): Promise<number | undefined> {
  const value = !Number.isFinite(suggested) ? '' : suggested < 1e8 ? String(suggested) : timeText(suggested);
  const validateInput = (text: string) => {
    const time = parseTime(text);
    return time === undefined ? 'Write 2026-03-02 09:15:00 (UTC), 2026-03-02T09:15+01:00, or seconds' : time <= after ? `Must be later than ${timeText(after)}` : undefined;
  };
  return Promise.resolve(vscode.window.showInputBox({ title, value, prompt: 'Date and time in UTC, or seconds', validateInput })).then((text) => (text === undefined ? undefined : parseTime(text)));
}

async function chooseLabel(): Promise<BaselineChoice | undefined> {
  const column = await vscode.window.showInputBox({ title: 'Baseline: which column holds the label?', value: 'label', validateInput: (text) => (text.trim() === '' ? 'Name a column, as in the header of the logs' : undefined) });
  const matches = column === undefined ? undefined : await vscode.window.showInputBox({ title: `Baseline: which values of "${column}" are benign?`, value: 'Benign', prompt: 'A regular expression for the whole value; case does not matter', validateInput: expressionProblem });
  return column === undefined || matches === undefined ? undefined : { label: { column: column.trim(), matches } };
}

/** What the server will refuse is told at once where that can be seen here: JavaScript only reads the expression, it is matched on the server by RE2. */
function expressionProblem(text: string): string | undefined {
  if (text === '') return 'Write a value, such as Benign';
  if (/\(\?<?[=!]|\\[1-9]|\\k</.test(text)) return 'Looking ahead or behind, and references to groups, are not supported: write out what fits, such as Benign|Background';
  if (text.length > 1000) return 'Write at most 1,000 characters';
  try {
    return void new RegExp(text);
  } catch (error) {
    return error instanceof Error ? error.message : 'This is no regular expression';
  }
}
