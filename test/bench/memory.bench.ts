/**
 * Memory that a server takes at a limit, and how long its main thread is not to be had, on two logs made to fill it: one with a
 * different connection pair in each row, and a small gzip file that unpacks to millions of rows. The server is the built one
 * (`npm run build` first), and memory is looked at from outside: its process and its children.
 *
 *   node out/test/bench/memory.bench.js [--full] [--rows 1m] [--limits 256,1024,4096] [--logs pairs,gzip] [--workers 0] [--server dist/server.js]
 *
 * The longest run of the main thread leaves out when other programs had the processor: it is what counts on a machine that is busy.
 * `--full`: 10 million pairs (a log of 820 MB) and 12 million rows in the gzip file. Checked: at most 1.1 times the limit.
 */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as zlib from 'node:zlib';
import { StreamMessageReader, StreamMessageWriter, createProtocolConnection } from 'vscode-languageserver/node';
import { logUri } from '../../server/protocol/uris';

const HEADER = `#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\tconn_state\n#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\n`;
const ROWS_A_WRITE = 20_000;
const SLACK = 1.1;
/** Milliseconds; of the server itself the system keeps the peak. */
const SAMPLE_EVERY = 25;

interface Outcome {
  readonly peak: number;
  readonly after: number;
  readonly wait: { readonly wait: number; readonly work: number };
  readonly seconds: number;
  readonly text: string;
}

/** A connection log in which no two rows have the same pair of hosts. */
function pairRow(i: number): string {
  const source = `10.${(i >> 16) & 255}.${(i >> 8) & 255}.${i & 255}`;
  const destination = `11.${((i * 7) >> 16) & 255}.${((i * 13) >> 8) & 255}.${(i * 31) & 255}`;
  return `${1_600_000_000 + Math.floor(i / 50)}.5\tC${i}\t${source}\t${40_000 + (i % 20_000)}\t${destination}\t80\ttcp\thttp\t1.5\t100\t200\tSF\n`;
}

function writePairs(file: string, rows: number): void {
  const to = fs.openSync(file, 'w');
  fs.writeSync(to, HEADER);
  for (let from = 0; from < rows; from += ROWS_A_WRITE) fs.writeSync(to, Array.from({ length: Math.min(ROWS_A_WRITE, rows - from) }, (_, i) => pairRow(from + i)).join(''));
  fs.closeSync(to);
}

/** The same few rows again and again: three megabytes unpack to a gigabyte. */
async function writeGzip(file: string, rows: number): Promise<void> {
  const gzip = zlib.createGzip({ level: 9 });
  const done = new Promise((resolve, reject) => gzip.pipe(fs.createWriteStream(file)).on('finish', () => resolve(undefined)).on('error', reject));
  const block = Array.from({ length: 1000 }, (_, i) => pairRow(i % 10)).join('');
  gzip.write(HEADER);
  for (let at = 0; at < rows; at += 1000) if (!gzip.write(block)) await new Promise((resolve) => gzip.once('drain', resolve));
  gzip.end();
  await done;
}

/** Resident bytes of a process and all below it; from the files of Linux. */
function residentOf(root: number): number {
  const children = new Map<number, number[]>();
  for (const name of fs.readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const parent = Number(fs.readFileSync(`/proc/${name}/stat`, 'latin1').replace(/^.*\) /s, '').split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {
      // Ended meanwhile.
    }
  }
  const resident = (pid: number): number => {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0) * 1024 + (children.get(pid) ?? []).reduce((sum, child) => sum + resident(child), 0);
    } catch {
      return 0;
    }
  };
  return resident(root);
}

async function investigate(server: string, root: string, memoryLimit: number, workers: number): Promise<Outcome> {
  const probe = path.join(root, '../probe.json');
  fs.rmSync(probe, { force: true });
  fs.rmSync(path.join(root, '.anomaline'), { recursive: true, force: true });
  const start = performance.now();
  const child = spawn(process.execPath, ['--require', path.join(__dirname, 'memoryProbe.js'), server, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, MEMORY_PROBE: probe } });
  let peak = 0;
  const timer = setInterval(() => { peak = Math.max(peak, residentOf(child.pid as number)); }, SAMPLE_EVERY);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const connection = createProtocolConnection(new StreamMessageReader(child.stdout), new StreamMessageWriter(child.stdin));
  const shown: string[] = [];
  connection.onNotification('window/showMessage', ({ message }: { message: string }) => void shown.push(message));
  connection.listen();
  const highest = (): number => Math.max(peak, Number(/VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, 'latin1'))?.[1] ?? 0) * 1024);
  let text = '';
  try {
    await connection.sendRequest('initialize', { processId: process.pid, rootUri: null, capabilities: {}, initializationOptions: { memoryLimit, workers }, workspaceFolders: [{ uri: logUri(root), name: 'capture' }] });
    await connection.sendNotification('initialized', {});
    await Promise.race([
      connection.sendRequest('workspace/executeCommand', { command: 'anomaline.server.investigate', arguments: [] }).then(() => { text = 'scored'; }),
      ended.then((code) => { throw new Error(`the server ended with ${String(code)}`); }),
    ]);
  } catch (error) {
    text = (error as Error).message;
  }
  const seconds = (performance.now() - start) / 1000;
  await new Promise((resolve) => setTimeout(resolve, 2500));
  const most = highest();
  const after = residentOf(child.pid as number);
  const wait = JSON.parse(fs.readFileSync(probe, 'utf8')) as Outcome['wait'];
  clearInterval(timer);
  connection.dispose();
  child.kill('SIGKILL');
  await ended;
  return { peak: most, after, wait, seconds, text };
}

async function main(): Promise<void> {
  const argument = (name: string, fallback: string): string => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : fallback);
  const number = (text: string): number => Number(text.replace(/m$/, '')) * (text.endsWith('m') ? 1e6 : 1);
  const full = process.argv.includes('--full');
  const rows = number(argument('rows', full ? '10m' : '1m'));
  const server = path.resolve(argument('server', path.join(__dirname, '../../../dist/server.js')));
  const folder = fs.mkdtempSync(path.join(argument('folder', os.tmpdir()), 'anomaline-bench-memory-'));
  try {
    const logs = argument('logs', 'pairs,gzip').split(',');
    for (const log of logs) {
      const root = path.join(folder, log);
      fs.mkdirSync(root);
      if (log === 'pairs') writePairs(path.join(root, 'conn.log'), rows);
      else await writeGzip(path.join(root, 'conn.log.gz'), rows * 1.2);
      for (const limit of argument('limits', '256,1024,4096').split(',').map(Number)) {
        const { peak, after, wait, seconds, text } = await investigate(server, root, limit, Number(argument('workers', '0')));
        console.log(`${log} of ${rows / 1e6} m rows, limit ${limit} MB: peak ${Math.round(peak / 2 ** 20)} MB, after ${Math.round(after / 2 ** 20)} MB, longest wait ${Math.round(wait.wait)} ms (longest run ${Math.round(wait.work)}), ${seconds.toFixed(1)} s: ${text}`);
        if (peak > SLACK * limit * 2 ** 20) {
          console.log(`  more than ${SLACK} times the limit`);
          process.exitCode = 1;
        }
      }
    }
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});

