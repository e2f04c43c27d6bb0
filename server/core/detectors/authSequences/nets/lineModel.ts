import { Graph } from '../../../nn/graph';
import type { LineConfig } from './config';
import type { FieldTables, TokenSpace } from './fieldTables';
import { fieldTables } from './fieldTables';
import { leaveOneOut } from './leaveOneOut';
import { lstmModel } from './lstm';
import type { Net } from './net';
import { transformer } from './transformer';

/** A model of single lines over one vocabulary, not yet built for any number of rows. */
export interface LineModel {
  readonly config: LineConfig;
  readonly space: TokenSpace;
  /** Tokens of a line. */
  readonly columns: number;
  /** Tables of the fields' values; only models that have them. */
  readonly tables?: FieldTables;
  /** Rows of a call for each line that is scored: a masked model has one for each position. */
  readonly rowsPerLine: number;
}

export function lineModel(config: LineConfig, space: TokenSpace, columns: number): LineModel {
  const masked = config.kind === 'transformer' && config.masked;
  return { config, space, columns, rowsPerLine: masked ? columns : 1, ...(config.kind === 'leaveOneOut' && { tables: fieldTables(space, columns) }) };
}

/** The model for so many rows a call. The same call gives the same bytes. */
export function buildLineModel({ config, space, columns, tables }: LineModel, rows: number, training: boolean): Net {
  const graph = new Graph();
  if (config.kind === 'leaveOneOut') {
    const { tableOf, tokens } = tables ?? fieldTables(space, columns);
    return leaveOneOut(graph, config, { tableOf, tableSizes: tokens.map(({ length }) => length), rows, training });
  }
  const shape = { vocabulary: space.size, columns, rows, training };
  return config.kind === 'lstm' ? lstmModel(graph, config, shape) : transformer(graph, config, shape);
}
