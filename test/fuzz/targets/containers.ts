import * as assert from 'node:assert/strict';
import { readTraceModel } from '../../../server/core/automata/automatonFile';
import { readTree } from '../../../server/core/automata/countTree';
import { readModel } from '../../../server/core/detectors/scoring/modelFile';
import { readContainer, writeContainer } from '../../../server/core/models/safetensors';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from '../../../server/core/nn/checkpoint';
import type { StateSpec } from '../../../server/core/nn/runtime';
import { CurveWriter } from '../../../server/core/nn/trainCurve';
import { randomBelow } from '../../../server/core/util/rng';
import { byteMutations, mutated } from '../mutate';
import { changedContainer, changedHeader, sealedBytes, withinBounds } from '../support/containers';
import type { FuzzTarget } from '../target';
import { rngOf } from '../target';

const small = writeContainer({ metadata: { a: '{"b": [1]}' }, tensors: { x: Float64Array.of(1, 2, 3), y: Uint8Array.of(1, 2), z: Uint16Array.of(7), w: Float32Array.of(1) } });

/** Containers with any header and bytes are read or refused, by everything that reads one. */
export const safetensors: FuzzTarget = {
  name: 'safetensors',
  runs: 1500,
  make: (rng) => (randomBelow(rng, 3) === 0 ? mutated(small, byteMutations, rng) : changedHeader(small, rng)),
  check: (input) => withinBounds(input, () => {
    const container = readContainer(input);
    for (const read of [readModel, readTraceModel, readTree]) assert.ok('fault' in read(input));
    if ('fault' in container && typeof container.fault === 'string') return assert.ok(container.fault.length > 0);
    const again = readContainer(writeContainer(container as Exclude<typeof container, { readonly fault: string }>));
    assert.deepEqual(again, container);
  }),
};

const state: StateSpec[] = [{ name: 'w', type: 'float32', shape: [2, 3], next: 'w_next' }, { name: 'count', type: 'int64', shape: [2] }, { name: 'flags', type: 'bool', shape: [3] }, { name: 'i', type: 'int32', shape: [] }];
const tensors = { w: Float32Array.of(1, -2, 3.5, 4, 5, 6), count: BigInt64Array.of(-1n, 1n << 40n), flags: Uint8Array.of(1, 0, 1), i: Int32Array.of(-7) };
const checkpoint: Checkpoint = {
  state: tensors, step: 120, epoch: 3, batch: 7, waited: 1, best: { state: { ...tensors, w: new Float32Array(6) }, loss: 0.3, step: 99 },
  curve: { steps: [1, 2, 3], losses: [3, 2, 1 / 3], validationSteps: [2], validationLosses: [2.5], sum: 0.7, count: 2 },
};
const kept = readContainer(writeCheckpoint(checkpoint, 'me'));

/** Checkpoints are refused, or a training can go on from them. */
export const checkpoints: FuzzTarget = {
  name: 'checkpoints',
  runs: 1000,
  make: (rng) => ('fault' in kept ? new Uint8Array(0) : sealedBytes(changedContainer(kept as Exclude<typeof kept, { readonly fault: string }>, rng))),
  check: (input) => withinBounds(input, () => {
    const read = readCheckpoint(input, { state }, 'me');
    if ('fault' in read) return;
    const curve = new CurveWriter(read.curve), rng = rngOf(input);
    for (let step = read.step + 1, n = 0; n < 3000; n++, step += 1 + randomBelow(rng, 2)) curve.add(step, 1);
    curve.validation(read.step, 1);
    assert.ok(curve.read().losses.every(Number.isFinite) && curve.read().steps.length <= 1024);
    assert.equal('fault' in readCheckpoint(writeCheckpoint(read, 'me'), { state }, 'me'), false);
  }),
};
