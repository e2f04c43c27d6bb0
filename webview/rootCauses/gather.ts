import type { Page, PageParams } from '../../server/protocol/places';
import type { FindingRow, FindingSummary } from '../../server/protocol/rootCauses';
import type { Item } from './items';
import type { ReportWriter } from './reports';

/** Where the parts of a report come from, page by page. */
export interface Source {
  findings(group: string, page: PageParams): Promise<Page<FindingSummary>>;
  lines(finding: string, page: PageParams): Promise<Page<FindingRow>>;
}

export interface Gathered {
  /** UTF-8 pieces, to be put one after the other. */
  readonly parts: readonly Uint8Array[];
  readonly lines: number;
  /** The report ends before the selected do: it has as many lines as were allowed. */
  readonly cut: boolean;
}

const PAGE = 500;

/**
 * The text of a report about items (none below another). Asks for one page at a time; `progress` gets the lines so far. An abort of the source's
 * signal rejects with its error. O(lines), memory of the text alone.
 */
export async function gather(items: readonly Item[], writer: ReportWriter, source: Source, most: number, progress: (lines: number) => void): Promise<Gathered> {
  const encoder = new TextEncoder(), parts = [encoder.encode(writer.head)];
  let lines = 0, cut = false, shown: string | undefined;
  const write = (text: string): void => { if (text !== '') parts.push(encoder.encode(text)); };
  const heading = (item: Item): void => {
    if (shown !== item.group.id) write(writer.group(item.group));
    shown = item.group.id;
  };
  const ofFinding = async (item: Item, finding: FindingSummary): Promise<void> => {
    write(writer.finding(item.group, finding));
    for await (const page of pages((params) => source.lines(finding.id, params))) {
      const room = page.slice(0, most - lines);
      write(room.map((line) => writer.line(item.group, finding, line)).join(''));
      lines += room.length;
      progress(lines);
      if (room.length < page.length) { cut = true; return; }
    }
  };
  for (const [i, item] of items.entries()) {
    if (cut) break;
    heading(item);
    if (item.kind === 'finding') await ofFinding(item, item.finding);
    else if (item.kind === 'group') {
      for await (const page of pages((params) => source.findings(item.group.id, params))) {
        for (const finding of page) {
          if (!cut) await ofFinding(item, finding);
        }
        if (cut) break;
      }
    } else {
      const before = items[i - 1];
      if (before?.kind !== 'line' || before.finding.id !== item.finding.id) write(writer.finding(item.group, item.finding));
      if (lines === most) { cut = true; break; }
      write(writer.line(item.group, item.finding, item.line));
      progress(++lines);
    }
  }
  return { parts, lines, cut };
}

async function* pages<T>(ask: (page: PageParams) => Promise<Page<T>>): AsyncGenerator<readonly T[]> {
  for (let start = 0; ;) {
    const { total, items } = await ask({ start, count: PAGE });
    if (items.length > 0) yield items;
    start += items.length;
    // A page without items ends it even where the total promises more: findings changed under it.
    if (items.length === 0 || start >= total) return;
  }
}

/** The pieces as one text's bytes. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) { whole.set(part, at); at += part.length; }
  return whole;
}
