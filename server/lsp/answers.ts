import type { CaptureSession } from '../engine/api';
import type { RequestMethod } from '../protocol/method';
import type { PageParams } from '../protocol/places';
import { logPath } from '../protocol/uris';
import { toWire } from '../protocol/wire';
import type { ServerContext } from './context';
import { UserError } from './failure';

/** Items sent in one page at most, whatever a client asks for. */
const MAX_PAGE = 1_000;

/** How the requests of `server/protocol` are answered. */
export interface Answers {
  /** Answers a request; `name` is what failures of it are told by. */
  on<P, R>(method: RequestMethod<P, R>, name: string, handler: (params: P) => R | Promise<R>): void;
  /** As `on`, for answers with typed arrays in them. */
  onColumns<P, R>(method: RequestMethod<P, R>, name: string, handler: (params: P) => R | Promise<R>): void;
  /** What the session gives; without an open folder `fallback`. */
  withSession<R>(fallback: R, use: (session: CaptureSession) => R | Promise<R>): Promise<R>;
}

export function answers(context: ServerContext): Answers {
  const on: Answers['on'] = ({ method }, name, handler) => void context.connection.onRequest(method, (params: Parameters<typeof handler>[0]) => context.failures.answer(name, async () => handler(params)));
  return {
    on,
    onColumns: ({ method, direction }, name, handler) => on<Parameters<typeof handler>[0], unknown>({ method, direction }, name, async (params) => toWire(await handler(params), base64)),
    async withSession(fallback, use) {
      await context.opened;
      return context.session ? use(context.session) : fallback;
    },
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

/** A page within bounds. */
export function pageWithin({ start, count }: PageParams, most = MAX_PAGE): PageParams {
  return { start: Math.max(0, Math.trunc(start) || 0), count: Math.min(most, Math.max(0, Math.trunc(count) || 0)) };
}

/** The file of a URI; a failure that says so for others. */
export function fileOf(uri: string): string {
  const found = logPath(uri);
  if (found === undefined) throw new UserError(`${uri} is no file.`, 'Open a log of the capture from disk.');
  return found;
}
