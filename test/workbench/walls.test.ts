import { strict as assert } from 'node:assert';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ESLint } from 'eslint';
import { repositoryRoot } from '../support/shared';

interface Walls {
  readonly rooms: readonly string[];
  readonly walls: readonly { readonly target: string; readonly from: string }[];
}

const at = (...parts: string[]): string => path.join(repositoryRoot, ...parts);

/** A TypeScript file in a room, or the room itself where it is one. */
function fileIn(room: string): string {
  const stat = fs.statSync(at(room));
  if (stat.isFile()) return room;
  const files = fs.readdirSync(at(room), { recursive: true }).map(String).filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).sort();
  return path.join(room, files[0]);
}

/** Which of these files a file may not import, if it did. */
async function refused(lint: ESLint, file: string, imported: readonly string[]): Promise<string[]> {
  const specifiers = imported.map((one) => path.relative(path.dirname(at(file)), at(one)).replace(/\.ts$/, '').split(path.sep).join('/'));
  const text = specifiers.map((one, i) => `import * as planted${i} from '${one.startsWith('.') ? one : `./${one}`}';\n`).join('');
  const [{ messages }] = await lint.lintText(text, { filePath: at(file) });
  return messages.filter(({ ruleId }) => ruleId?.startsWith('import-x/')).map(({ line }) => imported[line - 1]);
}

describe('walls between rooms', function () {
  this.timeout(120_000);
  let walls: Walls, lint: ESLint;

  before(async () => {
    walls = await import(pathToFileURL(at('scripts/walls.mjs')).href) as unknown as Walls;
    // Rules that need types are not asked: they would read the whole program for each planted import.
    lint = new ESLint({ cwd: repositoryRoot, ruleFilter: ({ ruleId }) => ruleId === 'import-x/no-restricted-paths' });
  });

  it('every room of the server is in the list, once', () => {
    const folders = (folder: string): string[] => fs.readdirSync(at(folder), { withFileTypes: true }).filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const there = [...folders('server/core').map((name) => `core/${name}`), ...folders('server').filter((name) => name !== 'core'), 'main.ts'];
    assert.deepEqual([...walls.rooms].sort(), there.sort());
  });

  it('an import through any wall is an error', async () => {
    const standing = walls.walls.filter(({ from }) => fs.existsSync(at(from)));
    assert.ok(standing.length > 200);
    for (const target of new Set(standing.map((wall) => wall.target))) {
      const imported = [...new Set(standing.filter((wall) => wall.target === target).map(({ from }) => fileIn(from)))];
      assert.deepEqual((await refused(lint, fileIn(target), imported)).sort(), imported.sort(), target);
    }
  });

  it('an import that no wall forbids is none', async () => {
    for (const [file, imported] of [['server/engine/session.ts', 'server/core/util/problem.ts'], ['src/extension.ts', 'server/protocol/status.ts'], ['server/node/files.ts', 'server/engine/ports.ts']]) {
      assert.deepEqual(await refused(lint, file, [imported]), []);
    }
  });

  it('a cycle of files is an error', async () => {
    const cycles = new ESLint({ cwd: repositoryRoot, ruleFilter: ({ ruleId }) => ruleId === 'import-x/no-cycle' });
    assert.deepEqual(await refused(cycles, 'server/engine/filterWords.ts', ['server/engine/findingFilter.ts']), ['server/engine/findingFilter.ts']);
  });
});
