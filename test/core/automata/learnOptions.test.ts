import * as assert from 'node:assert/strict';
import { readLearnOptions } from '../../../server/core/automata/learnOptions';
import { sharedPath } from '../../support/shared';
import { readText } from './golden';
import type { LearnSettings } from '../../../server/core/automata/settings';

describe('learning settings', () => {
  const same: [key: string, value: string, name: keyof LearnSettings, own: string | number | boolean][] = [
    ['heuristic-name', 'mealy', 'mergeTest', 'mealy'], ['heuristic-name', 'mse_error', 'mergeTest', 'meanSquaredError'], ['heuristic-name', 'overlap4logs', 'mergeTest', 'sameTypes'],
    ['depthcheck', '1', 'depthCheck', true], ['symbolcheck', '1', 'symbolCheck', true], ['sinkidentical', '1', 'sinkIdentical', true], ['convertsinks', '1', 'sinkSiblings', true],
    ['aptabound', '500', 'minNodes', 500], ['dfabound', '9', 'maxStates', 9], ['blueblue', '1', 'blueBlue', true], ['random', '0.5', 'random', 0.5],
  ];
  for (const [key, value, name, own] of same) {
    it(`${key}=${value} of the reference tool is ${name}=${own}`, () => {
      for (const given of [{ [key]: value }, { [name]: String(own) }]) {
        const { settings, problems, ignored } = readLearnOptions(given);
        assert.deepEqual([settings[name], problems, ignored], [own, [], []]);
      }
    });
  }

  it('of unknown effect are named', () => assert.deepEqual(readLearnOptions({ searchsinks: '1', swsize: '3' }).ignored, ['searchsinks', 'swsize']));

  it('of all golden cases are known', function () {
    const file = sharedPath('golden/statemachine/settings.json');
    if (file === undefined) return this.skip();
    for (const { learn } of Object.values(JSON.parse(readText(file)) as Record<string, { learn: Record<string, string> }>)) assert.deepEqual(readLearnOptions({ ...learn, variant: 'main' }).problems, []);
  });
});
