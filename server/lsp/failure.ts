import type { Connection } from 'vscode-languageserver';
import { LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import { visible } from '../core/util/visible';
import { MemoryLimitError } from '../core/util/memory';
import { OutdatedError, SessionError } from '../engine/api';
import { Cancelled } from './jobs';

/** A failure that the user can do something about: what happened, and the next step, a sentence each. */
export class UserError extends Error {
  constructor(message: string, readonly next: string) {
    super(message);
  }
}

const LOG_HINT = 'The log says more (Anomaline: Show Log); Anomaline: Restart Server starts afresh.';

/** The failure in one line for the user: "Learn failed: ... What to do." A session's own errors say the next step already. */
export function failureText(what: string, error: unknown): string {
  const message = (error instanceof Error ? error.message : String(error)).replace(/\.?\s*$/, '.');
  const next = error instanceof UserError ? ` ${error.next}` : error instanceof SessionError || error instanceof MemoryLimitError ? '' : ` ${LOG_HINT}`;
  return `${what} failed: ${message}${next}`;
}

/** A failure that the user caused or can mend, in contrast to a fault of ours, whose stack belongs into the log. */
function expected(error: unknown): boolean {
  return error instanceof UserError || error instanceof SessionError || error instanceof MemoryLimitError;
}

/** Turns failures of handlers into a log line and one message; the server goes on. */
export class Failures {
  /** Last message of each handler, so that a hover that fails everywhere does not fill the screen. */
  private readonly shown = new Map<string, string>();

  constructor(private readonly connection: Connection) {}

  report(what: string, error: unknown): void {
    const text = failureText(what, error);
    this.connection.console.error(error instanceof Error && !expected(error) ? `${text}\n${error.stack ?? ''}` : text);
    if (this.shown.get(what) === text) return;
    this.shown.set(what, text);
    this.connection.window.showErrorMessage(`Anomaline: ${text}`);
  }

  /** A handler that answers `fallback` where the inner one throws. */
  guard<Args extends unknown[], Result, Fallback>(what: string, fallback: Fallback, handler: (...args: Args) => Result | Promise<Result>): (...args: Args) => Promise<Result | Fallback> {
    return async (...args) => {
      try {
        const result = await handler(...args);
        this.shown.delete(what);
        return result;
      } catch (error) {
        this.report(what, error);
        return fallback;
      }
    };
  }

  /** For what the user asked for explicitly: the failure is shown each time and is also the answer. */
  async answer<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Cancelled) throw new ResponseError(LSPErrorCodes.RequestCancelled, error.message);
      // Whoever asked shows something that is gone, and is told already.
      if (error instanceof OutdatedError) throw new ResponseError(LSPErrorCodes.ContentModified, error.message);
      this.shown.delete(what);
      this.report(what, error);
      throw new ResponseError(LSPErrorCodes.RequestFailed, visible(failureText(what, error)));
    }
  }
}
