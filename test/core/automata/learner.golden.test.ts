import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { fromFlexfringeJson } from '../../../server/core/automata/flexfringeJson';
import { replay } from '../../../server/core/automata/replay';
import { translateTraces } from '../../../server/core/automata/traces';
import { sharedPath } from '../../support/shared';
import { goldenMerges, learnWithSteps, readText, readTraces, settingsOfIni, sixDigits } from './golden';
import type { Automaton } from '../../../server/core/automata/automaton';
import type { Variant } from '../../../server/core/automata/settings';

interface Configuration {
  readonly learn: Readonly<Record<string, string>>;
  readonly replay: Readonly<Record<string, string>> | null;
}

/** What an automaton is, in texts: states named by walking breadth first along transitions in order of symbol names. */
function canonical(automaton: Automaton, withCounts = true): { texts: string[]; names: Map<number, number> } {
  const { arrays: a, alphabet } = automaton;
  const order = [0];
  const names = new Map([[0, 0]]);
  const texts: string[] = [];
  for (let i = 0; i < order.length; i++) {
    const q = order[i];
    const entries = [];
    for (let e = a.entryStart[q]; e < a.entryStart[q + 1]; e++) entries.push({ name: alphabet[a.entrySymbol[e]], target: a.entryTarget[e], count: a.entryCount[e] });
    entries.sort((x, y) => (x.name < y.name ? -1 : 1));
    for (const { target } of entries) {
      if (target < 0 || names.has(target)) continue;
      names.set(target, order.length);
      order.push(target);
    }
    const types = (counts: Uint32Array): string => automaton.typeNames.map((type, t) => `${type}=${counts[q * automaton.typeNames.length + t]}`).sort().join(',');
    const prefix = Array.from(automaton.prefix(q), (s) => alphabet[s]).join(' ');
    texts.push([`state ${i}`, `size ${a.size[q]}`, `passed ${a.passed[q]} ${types(a.passedByType)}`, `ended ${a.ended[q]} ${types(a.endedByType)}`, `flags ${a.flags[q]}`, `number ${a.number[q]}`, `prefix ${prefix}`,
      ...entries.map(({ name, target, count }) => `${name}${withCounts ? ` x${count}` : ''} -> ${target < 0 ? '' : names.get(target)}`)].join('; '));
  }
  return { texts, names };
}

const golden = sharedPath('golden/statemachine');

describe('the learner against the reference', function () {
  this.timeout(20_000);
  if (golden === undefined) {
    it.skip('(golden/statemachine of the shared data is not on this machine)');
    return;
  }
  const configurations = JSON.parse(readText(golden, 'settings.json')) as Record<string, Configuration>;
  const cases = fs.readdirSync(path.join(golden, 'inputs')).filter((file) => file.endsWith('.train.dat')).map((file) => file.split('.')[0]);
  for (const variant of ['main', 'sicco'] as const satisfies Variant[]) {
    for (const [name, configuration] of Object.entries(configurations)) {
      // `sicco` has another alergia94, which nothing needs.
      if (variant === 'sicco' && name === 'alergia94') continue;
      for (const input of cases) {
        const file = path.join(golden, variant, `${input}.${name}`);
        if (!fs.existsSync(`${file}.steps`)) continue;
        it(`${variant} ${input} ${name}: steps, automaton, replay`, () => {
          const { automaton, steps, merges } = learnWithSteps(readTraces(path.join(golden, 'inputs', `${input}.train.dat`)), settingsOfIni(configuration.learn, variant));
          assert.deepEqual(steps, readText(`${file}.steps`).split(/\s+/).filter((step) => step !== ''));
          assert.deepEqual(merges, goldenMerges(readText(`${file}.merges`)));
          const reference = fromFlexfringeJson(readText(`${file}.json`));
          assert.deepEqual(reference.problems, []);
          // Tests that look at ends only keep no counts of symbols in the reference's file; ours are there all the same.
          const counted = reference.automaton!.arrays.entryCount.some((count) => count > 0);
          assert.deepEqual(canonical(automaton, counted).texts, canonical(reference.automaton!, counted).texts);
          if (configuration.replay && fs.existsSync(`${file}.result`)) assertReplay(counted ? automaton : reference.automaton!, variant, configuration.replay, path.join(golden, 'inputs', `${input}.test.dat`), readText(`${file}.result`));
        });
      }
    }
  }
});

function assertReplay(automaton: Automaton, variant: Variant, ini: Readonly<Record<string, string>>, testFile: string, result: string): void {
  const traces = translateTraces(readTraces(testFile), automaton.alphabet);
  const run = replay(automaton, traces, {
    correction: Number(ini['correction'] ?? '1'), reset: ini['predictreset'] === '1', finalProbability: ini['finalprob'] === '1', repeatAtRoot: variant === 'sicco',
  });
  const rows = result.trim().split('\n').slice(1);
  assert.equal(rows.length, traces.types.length);
  rows.forEach((row, t) => {
    const lists = [...row.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1].split(',').filter((text) => text !== ''));
    const states = run.states.subarray(run.offsets[t], run.offsets[t + 1]);
    const scores = run.scores.subarray(run.offsets[t], run.offsets[t + 1]);
    assert.deepEqual(Array.from(states, (q) => String(q < 0 ? -1 : automaton.arrays.number[q])), lists[0], `states of trace ${t}`);
    assert.deepEqual(Array.from(scores, (score) => Number(sixDigits(score))), lists[1].map(Number), `scores of trace ${t}`);
  });
}
