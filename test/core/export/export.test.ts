import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { toCsv } from '../../../server/core/export/csv';
import { toJsonl } from '../../../server/core/export/jsonl';
import { toMarkdown } from '../../../server/core/export/markdown';
import type { FindingRecord, RunRecord } from '../../../server/core/export/record';
import { visible } from '../../../server/core/util/visible';
import { toSarif } from '../../../server/core/export/sarif';

const finding: FindingRecord = {
  id: 'day2/conn.log@900', file: 'day2/conn.log', line: 12, byteStart: 900, byteEnd: 1012, score: 87.5, raw: 21.25, band: 'high', detector: 'stateFrequency', entity: '10.0.0.5 -> 10.0.0.7',
  rootCause: { state: 4, symbol: 77, text: 'tcp to port 22, refused (REJ)' }, message: 'tcp to port 22: never seen in 300 baseline rows.',
  evidence: [{ name: 'kind', value: 20, text: 'none of 300' }, { name: 'order', value: 1.25, text: '0 of 7 times' }],
  rows: 3, lines: { 'day2/conn.log': [12, 13], 'day2/odd #1?.log': [4] }, timeSpan: [1000, 1005.5],
};
const second: FindingRecord = { ...finding, id: 'a.log@0', file: '/logs/ä b.log', line: 1, score: 76, band: 'low', lines: { '/logs/ä b.log': [1] }, rows: 1, message: 'one, "two"\nthree' };
const third: FindingRecord = { ...second, id: 'a.log@50', line: 2, band: 'medium', rootCause: { state: 9, symbol: 5, text: 'udp | <b>odd</b>' }, entity: '=cmd()' };
const run: RunRecord = { version: '0.1.0', detector: 'stateFrequency', acceptance: 0.001, threshold: 75, logs: 2, rows: 12345, flagged: 5, findings: 4, skipped: [{ path: 'x_y.log', reason: 'no flows' }] };

describe('JSON lines', () => {
  it('are one whole object a line', () => {
    const lines = toJsonl([finding, second]).split('\n');
    assert.equal(lines.pop(), '');
    assert.deepEqual(lines.map((line) => JSON.parse(line) as unknown), [finding, second]);
    assert.equal(toJsonl([]), '');
  });
});

