import * as vscode from 'vscode';
import { ServerCommands } from '../server/protocol/commands';
import { GetModels } from '../server/protocol/models';
import type { ModelSummary } from '../server/protocol/models';
import type { Server } from './client';
import { fileName } from './plainText';
import { registerCommands } from './registerCommands';
import { baselineText, count } from './text';
import { whenTrusted } from './trust';
import type { Views } from './views';
import { pick, tell } from './tell';

type Train = Server['run'];

/** Long work on the capture: investigate, learn, score, clear. The server shows progress. */
export function activateWork(context: vscode.ExtensionContext, server: Server, views: Views): void {
  /** Runs a command that may train a net, and shows its curve meanwhile, once: who closes the page is left alone. */
  const train: Train = async (command, argument) => {
    let shown = false;
    const listening = server.onTraining(({ running }) => {
      if (running && !shown) views.open('training', undefined, true);
      shown ||= running;
    });
    try {
      return await server.run(command, argument);
    } finally {
      listening.dispose();
    }
  };
  registerCommands(context, {
    'anomaline.investigate': whenTrusted(() => investigate(train)),
    'anomaline.learn': whenTrusted(() => learn(server, train)),
    'anomaline.cancel': () => server.run(ServerCommands.cancel),
    'anomaline.importFlexfringe': whenTrusted((argument) => importFlexfringe(server, argument instanceof vscode.Uri ? argument : undefined)),
    'anomaline.score': whenTrusted((argument) => score(server, isModel(argument) ? argument : undefined)),
    'anomaline.exportOnnx': whenTrusted((argument) => exportOnnx(server, isModel(argument) ? argument : undefined)),
    'anomaline.clear': () => server.run(ServerCommands.clear),
  });
}

/** A node of the Models view carries its model. */
function isModel(argument: unknown): argument is ModelSummary {
  return typeof argument === 'object' && argument !== null && 'file' in argument && 'detector' in argument;
}

async function investigate(train: Train): Promise<void> {
  if ((await train(ServerCommands.investigate)) === undefined) return;
  await vscode.commands.executeCommand('anomaline.rootCauses.focus');
}

async function learn(server: Server, train: Train): Promise<void> {
  const file = await train<string>(ServerCommands.learn, {});
  if (typeof file !== 'string') return;
  const action = await tell.information(`Learned ${vscode.workspace.asRelativePath(file)}.`, 'Score');
  if (action) await server.run(ServerCommands.score, { model: file });
}

/** Makes a model of the file that was chosen in the explorer, or that the user picks. */
async function importFlexfringe(server: Server, chosen: vscode.Uri | undefined): Promise<void> {
  const file = chosen ?? (await chooseAutomaton());
  if (!file) return;
  if ((await server.run<string>(ServerCommands.importFlexfringe, { file: file.fsPath })) === undefined) return;
  await vscode.commands.executeCommand('anomaline.rootCauses.focus');
}

async function chooseAutomaton(): Promise<vscode.Uri | undefined> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  const [file] = (await vscode.window.showOpenDialog({ canSelectMany: false, filters: { 'FlexFringe model': ['json'], 'All files': ['*'] }, openLabel: 'Import', title: 'Import FlexFringe Model: which automaton? (*.final.json)', ...(folder ? { defaultUri: folder.uri } : {}) })) ?? [];
  return file;
}

async function score(server: Server, model: ModelSummary | undefined): Promise<void> {
  const chosen = model ?? (await chooseModel(server));
  if (chosen) await server.run(ServerCommands.score, { model: chosen.file });
}

/** Writes the net of a model where the user says. */
async function exportOnnx(server: Server, model: ModelSummary | undefined): Promise<void> {
  const chosen = model ?? (await server.ask(GetModels, null)).find((one) => one.net === true);
  if (!chosen) return void tell.information('This capture has no model with a neural net. Learn one with the detector authSequences.');
  const proposed = proposedFile(chosen.file);
  const file = await vscode.window.showSaveDialog({ defaultUri: proposed, filters: { ONNX: ['onnx'] }, title: 'Export Model as ONNX' });
  if (!file) return;
  if ((await server.run(ServerCommands.exportOnnx, { model: chosen.file, file: file.fsPath })) !== undefined) void tell.information(`Wrote ${vscode.workspace.asRelativePath(file)}.`);
}

/** The only usable model, or the one the user picks; undefined where there is none, after saying what to do. */
async function chooseModel(server: Server): Promise<ModelSummary | undefined> {
  const models = (await server.ask(GetModels, null)).filter((model) => model.problem === undefined);
  if (models.length === 1) return models[0];
  if (models.length === 0) {
    const action = await tell.information('This capture has no model yet. Learn one from a baseline first, or investigate, which does both.', 'Investigate', 'Learn');
    if (action) await vscode.commands.executeCommand(action === 'Learn' ? 'anomaline.learn' : 'anomaline.investigate');
    return undefined;
  }
  const picks = models.map((model) => ({ model, label: vscode.workspace.asRelativePath(model.file), description: model.active ? 'in use' : '', detail: `${model.detector}, learned from ${count(model.rows, 'row')}: ${baselineText(model.baseline)}` }));
  return (await pick(picks, { title: 'Score with which model?' }))?.model;
}

/** Beside the model, under a name in which nothing is hidden. */
function proposedFile(model: string): vscode.Uri {
  const file = vscode.Uri.file(model);
  const name = file.path.slice(file.path.lastIndexOf('/') + 1).replace(/\.safetensors$/, '.onnx');
  return vscode.Uri.joinPath(file, '..', fileName(name));
}
