import type { FindingRow, FindingSummary, RootCauseGroup } from '../../server/protocol/rootCauses';

/** A row of the tree with what it stands below. */
export type Item =
  | { readonly kind: 'group'; readonly group: RootCauseGroup }
  | { readonly kind: 'finding'; readonly group: RootCauseGroup; readonly finding: FindingSummary }
  | { readonly kind: 'line'; readonly group: RootCauseGroup; readonly finding: FindingSummary; readonly line: FindingRow };

/** Names an item over refreshes; the key of what it stands below is the start of it. */
export function keyOf(item: Item): string {
  const group = JSON.stringify(item.group.id);
  if (item.kind === 'group') return group;
  const finding = `${group} ${JSON.stringify(item.finding.id)}`;
  return item.kind === 'finding' ? finding : `${finding} ${item.line.place.line} ${item.line.place.uri}`;
}

/** Ids from the group down to the item; a line has that of its finding. */
export function idsOf(item: Item): readonly string[] {
  return item.kind === 'group' ? [item.group.id] : [item.group.id, item.finding.id];
}
