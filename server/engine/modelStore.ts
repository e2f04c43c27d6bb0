import { type LoadedModel, readModel } from '../core/detectors/scoring/modelFile';
import type { ModelSummary } from '../protocol/models';
import { SessionError } from './api';
import type { LearnedModel } from './learn';
import type { Files, OwnFiles } from './ports';

const FOLDER = '.anomaline/models';
const ENDING = '.safetensors';
/** A larger file is no model of the capture's. */
const MAX_BYTES = 2 ** 30;

/** A model and the file that it came from, with its bytes. */
export type StoredModel = LoadedModel & { readonly bytes: Uint8Array; readonly file: string };

/** The model files of a capture. */
export class ModelStore {
  constructor(private readonly files: Files, private readonly own: OwnFiles, private readonly digest: (bytes: Uint8Array) => string) {}

  /** Paths, oldest first. */
  async list(): Promise<readonly string[]> {
    const entries = (await this.own.list(FOLDER)).filter(({ path }) => path.endsWith(ENDING));
    return entries.sort((a, b) => a.modified - b.modified || (a.path < b.path ? -1 : 1)).map((e) => e.path);
  }

  /** Any model file, or what is wrong with it. */
  async read(file: string): Promise<StoredModel | { readonly fault: string }> {
    const own = this.ownName(file);
    const bytes = own === undefined ? await this.files.read(file) : await this.own.read(own, MAX_BYTES);
    if (bytes === undefined) return { fault: 'The file does not exist (any more).' };
    if ('fault' in bytes) return bytes;
    const loaded = readModel(bytes);
    return 'fault' in loaded ? loaded : { ...loaded, bytes, file };
  }

  /** Writes a model under the name of its content; the model in its file, and why it could not be written. */
  async write(learned: LearnedModel): Promise<{ readonly model: LearnedModel & StoredModel; readonly fault?: string }> {
    const name = `${FOLDER}/${learned.detector.id}-${this.digest(learned.bytes)}${ENDING}`;
    return { model: { ...learned, file: `${this.own.root}/${name}` }, ...(await this.own.write(name, learned.bytes)) };
  }

  /** The name below the root of a file that is one of ours; undefined for one from elsewhere, which the user named. */
  private ownName(file: string): string | undefined {
    const folder = `${this.own.root}/${FOLDER}/`.replace(/\\/g, '/');
    const path = file.replace(/\\/g, '/');
    return path.startsWith(folder) ? `${FOLDER}/${path.slice(folder.length)}` : undefined;
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
