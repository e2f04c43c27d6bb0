import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { parseDateTime, parseTime } from '../../../server/core/formats/times';
import { bytesOf } from './reading';

function seconds(text: string): number {
  const bytes = bytesOf(text);
  return parseDateTime(bytes, 0, bytes.length);
}

describe('times from bytes', () => {
  const cases: [string, number][] = [
    ['1970-01-01T00:00:00Z', 0],
    ['2018-11-28T04:50:48.848281Z', 1543380648.848281],
    ['2018-11-28T04:50:48.848281+02:00', 1543373448.848281],
    ['2021-06-06T16:10:07.671554+0200', 1622988607.671554],
    ['2021-06-06T16:10:07-0330', 1623008407],
    ['2018/05/10 10:52:47.283479', 1525949567.283479],
    ['1970/01/01 01:00:00.000000', 3600],
    ['2016-07-27 13:43:30', 1469627010],
    ['2000-02-29 00:00:00', 951782400],
    ['1969-12-31T23:59:59.5Z', -0.5],
    ['2016-12-31T23:59:60Z', 1483228800],
    ['2025-06-04 17:14:40.716583014', 1749057280.716583014],
  ];
  for (const [text, expected] of cases) it(`reads ${text}`, () => assert.equal(seconds(text), expected));

  const refused = ['', '2018-11-28', '2018-13-01T00:00:00', '2018-02-29T00:00:00', '1900-02-29 00:00:00', '2018-11-28T24:00:00', '2018-11-28T04:60:00', '2018/11-28 04:50:48', '2018-11-28T04:50:48.', '2018-11-28T04:50:48 Z',
    '2018-11-28T04:50:48+2', '2018-11-28T04:50:48x', '20l8-11-28T04:50:48', '2018-00-10T00:00:00', '2018-01-00T00:00:00'];
  for (const text of refused) it(`refuses ${JSON.stringify(text)}`, () => assert.ok(Number.isNaN(seconds(text))));

  it('agrees with the calendar of JavaScript', () => {
    const day = fc.date({ min: new Date('1601-01-01T00:00:00Z'), max: new Date('2399-12-31T23:59:59Z'), noInvalidDate: true });
    fc.assert(fc.property(day, (date) => seconds(date.toISOString()) === date.getTime() / 1000), { seed: 3, numRuns: 3000 });
  });

  it('takes plain numbers as seconds', () => {
    const time = (text: string): number => parseTime(bytesOf(text), 0, bytesOf(text).length);
    assert.deepEqual(['1517336042.090842', '19.981745', '1970-01-01T00:01:00Z'].map(time), [1517336042.090842, 19.981745, 60]);
  });
});
