import { counts, finite } from '../../models/checked';
import type { EncodedRows, Sequences } from '../../symbols/rows';
import { mulberry32 } from '../../util/rng';
import { sampleOf } from './sample';
import type { StateOutliersSettings } from './settings';
import { Walk, type WalkModel } from './walk';

/**
 * How entities of the baseline behave: the share of each state in the rows of alike entities. What an entity is most like is told by these few, whatever the number of
 * entities learned from; no name of them is kept.
 */
export interface Profiles {
  /** Entities of the baseline in each profile, most first. */
  readonly entities: Float64Array;
  /** `shares[profile * states + state]`; each profile's add up to 1. */
  readonly shares: Float64Array;
}

/** Profiles at most; no new one is made for entities that share this much with one that is there. */
const MOST = 12;
const ALIKE = 0.7;
/** Entities that profiles are made from, at most. */
const ENTITIES = 1000;

/** How much two distributions over states have in common: 1 for equal ones, 0 without a common state (1 - total variation). O(states). */
export function alikeness(a: ArrayLike<number>, atA: number, b: ArrayLike<number>, atB: number, states: number): number {
  let common = 0;
  for (let q = 0; q < states; q++) common += Math.min(a[atA + q], b[atB + q]);
  return common;
}

/**
 * Profiles of the entities with enough rows for a verdict: the one most like the mean begins one, then each that is least like all so far (farthest first traversal, Gonzalez
 * 1985); entities go to the profile they are most like, which is their mean. O(entities x profiles x states + their rows).
 */
export function fitProfiles(model: WalkModel, rows: EncodedRows, groups: Sequences, settings: StateOutliersSettings): Profiles {
  const states = model.automaton.stateCount;
  const { starts } = groups;
  const large = Uint32Array.from({ length: rows.entityCount }, (_, e) => e).filter((e) => starts[e + 1] - starts[e] >= settings.leastEntityRows);
  const chosen = sampleOf(large, ENTITIES, mulberry32(settings.seed));
  const walk = new Walk(model, rows, groups);
  const shares = new Float64Array(chosen.length * states);
  const mean = new Float64Array(states);
  chosen.forEach((e, i) => {
    walk.load(starts[e], starts[e + 1]);
    addShares(walk.state.subarray(0, walk.length), shares, i * states);
    for (let q = 0; q < states; q++) mean[q] += shares[i * states + q] / chosen.length;
  });
  // How much each entity has in common with the profile it is most like, and which that is.
  const most = Float64Array.from(chosen, (_, i) => alikeness(shares, i * states, mean, 0, states) - 1);
  const profile = new Int32Array(chosen.length);
  let count = 0;
  while (count < Math.min(MOST, chosen.length)) {
    const next = count === 0 ? most.indexOf(Math.max(...most)) : most.indexOf(Math.min(...most));
    if (count > 0 && most[next] >= ALIKE) break;
    for (let i = 0; i < chosen.length; i++) {
      const common = alikeness(shares, i * states, shares, next * states, states);
      if (count > 0 && common <= most[i]) continue;
      most[i] = common;
      profile[i] = count;
    }
    count++;
  }
  return averaged(shares, profile, count, states);
}

/** The mean of each profile's entities, that with most of them first. */
function averaged(shares: Float64Array, profile: Int32Array, count: number, states: number): Profiles {
  const sizes = new Float64Array(count);
  for (const p of profile) sizes[p]++;
  const order = Array.from(sizes.keys()).sort((a, b) => sizes[b] - sizes[a] || a - b);
  const means = new Float64Array(count * states);
  profile.forEach((p, i) => {
    const at = order.indexOf(p) * states;
    for (let q = 0; q < states; q++) means[at + q] += shares[i * states + q] / sizes[p];
  });
  return { entities: Float64Array.from(order, (p) => sizes[p]), shares: means };
}

/** Adds the share of each state in some rows to `out[at ..]`. O(rows). */
export function addShares(visited: Uint32Array, out: Float64Array, at: number): void {
  for (const state of visited) out[at + state] += 1 / visited.length;
}

/** The profile that an entity with these shares is most like, of equal ones the first; undefined where there is none. O(profiles x states). */
export function nearestProfile({ entities, shares }: Profiles, own: Float64Array): { readonly profile: number; readonly alike: number } | undefined {
  let best: { profile: number; alike: number } | undefined;
  for (let profile = 0; profile < entities.length; profile++) {
    const alike = alikeness(own, 0, shares, profile * own.length, own.length);
    if (!best || alike > best.alike) best = { profile, alike };
  }
  return best;
}

/** Profiles over so many states from arrays of a file, or undefined where these are none. */
export function profilesOf(given: unknown, givenShares: unknown, states: number): Profiles | undefined {
  const entities = counts(given);
  const shares = entities && finite(givenShares, { length: entities.length * states, min: 0, max: 1 + 1e-6 });
  return shares && !entities.includes(0) ? { entities, shares } : undefined;
}
