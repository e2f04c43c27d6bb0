import { strict as assert } from 'node:assert';
import { EVENT_FIELDS } from '../../../server/core/auth/fields';
import { FieldCounts } from '../../../server/core/auth/fieldCounts';
import { buildVocabulary, type Vocabulary, type VocabularyKind } from '../../../server/core/auth/vocabulary';
import { extendVocabulary, tokenTranslation } from '../../../server/core/auth/vocabularyGrowth';
import { netOf } from '../../../server/core/detectors/authSequences/net';
import type { LineModel, Weights } from '../../../server/core/detectors/authSequences/nets';
import { grownWeights, weightSizes } from '../../../server/core/detectors/authSequences/nets/weights';
import { type AuthSequencesSettings, SETTINGS } from '../../../server/core/detectors/authSequences/settings';
import { authSettings, ordinaryEvents } from '../../support/authEvents';
import { type Flow, tableOf } from '../../support/flows';

const counted = (rows: readonly Flow[]): FieldCounts => {
  const counts = new FieldCounts();
  counts.add(tableOf(rows));
  return counts;
};
/** Logs without logon types and orientations, as Zeek's are; the next day has both, and new users and hosts. */
const first = ordinaryEvents(60).map(({ logonType: _, orientation: __, ...event }): Flow => event);
const second = ordinaryEvents(60, 1e6, 4).map((event): Flow => ({ ...event, user: `new${event.user}`, destination: `x${event.destination}` }));

/** Weights by name, no two numbers alike. */
function numbered(model: LineModel): Weights {
  let next = 1;
  return Object.fromEntries(Object.entries(weightSizes(model)).map(([name, size]) => [name, Float32Array.from({ length: size }, () => next++)]));
}

/** The vector that a weight has for a token at a position; undefined where the weight has none for it. `rows`: how many tokens its first dimension is. */
function vectorOf({ tables }: LineModel, vocabulary: Vocabulary, name: string, weight: Float32Array, position: number, token: number): Float32Array | undefined {
  const [, kind, number] = /^(values|bias)(\d+)/.exec(name) ?? [];
  if (tables && (kind === 'bias' ? Number(number) !== position : Number(number) !== tables.tableOf[position])) return undefined;
  const rows = tables ? tables.tokens[tables.tableOf[position]].length : vocabulary.size, row = tables ? tables.rowOf[tables.tableOf[position]][token] : token;
  const width = weight.length / rows;
  return weight.subarray(row * width, (row + 1) * width);
}

describe('weights of a net whose vocabulary grew', () => {
  const models = (SETTINGS.find(({ name }) => name === 'model') as { readonly choices: readonly AuthSequencesSettings['model'][] }).choices.filter((name) => name !== 'counts');
  for (const kind of ['fields', 'merged', 'global'] as const satisfies VocabularyKind[]) {
    const before = buildVocabulary(counted(first), { kind, cutoff: 0 }), after = extendVocabulary(before, counted(second), 0), translation = tokenTranslation(before, after);
    for (const name of models) {
      it(`${name}, ${kind}: known values keep their vectors, new ones begin as the unknown value, all else stays`, () => {
        const settings = { ...(authSettings() as never as AuthSequencesSettings), model: name };
        const [from, to] = [netOf(settings, before, 10)!, netOf(settings, after, 10)!];
        const old = numbered(from), grown = grownWeights(from, to, old, translation), sizes = weightSizes(to);
        assert.deepEqual(Object.fromEntries(Object.entries(grown).map(([one, { length }]) => [one, length])), sizes);
        let compared = 0;
        for (const [one, weight] of Object.entries(grown)) {
          const perToken = from.tables ? /^(values|bias)\d+/.test(one) : weight.length !== old[one].length;
          if (!perToken) {
            assert.deepEqual(weight, old[one], one);
            continue;
          }
          EVENT_FIELDS.forEach((_, position) => {
            const values = Array.from(before.candidates(position)), fresh = Array.from(after.candidates(position)).filter((token) => !values.some((value) => translation[value] === token));
            for (const [source, token] of [...values.map((value) => [value, translation[value]]), ...fresh.map((token) => [before.unknown(position), token])]) {
              const own = from.tables ? one.replace(/^values\d+/, `values${from.tables.tableOf[position]}`) : one;
              const wanted = vectorOf(from, before, own, old[own], position, source), got = vectorOf(to, after, one, weight, position, token);
              if (got === undefined) continue;
              assert.deepEqual(got, wanted, `${one}: ${after.text(token)} of ${EVENT_FIELDS[position].name}`);
              compared++;
            }
          });
        }
        assert.ok(compared > 50, `${compared}`);
      });
    }
  }
});
