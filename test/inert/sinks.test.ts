import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { repositoryRoot } from '../support/shared';

/** Ways out that hide nothing are in one file each; everything else goes through it (docs/output.md). */
const sinks: readonly { readonly folder: string; readonly only: readonly string[]; readonly pattern: RegExp; readonly instead: string }[] = [
  { folder: 'webview', only: ['ui/dom.ts'], pattern: /\.(textContent|innerText|title|ariaLabel) = (?!'')(?!this\.said\.textContent = '')|setAttribute\('(title|aria-label|aria-valuetext|placeholder)'|\.fillText\(|\.strokeText\(/, instead: 'setText, setSaid, drawText or el' },
  { folder: 'webview', only: [], pattern: /\.(innerHTML|outerHTML) =|insertAdjacentHTML|document\.write|DOMParser/, instead: 'el' },
  { folder: 'src', only: ['tell.ts'], pattern: /show(Information|Warning|Error)Message\(|showQuickPick\(|new vscode\.TreeItem\(|createQuickPick/, instead: 'tell, pick, pickMany or treeItem of tell.ts' },
  { folder: 'src', only: [], pattern: /supportHtml|isTrusted: true|supportThemeIcons/, instead: 'enabledCommands' },
  { folder: 'src', only: [], pattern: /MarkdownString\((?!withoutMarkup\()/, instead: 'withoutMarkup' },
  { folder: 'server/cli', only: ['output.ts'], pattern: /process\.(stdout|stderr)|console\./, instead: 'line, json, print or note of the context' },
  { folder: 'server/cli', only: [], pattern: /print\(JSON|print\(`[^`]*\$\{(?!decodeUtf8)/, instead: 'line or json of the context' },
  { folder: 'server/core/export', only: [], pattern: /JSON\.stringify/, instead: 'jsonText' },
];

describe('ways out', () => {
  for (const { folder, only, pattern, instead } of sinks) {
    it(`${folder}: ${instead} in place of ${pattern.source.slice(0, 60)}`, () => {
      const root = path.join(repositoryRoot, folder);
      const files = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts')).map((name) => name.split(path.sep).join('/'));
      assert.ok(files.length > 3);
      const found = files.filter((name) => !only.includes(name)).flatMap((name) => fs.readFileSync(path.join(root, name), 'utf8').split('\n').flatMap((line, i) => (pattern.test(line) ? [`${name}:${i + 1}: ${line.trim().slice(0, 120)}`] : [])));
      assert.deepEqual(found, []);
    });
  }
});
