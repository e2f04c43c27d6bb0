import type { Connection } from 'vscode-languageserver';
import { DEFAULT_CLIENT_SETTINGS } from '../protocol/settings';
import { registerAutomaton } from './automaton';
import { registerCodeAction } from './codeAction';
import { registerConfiguration } from './configuration';
import type { AnyJob, JobKind, OpenSession, Ports, ServerContext } from './context';
import { Diagnostics } from './diagnostics';
import { registerExecuteCommand } from './executeCommand';
import { Failures } from './failure';
import { registerHover } from './hover';
import { withInertTexts } from './inertTexts';
import { Jobs } from './jobs';
import type { JobListener } from './jobs';
import { registerLifecycle } from './lifecycle';
import { JobProgress } from './progress';
import { Refresh } from './refresh';
import { registerRequests } from './requests';
import { registerSemanticTokens } from './semanticTokens';
import { StatusBoard } from './status';
import { systemTimers } from './throttle';
import { registerTimeline } from './timeline';
import { registerTraining } from './training';
import { registerWatchedFiles } from './watchedFiles';

export type { OpenSession, Ports } from './context';

const systemPorts: Ports = { memory: () => process.memoryUsage().rss, timers: systemTimers };

/** Serves one client on a connection until it hangs up. `openSession` opens the engine on the client's folder. */
export function startServer(plainConnection: Connection, openSession: OpenSession, { version = '', ...ports }: Partial<Ports> & { readonly version?: string } = {}): void {
  const connection = withInertTexts(plainConnection);
  const all: Ports = { ...systemPorts, ...ports };
  const status = new StatusBoard(connection, all);
  let markOpened = () => {};
  const context: ServerContext = {
    connection, status,
    ports: all,
    failures: new Failures(connection),
    jobs: new Jobs<JobKind>(jobListener(connection, status, () => context.client.progress)),
    diagnostics: new Diagnostics(connection),
    client: { progress: false, watching: false, configuration: false, configurationEvents: false, commandLinks: false },
    settings: DEFAULT_CLIENT_SETTINGS,
    session: undefined,
    opened: new Promise((resolve) => (markOpened = resolve)),
  };
  const refresh = new Refresh(context);
  registerLifecycle(context, openSession, version, markOpened, [registerWatchedFiles(context, refresh), registerConfiguration(context, refresh)]);
  registerHover(context);
  registerCodeAction(context);
  registerExecuteCommand(context);
  registerSemanticTokens(context);
  registerRequests(context);
  registerTimeline(context);
  registerTraining(context);
  registerAutomaton(context);
  connection.listen();
}

/** Shows each job in the status and, where the client can, as progress with a cancel button. */
function jobListener(connection: Connection, status: StatusBoard, canShow: () => boolean): JobListener<JobKind> {
  let progress: JobProgress | undefined;
  return {
    started(job: AnyJob) {
      progress = canShow() ? new JobProgress(connection, job) : undefined;
      status.working(job);
    },
    reported(job: AnyJob) {
      progress?.update();
      status.working(job);
    },
    ended() {
      progress?.end();
      status.working(undefined);
    },
  };
}
