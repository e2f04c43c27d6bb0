import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Page, PageParams } from '../../server/protocol/places';
import type { FindingRow, FindingSummary, RootCauseGroup } from '../../server/protocol/rootCauses';
import { CausesTree } from '../../webview/rootCauses/causesTree';
import { findingFilter, isFiltered, noFilters } from '../../webview/rootCauses/filters';
import { type Branch, indexOf, pathAt, sizeOf } from '../../webview/rootCauses/flatTree';
import { gather, joined } from '../../webview/rootCauses/gather';
import { idsOf, type Item, keyOf } from '../../webview/rootCauses/items';
import { csvField, plain, writers } from '../../webview/rootCauses/reports';
import { Selection } from '../../webview/rootCauses/selection';
import { sparkPath } from '../../webview/rootCauses/spark';

const group = (id: string, text = `cause ${id}`): RootCauseGroup => ({ id, state: Number(id.slice(1)), text, findings: 2, rows: 4, entities: 1, score: 99.25, band: 'high', timeSpan: [1_700_000_000, 1_700_000_060] });
const finding = (id: string, entity = '10.0.0.1 -> 10.0.0.2'): FindingSummary => ({ id, entity, rows: 2, score: 98, band: 'medium', place: { uri: 'file:///c/a.log', line: 3, startCharacter: 0, endCharacter: 9 } });
const line = (at: number, message = 'seen never'): FindingRow => ({ place: { uri: 'file:///c/a.log', line: at, startCharacter: 0, endCharacter: 9 }, path: 'a.log', score: 97.5, band: 'low', time: 1_700_000_000 + at, message });

/** A capture with `groups` groups of `findings` findings of `lines` lines, answered page by page. */
function server(groups: number, findings: number, lines: number): { readonly ask: ConstructorParameters<typeof CausesTree>[0]; readonly asked: string[] } {
  const asked: string[] = [];
  const page = <T>(total: number, { start, count }: PageParams, make: (i: number) => T): Page<T> => ({ total, items: Array.from({ length: Math.max(0, Math.min(count, total - start)) }, (_, i) => make(start + i)) });
  const answer = (method: string, params: PageParams & { group?: string; finding?: string }): Page<unknown> => {
    asked.push(`${method.split('/')[1]} ${params.start}`);
    if (method === 'anomaline/groups') return page(groups, params, (i) => group(`g${i}`));
    if (method === 'anomaline/groupFindings') return page(findings, params, (i) => finding(`${params.group}f${i}`));
    return page(lines, params, (i) => line(i));
  };
  return { asked, ask: (async ({ method }: { method: string }, params: never) => answer(method, params)) as unknown as ConstructorParameters<typeof CausesTree>[0] };
}

const treeOf = (ask: ConstructorParameters<typeof CausesTree>[0]): CausesTree => new CausesTree(ask, { filter: '' }, 'score', () => undefined);

describe('root causes page: flat tree', () => {
  const branch: fc.Arbitrary<Branch> = fc.letrec<{ branch: Branch }>((tie) => ({
    branch: fc.record({ total: fc.nat(6), below: fc.array(fc.tuple(fc.nat(5), fc.oneof({ maxDepth: 2 }, fc.constant<Branch>({ total: 2, open: new Map() }), tie('branch'))), { maxLength: 3 }) })
      .map(({ total, below }) => ({ total, open: new Map(below.filter(([position]) => position < total)) })),
  })).branch;

  function paths({ total, open }: Branch, above: readonly number[] = []): number[][] {
    return Array.from({ length: total }, (_, i) => [[...above, i], ...(open.has(i) ? paths(open.get(i)!, [...above, i]) : [])]).flat();
  }

  it('has the rows of a tree that is written out, there and back', () => {
    fc.assert(fc.property(branch, (tree) => {
      const all = paths(tree);
      assert.equal(sizeOf(tree), all.length);
      all.forEach((path, index) => {
        assert.deepEqual(pathAt(tree, index), path);
        assert.equal(indexOf(tree, path), index);
      });
      assert.equal(pathAt(tree, all.length), undefined);
      assert.equal(pathAt(tree, -1), undefined);
    }));
  });

  it('of a row whose parent is closed, tells the parent', () => assert.equal(indexOf({ total: 5, open: new Map() }, [3, 2]), 3));
});

