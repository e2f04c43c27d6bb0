import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { NeuralProvider } from '../../protocol/settings';
import type { HostSettings } from './messages';

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
  /** What the user should know of this choice; grows when a session had to be made in another way. */
  readonly notices: string[];
}

// Resolved from this file at run time: a development run finds the packages in the repository's node_modules, the extension in dist/node_modules.
const load = createRequire(__filename);

/** Loads what the settings ask for or, where that is not to be had, what comes next: another provider -> cpu -> WebAssembly. Reads local files only. */
export function loadLibrary(settings: HostSettings): NeuralLibrary {
  if (settings.provider === 'wasm') return webAssembly(settings, []);
  try {
    return native(load('onnxruntime-node') as Ort, settings);
  } catch (error) {
    return webAssembly(settings, [`There is no native build of the runtime for ${platformName()} here (${reason(error)}): nets run in its WebAssembly build, with equal results, two to nine times as slow.`]);
  }
}

/** Names of the execution providers that a native build offers here. */
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
  const entry = load.resolve('onnxruntime-web');
  // Given its bytes, the glue of the WebAssembly build has nothing to fetch, and in this process it could not.
  for (const name of ['fetch', 'WebSocket', 'XMLHttpRequest']) Reflect.deleteProperty(globalThis, name);
  const ort = load(entry) as Ort;
  ort.env.wasm.wasmBinary = readFileSync(path.join(path.dirname(entry), 'ort-wasm-simd-threaded.wasm'));
  ort.env.wasm.numThreads = threads;
  return { Tensor: ort.Tensor, writesInPlace: false, notices, create: (onnx) => ort.InferenceSession.create(onnx, { executionProviders: ['wasm'], logSeverityLevel: 3 }) };
}

/** `linux-x64`, `linux-x64 (musl)`, ... */
function platformName(): string {
  const header = (process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined)?.header;
  return `${process.platform}-${process.arch}${process.platform === 'linux' && header && header.glibcVersionRuntime === undefined ? ' (musl)' : ''}`;
}

function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0].slice(0, 300);
}
