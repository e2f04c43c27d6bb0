import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { PagedList } from '../../src/pagedList';
import { RootCausesTree } from '../../src/rootCausesTree';
import type { Ask } from '../../src/rootCausesTree';
import type { Page, PageParams } from '../../server/protocol/places';
import { GetFindingRows, GetGroupFindings, GetGroups } from '../../server/protocol/rootCauses';

const slice = <T>(all: readonly T[], { start, count }: PageParams): Page<T> => ({ total: all.length, items: all.slice(start, start + count) });
const numbers = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('src/pagedList', () => {
  it('any pages put together are the whole list, in order, nothing fetched twice', async () => {
    await fc.assert(fc.asyncProperty(fc.nat(200), fc.integer({ min: 1, max: 60 }), async (n, size) => {
      let fetched = 0;
      const list = new PagedList(async (page) => { const got = slice(numbers(n), page); fetched += got.items.length; return got; }, size);
      await list.first();
      while (list.remaining > 0) await list.more();
      assert.deepEqual([list.items, fetched], [numbers(n), n]);
    }), { seed: 8 });
  });

  it('calls at the same time fetch one page', async () => {
    let calls = 0;
    const list = new PagedList(async (page) => { calls++; return slice(numbers(10), page); }, 4);
    await Promise.all([list.first(), list.first(), list.more()]);
    assert.deepEqual([calls, list.items.length, list.remaining], [1, 4, 6]);
  });

  it('finds an item on a later page, and ends where there is none', async () => {
    const list = new PagedList(async (page) => slice(numbers(10), page), 3);
    assert.deepEqual([await list.find((n) => n === 7), list.items.length, await list.find((n) => n === 70), list.items.length], [7, 9, undefined, 10]);
  });

  it('a server that promises more than it has ends no loop in vain', async () => {
    const list = new PagedList(async () => ({ total: 5, items: [] as number[] }), 3);
    assert.deepEqual([await list.find(() => true), list.remaining], [undefined, 0]);
  });

  it('a failed page can be asked for again', async () => {
    let broken = true;
    const list = new PagedList(async (page) => { if (broken) throw new Error('gone'); return slice(numbers(2), page); }, 3);
    await assert.rejects(list.first(), /gone/);
    broken = false;
    assert.deepEqual(await list.first(), [0, 1]);
  });
});

describe('src/rootCausesTree', () => {
  /** A server with 250 groups; group g has g findings, finding f has 2 lines. */
  const asked: string[] = [];
  const ask = (async ({ method }: { readonly method: string }, params: PageParams & { readonly group?: string; readonly finding?: string; readonly order?: string; readonly filter?: string }) => {
    asked.push(`${method} ${params.order ?? ''} ${params.filter ?? ''} ${params.start}+${params.count}`);
    const band = 'high' as const, place = (line: number) => ({ uri: 'file:///a.log', line, startCharacter: 0, endCharacter: 9 });
    if (method === GetGroups.method) return slice(numbers(250).map((g) => ({ id: `g${g}`, state: g, text: `group ${g}`, findings: g, rows: 2 * g, entities: 1, score: 99, band })), params);
    if (method === GetGroupFindings.method) return slice(numbers(Number(params.group?.slice(1))).map((f) => ({ id: `${params.group}f${f}`, entity: 'e', rows: 2, score: 99, band, place: place(f) })), params);
    assert.equal(method, GetFindingRows.method);
    return slice(numbers(2).map((line) => ({ place: place(line), path: 'a.log', score: 99, band, message: 'm' })), params);
  }) as unknown as Ask;

  it('pages groups with "show more", asks with order and filter, and opens down to lines', async () => {
    asked.length = 0;
    const tree = new RootCausesTree(ask, 'size', 'ssh');
    const top = await tree.children();
    assert.deepEqual([top.length, top[100].kind, asked], [101, 'more', [`${GetGroups.method} size ssh 0+100`]]);
    const more = top[100];
    assert.ok(more.kind === 'more');
    await more.list.more();
    await more.list.more();
    const all = await tree.children();
    assert.deepEqual([all.length, all.every((node) => node.kind === 'group')], [250, true]);
    const findings = await tree.children(all[3]), rows = await tree.children(findings[2]);
    assert.deepEqual([findings.map((node) => node.id), rows.map((node) => node.id)], [['g3/g3f0', 'g3/g3f1', 'g3/g3f2'], ['g3/g3f2/file:///a.log:0', 'g3/g3f2/file:///a.log:1']]);
    assert.deepEqual(await tree.children(rows[0]), []);
    assert.equal(rows[0].parent, findings[2]);
  });

  it('finds the node of a finding however far down it is, with its parents', async () => {
    const tree = new RootCausesTree(ask, 'score', '');
    const node = await tree.findingNode('g220', 'g220f130');
    assert.deepEqual([node?.id, node?.parent.id, (await tree.children(node?.parent)).includes(node!)], ['g220/g220f130', 'g220', true]);
    assert.deepEqual([await tree.findingNode('g220', 'no'), await tree.findingNode('no', 'no')], [undefined, undefined]);
  });
});
