import * as vscode from 'vscode';
import { labelText, messageText, tooltipText } from './plainText';

/** The only way to tell the user something in a notification: texts of logs, names of files and failures are in it. */
export const tell = {
  information: (text: string, ...actions: string[]): Thenable<string | undefined> => vscode.window.showInformationMessage(messageText(text), ...actions),
  warning: (text: string, ...actions: string[]): Thenable<string | undefined> => vscode.window.showWarningMessage(messageText(text), ...actions),
  error: (text: string, ...actions: string[]): Thenable<string | undefined> => vscode.window.showErrorMessage(messageText(text), ...actions),
};

/** The only way to let the user pick from a list. What is picked is the item as given. */
export async function pick<T extends vscode.QuickPickItem>(items: readonly T[], options: vscode.QuickPickOptions): Promise<T | undefined> {
  return (await vscode.window.showQuickPick(items.map(plainItem), options))?.item;
}

/** As `pick`, for any number of items. */
export async function pickMany<T extends vscode.QuickPickItem>(items: readonly T[], options: vscode.QuickPickOptions): Promise<readonly T[] | undefined> {
  return (await vscode.window.showQuickPick(items.map(plainItem), { ...options, canPickMany: true }))?.map(({ item }) => item);
}

function plainItem<T extends vscode.QuickPickItem>(item: T): vscode.QuickPickItem & { readonly item: T } {
  const { label, description, detail, iconPath } = item;
  return { item, label: labelText(label), ...(description === undefined ? {} : { description: labelText(description) }), ...(detail === undefined ? {} : { detail: labelText(detail) }), ...(iconPath === undefined ? {} : { iconPath }) };
}

/** The only way to make an item of a tree: label, description and tooltip (lines) are plain. */
export function treeItem(texts: { readonly label: string; readonly description?: string; readonly tooltip?: readonly string[] }, collapsible?: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(labelText(texts.label), collapsible);
  if (texts.description !== undefined) item.description = labelText(texts.description);
  if (texts.tooltip !== undefined) item.tooltip = tooltipText(texts.tooltip);
  return item;
}
