import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { assertNever } from '../server/protocol/method';
import type { Place } from '../server/protocol/places';
import { visible } from '../server/protocol/inert/texts';
import type { RowSelection } from '../server/protocol/selection';
import { checked } from '../server/protocol/schemas/shape';
import { pageMessage } from '../server/protocol/schemas/webview';
import { viewMethods } from '../server/protocol/webview/methods';
import type { Export, KeptLayout, PageName, Target, ToHost, ToPage } from '../server/protocol/webview/messages';
import type { Server } from './client';
import { jump } from './jump';
import { pageHtml } from './pageHtml';
import { fileName } from './plainText';
import { decoded } from './wire';
import { tell } from './tell';

export const pageTitles: Readonly<Record<PageName, string>> = { automaton: 'Automaton', rootCauses: 'Root Causes', timeline: 'Timeline', training: 'Training' };

/** A message on its way between a page and the extension. */
export type ViewMessage = { readonly page: PageName; readonly fromPage: ToHost } | { readonly page: PageName; readonly toPage: ToPage };

/** What a panel leaves to those who know the other panels. */
export interface PanelHost {
  hello(): Extract<ToPage, { kind: 'hello' }>;
  /** A message went from or to the page. */
  passed(message: ViewMessage): void;
  open(page: PageName, target: Target): void;
  brush(selection: RowSelection | null): void;
  follow(on: boolean): void;
  keep(key: string, layout: KeptLayout): void;
  /** The page is about to move the cursor there. */
  jumping(place: Place): void;
  closed(): void;
}

/** One page in an editor tab: answers its messages and forwards its questions to the server. */
export class ViewPanel implements vscode.Disposable {
  private readonly running = new Map<number, vscode.CancellationTokenSource>();
  /** The page listens: messages to one that is hidden or still loading would be lost. */
  private listening = false;

  /** `target`: what the page shows once it listens. */
  constructor(readonly page: PageName, readonly panel: vscode.WebviewPanel, extensionUri: vscode.Uri, private readonly server: Server, private readonly host: PanelHost, private target?: Target) {
    panel.iconPath = { dark: vscode.Uri.joinPath(extensionUri, 'media/activity.svg'), light: vscode.Uri.joinPath(extensionUri, 'media/activity-light.svg') };
    panel.webview.options = ViewPanel.options(extensionUri);
    panel.webview.onDidReceiveMessage((message: unknown) => void this.receive(message));
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.gone();
    });
    panel.onDidDispose(() => {
      this.gone();
      host.closed();
    });
    const dist = vscode.Uri.joinPath(extensionUri, 'dist/webview');
    const uri = (name: string): string => panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
    panel.webview.html = pageHtml({ page, title: pageTitles[page], script: uri(`${page}.js`), style: uri(`${page}.css`), layoutWorker: uri('layoutWorker.js'), source: panel.webview.cspSource, nonce: randomBytes(16).toString('base64') });
  }

  /** Pages read only what was bundled for them. State that must outlive a hidden page is the page's own (`setState`), so that memory is free while it is hidden. */
  static options(extensionUri: vscode.Uri): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist/webview')] };
  }

  /** To a page that listens; one that does not hears everything anew when it says that it is ready. */
  tell(message: ToPage): void {
    if (!this.listening) return;
    this.host.passed({ page: this.page, toPage: message });
    void this.panel.webview.postMessage(message);
  }

  /** Leads the page to a target, now or as soon as it listens. */
  show(target: Target): void {
    if (this.listening) this.tell({ kind: 'show', target });
    else this.target = target;
  }

  reveal(preserveFocus = false): void {
    this.panel.reveal(undefined, preserveFocus);
  }

  dispose(): void {
    this.panel.dispose();
  }

  /** What the page says, or a test in its place. */
  async receive(given: unknown): Promise<void> {
    const said = checked(pageMessage, given, 'the message');
    if ('fault' in said) return this.server.log.error(`${pageTitles[this.page]}: a message of the page is left out: ${said.fault}.`);
    const { value: message } = said;
    this.host.passed({ page: this.page, fromPage: message });
    switch (message.kind) {
      case 'ready': return this.greet();
      case 'ask': return this.ask(message.id, message.method, message.params);
      case 'cancel': return this.running.get(message.id)?.cancel();
      case 'jump':
        this.host.jumping(message.place);
        return jump(message.place, { viewColumn: this.beside(), ...(message.keepFocus ? { preserveFocus: true } : {}), ...(message.pin ? { preview: false } : {}) });
      case 'export': return this.save(message.file);
      case 'copy': return vscode.env.clipboard.writeText(message.text);
      case 'open': return this.host.open(message.page, message.target);
      case 'brush': return this.host.brush(message.selection);
      case 'follow': return this.host.follow(message.on);
      case 'keep': return this.host.keep(message.key, message.layout);
      case 'command': return void vscode.commands.executeCommand(message.command);
      case 'fault': return this.server.log.error(visible(`${pageTitles[this.page]}: ${message.text}`));
      default: return assertNever(message);
    }
  }

  private greet(): void {
    const { target } = this;
    this.target = undefined; // once: a page that is hidden and shown again goes on where it was
    this.listening = true;
    this.tell({ ...this.host.hello(), ...(target ? { target } : {}) });
  }

  /** Nobody waits for answers any longer. */
  private gone(): void {
    this.listening = false;
    for (const source of this.running.values()) source.cancel();
  }

  private async ask(id: number, method: string, params: unknown): Promise<void> {
    if (!viewMethods.has(method)) return this.tell({ kind: 'failed', id, message: `Pages may not ask for ${method}.` });
    const source = new vscode.CancellationTokenSource();
    this.running.set(id, source);
    try {
      this.tell({ kind: 'answer', id, result: decoded(await this.server.ask({ method, direction: 'clientToServer' }, params, source.token)) });
    } catch (error) {
      if (!source.token.isCancellationRequested) this.tell({ kind: 'failed', id, message: error instanceof Error ? error.message : String(error) });
    } finally {
      this.running.delete(id);
      source.dispose();
    }
  }

  private async save({ name: given, content }: Export): Promise<void> {
    const name = fileName(given);
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const uri = await vscode.window.showSaveDialog({ title: `Export ${name}`, ...(folder ? { defaultUri: vscode.Uri.joinPath(folder, name) } : {}) });
    if (!uri) return;
    try {
      await vscode.workspace.fs.writeFile(uri, typeof content === 'string' ? new TextEncoder().encode(content) : content);
      const open = await tell.information(`${name} was written.`, 'Open');
      if (open) await vscode.commands.executeCommand('vscode.open', uri);
    } catch (error) {
      void tell.error(`${name} could not be written: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** The column for logs: one that is not the page's own, so that both stay in sight. */
  private beside(): vscode.ViewColumn {
    const own = this.panel.viewColumn;
    const other = vscode.window.tabGroups.all.find((group) => group.viewColumn !== own);
    return other?.viewColumn ?? (own === undefined || own === vscode.ViewColumn.One ? vscode.ViewColumn.Beside : vscode.ViewColumn.One);
  }
}
