import * as vscode from 'vscode';
import { GetStateAt } from '../server/protocol/automaton';
import type { LineParams } from '../server/protocol/commands';
import type { RowSelection } from '../server/protocol/selection';
import type { PageName, Target, ToPage } from '../server/protocol/webview/messages';
import type { Server } from './client';
import { activeLine, lineIn, lineOf } from './findings';
import { registerCommands } from './registerCommands';
import type { FindingNode, GroupNode, RowNode } from './rootCausesTree';
import { KeptLayouts } from './keptLayouts';
import { pageTitles, ViewPanel, type ViewMessage } from './viewPanel';
import { tell } from './tell';

const viewType = (page: PageName): string => `anomaline.${page}View`;
/** The cursor rests for this long before its state is asked for, milliseconds. */
const CURSOR_REST = 150;
/** A cursor that comes to a line this long after a page jumped there comes because of it, milliseconds. */
const JUMP = 2000;

/** The pages that are open, and what they share: the brush, layouts that were made, and whether the cursor selects states. */
export class Views implements vscode.Disposable {
  private readonly panels = new Map<PageName, ViewPanel>();
  private readonly kept = new KeptLayouts();
  private readonly passed = new vscode.EventEmitter<ViewMessage>();
  /** Every message between the extension and its pages, for tests and for looking on. */
  readonly onMessage = this.passed.event;
  private readonly subscriptions: vscode.Disposable[] = [this.passed];
  private brush: RowSelection | null = null;
  private timer: NodeJS.Timeout | undefined;
  /** The line that a page jumped to a moment ago: the cursor that comes there is not told back. */
  private jumped: { readonly to: string; readonly at: number } | undefined;

  constructor(private readonly context: vscode.ExtensionContext, private readonly server: Server) {
    this.subscriptions.push(
      server.onFindings(() => this.tell({ kind: 'changed' })),
      server.onTraining(() => this.panels.get('training')?.tell({ kind: 'training' })),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => this.cursorMoved(textEditor)),
      vscode.window.onDidChangeActiveTextEditor((editor) => this.cursorMoved(editor)),
      ...(Object.keys(pageTitles) as PageName[]).map((page) => vscode.window.registerWebviewPanelSerializer(viewType(page), {
        deserializeWebviewPanel: async (panel) => void this.adopt(page, panel),
      })),
    );
  }

  /** Opens a page, or brings it forward, at a target. `preserveFocus`: without leaving what one is in. */
  open(page: PageName, target?: Target, preserveFocus = false): ViewPanel {
    const there = this.panels.get(page);
    if (there) {
      there.reveal(preserveFocus);
      if (target) there.show(target);
      return there;
    }
    const panel = vscode.window.createWebviewPanel(viewType(page), pageTitles[page], { viewColumn: this.column(), preserveFocus }, ViewPanel.options(this.context.extensionUri));
    return this.adopt(page, panel, target);
  }

  /** The open page of a name. */
  panel(page: PageName): ViewPanel | undefined {
    return this.panels.get(page);
  }

  /** Pages share a column, beside the log that one reads. */
  private column(): vscode.ViewColumn {
    for (const { panel: { viewColumn } } of this.panels.values()) if (viewColumn !== undefined) return viewColumn;
    return vscode.window.activeTextEditor ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const one of [...this.subscriptions, ...this.panels.values()]) one.dispose();
  }

  private adopt(page: PageName, panel: vscode.WebviewPanel, target?: Target): ViewPanel {
    const { context: { extensionUri }, server } = this;
    const view = new ViewPanel(page, panel, extensionUri, server, {
      hello: () => ({ kind: 'hello', page, follow: this.follow, brush: this.brush, kept: this.kept.list() }),
      passed: (message) => this.passed.fire(message),
      open: (other, at) => void this.open(other, at),
      brush: (selection) => {
        this.brush = selection;
        this.tell({ kind: 'brush', selection }, page);
      },
      follow: (on) => void this.context.workspaceState.update('follow', on),
      keep: (key, layout) => this.kept.add(key, layout),
      jumping: ({ uri, line }) => (this.jumped = { to: `${vscode.Uri.parse(uri).toString()}:${line}`, at: Date.now() }),
      closed: () => this.panels.delete(page),
    }, target);
    this.panels.set(page, view);
    return view;
  }

  private tell(message: ToPage, except?: PageName): void {
    for (const [page, panel] of this.panels) if (page !== except) panel.tell(message);
  }

  private get follow(): boolean {
    return this.context.workspaceState.get('follow', true);
  }

  private cursorMoved(editor: vscode.TextEditor | undefined): void {
    if (!editor || !this.follow || !this.panels.has('automaton')) return; // no editor: a page is in front now, and the cursor is where it was
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.tellCursor(editor), CURSOR_REST);
  }

  private async tellCursor(editor: vscode.TextEditor): Promise<void> {
    const line = lineIn(editor);
    if (!line) return;
    const { jumped } = this;
    if (jumped && jumped.to === `${line.uri}:${line.line}` && Date.now() - jumped.at < JUMP) return;
    try {
      const at = await this.server.ask(GetStateAt, line);
      if (at) this.panels.get('automaton')?.tell({ kind: 'cursor', at });
    } catch (error) {
      this.server.log.debug(`The state of ${line.uri}:${line.line + 1} is not known: ${String(error)}`);
    }
  }
}

/** What a link, a test or an item of the side bar names: a state, a root cause, a line. */
export function targetOf(argument: unknown): Target | undefined {
  if (typeof argument !== 'object' || argument === null) return undefined;
  const { state, group, kind } = argument as { readonly state?: unknown; readonly group?: unknown; readonly kind?: unknown };
  if (kind === 'group' || kind === 'finding' || kind === 'row') return nodeTarget(argument as GroupNode | FindingNode | RowNode);
  const line: LineParams | undefined = lineOf(argument);
  return typeof state === 'number' ? { kind: 'state', state } : typeof group === 'string' ? { kind: 'group', group } : line ? { kind: 'line', line } : undefined;
}

function nodeTarget(node: GroupNode | FindingNode | RowNode): Target {
  if (node.kind === 'group') return { kind: 'state', state: node.group.state };
  const { uri, line } = node.kind === 'finding' ? node.finding.place : node.row.place;
  return { kind: 'line', line: { uri, line } };
}

/** The pages and the commands that open them. */
export function activateViews(context: vscode.ExtensionContext, server: Server): Views {
  const views = new Views(context, server);
  context.subscriptions.push(views);
  registerCommands(context, {
    'anomaline.openAutomaton': (argument) => void views.open('automaton', targetOf(argument)),
    'anomaline.openRootCauses': (argument) => void views.open('rootCauses', targetOf(argument)),
    'anomaline.openTimeline': (argument) => void views.open('timeline', targetOf(argument)),
    'anomaline.openTraining': () => void views.open('training'),
    'anomaline.showInAutomaton': (argument) => void views.open('automaton', targetOf(argument)),
    'anomaline.showState': () => {
      const line = activeLine();
      if (line) views.open('automaton', { kind: 'line', line });
      else void tell.information('Put the cursor on a line of a log first.');
    },
  });
  return views;
}
