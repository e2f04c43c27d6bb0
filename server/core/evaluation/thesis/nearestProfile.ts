import type { OutlierKind } from '../../outliers/outlierModel';
import type { EntityMethod } from './method';
import { flowsOf } from './entityFlows';
import { StateProfile } from './stateProfile';

/**
 * The thesis' own detector (specs, multivariate, sections 5 to 7): an automaton for every entity learned from, and an entity is as odd as its misfits on the profile that
 * fits it best. Quadratic: every entity runs through all profiles. So there are `mostProfiles` of them at most, spread evenly over the entities.
 */
export function nearestProfile(kind: OutlierKind<unknown>, mostProfiles: number, seed: number): EntityMethod {
  return {
    id: 'nearestProfile',
    title: `An automaton for each entity, the nearest counts (${kind.id})`,
    learner(training) {
      const learned = new Map<number, StateProfile>();
      return function* (members) {
        const step = Math.max(1, members.length / mostProfiles);
        const profiles: StateProfile[] = [];
        for (let at = 0; at < members.length; at += step) {
          const i = members[Math.floor(at)];
          let profile = learned.get(i);
          if (!profile) learned.set(i, (profile = StateProfile.learn(flowsOf(training, i), kind, seed)));
          profiles.push(profile);
          yield;
        }
        return {
          score(flows, i) {
            const own = flowsOf(flows, i);
            let least = 1;
            for (const profile of profiles) {
              least = Math.min(least, profile.misfits(own));
              if (least === 0) break;
            }
            return least;
          },
        };
      };
    },
  };
}
