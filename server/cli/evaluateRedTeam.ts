import { visible } from '../core/util/visible';
import { maskHost } from '../core/auth/maskHost';
import { readRedTeam, redRows } from '../core/auth/redTeam';
import { type GroupRanking, type LineMetrics, lineMetrics, rankByGroup } from '../core/evaluation/lineMetrics';
import { writeModel } from '../core/detectors/scoring/modelFile';
import { joinFlows } from '../core/table/flowTransfer';
import { EntityTable } from '../core/symbols/entities';
import { carryTime, type EncodedRows } from '../core/symbols/rows';
import type { FlowTable } from '../core/table/flow';
import { FlowBuilder } from '../core/table/flowBuilder';
import { type IndexedFile, unusable } from '../engine/captureIndex';
import type { ModelInUse } from '../engine/ports';
import { nodeFiles } from '../node/files';
import type { Context } from './context';
import { userPath } from './context';
import { InputError } from './options';

/** How well a model finds the events of a red team. */
export interface RedTeamReport {
  readonly detector: string;
  readonly whole: LineMetrics;
  /** The red events of each source host, and of each user, against all others. */
  readonly hosts: readonly GroupRanking[];
  readonly users: readonly GroupRanking[];
  /** With one host renamed to the most common one, so that it cannot be told by its name. */
  readonly masked?: { readonly host: string; readonly whole: LineMetrics };
  /** The simpler model that the detector carries along, on the same rows. */
  readonly peer?: LineMetrics;
}

/** Scores logs of authentication events and compares with a red team's list (`time,user@domain,source,destination` a line). */
export async function evaluateRedTeam(context: Context, files: readonly IndexedFile[], loaded: ModelInUse, redTeamFile: string, host: string | undefined): Promise<RedTeamReport> {
  const { detector, model, origin } = loaded;
  const listed = await nodeFiles.read(userPath(redTeamFile));
  if ('fault' in listed) throw new InputError(`${redTeamFile}: ${listed.fault}`);
  const { events, problems } = readRedTeam(listed);
  for (const { message, line } of problems) context.note(`${redTeamFile}${line === undefined ? '' : `, line ${line + 1}`}: ${message}`);
  if (events.length === 0) throw new InputError(`${redTeamFile} lists no event. A line is time,user@domain,source computer,destination computer.`);
  const table = await rowsOf(context, files, loaded);
  const red = redRows(table, { events, problems: [] });
  if (!red.includes(1)) throw new InputError(`None of the ${events.length} events of ${redTeamFile} is among the ${table.rowCount} rows: time, user@domain and both hosts must be equal to the letter. Name the logs of the same days.`);
  const scoresWith = async (rows: FlowTable, used: ModelInUse): Promise<Float64Array> => Float64Array.from((await context.readers.score(encode(rows, used), used, context.control)).raw, (raw) => (raw === -Infinity ? -Number.MAX_VALUE : raw));
  const scores = await scoresWith(table, loaded);
  const peer = detector.peer?.(model);
  const text = (column: FlowTable['source'], row: number): string => (column ? column.dictionary.text(column.codes[row]) : '?');
  return {
    detector: detector.id, whole: lineMetrics(scores, red), hosts: rankByGroup(scores, red, (row) => text(table.source, row)), users: rankByGroup(scores, red, (row) => text(table.user, row)),
    ...(host === undefined ? {} : { masked: { host, whole: lineMetrics(await scoresWith(maskHost(table, host), loaded), red) } }),
    ...(peer ? { peer: lineMetrics(await scoresWith(table, { detector, model: peer, origin, bytes: writeModel(detector, peer, origin) }), red) } : {}),
  };
}

async function rowsOf(context: Context, files: readonly IndexedFile[], { detector, model }: ModelInUse): Promise<FlowTable> {
  const builder = new FlowBuilder();
  for (const file of files) {
    if (!file.header || unusable(file, detector, model) !== undefined) continue;
    const { parts } = await context.readers.collect({ path: file.path, header: file.header, size: file.bytes }, {}, detector.id, { progress: () => undefined, get cancelled() { return context.control.cancelled; } });
    builder.add(joinFlows([...parts]));
  }
  const table = builder.finish();
  if (table.rowCount === 0) throw new InputError('No rows are left to evaluate.');
  return table;
}

function encode(table: FlowTable, { detector, model }: ModelInUse): EncodedRows {
  const entities = new EntityTable(model.entity);
  const entity = entities.encode(table);
  const encoder = detector.encoder(model);
  const features = encoder.features?.(table);
  return { rowCount: table.rowCount, entity, entityCount: entities.size, time: carryTime(table, entity, entities.size), symbol: encoder.encode(table), ...(features ? { features } : {}) };
}

/** The report as lines for people. */
export function redTeamLines({ whole, hosts, users, masked, peer, detector }: RedTeamReport): string {
  const number = (value: number | undefined): string => (value === undefined ? '-' : value.toFixed(5));
  const line = (name: string, { positives, auc, ap }: { readonly positives: number; readonly auc: number | undefined; readonly ap: number | undefined }): string => `${visible(name).padEnd(24)} ${String(positives).padStart(9)} ${number(auc).padStart(9)} ${number(ap).padStart(9)}\n`;
  return [
    `${detector}: ${whole.lines} rows\n`,
    `${''.padEnd(24)} ${'positives'.padStart(9)} ${'AUC'.padStart(9)} ${'AP'.padStart(9)}\n`,
    line('all', whole),
    ...(masked ? [line(`without name ${masked.host}`, masked.whole)] : []),
    ...(peer ? [line('counts (peer)', peer)] : []),
    ...hosts.map((one) => line(`from ${one.group}`, one)), ...users.map((one) => line(`by ${one.group}`, one)),
    `${'at 0.1 % false alarms'.padEnd(24)} recall ${number(whole.atLowFpr?.tpr)}, precision ${number(whole.atLowFpr?.precision)}\n`,
    `${'precision at k'.padEnd(24)} ${Object.entries(whole.precisionAtK).map(([k, p]) => `${k}: ${p.toFixed(3)}`).join(', ')}\n`,
  ].join('');
}
