import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { formatTrace } from '../../../server/core/automata/abbadingo';
import { readEvents } from '../../../server/core/automata/events';
import { fromFlexfringeJson, toFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { replay } from '../../../server/core/automata/replay';
import { translateTraces } from '../../../server/core/automata/traces';
import { groupReference, learnReference, linkedRows, scoreReference } from '../../../server/core/detectors/stateFrequency/reference/sequent';
import { referenceSettings } from '../../../server/core/detectors/stateFrequency/reference/settings';
import { firstRows, lastRows } from '../../../server/core/symbols/windows';
import { needShared } from '../../support/shared';
import { goldenWindows, readResults } from './referenceGolden';
import type { ReferenceModel, ReferenceScores } from '../../../server/core/detectors/stateFrequency/reference/sequent';
import type { TraceSet } from '../../../server/core/automata/traces';
import type { Windows } from '../../../server/core/symbols/windows';
import type { ResultRow } from './referenceGolden';

interface Case {
  readonly model: ReferenceModel;
  readonly train: { readonly windows: Windows; readonly traces: TraceSet; readonly golden: ResultRow[] };
  readonly test: { readonly windows: Windows; readonly traces: TraceSet; readonly golden: ResultRow[] };
  readonly scores: ReferenceScores;
}

const close = (actual: number, expected: number, tolerance: number, what: string): void => assert.ok(Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)), `${what}: ${actual} is not ${expected}`);

for (const scale of ['exact', 'small'] as const) {
  for (const name of ['sm', 'markov_chain'] as const) {
    describe(`SEQUENT's results, ${name}, ${scale} settings`, function () {
      let folder: string;
      let it_: Case;
      const read = (file: string): string => fs.readFileSync(path.join(folder, `out_${scale}`, `${name}${file}`), 'utf8');

      before(function () {
        folder = needShared(this, 'golden/sequent');
        const settings = referenceSettings(name, scale);
        const load = (part: 'train' | 'test'): Case['train'] => {
          const golden = readResults(path.join(folder, `out_${scale}`, `${name}.${part}.result`));
          return { ...goldenWindows(readEvents(fs.readFileSync(path.join(folder, `${part}.csv`)))!.events, settings.windows, golden), golden };
        };
        const train = load('train');
        const test = load('test');
        const model = learnReference(train.traces, settings);
        it_ = { model, train, test, scores: scoreReference(model, test.traces) };
      });

      const numbers = (states: Int32Array): string => `[${Array.from(states, (q) => it_.model.automaton.arrays.number[q]).join(',')}]`;

      for (const part of ['train', 'test'] as const) {
        it(`replays every window of ${part}`, () => {
          const { model } = it_;
          const { windows, traces, golden } = it_[part];
          const run = replay(model.automaton, translateTraces(traces, model.automaton.alphabet), model.settings.replay);
          const first = firstRows(windows);
          const last = lastRows(windows);
          assert.equal(traces.types.length, golden.length);
          golden.forEach((row, t) => {
            assert.deepEqual([first[t], last[t], formatTrace(traces, t), traces.typeNames[traces.types[t]]], [row.first, row.last, row.trace, row.type]);
            assert.equal(numbers(run.states.subarray(run.offsets[t], run.offsets[t + 1])), row.states, `states of window ${t}`);
            row.logProbabilities.forEach((p, i) => close(run.scores[run.offsets[t] + i], p, 1e-5, `step ${i} of window ${t}`));
            close(run.scores.subarray(run.offsets[t], run.offsets[t + 1]).reduce((a, b) => a + b, 0), row.sum, 1e-5, `sum of window ${t}`);
          });
        });
      }

      it('counts the visits of training', () => {
        const { automaton, visits } = it_.model;
        const counted = Object.fromEntries(Array.from(visits, (count, q) => [String(automaton.arrays.number[q]), count] as const).filter(([, count]) => count > 0));
        assert.deepEqual(counted, JSON.parse(read('.train_state_counts.json')));
      });

      it('scores every step and window, and names root causes', () => {
        const { model, scores, test } = it_;
        const rows = read('.predictions.csv').trim().split('\n').slice(1);
        assert.equal(rows.length, test.traces.types.length);
        rows.forEach((line, t) => {
          const [, list, sum, rootCause] = /\[([^[]*)\]"?,([^,]*),([^,]*),[^,]*,[^,]*$/.exec(line)!;
          const steps = list.split(', ').map(Number);
          const from = scores.replay.offsets[t];
          assert.equal(scores.replay.offsets[t + 1] - from, steps.length);
          steps.forEach((s, i) => close(scores.steps[from + i], s, 1e-12, `step ${i} of window ${t}`));
          close(scores.traces[t], Number(sum), 1e-12, `score of window ${t}`);
          assert.equal(String(model.automaton.arrays.number[scores.rootCauses[t]]), rootCause, `root cause of window ${t}`);
        });
      });

      it('groups windows by root cause, in order, and links rows', () => {
        const { model, scores, test } = it_;
        const first = firstRows(test.windows);
        const groups = groupReference(model, scores).map((group) => ({
          root_cause: String(model.automaton.arrays.number[group.state]),
          size: group.traces.length,
          top_rows: Array.from(group.traces.subarray(0, 10), (t) => first[t]),
          linked_netflow_rows: Array.from(linkedRows(group, test.windows).subarray(0, 10)),
          malicious: group.traces.filter((t) => test.traces.typeNames[test.traces.types[t]] === 'malicious').length,
        }));
        assert.deepEqual(groups, JSON.parse(read('.groups.json')));
      });

      it('writes the model as the reference does', () => {
        const golden = JSON.parse(read('_train.ff.final.json')) as { nodes: { level: number }[] };
        const own = JSON.parse(JSON.stringify(toFlexfringeJson(it_.model.automaton))) as typeof golden;
        for (const node of [...golden.nodes, ...own.nodes]) node.level = 0;
        assert.deepEqual(own, golden);
      });

      it('replays with the model read from the reference\'s file', () => {
        const { automaton } = fromFlexfringeJson(read('_train.ff.final.json'));
        assert.ok(automaton);
        const { model, test, scores } = it_;
        const run = replay(automaton, translateTraces(test.traces, automaton.alphabet), model.settings.replay);
        assert.deepEqual(run, scores.replay);
      });
    });
  }
}
