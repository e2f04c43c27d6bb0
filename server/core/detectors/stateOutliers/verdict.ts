import { kindOf } from '../../symbols/alphabet';
import { percent } from '../../symbols/fieldWords';
import { count, kindWords } from '../../symbols/words';
import type { EntityVerdict, ScoreColumns } from '../detector';
import type { StateOutliersModel } from './model';
import { addShares, nearestProfile } from './profiles';

/** What an entity as a whole is: how many of its rows fit, and which profile of the baseline it is most like. O(rows of the entity + profiles x states). */
export function verdictOf(model: StateOutliersModel, { order, starts, raw, state }: ScoreColumns, entity: number): EntityVerdict {
  const { rule, settings: { leastEntityRows } } = model;
  const own = order.subarray(starts[entity], starts[entity + 1]);
  const n = own.length;
  let odd = 0;
  for (const row of own) if (raw[row] > rule.fitRaw) odd++;
  const misfits = odd / Math.max(1, n);
  if (n < leastEntityRows) return { rows: n, misfits, text: `${count(n)} ${n === 1 ? 'row' : 'rows'} of this entity: too few for a verdict on it (${count(leastEntityRows)} are needed)` };
  const fits = misfits <= rule.usualMisfits;
  const usual = rule.judged > 0 ? `; 95 of 100 entities of the baseline have at most ${percent(rule.usualMisfits)}` : '';
  return { rows: n, misfits, fits, text: `${percent(misfits)} of this entity's ${count(n)} rows do not fit${usual}: ${fits ? 'like the baseline' : 'unlike the baseline'}${profileText(model, own.map((row) => state[row]))}` };
}

/** "; most like profile 2 (92 % in common), that of 14 entities of the baseline: mostly udp to port 53, dns". */
function profileText({ alphabet, automaton, automatonSymbols, profiles }: StateOutliersModel, visited: Uint32Array): string {
  const own = new Float64Array(automaton.stateCount);
  addShares(visited, own, 0);
  const nearest = nearestProfile(profiles, own);
  if (!nearest) return '';
  const { profile, alike } = nearest;
  if (alike < 1e-9) return '; it has no state in common with any profile of the baseline';
  const shares = profiles.shares.subarray(profile * own.length, (profile + 1) * own.length);
  const state = shares.indexOf(shares.reduce((a, b) => Math.max(a, b), 0));
  const incoming = automaton.arrays.incoming[state];
  const mostly = incoming < 0 ? `state ${state}` : kindWords(alphabet, kindOf(alphabet, automatonSymbols[incoming]));
  const entities = profiles.entities[profile];
  return `; most like profile ${profile + 1} (${percent(alike)} in common), that of ${count(entities)} ${entities === 1 ? 'entity' : 'entities'} of the baseline: mostly ${mostly}`;
}
