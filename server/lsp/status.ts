import type { Connection } from 'vscode-languageserver';
import { reportText } from '../core/util/markdown';
import { visible } from '../core/util/visible';
import type { CaptureSession } from '../engine/api';
import { StatusChanged } from '../protocol/status';
import type { Phase, Status } from '../protocol/status';
import type { AnyJob, JobKind, Ports } from './context';
import { throttled } from './throttle';

const phaseOf: Readonly<Record<JobKind, Phase>> = { index: 'indexing', investigate: 'investigating', learn: 'learning', import: 'learning', score: 'scoring', refresh: 'scoring' };

const SEND_EVERY_MS = 100;

/** `3 logs`, `1 log`, `12,345 findings`. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en-US')} ${n === 1 ? one : many}`;
}

/** What the server does and has found, told to the client at most ten times a second. */
export class StatusBoard {
  private job: AnyJob | undefined;
  private session: CaptureSession | undefined;
  private failure: { readonly text: string; readonly detail: string } | undefined;
  private opened = false;
  private readonly send: () => void;

  constructor(connection: Connection, private readonly ports: Ports) {
    this.send = throttled(SEND_EVERY_MS, () => void connection.sendNotification(StatusChanged.method, this.current()), ports.timers);
  }

  /** A session was opened, or there is no folder to open one on. */
  open(session: CaptureSession | undefined): void {
    this.session = session;
    this.opened = true;
    this.send();
  }

  working(job: AnyJob | undefined): void {
    this.job = job;
    if (job) this.failure = undefined;
    this.send();
  }

  failed(text: string, detail: string): void {
    this.failure = { text: visible(text), detail: reportText(detail) };
    this.send();
  }

  changed(): void {
    this.send();
  }

  current(): Status {
    const capture = this.session?.capture(), findings = this.session?.totals().findings ?? 0;
    const numbers = { logs: capture?.logs.length ?? 0, findings, memory: this.ports.memory() };
    if (this.job) return { ...numbers, phase: phaseOf[this.job.kind], text: `${this.job.title} ${Math.floor(this.job.fraction * 100)} %`, detail: reportText(this.job.text), fraction: this.job.fraction };
    if (this.failure) return { ...numbers, phase: 'failed', ...this.failure };
    return { ...numbers, ...restingStatus(this.session, this.opened) };
  }
}

/** Phase and texts while nothing runs. */
export function restingStatus(session: CaptureSession | undefined, opened: boolean): Pick<Status, 'phase' | 'text' | 'detail'> {
  if (!opened) return { phase: 'starting', text: 'Starting', detail: 'The server is starting.' };
  if (!session) return { phase: 'empty', text: 'No folder', detail: 'No folder is open. Open a folder with logs, or run *Anomaline: Open Sample Capture*.' };
  const { logs } = session.capture(), usable = logs.filter((log) => log.usable).length;
  if (logs.length === 0) return { phase: 'empty', text: 'No logs', detail: 'No log was recognised in this folder. Zeek logs (TSV or JSON), Argus and CTU-13 `.binetflow`, nfdump CSV and UGR\'16 CSV are recognised by their content, plain or `.gz`.' };
  if (!session.trusted) return { phase: 'indexed', text: `${count(logs.length, 'log')}, folder not trusted`, detail: reportMarkdown(session) };
  if (!session.scored()) return { phase: 'indexed', text: usable > 0 ? `${count(usable, 'log')}, not scored` : `${count(logs.length, 'log')}, none usable`, detail: usable > 0 ? `${count(logs.length, 'log')} found, ${usable.toLocaleString('en-US')} of them usable. Run *Anomaline: Investigate This Capture* to learn what is normal and score every line.` : `${count(logs.length, 'log')} found, but no detector can use them: they hold no flows.` };
  const { findings } = session.totals();
  return { phase: 'ready', text: `${count(findings, 'finding')} in ${count(usable, 'log')}`, detail: reportMarkdown(session) };
}

function reportMarkdown(session: CaptureSession): string {
  return session.report().split('\n').map((line) => reportText(line)).join('\n');
}
