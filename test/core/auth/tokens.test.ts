import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as fc from 'fast-check';
import { CharacterEncoder, decodeCharacters } from '../../../server/core/auth/characters';
import { EVENT_FIELDS, hourOf } from '../../../server/core/auth/fields';
import { FieldCounts } from '../../../server/core/auth/fieldCounts';
import { TokenEncoder } from '../../../server/core/auth/tokens';
import { buildVocabulary, PAD, referenceMasks, TIME, type Vocabulary, type VocabularyKind } from '../../../server/core/auth/vocabulary';
import { readVocabulary, vocabularyContainer } from '../../../server/core/auth/vocabularyFile';
import { readContainer, writeContainer } from '../../../server/core/models/safetensors';
import type { FlowTable } from '../../../server/core/table/flow';
import { bytesOf, readAll } from '../formats/reading';
import { needShared } from '../../support/shared';
import { type Flow, tableOf } from '../../support/flows';

const KINDS: readonly VocabularyKind[] = ['fields', 'merged', 'global'];

interface Golden {
  readonly cutoff: number;
  readonly counts: Record<string, Record<string, number>>;
  readonly lines: readonly string[];
  readonly tokenisers: Record<string, { readonly vocab_size: number; readonly encoded: number[][]; readonly decoded: string[]; readonly mask_tokens_per_field?: number[]; readonly oov_tokens_per_field?: number[]; readonly mask_idx?: number; readonly mask_test_first_line?: { readonly inputs: number[][] }; readonly bidir_encoded_first?: number[]; readonly vocab?: Record<string, number | Record<string, number>> }>;
}

function eventsOf(text: string, options = {}): FlowTable {
  const { format, header, tables } = readAll(bytesOf(text), options);
  return format.flow(header, tables[0]);
}

function rowsOf(tokens: Int32Array, width: number): number[][] {
  return Array.from({ length: tokens.length / width }, (_, row) => [...tokens.subarray(row * width, (row + 1) * width)]);
}

const value = fc.constantFrom('a', 'b', 'C1', 'C1$', 'U1', '?', 'DOM1', 'TGT');
const event: fc.Arbitrary<Flow> = fc.record({
  time: fc.integer({ min: -100000, max: 200000 }), user: value, userDomain: value, targetUser: value, targetDomain: value, source: value, destination: value,
  authType: fc.constantFrom('Kerberos', 'NTLM', '?'), logonType: fc.constantFrom('Network', '?'), orientation: fc.constantFrom('LogOn', 'TGT'), outcome: fc.constantFrom('Success', 'Fail'),
}, { requiredKeys: [], noNullPrototype: true });

