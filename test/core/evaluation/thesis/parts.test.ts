import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { entityFlows, flowsOf } from '../../../../server/core/evaluation/thesis/entityFlows';
import { pointOf } from '../../../../server/core/evaluation/thesis/meansLof';
import { misfitShares } from '../../../../server/core/evaluation/thesis/misfits';
import { visitError, type Visits } from '../../../../server/core/evaluation/thesis/symbolic';
import { elbow, fitCodings, symbolsOf } from '../../../../server/core/evaluation/thesis/symbols';
import { maliciousEntities } from '../../../../server/core/evaluation/thesis/truth';
import { sequences } from '../../../../server/core/symbols/rows';
import { mulberry32 } from '../../../../server/core/util/rng';

const small = fc.integer({ min: 0, max: 6 });
const rowsOf = fc.array(fc.record({ entity: fc.integer({ min: 0, max: 4 }), time: small, a: small, b: small, chosen: fc.boolean(), positive: fc.boolean() }), { maxLength: 60 });
const ENTITIES = 5;

describe('thesis baselines: parts', () => {
  it('groups the chosen rows of entities that have enough, in time order, cut to the first', () => {
    fc.assert(fc.property(rowsOf, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 6, max: 9 }), (rows, leastRows, mostRows) => {
      const flows = entityFlows({ entity: Uint32Array.from(rows, (r) => r.entity), entityCount: ENTITIES, time: Float64Array.from(rows, (r) => r.time), features: { values: Float64Array.from(rows.flatMap((r) => [r.a, r.b])), columns: 2 } }, { leastRows, mostRows }, Uint8Array.from(rows, (r) => Number(r.chosen)));
      const groups = Array.from({ length: ENTITIES }, (_, e) => rows.filter((r) => r.chosen && r.entity === e).sort((x, y) => x.time - y.time));
      const large = [...groups.keys()].filter((e) => groups[e].length >= leastRows);
      assert.deepEqual([...flows.entities], large);
      assert.equal(flows.tooSmall, groups.filter((g) => g.length > 0 && g.length < leastRows).length);
      large.forEach((e, i) => {
        const own = flowsOf(flows, i), wanted = groups[e].slice(0, mostRows);
        assert.deepEqual([...own.time], wanted.map((r) => r.time));
        assert.deepEqual([...own.features.values], wanted.flatMap((r) => [r.a, r.b]));
        const frequency = (v: number): number => wanted.filter((r) => r.a === v).length;
        const mode = [...new Set(wanted.map((r) => r.a))].sort((x, y) => frequency(y) - frequency(x) || x - y)[0];
        const point = pointOf(flows, i, [true, false]);
        assert.equal(point[0], mode);
        assert.ok(Math.abs(point[1] - wanted.reduce((sum, r) => sum + r.b, 0) / wanted.length) < 1e-12);
      });
    }));
  });

  it('knows which entities are malicious: hosts by one row, pairs by half of them', () => {
    fc.assert(fc.property(rowsOf, fc.constantFrom('pair' as const, 'source' as const, 'destination' as const), (rows, kind) => {
      const column = (of: (r: (typeof rows)[number]) => boolean): Uint8Array => Uint8Array.from(rows, (r) => Number(of(r)));
      const found = maliciousEntities(kind, Uint32Array.from(rows, (r) => r.entity), ENTITIES, column((r) => r.positive), column((r) => r.chosen));
      for (let e = 0; e < ENTITIES; e++) {
        const own = rows.filter((r) => r.entity === e && r.chosen), bad = own.filter((r) => r.positive).length;
        assert.equal(found[e] === 1, kind === 'pair' ? own.length > 0 && bad >= own.length - bad && bad > 0 : bad > 0);
      }
    }));
  });

  it('counts the share of chosen rows that do not fit', () => {
    fc.assert(fc.property(rowsOf, (rows) => {
      const encoded = { rowCount: rows.length, entity: Uint32Array.from(rows, (r) => r.entity), entityCount: ENTITIES, time: Float64Array.from(rows, (r) => r.time), symbol: new Uint32Array(rows.length) };
      const shares = misfitShares(Uint32Array.of(4, 1), sequences(encoded), Uint8Array.from(rows, (r) => Number(r.chosen)), (row) => rows[row].positive);
      assert.deepEqual([...shares], [4, 1].map((e) => {
        const own = rows.filter((r) => r.entity === e && r.chosen);
        return own.length > 0 ? own.filter((r) => r.positive).length / own.length : 0;
      }));
    }));
  });

  const elbows: { name: string; inertias: number[]; bins: number }[] = [
    { name: 'two far groups', inertias: [100, 1, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2], bins: 2 },
    { name: 'four groups', inertias: [100, 60, 30, 2, 1.9, 1.8, 1.7, 1.6, 1.5, 1.4], bins: 4 },
    { name: 'a constant', inertias: new Array<number>(10).fill(0), bins: 1 },
    { name: 'a straight line', inertias: [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], bins: 1 },
  ];
  for (const { name, inertias, bins } of elbows) it(`elbow: ${name}`, () => assert.equal(elbow(inertias), bins));

  it('cuts two far groups in two, and gives categories codes of their own, unseen ones one more', () => {
    const values = Float64Array.from({ length: 200 }, (_, i) => (i % 2 === 0 ? (i % 4 === 0 ? 6 : 17) : i < 100 ? i : 10_000 + i));
    const [category, number] = fitCodings({ values, columns: 2 }, [true, false], mulberry32(1));
    assert.deepEqual([[...category.limits], category.codes, category.categorical], [[6, 17], 3, true]);
    assert.equal(number.codes, 2);
    assert.ok(number.limits[0] > 99 && number.limits[0] < 10_100);
    const symbols = symbolsOf([category, number], { values: Float64Array.of(6, 0, 6, 1e9, 17, 0, 17, 1e9, 1, 0, 1, 1e9), columns: 2 });
    assert.deepEqual([...symbols], [0, 1, 2, 3, 4, 5]);
  });

  it('makes symbols by mixed radix: code 1 x S / b1 + code 2 x S / (b1 b2) + ...', () => {
    const coding = fc.record({ categorical: fc.boolean(), limits: fc.uniqueArray(small, { maxLength: 4 }) });
    fc.assert(fc.property(fc.array(coding, { minLength: 1, maxLength: 4 }), fc.infiniteStream(small), (given, stream) => {
      const codings = given.map(({ categorical, limits }) => ({ categorical, limits: Float64Array.from(limits).sort(), codes: limits.length + 1 }));
      const values = Float64Array.from({ length: 8 * codings.length }, () => stream.next().value as number);
      const size = codings.reduce((product, { codes }) => product * codes, 1);
      const wanted = Array.from({ length: 8 }, (_, row) => {
        let place = size;
        return codings.reduce((symbol, { categorical, limits, codes }, c) => {
          const value = values[row * codings.length + c];
          const code = categorical ? (limits.includes(value) ? limits.indexOf(value) : limits.length) : limits.filter((limit) => limit <= value).length;
          place /= codes;
          return symbol + code * place;
        }, 0);
      });
      assert.deepEqual([...symbolsOf(codings, { values, columns: codings.length })], wanted);
    }));
  });

  it('takes the mean distance of shares over the patterns of either', () => {
    const counts = fc.dictionary(fc.constantFrom('1', '2', '3', '5', '8', '9'), fc.integer({ min: 1, max: 5 }));
    const visitsOf = (given: Record<string, number>): Visits => {
      const patterns = Object.keys(given).map(Number).sort((a, b) => a - b), total = Object.values(given).reduce((a, b) => a + b, 0);
      return { patterns: Float64Array.from(patterns), shares: Float64Array.from(patterns, (p) => given[p] / total) };
    };
    fc.assert(fc.property(counts, counts, (one, other) => {
      const [a, b] = [visitsOf(one), visitsOf(other)];
      const share = (visits: Visits, pattern: number): number => visits.shares[visits.patterns.indexOf(pattern)] ?? 0;
      const all = [...new Set([...a.patterns, ...b.patterns])];
      const wanted = all.reduce((sum, pattern) => sum + Math.abs(share(a, pattern) - share(b, pattern)), 0) / Math.max(1, all.length);
      assert.ok(Math.abs(visitError(a, b) - wanted) < 1e-12);
      assert.equal(visitError(a, b), visitError(b, a));
      assert.equal(visitError(a, a), 0);
    }));
  });
});
