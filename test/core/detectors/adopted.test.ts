import * as assert from 'node:assert/strict';
import { learn } from '../../../server/core/automata/learner';
import { defaultLearnSettings } from '../../../server/core/automata/settings';
import { type FlexfringeJson, type FlexfringeVersion, toFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { tracesOf } from '../../../server/core/automata/traces';
import { scoreRows } from '../../../server/core/detectors/score';
import { stateFrequency } from '../../../server/core/detectors/stateFrequency';
import { readModel, writeModel } from '../../../server/core/detectors/scoring/modelFile';
import { recognise } from '../../../server/core/formats/registry';
import { noControl } from '../../../server/core/util/control';
import { mulberry32 } from '../../../server/core/util/rng';
import { encodeUtf8 } from '../../../server/core/util/utf8';
import { flowsOfLog } from '../../support/capture';
import { encodedRows, learnFrom, type LearnedModel, origin, settingsWith } from '../../support/models';
import { connLog, office } from '../../support/logs';

interface Row { readonly entity: string; readonly symbol: string }

/** Rows of a few entities whose symbols follow each other by chance, with some that no model knows. */
function someRows(seed: number, count: number, symbols: readonly string[]): Row[] {
  const rng = mulberry32(seed);
  return Array.from({ length: count }, () => ({ entity: `10.0.0.${Math.floor(rng() * 4)}`, symbol: symbols[Math.floor(rng() ** 2 * symbols.length)] }));
}

const csv = (rows: readonly Row[]): Uint8Array => encodeUtf8(['id:src,id:dst,symb:s', ...rows.map(({ entity, symbol }) => `${entity},192.168.0.1,${symbol}`)].join('\n') + '\n');
const tables = (rows: readonly Row[]): ReturnType<typeof flowsOfLog> => flowsOfLog(csv(rows));

/** SEQUENT as specified (sections 4 to 8), on the JSON as it stands: the numbers of each window of ten, and its score. */
function slowSequent(json: FlexfringeJson, version: FlexfringeVersion, train: readonly Row[], test: readonly Row[]): { rows: number[]; score: number }[] {
  const root = version === 'main' ? -1 : 0;
  const step = new Map(json.edges.map(({ source, name, target }) => [`${source} ${name}`, Number(target)]));
  const windows = (rows: readonly Row[]): number[][] => {
    const open = new Map<string, number[]>();
    return rows.flatMap(({ entity }, i) => {
      const window = [...(open.get(entity) ?? []), i].slice(-10);
      open.set(entity, window);
      return window.length === 10 ? [window] : [];
    });
  };
  const run = (rows: readonly Row[], window: readonly number[]): number[] => {
    const recorded: number[] = [];
    let state = root;
    for (const i of window) {
      state = step.get(`${state} ${rows[i].symbol}`) ?? root;
      recorded.push(version === 'sicco' && state === root && recorded.length > 0 ? recorded[recorded.length - 1] : state);
    }
    return recorded;
  };
  const trained = new Map<number, number>();
  let total = 0;
  for (const window of windows(train)) for (const state of run(train, window)) {
    trained.set(state, (trained.get(state) ?? 0) + 1);
    total++;
  }
  const visits = new Map<number, number>();
  return windows(test).map((window) => {
    let score = 0;
    for (const state of run(test, window)) {
      score += Math.log((visits.get(state) ?? 0) + 1) - Math.log((trained.get(state) ?? 0) + 1) + Math.log(total + 1) - Math.log(visits.size + 1);
      visits.set(state, (visits.get(state) ?? 0) + 1);
    }
    return { rows: window, score };
  });
}

const known = ['6__1', '6__2', '17__1', 'a b'];
const lists = (seed: number): string[][] => Array.from({ length: 80 }, (_, t) => someRows(seed + t, 8, known).map(({ symbol }) => symbol));

describe('an automaton from FlexFringe as a model', () => {
  for (const version of ['main', 'sicco'] as const) {
    it(`scores as SEQUENT does on it (${version}), also saved and loaded`, () => {
      for (let seed = 0; seed < 8; seed++) {
        const json = toFlexfringeJson(learn(tracesOf(lists(seed * 1000)), { ...defaultLearnSettings, variant: version, stateCount: 0, symbolCount: 2, sinks: true, sinkCount: 15, keepCandidates: seed % 2 === 0 }), version);
        const train = someRows(seed, 300, [...known, 'new in the baseline']), test = someRows(seed + 100, 200, [...known, 'new in the test', 'new in the baseline']);
        const learned = stateFrequency.learn({ table: tables(train), self: false, automaton: JSON.stringify(json) }, settingsWith({ reference: true }), noControl);
        const loaded = readModel(writeModel(stateFrequency as never, learned, origin));
        assert.ok(!('fault' in loaded), JSON.stringify(loaded));
        const golden = slowSequent(json, version, train, test);
        for (const model of [learned, loaded.model as LearnedModel]) {
          const table = tables(test), scores = scoreRows(stateFrequency, model, encodedRows(model, table), noControl);
          const worst = new Float64Array(test.length).fill(-Infinity);
          for (const { rows, score } of golden) for (const row of rows) worst[row] = Math.max(worst[row], score);
          worst.forEach((score, row) => assert.ok(scores.raw[row] === score || Math.abs(scores.raw[row] - score) < 1e-4, `seed ${seed}, row ${row}: ${scores.raw[row]} is not ${score}`));
        }
      }
    });
  }

  it('takes windows of another size', () => {
    const json = JSON.stringify(toFlexfringeJson(learn(tracesOf(lists(5)), defaultLearnSettings)));
    const rows = someRows(1, 60, known);
    const model = stateFrequency.learn({ table: tables(rows), self: false, automaton: json }, settingsWith({ reference: true, referenceWindow: 4 }), noControl);
    assert.ok(model.kind === 'reference');
    const each = [0, 1, 2, 3].map((e) => rows.filter(({ entity }) => entity === `10.0.0.${e}`).length);
    assert.equal(model.sequent.totalVisits, each.reduce((n, length) => n + 4 * Math.max(0, length - 3), 0));
  });

  const { adoption } = stateFrequency;
  const good = JSON.stringify(toFlexfringeJson(learn(tracesOf([['a', 'b'], ['a', 'c'], ['d', 'e']]), defaultLearnSettings)));
  it('names symbols of both sides where they have none in common', () => {
    assert.equal(adoption?.fault(good), undefined);
    assert.equal(adoption?.fault(good, tables(someRows(1, 5, ['x', 'b']))), undefined);
    assert.match(adoption?.fault(good, tables([{ entity: 'h', symbol: '6__1' }, { entity: 'h', symbol: '6__2' }])) ?? '', /the model has a, b, c and 2 more, the baseline 6__1, 6__2\. Make the log with the encoding/);
  });

  for (const text of ['', '{}', '[1]', '{"types":[],"alphabet":[],"nodes":[],"edges":[]}']) it(`is not made of ${text || 'nothing'}`, () => assert.match(adoption?.fault(text) ?? '', /^This is no FlexFringe model\. /));

  it('is for logs whose rows bring symbols, and other models are not for these', () => {
    const flows = recognise(encodeUtf8(connLog(office(30)))), symbols = recognise(csv(someRows(1, 3, known)));
    assert.ok(flows && symbols);
    assert.match(adoption?.refuses(flows) ?? '', /bring no symbols of their own/);
    assert.equal(adoption?.refuses(symbols), undefined);
    const ofFlows = learnFrom(flowsOfLog(encodeUtf8(connLog(office(60))))), ofSymbols = learnFrom(tables(someRows(1, 60, known)), { reference: true });
    assert.deepEqual([stateFrequency.refuses(flows, ofFlows), stateFrequency.refuses(symbols, ofSymbols), stateFrequency.refuses(flows), stateFrequency.refuses(symbols)], [undefined, undefined, undefined, undefined]);
    assert.match(stateFrequency.refuses(symbols, ofFlows) ?? '', /learned from flows/);
    assert.match(stateFrequency.refuses(flows, ofSymbols) ?? '', /learned from such/);
  });
});
