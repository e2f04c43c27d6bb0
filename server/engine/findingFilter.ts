import { globMatcher } from '../core/util/glob';
import { Recent, rememberedBy } from '../core/util/recent';
import { inTurns, type Slices } from '../core/util/slices';
import type { FindingFilter } from '../protocol/rootCauses';
import { BANDS, findingFacts, SLICE_FLAGGED } from './rowColumns';
import { filterWords, MAX_WORDS } from './filterWords';
import { selectRows } from './rowSelection';
import { logOfRow, type ScoredCapture } from './scoredCapture';

/** Bit of an entity that was looked at. */
const LOOKED = 2 ** 31;

/** The root cause of each group in words. */
export const groupTexts = rememberedBy(({ findings }: ScoredCapture) => findings, ({ findings, detector, model }) => findings.groups.map((g) => detector.rootCauseWords(model, g.state, g.symbol, g.cause)));

/** A filter as one text, the same for filters that mean the same to the eye; '' where none limits anything. */
export function filterKey({ filter = '', host = '', file = '', bands, selection }: Partial<FindingFilter>): string {
  const limited = filter.trim() !== '' || host.trim() !== '' || file.trim() !== '' || bands !== undefined || selection?.time !== undefined || selection?.columns !== undefined;
  return limited ? JSON.stringify([filterWords(filter), host.trim().toLowerCase(), file.trim(), bands && BANDS.filter((band) => band && bands.includes(band)), selection?.time, selection?.columns]) : '';
}

const recent = rememberedBy(({ findings }: ScoredCapture) => findings, () => new Recent<Promise<Uint8Array>>(4));

/** 1 for each finding that counts. Kept for the last few filters; not to be changed. O(findings and their rows), in slices. */
export function countedFindings(capture: ScoredCapture, filter: Partial<FindingFilter>): Promise<Uint8Array> {
  return recent(capture).get(filterKey(filter), async () => {
    const { band } = await findingFacts(capture);
    const { time, columns } = filter.selection ?? {};
    const selected = filter.selection && (time ?? columns) !== undefined ? await selectRows(capture, filter.selection) : undefined;
    return inTurns(marks(capture, filter, band, selected), () => capture.readers.pause());
  });
}

function* marks(capture: ScoredCapture, filter: Partial<FindingFilter>, band: Uint8Array, selected: Uint8Array | undefined): Slices<Uint8Array> {
  const { findings: { entity, group, starts, members } } = capture;
  const counted = new Uint8Array(entity.length);
  const words = wordTest(capture, filterWords(filter.filter ?? ''), (filter.host ?? '').trim().toLowerCase());
  const bands = filter.bands && BANDS.map((name) => name !== undefined && filter.bands?.includes(name) === true);
  const inFile = fileTest(capture, (filter.file ?? '').trim());
  for (let f = 0, looked = 0; f < counted.length; f++) {
    if ((bands && !bands[band[f]]) || !words(group[f], entity[f])) continue;
    counted[f] = !selected && !inFile ? 1 : 0;
    for (let i = starts[f]; counted[f] === 0 && i < starts[f + 1]; i++) {
      if ((!selected || selected[members[i]] === 1) && (!inFile || inFile(members[i]))) counted[f] = 1;
      if (++looked % SLICE_FLAGGED === 0) yield;
    }
    if (f % SLICE_FLAGGED === SLICE_FLAGGED - 1) yield;
  }
  return counted;
}

/** Whether the words stand in the text of a group or the name of an entity, and the host in that name. Every name is looked at once. */
function wordTest(capture: ScoredCapture, words: readonly string[], host: string): (group: number, entity: number) => boolean {
  if (words.length === 0 && host === '') return () => true;
  const all = 2 ** words.length - 1;
  const found = (text: string): number => words.reduce((bits, word, i) => (text.includes(word) ? bits | (1 << i) : bits), 0);
  const inGroup = groupTexts(capture).map((text) => found(text.toLowerCase()));
  const HOST = 1 << MAX_WORDS;
  const inEntity = new Uint32Array(capture.rows.entityCount);
  return (group, entity) => {
    if (inEntity[entity] === 0) {
      const name = capture.entities.name(entity).toLowerCase();
      inEntity[entity] = found(name) + (name.includes(host) ? HOST : 0) + LOOKED;
    }
    return ((inGroup[group] | inEntity[entity]) & all) === all && (inEntity[entity] & HOST) !== 0;
  };
}

/** Whether a row stands in a log that is meant: by a part of its path, or by a glob for its path or its name. */
function fileTest(capture: ScoredCapture, file: string): ((row: number) => boolean) | undefined {
  if (file === '') return undefined;
  const glob = globTest(file);
  const meant = new Set(capture.logs.filter(({ file: { relative } }) => relative.toLowerCase().includes(file.toLowerCase()) || glob(relative) || glob(relative.slice(relative.lastIndexOf('/') + 1))));
  return (row) => meant.has(logOfRow(capture, row));
}

/** A text that is no glob matches nothing. */
function globTest(glob: string): (path: string) => boolean {
  const matches = globMatcher([glob], { ignoreCase: true });
  return 'fault' in matches ? () => false : matches;
}
