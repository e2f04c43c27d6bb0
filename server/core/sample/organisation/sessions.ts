import type { Draw } from '../draw';
import { DOMAIN, type Organisation, PASSWORD_DAYS, type Person } from './people';

/** Takes an event: seconds after now, and its line without the time. */
export type Emit = (later: number, line: string) => void;

/** An event of LANL's form behind its time. */
export function eventLine(source: string, target: string, from: string, to: string, type: string, logon: string, orientation: string, success = true): string {
  return `${source},${target},${from},${to},${type},${logon},${orientation},${success ? 'Success' : 'Fail'}`;
}

interface Around {
  readonly draw: Draw;
  readonly organisation: Organisation;
  readonly emit: Emit;
  readonly day: number;
}

/** What people do from a machine, with how often. What is new is not bad by itself: much of it stays within the department. */
const ACTIONS: readonly { readonly weight: (person: Person, day: number) => number; readonly run: (person: Person, host: string, around: Around) => void }[] = [
  { weight: () => 8, run: logOn },
  { weight: () => 56, run: (person, host, around) => use(person, host, usual(around.draw, person), around) },
  { weight: () => 20, run: (person, host, around) => use(person, host, around.organisation.mail, around) },
  { weight: ({ legacy }) => (legacy ? 10 : 0), run: ({ account }, host, { organisation, emit }) => network(account, host, organisation.legacyServer, 'NTLM', emit, 20) },
  { weight: () => 12, run: unlock },
  { weight: () => 1.5, run: mistype },
  { weight: () => 4, run: (person, host, around) => use(person, host, projectServer(person, around.day), around) },
  { weight: () => 1.5, run: (person, host, around) => use(person, host, around.draw.pick(person.department.servers), around) },
  { weight: () => 0.7, run: ({ account, department }, host, { draw, emit }) => network(account, host, draw.pick(department.hosts), packageOf(draw), emit, draw.between(5, 600)) },
  { weight: () => 0.3, run: ({ account, department }, _, { draw, emit }) => atDesk(account, draw.pick(department.hosts), emit) },
  { weight: () => 0.15, run: (person, host, around) => use(person, host, around.draw.pick(around.organisation.servers), around) },
  { weight: ({ admin }) => (admin ? 16 : 0), run: (person, host, { draw, emit }) => network(person.account, host, usual(draw, person), 'Negotiate', emit, draw.between(60, 1700), 'RemoteInteractive') },
  { weight: ({ admin }) => (admin ? 5 : 0), run: ({ account }, host, { draw, organisation, emit }) => network(account, host, draw.pick(organisation.hosts), draw.chance(0.3) ? 'NTLM' : 'Kerberos', emit, draw.between(5, 300)) },
  { weight: ({ passwordDay }, day) => (passwordDay === day % PASSWORD_DAYS ? 25 : 0), run: stalePassword },
];

/** What a person does at this moment. */
export function session(person: Person, around: Around): void {
  const { draw, day } = around;
  const weights = ACTIONS.map(({ weight }) => weight(person, day));
  let left = draw.unit() * weights.reduce((sum, weight) => sum + weight, 0);
  const chosen = weights.findIndex((weight) => (left -= weight) < 0);
  ACTIONS[Math.max(0, chosen)].run(person, deskOf(person, draw, day), around);
}

/** The machine a person is at: mostly the first of their own; without a desk, one of the department's that changes by the day. */
function deskOf({ hosts, department, roaming, passwordDay }: Person, draw: Draw, day: number): string {
  if (roaming) return department.hosts[(passwordDay * 7919 + day * 104729) % department.hosts.length];
  return hosts.length > 1 && draw.chance(0.25) ? hosts[1] : hosts[0];
}

/** Somebody's project of these days uses a server of the department, which changes every few days. */
function projectServer({ department, passwordDay }: Person, day: number): string {
  return department.servers[(passwordDay * 31 + Math.floor((day + passwordDay) / 3) * 17) % department.servers.length];
}

/** Kerberos as a rule; NTLM where a server is called by its address. */
function packageOf(draw: Draw): string {
  return draw.chance(0.06) ? 'NTLM' : 'Kerberos';
}

