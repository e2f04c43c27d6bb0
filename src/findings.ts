import * as vscode from 'vscode';
import type { LineParams } from '../server/protocol/commands';
import type { Place } from '../server/protocol/places';
import { GetNeighbour } from '../server/protocol/rootCauses';
import type { Server } from './client';
import { jump } from './jump';
import { registerCommands } from './registerCommands';
import { tell } from './tell';

/** From finding to finding through the logs. */
export function activateFindings(context: vscode.ExtensionContext, server: Server): void {
  let last: LineParams | undefined;
  const go = async (direction: 'next' | 'previous', argument: unknown) => {
    const from = lineOf(argument) ?? activeLine() ?? last;
    const place = await server.ask(GetNeighbour, { ...(from ? { uri: from.uri } : {}), line: from?.line ?? -1, direction });
    if (place) await show(place);
    else void tell.information(server.status.phase === 'ready' ? 'Nothing is flagged in this capture.' : 'Nothing is scored yet: run Anomaline: Investigate This Capture.');
  };
  const show = async (place: Place) => {
    last = place;
    await jump(place);
  };
  registerCommands(context, {
    'anomaline.nextFinding': (argument) => go('next', argument),
    'anomaline.previousFinding': (argument) => go('previous', argument),
    'anomaline.openPlace': (argument) => show(argument as Place),
  });
}

/** A line that a link or a code action named. */
export function lineOf(argument: unknown): LineParams | undefined {
  const { uri, line } = (typeof argument === 'object' && argument !== null ? argument : {}) as Partial<LineParams>;
  return typeof uri === 'string' && typeof line === 'number' ? { uri, line } : undefined;
}

/** The line of the cursor. Undefined in logs above 50 MB too: those editors are hidden from extensions. */
export function activeLine(): LineParams | undefined {
  return lineIn(vscode.window.activeTextEditor);
}

/** The line of the cursor in an editor, unless it shows an output channel. */
export function lineIn(editor: vscode.TextEditor | undefined): LineParams | undefined {
  return editor && editor.document.uri.scheme !== 'output' ? { uri: editor.document.uri.toString(), line: editor.selection.active.line } : undefined;
}
