import type { Connection, Maker } from './connection';
import { ping, tcp, tcpFailed, udp } from './connection';
import { backupServer, chooseSite, day, fileServer, mailServer, printer, resolver, timeServer, working } from './office';
import type { Client, Office } from './office';
import { lookup, tls, visit } from './protocols';

/** What people do, with how often; at night only what machines do on their own is left. */
const sessions: readonly { readonly weight: number; readonly night?: number; readonly make: (maker: Maker, time: number, client: Client, office: Office) => Connection[] }[] = [
  { weight: 60, make: (maker, time, client, office) => visit(maker, time, client, chooseSite(maker.draw, office, client)) },
  { weight: 14, night: 6, make: readMail },
  { weight: 4, make: sendMail },
  { weight: 12, make: openShare },
  { weight: 3, make: print },
  { weight: 3, night: 10, make: (maker, time, client) => [ping(maker, { time, duration: maker.draw.logNormal(0.0005, 0.5), source: client.address, destination: resolver })] },
  // A program that asks for updates: the same small exchange by day and by night.
  { weight: 4, night: 20, make: (maker, time, client, office) => { const site = office.sites[16]!; return [lookup(maker, time, client.address, site.name, 'A', site.addresses, 300), tls(maker, time + 0.02, maker.draw.logNormal(0.6, 0.5), client.address, site.name, site.addresses[0]!, 443, maker.draw.between(900, 1300), maker.draw.between(2000, 6000))]; } },
  // Mistakes are normal too: a name with a typing error, a service that is switched off.
  { weight: 2, make: (maker, time, client) => [lookup(maker, time, client.address, `${maker.draw.text(8, 'abcdefghijklmnopqrstuvwxyz')}.example.net`, 'A', [], 300)] },
  { weight: 1, night: 1, make: (maker, time, client) => [tcpFailed(maker, { time, source: client.address, destination: maker.draw.pick([fileServer, printer]), destinationPort: maker.draw.pick([80, 631, 5357]) }, maker.draw.chance(0.7) ? 'refused' : 'none')] },
];

function readMail(maker: Maker, time: number, client: Client): Connection[] {
  const { draw } = maker;
  return [tls(maker, time, draw.logNormal(1.5, 0.6), client.address, 'mail.example.com', mailServer, 993, draw.between(500, 900), draw.chance(0.7) ? draw.between(900, 2000) : Math.round(draw.logNormal(40000, 1.2)))];
}

function sendMail(maker: Maker, time: number, client: Client): Connection[] {
  const { draw } = maker;
  return [lookup(maker, time, client.address, 'mail.example.com', 'A', [mailServer], 3600), tls(maker, time + 0.02, draw.logNormal(2, 0.5), client.address, 'mail.example.com', mailServer, 587, Math.round(draw.logNormal(30000, 1.4)), draw.between(600, 1200))];
}

function openShare(maker: Maker, time: number, client: Client): Connection[] {
  const { draw } = maker, writes = draw.chance(0.25);
  return [tcp(maker, { time, duration: draw.logNormal(30, 1.2), source: client.address, destination: fileServer, destinationPort: 445, service: 'smb', forwardBytes: Math.round(draw.logNormal(writes ? 300000 : 6000, 1.1)), backwardBytes: Math.round(draw.logNormal(writes ? 8000 : 200000, 1.2)) })];
}

function print(maker: Maker, time: number, client: Client): Connection[] {
  return [tcp(maker, { time, duration: maker.draw.logNormal(6, 0.7), source: client.address, destination: printer, destinationPort: 9100, forwardBytes: Math.round(maker.draw.logNormal(400000, 1)), backwardBytes: maker.draw.between(60, 200) })];
}

/** What one person, or one machine when it is night, does at this moment. */
export function session(maker: Maker, time: number, second: number, office: Office): Connection[] {
  const { draw } = maker, awake = working(second);
  const weights = sessions.map(({ weight, night = 0 }) => (awake ? weight : night));
  let left = draw.unit() * weights.reduce((sum, weight) => sum + weight, 0);
  const { make } = sessions[weights.findIndex((weight) => (left -= weight) < 0)] ?? sessions[1]!;
  return make(maker, time, draw.pick(office.clients), office);
}

/** How often all machines together do what they do by the clock: at most so many times a day, fewer where the capture is small. */
export interface Routine { readonly clockQueries: number; readonly backups: number }

/** Clock queries at even intervals all day but for a second, each machine at its own phase; backups one machine after the other from one o'clock on. */
export function* routine(maker: Maker, midnight: number, { clients }: Office, { clockQueries, backups }: Routine): Generator<Connection> {
  const { draw } = maker;
  const due = [
    ...Array.from({ length: clockQueries }, (_, i) => ({ time: midnight + (i + 0.5) * day / clockQueries + draw.unit(), client: clients[i % clients.length]!, backup: false })),
    ...Array.from({ length: backups }, (_, i) => ({ time: midnight + 3600 + i * 7200 / backups + draw.unit() * 5, client: clients[i % clients.length]!, backup: true })),
  ].sort((a, b) => a.time - b.time);
  for (const { time, client, backup } of due) {
    yield backup
      ? tcp(maker, { time, duration: draw.logNormal(240, 0.3), source: client.address, destination: backupServer, destinationPort: 22, service: 'ssh', forwardBytes: Math.round(draw.logNormal(4e7, 0.4)), backwardBytes: draw.between(200000, 400000) })
      : udp(maker, { time, duration: draw.logNormal(0.02, 0.3), source: client.address, destination: timeServer, destinationPort: 123, service: 'ntp', forwardBytes: 48, backwardBytes: 48 });
  }
}
