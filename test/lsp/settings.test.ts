import * as assert from 'node:assert/strict';
import { readSettings } from '../../server/lsp/settings';
import { DEFAULT_CLIENT_SETTINGS } from '../../server/protocol/settings';

describe('lsp/settings', () => {
  it('nothing sent means the defaults', () => {
    for (const sent of [undefined, null, {}, 7, 'x']) assert.deepEqual(readSettings(sent), { settings: DEFAULT_CLIENT_SETTINGS, problems: [] });
  });

  it('takes over what fits', () => {
    const sent = { acceptanceRate: 0.01, maxDiagnostics: 1, detector: 'stateOutliers', memoryLimit: 256, workers: 2, exclude: ['old/**'], set: { window: 20, model: 'sm', reference: true }, 'neural.threads': 3, 'neural.provider': 'wasm' };
    assert.deepEqual(readSettings(sent), { settings: sent, problems: [] });
  });

  it('takes a setting with a dot under its name and as part of an object', () => {
    for (const sent of [{ 'neural.threads': 3 }, { neural: { threads: 3 } }]) assert.deepEqual(readSettings(sent), { settings: { ...DEFAULT_CLIENT_SETTINGS, 'neural.threads': 3 }, problems: [] });
    for (const sent of [{ neural: null }, { neural: 7 }, { neural: {} }]) assert.deepEqual(readSettings(sent), { settings: DEFAULT_CLIENT_SETTINGS, problems: [] });
    assert.match(readSettings({ neural: { provider: 'gpu' } }).problems.join(), /^Setting anomaline\.neural\.provider is "gpu", it must be one of cpu, webgpu,/);
  });

  const unfit: readonly (readonly [string, unknown])[] = [
    ['acceptanceRate', 1.5], ['acceptanceRate', '0.1'], ['maxDiagnostics', 0], ['maxDiagnostics', 501], ['maxDiagnostics', 2.5], ['detector', ''],
    ['memoryLimit', 1], ['workers', -1], ['exclude', 'x'], ['exclude', [1]], ['set', { a: { b: 1 } }], ['set', []], ['acceptanceRate', NaN], ['neural.threads', -1], ['neural.threads', 1.5], ['neural.provider', ''],
  ];
  for (const [key, value] of unfit) {
    it(`${key} = ${JSON.stringify(value)} is refused by name and the default used`, () => {
      const { settings, problems } = readSettings({ [key]: value });
      assert.deepEqual(settings, DEFAULT_CLIENT_SETTINGS);
      assert.equal(problems.length, 1);
      assert.match(problems[0], new RegExp(`^Setting anomaline\\.${key} is .*, it must be `));
    });
  }
});
