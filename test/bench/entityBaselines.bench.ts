/**
 * What judging entities costs as there are more of them: hosts with 200 flows each, as many learned from as judged, by each of the thesis' baselines (without the
 * threshold). Hosts differ, so that none fits another's profile wholly and every profile is tried.
 *
 *   node out/test/bench/entityBaselines.bench.js [--most 400]
 */
import { meansLof } from '../../server/core/evaluation/thesis/meansLof';
import type { EntityMethod } from '../../server/core/evaluation/thesis/method';
import { nearestProfile } from '../../server/core/evaluation/thesis/nearestProfile';
import { symbolic } from '../../server/core/evaluation/thesis/symbolic';
import { lof } from '../../server/core/outliers/lof';
import type { OutlierKind } from '../../server/core/outliers/outlierModel';
import { mulberry32, randomBelow, type Rng } from '../../server/core/util/rng';
import { atOnce } from '../../server/core/util/slices';
import { CATEGORICAL, type Habit, hosts } from '../core/evaluation/thesis/support';

const FLOWS = 200;

function habit(rng: Rng): Habit {
  const [port, size] = [randomBelow(rng, 1000), 100 + randomBelow(rng, 5000)];
  return (draw, i) => (i % 2 === 0 ? [0, 53, 40 + randomBelow(draw, 20)] : [1, port + randomBelow(draw, 500), size + randomBelow(draw, size)]);
}

const most = process.argv.includes('--most') ? Number(process.argv[process.argv.indexOf('--most') + 1]) : 400;
const methods: readonly EntityMethod[] = [symbolic(CATEGORICAL, 1), meansLof(CATEGORICAL, 20), nearestProfile(lof as OutlierKind<unknown>, Infinity, 1)];
for (let n = 25; n <= most; n *= 2) {
  const rng = mulberry32(n);
  const [training, test] = [1, 2].map((seed) => hosts(Array.from({ length: n }, () => habit(rng)), FLOWS, mulberry32(seed)));
  const seconds = methods.map((method) => {
    const start = performance.now();
    const judge = atOnce(method.learner(training)(Uint32Array.from(training.entities.keys())));
    const middle = performance.now();
    if ('problem' in judge) throw new Error(judge.problem.message);
    for (let i = 0; i < n; i++) judge.score(test, i);
    return `${method.id} ${((middle - start) / 1000).toFixed(2)} + ${((performance.now() - middle) / 1000).toFixed(2)}`;
  });
  console.log(`${String(n).padStart(4)} hosts (seconds: learn + judge)  ${seconds.join('   ')}`);
}
