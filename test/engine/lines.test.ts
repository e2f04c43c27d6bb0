import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { recognise } from '../../server/core/formats/registry';
import type { LogHeader } from '../../server/core/formats/format';
import { fieldsOfText } from '../../server/engine/lines';
import { connLine, connLog } from '../support/logs';

describe('fields of a line', () => {
  const header = recognise(Buffer.from(connLog([{ time: 1 }]))) as LogHeader;
  const names = header.fields.map((field) => field.name);

  it('stand where an editor counts them, whatever characters come before', () => {
    const note = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[\t\r\n\p{Surrogate}]/u.test(text));
    fc.assert(fc.property(note, note, (service, text) => {
      const line = connLine({ time: 1, service, note: text }), fields = fieldsOfText(header, line);
      assert.deepEqual(fields.map((f) => line.slice(f.startCharacter, f.endCharacter)), line.split('\t'));
      assert.deepEqual(fields.map((f) => [f.name, f.text]), line.split('\t').map((cell, i) => [names[i], cell]));
    }));
  });

  for (const line of ['', 'one', 'a\tb', `${connLine({ time: 1 })}\tmore\tand more`]) it(`a line of another shape has what it has: ${JSON.stringify(line.slice(-20))}`, () => {
    for (const { startCharacter, endCharacter, text } of fieldsOfText(header, line)) assert.equal(line.slice(startCharacter, endCharacter), text);
  });
});
