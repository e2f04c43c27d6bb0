import * as vscode from 'vscode';
import { DEFAULT_CLIENT_SETTINGS } from '../server/protocol/settings';
import type { ClientSettings } from '../server/protocol/settings';

/** The settings `anomaline.*` of the window, as the server takes them. */
export function clientSettings(): ClientSettings {
  const section = vscode.workspace.getConfiguration('anomaline');
  const keys = Object.keys(DEFAULT_CLIENT_SETTINGS) as (keyof ClientSettings)[];
  return Object.fromEntries(keys.map((key) => [key, section.get(key, DEFAULT_CLIENT_SETTINGS[key])])) as unknown as ClientSettings;
}
