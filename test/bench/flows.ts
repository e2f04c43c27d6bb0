import * as fs from 'node:fs';
import { mulberry32, randomBelow, type Rng } from '../../server/core/util/rng';

/** A Zeek conn.log made up for a benchmark; equal recipes give equal bytes. */
export interface FlowRecipe {
  readonly rows: number;
  /** Connection pairs; few of them have most of the rows. */
  readonly pairs: number;
  /** Logs with equal pairs and different seeds have the same hosts and services. */
  readonly seed: number;
  /** Rows of a port scan in the middle of the log, 0 for none. */
  readonly scan: number;
  /** Rows written before in other logs: the time goes on behind them. Default 0. */
  readonly before?: number;
}

interface Service {
  readonly port: number;
  readonly protocol: string;
  readonly name: string;
  /** Natural logarithms of the usual bytes each way. */
  readonly sent: number;
  readonly received: number;
  readonly seconds: number;
}

const SERVICES: readonly Service[] = [
  { port: 443, protocol: 'tcp', name: 'ssl', sent: 7, received: 9, seconds: 8 },
  { port: 53, protocol: 'udp', name: 'dns', sent: 3.7, received: 4.8, seconds: 0.05 },
  { port: 80, protocol: 'tcp', name: 'http', sent: 6, received: 8.5, seconds: 2 },
  { port: 123, protocol: 'udp', name: 'ntp', sent: 3.9, received: 3.9, seconds: 0.03 },
  { port: 445, protocol: 'tcp', name: 'smb', sent: 8, received: 8, seconds: 30 },
  { port: 22, protocol: 'tcp', name: 'ssh', sent: 8, received: 9, seconds: 300 },
  { port: 8080, protocol: 'tcp', name: '-', sent: 6, received: 6, seconds: 1 },
];

const HEADER = `#separator \\x09
#set_separator\t,
#empty_field\t(empty)
#unset_field\t-
#path\tconn
#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes
#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tstring\tcount\tcount\tcount\tcount
`;
/** Lines before the first row. */
export const HEADER_LINES = HEADER.split('\n').length - 1;

const BLOCK_ROWS = 10_000;
const START = 1_704_067_200;
/** The same for logs of every size: a larger log is a longer one. */
const ROWS_PER_SECOND = 50;

/** Writes the log, about 120 bytes a row. O(rows). */
export function writeFlows(file: string, recipe: FlowRecipe): void {
  const network = mulberry32(20);
  const rng = mulberry32(recipe.seed);
  const sources = Array.from({ length: recipe.pairs }, () => `10.${randomBelow(network, 8)}.${randomBelow(network, 32)}.${1 + randomBelow(network, 250)}`);
  const targets = Array.from({ length: recipe.pairs }, () => `${20 + randomBelow(network, 120)}.${randomBelow(network, 32)}.${randomBelow(network, 64)}.${1 + randomBelow(network, 250)}`);
  const services = Array.from({ length: recipe.pairs }, () => SERVICES[Math.floor(SERVICES.length * network() ** 1.6)]);
  const scanFrom = Math.floor((recipe.rows - recipe.scan) / 2);
  const out = fs.openSync(file, 'w');
  fs.writeSync(out, HEADER);
  for (let row = 0; row < recipe.rows; ) {
    let text = '';
    for (const blockEnd = Math.min(recipe.rows, row + BLOCK_ROWS); row < blockEnd; row++) {
      // Zeek writes a connection when it ends, with the time of its start: logs are nearly in time order.
      const end = START * 1e6 + Math.floor(((row + (recipe.before ?? 0) + rng()) / ROWS_PER_SECOND) * 1e6);
      const uid = `C${(rng() * 2 ** 32 + 2 ** 40).toString(36)}${(rng() * 2 ** 32 + 2 ** 40).toString(36).slice(0, 9)}`;
      if (row >= scanFrom && row < scanFrom + recipe.scan) {
        text += `${fixed(end)}\t${uid}\t10.0.0.66\t40000\t10.0.0.1\t${1 + ((row - scanFrom) % 65_000)}\ttcp\t-\t0.000021\t0\t0\tREJ\tSr\t1\t60\t1\t40\n`;
        continue;
      }
      const pair = Math.floor(recipe.pairs * rng() ** 4);
      const duration = rng() < 0.03 ? -1 : Math.floor(services[pair].seconds * 2e6 * rng());
      text += `${fixed(end - Math.max(0, duration))}\t${uid}\t${sources[pair]}\t${1024 + randomBelow(rng, 64_000)}\t${targets[pair]}\t${tail(services[pair], duration, rng)}`;
    }
    fs.writeSync(out, Buffer.from(text, 'latin1'));
  }
  fs.closeSync(out);
}

