import * as assert from 'node:assert/strict';
import { detectors } from '../../../server/core/detectors/registry';
import { recogniseMapped } from '../../../server/core/formats/csvMapping';
import { resolveSettings } from '../../../server/core/settings/setting';
import { randomBelow } from '../../../server/core/util/rng';
import type { Rng } from '../../../server/core/util/rng';
import { baselineFault, baselineWords, fileMatcher, isSelf } from '../../../server/engine/baseline';
import { CONFIGURATION_FILE, parseConfiguration, readConfiguration, writeConfiguration } from '../../../server/engine/configuration';
import { mappingOf } from '../../../server/engine/logMappings';
import type { OwnFiles } from '../../../server/engine/ports';
import type { FuzzTarget } from '../target';

const NAMES = ['baseline', 'detector', 'settings', 'logs', 'exclude', 'self', 'files', 'from', 'to', 'label', 'column', 'matches', 'share', 'format', 'columns', 'delimiter', 'header', 'timeFormat', 'missing', 'time', 'user', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'windowLength', 'seed', ''];
const WHOLE: readonly unknown[] = [
  { baseline: { files: ['day1/**'], label: { column: 'label', matches: 'Benign' }, from: 1, to: 2, share: 0.5 }, detector: 'stateFrequency', settings: { windowLength: 5, seed: 1 }, logs: [{ files: ['*.csv', 'a/*'], format: 'csv', columns: { time: 'Time', user: 2 }, timeFormat: 'auto' }] },
  { baseline: { self: true } }, { logs: [{ files: '*', format: 'csv', delimiter: ';', header: false, missing: '', columns: { time: 1 } }] },
];
const VALUES: readonly string[] = ['null', 'true', 'false', '0', '-1', '1e999', '-1e999', '1e308', '0.5', '5e-324', '123456789012345678901234567890', '""', '"a"', '"*a*a*a*a*a*a*a*a*a!"', '"(a+)+|x"', '"(?!a)"', '"["', '"{a,b}{a,b}"', '"\\u0000"', '"\\ud800"', '"%m/%d"', '"csv"', '[]', '{}', '[[]]', '[null]', '["a"]', '{"a":{}}',
  '{"__proto__":{"x":1}}', '{"toString":1}', '{"length":3}', `"${'a'.repeat(5000)}"`, `${'['.repeat(3000)}${']'.repeat(3000)}`, `${'{"a":'.repeat(30)}1${'}'.repeat(30)}`, `[${'0,'.repeat(3000)}0]`];

/** A text of JSON of any shape, most of it near what the file holds; some is damaged. */
function makeText(rng: Rng): string {
  let text = rng() < 0.6 ? JSON.stringify(WHOLE[randomBelow(rng, WHOLE.length)]) : object(rng, 3);
  for (let n = randomBelow(rng, 4); n > 0; n--) {
    const values = [...text.matchAll(/(?<=:|\[|,)("(?:[^"\\]|\\.)*"(?!:)|-?\d[\d.e]*|true|false|null|\{\}|\[\])/g)];
    const at = values[randomBelow(rng, values.length)];
    if (at) text = text.slice(0, at.index) + VALUES[randomBelow(rng, VALUES.length)] + text.slice(at.index + at[0].length);
  }
  if (rng() < 0.15) {
    const at = randomBelow(rng, text.length);
    text = text.slice(0, at) + ['', '\0', '"', '}', '\ud800', '\u202e'][randomBelow(rng, 6)] + text.slice(at + randomBelow(rng, 4));
  }
  return text;
}

function object(rng: Rng, depth: number): string {
  const fields = Array.from({ length: randomBelow(rng, 5) }, () => `${JSON.stringify(NAMES[randomBelow(rng, NAMES.length)])}:${depth > 0 && rng() < 0.5 ? object(rng, depth - 1) : VALUES[randomBelow(rng, VALUES.length)]}`);
  return `{${fields.join(',')}}`;
}

/** Files that hold the one configuration in memory. */
function holding(bytes: Uint8Array): { readonly own: OwnFiles; written(): Uint8Array } {
  let now = bytes;
  const own: Partial<OwnFiles> = { root: '/c', read: async () => now, write: async (_, next) => void (now = next as Uint8Array) };
  return { own: own as OwnFiles, written: () => now };
}

/** Whatever `anomaline.json` holds nothing throws; what is taken of it can be used, what is not is told, and what somebody wrote is kept when a choice is added. */
export const configurations: FuzzTarget = {
  name: 'configurations',
  runs: 5000,
  make: (rng) => new TextEncoder().encode(makeText(rng)),
  async check(input) {
    const { configuration, fault, written } = parseConfiguration(input);
    assert.ok(fault === undefined || (fault.length > 0 && fault.includes(CONFIGURATION_FILE)), 'a fault names the file');
    assert.ok(written !== undefined || fault !== undefined);
    const { baseline, detector, settings, logs } = configuration;
    assert.deepEqual(Object.keys(configuration).filter((name) => !['baseline', 'detector', 'settings', 'logs'].includes(name)), [], 'nothing else is taken');
    assert.equal(({} as Record<string, unknown>)['x'], undefined, 'no prototype was changed');
    const file = { path: '/c/a/b.csv', relative: 'a/b.csv', bytes: 1, modified: 0 };
    if (baseline !== undefined) {
      assert.equal(baselineFault(baseline), undefined);
      assert.equal(typeof fileMatcher(baseline)(file), 'boolean');
      assert.ok(baselineWords(baseline).length > 0 && typeof isSelf(baseline) === 'boolean');
    }
    assert.ok(detector === undefined || typeof detector === 'string');
    if (settings !== undefined) for (const one of detectors) assert.ok(resolveSettings(one.settings, settings).problems.every(({ message, next }) => message.length > 0 && next.length > 0));
    if (logs !== undefined) {
      const mapping = mappingOf(logs, 'a/b.csv');
      if (mapping) recogniseMapped(new TextEncoder().encode('Time,User\n1,x\n'), mapping);
    }
    const { own, written: after } = holding(input);
    assert.deepEqual((await readConfiguration(own)).configuration, configuration);
    const refused = await writeConfiguration(own, { detector: 'auto' });
    if (written === undefined) assert.ok(refused !== undefined && after() === input, 'what cannot be read is not written over');
    else {
      const kept = JSON.parse(new TextDecoder().decode(after())) as object;
      assert.deepEqual(new Set(Object.keys(kept)), new Set([...Object.keys(written), 'detector']));
    }
  },
};
