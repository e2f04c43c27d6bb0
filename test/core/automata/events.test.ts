import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as fc from 'fast-check';
import { type Events, readEvents, tracesOfWindows, windowsOf } from '../../../server/core/automata/events';
import { formatTrace } from '../../../server/core/automata/abbadingo';
import { readWindowOptions } from '../../../server/core/automata/windowOptions';
import { encodeUtf8 } from '../../../server/core/util/utf8';
import { needShared } from '../../support/shared';

const read = (...lines: string[]): Events => readEvents(encodeUtf8(lines.join('\n') + '\n'))!.events;
const tracesIn = (events: Events, set: Record<string, string> = {}): string[] => {
  const traces = tracesOfWindows(events, windowsOf(events, readWindowOptions(set).options));
  return Array.from(traces.types, (_, t) => formatTrace(traces, t));
};

describe('events of FlexFringe CSV', () => {
  it('join columns of one role, whatever stands between them, and number names as the rows bring them', () => {
    const events = read('symb:proto,id:src,x,symb:bytes,id:dst', '6,a,9,1,x', '17,b,9,2,x', '6,a,9,1,x');
    assert.deepEqual([events.entityNames, [...events.entities]], [['a__x', 'b__x'], [0, 1, 0]]);
    assert.deepEqual([events.alphabet, [...events.symbols]], [['6__1', '17__2'], [0, 1, 0]]);
    assert.deepEqual([events.typeNames, [...events.types], [...events.lines]], [['0'], [0, 0, 0], [1, 2, 3]]);
  });

  it('leave damaged rows out, tell of them, and keep the lines of the others', () => {
    const { events, problems } = readEvents(encodeUtf8('id,symb,type\na,x,1\nb\n\na, y ,2'))!;
    assert.deepEqual([events.alphabet, [...events.lines], events.typeNames], [['x', 'y'], [1, 4], ['1', '2']]);
    assert.deepEqual(problems.map(({ severity, line }) => [severity, line]), [['error', 2]]);
  });

  it('are no events of other files', () => {
    for (const text of ['', '2 1\n1 1 a\n', 'id,name\n1,2\n', '{"types":[]}', 'symb:a,b\n1,2\n']) assert.equal(readEvents(encodeUtf8(text)), undefined);
  });

  it('are the same joined in one pass and row by row', () => {
    const cell = fc.constantFrom('', '0', '1', 'a', 'b');
    fc.assert(fc.property(fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 50 }), (rows) => {
      const events = read('id:a,symb:x,symb:y,type', ...rows.map((row) => row.join(',')));
      const own = Array.from(events.symbols, (symbol, i) => [events.entityNames[events.entities[i]], events.alphabet[symbol], events.typeNames[events.types[i]]]);
      assert.deepEqual(own, rows.map(([id, x, y, type]) => [id || '0', `${x}__${y}`, type || '0']));
      assert.deepEqual(events.alphabet, [...new Set(rows.map(([, x, y]) => `${x}__${y}`))]);
    }));
  });

  const log = read('id,symb,type', 'a,1,u', 'b,2,u', 'a,3,v', 'a,4,u');
  const cases: { set: Record<string, string>; traces: string[] }[] = [
    { set: {}, traces: ['u 3 1 3 4', 'u 1 2'] },
    { set: { slidingwindow: '0', swsize: '2' }, traces: ['u 3 1 3 4', 'u 1 2'] },
    { set: { slidingwindow: '1' }, traces: ['u 3 1 3 4', 'u 1 2'] },
    { set: { slidingwindow: '1', swsize: '2', swstride: '1' }, traces: ['v 2 1 3', 'u 2 3 4', 'u 1 4', 'u 1 2'] },
    { set: { slidingwindow: '1', swsize: '2' }, traces: ['v 2 1 3', 'u 1 4', 'u 1 2'] },
    { set: { slidingWindow: 'true', windowSize: '2', windowStride: '1', addShorter: 'false' }, traces: ['v 2 1 3', 'u 2 3 4'] },
    { set: { slidingwindow: '1', slidingwindowsize: '3', slidingwindowstride: '1', swaddshorter: '0', swaddprefix: '1' }, traces: ['u 1 1', 'u 1 2', 'v 2 1 3', 'u 3 1 3 4'] },
  ];
  for (const { set, traces } of cases) it(`become traces with ${JSON.stringify(set)}`, () => assert.deepEqual(tracesIn(log, set), traces));

  const wrong: { set: Record<string, string>; text: RegExp }[] = [
    { set: { swsize: '0' }, text: /"windowSize" cannot be "0"/ }, { set: { slidingwindow: 'yes' }, text: /"slidingWindow" cannot be "yes"/ },
    { set: { swsize: '5', swstride: '6' }, text: /stride of windows, 6, is above their size, 5/ }, { set: { swsize: '5', windowSize: '6' }, text: /contradicts another name/ },
  ];
  for (const { set, text } of wrong) it(`refuses ${JSON.stringify(set)}`, () => assert.match(readWindowOptions(set).problems.map((p) => p.message).join(), text));

  it('settings that are not of windows are left to others', () => {
    const { rest, given } = readWindowOptions({ swsize: '3', correction: '1', windowStride: '1' });
    assert.deepEqual([rest, given], [{ correction: '1' }, ['swsize', 'windowStride']]);
  });

  it('reads the golden log as its traces say', function () {
    const folder = needShared(this, 'golden/sequent');
    const { events, problems } = readEvents(fs.readFileSync(path.join(folder, 'test.csv')))!;
    assert.deepEqual([problems, events.lines.length, events.lines[0], events.lines[2579], [...events.typeNames].sort()], [[], 2580, 1, 2580, ['benign', 'malicious']]);
    const golden = fs.readFileSync(path.join(folder, 'out_exact/sm.test.result'), 'utf8').trim().split('\n').slice(1).map((line) => /"([^"]*)"/.exec(line)![1]);
    assert.deepEqual(tracesIn(events, { slidingwindow: '1', swsize: '10', swstride: '1', swaddshorter: '0' }), golden);
  });
});
