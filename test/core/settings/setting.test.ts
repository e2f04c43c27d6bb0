import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { SETTINGS } from '../../../server/core/detectors/stateFrequency/settings';
import { nearest, rangeText, resolveSettings, type Setting, type SettingValue } from '../../../server/core/settings/setting';

const settings: readonly Setting[] = [
  { name: 'windowLength', type: 'number', unit: 'rows', min: 2, max: 100, whole: true, default: 10, text: '' },
  { name: 'share', type: 'number', unit: '', min: 0, max: 1, whole: false, default: 0.5, text: '' },
  { name: 'alphabet', type: 'choice', choices: ['wide', 'sequent'], default: 'wide', text: '' },
  { name: 'reference', type: 'flag', default: false, text: '' },
];
const defaults = { windowLength: 10, share: 0.5, alphabet: 'wide', reference: false };

describe('settings', () => {
  const taken: { given: Record<string, SettingValue>; change: Record<string, SettingValue> }[] = [
    { given: {}, change: {} },
    { given: { windowLength: '20', share: '1e-3' }, change: { windowLength: 20, share: 0.001 } },
    { given: { windowLength: 100, alphabet: 'sequent' }, change: { windowLength: 100, alphabet: 'sequent' } },
    { given: { reference: 'true' }, change: { reference: true } },
    { given: { reference: false }, change: {} },
  ];
  for (const { given, change } of taken) it(`takes ${JSON.stringify(given)}`, () => assert.deepEqual(resolveSettings(settings, given), { values: { ...defaults, ...change }, problems: [] }));

  const refused: { given: Record<string, unknown>; code: string; text: RegExp }[] = [
    { given: { windowLenght: 5 }, code: 'unknown-setting', text: /"windowLenght".*Did you mean "windowLength"\?/ },
    { given: { qqqqqqqqqqqq: 5 }, code: 'unknown-setting', text: /The settings are: windowLength, share, alphabet, reference\./ },
    { given: { windowLength: 1 }, code: 'bad-setting', text: /"windowLength" cannot be "1".*a whole number from 2 to 100 \(rows\); the default is 10/ },
    { given: { windowLength: 2.5 }, code: 'bad-setting', text: /2\.5/ },
    { given: { windowLength: '' }, code: 'bad-setting', text: /whole number/ },
    { given: { windowLength: ' ' }, code: 'bad-setting', text: /whole number/ },
    { given: { windowLength: 'ten' }, code: 'bad-setting', text: /ten/ },
    { given: { windowLength: NaN }, code: 'bad-setting', text: /NaN/ },
    { given: { windowLength: null }, code: 'bad-setting', text: /null/ },
    { given: { windowLength: true }, code: 'bad-setting', text: /true/ },
    { given: { share: 1.5 }, code: 'bad-setting', text: /a number from 0 to 1; / },
    { given: { alphabet: 'WIDE' }, code: 'bad-setting', text: /one of wide, sequent/ },
    { given: { reference: 'yes' }, code: 'bad-setting', text: /true or false/ },
    { given: JSON.parse('{"__proto__": 3}') as Record<string, unknown>, code: 'unknown-setting', text: /"__proto__"/ },
  ];
  for (const { given, code, text } of refused) {
    it(`refuses ${JSON.stringify(given)} and keeps the default`, () => {
      const { values, problems } = resolveSettings(settings, given as Record<string, SettingValue>);
      assert.deepEqual(values, defaults);
      assert.deepEqual(problems.map((p) => p.code), [code]);
      assert.match(`${problems[0].message} ${problems[0].next}`, text);
    });
  }

  it('of the detector: every default passes its own check, and every range is told', () => {
    for (const setting of SETTINGS) {
      assert.deepEqual(resolveSettings(SETTINGS, { [setting.name]: setting.default }).problems, [], setting.name);
      assert.ok(setting.text.endsWith('.') && rangeText(setting) !== '', setting.name);
    }
    assert.equal(new Set(SETTINGS.map((s) => s.name)).size, SETTINGS.length);
  });

  it('finds the name meant behind any one slip of the finger', () => {
    const names = SETTINGS.map((s) => s.name);
    fc.assert(fc.property(fc.constantFrom(...names), fc.nat(), fc.constantFrom('drop', 'double', 'change'), (name, at, slip) => {
      const i = at % name.length;
      const typed = name.slice(0, i) + { drop: '', double: name[i] + name[i], change: '~' }[slip] + name.slice(i + 1);
      assert.equal(nearest(typed, names), name);
    }));
    for (const [typed, candidates, expected] of [['LEARN', ['learn', 'score'], 'learn'], ['x', ['learn'], undefined], ['', ['ab'], 'ab'], ['learn', [], undefined]] as const) assert.equal(nearest(typed, candidates), expected);
  });
});
