import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { TimelineCells } from '../../server/protocol/timeline';
import { cellAt, columnOf, groupsOf, selectionOf, timeOf } from '../../webview/timeline/cells';
import { frameOf, namedGroups, partAt, shareAt, xOf, yOf } from '../../webview/timeline/frame';
import { EMPTY, type Inks, paletteOf } from '../../webview/timeline/palette';
import { cellsWith, pixelsOf, shade } from '../../webview/timeline/picture';
import { isSaved, initial } from '../../webview/timeline/saved';
import { shading } from '../../webview/timeline/shading';
import { boxed, cellsFor, clamp, isWhole, pan, wholeOf, zoom } from '../../webview/timeline/view';
import { drawnSentence, findingsSentence } from '../../webview/timeline/words';
import { meant, step, worstCells, worstColumns } from '../../webview/timeline/worst';

const inks: Inks = { ground: 'dark', background: [20, 20, 20], text: [220, 220, 220], low: [80, 160, 250], medium: [200, 170, 0], high: [240, 70, 70] };

function cells(part: Partial<TimelineCells> & Pick<TimelineCells, 'columns' | 'rows'>): TimelineCells {
  const size = part.columns * part.rows, none = new Uint32Array(part.rows);
  return {
    revision: 1, time: [1_700_000_000, 1_700_000_100], span: [1_700_000_000, 1_700_000_100], groups: [0, part.columns - 1], groupTotal: part.columns, columnStart: Uint32Array.from({ length: part.columns + 1 }, (_, i) => i), count: new Uint32Array(size), value: new Uint32Array(size).fill(EMPTY),
    worst: new Float32Array(size), labels: [], findings: { low: none, medium: none, high: none }, drawn: 0, timeless: 0, ...part,
  };
}

const range = (least: number, most: number): fc.Arbitrary<readonly [number, number]> => fc.tuple(fc.double({ min: least, max: most, noNaN: true }), fc.double({ min: 0.1, max: most - least, noNaN: true })).map(([from, length]) => [from, from + length] as const);

describe('timeline page: window', () => {
  const whole = { time: [1000, 2000], groups: [0, 500] } as const;
  const inside = ({ time, groups }: typeof whole | ReturnType<typeof clamp>): void => {
    assert.ok(time[0] >= 1000 && time[1] <= 2000 + 1e-6 && time[1] - time[0] >= 0.001 - 1e-9, String(time));
    assert.ok(groups[0] >= 0 && groups[1] <= 500 + 1e-6 && groups[1] - groups[0] >= 1 - 1e-9, String(groups));
  };

  it('never leaves the capture, whatever one does', () => {
    fc.assert(fc.property(range(-2000, 5000), range(-900, 900), fc.double({ min: 0.01, max: 50, noNaN: true }), fc.double({ min: -3, max: 3, noNaN: true }), (time, groups, factor, by) => {
      const window = clamp({ time, groups }, whole);
      inside(window);
      inside(zoom(window, whole, { time: factor, groups: factor }, [0.3, 0.8]));
      inside(pan(window, whole, by, -by));
    }));
  });

  it('keeps what is at the pointer where it is', () => {
    const { time, groups } = zoom({ time: [1200, 1400], groups: [100, 200] }, whole, { time: 0.5, groups: 0.5 }, [0.25, 0.75]);
    assert.equal(time[0] + 0.75 * (time[1] - time[0]), 1350);
    assert.equal(groups[0] + 0.25 * (groups[1] - groups[0]), 125);
    assert.deepEqual(zoom({ time: [1200, 1400], groups: [100, 200] }, whole, { time: 1, groups: 0.5 }, [0, 0]).time, [1200, 1400]);
  });

  it('is whole again when zoomed out far enough, and has a size where the capture has none', () => {
    assert.ok(isWhole(zoom({ time: [1200, 1400], groups: [100, 200] }, whole, { time: 99, groups: 99 }, [0.5, 0.5]), whole));
    assert.deepEqual(wholeOf([7, 7], 0), { time: [6.5, 7.5], groups: [0, 1] });
  });

  it('boxes whole groups, from any corner', () => {
    const window = { time: [0, 100], groups: [0, 10] } as const;
    assert.deepEqual(boxed(window, { x: [0.55, 0.21], y: [0.5, 0.25] }), { time: [25, 50], groups: [2, 6] });
    assert.deepEqual(boxed(window, { x: [0.5, 0.5], y: [-1, 2] }), { time: [0, 100], groups: [5, 6] });
  });

  it('asks for cells that fit', () => {
    assert.deepEqual(cellsFor(900, 600, Infinity, 3), { columns: 300, rows: 200 });
    assert.deepEqual(cellsFor(900, 600, 9_000, 3), { columns: 300, rows: 200 });
    assert.deepEqual(cellsFor(900, 600, 400, 3), { columns: 200, rows: 200 });
    assert.deepEqual(cellsFor(900, 600, 12, 3), { columns: 12, rows: 200 });
    assert.deepEqual(cellsFor(1, 1, 0, 3), { columns: 1, rows: 1 });
    const { columns, rows } = cellsFor(9000, 9000, 1e6, 2);
    assert.ok(columns * rows <= 1_000_000 && columns <= 4096 && rows <= 4096);
  });
});

