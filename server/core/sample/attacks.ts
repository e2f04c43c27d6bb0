import type { Connection, Maker } from './connection';
import { ping, tcp, tcpFailed } from './connection';
import { base32 } from './draw';
import { day, fileServer } from './office';
import { http, lookup, tls } from './protocols';

/** One attack of the second day. */
export interface Attack {
  readonly label: string;
  /** Seconds of the day. */
  readonly begins: number;
  readonly ends: number;
  /** Steps at least (fewer would not be this attack), and at most however large the capture is. */
  readonly least: number;
  readonly most: number;
  /** Bytes of all rows and labels of one step, about. */
  readonly stepBytes: number;
  /** Part of the share of the capture that attacks get. */
  readonly share: number;
  /** Time of a step, as a part of the attack's span; absent: at even intervals, each off by up to half an interval. */
  readonly jitter?: number;
  readonly step: (maker: Maker, time: number, i: number, victim: string) => Connection;
}

const hour = 3600;
const control = '203.0.113.201', drop = '198.51.100.222';

/** In the order in which a small capture takes them up. All come from one client that was taken over. */
export const attacks: readonly Attack[] = [
  { label: 'PortScan', begins: 10.2 * hour, ends: 10.25 * hour, least: 6, most: 65000, stepBytes: 310, share: 0.22,
    step: (maker, time, i, source) => scanned(maker, time, source, 1 + (i * 7919) % 65521) },
  { label: 'Beacon', begins: 8.5 * hour, ends: 23 * hour, least: 5, most: 870, stepBytes: 720, share: 0.22, jitter: 0.02,
    step: (maker, time, _i, source) => http(maker, time, source, 'status.example.net', control, [{ method: 'POST', uri: '/api/v1/ping', agent: 'Mozilla/5.0 (compatible)', status: [200, 'OK'], sent: maker.draw.between(96, 104), received: 24, mime: 'text/plain' }]) },
  { label: 'DnsTunnel', begins: 15.5 * hour, ends: 16.4 * hour, least: 5, most: 200000, stepBytes: 620, share: 0.28,
    step: (maker, time, _i, source) => lookup(maker, time, source, `${maker.draw.text(57, base32)}.${maker.draw.text(maker.draw.between(30, 57), base32)}.t.example.net`, 'TXT', [maker.draw.text(maker.draw.between(80, 160), base32)], 5) },
  { label: 'SshBruteForce', begins: 14.3 * hour, ends: 14.7 * hour, least: 5, most: 20000, stepBytes: 320, share: 0.12,
    step: (maker, time, _i, source) => tcp(maker, { time, duration: maker.draw.logNormal(2.2, 0.2), source, destination: fileServer, destinationPort: 22, service: 'ssh', forwardBytes: maker.draw.between(1700, 2100), backwardBytes: maker.draw.between(2100, 2500) }) },
  { label: 'IpSweep', begins: 11.1 * hour, ends: 11.13 * hour, least: 6, most: 65000, stepBytes: 310, share: 0.14,
    step: (maker, time, i, source) => swept(maker, time, source, `10.1.${1 + Math.floor(i / 254) % 250}.${1 + i % 254}`) },
  { label: 'Exfiltration', begins: 16.8 * hour, ends: 17.6 * hour, least: 1, most: 12, stepBytes: 480, share: 0.02,
    step: (maker, time, _i, source) => tls(maker, time, maker.draw.logNormal(90, 0.3), source, 'files.example.net', drop, 443, Math.round(maker.draw.logNormal(1.5e8, 0.4)), maker.draw.between(200000, 500000)) },
];

function scanned(maker: Maker, time: number, source: string, port: number): Connection {
  const open = [22, 139, 445].includes(port);
  return open ? tcp(maker, { time, duration: 0.002, source, destination: fileServer, destinationPort: port, forwardBytes: 0, backwardBytes: 0 }) : tcpFailed(maker, { time, source, destination: fileServer, destinationPort: port }, maker.draw.chance(0.95) ? 'refused' : 'none');
}

function swept(maker: Maker, time: number, source: string, destination: string): Connection {
  if (maker.draw.chance(0.5)) return ping(maker, { time, duration: maker.draw.chance(0.1) ? 0.0006 : 0, source, destination });
  return tcpFailed(maker, { time, source, destination, destinationPort: 445 }, maker.draw.chance(0.1) ? 'refused' : 'none');
}

/** How many steps of each attack fit into `bytes`; an attack that would be too short is left out, so a capture under about 30 kB has not all. */
export function plan(bytes: number): { attack: Attack; steps: number }[] {
  let left = bytes;
  return attacks.flatMap((attack) => {
    const steps = Math.min(attack.most, Math.max(attack.least, Math.floor(bytes * attack.share / attack.stepBytes)));
    if (steps * attack.stepBytes > left && left < bytes) return [];
    left -= steps * attack.stepBytes;
    return [{ attack, steps }];
  });
}

/** The steps of an attack in order of time. */
export function* carryOut(maker: Maker, midnight: number, { begins, ends, jitter = 0.5, step }: Attack, steps: number, victim: string): Generator<Connection> {
  const interval = Math.min(ends - begins, day) / steps;
  for (let i = 0; i < steps; i++) {
    const time = midnight + begins + (i + 0.5 + jitter * (maker.draw.unit() - 0.5)) * interval;
    yield step(maker, time, i, victim);
  }
}
