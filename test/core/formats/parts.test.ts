import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { readIn, recognised, rowsOf } from './reading';
import { samples } from './samples';

describe('any format, read in any pieces', () => {
  for (const [name, bytes] of samples) {
    const { header, format } = recognised(bytes);
    const whole = readIn(format, header, bytes, []);
    const rows = rowsOf(whole.tables);

    describe(name, () => {
      it('has rows whose places are theirs', () => {
        assert.ok(whole.rows > 1 && rows.length === whole.rows);
        let previous = -1;
        for (const row of rows) {
          const start = row['@start'] as number;
          const end = start + (row['@length'] as number);
          assert.ok(start > previous && end <= bytes.length && !bytes.subarray(start, end).includes(10));
          assert.ok(start === 0 || bytes[start - 1] === 10 || start === 3, 'a row starts a line');
          assert.ok(bytes[end] === 10 || (bytes[end] === 13 && bytes[end + 1] === 10), 'and ends one');
          assert.equal(bytes.subarray(0, start).filter((byte) => byte === 10).length, row['@line']);
          previous = start;
        }
      });

      it('is the same for every size of chunks', () => {
        for (let size = 1; size <= bytes.length; size = size < 40 ? size + 1 : size * 2) {
          const cuts = Array.from({ length: Math.ceil(bytes.length / size) - 1 }, (_, i) => (i + 1) * size);
          const pieces = readIn(format, header, bytes, cuts);
          assert.deepEqual([rowsOf(pieces.tables), pieces.problems, pieces.lines, pieces.rows, pieces.damaged], [rows, whole.problems, whole.lines, whole.rows, whole.damaged], `chunks of ${size}`);
        }
      });

      it('is the same for any chunks and any size of tables', () => {
        fc.assert(
          fc.property(fc.array(fc.nat(bytes.length), { maxLength: 8 }), fc.integer({ min: 1, max: 9 }), (ends, batchRows) => {
            const pieces = readIn(format, header, bytes, ends.sort((a, b) => a - b), { batchRows });
            assert.deepEqual([rowsOf(pieces.tables), pieces.problems], [rows, whole.problems]);
            assert.ok(pieces.tables.every((table) => table.rowCount > 0 && table.rowCount <= batchRows));
          }),
          { seed: 6, numRuns: 100 },
        );
      });

      it('is the same in two parts that meet at any line', () => {
        const lineStarts = [...bytes.keys()].filter((i) => i > 0 && bytes[i - 1] === 10);
        for (const [i, at] of lineStarts.entries()) {
          const first = readIn(format, header, bytes.subarray(0, at), []);
          const second = readIn(format, header, bytes.subarray(at), [], { byteOffset: at, lineOffset: i + 1 });
          assert.deepEqual([...rowsOf(first.tables), ...rowsOf(second.tables)], rows, `parts meet at byte ${at}`);
          assert.deepEqual([first.lines + second.lines, first.damaged + second.damaged], [whole.lines, whole.damaged]);
        }
      });

      it('reads a last line without its end', () => {
        const ended = bytes[bytes.length - 2] === 13 ? 2 : 1;
        const open = readIn(format, header, bytes.subarray(0, bytes.length - ended), []);
        assert.deepEqual([rowsOf(open.tables), open.lines], [rows, whole.lines]);
      });

      it('reads wanted fields as it reads all', () => {
        for (const field of header.fields) {
          const { tables } = readIn(format, header, bytes, [], { fields: new Set([field.name, 'nobody']) });
          const expected = rows.map((row) => ({ '@line': row['@line'], '@start': row['@start'], '@length': row['@length'], ...(row[field.name] !== undefined && { [field.name]: row[field.name] }) }));
          assert.deepEqual(rowsOf(tables), expected);
          assert.deepEqual([...tables[0].columns.keys()], [field.name]);
        }
      });

      it('cuts its rows into ranges that lie in the line, in order', () => {
        for (const row of rows) {
          const line = bytes.subarray(row['@start'] as number, (row['@start'] as number) + (row['@length'] as number));
          const ranges = format.split(header, line);
          assert.ok(ranges.length > 1);
          let at = 0;
          for (const { field, start, end } of ranges) {
            assert.ok(start >= at && end >= start && end <= line.length && header.fields[field] !== undefined);
            at = end;
          }
        }
      });

      it('survives structured cloning of its header', () => {
        assert.deepEqual(rowsOf(readIn(format, structuredClone(header), bytes, []).tables), rows);
      });
    });
  }
});
