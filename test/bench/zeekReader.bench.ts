/**
 * Reads a generated conn.log into the flow columns, and lets DuckDB read the same columns with its CSV reader on one thread,
 * in the same run. Timed are: our reader filling its tables; DuckDB summing up all these columns as it reads (its least
 * work that touches them all, `duckdb`), and DuckDB filling a table in memory (`duckdbIntoTable`). Once, untimed, both must come
 * to the same sums.
 *
 *   node out/test/bench/zeekReader.bench.js [--size 200m] [--runs 3] [--json] [--no-duckdb]
 *
 * The file is generated once (seeded) in the temporary folder and kept for the next run.
 */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Column, Table } from '../../server/core/table/table';
import type { LogHeader, LogReader, Format } from '../../server/core/formats/format';
import { formatById, recognise } from '../../server/core/formats/registry';
import { mulberry32, randomBelow } from '../../server/core/util/rng';

const CHUNK = 1 << 20;

interface Sums {
  rows: number;
  numbers: number;
  bytes: number;
  textLength: number;
  sources: number;
}

const FIELDS = 'ts uid id.orig_h id.orig_p id.resp_h id.resp_p proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents'.split(' ');
const TYPES = 'time string addr port addr port enum string interval count count string bool bool count string count count count count set[string]'.split(' ');
const INTEGERS = ['id.orig_p', 'id.resp_p', 'orig_bytes', 'resp_bytes', 'orig_pkts', 'resp_pkts'];
const REALS = ['ts', 'duration'];
const TEXTS = ['id.orig_h', 'id.resp_h', 'proto', 'service', 'conn_state'];

function generate(file: string, size: number): void {
  const rng = mulberry32(20);
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  const hosts = Array.from({ length: 5000 }, () => `10.${randomBelow(rng, 4)}.${randomBelow(rng, 40)}.${randomBelow(rng, 250)}`);
  const host = (): string => hosts[Math.floor(hosts.length * rng() ** 2)];
  // 5,000 hosts and 60,000 servers, some of them much busier than others.
  const servers = Array.from({ length: 60000 }, () => `${20 + randomBelow(rng, 180)}.${randomBelow(rng, 256)}.${randomBelow(rng, 256)}.${randomBelow(rng, 256)}`);
  const server = (): string => servers[Math.floor(servers.length * rng() ** 3)];
  const services = ['http', 'ssl', 'dns', '-', '-', 'ssh'];
  const states = ['SF', 'SF', 'SF', 'S0', 'REJ', 'RSTO', 'OTH'];
  const out = fs.openSync(`${file}.part`, 'w');
  fs.writeSync(out, `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#open\t2024-01-01-00-00-00\n#fields\t${FIELDS.join('\t')}\n#types\t${TYPES.join('\t')}\n`);
  let written = 0;
  let time = 1704067200;
  while (written < size) {
    const block: string[] = [];
    for (let i = 0; i < 20000; i++) {
      time += rng() * 0.02;
      let uid = 'C';
      for (let k = 0; k < 17; k++) uid += letters[randomBelow(rng, 62)];
      const tcp = rng() < 0.7;
      const known = rng() < 0.85;
      const service = services[randomBelow(rng, services.length)];
      const sent = Math.floor(Math.exp(rng() * 12));
      const received = Math.floor(Math.exp(rng() * 14));
      const packets = 1 + (sent >>> 10);
      const answers = 1 + (received >>> 10);
      block.push(
        [time.toFixed(6), uid, host(), 1024 + randomBelow(rng, 64000), server(), service === 'dns' ? 53 : 1 + randomBelow(rng, 1000), tcp ? 'tcp' : 'udp', service, known ? (rng() * 30).toFixed(6) : '-', known ? sent : '-', known ? received : '-',
          states[randomBelow(rng, states.length)], 'T', 'F', 0, 'ShADadFf', packets, sent + packets * 40, answers, received + answers * 40, '-'].join('\t'),
      );
    }
    const text = `${block.join('\n')}\n`;
    fs.writeSync(out, text);
    written += text.length;
  }
  fs.closeSync(out);
  fs.renameSync(`${file}.part`, file);
}

