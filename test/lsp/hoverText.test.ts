import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { LineDetail } from '../../server/engine/api';
import { visible } from '../../server/core/util/visible';
import { lineMarkdown, literal } from '../../server/lsp/hoverText';

const detail: LineDetail = {
  fields: [{ name: 'id.orig_h', text: '10.0.0.1', startCharacter: 0, endCharacter: 8 }, { name: 'note', text: '<img src=x>|[a](http://b)', startCharacter: 9, endCharacter: 30 }],
  symbol: { number: 12, words: 'tcp, 60-74 bytes' }, entity: '10.0.0.1 -> 10.0.0.2', state: 4, score: 97.26, raw: 3.5, band: 'high',
  evidence: [{ name: 'rare', value: 2.25, text: 'never seen' }, { name: 'burst', value: 1.25, text: 'seen 389 times' }],
  expected: [{ words: 'udp, under 60 bytes', share: 0.91 }], group: 'g', finding: 'f',
};
const at = { uri: 'file:///conn.log', line: 3, character: 2, commandLinks: true };

describe('lsp/hoverText', () => {
  it('shows score, symbol, parts with their sum, what was expected, links and all fields', () => {
    assert.equal(lineMarkdown(detail, at), [
      '**Score 97.3 of 100**, high · 10\\.0\\.0\\.1 \\-\\> 10\\.0\\.0\\.2 · state 4',
      'Symbol 12: tcp\\, 60\\-74 bytes',
      '| part | value | why |\n| :-- | --: | :-- |\n| rare | 2.250 | never seen |\n| burst | 1.250 | seen 389 times |\n| **raw score** | **3.500** | sum, in nats |',
      '| expected here | |\n| --: | :-- |\n| 91.0 % | udp\\, under 60 bytes |\n| *seen* | tcp\\, 60\\-74 bytes |',
      '[Show Root Cause](command:anomaline.showRootCause?%5B%7B%22uri%22%3A%22file%3A%2F%2F%2Fconn.log%22%2C%22line%22%3A3%7D%5D) · [Show State](command:anomaline.openAutomaton?%5B%7B%22uri%22%3A%22file%3A%2F%2F%2Fconn.log%22%2C%22line%22%3A3%7D%5D) · [Next Finding](command:anomaline.nextFinding?%5B%7B%22uri%22%3A%22file%3A%2F%2F%2Fconn.log%22%2C%22line%22%3A3%7D%5D)',
      '| field | value |\n| :-- | :-- |\n| **id\\.orig\\_h** | 10\\.0\\.0\\.1 |\n| note | \\<img src\\=x\\>\\|\\[a\\]\\(http\\:\\/\\/b\\) |',
    ].join('\n\n'));
  });

  it('says why a line has no score', () => {
    assert.equal(lineMarkdown({ fields: [], evidence: [], expected: [], reason: 'dns logs hold no flows' }, at), '**Not scored**: dns logs hold no flows');
  });

  it('has no links for other editors; a line that is not flagged leads to its state alone, one without a state nowhere', () => {
    const without = (...keys: (keyof LineDetail)[]): LineDetail => Object.fromEntries(Object.entries(detail).filter(([key]) => !keys.includes(key as keyof LineDetail))) as unknown as LineDetail;
    const [unflagged, nowhere] = [without('group'), without('group', 'state')];
    for (const text of [lineMarkdown(detail, { ...at, commandLinks: false }), lineMarkdown(nowhere, at)]) assert.ok(!text.includes('command:'));
    assert.deepEqual(lineMarkdown(unflagged, at).match(/command:[\w.]+/g), ['command:anomaline.openAutomaton']);
  });

  it('cuts long values', () => assert.equal(literal('a'.repeat(10_000_000)).length, 200 + 7));

  it('log text stays literal: every mark of Markdown is escaped, no line ends remain', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 150 }), (text) => {
      const made = literal(text);
      assert.ok(!/[\n\r\u2028\u2029]/.test(made));
      assert.equal(made.replace(/\\([!-/:-@[-`{-~])/g, '').match(/[!-/:-@[-`{-~]/g), null);
      assert.equal(made.replace(/\\([!-/:-@[-`{-~])/g, '$1'), visible(text));
    }), { seed: 5, numRuns: 500 });
  });
});
