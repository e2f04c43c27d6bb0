import type { Status } from '../../server/protocol/status';
import { type Model, NO_GROUP } from './model';

/** What the server would be doing: done, or waiting to be told where nothing is scored. */
export function status(model: Model): Status {
  const rows = model.rowEdge.length, findings = new Set<string>();
  model.rowGroup.forEach((group, row) => { if (group !== NO_GROUP) findings.add(`${group} ${model.rowEntity[row]}`); });
  return { phase: rows === 0 ? 'indexed' : 'ready', text: rows === 0 ? '2 logs' : `${findings.size} findings in 2 logs`, detail: '', logs: 2, findings: findings.size, memory: 0 };
}
