import type { FindingRow, FindingSummary, GroupOrder, RootCauseGroup } from '../server/protocol/rootCauses';
import { GetFindingRows, GetGroupFindings, GetGroups } from '../server/protocol/rootCauses';
import type { RequestMethod } from '../server/protocol/method';
import { PagedList } from './pagedList';

/** Items fetched at a time on each level. */
const PAGE = { groups: 100, findings: 50, rows: 100 };

export interface GroupNode { readonly kind: 'group'; readonly id: string; readonly parent: undefined; readonly group: RootCauseGroup; readonly children: PagedList<FindingNode> }
export interface FindingNode { readonly kind: 'finding'; readonly id: string; readonly parent: GroupNode; readonly finding: FindingSummary; readonly children: PagedList<RowNode> }
export interface RowNode { readonly kind: 'row'; readonly id: string; readonly parent: FindingNode; readonly row: FindingRow }
/** "Show more" at the end of a list that is not all here. */
export interface MoreNode { readonly kind: 'more'; readonly id: string; readonly parent: GroupNode | FindingNode | undefined; readonly list: PagedList<unknown> }
export type Node = GroupNode | FindingNode | RowNode | MoreNode;

export type Ask = <P, R>(method: RequestMethod<P, R>, params: P) => Promise<R>;

/** The findings as the server pages them: root causes, their findings, their lines. Made anew when findings change. */
export class RootCausesTree {
  readonly groups: PagedList<GroupNode>;

  constructor(private readonly ask: Ask, order: GroupOrder, filter: string) {
    this.groups = new PagedList(async (page) => {
      const { total, items } = await ask(GetGroups, { ...page, order, filter });
      return { total, items: items.map((group) => this.groupNode(group)) };
    }, PAGE.groups);
  }

  /** Children of a node (of the root: undefined), with a last "show more" where the server has more. */
  async children(node?: Node): Promise<readonly Node[]> {
    if (node?.kind === 'row' || node?.kind === 'more') return [];
    const list: PagedList<Node> = node ? node.children : this.groups;
    const items = await list.first();
    return list.remaining === 0 ? items : [...items, { kind: 'more', id: `${node?.id ?? ''}/more/${items.length}`, parent: node, list }];
  }

  /** The node of a finding, fetched as far as needed. */
  async findingNode(group: string, finding: string): Promise<FindingNode | undefined> {
    const parent = await this.groups.find((node) => node.group.id === group);
    return parent?.children.find((node) => node.finding.id === finding);
  }

  private groupNode(group: RootCauseGroup): GroupNode {
    const node: GroupNode = {
      kind: 'group', id: group.id, parent: undefined, group,
      children: new PagedList(async (page) => {
        const { total, items } = await this.ask(GetGroupFindings, { ...page, group: group.id });
        return { total, items: items.map((finding) => this.findingNodeOf(node, finding)) };
      }, PAGE.findings),
    };
    return node;
  }

  private findingNodeOf(parent: GroupNode, finding: FindingSummary): FindingNode {
    const node: FindingNode = {
      kind: 'finding', id: `${parent.id}/${finding.id}`, parent, finding,
      children: new PagedList(async (page) => {
        const { total, items } = await this.ask(GetFindingRows, { ...page, finding: finding.id });
        return { total, items: items.map((row): RowNode => ({ kind: 'row', id: `${node.id}/${row.place.uri}:${row.place.line}`, parent: node, row })) };
      }, PAGE.rows),
    };
    return node;
  }
}