describe('timeline page: cells', () => {
  it('knows the groups of merged columns', () => {
    fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 40 }), (ends) => {
      const columnStart = Uint32Array.from([0, ...ends.sort((a, b) => a - b)]), columns = ends.length, picture = cells({ columns, rows: 1, columnStart });
      for (let group = 0; group < columnStart[columns]; group++) {
        const column = columnOf(picture, group), [first, last] = groupsOf(picture, column);
        assert.ok(first <= group && group <= last);
      }
      assert.equal(columnOf(picture, columnStart[columns]), -1);
    }));
  });

  it('finds the cell at a point, also of a picture of another window', () => {
    const picture = cells({ columns: 4, rows: 10, time: [0, 100] });
    assert.deepEqual(cellAt(picture, { time: [0, 100], groups: [0, 4] }, 0.3, 0.55), { column: 1, row: 5 });
    assert.deepEqual(cellAt(picture, { time: [50, 60], groups: [2, 3] }, 0.5, 0.5), { column: 2, row: 5 });
    assert.equal(cellAt(picture, { time: [100, 200], groups: [0, 4] }, 0.5, 0.5), undefined);
    assert.equal(cellAt(picture, { time: [0, 100], groups: [0, 4] }, 1.2, 0.5), undefined);
  });

  it('names the rows of cells so that neighbours share none', () => {
    const picture = cells({ columns: 3, rows: 7, columnStart: Uint32Array.of(5, 9, 12, 20), groups: [5, 19] }), names = { grouping: 'pair', order: 'size', filter: 'x' } as const;
    for (let row = 0; row + 1 < 7; row++) assert.ok(selectionOf(picture, names, [0, 0], [row, row]).time[1] < selectionOf(picture, names, [0, 0], [row + 1, row + 1]).time[0]);
    assert.equal(selectionOf(picture, names, [0, 0], [6, 6]).time[1], picture.time[1]);
    assert.deepEqual(selectionOf(picture, names, [2, 1], [0, 0]).columns, { ...names, first: 9, last: 19 });
    assert.deepEqual(timeOf(picture, 0)[0], picture.time[0]);
  });
});

describe('timeline page: strength', () => {
  const counts = fc.array(fc.nat(60), { minLength: 1, maxLength: 200 }).map((list) => Uint32Array.from(list));

  for (const kind of ['equalised', 'log'] as const) it(`${kind}: more rows are never weaker, within 0 and 1`, () => {
    fc.assert(fc.property(counts, (list) => {
      const { strength, ticks } = shading(list, kind), filled = [...list].filter((count) => count > 0).sort((a, b) => a - b);
      filled.forEach((count, i) => {
        assert.ok(strength(count) >= 0 && strength(count) <= 1);
        assert.ok(i === 0 || strength(count) >= strength(filled[i - 1]));
      });
      if (filled.length > 0) {
        assert.equal(ticks[0].count, filled[0]);
        assert.equal(ticks[ticks.length - 1].count, filled[filled.length - 1]);
        assert.equal(strength(filled[filled.length - 1]), 1);
      }
    }));
  });

  it('equalised: is the share of cells with fewer rows, among those that have not the most', () => {
    fc.assert(fc.property(counts, (list) => {
      const filled = [...list].filter((count) => count > 0), most = Math.max(...filled), below = filled.filter((count) => count < most).length;
      const { strength } = shading(list, 'equalised');
      for (const count of filled) assert.equal(strength(count), below === 0 ? 1 : filled.filter((other) => other < count).length / below);
    }));
  });

  it('tells few rows from fewer where one cell has a million', () => {
    const list = Uint32Array.of(1, 1, 2, 2, 3, 3, 1_000_000);
    assert.ok(shading(list, 'equalised').strength(3) - shading(list, 'equalised').strength(1) > 0.5);
    assert.ok(shading(list, 'log').strength(3) - shading(list, 'log').strength(1) < 0.1);
  });
});