describe('root causes page: tree of pages', () => {
  it('asks for the pages in sight alone, of millions of lines', async () => {
    const { ask, asked } = server(3, 2, 2_000_000), tree = treeOf(ask);
    assert.equal(await tree.known(), 3);
    await tree.restore([['g1'], ['g1', 'g1f0']], [], new AbortController().signal);
    assert.equal(tree.size, 3 + 2 + 2_000_000);
    asked.length = 0;
    tree.want(1_000_003, 1_000_043);
    await new Promise((resolve) => setTimeout(resolve));
    assert.deepEqual(asked, ['findingRows 1000000']);
    const item = tree.itemAt(tree.pathAt(1_000_010)!);
    assert.equal(item?.kind === 'line' && item.line.place.line, 1_000_007);
  });

  it('finds what was open by its ids, wherever it is now', async () => {
    const tree = treeOf(server(1200, 700, 3).ask);
    await tree.known();
    const found = await tree.restore([['g900'], ['g900', 'g900f650'], ['gone']], [['g3']], new AbortController().signal);
    assert.deepEqual(Object.fromEntries(found), { g900: [900], g3: [3], 'g900\ng900f650': [900, 650] });
    assert.deepEqual(tree.openIds(), [['g900'], ['g900', 'g900f650']]);
    assert.equal(tree.size, 1200 + 700 + 3);
  });

  it('gives a range with what was never in sight', async () => {
    const tree = treeOf(server(1500, 1, 1).ask);
    await tree.known();
    const items = await tree.between(90, 1100, new AbortController().signal);
    assert.deepEqual(items.map((item) => item.group.id), Array.from({ length: 1011 }, (_, i) => `g${i + 90}`));
    assert.equal((await tree.allGroups(new AbortController().signal)).length, 1500);
  });

  it('says why a list failed and asks again when told', async () => {
    const { ask } = server(2, 1, 1);
    let broken = true;
    const tree = treeOf((async (method: { method: string }, params: never, signal: never) => { if (broken && method.method === 'anomaline/groupFindings') throw new Error('no scores'); return ask(method as never, params, signal); }) as unknown as typeof ask);
    await tree.known();
    await tree.open([0])!.known();
    assert.equal(tree.size, 3);
    assert.equal(tree.failureAt([0, 0]), 'no scores');
    broken = false;
    tree.retry([0, 0]);
    await new Promise((resolve) => setTimeout(resolve));
    assert.equal(idsOf(tree.itemAt([0, 0])!)[1], 'g0f0');
    tree.close([0]);
    assert.equal(tree.size, 2);
  });

  it('rejects where not even the groups can be had', () => assert.rejects(treeOf((() => Promise.reject(new Error('Score again.'))) as never).known(), /Score again/));
});

describe('root causes page: selection', () => {
  const a: Item = { kind: 'group', group: group('g1') }, b: Item = { kind: 'finding', group: group('g1'), finding: finding('f1') }, c: Item = { kind: 'line', group: group('g1'), finding: finding('f1'), line: line(7) }, d: Item = { kind: 'finding', group: group('g2'), finding: finding('f9') };
  const check = (selected: readonly Item[], roots: readonly Item[]): void => assert.deepEqual(new Selection(selected).roots(), roots);

  it('acts on each line once', () => {
    check([a, b, c, d], [a, d]);
    check([c, b], [b]);
    check([c, a], [a]);
    check([c, d], [c, d]);
  });

  it('knows items by their ids, not by what else changed', () => {
    const selection = new Selection([a]);
    assert.ok(selection.has({ kind: 'group', group: { ...group('g1'), score: 1 } }));
    selection.toggle({ kind: 'group', group: { ...group('g1'), findings: 9 } });
    assert.equal(selection.size, 0);
    selection.only([a, c]);
    selection.toggle(c);
    assert.deepEqual(selection.list(), [a]);
    assert.notEqual(keyOf(b), keyOf(c));
    assert.ok(keyOf(c).startsWith(keyOf(b)));
  });
});

describe('root causes page: filters', () => {
  const check = (filters: Partial<typeof noFilters>, brush: Parameters<typeof findingFilter>[1], expected: ReturnType<typeof findingFilter>): void => assert.deepEqual(findingFilter({ ...noFilters, ...filters }, brush), expected);

  it('asks for what the fields and the brush say together', () => {
    check({}, null, { filter: '' });
    check({ text: ' ssh ', host: '10.0', file: 'day2/**', bands: ['high'] }, null, { filter: 'ssh', host: '10.0', file: 'day2/**', bands: ['high'] });
    check({ from: '100', to: '200' }, { time: [150, 300] }, { filter: '', selection: { time: [150, 200] } });
    check({ from: 'soon' }, null, { filter: '' });
    const columns = { grouping: 'pair', order: 'first', filter: '', first: 0, last: 4 } as const;
    check({}, { columns }, { filter: '', selection: { columns } });
    check({ from: '100' }, null, { filter: '', selection: { time: [100, Number.MAX_VALUE] } });
    check({ bands: [] }, null, { filter: '', bands: [] });
  });

  it('knows whether anything is filtered', () => {
    assert.equal(isFiltered(findingFilter(noFilters, null)), false);
    assert.equal(isFiltered(findingFilter({ ...noFilters, bands: [] }, null)), true);
    assert.equal(isFiltered(findingFilter(noFilters, { time: [1, 2] })), true);
  });
});

