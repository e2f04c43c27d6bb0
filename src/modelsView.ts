import * as vscode from 'vscode';
import { GetModels } from '../server/protocol/models';
import type { ModelSummary } from '../server/protocol/models';
import type { Server } from './client';
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
  const item = new vscode.TreeItem(vscode.Uri.file(model.file));
  item.id = model.file;
  item.contextValue = model.problem !== undefined ? 'damagedModel' : model.net === true ? 'netModel' : 'model';
  item.iconPath = new vscode.ThemeIcon(model.problem !== undefined ? 'warning' : model.active ? 'check' : 'symbol-misc');
  item.description = model.problem ?? [...(model.active ? ['in use'] : []), ...(model.states > 0 ? [count(model.states, 'state')] : []), count(model.rows, 'row')].join(' · ');
  item.tooltip = model.problem ?? `${model.detector}: ${model.states > 0 ? `${count(model.states, 'state')} and ${count(model.symbols, 'symbol')}` : count(model.symbols, 'known value')} from ${count(model.rows, 'row')}\nBaseline: ${baselineText(model.baseline)}\n${model.file}`;
  return item;
}
