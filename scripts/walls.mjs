// Who may import whom. One list of rooms in order: a room sees those before it, and none behind it (ARCHITECTURE.md).
const core = ['util', 'table', 'formats', 'settings', 'models', 'symbols', 'nn', 'outliers', 'automata', 'auth', 'evaluation', 'detectors', 'aggregate', 'export', 'sample'];

/** Rooms below server/, each of which may import from those before it. */
export const rooms = [...core.map((room) => `core/${room}`), 'protocol', 'engine', 'node', 'workers', 'lsp', 'cli', 'main.ts'];

/** Rooms side by side, which do not see each other although they come one after the other. */
const apart = [['lsp', 'node'], ['lsp', 'workers'], ['cli', 'workers'], ['cli', 'lsp']].map((pair) => pair.map((room) => `./server/${room}`));
const outside = rooms.filter((room) => room !== 'protocol').map((room) => `./server/${room}`);

/** Zones of `import-x/no-restricted-paths`. */
export const walls = [
  ...rooms.flatMap((target, i) => rooms.slice(i + 1).map((from) => [`./server/${target}`, `./server/${from}`])),
  ...apart,
  ...['./src', './webview'].flatMap((client) => outside.map((from) => [client, from])),
  ['./src', './webview'], ['./webview', './src'],
  ...['./server', './src', './webview'].map((target) => [target, './test']), ['./server', './src'], ['./server', './webview'],
].map(([target, from]) => ({ target, from }));
