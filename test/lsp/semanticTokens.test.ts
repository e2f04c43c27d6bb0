import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { columnRole, columnRoles } from '../../server/lsp/columnRoles';
import { encodeTokens } from '../../server/lsp/semanticTokens';

const roles: Readonly<Record<string, string>> = {
  ts: 'logTime', duration: 'logTime', StartTime: 'logTime', Dur: 'logTime', uid: 'logIdentifier', 'id.orig_h': 'logHost', id_resp_h: 'logHost', SrcAddr: 'logHost', da: 'logHost', query: 'logHost',
  'id.orig_p': 'logPort', id_resp_p: 'logPort', Dport: 'logPort', Sport: 'logPort', sp: 'logPort', proto: 'logProtocol', Proto: 'logProtocol', service: 'logProtocol', conn_state: 'logProtocol', State: 'logProtocol',
  orig_bytes: 'logNumber', TotPkts: 'logNumber', SrcBytes: 'logNumber', ibyt: 'logNumber', sTos: 'logNumber', Label: 'logLabel', 'detailed-label': 'logLabel', history: 'logProtocol', local_orig: 'logText', user_agent: 'logText',
};

describe('lsp/semanticTokens', () => {
  for (const [name, role] of Object.entries(roles)) it(`column ${name} is ${role}`, () => assert.equal(columnRole(name), role));

  it('tokens decode to the fields they were made of', () => {
    const field = fc.record({ gap: fc.nat(5), length: fc.nat(9), name: fc.constantFrom(...Object.keys(roles)) });
    fc.assert(fc.property(fc.array(fc.array(field, { maxLength: 6 }), { maxLength: 8 }), fc.nat(1_000_000), (shape, first) => {
      const lines = shape.map((fields) => {
        let at = 0;
        return fields.map(({ gap, length, name }) => ({ name, startCharacter: (at += gap), endCharacter: (at += length) }));
      });
      const wanted = lines.flatMap((fields, i) => fields.filter((one) => one.endCharacter > one.startCharacter).map((one) => [first + i, one.startCharacter, one.endCharacter, columnRole(one.name)]));
      const data = encodeTokens(lines, first), decoded: unknown[] = [];
      for (let i = 0, line = 0, character = 0; i < data.length; i += 5) {
        character = data[i] === 0 ? character + data[i + 1] : data[i + 1];
        line += data[i];
        decoded.push([line, character, character + data[i + 2], columnRoles[data[i + 3]]]);
      }
      assert.deepEqual(decoded, wanted);
    }), { seed: 6 });
  });
});
