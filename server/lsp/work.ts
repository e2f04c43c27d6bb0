import type { CancellationToken } from 'vscode-languageserver';
import type { CaptureSession, JobControl } from '../engine/api';
import { FindingsChanged } from '../protocol/status';
import { openSession } from './context';
import type { JobKind, ServerContext } from './context';
import { failureText } from './failure';
import { Cancelled } from './jobs';

/** What each kind of job is called in progress, status and messages. */
export const jobTitles: Readonly<Record<JobKind, string>> = {
  index: 'Looking for logs',
  investigate: 'Investigating',
  learn: 'Learning',
  import: 'Importing a FlexFringe model',
  score: 'Scoring',
  refresh: 'Reading what changed',
};

/**
 * Queues long work on the open session and publishes what it found, also where it was cancelled or failed halfway. Work that
 * answers `false` changed nothing. Rejects with `Cancelled` or what the work threw.
 */
export async function runJob<T>(context: ServerContext, kind: JobKind, work: (session: CaptureSession, control: JobControl) => Promise<T>, token?: CancellationToken): Promise<T> {
  const session = await openSession(context);
  const publishing = async (control: JobControl) => {
    let result: T | undefined;
    try {
      return (result = await work(session, control));
    } finally {
      if (result !== false) await publish(context, session);
    }
  };
  try {
    return await context.jobs.run(kind, jobTitles[kind], publishing, (job) => token?.onCancellationRequested(() => job.cancel()));
  } catch (error) {
    if (!(error instanceof Cancelled)) context.status.failed(`${jobTitles[kind]} failed`, failureText(jobTitles[kind], error));
    throw error;
  }
}

/** Sends diagnostics and status, and tells the client to ask for its lists again. */
export async function publish(context: ServerContext, session: CaptureSession): Promise<void> {
  await context.diagnostics.publish(session, context.settings.maxDiagnostics, context.client.commandLinks);
  context.status.changed();
  await context.connection.sendNotification(FindingsChanged.method, null);
}