describe('tokens of authentication events', () => {
  describe('golden values of the published system', () => {
    let golden: Golden;
    let table: FlowTable;
    before(function () {
      golden = JSON.parse(fs.readFileSync(needShared(this, 'golden/auth-sequence/tokenise.json'), 'utf8')) as Golden;
      table = eventsOf(`${golden.lines.join('\n')}\n`);
    });

    const vocabularyOf = (kind: VocabularyKind): Vocabulary => buildVocabulary(FieldCounts.of(golden.counts, true), { kind, cutoff: golden.cutoff });

    for (const kind of KINDS) {
      for (const time of [false, true]) {
        it(`${kind}, ${time ? 'with' : 'without'} the hour`, () => {
          const expected = golden.tokenisers[`word-${kind}${time ? '+time' : ''}`];
          const vocabulary = vocabularyOf(kind);
          const encoder = new TokenEncoder(vocabulary, { time, reference: true });
          const rows = rowsOf(encoder.encode(table), encoder.width);
          assert.equal(vocabulary.size, expected.vocab_size);
          assert.deepEqual(rows, expected.encoded);
          assert.deepEqual(rows.map((row) => vocabulary.decode(row)), expected.decoded);
        });
      }

      it(`${kind}: masks and unknown values`, () => {
        const expected = golden.tokenisers[`word-${kind}`];
        const vocabulary = vocabularyOf(kind);
        const masks = referenceMasks(vocabulary);
        if (kind === 'global') assert.deepEqual([vocabulary.mask(3), vocabulary.mask(TIME)], [expected.mask_idx, expected.mask_idx]);
        else {
          assert.deepEqual(masks, expected.mask_tokens_per_field);
          assert.equal(vocabulary.unknown(TIME), expected.oov_tokens_per_field?.[0]);
        }
        const [first] = rowsOf(new TokenEncoder(vocabulary, { time: false }).encode(table), 10);
        if (kind === 'merged') assert.equal(masks.length, 8);
        else assert.deepEqual(EVENT_FIELDS.map((_, position) => first.map((id, i) => (i === position ? masks[position] : id))), expected.mask_test_first_line?.inputs);
      });
    }

    it('characters', () => {
      const expected = golden.tokenisers['char'];
      const { ids, starts } = new CharacterEncoder().encode(table);
      expected.encoded.forEach((line, row) => assert.deepEqual([...ids.subarray(starts[row], starts[row + 1])], line));
      const framed = new CharacterEncoder(true).encode(table);
      assert.deepEqual([...framed.ids.subarray(0, framed.starts[1])], expected.bidir_encoded_first);
      golden.lines.forEach((line, row) => assert.equal(decodeCharacters(ids.subarray(starts[row], starts[row + 1])), line.split(',').slice(1, -1).join(',')));
    });

    it('sizes of the vocabularies of days 6 to 8 follow from the numbers of values', function () {
      const summary = JSON.parse(fs.readFileSync(needShared(this, 'golden/auth-sequence/full_counts_summary.json'), 'utf8')) as { readonly distinct_per_field: Record<string, number>; readonly distinct_over_40: Record<string, number>; readonly vocab_sizes: Record<string, number> };
      for (const [cutoff, distinct] of [[0, summary.distinct_per_field], [40, summary.distinct_over_40]] as const) {
        const counts = Object.fromEntries(Object.entries(distinct).map(([field, n]) => [field, Object.fromEntries(Array.from({ length: n }, (_, i) => [`${field}-${i}`, 100]))]));
        assert.equal(buildVocabulary(FieldCounts.of(counts, true), { kind: 'fields', cutoff }).size, summary.vocab_sizes[`word-fields cutoff=${cutoff}`]);
      }
    });
  });

  for (const kind of KINDS) {
    it(`${kind}: tokens and texts are each other's, for every value that was counted often enough`, () => {
      fc.assert(fc.property(fc.array(event, { maxLength: 40 }), fc.array(event, { minLength: 1, maxLength: 20 }), fc.nat(3), (training, others, cutoff) => {
        const counts = new FieldCounts();
        counts.add(tableOf(training));
        const vocabulary = buildVocabulary(counts, { kind, cutoff });
        const encoder = new TokenEncoder(vocabulary, { time: true });
        rowsOf(encoder.encode(tableOf(others)), 11).forEach((row, i) => {
          const time = others[i].time;
          assert.equal(vocabulary.text(row[0]), time === undefined ? '[OOV]' : `T${hourOf(time)}`);
          EVENT_FIELDS.forEach(({ member, kind: ofField }, position) => {
            const text = others[i][member] ?? '?';
            // The plain count: of the field, of its kind, or of any kind's.
            const kinds = kind === 'fields' ? [[position]] : kind === 'merged' ? [same(ofField)] : [...new Set(EVENT_FIELDS.map((field) => field.kind))].map(same);
            const seen = Math.max(...kinds.map((positions) => positions.reduce((sum, at) => sum + training.filter((one) => (one[EVENT_FIELDS[at].member] ?? '?') === text).length, 0)));
            const known = seen > cutoff || (kind === 'global' && /^T\d/.test(text));
            assert.equal(vocabulary.text(row[position + 1]), known ? text : '[OOV]');
            if (!known) assert.equal(row[position + 1], vocabulary.unknown(position));
            if (kind !== 'global') assert.ok(vocabulary.candidates(position).includes(row[position + 1]));
          });
        });
      }), { seed: 11, numRuns: 150 });
    });

    it(`${kind}: does not depend on the order of rows or on parts`, () => {
      fc.assert(fc.property(fc.array(event, { maxLength: 30 }), fc.nat(30), (rows, at) => {
        const whole = new FieldCounts();
        whole.add(tableOf([...rows].reverse()));
        const parts = [new FieldCounts(), new FieldCounts()];
        parts[0].add(tableOf(rows.slice(0, at)));
        parts[1].add(tableOf(rows.slice(at)));
        parts[0].merge(parts[1]);
        assert.equal(parts[0].rows, rows.length);
        assert.deepEqual(buildVocabulary(parts[0], { kind, cutoff: 1 }).lists, buildVocabulary(whole, { kind, cutoff: 1 }).lists);
      }), { seed: 12, numRuns: 100 });
    });

    it(`${kind}: every token has one meaning, and a file keeps them`, () => {
      const counts = new FieldCounts();
      counts.add(tableOf(fc.sample(event, { seed: 4, numRuns: 60 })));
      const vocabulary = buildVocabulary(counts, { kind, cutoff: 0 });
      const special = [TIME, ...EVENT_FIELDS.keys()].flatMap((position) => [vocabulary.mask(position), vocabulary.unknown(position)]);
      const values = new Set([...EVENT_FIELDS.keys()].flatMap((position) => [...vocabulary.candidates(position)].slice(0, -1)));
      assert.ok(special.every((id) => !values.has(id) && id !== PAD && /^\[(MSK|OOV)\]$/.test(vocabulary.text(id))));
      const container = readContainer(writeContainer(vocabularyContainer(vocabulary)));
      const read = 'fault' in container ? container : readVocabulary(container);
      assert.ok(!('fault' in read));
      assert.deepEqual(read, vocabulary);
    });
  }

  it('an empty vocabulary knows nothing, and a damaged one says so', () => {
    const vocabulary = buildVocabulary(new FieldCounts(), { kind: 'fields', cutoff: 40 });
    assert.deepEqual([vocabulary.size, vocabulary.decode(new TokenEncoder(vocabulary, { time: false }).encode(tableOf([{ user: 'a' }])))], [50, '[OOV],'.repeat(10).slice(0, -1)]);
    const container = vocabularyContainer(vocabulary);
    for (const damaged of [{ metadata: {}, tensors: {} }, { ...container, metadata: { vocabulary: 'x' } }, { ...container, tensors: {} }, { ...container, metadata: { vocabulary: 'merged' } }, { ...container, tensors: { ...container.tensors, 'vocabulary.ends': Uint32Array.of(9) } }]) assert.ok('fault' in readVocabulary(damaged));
  });

  it('dictionaries that grow or change between tables make no difference', () => {
    const text = Array.from({ length: 300 }, (_, i) => `${i},U${i % 37}@D${i % 3},U${i % 11}@D,C${i % 53},C${i % 7},Kerberos,Network,LogOn,Success`).join('\n');
    const { format, header, tables } = readAll(bytesOf(text), { batchRows: 17 });
    const counts = new FieldCounts();
    for (const table of tables) counts.add(format.flow(header, table));
    const encoder = new TokenEncoder(buildVocabulary(counts, { kind: 'fields', cutoff: 3 }), { time: true });
    const pieces = tables.flatMap((table) => [...encoder.encode(format.flow(header, table))]);
    assert.deepEqual(pieces, [...encoder.encode(eventsOf(text))]);
  });

  it('characters beyond the vocabulary become question marks', () => {
    const { ids } = new CharacterEncoder().encode(tableOf([{ user: 'ä~é' }]));
    assert.ok(decodeCharacters(ids).startsWith('???,?,'));
    assert.ok(ids.every((id) => id < 131));
  });
});

function same(kind: string): number[] {
  return [...EVENT_FIELDS.keys()].filter((position) => EVENT_FIELDS[position].kind === kind);
}
