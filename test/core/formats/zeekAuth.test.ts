import * as assert from 'node:assert/strict';
import { formats } from '../../../server/core/formats/registry';
import { detectors } from '../../../server/core/detectors/registry';
import { needShared, sharedPath } from '../../support/shared';
import { bytesOf, fileBytes, flowsOf, readAll, type Value } from './reading';

const COMMON = { ts: 5, uid: 'C1', 'id.orig_h': '10.0.0.1', 'id.orig_p': 1000, 'id.resp_h': '10.0.0.2', 'id.resp_p': 88 };
const HOSTS = { time: 5, source: '10.0.0.1', destination: '10.0.0.2', sourcePort: 1000, destinationPort: 88 };

const cases: readonly [name: string, kind: string, fields: object, flow: Record<string, Value>][] = [
  ['a ticket for a service', 'kerberos', { request_type: 'TGS', client: 'ann/CORP.COM', service: 'cifs/files.corp.com', success: true },
    { user: 'ann', userDomain: 'CORP.COM', targetUser: 'cifs', targetDomain: 'files.corp.com', service: 'cifs/files.corp.com', authType: 'Kerberos', orientation: 'TGS', outcome: 'Success' }],
  ['a logon that fails', 'kerberos', { request_type: 'AS', client: 'PC1$/CORP', service: 'krbtgt/CORP', success: false },
    { user: 'PC1$', userDomain: 'CORP', targetUser: 'krbtgt', targetDomain: 'CORP', service: 'krbtgt/CORP', authType: 'Kerberos', orientation: 'TGT', outcome: 'Fail' }],
  ['a service without realm, a client with two slashes', 'kerberos', { request_type: 'TGS', client: 'host/web/CORP', service: 'pc1$' },
    { user: 'host/web', userDomain: 'CORP', targetUser: 'pc1$', service: 'pc1$', authType: 'Kerberos', orientation: 'TGS' }],
  ['NTLM', 'ntlm', { username: 'ann', hostname: 'PC1', domainname: 'CORP', server_nb_computer_name: 'FILES', success: true },
    { user: 'ann', userDomain: 'CORP', targetUser: 'ann', targetDomain: 'FILES', authType: 'NTLM', logonType: 'Network', orientation: 'LogOn', outcome: 'Success' }],
  ['a share', 'smb_mapping', { path: '\\\\files.corp\\ADMIN$', share_type: 'DISK' },
    { targetUser: 'admin$', service: '\\\\files.corp\\ADMIN$', authType: 'SMB', logonType: 'Network', orientation: 'DISK' }],
  ['a file of a share, with a user', 'smb_files', { action: 'SMB::FILE_OPEN', path: 'docs', name: 'a', user: 'CORP\\ann' },
    { user: 'ann', userDomain: 'CORP', targetUser: 'docs', service: 'docs', authType: 'SMB', logonType: 'Network', orientation: 'SMB::FILE_OPEN' }],
  ['SSH', 'ssh', { auth_success: false, auth_attempts: 3, client: 'SSH-2.0-x', server: 'SSH-2.0-y' }, { authType: 'SSH', logonType: 'RemoteInteractive', orientation: 'LogOn', outcome: 'Fail' }],
  ['SSH whose outcome is not known', 'ssh', { auth_attempts: 0, client: 'SSH-2.0-x' }, { authType: 'SSH', logonType: 'RemoteInteractive', orientation: 'LogOn' }],
];

describe('Zeek: authentication events', () => {
  for (const [name, kind, fields, flow] of cases) {
    const json = bytesOf(`${JSON.stringify({ _path: kind, ...COMMON, ...fields })}\n`);
    const entries = Object.entries({ ...COMMON, ...fields });
    const cell = (value: unknown): string => (typeof value === 'boolean' ? (value ? 'T' : 'F') : String(value).replaceAll('\\', '\\\\'));
    const tsv = bytesOf(['#separator \\x09', `#path\t${kind}`, `#fields\t${entries.map(([key]) => key).join('\t')}`, entries.map(([, value]) => cell(value)).join('\t'), ''].join('\n'));
    for (const [layout, bytes] of [['JSON', json], ['TSV', tsv]] as const) {
      it(`${name}, ${layout}`, () => {
        const result = readAll(bytes);
        assert.equal(result.header.kind, kind);
        assert.deepEqual(flowsOf(result), [{ ...HOSTS, ...flow }]);
      });
    }

    it(`${name}: every member that has values names its columns`, () => {
      const { header, format } = readAll(json);
      const needed = format.flowFields(header);
      const some = readAll(json, { fields: new Set([...needed.values()].flat()) });
      assert.deepEqual(flowsOf(some), flowsOf(readAll(json)));
      const constant = ['authType', 'logonType', 'orientation'];
      for (const member of Object.keys(flow)) assert.ok(needed.has(member as never) || constant.includes(member), member);
    });
  }

  it('is refused by detectors that read flows, with the reason', () => {
    for (const [, kind, fields] of cases) {
      const { header } = readAll(bytesOf(`${JSON.stringify({ _path: kind, ...COMMON, ...fields })}\n`));
      for (const id of ['stateFrequency', 'stateOutliers']) assert.match(detectors.find((d) => d.id === id)?.refuses(header) ?? '', new RegExp(`not ${kind} records`));
    }
    assert.ok(formats.length > 6);
  });

  const real: readonly [path: string, rows: number, users: number][] = [
    ['data/zat/json/kerberos.log', -1, 2], ['data/zed-sample-data/zeek-default/ntlm.log.gz', -1, 1], ['data/zed-sample-data/zeek-json/ntlm.json.gz', -1, 1], ['data/otrf-zeek/apt29/day1/zeek/individual_zeek_logs/NASHUA_kerberos.log', -1, 0],
    ['data/stratosphere-testing/006-zeek-scenario-ssh/ssh.log', -1, 0], ['data/warmcookie/smb_mapping.log', -1, 0],
  ];
  for (const [path, , leastUsers] of real) {
    it(`reads the real ${path}`, function () {
      const result = readAll(fileBytes(needShared(this, path)));
      const flows = flowsOf(result);
      assert.ok(sharedPath(path) !== undefined && flows.length > 0 && flows.every((flow) => flow['source'] !== undefined && flow['authType'] !== undefined));
      assert.ok(new Set(flows.map((flow) => flow['user']).filter((user) => user !== undefined)).size >= leastUsers);
    });
  }
});
