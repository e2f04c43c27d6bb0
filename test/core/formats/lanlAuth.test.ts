import * as assert from 'node:assert/strict';
import { formatById, recognise } from '../../../server/core/formats/registry';
import type { FlowTable } from '../../../server/core/table/flow';
import { needShared } from '../../support/shared';
import { bytesOf, fileBytes, flowsOf, readAll } from './reading';

const ROW = '1,U10@DOM1,U10@DOM1,C62,C528,Kerberos,Network,LogOn,Success';
const log = (...lines: string[]): Uint8Array => bytesOf(`${lines.join('\n')}\n`);

describe('LANL authentication', () => {
  it('reads the published columns', () => {
    const result = readAll(log(ROW));
    assert.deepEqual([result.header.format, result.header.kind, result.header.headerLines], ['lanlAuth', 'auth', 0]);
    assert.deepEqual(flowsOf(result), [{ time: 1, source: 'C62', destination: 'C528', user: 'U10', userDomain: 'DOM1', targetUser: 'U10', targetDomain: 'DOM1', authType: 'Kerberos', logonType: 'Network', orientation: 'LogOn', outcome: 'Success' }]);
  });

  it('reads a header line, wherever it is repeated', () => {
    const header = 'time,src_user,dst_user,src_pc,dst_pc,auth_type,logon_type,auth_orient,success';
    const result = readAll(log(header, ROW, header, ROW));
    assert.deepEqual([result.header.headerLines, result.rows, result.lines, result.problems], [1, 2, 4, []]);
  });

  const accounts: readonly [column: string, user: string | undefined, domain: string | undefined][] = [
    ['C1862$@DOM1', 'C1862$', 'DOM1'], ['ANONYMOUS LOGON@C586', 'ANONYMOUS LOGON', 'C586'], ['U1@?', 'U1', undefined], ['?@C1', undefined, 'C1'], ['?', undefined, undefined], ['?@?', undefined, undefined], ['U1', 'U1', undefined], ['@', undefined, undefined],
    ['a@b@C1', 'a@b', 'C1'], ['LOCAL SERVICE@C1', 'LOCAL SERVICE', 'C1'],
  ];
  for (const [column, user, domain] of accounts) {
    it(`cuts ${column}`, () => {
      const [, flow] = flowsOf(readAll(log(ROW, ROW.replace('U10@DOM1', column), ROW)));
      assert.deepEqual([flow['user'], flow['userDomain'], flow['targetUser']], [user, domain, 'U10']);
    });
  }

  it('makes one package of the long name that was cut', () => {
    const cut = ['MICROSOFT_AUTH', 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_', 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0'].map((name) => ROW.replace('Kerberos', name));
    assert.deepEqual(flowsOf(readAll(log(...cut))).map((flow) => flow['authType']), cut.map(() => 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0'));
  });

  it('tells damaged lines and bad times, and goes on', () => {
    const result = readAll(log(ROW, ROW.replace('1,', 'one,'), '2,U1@DOM1,U1', ROW.replace('Kerberos', '?')));
    assert.deepEqual([result.rows, result.damaged, result.problems.map((p) => [p.code, p.line])], [3, 1, [['bad-time', 1], ['column-count', 2]]]);
    assert.deepEqual(flowsOf(result).map((flow) => [flow['time'], flow['authType']]), [[1, 'Kerberos'], [undefined, 'Kerberos'], [1, undefined]]);
  });

  it('is not taken in by other CSV', () => {
    for (const text of [ROW.replace('Success', 'Maybe'), ROW.replaceAll('@', ' '), `${ROW},1`, 'time,user\n1,2', ROW.replace('1,', 'a,')]) assert.equal(recognise(log(text)), undefined, text);
  });

  it('reads in parts as it reads the whole: accounts of tables that share dictionaries', () => {
    const bytes = log(...Array.from({ length: 500 }, (_, i) => ROW.replaceAll('U10@', `U${(i * 7) % 90}@`)));
    assert.deepEqual(flowsOf(readAll(bytes, { batchRows: 3 })), flowsOf(readAll(bytes)));
    const flows: FlowTable[] = [];
    const { header } = readAll(bytes, { batchRows: 50, onTable: (table) => flows.push(formatById('lanlAuth')!.flow(recognise(bytes)!, table)) });
    assert.equal(header.kind, 'auth');
    assert.equal(new Set(flows.map((flow) => flow.user?.dictionary)).size, 1);
  });

  it('reads the real excerpts', function () {
    for (const [name, fails] of [['auth_safekit_day0_head5000.txt.gz', 84]] as const) {
      const result = readAll(fileBytes(needShared(this, `data/lanl/${name}`)));
      const flows = flowsOf(result);
      assert.deepEqual([result.rows, result.problems, flows.filter((flow) => flow['outcome'] === 'Fail').length, new Set(flows.map((flow) => `${flow['user']}@${flow['userDomain']}`)).size], [5000, [], fails, 268]);
    }
  });
});