describe('timeline page: picture', () => {
  it('paints cells of their kind and strength, and leaves empty ones clear', () => {
    const picture = cells({ columns: 3, rows: 1, count: Uint32Array.of(0, 1, 9), value: Uint32Array.of(EMPTY, 0, 3) });
    const palette = paletteOf(picture, 'band', inks), pixels = pixelsOf(picture, palette, shading(picture.count, 'equalised'), inks.background);
    assert.deepEqual([...pixels.subarray(0, 4)], [0, 0, 0, 0]);
    assert.deepEqual([...pixels.subarray(4, 7)], shade(palette.colour(0), inks.background, 0).map(Math.round));
    assert.deepEqual([...pixels.subarray(8)], [...inks.high, 255]);
  });

  it('keeps the colour of a state while one zooms', () => {
    const value = (...states: number[]): Pick<TimelineCells, 'value' | 'count'> => ({ value: Uint32Array.from(states), count: new Uint32Array(states.length).fill(1) });
    const all = paletteOf(value(5, 5, 5, 6, 6, 7, 8, 9, 10, 11), 'state', inks);
    assert.deepEqual(all.own, [5, 6, 7, 8, 9, 10]);
    assert.equal(all.others, true);
    const part = paletteOf(value(11, 11, 7), 'state', inks, all.own);
    assert.deepEqual(part.colour(7), all.colour(7));
    assert.notDeepEqual(part.colour(11), part.colour(7));
    assert.equal(part.others, false);
  });

  it('finds cells of a value, or that they are too many to mark', () => {
    const values = Uint32Array.of(3, 0, 3, EMPTY, 3);
    assert.deepEqual([...cellsWith(values, 3, 3)!], [0, 2, 4]);
    assert.equal(cellsWith(values, 3, 2), undefined);
  });
});

describe('timeline page: worst', () => {
  const some = fc.array(fc.tuple(fc.nat(5), fc.nat(9)), { minLength: 1, maxLength: 120 });

  it('has the cells of a full sort', () => {
    fc.assert(fc.property(some, fc.integer({ min: 1, max: 20 }), (list, most) => {
      const count = Uint32Array.from(list, ([rows]) => rows), worst = Float32Array.from(list, ([, score]) => score);
      const expected = [...list.keys()].filter((i) => count[i] > 0).sort((a, b) => worst[b] - worst[a] || count[b] - count[a] || a - b).slice(0, most);
      assert.deepEqual([...worstCells({ count, worst }, most)], expected);
    }));
  });

  it('has each column once, by its worst cell', () => {
    const picture = { columns: 3, count: Uint32Array.of(1, 0, 2, 4, 0, 8), worst: Float32Array.of(10, 0, 90, 50, 0, 20) };
    assert.deepEqual(worstColumns(picture, 10), [{ column: 2, cell: 2, rows: 10 }, { column: 0, cell: 3, rows: 5 }]);
  });

  it('takes a pointer a little beside a mark for the mark', () => {
    const picture = { columns: 4, rows: 2, count: Uint32Array.of(5, 1, 0, 0, 0, 1, 0, 1), value: Uint32Array.of(0, 3, EMPTY, EMPTY, EMPTY, 1, EMPTY, 0), worst: Float32Array.of(80, 99, 0, 0, 0, 99.5, 0, 40) };
    const check = (column: number, row: number, reach: number, flags: boolean, expected: readonly [number, number]): void => assert.deepEqual(meant(picture, { column, row }, reach, reach, flags), { column: expected[0], row: expected[1] });
    check(0, 0, 1, true, [1, 0]);
    check(0, 0, 1, false, [0, 0]);
    check(0, 0, 0, true, [0, 0]);
    check(2, 1, 1, false, [1, 1]);
    check(3, 0, 1, true, [3, 1]);
    check(3, 0, 0, true, [3, 0]);
  });

  it('steps from filled cell to filled cell, by one where there is none', () => {
    const count = Uint32Array.of(1, 0, 0, 1, 0, 0, 0, 0);
    assert.deepEqual(step(count, 4, 2, { column: 0, row: 0 }, 1, 0), { column: 3, row: 0 });
    assert.deepEqual(step(count, 4, 2, { column: 0, row: 0 }, 0, 1), { column: 0, row: 1 });
    assert.deepEqual(step(count, 4, 2, { column: 3, row: 1 }, 1, 0), { column: 3, row: 1 });
  });
});

