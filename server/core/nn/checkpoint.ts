import * as v from 'valibot';
import { parsed, realNumber, wholeNumber } from '../models/checked';
import { readContainer, type Tensor, writeContainer } from '../models/safetensors';
import type { Program, StateSpec, TensorData, Tensors } from './runtime';
import { isCurve, type LossCurve } from './trainCurve';

/** The weights with the least validation loss so far. */
export interface Best {
  readonly state: Tensors;
  readonly loss: number;
  readonly step: number;
}

/** All that a training run goes on from. Batches and masks depend on the numbers of step, epoch and batch alone: these are the position of the random numbers too. */
export interface Checkpoint {
  /** Kept tensors: weights, moments, steps of the optimiser. */
  readonly state: Tensors;
  /** Steps done. */
  readonly step: number;
  readonly epoch: number;
  /** Batches of the epoch that are done. */
  readonly batch: number;
  readonly best?: Best;
  /** Epochs since the best. */
  readonly waited: number;
  readonly curve: LossCurve;
}

const FORMAT = 'anomaline training checkpoint 1';

/** A checkpoint as a safetensors file. `identity`: whatever must be equal for the run to go on as if never stopped (settings, seed, hash of the data). Equal content gives equal bytes. */
export function writeCheckpoint({ state, best, curve, ...position }: Checkpoint, identity: string): Uint8Array {
  const { sum, count, steps, losses, validationSteps, validationLosses } = curve;
  const tensors: Record<string, Tensor> = {
    'curve.steps': Float64Array.from(steps), 'curve.losses': Float64Array.from(losses),
    'curve.validationSteps': Float64Array.from(validationSteps), 'curve.validationLosses': Float64Array.from(validationLosses),
  };
  for (const [name, data] of Object.entries(state)) tensors[`state.${name}`] = stored(data);
  for (const [name, data] of Object.entries(best?.state ?? {})) tensors[`best.${name}`] = stored(data);
  const { step, epoch, batch, waited } = position;
  const numbers = { step, epoch, batch, waited, sum, count, ...(best ? { best: { loss: best.loss, step: best.step } } : {}) };
  return writeContainer({ metadata: { format: FORMAT, identity, run: JSON.stringify(numbers) }, tensors });
}

/** The checkpoint in `bytes` if it is of this program and identity, or why it cannot be gone on from. Never throws. */
export function readCheckpoint(bytes: Uint8Array, { state: specs }: Pick<Program, 'state'>, identity: string): Checkpoint | { readonly fault: string } {
  const container = readContainer(bytes);
  if ('fault' in container) return container;
  const { metadata, tensors } = container;
  if (metadata['format'] !== FORMAT) return { fault: 'it is no checkpoint of a training run, or one of another version' };
  if (metadata['identity'] !== identity) return { fault: 'it was made from other data or with other settings' };
  const numbers = parsed(runOf, metadata['run']);
  const state = restored(tensors, 'state', specs);
  const best = numbers?.best ? restored(tensors, 'best', specs) : undefined;
  if (!numbers || !state || (numbers.best && !best)) return { fault: 'it does not fit the net: numbers or tensors are missing, of another size or infinite' };
  const column = (name: string): number[] => Array.from(tensors[`curve.${name}`] ?? []);
  const curve: LossCurve = { steps: column('steps'), losses: column('losses'), validationSteps: column('validationSteps'), validationLosses: column('validationLosses'), sum: numbers.sum, count: numbers.count };
  if (!isCurve(curve)) return { fault: 'its curve of losses is none' };
  const { step, epoch, batch, waited } = numbers;
  return { state, step, epoch, batch, waited, curve, ...(best && numbers.best ? { best: { state: best, ...numbers.best } } : {}) };
}

const runOf = v.object({ step: wholeNumber, epoch: wholeNumber, batch: wholeNumber, waited: wholeNumber, sum: realNumber, count: wholeNumber, best: v.optional(v.object({ loss: realNumber, step: wholeNumber })) });

/** The container has no 64-bit whole numbers: they are kept as pairs of 32 bits. */
function stored(data: TensorData): Tensor {
  return data instanceof BigInt64Array ? new Int32Array(data.buffer, data.byteOffset, data.length * 2) : data;
}

const MAKERS = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array, bool: Uint8Array } as const;

function restored(tensors: Readonly<Record<string, Tensor>>, prefix: string, specs: readonly StateSpec[]): Tensors | undefined {
  const found: Record<string, TensorData> = {};
  for (const { name, type, shape } of specs) {
    const tensor = tensors[`${prefix}.${name}`], words = type === 'int64' ? 2 : 1;
    if (!(tensor instanceof (type === 'int64' ? Int32Array : MAKERS[type])) || tensor.length !== shape.reduce((product, n) => product * n, words)) return undefined;
    if (tensor instanceof Float32Array && !tensor.every(Number.isFinite)) return undefined;
    const own = tensor.slice();
    found[name] = type === 'int64' ? new BigInt64Array(own.buffer as ArrayBuffer) : (own as TensorData);
  }
  return found;
}
