import * as assert from 'node:assert/strict';
import { recogniseMapped } from '../../../server/core/formats/csvMapping';
import { MAX_COLUMNS, uniqueNames } from '../../../server/core/formats/columnNames';
import { recognise } from '../../../server/core/formats/registry';
import { isTimeFormat, timeReader } from '../../../server/core/formats/timeFormat';
import { bytesOf, codes, readAll } from './reading';

/** Of the processor. Tells linear from quadratic work on 64 kB. */
const LIMIT_MILLISECONDS = 2000;

function milliseconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

describe('heads made to take long', () => {
  const wide = (start: string, cell: string): string => start + cell.repeat(Math.floor((65_536 - start.length) / cell.length));
  const heads: [name: string, text: string][] = [
    ['equal names', wide('a', ',a')], ['names that look like numbered ones', wide('a,a#2', ',a#2,a')], ['Argus without an end', wide('StartTime,', 'Proto,')],
    ['Argus with many addresses', wide('StartTime,', 'Proto,SrcAddr')], ['FlexFringe', wide('id:a,symb:b', ',id:a')], ['nfdump', wide('ts,sa,da,pr,pkt', ',x')], ['Zeek', wide('#fields\tts', '\tts')],
    ['Zeek, joined', wide('#fields\tts', '   label')], ['many #fields lines', wide('', '#fields\ta\n')], ['nested JSON', wide('{"ts":', '[')], ['many keys', wide('{"ts":1', ',"a":1')], ['quotes', wide('', '"')], ['digits', wide('', '9')], ['blanks', wide('', ' ')],
  ];
  for (const [name, text] of heads) {
    it(name, () => {
      const bytes = bytesOf(text);
      const started = milliseconds();
      const header = recognise(bytes);
      recogniseMapped(bytes, { columns: { time: 1 } });
      assert.ok(milliseconds() - started < LIMIT_MILLISECONDS);
      assert.ok((header?.fields.length ?? 0) <= MAX_COLUMNS);
    });
  }

  it('a file with more columns than a log can have is none, or says so', () => {
    const names = (count: number): string => Array.from({ length: count }, (_, i) => `c${i}`).join('\t');
    assert.equal(recognise(bytesOf(`#fields\t${names(MAX_COLUMNS)}\n`))?.fields.length, MAX_COLUMNS);
    assert.equal(recognise(bytesOf(`#fields\t${names(MAX_COLUMNS + 1)}\n`)), undefined);
    const mapped = recogniseMapped(bytesOf(names(MAX_COLUMNS + 1)), { delimiter: '\t', columns: { time: 1 } });
    assert.ok('code' in mapped && mapped.code === 'too-many-columns' && mapped.next !== '');
  });

  it('a header in the middle with too many columns is told, and not taken over', () => {
    const result = readAll(bytesOf(`#path\tx\n#fields\ta\n#types\tstring\n1\n#fields\t${Array.from({ length: MAX_COLUMNS + 1 }, (_, i) => `c${i}`).join('\t')}\n2\n`));
    assert.deepEqual([codes(result.problems), result.rows], [['too-many-columns'], 2]);
  });

  it('unique names are those that were there before', () => {
    assert.deepEqual(uniqueNames(['a', 'a#2', 'a', 'a', 'b', 'a#2']), ['a', 'a#2', 'a#3', 'a#4', 'b', 'a#2#2']);
  });

  it('blanks in a time pattern take no time', () => {
    const cell = bytesOf(`2024${' '.repeat(40)}x`);
    const started = milliseconds();
    for (const pattern of [`%Y${' '.repeat(30)}%m %d`, `%Y${' \t'.repeat(15)}%m %d`]) {
      assert.ok(isTimeFormat(pattern));
      assert.ok(Number.isNaN(timeReader(pattern)(cell, 0, cell.length)));
    }
    assert.equal(timeReader('%Y   %m\t%d')(bytesOf('2024 1  2'), 0, 9), Date.UTC(2024, 0, 2) / 1000);
    assert.ok(milliseconds() - started < LIMIT_MILLISECONDS);
  });

  it('millions of line ends, and of short lines, are counted', () => {
    for (const line of ['\n', '\r\n', 'a\n', '#\n', ' \n', '{\n']) {
      const started = milliseconds();
      const header = '#path\tconn\n#fields\tts\tuid\tproto\n#types\ttime\tstring\tenum\n';
      assert.equal(readAll(bytesOf(header + line.repeat(1_000_000))).lines, 1_000_003);
      assert.ok(milliseconds() - started < LIMIT_MILLISECONDS, JSON.stringify(line));
    }
  });
});