describe('timeline page: frame', () => {
  it('has its parts where points of them are', () => {
    const frame = frameOf(1000, 700), window = { time: [0, 100], groups: [0, 10] } as const;
    assert.equal(partAt(frame, 500, 400), 'plot');
    assert.equal(partAt(frame, 20, 400), 'times');
    assert.equal(partAt(frame, 500, 20), 'names');
    assert.equal(partAt(frame, 20, 20), undefined);
    const [x, y] = shareAt(frame, xOf(frame, window, 2.5), yOf(frame, window, 75));
    assert.ok(Math.abs(x - 0.25) < 1e-9 && Math.abs(y - 0.75) < 1e-9);
  });

  it('names no two columns closer than they can be read', () => {
    const frame = frameOf(1000, 700), starts = Uint32Array.from({ length: 301 }, (_, i) => i * 3), window = { time: [0, 1], groups: [0, 900] } as const;
    const named = namedGroups(frame, window, starts, 17).map((column) => xOf(frame, window, starts[column] + 1.5));
    assert.ok(named.length > 20);
    named.forEach((x, i) => assert.ok(i === 0 || x - named[i - 1] >= 17));
  });
});

describe('timeline page: words', () => {
  it('says what is drawn and what is not', () => {
    const check = (part: Partial<TimelineCells>, text: string, filter = ''): void => assert.equal(drawnSentence(cells({ columns: 1100, rows: 2, ...part }), 'pair', filter), text);
    check({ drawn: 1_204_331, groups: [0, 3411], groupTotal: 3412, timeless: 12 }, '1,204,331 rows, 3,412 pairs merged into 1,100 columns, 12 rows without time not drawn.');
    check({ drawn: 1, columns: 1, groups: [0, 0], groupTotal: 1 }, '1 row, 1 pair.');
    check({ drawn: 5, columns: 10, groups: [5, 14], groupTotal: 40, time: [1_700_000_000, 1_700_000_060] }, '5 rows, 10 of 40 pairs with "10.0", 2023-11-14 22:13:20 to 22:14:20.', '10.0');
  });

  it('says how many findings, and when', () => {
    assert.equal(findingsSentence(cells({ columns: 1, rows: 4 })), undefined);
    assert.equal(findingsSentence(cells({ columns: 1, rows: 4, findings: { low: Uint32Array.of(0, 1, 0, 0), medium: new Uint32Array(4), high: Uint32Array.of(0, 0, 2, 0) } })), '3 findings, 2 of them high, from 2023-11-14 22:13:45 to 22:14:35.');
  });
});

describe('timeline page: what is kept', () => {
  it('is taken back only where it is whole', () => {
    assert.ok(isSaved(initial));
    assert.ok(isSaved({ ...initial, window: { time: [1, 2], groups: [0, 5] } }));
    for (const broken of [undefined, null, 3, {}, { ...initial, grouping: 'toString' }, { ...initial, window: { time: [2, 1], groups: [0, 5] } }, { ...initial, window: { time: [1, null], groups: [0, 5] } }]) assert.equal(isSaved(broken), false);
  });
});
