import { strict as assert } from 'node:assert';
import * as fc from 'fast-check';
import { EVENT_FIELDS } from '../../../server/core/auth/fields';
import { FIELD_SETS } from '../../../server/core/auth/lineScores';
import { authSequences } from '../../../server/core/detectors/authSequences';
import { causeNumber, ValueClass } from '../../../server/core/detectors/authSequences/causes';
import type { AuthSequencesModel } from '../../../server/core/detectors/authSequences/model';
import type { AuthSequencesSettings } from '../../../server/core/detectors/authSequences/settings';
import { LearningError } from '../../../server/core/detectors/detector';
import { commonScore } from '../../../server/core/detectors/scoring/calibration';
import { type Container, readContainer, writeContainer } from '../../../server/core/models/safetensors';
import { type ModelOrigin, readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { Cancelled } from '../../../server/core/util/control';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { authRows, authSettings, learnAuth, ordinaryEvents, scoreAuth, usualEvent } from '../../support/authEvents';
import { type Flow, tableOf } from '../../support/flows';

const baseline = ordinaryEvents(600);
const table = tableOf(baseline);
const odd: Flow[] = [
  { ...usualEvent, destination: 'srv9' },
  { ...usualEvent, destination: 'pc3' },
  { ...usualEvent, logonType: 'Interactive' },
  { ...usualEvent, user: 'stranger', targetUser: 'stranger' },
  usualEvent,
];
const oddTable = tableOf(odd);
const bytesOf = (model: AuthSequencesModel): Uint8Array => writeContainer(authSequences.save(model));
const reread = (model: AuthSequencesModel): AuthSequencesModel | { readonly fault: string } => {
  const container = readContainer(bytesOf(model));
  return 'fault' in container ? container : authSequences.load(container);
};
const without = <T>(parts: Readonly<Record<string, T>>, name: string): Record<string, T> => Object.fromEntries(Object.entries(parts).filter(([one]) => one !== name));
const field = (name: string): number => EVENT_FIELDS.findIndex((one) => one.name === name);
const refused = (work: Promise<unknown>, text: RegExp): Promise<void> => assert.rejects(work, (error: Error) => error instanceof LearningError && text.test(error.message) || assert.fail(String(error)));

describe('authentication sequences by counts', () => {
  let model: AuthSequencesModel;
  before(async () => { model = await learnAuth(table); });

  it('parts add up to the raw score, whatever the settings', async () => {
    const choices: Partial<AuthSequencesSettings>[] = (['circumstances', 'movement', 'all'] as const).flatMap((fields) => (['sum', 'mean'] as const).flatMap((score) => [false, true].map((normalise) => ({ fields, score, normalise }))));
    for (const change of [...choices, { vocabulary: 'merged' as const }, { vocabulary: 'global' as const }, { time: true }, { entity: 'pair' as const }]) {
      const scores = await scoreAuth(await learnAuth(table, change), oddTable);
      odd.forEach((_, row) => {
        const { parts } = scores.explain(row);
        const sum = parts.reduce((total, { value }) => total + value, 0);
        assert.ok(Math.abs(sum - scores.raw[row]) < 1e-4, `${JSON.stringify(change)}: ${sum} and not ${scores.raw[row]}`);
        assert.equal(parts.length, FIELD_SETS[change.fields ?? 'circumstances'].length + (change.normalise === true ? 1 : 0));
      });
    }
  });

  it('the score is the sum or the mean of the losses of the fields of its set', async () => {
    const losses = model.counts.losses(Int32Array.from(authRows(model, oddTable).features), false, 10);
    for (const fields of ['circumstances', 'movement', 'all'] as const) {
      for (const score of ['sum', 'mean'] as const) {
        const { raw } = await scoreAuth(await learnAuth(table, { fields, score }), oddTable);
        odd.forEach((_, row) => {
          const sum = FIELD_SETS[fields].reduce((total: number, f) => total + losses[row * 10 + f], 0);
          assert.ok(Math.abs(raw[row] - (score === 'mean' ? sum / FIELD_SETS[fields].length : sum)) < 1e-4);
        });
      }
    }
  });

  it('underlines the field that surprises most, says what was expected, and names the cause', async () => {
    const scores = await scoreAuth(model, oddTable);
    const said = odd.map((_, row) => scores.explain(row));
    assert.deepEqual(said.slice(0, 3).map((one) => one.field), ['destination', 'destination', 'logonType']);
    assert.match(said[0].message, /^Unexpected destination host that is not in the baseline: (under )?[\d.]+ %; expected srv0 \d+ %.*\. User u0, Kerberos Network LogOn Success\.$/);
    assert.match(said[1].message, /^Unexpected destination host pc3: (under )?[\d.]+ %; expected srv0/);
    assert.match(said[2].message, /^Unexpected logon type Interactive: (under )?[\d.]+ %; expected Network/);
    assert.match(said[3].message, /A user who is not in the baseline, Kerberos Network/);
    assert.match(said[4].message, /^Usual destination host srv0: 7\d %; expected pc0 2\d %\. User u0/);
    assert.equal(said[0].expected[0].words, 'destination host srv0');
    said.forEach(({ expected, parts }) => {
      assert.ok(expected.every(({ share }, i) => share >= 0 && share <= 1 && (i === 0 || share <= expected[i - 1].share)));
      assert.ok(parts.every(({ value }, i) => i === 0 || value <= parts[i - 1].value), 'worst first');
    });
    assert.deepEqual([0, 1, 2].map((row) => scores.causeOf!(row)), [causeNumber(field('dst_pc'), ValueClass.unknown), causeNumber(field('dst_pc'), ValueClass.newForUser), causeNumber(field('logon_type'), ValueClass.unusual)]);
    const words = [0, 1, 2].map((row) => authSequences.rootCauseWords(model, 0, authRows(model, oddTable).symbol[row], scores.causeOf!(row)));
    assert.deepEqual(words, ['destination host not in the baseline', 'destination host new for the user', 'logon type Interactive unusual']);
    const keys = odd.map((_, row) => authSequences.rootCauseKey(model, 0, authRows(model, oddTable).symbol[row], scores.causeOf!(row)));
    assert.equal(new Set(keys.slice(0, 3)).size, 3);
    assert.ok(commonScore(model.calibration, scores.raw[0]) > 90 && commonScore(model.calibration, scores.raw[4]) < 20);
  });

  it('rows of accounts that are left out get no score, and a note', async () => {
    const rows = [usualEvent, { ...usualEvent, user: 'PC7$' }, { ...usualEvent, user: 'SYSTEM' }];
    for (const [accounts, out] of [['all', []], ['people', [1, 2]]] as const) {
      const { raw, notes, explain } = await scoreAuth(await learnAuth(table, { accounts }), tableOf(rows));
      rows.forEach((_, row) => assert.equal(raw[row] === -Infinity, (out as readonly number[]).includes(row), `${accounts} ${row}`));
      assert.equal(notes.some((note) => /^2 of 3 rows are of accounts that are not looked at \(setting accounts=people\)/.test(note)), out.length > 0);
      if (out.length > 0) assert.deepEqual([explain(1).parts, explain(1).message], [[], 'Not scored: its account does not belong to those that are looked at (setting accounts=people).']);
    }
    const learned = await learnAuth(tableOf([...baseline, ...Array.from({ length: 50 }, () => ({ ...usualEvent, user: 'PC7$' }))]), { accounts: 'people' });
    assert.equal(learned.baselineRows, baseline.length);
    assert.equal(learned.vocabulary.idOf(0, 'PC7$'), learned.vocabulary.unknown(0));
  });

  it('with the hour as one more field the same hours are scored, and the hour does not count by itself', async () => {
    const hours = await learnAuth(table, { time: true });
    const { raw } = await scoreAuth(hours, oddTable), without = await scoreAuth(model, oddTable);
    raw.forEach((score, row) => assert.ok(Math.abs(score - without.raw[row]) < 1e-5));
    assert.equal(authRows(hours, oddTable).features.length, 11 * odd.length);
  });

  it('is read back whole: equal bytes, equal scores, equal words', async () => {
    for (const change of [{}, { normalise: true, time: true }, { vocabulary: 'merged' as const }, { vocabulary: 'global' as const, cutoff: 3 }]) {
      const learned = await learnAuth(table, change), loaded = reread(learned);
      assert.ok(!('fault' in loaded), JSON.stringify(loaded));
      assert.deepEqual(bytesOf(loaded), bytesOf(learned));
      const [before, after] = [await scoreAuth(learned, oddTable), await scoreAuth(loaded, oddTable)];
      assert.deepEqual(after.raw, before.raw);
      assert.deepEqual(odd.map((_, row) => after.explain(row)), odd.map((_, row) => before.explain(row)));
    }
  });

  it('equal input and settings give equal bytes; the order of files does not matter', async () => {
    assert.deepEqual(bytesOf(await learnAuth(tableOf(baseline))), bytesOf(model));
    const shuffled = [...baseline].sort((a, b) => ((a.time ?? 0) * 7919) % 601 - ((b.time ?? 0) * 7919) % 601);
    assert.deepEqual(bytesOf(await learnAuth(tableOf(shuffled))), bytesOf(model));
  });

  it('rows scored in ranges have the scores that they have together', async () => {
    const rows = tableOf([...odd, ...ordinaryEvents(80, 5, 9)]);
    for (const change of [{}, { normalise: true }, { entity: 'destination' as const, normalise: true }]) {
      const learned = await learnAuth(table, change);
      const whole = await scoreAuth(learned, rows);
      const parts = await scoreAuth(learned, rows, undefined, (entities) => Array.from({ length: entities }, (_, from) => ({ from, to: from + 1 })));
      assert.deepEqual(parts.raw, whole.raw);
      assert.deepEqual(odd.map((_, row) => parts.explain(row)), odd.map((_, row) => whole.explain(row)));
      assert.ok(authSequences.divisible(learned));
    }
  });

  it('a row of a baseline that is its own is judged as if it had not been learned', async () => {
    const rows = [...baseline, { ...usualEvent, destination: 'once' }];
    const [own, other] = [await learnAuth(tableOf(rows), {}, { self: true }), await learnAuth(table, {}, { self: false })];
    const [, without] = [await scoreAuth(own, tableOf(rows)), await scoreAuth(other, tableOf(rows.slice(-1)))];
    const raw = (await scoreAuth(own, tableOf(rows))).raw[rows.length - 1];
    // The vocabulary knows the value either way; but for that the row would be as odd as with a model that never saw it.
    assert.ok(Math.abs(raw - without.raw[0]) < 2.5, `${raw}, ${without.raw[0]}`);
    const seen = await learnAuth(tableOf(rows), {}, { self: false });
    assert.ok(raw > (await scoreAuth(seen, tableOf(rows))).raw[rows.length - 1] + 1, 'the row itself does not count');
  });

  describe('normalised', () => {
    it('compares a row with those of its user before it, whatever the rows are put together by', async () => {
      // One user who is odd as a rule, and one who is not, on the same host.
      const restless = Array.from({ length: 120 }, (_, i): Flow => ({ ...usualEvent, time: 60 * i + 1, user: 'restless', targetUser: `t${i % 40}`, destination: `srv${20 + (i % 40)}` }));
      const rows = tableOf([...baseline, ...restless]);
      const test = tableOf([{ ...usualEvent, time: 1e6, user: 'restless', targetUser: 't3', destination: 'srv31' }, { ...usualEvent, time: 1e6 + 1, destination: 'srv31' }]);
      for (const entity of ['user', 'source'] as const) {
        const [plain, less] = [await scoreAuth(await learnAuth(rows, { entity }), test), await scoreAuth(await learnAuth(rows, { entity, normalise: true }), test)];
        const [first, second] = [0, 1].map((row) => plain.raw[row] - less.raw[row]);
        assert.ok(first > second + 1, `by ${entity}: ${first} is taken off the restless user, ${second} off the other`);
      }
    });

    it('does not change when rows come after', async () => {
      const learned = await learnAuth(table, { normalise: true });
      const rows = ordinaryEvents(60, 1e6, 4);
      const [some, all] = [await scoreAuth(learned, tableOf(rows.slice(0, 30))), await scoreAuth(learned, tableOf(rows))];
      assert.deepEqual(all.raw.slice(0, 30), some.raw);
    });
  });

  describe('gone on with', () => {
    const event: fc.Arbitrary<Flow> = fc.record({
      time: fc.nat(5000), user: fc.constantFrom('a', 'b'), userDomain: fc.constantFrom('D', 'E'), targetUser: fc.constantFrom('a', 'b'), targetDomain: fc.constant('D'), source: fc.constantFrom('p', 'q'), destination: fc.constantFrom('s', 't'),
      authType: fc.constantFrom('K', 'N'), logonType: fc.constantFrom('Network', 'Batch'), orientation: fc.constant('LogOn'), outcome: fc.constantFrom('Success', 'Fail'),
    }, { noNullPrototype: true });
    const events = fc.array(event, { minLength: 1, maxLength: 25 });

    it('days one after the other give the counts of all at once, where the values are the same', async () => {
      // Every value in both parts: else unknown values of the first would stay unknown there.
      const every: Flow[] = ['a', 'b'].map((x, i) => ({ time: 0, user: x, userDomain: 'DE'[i], targetUser: x, targetDomain: 'D', source: 'pq'[i], destination: 'st'[i], authType: 'KN'[i], logonType: ['Network', 'Batch'][i], orientation: 'LogOn', outcome: ['Success', 'Fail'][i] }));
      await fc.assert(fc.asyncProperty(events, events, async (first, second) => {
        const [one, two] = [[...every, ...first], [...every, ...second]];
        const previous = await learnAuth(tableOf(one));
        const gone = await learnAuth(tableOf(two), {}, { previous });
        const whole = await learnAuth(tableOf([...one, ...two]));
        assert.equal(gone.baselineRows, one.length + two.length);
        const [a, b] = [await scoreAuth(gone, tableOf(second)), await scoreAuth(whole, tableOf(second))];
        second.forEach((_, row) => assert.ok(Math.abs(a.raw[row] - b.raw[row]) < 1e-4));
      }), { seed: 3, numRuns: 25 });
    });

    it('knows new values, and the old ones', async () => {
      const next = ordinaryEvents(100, 1e6).map((one) => ({ ...one, user: `new${one.user}`, source: `x${one.source}` }));
      const gone = await learnAuth(tableOf(next), {}, { previous: model });
      const { raw, explain } = await scoreAuth(gone, tableOf([next[0], usualEvent]));
      assert.ok(raw.every((score) => score < 8), String(raw));
      assert.doesNotMatch(explain(0).message, /not in the baseline/);
    });

    it('is refused where a setting differs that the model depends on', async () => {
      for (const change of [{ vocabulary: 'merged' as const }, { time: true }, { preset: 'large' as const }]) {
        const [name] = Object.keys(change);
        await refused(learnAuth(table, change, { previous: model }), new RegExp(`The model to go on from was learned with ${name}=.*not ${name}=.*same setting, or learn a new model`));
      }
    });
  });

  describe('with bad input', () => {
    it('no value occurs often enough: says which setting to lower', async () => {
      await refused(learnAuth(table, { cutoff: 10_000 }), /No value of the 600 rows of the baseline occurs more than 10,000 times.*Lower the setting cutoff/);
    });

    it('no account is looked at: says which setting to change', async () => {
      await refused(learnAuth(table, { accounts: 'reference' }), /None of the 600 rows.*accounts=reference.*Choose accounts=all/);
    });

    it('one user, one row: everything is as expected', async () => {
      for (const rows of [Array.from({ length: 30 }, (_, i) => ({ ...usualEvent, time: i })), [usualEvent]]) {
        const learned = await learnAuth(tableOf(rows), { normalise: rows.length > 1 });
        const { raw, notes, explain } = await scoreAuth(learned, tableOf([usualEvent, odd[1]]));
        assert.ok(raw.every(Number.isFinite) && raw[1] > raw[0]);
        assert.equal(explain(1).field, 'destination');
        assert.deepEqual(notes, []);
        assert.ok(!('fault' in reread(learned)));
      }
    });

    it('all values unknown: is scored, and says that the model may be of another organisation', async () => {
      const strangers = Array.from({ length: 10 }, (_, i): Flow => ({ time: i, user: `x${i}`, userDomain: 'X', targetUser: `x${i}`, targetDomain: 'X', source: `y${i}`, destination: `z${i}`, authType: 'A', logonType: 'B', orientation: 'C', outcome: 'D' }));
      const { raw, notes, explain } = await scoreAuth(model, tableOf(strangers));
      assert.ok(raw.every(Number.isFinite));
      assert.match(notes.join(), /10 of 10 rows are of users that the baseline does not have: the model may be of another organisation/);
      assert.match(explain(0).message, /not in the baseline/);
    });

    it('rows without some or all fields are events with missing values', async () => {
      const learned = await learnAuth(tableOf([...baseline, ...Array.from({ length: 20 }, (_, i): Flow => ({ time: i, user: 'u0' }))]));
      const { raw, explain } = await scoreAuth(learned, tableOf([{ user: 'u0' }, { source: 'pc0' }, { time: 3, ...usualEvent, user: undefined }]));
      assert.ok(raw.every(Number.isFinite));
      assert.doesNotMatch([0, 1, 2].map((row) => explain(row).message).join(), /undefined|NaN/);
    });

    it('rows of another kind of log have no score, and a note', async () => {
      const rows = authRows(model, oddTable), none = { ...rows, features: new Float32Array(0) };
      const columns = { order: Uint32Array.from([0, 1, 2, 3, 4]), starts: Uint32Array.of(0, 5), raw: new Float32Array(5), state: new Uint32Array(5) };
      const remembered = await authSequences.scoreRange(model, none, columns, { from: 0, to: 1 }, { report: () => undefined, cancelled: false });
      const scores = authSequences.scores(model, none, columns, [remembered]);
      assert.deepEqual([...scores.raw], [1, 2, 3, 4, 5].map(() => -Infinity));
      assert.match(scores.notes.join(), /no fields that the model knows/);
      assert.match(scores.explain(0).message, /Not scored/);
    });

    it('cancel in the middle of learning and scoring', async () => {
      const cancelled = { report: () => undefined, cancelled: true };
      await assert.rejects(learnAuth(table, {}, { control: cancelled }), Cancelled);
      await assert.rejects(scoreAuth(model, oddTable, undefined, undefined, cancelled), Cancelled);
    });

    it('strange names: none, long ones, quotes, control characters', async () => {
      const names = ['', ' ', '?', '[OOV]', '[MSK]', 'T7', '"', 'a,b', '\u0000', 'ü', 'x'.repeat(5000), '__proto__'];
      const rows = names.flatMap((name, i): Flow[] => [{ ...usualEvent, time: i, user: name, source: name }, { ...usualEvent, time: i, user: name, destination: name }]);
      for (const vocabulary of ['fields', 'merged', 'global'] as const) {
        const learned = await learnAuth(tableOf(rows), { vocabulary }), loaded = reread(learned);
        assert.ok(!('fault' in loaded), `${vocabulary}: ${JSON.stringify(loaded)}`);
        const [before, after] = [await scoreAuth(learned, tableOf(rows)), await scoreAuth(loaded, tableOf(rows))];
        assert.deepEqual(after.raw, before.raw);
        assert.ok(before.raw.every(Number.isFinite));
      }
    });
  });

  describe('a damaged model', () => {
    const variants = { counts: {}, 'counts, normalised': { normalise: true } } as const;
    for (const [name, change] of Object.entries(variants)) it(`is a fault, or works: ${name}`, async () => damage(authSequences.save(await learnAuth(table, change)), table));

    it('as a file is refused whatever byte is changed, and wherever it is cut', async () => {
      const origin: ModelOrigin = { detector: 'authSequences', settings: authSettings(), baseline: { self: true }, inputs: [] };
      const bytes = writeModel(authSequences as never, await learnAuth(table), origin), rng = mulberry32(3);
      assert.ok(!('fault' in readModel(bytes)));
      for (let i = 0; i < 200; i++) {
        const damaged = bytes.slice();
        damaged[randomBelow(rng, bytes.length)] ^= 1 + randomBelow(rng, 255);
        assert.ok('fault' in readModel(damaged));
        assert.ok('fault' in readModel(bytes.subarray(0, randomBelow(rng, bytes.length))));
      }
    });

    it('without any of its parts is a fault', async () => {
      const { metadata, tensors } = authSequences.save(await learnAuth(table, { normalise: true }));
      for (const part of Object.keys(tensors)) {
        const rest = without(tensors, part);
        assert.ok('fault' in authSequences.load({ metadata, tensors: rest }), part);
        assert.ok('fault' in authSequences.load({ metadata, tensors: { ...rest, [part]: new Uint8Array(1) } }), `${part} of another type`);
      }
      for (const part of Object.keys(metadata)) {
        for (const text of [undefined, '', '{}', 'null', '[]', '1', '{"settings":{}}', '{"settings":{"model":"magic"}}']) {
          const rest = without(metadata, part);
          assert.ok('fault' in authSequences.load({ metadata: text === undefined ? rest : { ...rest, [part]: text }, tensors }), `${part} = ${text}`);
        }
      }
    });
  });
});

/** Mutants of a container: each is a fault, or a model that can be worked with. */
async function damage({ metadata, tensors }: Container, rows: ReturnType<typeof tableOf>, runs = 150): Promise<void> {
  const rng = mulberry32(12);
  let refusals = 0;
  for (let i = 0; i < runs; i++) {
    const mutant = { metadata: { ...metadata }, tensors: { ...tensors } };
    if (i % 2 === 0) {
      const keys = Object.keys(metadata), key = keys[randomBelow(rng, keys.length)], text = metadata[key], at = randomBelow(rng, text.length);
      const piece = ['', '0', '-1', 'null', '[]', '{}', '"', 'x', '1e99', '2.5'][randomBelow(rng, 10)];
      mutant.metadata[key] = text.slice(0, at) + piece + text.slice(at + randomBelow(rng, 3));
    } else {
      const names = Object.keys(tensors), victim = names[randomBelow(rng, names.length)], tensor = tensors[victim].slice();
      if (tensor.length > 0) tensor[randomBelow(rng, tensor.length)] = [NaN, -1, 1e300, 0.5, 4294967295, 0, 7][randomBelow(rng, 7)];
      mutant.tensors[victim] = randomBelow(rng, 5) === 0 ? tensor.slice(1) : tensor;
    }
    const loaded = authSequences.load(mutant);
    if ('fault' in loaded) {
      assert.match(loaded.fault, /^it|^its/);
      refusals++;
      continue;
    }
    if (loaded.net) continue;
    const scores = await scoreAuth(loaded, rows);
    scores.explain(3);
    authSequences.rootCauseWords(loaded, 0, 12, 4);
    assert.equal(scores.raw.length, rows.rowCount);
    assert.ok(scores.raw.every((raw) => !Number.isNaN(raw)));
  }
  assert.ok(refusals > runs / 5, `${refusals}`);
}