/** Reads CSV by the grammar of RFC 4180, one character after the other. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [], cell = '', quoted = false;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted && c === '"' && text[i + 1] === '"') cell += text[++i];
    else if (c === '"') quoted = !quoted;
    else if (!quoted && c === ',') cell = (row.push(cell), '');
    else if (!quoted && c === '\r' && text[i + 1] === '\n') [row, cell, i] = (row.push(cell), rows.push(row), [[], '', i + 1]);
    else cell += c;
  }
  return rows;
}

describe('CSV', () => {
  it('has a header and one line a finding', () => {
    assert.equal(toCsv([finding]), 'file,line,byteStart,byteEnd,score,raw,band,detector,entity,rows,state,symbol,rootCause,message\r\n'
      + 'day2/conn.log,12,900,1012,87.5,21.25,high,stateFrequency,10.0.0.5 -> 10.0.0.7,3,4,77,"tcp to port 22, refused (REJ)",tcp to port 22: never seen in 300 baseline rows.\r\n');
    assert.deepEqual(toCsv([]).split('\r\n').length, 2);
  });

  it('keeps any text, what is hidden written out, and none that a spreadsheet would run', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', 'a') })), { minLength: 1, maxLength: 5 }), (texts) => {
      const rows = readCsv(toCsv(texts.map((message) => ({ ...finding, message }))));
      assert.equal(rows.length, texts.length + 1);
      texts.forEach((text, i) => {
        const cell = rows[i + 1][13];
        assert.ok([cell, cell.replace(/(^|;)([\s"']*)'(?=[=+\-@])/g, '$1$2')].includes(visible(text)), cell);
        if (!/^-\d+$/.test(cell)) assert.doesNotMatch(cell, /(^|;)[\s"]*[=+\-@]/);
      });
    }));
  });

  it('leaves negative numbers numbers', () => assert.match(toCsv([{ ...finding, raw: -1.5 }]), /,-1\.5,/));
});

describe('Markdown', () => {
  it('is a report by root cause, worst first', () => {
    assert.equal(toMarkdown([finding, second, third], run), `# Anomaline report

4 findings (5 of 12,345 rows in 2 logs), detector stateFrequency, at most 0.001 of baseline rows flagged (score 75.0 and above).

The worst 3 are listed.

## tcp to port 22, refused (REJ) (state 4)

| score | line | entity | rows | what was seen |
|---:|---|---|---:|---|
| 87.5 | day2/conn.log:12 | 10.0.0.5 -\\> 10.0.0.7 | 3 | tcp to port 22: never seen in 300 baseline rows. |
| 76.0 | /logs/ä b.log:1 | 10.0.0.5 -\\> 10.0.0.7 | 1 | one, "two" three |

## udp \\| \\<b\\>odd\\</b\\> (state 9)

| score | line | entity | rows | what was seen |
|---:|---|---|---:|---|
| 76.0 | /logs/ä b.log:2 | =cmd() | 1 | one, "two" three |

## Not scored

- x\\_y.log: no flows
`);
  });

  it('says so when there is nothing', () => assert.match(toMarkdown([], { ...run, findings: 0, flagged: 0, skipped: [] }), /^# Anomaline report\n\n0 findings \(0 of 12,345 rows in 2 logs\)[^\n]*\n$/));
});

describe('SARIF', () => {
  interface Location { readonly physicalLocation: { readonly artifactLocation: { readonly uri: string }; readonly region: Readonly<Record<string, number>> } }
  interface Log {
    readonly version: string;
    readonly $schema: string;
    readonly runs: readonly {
      readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string; readonly shortDescription: { readonly text: string } }[] } };
      readonly invocations: readonly { readonly executionSuccessful: boolean; readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[] }[];
      readonly results: readonly { readonly ruleId: string; readonly level: string; readonly rank: number; readonly message: { readonly text: string }; readonly locations: readonly Location[]; readonly relatedLocations: readonly Location[] }[];
    }[];
  }
  const log = JSON.parse(toSarif([finding, second, third], run)) as Log;
  const [only] = log.runs;

  it('has what version 2.1.0 requires', () => {
    assert.equal(log.version, '2.1.0');
    assert.match(log.$schema, /sarif-2\.1\.0\.json$/);
    assert.equal(log.runs.length, 1);
    assert.equal(only.tool.driver.name, 'Anomaline');
    assert.equal(only.invocations[0].executionSuccessful, true);
    assert.deepEqual(only.invocations[0].toolExecutionNotifications.map((n) => n.message.text), ['x_y.log was not scored: no flows']);
    for (const result of only.results) {
      assert.ok(result.message.text.length > 0 && ['none', 'note', 'warning', 'error'].includes(result.level) && result.rank >= 0 && result.rank <= 100);
      assert.ok(only.tool.driver.rules.some((rule) => rule.id === result.ruleId));
      for (const { physicalLocation } of [...result.locations, ...result.relatedLocations]) {
        const { region, artifactLocation } = physicalLocation;
        assert.ok(region['startLine'] >= 1 && (region['byteOffset'] ?? 0) >= 0 && (region['byteLength'] ?? 0) >= 0);
        assert.match(artifactLocation.uri, /^[A-Za-z0-9\-._~:/%!$&'()*+,;=@]*$/, 'a URI reference without query and fragment');
      }
    }
    assert.equal(new Set(only.tool.driver.rules.map((rule) => rule.id)).size, only.tool.driver.rules.length);
  });

  it('places, levels and rules of the findings', () => {
    assert.deepEqual(only.results.map((r) => r.level), ['error', 'note', 'warning']);
    assert.deepEqual(only.tool.driver.rules.map((r) => r.shortDescription.text), ['tcp to port 22, refused (REJ)', 'udp | <b>odd</b>']);
    assert.deepEqual(only.results[0].locations[0].physicalLocation, { artifactLocation: { uri: 'day2/conn.log' }, region: { startLine: 12, byteOffset: 900, byteLength: 112 } });
    assert.deepEqual(only.results[0].relatedLocations.map((l) => l.physicalLocation.artifactLocation.uri), ['day2/conn.log', 'day2/conn.log', 'day2/odd%20%231%3F.log']);
    assert.equal(only.results[1].locations[0].physicalLocation.artifactLocation.uri, 'file:///logs/%C3%A4%20b.log');
  });

  it('lists a hundred related places at most', () => {
    const big = { ...finding, lines: { 'a.log': Array.from({ length: 5000 }, (_, i) => i + 1) } };
    assert.equal((JSON.parse(toSarif([big], run)) as Log).runs[0].results[0].relatedLocations.length, 100);
  });
});
