import * as vscode from 'vscode';
import { GetModels } from '../server/protocol/models';
import type { ModelSummary } from '../server/protocol/models';
import type { Server } from './client';
import { treeItem } from './tell';
import { baselineText, count } from './text';

/** The view Models: what was learned, from what, and which model the findings come from. */
export function activateModels(context: vscode.ExtensionContext, server: Server): void {
  const changed = new vscode.EventEmitter<void>();
  const view = vscode.window.createTreeView<ModelSummary>('anomaline.models', {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getTreeItem: modelItem,
      getChildren: async (element) => (element ? [] : [...(await server.ask(GetModels, null))]),
    },
  });
  context.subscriptions.push(changed, view, server.onFindings(() => changed.fire()));
}

function modelItem(model: ModelSummary): vscode.TreeItem {
  const description = model.problem ?? [...(model.active ? ['in use'] : []), ...(model.states > 0 ? [count(model.states, 'state')] : []), count(model.rows, 'row')].join(' · ');
  const known = model.states > 0 ? `${count(model.states, 'state')} and ${count(model.symbols, 'symbol')}` : count(model.symbols, 'known value');
  const tooltip = model.problem !== undefined ? [model.problem] : [`${model.detector}: ${known} from ${count(model.rows, 'row')}`, `Baseline: ${baselineText(model.baseline)}`, model.file];
  const item = treeItem({ label: model.file.slice(Math.max(model.file.lastIndexOf('/'), model.file.lastIndexOf('\\')) + 1), description, tooltip });
  item.id = model.file;
  item.contextValue = model.problem !== undefined ? 'damagedModel' : model.net === true ? 'netModel' : 'model';
  item.iconPath = new vscode.ThemeIcon(model.problem !== undefined ? 'warning' : model.active ? 'check' : 'symbol-misc');
  return item;
}
