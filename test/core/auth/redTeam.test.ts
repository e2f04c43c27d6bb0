import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { dayOf } from '../../../server/core/auth/fields';
import { readRedTeam, redRows } from '../../../server/core/auth/redTeam';
import { accountRows, isOf, referenceLine } from '../../../server/core/auth/rows';
import { tableOf } from '../../support/flows';
import { needShared } from '../../support/shared';
import { bytesOf, fileBytes, readAll } from '../formats/reading';

describe('red-team events and rows of accounts', () => {
  it('golden: the published preprocessing', function () {
    const golden = JSON.parse(fs.readFileSync(needShared(this, 'golden/auth-sequence/preprocess.json'), 'utf8')) as { readonly raw_auth: string[]; readonly redteam_used: string[]; readonly by_day: Record<string, string[]> };
    const { format, header, tables } = readAll(bytesOf(golden.raw_auth.join('\n')));
    const table = format.flow(header, tables[0]);
    const red = redRows(table, readRedTeam(bytesOf(golden.redteam_used.join('\n'))));
    const wanted = accountRows(table, 'reference');
    const days: Record<string, string[]> = {};
    for (let row = 0; row < table.rowCount; row++) if (wanted(row)) (days[dayOf(table.time?.values[row] ?? 0)] ??= []).push(referenceLine(table, row, red[row]));
    assert.deepEqual(days, golden.by_day);
  });

  it('golden: red-team events of each day, in LANL’s own list', function () {
    const golden = JSON.parse(fs.readFileSync(needShared(this, 'golden/auth-sequence/preprocess.json'), 'utf8')) as { readonly redteam_events_per_day: Record<string, number> };
    const { events, problems } = readRedTeam(fileBytes(needShared(this, 'data/lanl/redteam.txt.gz')));
    const days: Record<string, number> = {};
    for (const { time } of events) days[dayOf(time)] = (days[dayOf(time)] ?? 0) + 1;
    assert.deepEqual([days, events.length, problems], [golden.redteam_events_per_day, 749, []]);
  });

  const event = { time: 5, user: 'u', userDomain: 'd', source: 'a', destination: 'b' };
  const cases: readonly [change: object, red: number][] = [[{}, 1], [{ time: 6 }, 0], [{ time: 5.5 }, 0], [{ user: 'U' }, 0], [{ userDomain: undefined }, 0], [{ source: 'b', destination: 'a' }, 0], [{ destination: undefined }, 0], [{ time: undefined }, 0], [{ targetUser: 'x', outcome: 'Fail' }, 1]];
  for (const [change, red] of cases) {
    it(`${JSON.stringify(change)} is ${red === 1 ? '' : 'not '}the event`, () => {
      const team = readRedTeam(bytesOf('5,u@d,a,b\n7,u@?,a,?\n'));
      assert.deepEqual([...redRows(tableOf([event, { ...event, ...change }, { time: 7, user: 'u', source: 'a' }]), team)], [1, red, 1]);
    });
  }

  it('tells lines that are no events', () => {
    const { events, problems } = readRedTeam(bytesOf('time,user@domain,source computer,destination computer\n5,u@d,a,b\nx,u@d,a,b\n5,u\n'));
    assert.deepEqual([events.length, problems.map((p) => [p.code, p.line])], [1, [['bad-time', 2], ['column-count', 3]]]);
    assert.deepEqual([...redRows(tableOf([event]), { events: [], problems: [] })], [0]);
  });

  for (const [user, people, reference] of [['ann', true, false], ['PC1$', false, false], ['SYSTEM', false, false], ['system', false, false], ['ANONYMOUS LOGON', false, false], ['U7', true, true], ['', false, false], ['DWM-1', false, false]] as const) {
    it(`the account “${user}”`, () => {
      assert.deepEqual([isOf('people', user), isOf('reference', user), isOf('all', user)], [people, reference, true]);
      const table = tableOf([{ user: 'other' }, user === '' ? {} : { user }]);
      assert.deepEqual([accountRows(table, 'people')(1), accountRows(table, 'reference')(1), accountRows(table, 'all')(1)], [people, reference, true]);
    });
  }
});
