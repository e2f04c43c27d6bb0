import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ServerCommands } from '../../server/protocol/commands';
import { repositoryRoot } from '../support/shared';

const inRoot = (...parts: string[]) => path.join(repositoryRoot, ...parts);
const read = (file: string) => fs.readFileSync(inRoot(file), 'utf8');

/** Compares a page with what it should say; ANOMALINE_UPDATE=1 writes it instead. */
function checkPage(file: string, wanted: string): void {
  if (process.env['ANOMALINE_UPDATE'] === '1') fs.writeFileSync(inRoot(file), wanted);
  assert.equal(fs.existsSync(inRoot(file)) ? read(file) : '', wanted, `${file} is out of step: run the tests once with ANOMALINE_UPDATE=1 and commit what changed`);
}

/** The page on the protocol: the sources of its folder are the reference, so they are shown as they are. */
function protocolPage(): string {
  const files = fs.readdirSync(inRoot('server/protocol')).filter((name) => name.endsWith('.ts')).sort();
  const methods = files.flatMap((file) => [...read(`server/protocol/${file}`).matchAll(/export const (\w+) = (request|notification)<.*\('([^']+)', '(\w+)'\)/g)].map(([, name, kind, method, direction]) => `| \`${method}\` | ${kind} | ${direction === 'clientToServer' ? 'client to server' : 'server to client'} | \`${name}\` in [${file}](#${file.replace('.', '')}) |`));
  const sections = files.map((file) => `## ${file}\n\n\`\`\`ts\n${read(`server/protocol/${file}`).replace(/^import .*\n/gm, '').trim()}\n\`\`\``);
  return [
    '# Protocol',
    'The server speaks the Language Server Protocol 3.18 over IPC or, with `--stdio`, over standard input and output, for any editor. Of the protocol it uses: pushed diagnostics, hover, code actions, semantic tokens for a range, `workspace/executeCommand`, work-done progress with cancel, watched files, and settings (section `anomaline`, also taken as `initializationOptions`). Documents are not synchronised: logs are read from disk.',
    'A client that follows `command:` links of the extension\'s palette commands says so with the capability `experimental.anomalineCommands: true`; others get `anomaline.server.explain` as the command of the code action, and no links.',
    'Diagnostics of a compressed log are published under `anomaline-gz:` instead of `file:`; `anomaline/gzipText` answers its text.',
    `Commands of \`workspace/executeCommand\`: ${Object.values(ServerCommands).map((name) => `\`${name}\``).join(', ')}; arguments and results are in [commands.ts](#commandsts).`,
    `| method | kind | direction | type |\n| :-- | :-- | :-- | :-- |\n${methods.join('\n')}`,
    'Parameters and arguments are checked before they are used: what does not fit its type or its bounds is answered with `InvalidParams` (-32602) and a message that names the field and what it must be; fields that are not known are left out, in the arguments of commands they are refused. A message that is no JSON-RPC is answered with `InvalidRequest` (-32600). What is no message at all (a wrong `Content-Length`, no JSON) ends a server over standard input with exit code 1 and a line on standard error; a client that closes its end ends it too.',
    'This page is made from `server/protocol`; a test keeps it in step.',
    ...sections,
  ].join('\n\n') + '\n';
}

/** The page on the settings, from the manifest. */
function settingsPage(): string {
  const { contributes } = JSON.parse(read('package.json')) as { contributes: { configuration: { properties: Record<string, { type: string; default: unknown; minimum?: number; maximum?: number; scope: string; markdownDescription: string }> } } };
  const rows = Object.entries(contributes.configuration.properties).map(([name, { type, default: standard, minimum, maximum, scope, markdownDescription }]) =>
    `| \`${name}\` | ${type}${minimum === undefined ? '' : `, ${minimum} to ${maximum}`} | \`${JSON.stringify(standard)}\` | ${scope === 'machine' ? 'user, per machine' : 'user, workspace, folder'} | ${markdownDescription} |`);
  return [
    '# Settings',
    'Settings of the editor. The server takes the same names without the prefix as `initializationOptions`. What belongs to an investigation (baseline, detector, its settings) is better kept in `anomaline.json` at the capture\'s root; its fields are in [media/anomaline.schema.json](../media/anomaline.schema.json).',
    `| setting | type | default | where | meaning |\n| :-- | :-- | :-- | :-- | :-- |\n${rows.join('\n')}`,
    'This page is made from `package.json`; a test keeps it in step.',
  ].join('\n\n') + '\n';
}

describe('docs', () => {
  it('docs/protocol.md is in step with server/protocol', () => checkPage('docs/protocol.md', protocolPage()));
  it('docs/settings.md is in step with package.json', () => checkPage('docs/settings.md', settingsPage()));
});
