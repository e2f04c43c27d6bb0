import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { AnomalineApi } from '../../src/extension';
import type { Phase } from '../../server/protocol/status';

export const extension = () => {
  const found = vscode.extensions.getExtension<AnomalineApi>('anomaline.anomaline');
  assert.ok(found, 'the extension is not installed');
  return found;
};

/** Waits until a value is there (or true); the error says what did not come. */
export async function until<T>(what: string, get: () => T | undefined | false | Promise<T | undefined | false>, seconds = 30): Promise<T> {
  for (const end = Date.now() + seconds * 1000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const value = await get();
    if (value !== undefined && value !== false) return value;
    if (Date.now() > end) throw new Error(`${what} did not come within ${seconds} s; the server says: ${JSON.stringify(extension().exports.server.status)}`);
  }
}

/** The extension, started, at rest in one of the phases. */
export async function resting(...phases: readonly Phase[]): Promise<AnomalineApi> {
  const api = await extension().activate();
  await until(`phase ${phases.join(' or ')}`, () => phases.includes(api.server.status.phase));
  return api;
}

export const captureRoot = () => (vscode.workspace.workspaceFolders as readonly vscode.WorkspaceFolder[])[0].uri.fsPath;
export const inCapture = (...parts: readonly string[]) => vscode.Uri.file(path.join(captureRoot(), ...parts));
export const run = (command: string, ...args: readonly unknown[]) => vscode.commands.executeCommand(`anomaline.${command}`, ...args);

/** What the extension shows in the Problems view, by URI. */
export function published(): Map<string, readonly vscode.Diagnostic[]> {
  const own = vscode.languages.getDiagnostics().map(([uri, all]) => [uri.toString(), all.filter((one) => one.source === 'Anomaline')] as const);
  return new Map(own.filter(([, all]) => all.length > 0));
}

/** Diagnostics that stand for findings: those that name a root cause. */
export const findings = (all: readonly vscode.Diagnostic[] = []) => all.filter(({ code }) => typeof code === 'object');
