import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { CHAINS } from '../../../server/core/auth/chains';
import { CountModel } from '../../../server/core/auth/countModel';
import { countModelContainer, readCountModel } from '../../../server/core/auth/countModelFile';
import { EVENT_FIELDS } from '../../../server/core/auth/fields';
import { FieldCounts } from '../../../server/core/auth/fieldCounts';
import { TokenEncoder } from '../../../server/core/auth/tokens';
import { buildVocabulary, type Vocabulary, type VocabularyKind } from '../../../server/core/auth/vocabulary';
import { extendVocabulary, tokenTranslation } from '../../../server/core/auth/vocabularyGrowth';
import { readContainer, writeContainer } from '../../../server/core/models/safetensors';
import { FIELD_SETS, lineScores } from '../../../server/core/auth/lineScores';
import { distinctRows } from '../../../server/core/auth/distinctRows';
import { lineMetrics } from '../../../server/core/evaluation/lineMetrics';
import type { FlowTable } from '../../../server/core/table/flow';
import { bytesOf, fileBytes, readAll } from '../formats/reading';
import { needShared } from '../../support/shared';
import { naiveProbability } from '../../reference/countModel';
import { type Flow, tableOf } from '../../support/flows';

const few = (...texts: string[]): fc.Arbitrary<string> => fc.constantFrom(...texts);
const event: fc.Arbitrary<Flow> = fc.record({
  time: fc.nat(86399), user: few('ann', 'bob', 'eve'), userDomain: few('D', 'E'), targetUser: few('ann', 'bob', 'krbtgt'), targetDomain: few('D', 'E'), source: few('pc1', 'pc2', 'srv'), destination: few('srv', 'dc', 'pc2'),
  authType: few('Kerberos', 'NTLM'), logonType: few('Network', 'Interactive'), orientation: few('LogOn', 'TGS'), outcome: few('Success', 'Fail'),
}, { requiredKeys: [], noNullPrototype: true });
const events = fc.array(event, { minLength: 1, maxLength: 40 });

function vocabularyOf(rows: readonly Flow[], kind: VocabularyKind = 'fields', cutoff = 0): Vocabulary {
  const counts = new FieldCounts();
  counts.add(tableOf(rows));
  return buildVocabulary(counts, { kind, cutoff });
}

const tokensOf = (vocabulary: Vocabulary, rows: readonly Flow[], time = false): Int32Array => new TokenEncoder(vocabulary, { time }).encode(tableOf(rows));
const roomy = { time: false, mostPairs: 1e9 };

function learned(vocabulary: Vocabulary, rows: readonly Flow[], options = roomy): CountModel {
  const model = new CountModel(vocabulary, options);
  model.learn(tokensOf(vocabulary, rows, options.time));
  return model;
}

/** All pairs of a model, in an order of their own. */
function pairsOf(model: CountModel): string[] {
  const pairs: string[] = [];
  for (const [field, levels] of model.depth.entries()) for (let level = 0; level < levels; level++) model.forEachPair(field, level, (path, value, count) => pairs.push(`${field}.${level}:${path.join(' ')}>${value}=${count}`));
  return pairs.sort();
}

