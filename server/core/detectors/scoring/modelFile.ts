import * as v from 'valibot';
import { detectorById } from '../registry';
import type { Detector, Model } from '../detector';
import type { SettingValues } from '../../settings/setting';
import { crc32 } from '../../util/crc32';
import { parsed, realNumber, settingRecord, shortText, shown, wholeNumber } from '../../models/checked';
import { type Container, readContainer, writeContainer } from '../../models/safetensors';

/** Version of what this file writes; readers refuse newer ones. Since 2 models of automata count the baseline's rows by state and entry. */
export const MODEL_VERSION = 2;

/** How a model came to be: enough to learn it again. */
export interface ModelOrigin {
  readonly detector: string;
  readonly settings: SettingValues;
  /** The baseline as it was chosen (see the protocol's `BaselineChoice`). */
  readonly baseline: Readonly<Record<string, unknown>>;
  /** Paths below the capture's root, with the SHA-256 of each file and the rows that were learned from. */
  readonly inputs: readonly { readonly path: string; readonly sha256: string; readonly rows: number }[];
  /** The model that learning went on from: its file, and what it was learned from. */
  readonly previous?: { readonly name: string; readonly inputs: ModelOrigin['inputs'] };
  /** File of the automaton that was taken instead of learning one: its name, and the CRC-32 of its text. */
  readonly automaton?: { readonly name: string; readonly crc32: string };
}

export interface LoadedModel {
  readonly detector: Detector;
  readonly model: Model;
  readonly origin: ModelOrigin;
}

/** A model with its origin as one safetensors file. Equal models and origins give equal bytes. */
export function writeModel(detector: Detector, model: Model, origin: ModelOrigin): Uint8Array<ArrayBuffer> {
  const { tensors, metadata } = detector.save(model);
  return writeContainer(sealed({ tensors, metadata: { ...metadata, anomaline: JSON.stringify({ version: MODEL_VERSION, origin }) } }));
}

/** The container with the CRC-32 of all else in its metadata, so that damage anywhere is noticed. */
function sealed({ tensors, metadata }: Container): Container {
  const rest = Object.fromEntries(Object.entries(metadata).filter(([key]) => key !== 'checksum'));
  return { tensors, metadata: { ...rest, checksum: crc32(writeContainer({ tensors, metadata: rest })).toString(16) } };
}

const inputs = v.array(v.object({ path: shortText, sha256: shortText, rows: wholeNumber }));
const glob = v.pipe(shortText, v.minLength(1));
/** What the engine makes of a baseline's choice; a choice that was kept may hold more. */
const baseline = v.object({
  self: v.optional(v.boolean()), files: v.optional(v.array(glob)), from: v.optional(realNumber), to: v.optional(realNumber), share: v.optional(realNumber),
  label: v.optional(v.object({ column: shortText, matches: shortText })),
});
const originOf = v.object({
  detector: shortText, settings: settingRecord, baseline, inputs, previous: v.optional(v.object({ name: shortText, inputs })),
  automaton: v.optional(v.object({ name: shortText, crc32: shortText })),
});

/** The model in a file's bytes, or why they are none that can be used. Never throws. */
export function readModel(bytes: Uint8Array): LoadedModel | { readonly fault: string } {
  const container = readContainer(bytes);
  if ('fault' in container) return { fault: `This is no model file: ${container.fault}.` };
  const text = container.metadata['anomaline'];
  const description = text === undefined ? null : parsed(v.unknown(), text);
  if (description === undefined) return { fault: 'The model file is damaged: its description is no JSON.' };
  if (typeof description !== 'object' || description === null) return { fault: 'This safetensors file was not written by Anomaline.' };
  const { version, origin } = description as { readonly version?: unknown; readonly origin?: unknown };
  if (!(typeof version === 'number' && version <= MODEL_VERSION)) return { fault: `The model file has version ${shown(version)}; this Anomaline reads up to version ${MODEL_VERSION}. Update Anomaline, or learn the model again.` };
  if (sealed(container).metadata['checksum'] !== container.metadata['checksum']) return { fault: 'The model file is damaged: its checksum does not fit its content. Copy it again, or learn the model again.' };
  const named = v.is(v.object({ detector: shortText }), origin) ? origin.detector : undefined;
  const detector = named === undefined ? undefined : detectorById(named);
  if (!detector) return { fault: `The model belongs to a detector that this Anomaline does not have (${shown(named)}).` };
  if (!v.is(originOf, origin)) return unusable('its description does not say what it was learned from');
  const model = detector.load(container);
  return 'fault' in model ? unusable(model.fault) : { detector, model, origin: origin as ModelOrigin };
}

/** For content that no program of ours writes, in a file whose checksum is right. */
function unusable(fault: string): { readonly fault: string } {
  return { fault: `The file is not a model that this version can use: ${fault}. Learn the model again.` };
}
