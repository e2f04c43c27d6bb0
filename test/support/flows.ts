import * as fc from 'fast-check';
import { BitSet } from '../../server/core/util/bitset';
import { Dictionary } from '../../server/core/table/dictionary';
import type { FlowTable } from '../../server/core/table/flow';
import { NUMBER_FIELDS, TEXT_FIELDS } from '../../server/core/table/flowBuilder';
import type { NumberColumn, TextColumn } from '../../server/core/table/table';

/** One flow as an object; a field that is absent is missing. The tests' plain counterpart of a row of a `FlowTable`. */
export type Flow = { readonly [F in (typeof NUMBER_FIELDS)[number]]?: number | undefined } & { readonly [F in (typeof TEXT_FIELDS)[number]]?: string | undefined };

/** The table of these flows; row i stands at line i, 100 bytes a line. Only fields that some flow has become columns. */
export function tableOf(flows: readonly Flow[]): FlowTable {
  const columns: Record<string, NumberColumn | TextColumn> = {};
  for (const name of NUMBER_FIELDS) {
    if (!flows.some((flow) => flow[name] !== undefined)) continue;
    const valid = new BitSet(flows.length);
    flows.forEach((flow, row) => flow[name] !== undefined && valid.add(row));
    columns[name] = { kind: 'number', values: Float64Array.from(flows, (flow) => flow[name] ?? 0), valid };
  }
  for (const name of TEXT_FIELDS) {
    if (!flows.some((flow) => flow[name] !== undefined)) continue;
    const dictionary = new Dictionary();
    columns[name] = { kind: 'text', codes: Uint32Array.from(flows, (flow) => (flow[name] === undefined ? 0 : dictionary.internText(flow[name]))), dictionary };
  }
  const places = { line: Uint32Array.from(flows, (_, i) => i), byteStart: Float64Array.from(flows, (_, i) => 100 * i), byteLength: Uint32Array.from(flows, () => 99) };
  return { rowCount: flows.length, places, ...columns };
}

/** The flows of a table, as `tableOf` takes them. */
export function flowsOf(table: FlowTable): Flow[] {
  return Array.from({ length: table.rowCount }, (_, row) => {
    const flow: Record<string, number | string> = {};
    for (const name of NUMBER_FIELDS) if (table[name]?.valid.has(row)) flow[name] = table[name].values[row];
    for (const name of TEXT_FIELDS) if (table[name] && table[name].codes[row] !== 0) flow[name] = table[name].dictionary.text(table[name].codes[row]);
    return flow;
  });
}

/** Flows of few hosts, ports and protocols, so that everything repeats; any field may be missing. */
export const someFlow: fc.Arbitrary<Flow> = fc.record({
  time: fc.integer({ min: 0, max: 500 }),
  duration: fc.constantFrom(0, 0.001, 0.25, 1.5, 90),
  source: fc.constantFrom('10.0.0.1', '10.0.0.2', 'fe80::1'),
  destination: fc.constantFrom('10.0.1.1', '10.0.1.2'),
  destinationPort: fc.constantFrom(22, 53, 80, 443, 8080, 50000, 65535),
  protocol: fc.constantFrom('tcp', 'udp', 'icmp'),
  service: fc.constantFrom('http', 'dns', 'ssl'),
  state: fc.constantFrom('SF', 'S0', 'REJ', 'CON'),
  forwardBytes: fc.integer({ min: 0, max: 5000 }),
  backwardBytes: fc.integer({ min: 0, max: 5000 }),
  forwardPackets: fc.integer({ min: 0, max: 20 }),
  backwardPackets: fc.integer({ min: 0, max: 20 }),
  user: fc.constantFrom('ann', 'PC1$'),
  userDomain: fc.constantFrom('CORP', 'PC1'),
  outcome: fc.constantFrom('Success', 'Fail'),
}, { requiredKeys: [], noNullPrototype: true });

export const someFlows = fc.array(someFlow, { maxLength: 60 });
