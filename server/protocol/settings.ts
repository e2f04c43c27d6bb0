/** What can run neural nets: an execution provider of the runtime's native build, or its WebAssembly build. */
export const NEURAL_PROVIDERS = ['cpu', 'webgpu', 'coreml', 'dml', 'cuda', 'wasm'] as const;
export type NeuralProvider = (typeof NEURAL_PROVIDERS)[number];

/** The client's settings as the server receives them (initialisation options and configuration changes, section `anomaline`). */
export interface ClientSettings {
  /** Share of baseline rows that may be flagged. */
  readonly acceptanceRate: number;
  /** Findings underlined per file at most, 1 to 500. */
  readonly maxDiagnostics: number;
  /** Id of a detector; `auto`: the one that can use most of the capture's logs. */
  readonly detector: string;
  /** Megabytes of memory that the server may use. */
  readonly memoryLimit: number;
  /** Parallel workers; 0: as many as there are cores, at most 4. */
  readonly workers: number;
  /** Globs of files and folders below the capture's root that are not read. */
  readonly exclude: readonly string[];
  /** Settings of the detector by name, as for `--set`. */
  readonly set: Readonly<Record<string, string | number | boolean>>;
  /** Threads of one call of a neural net; 0: as many as there are cores, at most 4. */
  readonly 'neural.threads': number;
  readonly 'neural.provider': NeuralProvider;
}

export const DEFAULT_CLIENT_SETTINGS: ClientSettings = {
  acceptanceRate: 0.001,
  maxDiagnostics: 500,
  detector: 'auto',
  memoryLimit: 4096,
  workers: 0,
  exclude: ['**/.*/**', '**/node_modules/**'],
  set: {},
  'neural.threads': 0,
  'neural.provider': 'cpu',
};
