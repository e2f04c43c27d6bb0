import { readContainer, writeContainer } from '../models/safetensors';
import { crc32 } from '../util/crc32';
import { automatonFrom, tensorsOf } from './automatonTensors';
import { mixtureOf, mixtureTensors } from './mixture';
import type { Tensor } from '../models/safetensors';
import { Automaton } from './automaton';
import type { Attribute } from './attributes';
import type { AutomatonData } from './automaton';
import type { Mixture } from './mixture';
import type { LearnSettings } from './settings';

/** A learned automaton with the settings it was learned with, and what else predicts traces when our default learner made it. */
export interface TraceModel {
  readonly automaton: Automaton;
  readonly settings: LearnSettings;
  readonly mixture: Mixture | undefined;
}

/** Files with guards have the newest version, all others the one before, so that older programs read them. */
const VERSION = 3;

/** A model as one safetensors file, with a CRC-32 of all else in its metadata. Equal models give equal bytes. */
export function writeTraceModel(model: TraceModel): Uint8Array<ArrayBuffer> {
  const { automaton, settings, mixture } = model;
  const automatonText = JSON.stringify({ version: automaton.data.guards ? VERSION : VERSION - 1, alphabet: automaton.alphabet, typeNames: automaton.typeNames, settings, automata: mixture?.automata.length ?? 0, ...(automaton.data.outputs ? { outputs: automaton.data.outputs.names } : {}), ...(automaton.data.guards ? { attributes: automaton.data.guards.declared } : {}) });
  // A mixture's first automaton is the model's.
  const tensors = { ...(mixture ? mixtureTensors(mixture) : tensorsOf(automaton, 'mixture0.')), ...dataTensors(automaton.data) };
  return writeContainer({ tensors, metadata: { automaton: automatonText, checksum: checksum(tensors, automatonText) } });
}

function checksum(tensors: Readonly<Record<string, Tensor>>, text: string): string {
  return crc32(writeContainer({ tensors, metadata: { automaton: text } })).toString(16);
}

/** The model in a file's bytes, or why they are none. Never throws. */
export function readTraceModel(bytes: Uint8Array): TraceModel | { readonly fault: string } {
  const container = readContainer(bytes);
  if ('fault' in container) return { fault: `This is no automaton: ${container.fault}.` };
  const { tensors, metadata } = container;
  const text = metadata['automaton'];
  if (text === undefined) return { fault: 'This model file holds no automaton of its own. Learn one with: anomaline automaton learn TRACES --model FILE' };
  if (checksum(tensors, text) !== metadata['checksum']) return { fault: 'The model file is damaged: its checksum does not fit its content. Copy it again, or learn the automaton again.' };
  // With the right checksum the text is what this program wrote, in this version or another.
  const { version, alphabet, typeNames, settings, automata, outputs, attributes } = JSON.parse(text) as { version: number; alphabet: string[]; typeNames: string[]; settings: LearnSettings; automata: number; outputs?: string[]; attributes?: Attribute[] };
  if (!(version <= VERSION)) return { fault: `The model file has version ${version}; this Anomaline reads up to version ${VERSION}. Update Anomaline, or learn the automaton again.` };
  const data = dataFrom(tensors, outputs, attributes);
  const read = automata === 0 ? automatonFrom(tensors, 'mixture0.', alphabet, typeNames, data) : mixtureOf(tensors, automata, alphabet, typeNames);
  if ('fault' in read) return { fault: `The model file is damaged: ${read.fault}. Learn the automaton again.` };
  const mixture = read instanceof Automaton ? undefined : read;
  const bare = read instanceof Automaton ? read : read.automata[0];
  const automaton = Automaton.fromArrays(alphabet, typeNames, bare.arrays, data);
  return automaton ? { automaton, settings, mixture } : { fault: 'The model file is damaged: the outputs, numbers or guards do not fit the automaton. Learn the automaton again.' };
}

function dataTensors({ outputs, values, guards }: AutomatonData): Record<string, Tensor> {
  return { ...(outputs ? { 'data.output': outputs.ofEntry } : {}), ...(values ? { 'data.count': values.count, 'data.mean': values.mean } : {}), ...(guards ? { 'guards.low': guards.low, 'guards.high': guards.high, 'guards.quartiles': guards.quartiles, 'guards.counts': guards.counts } : {}) };
}

function dataFrom(tensors: Readonly<Record<string, Tensor>>, names: readonly string[] | undefined, declared: readonly Attribute[] | undefined): AutomatonData {
  const ofEntry = tensors['data.output'], count = tensors['data.count'], mean = tensors['data.mean'];
  const low = tensors['guards.low'], high = tensors['guards.high'], quartiles = tensors['guards.quartiles'], counts = tensors['guards.counts'];
  return {
    ...(names && ofEntry instanceof Int32Array ? { outputs: { names, ofEntry } } : {}),
    ...(count instanceof Int32Array && mean instanceof Float64Array ? { values: { count, mean } } : {}),
    ...(declared && low instanceof Float64Array && high instanceof Float64Array && quartiles instanceof Float64Array && counts instanceof Uint32Array ? { guards: { declared, low, high, quartiles, counts } } : {}),
  };
}
