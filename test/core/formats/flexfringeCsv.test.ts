import * as assert from 'node:assert/strict';
import { recognise } from '../../../server/core/formats/registry';
import { needShared } from '../../support/shared';
import { bytesOf, fileBytes, readAll, rowsOf } from './reading';

const log = (...lines: string[]): Uint8Array => bytesOf(`${lines.join('\n')}\n`);

describe('FlexFringe CSV', () => {
  it('reads roles as they are written, numbers where all are numbers', () => {
    const result = readAll(log('timestamp, id:src,symb:proto,symb:bytes,num_bytes,attr:x,type:label', '0.616,10.0.1.11, 17 ,0,87,1.5,benign', '0.623,10.0.1.12,6,1,,2,malicious'));
    assert.deepEqual([result.header.kind, result.header.fields.map((field) => field.type)], ['flexfringe', ['time', 'text', 'text', 'text', 'number', 'number', 'text']]);
    assert.deepEqual(rowsOf(result.tables)[0], { '@line': 1, '@start': 68, '@length': 36, timestamp: 0.616, 'id:src': '10.0.1.11', 'symb:proto': '17', 'symb:bytes': '0', num_bytes: 87, 'attr:x': 1.5, 'type:label': 'benign' });
    assert.deepEqual([...result.format.flowFields(result.header)], [['source', ['id:src']], ['symbol', ['symb:proto', 'symb:bytes']], ['label', ['type:label']], ['time', ['timestamp']]]);
    const { symbol } = result.format.flow(result.header, result.tables[0]);
    assert.deepEqual(symbol && Array.from(symbol.codes, (code) => symbol.dictionary.text(code)), ['17__0', '6__1']);
  });

  it('accepts the bare role words, and gives up short lines', () => {
    const { rows, damaged } = readAll(log('id,symb', 'a,1', 'b', 'c,2'));
    assert.deepEqual([rows, damaged], [2, 1]);
  });

  it('is not taken in by other CSV', () => {
    for (const text of ['identity,symbol\n1,2\n', 'id,name\n1,2\n', 'symb:a,b\n']) assert.equal(recognise(bytesOf(text)), undefined);
  });

  it('reads the golden files', function () {
    const { header, rows, damaged, problems } = readAll(fileBytes(needShared(this, 'golden/sequent/train.csv')));
    assert.deepEqual([rows, damaged, problems, header.fields.map((field) => field.type).join()], [6000, 0, [], 'time,text,text,text,number,number,number,text,text,text,text']);
  });
});
