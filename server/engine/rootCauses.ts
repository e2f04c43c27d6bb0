import { Recent, rememberedBy } from '../core/util/recent';
import { timeBin } from '../core/aggregate/cells';
import { inTurns, type Slices } from '../core/util/slices';
import type { Page, PageParams } from '../protocol/places';
import type { FindingFilter, FindingSummary, GroupDetail, GroupOrder, GroupsParams, RootCauseGroup } from '../protocol/rootCauses';
import { bandOf } from './findings';
import { countedFindings, filterKey, groupTexts } from './findingFilter';
import type { Files } from './ports';
import { page, placesOf } from './queries';
import { findingFacts, type FindingFacts, SLICE_FLAGGED, timesOf } from './rowColumns';
import { logOfRow, type ScoredCapture } from './scoredCapture';

/** Groups that details are given of at a time, bins of a sparkline, and entities and logs named. */
const MAX_DETAILS = 200;
const MAX_BINS = 256;
const SHOWN = 8;

/** What was worked out for one set of findings: lists by filter and order, findings in order of rank by group and filter. */
interface Lists {
  readonly summaries: Recent<Promise<readonly RootCauseGroup[]>>;
  readonly ordered: Recent<Promise<readonly RootCauseGroup[]>>;
  readonly ranked: Recent<Promise<Uint32Array>>;
}

const listsOf = rememberedBy(({ findings }: ScoredCapture) => findings, (): Lists => ({ summaries: new Recent(4), ordered: new Recent(6), ranked: new Recent(16) }));
const groupNumbers = rememberedBy(({ findings }: ScoredCapture) => findings, ({ findings }) => new Map(findings.groups.map((g, i) => [g.key, i])));

/** Root causes with the findings that count, in order, one page of them. O(findings) once for a filter. */
export async function groupPage(capture: ScoredCapture, params: GroupsParams): Promise<Page<RootCauseGroup>> {
  const { summaries, ordered } = listsOf(capture);
  const key = filterKey(params);
  const all = await ordered.get(`${params.order} ${key}`, async () => [...(await summaries.get(key, () => summarise(capture, params)))].sort(byOrder(params.order)));
  return { total: all.length, items: all.slice(params.start, params.start + params.count) };
}

/** Ends with the id, so that groups that are equal otherwise keep their places. */
function byOrder(order: GroupOrder): (a: RootCauseGroup, b: RootCauseGroup) => number {
  const newest = (g: RootCauseGroup): number => g.timeSpan?.[1] ?? -Number.MAX_VALUE;
  return (a, b) => (order === 'size' ? b.rows - a.rows : order === 'newest' ? newest(b) - newest(a) : b.score - a.score) || b.rows - a.rows || (a.id < b.id ? -1 : 1);
}

async function summarise(capture: ScoredCapture, filter: Partial<FindingFilter>): Promise<readonly RootCauseGroup[]> {
  const facts = await findingFacts(capture);
  return inTurns(summaries(capture, facts, await countedFindings(capture, filter)), () => capture.readers.pause());
}

function* summaries(capture: ScoredCapture, { start, end }: FindingFacts, counted: Uint8Array): Slices<readonly RootCauseGroup[]> {
  const { findings: { groups, starts, entity, worstScore, threshold } } = capture;
  const texts = groupTexts(capture);
  const list: RootCauseGroup[] = [];
  /** Number + 1 of the last group each entity was seen in. */
  const seenIn = new Uint32Array(capture.rows.entityCount);
  let looked = 0;
  for (const [g, { key, state, findings: members }] of groups.entries()) {
    let [findings, rows, entities, score, first, last] = [0, 0, 0, 0, Infinity, -Infinity];
    for (const f of members) {
      if (++looked % SLICE_FLAGGED === 0) yield;
      if (counted[f] === 0) continue;
      findings++;
      rows += starts[f + 1] - starts[f];
      if (worstScore[f] > score) score = worstScore[f];
      if (start[f] < first) first = start[f];
      if (end[f] > last) last = end[f];
      if (seenIn[entity[f]] !== g + 1) entities++;
      seenIn[entity[f]] = g + 1;
    }
    if (findings > 0) list.push({ id: key, state, text: texts[g], findings, rows, entities, score, band: bandOf(score, threshold), ...(first <= last ? { timeSpan: [first, last] as const } : {}) });
  }
  return list;
}

