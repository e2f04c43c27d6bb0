import { TextChange } from './texts';

/** What stands for an unknown value in logs of Windows events. */
const UNKNOWN = '?';

/** An account and its domain; undefined where unknown. */
export interface Account {
  readonly user: string | undefined;
  readonly domain: string | undefined;
}

/** Cuts `user@domain` (at the last `@`) or `DOMAIN\user`; a text with neither is a user. `?` is unknown. */
export function splitAccount(text: string): Account {
  const at = text.lastIndexOf('@');
  if (at >= 0) return { user: known(text.slice(0, at)), domain: known(text.slice(at + 1)) };
  const backslash = text.indexOf('\\');
  return backslash < 0 ? { user: known(text), domain: undefined } : { user: known(text.slice(backslash + 1)), domain: known(text.slice(0, backslash)) };
}

/** Cuts `principal/REALM` as Zeek writes Kerberos names, at the last slash: `host/web1/CORP` is `host/web1` of `CORP`. */
export function splitPrincipal(text: string): Account {
  const slash = text.lastIndexOf('/');
  return slash < 0 ? { user: known(text), domain: undefined } : { user: known(text.slice(0, slash)), domain: known(text.slice(slash + 1)) };
}

function known(text: string): string | undefined {
  return text === '' || text === UNKNOWN ? undefined : text;
}

export const accountUser = new TextChange((text) => splitAccount(text).user);
export const accountDomain = new TextChange((text) => splitAccount(text).domain);
export const principalUser = new TextChange((text) => splitPrincipal(text).user);
export const principalDomain = new TextChange((text) => splitPrincipal(text).domain);

const LONG_PACKAGE = 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0';

/** Authentication packages; the long name that LANL's events cut at different places is one again. */
export const packageName = new TextChange((text) => (text.startsWith('MICROSOFT_AUTH') ? LONG_PACKAGE : text));

/** Outcomes in two words. What means neither is missing. */
export const outcomeWord = new TextChange((text) => OUTCOMES.get(text.trim().toLowerCase()));

const OUTCOMES: ReadonlyMap<string, string> = new Map([
  ...['success', 'succeeded', 'accepted', 'audit success', 't', 'true', '1', 'yes', '4624', '4634', '4647', '4648', '4768', '4769', '4776', '0x0'].map((word): [string, string] => [word, 'Success']),
  ...['fail', 'failed', 'failure', 'audit failure', 'f', 'false', '0', 'no', '4625', '4771'].map((word): [string, string] => [word, 'Fail']),
]);

/** Windows' numbers of logon types, by Microsoft's documentation of event 4624; other texts stay. */
const LOGON_TYPES: ReadonlyMap<string, string> = new Map([
  ['2', 'Interactive'], ['3', 'Network'], ['4', 'Batch'], ['5', 'Service'], ['7', 'Unlock'], ['8', 'NetworkCleartext'], ['9', 'NewCredentials'], ['10', 'RemoteInteractive'], ['11', 'CachedInteractive'],
]);
export const logonTypeWord = new TextChange((text) => LOGON_TYPES.get(text) ?? text);

/** What Windows' security events are, in LANL's words; other texts stay. */
const EVENTS: ReadonlyMap<string, string> = new Map([
  ['4624', 'LogOn'], ['4625', 'LogOn'], ['4648', 'LogOn'], ['4634', 'LogOff'], ['4647', 'LogOff'], ['4768', 'TGT'], ['4771', 'TGT'], ['4769', 'TGS'], ['4776', 'AuthMap'], ['4800', 'ScreenLock'], ['4801', 'ScreenUnlock'],
]);
export const eventWord = new TextChange((text) => EVENTS.get(text) ?? text);
