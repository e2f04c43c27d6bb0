import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type EntityKind, EntityTable } from '../../../server/core/symbols/entities';
import { carryTime, equalRanges, orderRows, sequences } from '../../../server/core/symbols/rows';
import { type Flow, someFlows, tableOf } from '../../support/flows';

function oracleName(kind: EntityKind, { source, destination, user, userDomain }: Flow): string {
  if (kind === 'user') return userDomain === undefined ? (user ?? '(no user)') : `${user ?? '?'}@${userDomain}`;
  if (kind === 'source') return source ?? '(no source)';
  return kind === 'destination' ? (destination ?? '(no destination)') : `${source ?? '?'} -> ${destination ?? '?'}`;
}

const kinds = fc.constantFrom<EntityKind>('pair', 'source', 'destination', 'user');

describe('entity table', () => {
  it('gives every row the entity of its hosts, numbered in order of appearance', () => {
    fc.assert(fc.property(kinds, fc.array(someFlows, { maxLength: 3 }), (kind, tables) => {
      const entities = new EntityTable(kind), names: string[] = [];
      for (const flows of tables) {
        entities.encode(tableOf(flows)).forEach((entity, row) => {
          const name = oracleName(kind, flows[row]);
          if (!names.includes(name)) names.push(name);
          assert.equal(entity, names.indexOf(name));
          assert.equal(entities.name(entity), name);
        });
      }
      assert.equal(entities.size, names.length);
    }));
  });

  it('takes in another table: every entity keeps its name, in one numbering', () => {
    fc.assert(fc.property(kinds, fc.array(someFlows, { minLength: 1, maxLength: 4 }), (kind, tables) => {
      const whole = new EntityTable(kind), joined = new EntityTable(kind);
      for (const flows of tables) {
        const part = new EntityTable(kind), own = part.encode(tableOf(flows));
        const renumbered = joined.absorb(structuredClone(part.toTransfer()));
        assert.deepEqual(Array.from(own, (entity) => renumbered[entity]), [...whole.encode(tableOf(flows))]);
      }
      assert.deepEqual(joined.toTransfer(), whole.toTransfer());
    }));
  });

  it('holds many entities', () => {
    const flows = Array.from({ length: 20_000 }, (_, i) => ({ source: `h${i % 200}`, destination: `s${Math.floor(i / 200)}` }));
    const entities = new EntityTable('pair'), codes = entities.encode(tableOf(flows));
    assert.equal(entities.size, 20_000);
    for (const i of [0, 199, 200, 12_345, 19_999]) assert.equal(entities.name(codes[i]), `h${i % 200} -> s${Math.floor(i / 200)}`);
  });
});

describe('sequences', () => {
  it('are the rows of each entity by time, rows of one time as they came', () => {
    fc.assert(fc.property(fc.array(fc.record({ entity: fc.nat({ max: 4 }), time: fc.nat({ max: 6 }) }), { maxLength: 60 }), (rows) => {
      const { order, starts } = sequences({ rowCount: rows.length, entityCount: 5, entity: Uint32Array.from(rows, (r) => r.entity), time: Float64Array.from(rows, (r) => r.time), symbol: new Uint32Array(rows.length) });
      const listed = Array.from({ length: 5 }, (_, e) => [...order.subarray(starts[e], starts[e + 1])]);
      const expected = Array.from({ length: 5 }, (_, e) => rows.map((_, row) => row).filter((row) => rows[row].entity === e).sort((a, b) => rows[a].time - rows[b].time || a - b));
      assert.deepEqual(listed, expected);
    }));
  });

  it('can be made range by range; ranges have about as many rows each, and every entity is in one', () => {
    const sizes = fc.array(fc.oneof(fc.nat({ max: 3 }), fc.nat({ max: 30 })), { maxLength: 30 });
    fc.assert(fc.property(sizes, fc.integer({ min: 1, max: 9 }), fc.integer(), (counts, count, seed) => {
      const entity = Uint32Array.from(counts.flatMap((n, e) => Array.from({ length: n }, () => e))).sort((a, b) => Math.imul(a + 1, seed | 1) - Math.imul(b + 1, seed | 1));
      const rows = { rowCount: entity.length, entityCount: counts.length, entity, time: Float64Array.from(entity, (_, row) => (row * 7) % 5), symbol: new Uint32Array(entity.length) };
      const whole = sequences(rows), ranges = equalRanges(whole.starts, count), order = new Uint32Array(rows.rowCount);
      for (const range of ranges) orderRows(rows, { order, starts: whole.starts }, range);
      assert.deepEqual(order, whole.order);
      assert.ok(ranges.length <= count && ranges.every(({ from }, i) => from === (i === 0 ? 0 : ranges[i - 1].to)));
      if (counts.length > 0) assert.equal(ranges[ranges.length - 1].to, counts.length);
      const largest = Math.max(0, ...counts);
      for (const { from, to } of ranges) assert.ok(whole.starts[to] - whole.starts[from] < rows.rowCount / count + largest + 1);
    }));
  });
});

describe('times of rows', () => {
  const cases: { name: string; times: (number | undefined)[]; entity?: number[]; carried: number[] }[] = [
    { name: 'all there', times: [3, 1, 2], carried: [3, 1, 2] },
    { name: 'a gap takes the time before it', times: [3, undefined, undefined, 5], carried: [3, 3, 3, 5] },
    { name: 'a gap at the start takes the first time', times: [undefined, undefined, 7, 8], carried: [7, 7, 7, 8] },
    { name: 'of its own entity, not of the row before', times: [3, 9, undefined, undefined, 4], entity: [0, 1, 0, 1, 0], carried: [3, 9, 3, 9, 4] },
    { name: 'and so at the start', times: [undefined, undefined, 9, 3], entity: [0, 1, 1, 0], carried: [3, 9, 9, 3] },
    { name: 'an entity without times has the first of the log', times: [undefined, 6, undefined, 2], entity: [1, 0, 1, 0], carried: [6, 6, 6, 2] },
    { name: 'none at all', times: [undefined, undefined], carried: [0, 0] },
    { name: 'no rows', times: [], carried: [] },
  ];
  for (const { name, times, entity = times.map(() => 0), carried } of cases) {
    it(name, () => assert.deepEqual([...carryTime(tableOf(times.map((time) => ({ time, protocol: 'tcp' }))), Uint32Array.from(entity), 2)], carried));
  }
});
