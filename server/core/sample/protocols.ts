import type { Connection, LogRow, Maker } from './connection';
import { tcp, udp } from './connection';
import { resolver } from './office';
import type { Client, Site } from './office';

const dash = (n: number): string[] => Array.from({ length: n }, () => '-');
const queryTypes = { A: 1, TXT: 16, AAAA: 28 } as const;

/** A lookup at the office's resolver. `answers` is empty for a name that does not exist. */
export function lookup(maker: Maker, time: number, source: string, query: string, type: keyof typeof queryTypes, answers: readonly string[], ttl: number): Connection {
  const { draw } = maker;
  const rtt = draw.logNormal(ttl < 60 ? 0.03 : 0.004, 0.8), ok = answers.length > 0;
  const row: LogRow = {
    log: 'dns', time, cells: ['udp', draw.between(1, 65535), rtt.toFixed(6), query, 1, 'C_INTERNET', queryTypes[type], type, ok ? 0 : 3, ok ? 'NOERROR' : 'NXDOMAIN', 'F', 'F', 'T', 'T', 0,
      ok ? answers.join(',') : '-', ok ? answers.map(() => ttl.toFixed(6)).join(',') : '-', 'F'],
  };
  const question = query.length + 18;
  return udp(maker, { time, duration: rtt, source, destination: resolver, destinationPort: 53, service: 'dns', forwardBytes: question, backwardBytes: question + answers.reduce((sum, answer) => sum + (type === 'TXT' ? 13 + answer.length : 16), 0), rows: [row] });
}

export interface Exchange {
  readonly method: 'GET' | 'POST';
  readonly uri: string;
  readonly agent: string;
  readonly status: readonly [code: number, message: string];
  readonly sent: number;
  readonly received: number;
  readonly mime: string;
}

/** One unencrypted connection to a web server with one or several exchanges, and the files they carried. */
export function http(maker: Maker, time: number, source: string, host: string, destination: string, exchanges: readonly Exchange[]): Connection {
  const { draw } = maker;
  const rows: LogRow[] = [];
  let at = time + draw.logNormal(0.02, 0.5), forwardBytes = 0, backwardBytes = 0;
  exchanges.forEach(({ method, uri, agent, status, sent, received, mime }, i) => {
    const fuid = received > 0 ? maker.fuid() : '-', took = draw.logNormal(0.05, 0.7) + received / 4e6;
    rows.push({ log: 'http', time: at, cells: [i + 1, method, host, uri, '-', '1.1', agent, '-', sent, received, status[0], status[1], '-', '-', '(empty)', ...dash(6), fuid, '-', received > 0 ? mime : '-'] });
    if (received > 0) rows.push({ log: 'files', time: at + took / 2, cells: [fuid, 'HTTP', 0, '(empty)', mime, '-', (took / 2).toFixed(6), 'F', 'F', received, received, 0, 0, 'F', ...dash(7)] });
    forwardBytes += sent + 220 + uri.length + agent.length;
    backwardBytes += received + 280;
    at += took + draw.logNormal(0.05, 1);
  });
  return tcp(maker, { time, duration: at - time, source, destination, destinationPort: 80, service: 'http', forwardBytes, backwardBytes, rows });
}

/** One encrypted connection; `forwardBytes` and `backwardBytes` are what it carries beside the handshake. */
export function tls(maker: Maker, time: number, duration: number, source: string, host: string, destination: string, port: number, forwardBytes: number, backwardBytes: number): Connection {
  const { draw } = maker;
  const resumed = draw.chance(0.4), handshake = Math.min(duration / 2, draw.logNormal(0.04, 0.5));
  const row: LogRow = { log: 'ssl', time: time + handshake, cells: ['TLSv13', 'TLS_AES_128_GCM_SHA256', 'x25519', host, resumed ? 'T' : 'F', '-', port === 443 ? 'h2' : '-', 'T', resumed ? 'CsijivDi' : 'CsiIi', '-', '-', 'T'] };
  return tcp(maker, { time, duration, source, destination, destinationPort: port, service: 'ssl', forwardBytes: forwardBytes + 700, backwardBytes: backwardBytes + (resumed ? 300 : 3400), rows: [row] });
}

/** The lookups and connections of one page. */
export function visit(maker: Maker, time: number, client: Client, site: Site): Connection[] {
  const { draw } = maker, made: Connection[] = [];
  const address = draw.pick(site.addresses);
  if (draw.chance(0.5)) {
    made.push(lookup(maker, time, client.address, site.name, 'A', site.addresses, 300));
    if (draw.chance(0.4)) made.push(lookup(maker, time + 0.0002, client.address, site.name, 'AAAA', [], 300));
  }
  let at = time + 0.02;
  for (let n = draw.between(1, 3); n > 0; n--, at += draw.logNormal(0.1, 1)) {
    if (site.secure) made.push(tls(maker, at, draw.logNormal(8, 1.3), client.address, site.name, address, 443, Math.round(draw.logNormal(1800, 0.8)), Math.round(draw.logNormal(22000, 1.4))));
    else made.push(http(maker, at, client.address, site.name, address, Array.from({ length: draw.between(1, 4) }, () => page(maker, client.agent))));
  }
  return made;
}

const contents = [['text/html', '.html', 14000], ['image/png', '.png', 9000], ['image/jpeg', '.jpg', 30000], ['application/javascript', '.js', 25000], ['text/css', '.css', 8000]] as const;

function page({ draw }: Maker, agent: string): Exchange {
  const [mime, ending, median] = draw.pick(contents);
  const uri = `/${draw.pick(['', 'static/', 'img/', 'archive/', 'a/b/'])}${draw.text(draw.between(4, 9), 'abcdefghijklmnopqrstuvwxyz')}${ending}`;
  if (draw.chance(0.03)) return { method: 'GET', uri, agent, status: [404, 'Not Found'], sent: 0, received: 512, mime: 'text/html' };
  if (draw.chance(0.12)) return { method: 'GET', uri, agent, status: [304, 'Not Modified'], sent: 0, received: 0, mime };
  return { method: 'GET', uri, agent, status: [200, 'OK'], sent: 0, received: Math.round(draw.logNormal(median, 0.9)), mime };
}
