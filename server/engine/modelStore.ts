import { type LoadedModel, readModel } from '../core/models/modelFile';
import type { ModelSummary } from '../protocol/models';
import { SessionError } from './api';
import type { LearnedModel } from './learn';
import type { Files } from './ports';

const FOLDER = '.anomaline/models';
const ENDING = '.safetensors';

/** A model and the file that it came from, with its bytes. */
export type StoredModel = LoadedModel & { readonly bytes: Uint8Array; readonly file: string };

/** The model files of a capture. */
export class ModelStore {
  constructor(private readonly files: Files, private readonly root: string, private readonly digest: (bytes: Uint8Array) => string) {}

  /** Paths, oldest first. */
  async list(): Promise<readonly string[]> {
    const names = (await this.files.list(`${this.root}/${FOLDER}`)).filter((name) => name.endsWith(ENDING));
    const entries = await Promise.all(names.map((name) => this.files.stat(name)));
    return entries.flatMap((e) => (e ? [e] : [])).sort((a, b) => a.modified - b.modified || (a.path < b.path ? -1 : 1)).map((e) => e.path);
  }

  /** Any model file, or what is wrong with it. */
  async read(file: string): Promise<StoredModel | { readonly fault: string }> {
    const bytes = await this.files.read(file);
    if ('fault' in bytes) return bytes;
    const loaded = readModel(bytes);
    return 'fault' in loaded ? loaded : { ...loaded, bytes, file };
  }

  /** Writes a model under the name of its content; the model in its file, and why it could not be written. */
  async write(learned: LearnedModel): Promise<{ readonly model: LearnedModel & StoredModel; readonly fault?: string }> {
    const file = `${this.root}/${FOLDER}/${learned.detector.id}-${this.digest(learned.bytes)}${ENDING}`;
    return { model: { ...learned, file }, ...(await this.files.write(file, learned.bytes)) };
  }

  /** All models of the capture, oldest first; damaged ones with what is wrong. `active`: file of the one in use. */
  async summaries(active: string | undefined): Promise<readonly ModelSummary[]> {
    const summaries: ModelSummary[] = [];
    for (const file of await this.list()) {
      const loaded = await this.read(file);
      if ('fault' in loaded) summaries.push({ file, detector: '', rows: 0, states: 0, symbols: 0, baseline: {}, active: false, problem: loaded.fault });
      else {
        const { detector, model, origin } = loaded;
        summaries.push({ file, detector: detector.id, rows: model.baselineRows, states: model.states, symbols: model.symbols, baseline: origin.baseline, net: detector.peer?.(model) !== undefined, active: active === file });
      }
    }
    return summaries;
  }

  /** Writes the net of a model file as an ONNX file. Rejects with `SessionError`. */
  async exportOnnx(model: string, file: string): Promise<void> {
    const loaded = await this.read(model);
    if ('fault' in loaded) throw new SessionError(`${model}: ${loaded.fault}`);
    const onnx = loaded.detector.exportOnnx?.(loaded.model);
    if (!onnx) throw new SessionError(`A model of ${loaded.detector.id} without a neural net cannot be written as ONNX. The model file itself is a safetensors file that other tools open.`);
    const written = await this.files.write(file, onnx);
    if (written) throw new SessionError(written.fault);
  }
}
