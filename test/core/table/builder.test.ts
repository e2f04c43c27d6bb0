import * as assert from 'node:assert/strict';
import { TableBuilder } from '../../../server/core/table/builder';
import type { NumberBuilder, TextBuilder } from '../../../server/core/table/builder';
import { bytesOf, values } from '../formats/reading';

function put(builder: TableBuilder, text: string): void {
  const bytes = bytesOf(text);
  (builder.column('t', 'text') as TextBuilder).set(builder.row, bytes, 0, bytes.length);
}

describe('table builder', () => {
  it('grows, keeps places, and leaves out what is not set', () => {
    const builder = new TableBuilder(1000);
    const numbers = builder.column('n', 'number') as NumberBuilder;
    for (let i = 0; i < 999; i++) {
      if (i % 3 === 0) numbers.set(builder.row, i);
      assert.equal(builder.endRow(i, i * 10, 9), false);
    }
    assert.equal(builder.endRow(999, 9990, 9), true);
    const table = builder.take();
    assert.equal(table.rowCount, 1000);
    assert.deepEqual(values([table], 'n').slice(0, 4), [0, undefined, undefined, 3]);
    assert.deepEqual([table.places.line[500], table.places.byteStart[500], table.places.byteLength[500]], [500, 5000, 9]);
    numbers.set(builder.row, 7);
    builder.endRow(0, 0, 1);
    assert.deepEqual(values([builder.take()], 'n'), [7]);
    assert.equal(values([table], 'n')[0], 0, 'a table that was taken does not change any more');
  });

  it('adds columns at any time', () => {
    const builder = new TableBuilder();
    builder.endRow(0, 0, 1);
    put(builder, 'late');
    builder.endRow(1, 2, 1);
    assert.deepEqual(values([builder.take()], 't'), [undefined, 'late']);
  });

  it('clears a row that is given up', () => {
    const builder = new TableBuilder();
    put(builder, 'x');
    (builder.column('n', 'number') as NumberBuilder).set(0, 5);
    builder.clearRow();
    builder.endRow(0, 0, 1);
    const table = builder.take();
    assert.deepEqual([values([table], 't'), values([table], 'n')], [[undefined], [undefined]]);
  });

  it('shares dictionaries between tables until they are too big', () => {
    const builder = new TableBuilder(2, 3);
    const tables = ['a', 'b', 'a', 'c', 'd', 'a'].flatMap((text, i) => {
      put(builder, text);
      return builder.endRow(i, i, 1) ? [builder.take()] : [];
    });
    const dictionaries = tables.map((table) => {
      const column = table.columns.get('t');
      return column?.kind === 'text' ? column.dictionary : undefined;
    });
    assert.deepEqual([dictionaries[0] === dictionaries[1], dictionaries[1] === dictionaries[2]], [true, false]);
    assert.deepEqual(values(tables, 't'), ['a', 'b', 'a', 'c', 'd', 'a']);
  });
});
