#!/usr/bin/env node
// Stands in for the program of the desktop VS Code that @vscode/test-electron starts, and runs the same tests in the
// browser workbench. Told by the environment: ANOMALINE_WORKBENCH (folder), CHROMIUM (program), ANOMALINE_TIMEOUT (seconds).
import fs from 'node:fs';
import path from 'node:path';
import { runExtensionTests } from './extension-tests.mjs';

const options = new Map(), folders = [];
for (const argument of process.argv.slice(2)) {
  const [, name, value] = /^--([\w-]+)=(.*)$/s.exec(argument) ?? [];
  if (name !== undefined) options.set(name, value);
  else if (!argument.startsWith('-')) folders.push(path.resolve(argument));
}
const own = path.join(options.get('user-data-dir') ?? '', 'User/settings.json');

// @vscode/test-electron forwards Ctrl-C; leaving at once lets the exit handlers end the workbench.
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130));

process.exitCode = await runExtensionTests({
  workbench: process.env.ANOMALINE_WORKBENCH,
  chromium: process.env.CHROMIUM,
  extensionDevelopmentPath: options.get('extensionDevelopmentPath'),
  extensionTestsPath: options.get('extensionTestsPath'),
  workspace: folders[0],
  settings: fs.existsSync(own) ? JSON.parse(fs.readFileSync(own, 'utf8')) : {},
  timeout: Number(process.env.ANOMALINE_TIMEOUT ?? 300),
});
