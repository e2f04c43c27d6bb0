import type { FlowField, FlowTable } from '../table/flow';
import type { Table, TextColumn } from '../table/table';
import { accountDomain, accountUser, outcomeWord, principalDomain, principalUser } from './accounts';
import { numberColumn, present, textColumn } from './flowColumns';
import type { LogHeader } from './format';
import { constantText, TextChange } from './texts';

/** What one of Zeek's logs says about authentication: fields behind members of the view, and what all its rows have in common. */
interface AuthLog {
  readonly fields: readonly (readonly [FlowField, readonly string[]])[];
  view(table: Table, header: LogHeader): { [F in FlowField]?: FlowTable[F] | undefined };
}

const COMMON: AuthLog['fields'] = [
  ['time', ['ts']], ['source', ['id.orig_h']], ['destination', ['id.resp_h']], ['sourcePort', ['id.orig_p']], ['destinationPort', ['id.resp_p']],
];

/** Requests in the words of Windows: an AS request asks for a ticket-granting ticket. */
const requestWord = new TextChange((text) => (text === 'AS' ? 'TGT' : text));

/** `\\host\share`, or the share alone, as the share in lower case: the host stands in its own column. */
const shareName = new TextChange((text) => text.slice(text.lastIndexOf('\\') + 1).toLowerCase() || undefined);

const changed = (change: TextChange, column: TextColumn | undefined): TextColumn | undefined => column && change.of(column);

/**
 * The first of these columns that the log's header names (the first of all where it names none): one for the whole log, whatever columns
 * later headers, or later objects of JSON, bring.
 */
function ownColumn(table: Table, header: LogHeader, ...names: readonly [string, ...string[]]): TextColumn | undefined {
  const own = new Set(header.fields.map((field) => field.name));
  return textColumn(table, names.find((name) => own.has(name)) ?? names[0]);
}

const LOGS: ReadonlyMap<string, AuthLog> = new Map<string, AuthLog>([
  ['kerberos', {
    fields: [...COMMON, ['user', ['client']], ['userDomain', ['client']], ['targetUser', ['service']], ['targetDomain', ['service']], ['service', ['service']], ['orientation', ['request_type']], ['outcome', ['success']]],
    view(table) {
      const [client, service] = [textColumn(table, 'client'), textColumn(table, 'service')];
      return {
        user: changed(principalUser, client), userDomain: changed(principalDomain, client), targetUser: changed(principalUser, service), targetDomain: changed(principalDomain, service), service,
        authType: constantText('Kerberos', table.rowCount), orientation: changed(requestWord, textColumn(table, 'request_type')), outcome: changed(outcomeWord, textColumn(table, 'success')),
      };
    },
  }],
  ['ntlm', {
    // The account is checked against the server's domain, and the logon is one over the network by nature.
    fields: [...COMMON, ['user', ['username']], ['userDomain', ['domainname']], ['targetUser', ['username']], ['targetDomain', ['server_nb_computer_name', 'server_dns_computer_name']], ['outcome', ['success']]],
    view(table, header) {
      const user = textColumn(table, 'username');
      return {
        user, userDomain: textColumn(table, 'domainname'), targetUser: user, targetDomain: ownColumn(table, header, 'server_nb_computer_name', 'server_dns_computer_name'),
        authType: constantText('NTLM', table.rowCount), logonType: constantText('Network', table.rowCount), orientation: constantText('LogOn', table.rowCount), outcome: changed(outcomeWord, textColumn(table, 'success')),
      };
    },
  }],
  ['smb_mapping', smb('share_type')],
  ['smb_files', smb('action')],
  ['ssh', {
    fields: [...COMMON, ['user', ['user']], ['outcome', ['auth_success', 'status']], ['orientation', ['auth_success', 'status']]],
    view(table, header) {
      return {
        user: textColumn(table, 'user'), authType: constantText('SSH', table.rowCount), logonType: constantText('RemoteInteractive', table.rowCount), orientation: constantText('LogOn', table.rowCount),
        outcome: changed(outcomeWord, ownColumn(table, header, 'auth_success', 'status')),
      };
    },
  }],
]);

/** Access to shares; the target is the share. Zeek itself names no user, some of its packages do. */
function smb(what: string): AuthLog {
  return {
    fields: [...COMMON, ['user', ['user', 'username']], ['userDomain', ['user', 'username']], ['targetUser', ['path']], ['service', ['path']], ['orientation', [what]]],
    view(table, header) {
      const user = ownColumn(table, header, 'user', 'username');
      const path = textColumn(table, 'path');
      return {
        user: changed(accountUser, user), userDomain: changed(accountDomain, user), targetUser: changed(shareName, path), service: path,
        authType: constantText('SMB', table.rowCount), logonType: constantText('Network', table.rowCount), orientation: textColumn(table, what),
      };
    },
  };
}

/** Fields of a log of authentication events behind the members of the common view; undefined for other logs. */
export function zeekAuthFields(header: LogHeader): ReadonlyMap<FlowField, readonly string[]> | undefined {
  const log = LOGS.get(header.kind);
  return log && new Map(log.fields);
}

/** The common view of kerberos, ntlm, smb_mapping, smb_files and ssh logs; undefined for other logs. */
export function zeekAuthFlow(header: LogHeader, table: Table): FlowTable | undefined {
  const log = LOGS.get(header.kind);
  return log && present<FlowTable>({
    rowCount: table.rowCount,
    places: table.places,
    time: numberColumn(table, 'ts'),
    source: textColumn(table, 'id.orig_h'),
    destination: textColumn(table, 'id.resp_h'),
    sourcePort: numberColumn(table, 'id.orig_p'),
    destinationPort: numberColumn(table, 'id.resp_p'),
    label: textColumn(table, 'label'),
    ...log.view(table, header),
  });
}