/** Everything from the destination port on; -1 microseconds: the connection was not answered. */
function tail(service: Service, duration: number, rng: Rng): string {
  if (duration < 0) return `${service.port}\t${service.protocol}\t-\t-\t-\t-\tS0\tS\t1\t60\t0\t0\n`;
  const sent = Math.floor(Math.exp(service.sent + 3 * (rng() - 0.5)));
  const received = Math.floor(Math.exp(service.received + 3 * (rng() - 0.5)));
  const [packets, answers] = [1 + (sent >>> 10), 1 + (received >>> 10)];
  return `${service.port}\t${service.protocol}\t${service.name}\t${fixed(duration)}\t${sent}\t${received}\tSF\t${service.protocol === 'tcp' ? 'ShADadFf' : 'Dd'}\t${packets}\t${sent + 40 * packets}\t${answers}\t${received + 40 * answers}\n`;
}

/** Microseconds as seconds with six decimals. */
function fixed(microseconds: number): string {
  const seconds = Math.floor(microseconds / 1e6);
  return `${seconds}.${String(1e6 + (microseconds - seconds * 1e6)).slice(1)}`;
}

/**
 * Writes flows of the same network as Argus does (`ra`, as in CTU-13), about 110 bytes a row. A pair does what its service usually does, a little, or has
 * failed, and mostly goes on as it did before, so that traces of a pair have an order to learn. O(rows).
 */
export function writeArgus(file: string, recipe: FlowRecipe): void {
  const network = mulberry32(20);
  const rng = mulberry32(recipe.seed);
  const address = (first: number): string => `${first}.${randomBelow(network, 32)}.${randomBelow(network, 64)}.${1 + randomBelow(network, 250)}`;
  const pairs = Array.from({ length: recipe.pairs }, () => ({ source: address(10), target: address(20 + randomBelow(network, 120)), service: SERVICES[Math.floor(SERVICES.length * network() ** 1.6)], mood: 0 }));
  const out = fs.openSync(file, 'w');
  fs.writeSync(out, 'StartTime,Dur,Proto,SrcAddr,Sport,Dir,DstAddr,Dport,State,sTos,dTos,TotPkts,TotBytes,SrcBytes,Label\n');
  for (let row = 0; row < recipe.rows; ) {
    let text = '';
    for (const blockEnd = Math.min(recipe.rows, row + BLOCK_ROWS); row < blockEnd; row++) {
      const pair = pairs[Math.floor(recipe.pairs * rng() ** 4)];
      const { source, target, service } = pair;
      if (rng() < 0.2) pair.mood = rng() < 0.05 ? 2 : randomBelow(rng, 2);
      const time = new Date(START * 1000 + Math.floor((row / ROWS_PER_SECOND) * 1000)).toISOString().replace(/-/g, '/').replace('T', ' ').replace('Z', '000');
      const start = `${source},${1024 + randomBelow(rng, 64_000)},   ->,${target},${service.port}`;
      const failed = pair.mood === 2;
      const sent = failed ? 60 : Math.floor(Math.exp(service.sent - pair.mood + 1.5 * (rng() - 0.5)));
      const received = failed ? 0 : Math.floor(Math.exp(service.received - pair.mood + 1.5 * (rng() - 0.5)));
      const packets = 1 + (sent >>> 10) + (failed ? 0 : 1 + (received >>> 10));
      text += `${time},${fixed(failed ? 0 : Math.floor(service.seconds * (1e6 - pair.mood * 8e5) * (0.5 + rng())))},${service.protocol},${start},${failed ? 'S_' : service.protocol === 'tcp' ? 'FSPA_FSPA' : 'CON'},0,${failed ? '' : 0},${packets},${sent + received + 40 * packets},${sent + 40},flow=Background\n`;
    }
    fs.writeSync(out, Buffer.from(text, 'latin1'));
  }
  fs.closeSync(out);
}
