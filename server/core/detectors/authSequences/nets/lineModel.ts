import { Graph } from '../../../nn/graph';
import type { ContextConfig, LineConfig, ModelConfig } from './config';
import type { FieldTables, TokenSpace } from './fieldTables';
import { fieldTables } from './fieldTables';
import { leaveOneOut } from './leaveOneOut';
import { lstmModel } from './lstm';
import { multiLine } from './multiLine';
import type { Net } from './net';
import { tieredLstm } from './tieredLstm';
import { tieredTransformer } from './tieredTransformer';
import { transformer } from './transformer';

/** A model over one vocabulary, not yet built for any number of rows. */
export interface LineModel<C extends ModelConfig = ModelConfig> {
  readonly config: C;
  readonly space: TokenSpace;
  /** Tokens of a line. */
  readonly columns: number;
  /** Tables of the fields' values; only models that have them. */
  readonly tables?: FieldTables;
  /** Rows of a call for each line that is scored: a masked model has one for each position. */
  readonly rowsPerLine: number;
}

export function lineModel<C extends ModelConfig>(config: C, space: TokenSpace, columns = 10): LineModel<C> {
  const masked = config.kind === 'transformer' && config.masked;
  return { config, space, columns, rowsPerLine: masked ? columns : 1, ...(config.kind === 'leaveOneOut' && { tables: fieldTables(space, columns) }) };
}

/** Whether a model reads lines in the order of users and time. */
export function readsContext(model: LineModel): model is LineModel<ContextConfig> {
  return 'steps' in model.config;
}

/** Whether a model reads each line alone. */
export function readsLines(model: LineModel): model is LineModel<LineConfig> {
  return !readsContext(model);
}

/** The model for so many rows a call (lanes, for one that reads context). The same call gives the same bytes. */
export function buildNet({ config, space, columns, tables }: LineModel, rows: number, training: boolean): Net {
  const graph = new Graph();
  const shape = { vocabulary: space.size, columns, rows, training };
  switch (config.kind) {
    case 'leaveOneOut': {
      const { tableOf, tokens } = tables ?? fieldTables(space, columns);
      return leaveOneOut(graph, config, { tableOf, tableSizes: tokens.map(({ length }) => length), rows, training });
    }
    case 'transformer': return transformer(graph, config, shape);
    case 'lstm': return lstmModel(graph, config, shape);
    case 'tieredLstm': return tieredLstm(graph, config, shape);
    case 'tieredTransformer': return tieredTransformer(graph, config, shape);
    case 'multiLine': return multiLine(graph, config, shape);
  }
}
