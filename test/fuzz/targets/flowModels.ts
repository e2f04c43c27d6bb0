import { stateFrequency } from '../../../server/core/detectors/stateFrequency';
import { stateOutliers } from '../../../server/core/detectors/stateOutliers';
import type { Detector, Model } from '../../../server/core/detectors/detector';
import { learn } from '../../../server/core/automata/learner';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { tracesOf } from '../../../server/core/automata/traces';
import { toFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { type Container, readContainer } from '../../../server/core/models/safetensors';
import { mulberry32, randomBelow } from '../../../server/core/util/rng';
import { noControl } from '../../../server/core/util/control';
import { type Flow, tableOf } from '../../support/flows';
import { learnFrom, origin, settingsWith } from '../../support/models';
import { learnedBy } from '../../support/outliers';
import { changedContainer, sealedBytes, withinBounds } from '../support/containers';
import { useModel } from '../support/modelUse';
import type { FuzzTarget } from '../target';
import { rngOf } from '../target';

/** Flows of a few hosts that mostly do the same. */
export function someFlows(count: number, seed: number): Flow[] {
  const rng = mulberry32(seed);
  return Array.from({ length: count }, (_, i): Flow => {
    const kind = randomBelow(rng, 3);
    return {
      time: 10 * i, duration: randomBelow(rng, 7) / 10, source: `10.0.0.${1 + randomBelow(rng, 3)}`, destination: `10.0.1.${1 + kind}`, destinationPort: [443, 80, 53][kind], protocol: kind === 2 ? 'udp' : 'tcp',
      service: ['ssl', 'http', 'dns'][kind], state: randomBelow(rng, 20) === 0 ? 'REJ' : 'SF', forwardBytes: 100 + randomBelow(rng, 11) * 10, backwardBytes: randomBelow(rng, 5) === 0 ? undefined : 1000 + randomBelow(rng, 99),
      forwardPackets: 1 + randomBelow(rng, 4), backwardPackets: 2,
    };
  });
}

const symbolFlows = someFlows(150, 3).map((flow): Flow => ({ ...flow, symbol: `${flow.protocol}_${flow.service}` }));
/** What models are tried on: rows like the baseline's, rows of unknown values, and rows that lack everything. */
const tried: Flow[] = [...someFlows(60, 5), ...someFlows(5, 6).map((flow) => ({ ...flow, protocol: 'icmp', destinationPort: 3, service: 'new', forwardBytes: 1e12 })), { time: 5 }, {}, { ...symbolFlows[0], symbol: 'new' }];

function adopted(): Model {
  const lists = Array.from({ length: 40 }, (_, i) => symbolFlows.slice(i, i + 6).map(({ symbol = '' }) => symbol));
  const automaton = JSON.stringify(toFlexfringeJson(learn(tracesOf(lists), defaultLearnSettings)));
  return stateFrequency.learn({ table: tableOf(symbolFlows), self: false, automaton }, settingsWith({ reference: true, referenceWindow: 4 }), noControl);
}

function containers(): Container[] {
  const baseline = someFlows(200, 1), table = tableOf(baseline);
  const small = { leastRows: 10, sampleSize: 50, sinkCount: 5 };
  const models: [Detector<never>, Model][] = [
    ...[learnFrom(table, { sinkCount: 5 }), learnFrom(table, { alphabet: 'encode', sinkCount: 5 }), learnFrom(table, { reference: true, referenceScale: 'small', referenceWindow: 3 }), learnFrom(tableOf(symbolFlows), { sinkCount: 5 })].map((model): [Detector<never>, Model] => [stateFrequency as never, model]),
    [stateFrequency as never, adopted()],
    ...['lof', 'isolationForest', 'kde', 'quartiles', 'meanStd'].map((model): [Detector<never>, Model] => [stateOutliers as never, learnedBy(baseline, { ...small, model })]),
    [stateOutliers as never, learnedBy(baseline, { ...small, transitions: 'guardedKinds', model: 'quartiles', features: 'set4', leastEntityRows: 5 })],
    [stateOutliers as never, learnedBy(baseline, { ...small, transitions: 'guards', model: 'meanStd', windows: 'dynamic', leastEntityRows: 5 })],
  ];
  return models.map(([detector, model]) => {
    const container = readContainer(writeModel(detector as unknown as Detector, model, { ...origin, detector: detector.id }));
    if ('fault' in container) throw new Error(String(container.fault));
    return container as Container;
  });
}

let learned: Container[] | undefined;

/** Models of flows with a fitting checksum and wrong content are refused, or can be used for everything that a model is used for. */
export const flowModels: FuzzTarget = {
  name: 'flowModels',
  runs: 1000,
  make(rng) {
    learned ??= containers();
    return sealedBytes(changedContainer(learned[randomBelow(rng, learned.length)], rng));
  },
  check: (input) => withinBounds(input, async () => {
    const loaded = readModel(input);
    if (!('fault' in loaded)) await useModel(loaded, tried, rngOf(input)() < 0.2);
  }),
};
