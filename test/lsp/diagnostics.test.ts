import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { FileFindings, FlaggedLine } from '../../server/engine/api';
import { fileDiagnostics } from '../../server/lsp/diagnostics';

const flagged = (line: number, score = 95): FlaggedLine => ({ line, startCharacter: 0, endCharacter: 40, score, band: score >= 90 ? 'high' : score >= 50 ? 'medium' : 'low', message: `line ${line}`, finding: `f${line}`, group: 'g1' });
const problem = (line: number, severity: 'error' | 'warning' | 'info' = 'error') => ({ code: 'column-count', severity, message: 'Too few columns.', next: 'Check the header.', line });
const file = (lines: readonly FlaggedLine[], total = lines.length, problems: FileFindings['problems'] = [], problemTotal = problems.length): FileFindings => ({ lines, total, problems, problemTotal });

describe('lsp/diagnostics', () => {
  it('severity follows the band, order and text are the session\'s, the code is the score', () => {
    const made = fileDiagnostics('file:///conn.log', file([flagged(5, 95), flagged(2, 60), flagged(9, 10)]), 500, true);
    assert.deepEqual(made.map((one) => [one.range.start.line, one.severity, one.message, one.code]), [[5, 1, 'line 5', 'score 95.0'], [2, 2, 'line 2', 'score 60.0'], [9, 3, 'line 9', 'score 10.0']]);
    assert.deepEqual(made[0].range, { start: { line: 5, character: 0 }, end: { line: 5, character: 40 } });
    const href = made[0].codeDescription?.href ?? '';
    assert.deepEqual(JSON.parse(decodeURIComponent(href.slice(href.indexOf('?') + 1))), [{ uri: 'file:///conn.log', line: 5 }]);
    assert.ok(href.startsWith('command:anomaline.showRootCause?'));
  });

  it('underlines the field that is to blame', () => {
    const [made] = fileDiagnostics('file:///x', file([{ ...flagged(3), startCharacter: 7, endCharacter: 12 }]), 500, false);
    assert.deepEqual(made.range, { start: { line: 3, character: 7 }, end: { line: 3, character: 12 } });
  });

  it('links only for clients that follow them', () => assert.equal(fileDiagnostics('file:///x', file([flagged(1)]), 500, false)[0].codeDescription, undefined));

  it('problems come after findings and say the next step', () => {
    const made = fileDiagnostics('file:///x', file([flagged(1)], 1, [problem(3), problem(4, 'warning'), problem(5, 'info')]), 500, false);
    assert.deepEqual(made.slice(1).map((one) => [one.range.start.line, one.severity, one.message, one.code]), [
      [3, 2, 'Too few columns. Check the header.', 'column-count'], [4, 3, 'Too few columns. Check the header.', 'column-count'], [5, 4, 'Too few columns. Check the header.', 'column-count']]);
  });

  it('states on line 0 how many are hidden, of both sorts', () => {
    const made = fileDiagnostics('file:///x', file(Array.from({ length: 10 }, (_, i) => flagged(i)), 1_234, [problem(1), problem(2)], 50), 10, false);
    assert.equal(made.length, 11);
    const last = made[10];
    assert.deepEqual([last.range.start.line, last.severity, last.code], [0, 3, 'hidden']);
    assert.match(String(last.message), /^1,225 of 1,234 flagged lines and 49 of 50 damaged lines of this log are not underlined/);
  });

  it('never more than the limit and its summary; what is shown and hidden adds up', () => {
    fc.assert(fc.property(fc.nat(40), fc.nat(40), fc.nat(30), fc.nat(100), fc.integer({ min: 1, max: 50 }), (total, problemTotal, kept, _, limit) => {
      const lines = Array.from({ length: Math.min(total, limit) }, (_none, i) => flagged(i));
      const problems = Array.from({ length: Math.min(problemTotal, kept) }, (_none, i) => problem(i));
      const made = fileDiagnostics('file:///x', file(lines, total, problems, problemTotal), limit, false);
      const summary = made.find((one) => one.code === 'hidden'), shown = made.filter((one) => one !== summary);
      assert.ok(shown.length <= limit);
      const hidden = [...(String(summary?.message).matchAll(/(\d+) of \d+ /g))].reduce((sum, [, n]) => sum + Number(n), 0);
      assert.equal(shown.length + hidden, total + problemTotal);
    }), { seed: 4 });
  });
});