describe('counts as a model of authentication events', () => {
  const texts = (vocabulary: Vocabulary, rows: readonly Flow[]): string[][] => {
    const tokens = tokensOf(vocabulary, rows);
    return rows.map((_, row) => EVENT_FIELDS.map((__, field) => vocabulary.text(tokens[row * 10 + field])));
  };

  it('gives the probabilities that the formula gives', () => {
    fc.assert(fc.property(events, events, fc.nat(2), (baseline, others, cutoff) => {
      const vocabulary = vocabularyOf(baseline, 'fields', cutoff);
      const model = learned(vocabulary, baseline);
      const losses = model.lineLosses(tokensOf(vocabulary, others));
      const known = texts(vocabulary, baseline);
      texts(vocabulary, others).forEach((row, r) => row.forEach((value, field) => {
        const expected = -Math.log(naiveProbability(known, row, field, value, vocabulary.candidates(field).length));
        assert.ok(Math.abs(losses[r * 10 + field] - expected) < 1e-5, `${losses[r * 10 + field]} and not ${expected}`);
      }));
    }), { seed: 21, numRuns: 60 });
  });

  it('judges learned rows as if each had not been learned', () => {
    fc.assert(fc.property(fc.array(event, { minLength: 2, maxLength: 15 }), (baseline) => {
      const vocabulary = vocabularyOf(baseline);
      const losses = learned(vocabulary, baseline).losses(tokensOf(vocabulary, baseline), true);
      baseline.forEach((row, r) => {
        const alone = learned(vocabulary, baseline.filter((_, i) => i !== r)).lineLosses(tokensOf(vocabulary, [row]));
        alone.forEach((loss, field) => assert.ok(Math.abs(losses[r * 10 + field] - loss) < 1e-5));
      });
    }), { seed: 22, numRuns: 60 });
  });

  it('spreads one over the values of a field, and names the most probable first', () => {
    fc.assert(fc.property(events, events, (baseline, others) => {
      const vocabulary = vocabularyOf(baseline);
      const model = learned(vocabulary, baseline);
      const tokens = tokensOf(vocabulary, others);
      const losses = model.lineLosses(tokens);
      for (let field = 0; field < 10; field++) {
        const all = model.expected(tokens, 0, field, Infinity);
        assert.ok(Math.abs(all.reduce((sum, { share }) => sum + share, 0) - 1) < 1e-9);
        assert.ok(all.every(({ share }, i) => i === 0 || share <= all[i - 1].share));
        assert.ok(Math.abs((all.find(({ value }) => value === vocabulary.text(tokens[field]))?.share ?? 0) - Math.exp(-losses[field])) < 1e-6);
        assert.deepEqual(model.expected(tokens, 0, field, 2), all.slice(0, 2));
      }
    }), { seed: 23, numRuns: 60 });
  });

  it('is the same learned in one pass, in parts, or put together, and after a file', () => {
    fc.assert(fc.property(events, fc.nat(40), (rows, at) => {
      const vocabulary = vocabularyOf(rows);
      const whole = learned(vocabulary, rows, { ...roomy, time: true });
      const parts = learned(vocabulary, rows.slice(0, at), { ...roomy, time: true });
      parts.merge(learned(vocabulary, rows.slice(at), { ...roomy, time: true }));
      const container = readContainer(writeContainer(countModelContainer(whole)));
      const read = 'fault' in container ? container : readCountModel(container);
      assert.ok(read instanceof CountModel);
      const tokens = tokensOf(vocabulary, rows, true);
      for (const other of [parts, read]) {
        assert.deepEqual(pairsOf(other), pairsOf(whole));
        assert.equal(other.rows, whole.rows);
        assert.deepEqual(other.losses(tokens, false), whole.losses(tokens, false));
      }
      assert.deepEqual(writeContainer(countModelContainer(read)), writeContainer(countModelContainer(whole)));
    }), { seed: 24, numRuns: 60 });
  });

  it('goes on with new days under a vocabulary that grew, as if it had had it from the start', () => {
    for (const kind of ['fields', 'merged', 'global'] as const) {
      fc.assert(fc.property(events, events, (first, second) => {
        const later = second.map((row) => ({ ...row, ...(row.user === undefined ? {} : { user: `new ${row.user}` }) }));
        const old = vocabularyOf(first, kind);
        const counts = new FieldCounts();
        counts.add(tableOf(later));
        const grown = extendVocabulary(old, counts, 0);
        old.lists.forEach((list, i) => assert.deepEqual(grown.lists[i].slice(0, list.length), list));
        const tokens = tokenTranslation(old, grown);
        assert.deepEqual([...tokensOf(old, first, true)].map((id) => tokens[id]), [...tokensOf(grown, first, true)]);
        const model = learned(old, first).under(grown);
        model.learn(tokensOf(grown, later));
        assert.deepEqual(pairsOf(model), pairsOf(learned(grown, [...first, ...later])));
        assert.equal(model.rows, first.length + later.length);
      }), { seed: 26, numRuns: 30 });
    }
  });

  it('predicts the hour from the user, where rows have it', () => {
    const rows = Array.from({ length: 20 }, (_, i) => ({ user: i % 2 === 0 ? 'ann' : 'bob', time: i % 2 === 0 ? 9 * 3600 : 20 * 3600 }));
    const vocabulary = vocabularyOf(rows);
    const model = learned(vocabulary, rows, { ...roomy, time: true });
    const tokens = tokensOf(vocabulary, [{ user: 'ann', time: 9 * 3600 }, { user: 'ann', time: 20 * 3600 }, { user: 'ann' }], true);
    const losses = model.losses(tokens, false);
    assert.ok(losses[10] < losses[21] && losses[21] < losses[32]);
    assert.deepEqual(model.expected(tokens, 1, 10, 1)[0].value, 'T9');
    assert.deepEqual([...model.lineLosses(tokens).subarray(0, 10)], [...losses.subarray(0, 10)]);
  });

  it('rows that are alike are told once, in order of first appearance', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.nat(2), fc.nat(1)), { maxLength: 30 }), (rows) => {
      const { first, kind, count } = distinctRows(Int32Array.from(rows.flat()), 2);
      const names = [...new Set(rows.map(String))];
      assert.deepEqual([...first].map((row) => String(rows[row])), names);
      assert.deepEqual([...kind].map((one) => names[one]), rows.map(String));
      assert.deepEqual([...count], names.map((name) => rows.filter((row) => String(row) === name).length));
    }), { seed: 25, numRuns: 200 });
  });

  it('works with any vocabulary: no OOV, one user, unknown everywhere, no rows', () => {
    for (const kind of ['fields', 'merged', 'global'] as const) {
      const rows: Flow[] = [{ user: 'ann', source: 'pc1' }, { user: 'ann', source: 'pc2' }];
      for (const [baseline, cutoff] of [[rows, 0], [rows, 9], [[], 0]] as const) {
        const vocabulary = vocabularyOf(baseline, kind, cutoff);
        const losses = learned(vocabulary, baseline).lineLosses(tokensOf(vocabulary, [...rows, { user: 'new' }]));
        assert.equal(losses.length, 30);
        assert.ok(losses.every((loss) => Number.isFinite(loss) && loss >= 0));
      }
    }
  });

  it('stays within its room, and forgets what is rarest', () => {
    const rows = Array.from({ length: 3000 }, (_, i): Flow => ({ user: `u${i % 5}`, source: i % 3 === 0 ? `pc${i % 7}` : `rare${i}`, destination: `s${i % 2}`, authType: 'Kerberos' }));
    const vocabulary = vocabularyOf(rows, 'fields', 1);
    const full = learned(vocabulary, rows), small = learned(vocabulary, rows, { ...roomy, mostPairs: 150 });
    assert.ok(full.pairs > 200 && small.pairs <= 150, `${full.pairs}, ${small.pairs}`);
    const count = (model: CountModel, field: number): number => { let n = 0; model.forEachPair(field, 0, (_, __, c) => (n += c)); return n; };
    assert.equal(count(small, 4), 3000);
    assert.ok(learned(vocabulary, rows, { ...roomy, mostPairs: 1 }).pairs < 60, 'what fields are like anywhere stays');
  });

  it('says what is wrong with a damaged file', () => {
    const rows = [{ user: 'a' }, { user: 'b' }];
    const container = countModelContainer(learned(vocabularyOf(rows), rows));
    const damaged = [{ metadata: {}, tensors: {} }, { ...container, metadata: { vocabulary: 'fields' } }, { ...container, tensors: { ...container.tensors, 'counts.2.1': Uint32Array.of(1) } }, { ...container, tensors: { ...container.tensors, 'counts.0.0': Uint32Array.of(99999, 1) } }];
    for (const one of damaged) assert.ok('fault' in (readCountModel(one) as object));
  });

  it('real events are less surprising than the same events with destinations of others', function () {
    const lines = Buffer.from(fileBytes(needShared(this, 'data/lanl/auth_safekit_day0_head5000.txt.gz'))).toString().trimEnd().split('\n');
    const tableOfLines = (some: readonly string[]): FlowTable => {
      const { header, format, tables } = readAll(bytesOf(some.join('\n')));
      return format.flow(header, tables[0]);
    };
    const [training, later] = [tableOfLines(lines.slice(0, 4000)), lines.slice(4000)];
    const swapped = later.map((line, i) => {
      const [cells, others] = [line.split(','), later[(i * 389 + 200) % later.length].split(',')];
      return [...cells.slice(0, 4), others[4], ...cells.slice(5)].join(',');
    });
    const counts = new FieldCounts();
    counts.add(training);
    const encoder = new TokenEncoder(buildVocabulary(counts, { kind: 'fields', cutoff: 1 }), { time: false });
    const model = new CountModel(encoder.vocabulary, roomy);
    model.learn(encoder.encode(training));
    const losses = [later, swapped].map((some) => lineScores(model.lineLosses(encoder.encode(tableOfLines(some))), FIELD_SETS.movement, 'sum'));
    const wrong = swapped.map((line, i) => (line === later[i] ? 0 : 1));
    const { auc = 0 } = lineMetrics(Float64Array.from([...losses[0], ...losses[1].filter((_, i) => wrong[i] === 1)]), [...later.map(() => 0), ...wrong.filter((one) => one === 1)]);
    assert.ok(auc > 0.8, `${auc}`);
  });

  it('no field depends on itself', () => CHAINS.forEach((chain, field) => assert.ok(chain.every((path) => !path.includes(field)) && chain[0].length === 0)));
});