/** Findings of a group that count, the worst first, one page of them. */
export async function groupFindingsPage(files: Files, capture: ScoredCapture, group: string, params: PageParams & Partial<FindingFilter>): Promise<Page<FindingSummary>> {
  const { findings, entities, scores } = capture;
  const number = groupNumbers(capture).get(group);
  if (number === undefined) return { total: 0, items: [] };
  const ranked = await listsOf(capture).ranked.get(`${number} ${filterKey(params)}`, () => rankFindings(capture, number, params));
  const shown = page(ranked, params);
  const [places, facts] = await Promise.all([placesOf(files, capture, shown.map((f) => findings.worstRow[f])), findingFacts(capture)]);
  const items = shown.map((f, i): FindingSummary => ({
    id: String(f), entity: entities.name(findings.entity[f]), rows: findings.starts[f + 1] - findings.starts[f], score: findings.worstScore[f], band: bandOf(findings.worstScore[f], findings.threshold),
    ...(Number.isNaN(facts.start[f]) ? {} : { timeSpan: [facts.start[f], facts.end[f]] as const }),
    ...(scores.verdictOf ? { verdict: scores.verdictOf(findings.entity[f]).text } : {}), place: places[i],
  }));
  return { total: ranked.length, items };
}

/** Numbers of findings by score, highest first, then by number. */
async function rankFindings(capture: ScoredCapture, group: number, filter: Partial<FindingFilter>): Promise<Uint32Array> {
  const { groups, worstScore } = capture.findings;
  const counted = await countedFindings(capture, filter);
  const members = Uint32Array.from(groups[group].findings.filter((f) => counted[f] === 1));
  const order = await capture.readers.aggregate('order', { rows: new Uint32Array(members.length).fill(1), primary: new Float64Array(members).map((f) => -worstScore[f]), secondary: members });
  return order.map((i) => members[i]);
}

/** Who, where and when of some groups, of the findings that count. O(rows of their findings), in slices. */
export async function groupDetails(capture: ScoredCapture, groups: readonly string[], bins: number, filter: Partial<FindingFilter>): Promise<readonly GroupDetail[]> {
  const numbers = groups.slice(0, MAX_DETAILS).flatMap((id) => groupNumbers(capture).get(id) ?? []);
  const counted = await countedFindings(capture, filter);
  const times = await timesOf(capture);
  const count = Math.max(1, Math.min(MAX_BINS, Math.trunc(bins) || 1));
  const details: GroupDetail[] = [];
  for (const number of numbers) details.push(await inTurns(detail(capture, number, count, counted, times), () => capture.readers.pause()));
  return details;
}

function* detail(capture: ScoredCapture, group: number, bins: number, counted: Uint8Array, { time, first, last, count }: Awaited<ReturnType<typeof timesOf>>): Slices<GroupDetail> {
  const { findings: { groups, starts, members, entity }, logs, entities } = capture;
  const spark = count > 0 ? Array.from({ length: bins }, () => 0) : [];
  const byEntity = new Map<number, number>();
  const byLog = new Map<string, number>();
  let looked = 0;
  for (const f of groups[group].findings) {
    if (++looked % SLICE_FLAGGED === 0) yield;
    if (counted[f] === 0) continue;
    byEntity.set(entity[f], (byEntity.get(entity[f]) ?? 0) + starts[f + 1] - starts[f]);
    for (let i = starts[f]; i < starts[f + 1]; i++) {
      if (++looked % SLICE_FLAGGED === 0) yield;
      const t = time[members[i]];
      if (Number.isFinite(t)) spark[timeBin(t, first, last, bins)]++;
      const { relative } = (logs.length === 1 ? logs[0] : logOfRow(capture, members[i])).file;
      byLog.set(relative, (byLog.get(relative) ?? 0) + 1);
    }
  }
  return {
    id: groups[group].key, spark, fileTotal: byLog.size,
    entities: mostFirst(byEntity, (a, b) => a - b).map(([e, rows]) => ({ name: entities.name(e), rows })),
    files: mostFirst(byLog, (a, b) => (a < b ? -1 : 1)).map(([path, rows]) => ({ path, rows })),
  };
}

/** The entries with the most rows; ties as `compare` says. */
function mostFirst<K>(rows: ReadonlyMap<K, number>, compare: (a: K, b: K) => number): [K, number][] {
  return [...rows].sort(([a, x], [b, y]) => y - x || compare(a, b)).slice(0, SHOWN);
}
