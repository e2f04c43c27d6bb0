import { type FindingFilter, GetGroupDetails, type GroupDetail } from '../../server/protocol/rootCauses';
import { type Host, Newest, Superseded } from '../ui/host';
import { BINS } from './rows';

const MOST_KEPT = 1000;
/** The list rests for this long before details of what is in sight are asked for, milliseconds. */
const REST = 80;

/** Sparklines and entities of the groups in sight. */
export class Details {
  private readonly known = new Map<string, GroupDetail | null>();
  private readonly newest = new Newest();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly host: Host, private readonly filter: FindingFilter, private readonly changed: () => void) {}

  of(group: string): GroupDetail | undefined {
    return this.known.get(group) ?? undefined;
  }

  /** These groups are in sight. */
  want(groups: readonly string[]): void {
    clearTimeout(this.timer);
    const missing = groups.filter((group) => !this.known.has(group)).slice(0, 200);
    if (missing.length > 0) this.timer = setTimeout(() => void this.load(missing), REST);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.newest.next();
  }

  private async load(groups: readonly string[]): Promise<void> {
    try {
      const details = await this.host.ask(GetGroupDetails, { ...this.filter, groups, bins: BINS }, this.newest.next());
      // A group that is gone has no details; it is not asked for again.
      for (const group of groups) this.known.set(group, null);
      for (const detail of details) this.known.set(detail.id, detail);
      for (const id of this.known.keys()) { if (this.known.size <= MOST_KEPT) break; this.known.delete(id); }
      this.changed();
    } catch (error) {
      // The list is of use without; why is in the log.
      if (!(error instanceof Superseded)) this.host.tell({ kind: 'fault', text: `Details of root causes: ${String(error)}` });
    }
  }
}