/** One of the servers a person uses: the first half of the time, the second a quarter of it, and so on. */
function usual(draw: Draw, { servers }: Person): string {
  let i = 0;
  while (i + 1 < servers.length && draw.chance(0.5)) i++;
  return servers[i];
}

function logOn({ account }: Person, host: string, { draw, organisation, emit }: Around): void {
  emit(0, eventLine(account, account, host, draw.pick(organisation.controllers), '?', '?', 'TGT'));
  emit(0, eventLine(account, `${host}$@${DOMAIN}`, host, host, '?', '?', 'AuthMap'));
  atDesk(account, host, emit);
}

function atDesk(account: string, host: string, emit: Emit): void {
  emit(1, eventLine(account, account, host, host, 'Negotiate', 'Interactive', 'LogOn'));
  emit(2, eventLine(account, account, host, 'TGT', '?', '?', 'TGS'));
}

function use({ account }: Person, host: string, server: string, { draw, emit }: Around): void {
  if (draw.chance(0.4)) emit(0, eventLine(account, account, host, server, '?', '?', 'TGS'));
  network(account, host, server, packageOf(draw), emit, draw.between(1, 600));
}

/** A logon over the network, and its end, which the server itself reports. */
function network(account: string, from: string, to: string, type: string, emit: Emit, seconds: number, logon = 'Network'): void {
  emit(0, eventLine(account, account, from, to, type, logon, 'LogOn'));
  emit(seconds, eventLine(account, account, to, to, '?', logon, 'LogOff'));
}

function unlock({ account }: Person, host: string, { draw, emit }: Around): void {
  const away = draw.between(30, 1500);
  emit(0, eventLine(account, account, host, host, '?', '?', 'ScreenLock'));
  emit(away, eventLine(account, account, host, host, 'Negotiate', 'Unlock', 'LogOn'));
  emit(away, eventLine(account, account, host, host, '?', '?', 'ScreenUnlock'));
}

function mistype({ account }: Person, host: string, around: Around): void {
  const times = around.draw.between(1, 2);
  for (let i = 0; i < times; i++) around.emit(i * 4, eventLine(account, account, host, host, 'Negotiate', 'Interactive', 'LogOn', false));
  atDesk(account, host, (later, line) => around.emit(later + times * 4, line));
}

/** After the change of a password a device goes on with the old one for a while. */
function stalePassword({ account }: Person, host: string, { draw, organisation, emit }: Around): void {
  const times = draw.between(2, 8);
  for (let i = 0; i < times; i++) emit(i * 30, eventLine(account, account, host, organisation.mail, 'NTLM', 'Network', 'LogOn', false));
}

/** What a machine does by itself, with its own account. */
export function machineWork(host: string, { draw, organisation, emit }: Around): void {
  const account = `${host}$@${DOMAIN}`;
  const controller = draw.pick(organisation.controllers);
  const kind = draw.unit();
  if (kind < 0.6) network(account, host, controller, 'Kerberos', emit, draw.between(1, 30));
  else if (kind < 0.75) emit(0, eventLine(account, account, host, 'TGT', '?', '?', 'TGS'));
  else if (kind < 0.9) emit(0, eventLine(`SYSTEM@${host}`, `SYSTEM@${host}`, host, host, 'Negotiate', 'Service', 'LogOn'));
  else if (kind < 0.97) emit(0, eventLine(account, account, host, controller, '?', '?', 'TGT'));
  else emit(0, eventLine(`ANONYMOUS LOGON@${controller}`, `ANONYMOUS LOGON@${controller}`, host, controller, 'NTLM', 'Network', 'LogOn'));
}

/** A program that works by the clock. */
export function jobWork({ account, host, target }: Organisation['jobs'][number], { draw, emit }: Around): void {
  emit(0, eventLine(account, account, host, host, 'Negotiate', 'Batch', 'LogOn'));
  network(account, host, target, 'Kerberos', (later, line) => emit(later + 1, line), draw.between(5, 200));
}
