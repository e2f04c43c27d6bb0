import type { Refusal } from '../../outliers/outlierModel';
import type { Slices } from '../../util/slices';
import type { EntityFlows } from './entityFlows';

/** Says how odd entities are beside those that were learned from. */
export interface EntityJudge {
  /** Oddness of the i-th entity, higher = odder, in the unit of the method. */
  score(flows: EntityFlows, i: number): number;
}

/** Learns from some of the entities (`members`, indices into the training flows), or tells why it cannot. May be asked several times, for other members. */
export type EntityLearner = (members: Uint32Array) => Slices<EntityJudge | Refusal>;

/** A way to judge entities as wholes, to be compared with. A value, without state. */
export interface EntityMethod {
  readonly id: string;
  readonly title: string;
  learner(training: EntityFlows): EntityLearner;
}
