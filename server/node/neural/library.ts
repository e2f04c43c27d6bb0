import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { NeuralProvider } from '../../protocol/settings';
import type { HostSettings } from './messages';
import { NO_TELEMETRY } from './telemetry';

/** The part of the runtime's interface that its native and its WebAssembly build share. */
interface Ort {
  readonly InferenceSession: { create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession> };
  readonly Tensor: typeof Tensor;
  readonly env: { readonly wasm: { numThreads?: number; wasmBinary?: Uint8Array } };
  listSupportedBackends?(): readonly { readonly name: string }[];
}

/** A build of the runtime that was found and loaded. */
export interface NeuralLibrary {
  readonly Tensor: typeof Tensor;
  /** Outputs land in tensors that are passed to `run`; the WebAssembly build has memory of its own and ignores what is in them. */
  readonly writesInPlace: boolean;
  create(onnx: Uint8Array): Promise<InferenceSession>;
  /** What runs programs now. */
  readonly provider: NeuralProvider;
  /** What the user should know of this choice; grows when a session had to be made in another way. */
  readonly notices: string[];
}

// Not `require`, which a bundler would follow.
const load = createRequire(__filename);

/** Where packages are, from the bundle in dist/workers: in the extension beside it, in a development run in the repository; and from the compiled out/server/node/neural. Never further up, where they would not be ours. */
const PLACES = path.basename(__dirname) === 'neural' ? ['../../../../node_modules'] : ['../node_modules', '../../node_modules'];

function packageFolder(name: string): string {
  const found = PLACES.map((place) => path.join(__dirname, place, name)).find(existsSync);
  if (found === undefined) throw new Error(`${name} is not part of this package`);
  return found;
}

/** Loads what the settings ask for or, where that is not to be had, what comes next: another provider -> cpu -> WebAssembly. Reads local files only. */
export function loadLibrary(settings: HostSettings): NeuralLibrary {
  if (settings.provider === 'wasm') return webAssembly(settings, []);
  Object.assign(process.env, NO_TELEMETRY); // whoever started this process
  try {
    return native(load(packageFolder('onnxruntime-node')) as Ort, settings);
  } catch (error) {
    return webAssembly(settings, [`There is no native build of the runtime for ${platformName()} here (${reason(error)}): nets run in its WebAssembly build, with equal results, two to nine times as slow.`]);
  }
}

function native(ort: Ort, settings: HostSettings): NeuralLibrary {
  const offered = ort.listSupportedBackends?.().map(({ name }) => name) ?? ['cpu'];
  const notices: string[] = [];
  let provider: NeuralProvider = settings.provider;
  const fallBack = (why: string): void => {
    notices.push(`Nets run on the processor: "anomaline.neural.provider" is "${provider}", ${why}`);
    provider = 'cpu';
  };
  if (!offered.includes(provider)) fallBack(`which the runtime does not offer on ${platformName()}; it offers ${offered.filter((name) => name !== 'tensorrt').join(', ')}.`);
  const create = (onnx: Uint8Array): Promise<InferenceSession> => ort.InferenceSession.create(onnx, {
    executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
    intraOpNumThreads: settings.threads, interOpNumThreads: 1, executionMode: 'sequential', logSeverityLevel: 3,
    // Waiting threads sleep: with another busy process a step takes 232 ms instead of 385 ms, and the editor keeps the cores.
    extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
  });
  return {
    Tensor: ort.Tensor, writesInPlace: true, notices,
    get provider() { return provider; },
    async create(onnx) {
      if (provider === 'cpu') return create(onnx);
      try {
        return await create(onnx);
      } catch (error) {
        fallBack(`which could not be started: ${reason(error)}`);
        return create(onnx);
      }
    },
  };
}

function webAssembly({ threads }: HostSettings, notices: string[]): NeuralLibrary {
  const folder = packageFolder('onnxruntime-web');
  // Given its bytes, the glue of the WebAssembly build has nothing to fetch, and in this process it could not.
  for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest']) Reflect.deleteProperty(globalThis, name);
  const ort = load(folder) as Ort;
  ort.env.wasm.wasmBinary = readFileSync(path.join(folder, 'dist/ort-wasm-simd-threaded.wasm'));
  ort.env.wasm.numThreads = threads;
  return { Tensor: ort.Tensor, writesInPlace: false, provider: 'wasm', notices, create: (onnx) => ort.InferenceSession.create(onnx, { executionProviders: ['wasm'], logSeverityLevel: 3 }) };
}

/** `linux-x64`, `linux-x64 (musl)`, ... */
function platformName(): string {
  const header = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header;
  return `${process.platform}-${process.arch}${process.platform === 'linux' && header && header.glibcVersionRuntime === undefined ? ' (musl)' : ''}`;
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0].slice(0, 300);
}
