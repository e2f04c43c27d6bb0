import { readContainer, writeContainer } from '../models/safetensors';
import { crc32 } from '../util/crc32';
import { automatonFrom, tensorsOf } from './automatonTensors';
import { mixtureOf, mixtureTensors } from './mixture';
import type { Tensor } from '../models/safetensors';
import { Automaton } from './automaton';
import type { AutomatonData } from './automaton';
import type { Mixture } from './mixture';
import type { LearnSettings } from './settings';

/** A learned automaton with the settings it was learned with, and what else predicts traces when our default learner made it. */
export interface TraceModel {
  readonly automaton: Automaton;
  readonly settings: LearnSettings;
  readonly mixture: Mixture | undefined;
}

const VERSION = 2;

/** A model as one safetensors file, with a CRC-32 of all else in its metadata. Equal models give equal bytes. */
export function writeTraceModel(model: TraceModel): Uint8Array<ArrayBuffer> {
  const { automaton, settings, mixture } = model;
  const automatonText = JSON.stringify({ version: VERSION, alphabet: automaton.alphabet, typeNames: automaton.typeNames, settings, automata: mixture?.automata.length ?? 0, ...(automaton.data.outputs ? { outputs: automaton.data.outputs.names } : {}) });
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
  const { version, alphabet, typeNames, settings, automata, outputs } = JSON.parse(text) as { version: number; alphabet: string[]; typeNames: string[]; settings: LearnSettings; automata: number; outputs?: string[] };
  if (!(version <= VERSION)) return { fault: `The model file has version ${version}; this Anomaline reads up to version ${VERSION}. Update Anomaline, or learn the automaton again.` };
  const read = automata === 0 ? automatonFrom(tensors, 'mixture0.', alphabet, typeNames) : mixtureOf(tensors, automata, alphabet, typeNames);
  if ('fault' in read) return { fault: `The model file is damaged: ${read.fault}. Learn the automaton again.` };
  const mixture = read instanceof Automaton ? undefined : read;
  const bare = read instanceof Automaton ? read : read.automata[0];
  const automaton = Automaton.fromArrays(alphabet, typeNames, bare.arrays, dataFrom(tensors, outputs));
  return automaton ? { automaton, settings, mixture } : { fault: 'The model file is damaged: the outputs or numbers do not fit the automaton. Learn the automaton again.' };
}

function dataTensors({ outputs, values }: AutomatonData): Record<string, Tensor> {
  return { ...(outputs ? { 'data.output': outputs.ofEntry } : {}), ...(values ? { 'data.count': values.count, 'data.mean': values.mean } : {}) };
}

function dataFrom(tensors: Readonly<Record<string, Tensor>>, names: readonly string[] | undefined): AutomatonData {
  const ofEntry = tensors['data.output'], count = tensors['data.count'], mean = tensors['data.mean'];
  return {
    ...(names && ofEntry instanceof Int32Array ? { outputs: { names, ofEntry } } : {}),
    ...(count instanceof Int32Array && mean instanceof Float64Array ? { values: { count, mean } } : {}),
  };
}