function sumColumn(column: Column | undefined, rows: number): number {
  let sum = 0;
  if (column?.kind !== 'number') return 0;
  for (let row = 0; row < rows; row++) sum += column.values[row];
  return sum;
}

/** Seconds that have passed, and seconds of processor time, which other programs on the machine disturb less. */
function stopwatch(): () => { wall: number; cpu: number } {
  const wall = performance.now();
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return { wall: (performance.now() - wall) / 1000, cpu: (user + system) / 1e6 };
  };
}

type Times = ReturnType<ReturnType<typeof stopwatch>>;

const faster = (a: Times, b: Times): Times => ({ wall: Math.min(a.wall, b.wall), cpu: Math.min(a.cpu, b.cpu) });

/** Reads the whole file; tables go to `onTable`. */
function ours(file: string, onTable: (table: Table) => void): Times {
  const stop = stopwatch();
  const input = fs.openSync(file, 'r');
  const chunk = Buffer.allocUnsafe(CHUNK);
  let reader: LogReader | undefined;
  for (let length = fs.readSync(input, chunk, 0, CHUNK, null); length > 0; length = fs.readSync(input, chunk, 0, CHUNK, null)) {
    reader ??= openReader(chunk.subarray(0, length), onTable);
    reader.push(chunk.subarray(0, length));
  }
  reader?.finish();
  fs.closeSync(input);
  return stop();
}

function openReader(head: Uint8Array, onTable: (table: Table) => void): LogReader {
  const header = recognise(head) as LogHeader;
  const format = formatById(header.format) as Format;
  const fields = new Set([...format.flowFields(header).values()].flat());
  return format.reader(header, { fields, onTable, onProblem: (problem) => console.error(problem) });
}

function sumUp(file: string): Sums {
  const sums: Sums = { rows: 0, numbers: 0, bytes: 0, textLength: 0, sources: 0 };
  const sources = new Set<string>();
  ours(file, (table) => {
    sums.rows += table.rowCount;
    for (const name of INTEGERS) sums.numbers += sumColumn(table.columns.get(name), table.rowCount);
    sums.bytes += sumColumn(table.columns.get('orig_bytes'), table.rowCount);
    for (const name of TEXTS) {
      const column = table.columns.get(name);
      if (column?.kind !== 'text') continue;
      for (const code of column.codes) sums.textLength += column.dictionary.text(code).length;
      if (name === 'id.orig_h') for (const [, text] of column.dictionary.entries()) sources.add(text);
    }
  });
  return { ...sums, sources: sources.size };
}

async function duckdb(file: string): Promise<{ times: Times; materialised: Times; sums: Sums }> {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const sqlTypes = new Map([['time', 'DOUBLE'], ['interval', 'DOUBLE'], ['port', 'BIGINT'], ['count', 'BIGINT']]);
  const columns = FIELDS.map((name, i) => `'${name}': '${sqlTypes.get(TYPES[i]) ?? 'VARCHAR'}'`).join(', ');
  const source = `read_csv('${file}', delim='\t', header=false, skip=8, quote='', escape='', nullstr='-', auto_detect=false, columns={${columns}})`;
  const quoted = (name: string): string => `"${name}"`;
  const sums = [
    'count(*) AS rows',
    `(${INTEGERS.map((name) => `sum(${quoted(name)})`).join(' + ')})::DOUBLE AS numbers`,
    'sum("orig_bytes")::DOUBLE AS bytes',
    `(${TEXTS.map((name) => `coalesce(sum(length(${quoted(name)})), 0)`).join(' + ')})::DOUBLE AS textLength`,
    ...REALS.map((name, i) => `sum(${quoted(name)}) AS real${i}`),
  ];
  let stop = stopwatch();
  const [row] = (await connection.runAndReadAll(`SELECT ${sums.join(', ')} FROM ${source}`)).getRowObjectsJS();
  const times = stop();
  stop = stopwatch();
  await connection.run(`CREATE TEMP TABLE flows AS SELECT ${[...INTEGERS, ...REALS, ...TEXTS].map(quoted).join(', ')} FROM ${source}`);
  const materialised = stop();
  const [distinct] = (await connection.runAndReadAll('SELECT count(DISTINCT "id.orig_h") AS sources FROM flows')).getRowObjectsJS();
  connection.closeSync();
  const [rows, numbers, bytes, textLength] = ['rows', 'numbers', 'bytes', 'textLength'].map((name) => Number(row[name]));
  const sources = Number(distinct['sources']);
  return { times, materialised, sums: { rows, numbers, bytes, textLength, sources } };
}

function sizeOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([kmg]?)$/i.exec(text);
  if (match === null) throw new Error(`--size ${text} is no size: write 200m or 2g`);
  return Number(match[1]) * { '': 1, k: 1e3, m: 1e6, g: 1e9 }[match[2].toLowerCase() as '' | 'k' | 'm' | 'g'];
}

async function main(): Promise<void> {
  const argument = (name: string, fallback: string): string => {
    const at = process.argv.indexOf(`--${name}`);
    return at < 0 ? fallback : (process.argv[at + 1] ?? fallback);
  };
  const sizeText = argument('size', '200m');
  const file = path.join(os.tmpdir(), `anomaline-bench-conn3-${sizeText}.log`);
  if (!fs.existsSync(file)) generate(file, sizeOf(sizeText));
  const megabytes = fs.statSync(file).size / 1e6;
  const runs = Number(argument('runs', '3'));

  let rows = 0;
  const count = (table: Table): void => {
    rows += table.rowCount;
  };
  let best = ours(file, count);
  const total = rows;
  const memory = process.resourceUsage().maxRSS / 1024;
  const compare = !process.argv.includes('--no-duckdb');
  let theirs = compare ? await duckdb(file) : undefined;
  for (let run = 1; run < runs; run++) {
    best = faster(best, ours(file, count));
    if (theirs === undefined) continue;
    const other = await duckdb(file);
    theirs = { sums: other.sums, times: faster(theirs.times, other.times), materialised: faster(theirs.materialised, other.materialised) };
  }
  const report: Record<string, unknown> = {
    megabytes: Math.round(megabytes), rows: total, seconds: best.wall, cpuSeconds: best.cpu, rowsPerSecond: Math.round(total / best.wall), megabytesPerSecond: Math.round(megabytes / best.wall), peakMegabytes: Math.round(memory),
  };
  if (theirs !== undefined) {
    const sums = sumUp(file);
    if (JSON.stringify(theirs.sums) !== JSON.stringify(sums)) throw new Error(`the sums differ: ${JSON.stringify(sums)} and DuckDB ${JSON.stringify(theirs.sums)}`);
    const { times, materialised } = theirs;
    Object.assign(report, { duckdbSeconds: times.wall, duckdbCpuSeconds: times.cpu, duckdbIntoTableSeconds: materialised.wall, duckdbIntoTableCpuSeconds: materialised.cpu });
    Object.assign(report, { ratio: times.wall / best.wall, cpuRatio: times.cpu / best.cpu, ratioIntoTable: materialised.wall / best.wall, cpuRatioIntoTable: materialised.cpu / best.cpu });
  }
  if (process.argv.includes('--json')) console.log(JSON.stringify(report));
  else for (const [name, value] of Object.entries(report)) console.log(`${name.padEnd(24)} ${typeof value === 'number' && !Number.isInteger(value) ? value.toFixed(3) : String(value)}`);
  if (sizeOf(sizeText) >= 2e9 && memory > 700) throw new Error(`peak memory ${Math.round(memory)} MB is over 700 MB`);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
