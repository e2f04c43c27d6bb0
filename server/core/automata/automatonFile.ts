import * as v from 'valibot';
import { type Fault, finite, numbersIn, parsed, realNumber, shortText, wholeNumber } from '../models/checked';
import { readContainer, writeContainer } from '../models/safetensors';
import { crc32 } from '../util/crc32';
import { automatonFrom, tensorsOf } from './automatonTensors';
import { mixtureOf, mixtureTensors } from './mixture';
import { defaultLearnSettings } from './settings';
import type { Tensor } from '../models/safetensors';
import { Automaton } from './automaton';
import { type Attribute, MOST_ATTRIBUTES } from './attributes';
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
  const description = parsed(descriptionOf, text);
  if (!description) return unusable('its description lacks alphabet, types or settings');
  const { version, alphabet, typeNames, automata, outputs, attributes } = description;
  if (version > VERSION) return { fault: `The model file has version ${version}; this Anomaline reads up to version ${VERSION}. Update Anomaline, or learn the automaton again.` };
  const data = dataFrom(tensors, outputs, attributes);
  if ('fault' in data) return unusable(data.fault);
  const read = automata === 0 ? automatonFrom(tensors, 'mixture0.', alphabet, typeNames, data) : mixtureOf(tensors, automata, alphabet, typeNames);
  if ('fault' in read) return unusable(read.fault);
  const mixture = read instanceof Automaton ? undefined : read;
  const bare = read instanceof Automaton ? read : read.automata[0];
  const automaton = Automaton.fromArrays(alphabet, typeNames, bare.arrays, data);
  if (!automaton) return unusable('the outputs, numbers or guards do not fit the automaton');
  // Files of older versions lack settings that came since.
  return { automaton, settings: { ...defaultLearnSettings, ...(description.settings as Partial<LearnSettings>) }, mixture };
}

/** For content that no program of ours writes, in a file whose checksum is right. */
function unusable(fault: string): Fault {
  return { fault: `The file is not an automaton that this version can use: ${fault}. Learn the automaton again.` };
}

/** Automata of a mixture at most: there are no more ways to learn one. */
const MOST_AUTOMATA = 16;

/** Settings are of the types that the defaults have; which values make sense is asked for when they are given, not when they are kept. */
const learnSettings = v.object({
  ...Object.fromEntries(Object.entries(defaultLearnSettings).map(([name, value]) => [name, v.optional(typeof value === 'boolean' ? v.boolean() : typeof value === 'string' ? shortText : realNumber)])),
  variant: v.optional(v.picklist(['default', 'main', 'sicco'])),
});
const attribute = v.object({ name: shortText, splittable: v.boolean(), distribution: v.boolean() });
const descriptionOf = v.object({
  version: wholeNumber, alphabet: v.array(v.string()), typeNames: v.array(v.string()), settings: learnSettings,
  automata: v.pipe(wholeNumber, v.maxValue(MOST_AUTOMATA)), outputs: v.optional(v.array(v.string())), attributes: v.optional(v.pipe(v.array(attribute), v.maxLength(MOST_ATTRIBUTES))),
});

function dataTensors({ outputs, values, guards }: AutomatonData): Record<string, Tensor> {
  return { ...(outputs ? { 'data.output': outputs.ofEntry } : {}), ...(values ? { 'data.count': values.count, 'data.mean': values.mean } : {}), ...(guards ? { 'guards.low': guards.low, 'guards.high': guards.high, 'guards.quartiles': guards.quartiles, 'guards.counts': guards.counts } : {}) };
}

/** What an automaton knows besides counts; each part is there whole or not at all. Whether it fits the automaton is not asked. */
function dataFrom(tensors: Readonly<Record<string, Tensor>>, names: readonly string[] | undefined, declared: readonly Attribute[] | undefined): AutomatonData | Fault {
  const has = (prefix: string): boolean => Object.keys(tensors).some((name) => name.startsWith(prefix));
  const ofEntry = numbersIn(tensors['data.output'], Int32Array);
  const count = numbersIn(tensors['data.count'], Int32Array, { min: 0 }), mean = finite(tensors['data.mean']);
  const low = numbersIn(tensors['guards.low'], Float64Array), high = numbersIn(tensors['guards.high'], Float64Array);
  const quartiles = tensors['guards.quartiles'], counts = tensors['guards.counts'];
  const outputs = names && ofEntry && { names, ofEntry };
  const values = count && mean && { count, mean };
  const guards = declared && low && high && quartiles instanceof Float64Array && counts instanceof Uint32Array && { declared, low, high, quartiles, counts };
  if ((!outputs && (names ?? tensors['data.output'])) || (!values && (tensors['data.count'] ?? tensors['data.mean'])) || (!guards && (declared ?? has('guards.')))) return { fault: 'its outputs, numbers or guards are not complete' };
  return { ...(outputs ? { outputs } : {}), ...(values ? { values } : {}), ...(guards ? { guards } : {}) };
}
