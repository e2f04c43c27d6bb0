import type { FlowField, FlowTable } from '../table/flow';
import type { Table } from '../table/table';
import { encodeUtf8 } from '../util/utf8';
import { accountDomain, accountUser, packageName } from './accounts';
import type { CellKind } from './cells';
import { csvLayout, csvReader, typeOfKind } from './csv';
import type { DelimitedLayout } from './delimited';
import { splitCells } from './delimited';
import { numberColumn, present, textColumn } from './flowColumns';
import type { Format, LogHeader } from './format';
import { headLines, sampleLines } from './head';

/** Columns as LANL publishes them, and as programs cut them further: accounts in two, and a mark of red-team events at the end. */
const LAYOUTS = {
  published: ['time', 'src_user', 'dst_user', 'src_pc', 'dst_pc', 'auth_type', 'logon_type', 'auth_orient', 'success'],
  split: ['time', 'src_user', 'src_domain', 'dst_user', 'dst_domain', 'src_pc', 'dst_pc', 'auth_type', 'logon_type', 'auth_orient', 'success', 'is_red'],
} as const;

type Layout = keyof typeof LAYOUTS;

const ROWS: Readonly<Record<Layout, RegExp>> = {
  published: /^\d+,[^,@]*@[^,]*,[^,@]*@[^,]*,[^,]+,[^,]+,[^,]*,[^,]*,[^,]*,(Success|Fail)$/,
  split: /^\d+,([^,]+,){9}(Success|Fail),[01]$/,
};

const SOURCES: Readonly<Record<Layout, ReadonlyMap<FlowField, readonly string[]>>> = {
  published: new Map([...common(), ['userDomain', ['src_user']], ['targetDomain', ['dst_user']]]),
  split: new Map([...common(), ['userDomain', ['src_domain']], ['targetDomain', ['dst_domain']], ['label', ['is_red']]]),
};

const UNKNOWN = encodeUtf8('?');

/** Authentication events of LANL's "Comprehensive, Multi-Source Cyber-Security Events": no header as a rule, `?` is missing, whole seconds from 1 on. */
export const lanlAuth: Format = {
  id: 'lanlAuth',
  title: 'LANL authentication',
  recognise: (head) => {
    const lines = headLines(head);
    const layout = (['published', 'split'] as const).find((name) => lines[0]?.text === LAYOUTS[name].join(','));
    if (layout !== undefined) return headerOf(layout, lines[0].text, lines[0].next);
    const rows = sampleLines(lines);
    const likely = (['published', 'split'] as const).find((name) => rows.filter((row) => ROWS[name].test(row)).length * 2 >= Math.max(1, rows.length));
    return likely && headerOf(likely);
  },
  reader: (header, options) => csvReader(header, layoutOf(header), options),
  flowFields: (header) => SOURCES[nameOf(header)],
  flow,
  split: (header, line) => splitCells(layoutOf(header), line),
};

function headerOf(layout: Layout, headerLine?: string, headerBytes = 0): LogHeader {
  const fields = LAYOUTS[layout].map((name) => ({ name, type: typeOfKind(kindOf(name)) }));
  return { format: 'lanlAuth', kind: 'auth', fields, headerBytes, headerLines: headerLine === undefined ? 0 : 1, dialect: { layout, separator: ',', ...(headerLine !== undefined && { headerLine }) }, problems: [] };
}

function nameOf(header: LogHeader): Layout {
  return header.dialect['layout'] === 'split' ? 'split' : 'published';
}

function kindOf(name: string): CellKind {
  return name === 'time' ? 'time' : 'text';
}

function layoutOf(header: LogHeader): DelimitedLayout {
  return { ...csvLayout(header, (field) => kindOf(field.name)), unset: UNKNOWN };
}

function common(): [FlowField, readonly string[]][] {
  return [
    ['time', ['time']], ['user', ['src_user']], ['targetUser', ['dst_user']], ['source', ['src_pc']], ['destination', ['dst_pc']], ['authType', ['auth_type']], ['logonType', ['logon_type']],
    ['orientation', ['auth_orient']], ['outcome', ['success']],
  ];
}

function flow(header: LogHeader, table: Table): FlowTable {
  const text = (name: string): ReturnType<typeof textColumn> => textColumn(table, name);
  const [user, target, packages] = [text('src_user'), text('dst_user'), text('auth_type')];
  const published = nameOf(header) === 'published';
  return present<FlowTable>({
    rowCount: table.rowCount,
    places: table.places,
    time: numberColumn(table, 'time'),
    source: text('src_pc'),
    destination: text('dst_pc'),
    user: published ? user && accountUser.of(user) : user,
    userDomain: published ? user && accountDomain.of(user) : text('src_domain'),
    targetUser: published ? target && accountUser.of(target) : target,
    targetDomain: published ? target && accountDomain.of(target) : text('dst_domain'),
    authType: packages && packageName.of(packages),
    logonType: text('logon_type'),
    orientation: text('auth_orient'),
    outcome: text('success'),
    label: text('is_red'),
  });
}
