import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { scoreRows } from '../../../server/core/detectors/score';
import { stateFrequency } from '../../../server/core/detectors/stateFrequency';
import { MODEL_VERSION, readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { type Container, readContainer, type Tensor, writeContainer } from '../../../server/core/models/safetensors';
import { noControl } from '../../../server/core/util/control';
import { crc32 } from '../../../server/core/util/crc32';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { type Flow, tableOf } from '../../support/flows';
import { encodedRows, learnFrom, origin } from '../../support/models';

/** Two clients that browse, with a few of everything else. */
const flows: Flow[] = Array.from({ length: 300 }, (_, i): Flow => ({
  time: 10 * i, duration: (i % 7) / 10, source: `10.0.0.${1 + (i % 2)}`, destination: `10.0.1.${1 + (i % 3)}`, destinationPort: [443, 80, 53][i % 3], protocol: i % 3 === 2 ? 'udp' : 'tcp',
  service: ['ssl', 'http', 'dns'][i % 3], state: i % 50 === 0 ? 'REJ' : 'SF', forwardBytes: 100 + (i % 11) * 10, backwardBytes: i % 5 === 0 ? undefined : 1000 + i, forwardPackets: 1 + (i % 4), backwardPackets: 2,
}));
const table = tableOf(flows);
const models = { 'the default': learnFrom(table), 'ENCODE codes': learnFrom(table, { alphabet: 'encode' }), 'SEQUENT': learnFrom(table, { reference: true, referenceScale: 'small' }) };

const read = (bytes: Uint8Array): { fault: string } | undefined => {
  const loaded = readModel(bytes);
  return 'fault' in loaded ? loaded : undefined;
};
/** The same file with another description or other tensors, and the checksum that fits: what a program, not an accident, would write. */
function rewritten(bytes: Uint8Array, change: (container: { metadata: Record<string, string>; tensors: Record<string, Tensor> }) => void): Uint8Array {
  const { metadata, tensors } = readContainer(bytes) as Container;
  const own = { metadata: { ...metadata }, tensors: { ...tensors } };
  change(own);
  delete own.metadata['checksum'];
  own.metadata['checksum'] = crc32(writeContainer(own)).toString(16);
  return writeContainer(own);
}

for (const [name, model] of Object.entries(models)) {
  describe(`model file of ${name}`, () => {
    const bytes = writeModel(stateFrequency as never, model, origin);
    const key = name === 'SEQUENT' ? 'stateFrequencyReference' : 'stateFrequency';

    it('is read back whole: equal bytes, equal scores', () => {
      const loaded = readModel(bytes);
      assert.ok(!('fault' in loaded), JSON.stringify(loaded));
      assert.deepEqual(loaded.origin, origin);
      assert.deepEqual(writeModel(loaded.detector, loaded.model, loaded.origin), bytes);
      assert.deepEqual([loaded.model.states, loaded.model.symbols, loaded.model.baselineRows, loaded.model.entity], [model.states, model.symbols, 300, 'pair']);
      const rows = encodedRows(model, table), before = scoreRows(stateFrequency, model, rows, noControl), after = scoreRows(loaded.detector, loaded.model, rows, noControl);
      assert.deepEqual(after.raw, before.raw);
      assert.deepEqual(after.state, before.state);
      assert.deepEqual([0, 7, 150].map((row) => after.explain(row)), [0, 7, 150].map((row) => before.explain(row)));
    });

    it('learned again from equal input has equal bytes', () => {
      assert.deepEqual(writeModel(stateFrequency as never, learnFrom(tableOf(flows), model.settings), origin), bytes);
    });

    it('damaged anywhere is refused: any byte of any part, any truncation', () => {
      const rng = mulberry32(11);
      for (let i = 0; i < 1500; i++) {
        const damaged = bytes.slice();
        const at = randomBelow(rng, i % 2 === 0 ? bytes.length : Math.min(bytes.length, 6000));
        damaged[at] ^= 1 + randomBelow(rng, 255);
        // A header that says the same in other bytes (a blank more or less) would be no damage; a changed byte is never that.
        assert.ok(read(damaged), `byte ${at}`);
        assert.ok(read(bytes.subarray(0, randomBelow(rng, bytes.length))));
      }
    });

    it('with a damaged description or damaged arrays under a fitting checksum never throws', () => {
      const rng = mulberry32(12);
      let refused = 0;
      for (let i = 0; i < 1500; i++) {
        const mutant = rewritten(bytes, ({ metadata, tensors }) => {
          if (i % 2 === 0) {
            const text = metadata[key], at = randomBelow(rng, text.length);
            const piece = ['', '0', '-1', 'null', '[]', '{}', '"', 'x', '1e99', '2.5'][randomBelow(rng, 10)];
            metadata[key] = text.slice(0, at) + piece + text.slice(at + randomBelow(rng, 3));
            return;
          }
          const names = Object.keys(tensors), victim = names[randomBelow(rng, names.length)];
          const tensor = tensors[victim].slice();
          if (randomBelow(rng, 8) === 0) delete tensors[victim];
          else {
            if (tensor.length > 0) tensor[randomBelow(rng, tensor.length)] = [NaN, -1, 1e300, 0.5, 4294967295, 0, 7][randomBelow(rng, 7)];
            tensors[victim] = randomBelow(rng, 5) === 0 ? tensor.slice(1) : tensor;
          }
        });
        const loaded = readModel(mutant);
        if ('fault' in loaded) {
          assert.match(loaded.fault, /^The file is not a model that this version can use: .*\. Learn the model again\.$/);
          refused++;
          continue;
        }
        // What is accepted can be worked with.
        const encode = loaded.detector.encoder(loaded.model);
        const scores = scoreRows(loaded.detector, loaded.model, { ...encodedRows(model, table), symbol: encode.encode(table) }, noControl);
        scores.explain(3);
        assert.equal(scores.raw.length, 300);
      }
      assert.ok(refused > 500, `${refused}`);
    });
  });
}

describe('model file', () => {
  const bytes = writeModel(stateFrequency as never, models['the default'], origin);
  const description = (change: object): Uint8Array => rewritten(bytes, ({ metadata }) => (metadata['anomaline'] = JSON.stringify({ ...(JSON.parse(metadata['anomaline']) as object), ...change })));
  const refusals: { name: string; bytes: Uint8Array; fault: RegExp }[] = [
    { name: 'of a newer version', bytes: description({ version: MODEL_VERSION + 1 }), fault: /has version 3; this Anomaline reads up to version 2\. Update Anomaline/ },
    { name: 'without a version', bytes: description({ version: undefined }), fault: /version undefined/ },
    { name: 'of another detector', bytes: description({ origin: { ...origin, detector: 'tarot' } }), fault: /a detector that this Anomaline does not have \(tarot\)/ },
    { name: 'without an origin', bytes: description({ origin: undefined }), fault: /a detector/ },
    { name: 'of another program', bytes: writeContainer({ metadata: {}, tensors: {} }), fault: /not written by Anomaline/ },
    { name: 'with a description that is a list', bytes: rewritten(bytes, ({ metadata }) => (metadata['anomaline'] = '7')), fault: /not written by Anomaline/ },
    { name: 'with a description that is no JSON', bytes: rewritten(bytes, ({ metadata }) => (metadata['anomaline'] = '{')), fault: /damaged: its description is no JSON/ },
    { name: 'that is a log', bytes: new TextEncoder().encode('#separator \\x09\n#fields\tts\n1\n'), fault: /This is no model file: its header is longer than the file/ },
    { name: 'of one changed byte', bytes: Uint8Array.from(bytes, (byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)), fault: /damaged: its checksum does not fit/ },
  ];
  for (const { name, bytes: given, fault } of refusals) it(`${name} is refused`, () => assert.match(read(given)?.fault ?? 'accepted', fault));

  it('any bytes at all give a fault', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (any) => assert.ok(read(any))));
  });
});

describe('CRC-32', () => {
  for (const [text, expected] of [['', 0], ['123456789', 0xcbf43926], ['The quick brown fox jumps over the lazy dog', 0x414fa339]] as const) it(`of "${text}"`, () => assert.equal(crc32(new TextEncoder().encode(text)), expected));
});
