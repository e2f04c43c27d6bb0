import type { Connection, WorkDoneProgressServerReporter } from 'vscode-languageserver';
import { visible } from '../core/util/visible';
import type { JobView } from './jobs';

/** Jobs shorter than this show no progress: it would only flicker. */
const SHOW_AFTER_MS = 300;

/** The progress of one job as the client shows it (`window/workDoneProgress`), with a cancel button. */
export class JobProgress {
  private reporter: WorkDoneProgressServerReporter | undefined;
  private percentage = -1;
  private text = '';
  private ended = false;
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly connection: Connection, private readonly job: JobView<string>) {
    this.timer = setTimeout(() => void this.show().catch((error: unknown) => connection.console.error(`Progress cannot be shown: ${String(error)}`)), SHOW_AFTER_MS);
  }

  /** Sends what changed: whole percents and new texts only. */
  update(): void {
    const percentage = Math.floor(this.job.fraction * 100);
    if (!this.reporter || (percentage === this.percentage && this.job.text === this.text)) return;
    this.reporter.report((this.percentage = percentage), visible(this.text = this.job.text));
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.reporter?.done();
  }

  private async show(): Promise<void> {
    const reporter = await this.connection.window.createWorkDoneProgress();
    if (this.ended) return;
    reporter.begin(`Anomaline: ${this.job.title}`, (this.percentage = Math.floor(this.job.fraction * 100)), visible(this.text = this.job.text), true);
    reporter.token.onCancellationRequested(() => this.job.cancel());
    this.reporter = reporter;
  }
}