describe('root causes page: reports', () => {
  const source = (findings: number, lines: number): Parameters<typeof gather>[2] => ({
    findings: async (id, { start, count }) => ({ total: findings, items: Array.from({ length: Math.min(count, findings - start) }, (_, i) => finding(`${id}f${start + i}`)) }),
    lines: async (_, { start, count }) => ({ total: lines, items: Array.from({ length: Math.min(count, lines - start) }, (__, i) => line(start + i)) }),
  });
  const text = async (items: readonly Item[], format: 'csv' | 'jsonl' | 'md', findings = 1, lines = 2, most = 1000): Promise<{ text: string; cut: boolean; lines: number }> => {
    const { parts, cut, lines: count } = await gather(items, writers[format], source(findings, lines), most, () => undefined);
    return { text: new TextDecoder().decode(joined(parts)), cut, lines: count };
  };
  const one: Item = { kind: 'group', group: group('g1', 'tcp, "no answer"') };

  it('writes CSV', async () => assert.equal((await text([one], 'csv', 1, 1)).text,
    'root_cause,state,entity,band,score,time,file,line,message\r\n"tcp, ""no answer""",1,10.0.0.1 -> 10.0.0.2,low,97.5,2023-11-14 22:13:20,a.log,1,seen never\r\n'));

  it('writes one JSON object a line', async () => {
    const { text: all } = await text([one], 'jsonl'), records = all.trimEnd().split('\n').map((record) => JSON.parse(record) as Record<string, unknown>);
    assert.deepEqual(records.map((record) => record['line']), [1, 2]);
    assert.equal(records[0]['seconds'], 1_700_000_000);
    assert.equal(records[0]['root_cause'], 'tcp, "no answer"');
  });

  it('writes Markdown with one heading for a group, whatever of it is selected', async () => {
    const f: Item = { kind: 'finding', group: group('g1'), finding: finding('f1') }, l: Item = { kind: 'line', group: group('g1'), finding: finding('f2'), line: line(4) };
    const { text: all } = await text([f, l], 'md');
    assert.equal(all, `# Findings

## cause g1

high, score 99.3 · 2 findings · 4 lines · 1 entity · state 1 · 2023-11-14 22:13:20 to 22:14:20

### 10.0.0.1 -\\> 10.0.0.2

medium, score 98 · 2 lines

- a.log:1 (2023-11-14 22:13:20), score 97.5: seen never
- a.log:2 (2023-11-14 22:13:21), score 97.5: seen never

### 10.0.0.1 -\\> 10.0.0.2

medium, score 98 · 2 lines

- a.log:5 (2023-11-14 22:13:24), score 97.5: seen never
`);
  });

  it('has every line of many pages once, up to the most', async () => {
    const check = async (findings: number, lines: number, most: number, expected: number, cut: boolean): Promise<void> => {
      const report = await text([one], 'csv', findings, lines, most);
      assert.deepEqual([report.lines, report.cut, report.text.trimEnd().split('\r\n').length], [expected, cut, expected + 1]);
    };
    await check(3, 1201, 10_000, 3603, false);
    await check(1100, 1, 10_000, 1100, false);
    await check(3, 1201, 1500, 1500, true);
    await check(2, 750, 1500, 1500, false);
  });

  it('ends when it is cancelled', () => assert.rejects(gather([one], writers.csv, { findings: async () => ({ total: 1, items: [finding('f')] }), lines: () => Promise.reject(new Error('aborted')) }, 10, () => undefined), /aborted/));

  it('lets no text of a log become a formula, a column or a markup', () => {
    for (const [value, field] of [['=1+1', "'=1+1"], ['-x', "'-x"], ['@a,b', `"'@a,b"`], ['a\nb', 'a\\nb'], ['plain', 'plain']] as const) assert.equal(csvField(value), field);
    assert.equal(csvField(-3), '-3');
    assert.equal(plain('<b>*x*\n[y](z)'), '\\<b\\>\\*x\\* \\[y\\](z)');
  });
});

describe('root causes page: sparkline', () => {
  it('draws a bar for each bin above zero, none below a pixel', () => {
    assert.equal(sparkPath([], 120, 16), '');
    assert.equal(sparkPath([0, 0], 120, 16), '');
    assert.equal(sparkPath([0, 4, 1, 0], 40, 16), 'M10 0h9.5v16h-9.5zM20 8h9.5v8h-9.5z');
    assert.match(sparkPath([1, 1_000_000], 40, 16), /^M0 15h19.5v1h/);
  });
});
