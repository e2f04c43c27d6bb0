import type * as R from '../../server/protocol/rootCauses';
import type { Page, PageParams } from '../../server/protocol/places';
import { type Model, NO_GROUP } from './model';
import { paged } from './automatonAnswers';
import { bandOf, placeOf, selected } from './rows';

interface Finding {
  readonly id: string;
  readonly group: number;
  readonly entity: number;
  readonly rows: readonly number[];
}

/** Findings that the filter leaves: flagged rows of one entity with one root cause. */
function findingsOf(model: Model, filter: Partial<R.FindingFilter>): Finding[] {
  const keep = selected(model, filter.selection), rows = new Map<string, number[]>();
  model.rowGroup.forEach((group, row) => {
    if (group === NO_GROUP) return;
    const id = `f${group}-${model.rowEntity[row]}`;
    rows.set(id, [...rows.get(id) ?? [], row]);
  });
  const words = (filter.filter ?? '').toLowerCase().split(/\s+/).filter(Boolean), { host, file, bands } = filter;
  return [...rows].map(([id, of]) => ({ id, group: model.rowGroup[of[0]], entity: model.rowEntity[of[0]], rows: of })).filter((finding) => {
    const name = model.entityOf(finding.entity), text = `${model.symbolOf(finding.group)} ${name}`.toLowerCase();
    return words.every((word) => text.includes(word)) && (!host || name.includes(host)) && (!file || finding.rows.some((row) => model.pathOf(row).includes(file))) && (!bands || bands.includes(bandOf(worst(model, finding.rows)))) && (!filter.selection || finding.rows.some(keep));
  });
}

function worst(model: Model, rows: readonly number[]): number {
  return rows.reduce((most, row) => Math.max(most, model.rowScore[row]), 0);
}

function span(model: Model, rows: readonly number[]): readonly [number, number] {
  const times = rows.map((row) => model.rowTime[row]);
  return [Math.min(...times), Math.max(...times)];
}

function grouped(findings: readonly Finding[]): Map<number, Finding[]> {
  const groups = new Map<number, Finding[]>();
  for (const finding of findings) groups.set(finding.group, [...groups.get(finding.group) ?? [], finding]);
  return groups;
}

export function groups(model: Model, { order, ...params }: R.GroupsParams): Page<R.RootCauseGroup> {
  const all = [...grouped(findingsOf(model, params))].map(([group, of]): R.RootCauseGroup => {
    const rows = of.flatMap((finding) => finding.rows), score = worst(model, rows);
    return { id: `g${group}`, state: model.to[group], text: model.symbolOf(group), findings: of.length, rows: rows.length, entities: new Set(of.map(({ entity }) => entity)).size, score, band: bandOf(score), timeSpan: span(model, rows) };
  });
  all.sort((a, b) => (order === 'score' ? b.score - a.score : order === 'size' ? b.findings - a.findings : b.timeSpan![1] - a.timeSpan![1]) || (a.id < b.id ? -1 : 1));
  return paged(all, params);
}

export function groupFindings(model: Model, { group, ...params }: PageParams & Partial<R.FindingFilter> & { group: string }): Page<R.FindingSummary> {
  const all = findingsOf(model, params).filter((finding) => `g${finding.group}` === group).map((finding): R.FindingSummary => {
    const score = worst(model, finding.rows), row = finding.rows.find((one) => model.rowScore[one] === score)!;
    return { id: finding.id, entity: model.entityOf(finding.entity), rows: finding.rows.length, score, band: bandOf(score), timeSpan: span(model, finding.rows), place: placeOf(model, row) };
  });
  return paged(all.sort((a, b) => b.score - a.score), params);
}

export function findingRows(model: Model, { finding, ...params }: PageParams & { finding: string }): Page<R.FindingRow> {
  const rows = findingsOf(model, {}).find(({ id }) => id === finding)?.rows ?? [];
  return { total: rows.length, items: paged(rows, params).items.map((row) => ({ place: placeOf(model, row), path: model.pathOf(row), score: model.rowScore[row], band: bandOf(model.rowScore[row]), time: model.rowTime[row], message: `${model.symbolOf(model.rowEdge[row])}: seen ${model.edgeBaseline[model.rowEdge[row]]} times in the baseline.` })) };
}

export function groupDetails(model: Model, { groups: ids, bins, ...filter }: { groups: readonly string[]; bins: number } & Partial<R.FindingFilter>): R.GroupDetail[] {
  const all = grouped(findingsOf(model, filter));
  return ids.filter((id) => all.has(Number(id.slice(1)))).map((id): R.GroupDetail => {
    const findings = all.get(Number(id.slice(1)))!, spark = new Array<number>(bins).fill(0), files = new Map<string, number>(), entities = new Map<string, number>();
    for (const finding of findings) for (const row of finding.rows) {
      spark[Math.min(bins - 1, Math.floor((model.rowTime[row] - model.time[0]) / (model.time[1] - model.time[0]) * bins))]++;
      files.set(model.pathOf(row), (files.get(model.pathOf(row)) ?? 0) + 1);
      const name = model.entityOf(finding.entity);
      entities.set(name, (entities.get(name) ?? 0) + 1);
    }
    const most = (of: Map<string, number>): [string, number][] => [...of].sort(([, a], [, b]) => b - a).slice(0, 5);
    return { id, spark, entities: most(entities).map(([name, rows]) => ({ name, rows })), files: most(files).map(([path, rows]) => ({ path, rows })), fileTotal: files.size };
  });
}
