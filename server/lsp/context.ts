import type { Connection } from 'vscode-languageserver';
import type { CaptureSession } from '../engine/api';
import type { SampleKind } from '../protocol/commands';
import type { ClientSettings } from '../protocol/settings';
import type { Diagnostics } from './diagnostics';
import { UserError } from './failure';
import type { Failures } from './failure';
import type { JobView, Jobs } from './jobs';
import type { StatusBoard } from './status';
import type { Timers } from './throttle';

/** Kinds of long work. */
export type JobKind = 'index' | 'investigate' | 'learn' | 'import' | 'score' | 'refresh';

/** Opens the engine on a capture folder (absolute path), which the user trusts or not. Cheap: reading starts with `index`. */
export type OpenSession = (root: string, settings: ClientSettings, trusted: boolean) => CaptureSession;

/** What the server needs of the machine besides a session. */
export interface Ports {
  /** Resident memory in bytes. */
  memory(): number;
  timers: Timers;
  /** Writes the generated sample capture into a folder, which it makes; the server has no such command without it. */
  writeSample?(folder: string, kind: SampleKind): Promise<void>;
}

/** What the client can do, as far as the server's answers depend on it. */
export interface ClientAbilities {
  /** Progress with a cancel button that the server starts. */
  readonly progress: boolean;
  /** Watches files for the server on request. */
  readonly watching: boolean;
  /** Answers and reports settings. */
  readonly configuration: boolean;
  readonly configurationEvents: boolean;
  /** Follows `command:` links of Anomaline's palette commands (`experimental.anomalineCommands`). */
  readonly commandLinks: boolean;
}

/** The one mutable thing of the language layer: what all features share. */
export interface ServerContext {
  readonly connection: Connection;
  readonly ports: Ports;
  readonly failures: Failures;
  readonly jobs: Jobs<JobKind>;
  readonly status: StatusBoard;
  readonly diagnostics: Diagnostics;
  client: ClientAbilities;
  settings: ClientSettings;
  /** Undefined until the client is initialised, and where it has no folder. */
  session: CaptureSession | undefined;
  /** Resolves when it is known whether there is a session. */
  readonly opened: Promise<void>;
}

/** The open session, awaited; without one, a failure that tells the user to open a folder. */
export async function openSession(context: ServerContext): Promise<CaptureSession> {
  await context.opened;
  if (context.session) return context.session;
  throw new UserError('No capture is open.', 'Open a folder with logs, or run Anomaline: Open Sample Capture.');
}

export type AnyJob = JobView<JobKind>;
