import * as vscode from 'vscode';
import { assertNever } from '../server/protocol/method';
import type { Band } from '../server/protocol/places';
import { GetRootCauseAt } from '../server/protocol/rootCauses';
import type { GroupOrder } from '../server/protocol/rootCauses';
import type { Server } from './client';
import { activeLine, lineOf } from './findings';
import { labelText } from './plainText';
import { registerCommands } from './registerCommands';
import { RootCausesTree } from './rootCausesTree';
import type { MoreNode, Node } from './rootCausesTree';
import { pick, tell, treeItem } from './tell';
import { count, findingDescription, groupDescription, orderNames, timeText, viewDescription } from './text';

const { Collapsed, None } = vscode.TreeItemCollapsibleState;
const colours: Readonly<Record<Band, string>> = { high: 'list.errorForeground', medium: 'list.warningForeground', low: 'charts.blue' };

/** The view Root Causes and its commands. */
export function activateRootCauses(context: vscode.ExtensionContext, server: Server): RootCausesView {
  const view = new RootCausesView(server, context.workspaceState);
  context.subscriptions.push(view);
  registerCommands(context, {
    'anomaline.showRootCause': (argument) => view.reveal(argument),
    'anomaline.sortRootCauses': () => view.chooseOrder(),
    'anomaline.filterRootCauses': () => view.chooseFilter(),
    'anomaline.clearFilter': () => view.setFilter(''),
    'anomaline.showMore': (argument) => view.showMore(argument as MoreNode),
  });
  return view;
}

/** Tree and state (order, filter) of the view; a new tree is made whenever findings change. */
export class RootCausesView implements vscode.TreeDataProvider<Node>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Node | undefined>();
  readonly onDidChangeTreeData = this.changed.event;
  private readonly view: vscode.TreeView<Node>;
  private readonly listening: vscode.Disposable;
  private filter = '';
  private tree: RootCausesTree;

  constructor(private readonly server: Server, private readonly memory: vscode.Memento) {
    this.tree = this.freshTree();
    this.view = vscode.window.createTreeView('anomaline.rootCauses', { treeDataProvider: this, showCollapseAll: true });
    this.listening = server.onFindings(() => this.refresh());
  }

  getTreeItem(node: Node): vscode.TreeItem {
    const item = itemOf(node);
    item.id = node.id;
    return item;
  }

  async getChildren(node?: Node): Promise<Node[]> {
    const { tree } = this, children = await tree.children(node);
    if (!node && tree === this.tree) this.describe();
    return [...children];
  }

  getParent(node: Node): Node | undefined {
    return node.parent;
  }

  get selection(): readonly Node[] {
    return this.view.selection;
  }

  /** Selects the finding of a line: of the argument's line, else of the cursor's. */
  async reveal(argument: unknown): Promise<void> {
    const line = lineOf(argument) ?? activeLine();
    const found = line && (await this.server.ask(GetRootCauseAt, line));
    if (!found) return void tell.information(line ? `Line ${line.line + 1} is not part of a finding.` : 'Put the cursor on an underlined line of a log first.');
    let node = await this.tree.findingNode(found.group, found.finding);
    if (!node && this.filter !== '') {
      await this.setFilter(''); // the filter hides it
      node = await this.tree.findingNode(found.group, found.finding);
    }
    if (!node) return void tell.information('The findings have just changed; try again.');
    this.changed.fire(undefined); // what was fetched to find it is in the lists now
    await this.view.reveal(node, { select: true, focus: true, expand: true });
  }

  async chooseOrder(): Promise<void> {
    const picks = (Object.keys(orderNames) as GroupOrder[]).map((order) => ({ order, label: orderNames[order], description: order === this.order ? 'current' : '' }));
    const picked = await pick(picks, { title: 'Sort root causes' });
    if (!picked) return;
    await this.memory.update('order', picked.order);
    this.refresh();
  }

  async chooseFilter(): Promise<void> {
    const words = await vscode.window.showInputBox({ title: 'Filter root causes', prompt: 'Words of the root cause or of an entity, such as 10.0.0.5 or ssh; all must occur', value: this.filter });
    if (words !== undefined) await this.setFilter(words.trim());
  }

  async setFilter(words: string): Promise<void> {
    this.filter = words;
    await vscode.commands.executeCommand('setContext', 'anomaline.filtered', words !== '');
    this.refresh();
  }

  async showMore({ list, parent }: MoreNode): Promise<void> {
    await list.more();
    this.changed.fire(parent);
  }

  dispose(): void {
    this.listening.dispose();
    this.view.dispose();
    this.changed.dispose();
  }

  private get order(): GroupOrder {
    return this.memory.get<GroupOrder>('order', 'score');
  }

  private freshTree(): RootCausesTree {
    return new RootCausesTree((method, params) => this.server.ask(method, params), this.order, this.filter);
  }

  private refresh(): void {
    this.tree = this.freshTree();
    this.changed.fire(undefined);
  }

  private describe(): void {
    const { total } = this.tree.groups, { findings, phase } = this.server.status;
    this.view.description = total === 0 ? '' : labelText(viewDescription(total, this.order, this.filter));
    this.view.badge = findings > 0 && phase === 'ready' ? { value: findings, tooltip: count(findings, 'finding') } : undefined;
  }
}

function itemOf(node: Node): vscode.TreeItem {
  switch (node.kind) {
    case 'group': {
      const { text, band, timeSpan, state } = node.group;
      const description = groupDescription(node.group);
      const item = treeItem({ label: text, description, tooltip: [text, `score ${description}`, `state ${state}`, ...(timeSpan ? [`${timeText(timeSpan[0])} to ${timeText(timeSpan[1])}`] : [])] }, Collapsed);
      item.iconPath = new vscode.ThemeIcon('circle-filled', new vscode.ThemeColor(colours[band]));
      item.accessibilityInformation = { label: labelText(`${text}, ${band}, score ${description}`) };
      item.contextValue = 'group';
      return item;
    }
    case 'finding': {
      const { entity, verdict } = node.finding;
      const item = treeItem({ label: entity, description: findingDescription(node.finding), ...(verdict === undefined ? {} : { tooltip: [entity, verdict] }) }, Collapsed);
      item.iconPath = new vscode.ThemeIcon('git-commit', new vscode.ThemeColor(colours[node.finding.band]));
      item.contextValue = 'finding';
      return item;
    }
    case 'row': {
      const { place, path, message, score, band, time } = node.row;
      const item = treeItem({ label: `${path}:${place.line + 1}`, description: message, tooltip: [message, `score ${score.toFixed(1)}, ${band}`, ...(time === undefined ? [] : [timeText(time)])] }, None);
      item.command = { command: 'anomaline.openPlace', title: 'Open', arguments: [place] };
      item.contextValue = 'row';
      return item;
    }
    case 'more': {
      const item = treeItem({ label: 'Show more', description: `${node.list.remaining.toLocaleString('en-US')} left` }, None);
      item.iconPath = new vscode.ThemeIcon('ellipsis');
      item.command = { command: 'anomaline.showMore', title: 'Show More', arguments: [node] };
      return item;
    }
    default:
      return assertNever(node);
  }
}
