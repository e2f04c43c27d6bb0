import * as assert from 'node:assert/strict';
import { CountModel } from '../../../server/core/auth/countModel';
import { FieldCounts } from '../../../server/core/auth/fieldCounts';
import { EVENT_FIELDS } from '../../../server/core/auth/fields';
import { FIELD_SETS, lineScores } from '../../../server/core/auth/lineScores';
import { TokenEncoder } from '../../../server/core/auth/tokens';
import { UserMeans } from '../../../server/core/auth/userMeans';
import { buildVocabulary } from '../../../server/core/auth/vocabulary';
import { calibrate, commonScore } from '../../../server/core/detectors/scoring/calibration';
import { authSequences } from '../../../server/core/detectors/authSequences';
import { netOf } from '../../../server/core/detectors/authSequences/net';
import { weightSizes } from '../../../server/core/detectors/authSequences/nets/weights';
import type { AuthSequencesModel } from '../../../server/core/detectors/authSequences/model';
import type { AuthSequencesSettings, LineModelName } from '../../../server/core/detectors/authSequences/settings';
import { LearningError } from '../../../server/core/detectors/detector';
import { readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { type Container, readContainer } from '../../../server/core/models/safetensors';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { authRows, authSettings, learnAuth, ordinaryEvents, scoreAuth, usualEvent } from '../../support/authEvents';
import { type Flow, tableOf } from '../../support/flows';
import { origin } from '../../support/models';
import { changedContainer, sealedBytes, withinBounds } from '../support/containers';
import type { FuzzTarget } from '../target';
import { rngOf } from '../target';

const events = ordinaryEvents(120);
const tried: Flow[] = [...ordinaryEvents(30, 0, 7), { ...usualEvent, user: 'new', source: 'other' }, { ...usualEvent, destination: 'pc4' }, { time: 5 }, {}];

const NETS: readonly Exclude<LineModelName, 'counts'>[] = ['attention', 'lstm', 'causalTransformer', 'tieredLstm', 'multiLine'];

/** A model as training would make it, with weights by chance. */
function withNet(model: AuthSequencesModel, kind: LineModelName): AuthSequencesModel {
  const settings = { ...model.settings, model: kind }, rng = mulberry32(1);
  const sizes = weightSizes(netOf(settings, model.vocabulary, settings.time ? 11 : 10)!);
  const weights = Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, Float32Array.from({ length: size }, () => rng() - 0.5)]));
  return { ...model, settings, net: { weights, curve: { steps: [1, 2, 4], losses: [3, 2, 1], validationSteps: [4], validationLosses: [2], sum: 0.5, count: 1 } }, note: 'Training went astray.' };
}

/** A model that counts, made at once: `learn` is a promise. */
function counted(change: Partial<AuthSequencesSettings>): AuthSequencesModel {
  const settings = authSettings(change) as unknown as AuthSequencesSettings, table = tableOf(events);
  const fields = new FieldCounts();
  fields.add(table);
  const vocabulary = buildVocabulary(fields, { kind: settings.vocabulary, cutoff: 0 });
  const tokens = new TokenEncoder(vocabulary, { time: settings.time }).encode(table), width = tokens.length / events.length;
  const counts = new CountModel(vocabulary, { time: settings.time, mostPairs: settings.mostPairs });
  counts.learn(tokens);
  const scores = lineScores(counts.losses(tokens, true, EVENT_FIELDS.length), FIELD_SETS[settings.fields], settings.score);
  const means = new UserMeans();
  if (settings.normalise) means.learn(scores, Int32Array.from(events, (_, row) => tokens[row * width + width - EVENT_FIELDS.length]));
  return { settings, self: false, vocabulary, counts, entity: settings.entity, baselineRows: events.length, states: 0, symbols: vocabulary.size, ...(settings.normalise ? { means } : {}), calibration: calibrate(scores, { contamination: 0 }) };
}

/** Nets whose weights are as large as single precision has them. */
export function hostileNets(): [name: LineModelName, model: AuthSequencesModel][] {
  const model = counted({});
  return NETS.map((kind) => {
    const { net, ...rest } = withNet(model, kind);
    return [kind, { ...rest, net: { weights: Object.fromEntries(Object.entries(net!.weights).map(([name, weights]) => [name, weights.map((w) => Math.sign(w) * 3e38)])), curve: net!.curve } }];
  });
}

function containers(): { readonly counts: Container[]; readonly nets: Container[] } {
  const models = [{}, { time: true, normalise: true, vocabulary: 'merged' }, { vocabulary: 'global', accounts: 'people', entity: 'pair', fields: 'all', score: 'mean' }].map((change) => counted(change as Partial<AuthSequencesSettings>));
  const file = (model: AuthSequencesModel): Container => {
    const container = readContainer(writeModel(authSequences as never, model, { ...origin, detector: 'authSequences', settings: authSettings() }));
    if ('fault' in container) throw new Error(String(container.fault));
    return container as Container;
  };
  return { counts: models.map(file), nets: NETS.map((kind, i) => file(withNet(models[i % 2], kind))) };
}

let learned: ReturnType<typeof containers> | undefined;

/** The same for models of authentication events: counts are scored with, explained by and gone on with; nets are shown and exported. */
export const authModels: FuzzTarget = {
  name: 'authModels',
  runs: 800,
  make(rng) {
    learned ??= containers();
    const from = randomBelow(rng, 8) === 0 ? learned.nets : learned.counts;
    return sealedBytes(changedContainer(from[randomBelow(rng, from.length)], rng));
  },
  check: (input) => withinBounds(input, async () => {
    const loaded = readModel(input);
    if ('fault' in loaded) return;
    const model = loaded.model as AuthSequencesModel, deep = rngOf(input)() < 0.1;
    if (model.net) {
      authSequences.trainingCurve?.(model);
      if (deep) authSequences.exportOnnx?.(model);
    }
    const counts = (model.net && authSequences.peer?.(model)) ?? model;
    await scoreAll(counts);
    const written = writeModel(loaded.detector, model, loaded.origin), again = readModel(written);
    if ('fault' in again) assert.fail(`it cannot be read again: ${again.fault}`);
    assert.deepEqual(writeModel(again.detector, again.model, again.origin), written);
    if (deep) await goOn(counts);
  }),
};

async function scoreAll(model: AuthSequencesModel): Promise<void> {
  const table = tableOf(tried), rows = authRows(model, table), scores = await scoreAuth(model, table);
  for (const [row, raw] of scores.raw.entries()) {
    assert.ok(!Number.isNaN(raw), `the score of row ${row} is no number`);
    if (raw === -Infinity) continue;
    const score = commonScore(model.calibration, raw);
    assert.ok(score >= 0 && score <= 100, `the score of row ${row} is ${score}`);
    if (row % 5 > 0) continue;
    scores.explain(row);
    const cause = scores.causeOf?.(row) ?? 0;
    authSequences.rootCauseKey(model, 0, rows.symbol[row], cause);
    authSequences.rootCauseWords(model, 0, rows.symbol[row], cause);
    authSequences.words(model, rows.symbol[row]);
  }
}

/** Learns more rows with a model, as `learn --continue` does. */
async function goOn(model: AuthSequencesModel): Promise<void> {
  try {
    await learnAuth(tableOf(ordinaryEvents(40, 0, 9)), { ...model.settings, mostPairs: 1000 }, { previous: model });
  } catch (error) {
    if (!(error instanceof LearningError)) throw error;
  }
}
