/**
 * What the columns of the timeline stand for: connection pairs, pairs of /24 (IPv6: /48) networks, pairs of ports, hosts on either side, logs, or
 * the entities of the model.
 */
export type Grouping = 'pair' | 'subnets' | 'ports' | 'source' | 'destination' | 'file' | 'entity';

/** Order of the timeline's columns: by their first row, by how many rows they have, or by name. */
export type ColumnOrder = 'first' | 'size' | 'name';

/** Groups [first, last] of one grouping in one order, of those that the filter leaves. */
export interface ColumnRange {
  readonly grouping: Grouping;
  readonly order: ColumnOrder;
  /** Words that the names of the groups contain, as the timeline was filtered; '' for all. */
  readonly filter: string;
  readonly first: number;
  readonly last: number;
}

/** Rows that the user brushed in the timeline; the other views then count these alone. */
export interface RowSelection {
  /** Seconds, both ends included. */
  readonly time?: readonly [number, number];
  readonly columns?: ColumnRange;
}
