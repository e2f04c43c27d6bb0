import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { FlowBuilder } from '../../../server/core/table/flowBuilder';
import { fromFlowTransfer, joinFlows, mergeSmall, toFlowTransfer } from '../../../server/core/table/flowTransfer';
import type { FlowField } from '../../../server/core/table/flow';
import { atOnce } from '../../../server/core/util/slices';
import { type Flow, flowsOf, someFlows, tableOf } from '../../support/flows';

describe('flow builder', () => {
  it('collects chosen rows and fields of many tables', () => {
    const fields = fc.constantFrom<FlowField[]>(['time', 'source'], ['protocol', 'forwardBytes', 'state']);
    fc.assert(fc.property(fc.array(fc.record({ flows: someFlows, modulus: fc.integer({ min: 1, max: 3 }) }), { maxLength: 4 }), fc.option(fields), (tables, chosen) => {
      const builder = new FlowBuilder();
      const expected: Flow[] = [], lines: number[] = [];
      for (const { flows, modulus } of tables) {
        const keep = (row: number): boolean => row % modulus === 0;
        const added = builder.add(tableOf(flows), modulus === 1 ? undefined : keep, chosen ? new Set(chosen) : undefined);
        const kept = flows.map((flow, row) => ({ flow, row })).filter(({ row }) => keep(row));
        assert.equal(added, kept.length);
        for (const { flow, row } of kept) {
          expected.push(Object.fromEntries(Object.entries(flow).filter(([name]) => !chosen || chosen.includes(name as FlowField))));
          lines.push(row);
        }
        assert.equal(builder.size, expected.length);
      }
      const table = builder.finish();
      assert.deepEqual(flowsOf(table), expected);
      assert.deepEqual([...table.places.line], lines);
      assert.deepEqual([...table.places.byteStart], lines.map((line) => 100 * line));
      assert.equal(table.places.byteLength.length, lines.length);
    }));
  });

  it('its tables survive the way to another thread', () => {
    fc.assert(fc.property(someFlows, (flows) => {
      const table = tableOf(flows);
      const there = fromFlowTransfer(structuredClone(toFlowTransfer(table)));
      assert.deepEqual(flowsOf(there), flows);
      assert.deepEqual(there.places, table.places);
    }));
  });

  it('grows past its first thousand rows, with values only at the end', () => {
    const flows: Flow[] = Array.from({ length: 5000 }, (_, i) => (i < 4990 ? {} : { time: i, source: `h${i}` }));
    const builder = new FlowBuilder();
    builder.add(tableOf(flows.slice(0, 4000)));
    builder.add(tableOf(flows.slice(4000)));
    assert.deepEqual(flowsOf(builder.finish()), flows);
  });

  it('small tables that are merged before they are joined make the same table', () => {
    fc.assert(fc.property(fc.array(someFlows, { maxLength: 6 }), fc.nat(), (tables, some) => {
      const parts = () => tables.map((flows) => toFlowTransfer(tableOf(flows)));
      const rows = tables.flat().length;
      const wanted = some % (rows + 1);
      const [merged, plain] = [joinFlows(atOnce(mergeSmall(parts())), wanted), joinFlows(parts(), wanted)];
      assert.deepEqual(flowsOf(merged), flowsOf(plain));
      assert.deepEqual(flowsOf(plain), tables.flat().slice(0, wanted));
      assert.deepEqual(merged.places, plain.places);
    }));
  });
});
