import { type Refusal, refuse } from '../../outliers/outlierModel';
import type { Slices } from '../../util/slices';
import { quantileOfSorted } from '../../util/statistics';
import { rank } from '../ranking';
import type { EntityFlows } from './entityFlows';
import type { EntityMethod } from './method';

/** Parts of the entities learned from that are held back in turn. */
const PARTS = 3;
/** Share of held-back benign entities that must be called benign (specs, section 8: a low quantile of how well they fit). */
const BENIGN = 0.95;

/** Verdicts on entities against their labels. Shares are undefined where nothing is to be divided by. */
export interface Verdicts {
  readonly entities: number;
  readonly positives: number;
  readonly auc: number | undefined;
  readonly ap: number | undefined;
  /** An entity is odd when its score is above; NaN: there was nothing to set it by, and no verdict. */
  readonly threshold: number;
  readonly accuracy: number | undefined;
  readonly precision: number | undefined;
  readonly recall: number | undefined;
  /** Benign entities that are called odd. */
  readonly falseAlarms: number;
}

/** Scores of entities (higher = odder) against labels (1: malicious). O(entities log entities). */
export function verdicts(scores: Float64Array, positive: Uint8Array, threshold: number): Verdicts {
  const { rows: entities, positives, auc, ap, flagged, precision, recall } = rank(scores, positive, (score) => score > threshold, []);
  const hits = scores.reduce((n, score, i) => n + Number(score > threshold && positive[i] === 1), 0);
  const decided = !Number.isNaN(threshold);
  return {
    entities, positives, auc, ap, threshold, falseAlarms: flagged - hits,
    accuracy: decided && entities > 0 ? (entities - positives - flagged + 2 * hits) / entities : undefined,
    precision: decided ? precision : undefined, recall: decided ? recall : undefined,
  };
}

/** The score that entities like those of `held` (scores of benign ones that were not learned from) rarely exceed. NaN without any. */
export function thresholdOf(held: Float64Array): number {
  return held.length > 0 ? quantileOfSorted(held.slice().sort(), BENIGN) : NaN;
}

function noOthers(): Refusal {
  return refuse('too-few-entities', 'There is no other entity with enough rows to learn from.', 'Lower the fewest rows of an entity, or learn from more data.');
}

/** Digits of scores that count: entities whose scores differ behind them are equally odd, and no rounding error decides which comes first. */
const DIGITS = 9;

function settled(score: number): number {
  return Number(score.toPrecision(DIGITS));
}

export interface EntityScores {
  readonly scores: Float64Array;
  readonly threshold: number;
}

/**
 * Learns from all entities of `training`, believed benign, and scores those of `test`; the threshold comes from thirds of the training entities, each scored by what the others
 * teach. Without `test` the entities learned from are those to be judged, and have these scores: none is its own example. A problem where the method cannot learn from so few.
 */
export function* scoreEntities(method: EntityMethod, training: EntityFlows, test?: EntityFlows): Slices<EntityScores | Refusal> {
  const learner = method.learner(training);
  const members = Uint32Array.from(training.entities.keys());
  const held = new Float64Array(members.length).fill(NaN);
  const parts = Math.min(PARTS, members.length);
  let refusal: Refusal | undefined;
  for (let part = 0; part < parts; part++) {
    const others = members.filter((i) => i % parts !== part);
    const judge = others.length > 0 ? yield* learner(others) : noOthers();
    if ('problem' in judge) {
      refusal = judge;
      continue;
    }
    for (let i = part; i < held.length; i += parts) {
      held[i] = settled(judge.score(training, i));
      yield;
    }
  }
  const threshold = thresholdOf(held.filter((score) => !Number.isNaN(score)));
  if (!test) return refusal ?? { scores: held, threshold };
  const judge = members.length > 0 ? yield* learner(members) : noOthers();
  if ('problem' in judge) return judge;
  const scores = new Float64Array(test.entities.length);
  for (let i = 0; i < scores.length; i++) {
    scores[i] = settled(judge.score(test, i));
    yield;
  }
  return { scores, threshold };
}
