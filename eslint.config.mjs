import tseslint from 'typescript-eslint';
import { importX } from 'eslint-plugin-import-x';

/** Who may import whom: each room, and the rooms it must not see (ARCHITECTURE.md, "Walls"). */
const server = (room) => `./server/${room}`;
const walls = [
  { target: server('core/util'), from: ['table', 'formats', 'symbols', 'automata', 'detectors', 'evaluation', 'export', 'settings'].map((r) => server(`core/${r}`)) },
  { target: server('core'), from: ['protocol', 'engine', 'node', 'lsp', 'workers', 'cli', 'main.ts'].map(server) },
  { target: server('protocol'), from: ['engine', 'node', 'lsp', 'workers', 'cli', 'main.ts'].map(server) },
  { target: server('engine'), from: ['node', 'lsp', 'workers', 'cli', 'main.ts'].map(server) },
  { target: './src', from: ['core', 'engine', 'node', 'lsp', 'workers', 'cli', 'main.ts'].map(server).concat('./webview') },
  { target: './webview', from: ['core', 'engine', 'node', 'lsp', 'workers', 'cli', 'main.ts'].map(server).concat('./src') },
  { target: './server', from: ['./src', './webview', './test'] },
].flatMap(({ target, from }) => from.map((f) => ({ target, from: f })));

const only = (files, group, message) => ({ files: ['**/*.ts'], ignores: files, rules: { 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] } });

export default tseslint.config(
  { ignores: ['out/**', 'dist/**', 'node_modules/**'] },
  ...tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    plugins: { 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true } },
    settings: { 'import-x/resolver-next': [], 'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] }, 'import-x/extensions': ['.ts'], 'import-x/resolver': { node: { extensions: ['.ts', '.js'] } } },
    rules: {
      'import-x/no-cycle': 'error',
      'import-x/no-restricted-paths': ['error', { zones: walls, basePath: import.meta.dirname }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
    },
  },
  only(['src/**', 'test/**'], ['vscode', 'vscode/*'], 'Only src imports vscode.'),
  { files: ['test/**/*.ts'], rules: { '@typescript-eslint/no-unused-expressions': 'off' } },
);
