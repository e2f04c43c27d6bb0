import type { FlowTable } from '../table/flow';

/** Port classes for ports that are not common in the baseline, by IANA's ranges. */
export const PORT_CLASSES = ['system', 'registered', 'dynamic'] as const;
export type PortClass = (typeof PORT_CLASSES)[number];

export function portClass(port: number): PortClass {
  return port < 1024 ? 'system' : port < 49152 ? 'registered' : 'dynamic';
}

/** A port with its protocol: `tcp/443`. */
export function portName(protocol: string, port: number): string {
  return `${protocol}/${port}`;
}

/** Source and destination port of each row of a table in one number: source * 65,536 + destination. A port that is missing, or none, is 0. O(rows). */
export function portPairs(table: FlowTable): Uint32Array {
  const pairs = new Uint32Array(table.rowCount);
  for (const [column, factor] of [[table.sourcePort, 65_536], [table.destinationPort, 1]] as const) {
    if (!column) continue;
    const { values, valid } = column;
    for (let row = 0; row < pairs.length; row++) if (valid.has(row) && values[row] >= 0 && values[row] <= 65_535) pairs[row] += values[row] * factor;
  }
  return pairs;
}

/** "40000 -> 443". */
export function portPairName(pair: number): string {
  return `${pair >>> 16} -> ${pair & 0xffff}`;
}
