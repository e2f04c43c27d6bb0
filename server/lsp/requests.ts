import { GetCapture } from '../protocol/capture';
import { GetGzipText } from '../protocol/gzip';
import type { RequestMethod } from '../protocol/method';
import { GetModels } from '../protocol/models';
import type { Page, PageParams, Place } from '../protocol/places';
import { GetFindingRows, GetGroupFindings, GetGroups, GetNeighbour, GetRootCauseAt } from '../protocol/rootCauses';
import { GetStatus } from '../protocol/status';
import { logPath, logUri } from '../protocol/uris';
import type { CaptureSession } from '../engine/api';
import type { ServerContext } from './context';
import { UserError } from './failure';

/** Items sent in one page at most, whatever a client asks for. */
const MAX_PAGE = 1_000;

const nothing: Page<never> = { total: 0, items: [] };

/** Answers the requests of `server/protocol`. Without an open folder lists are empty. */
export function registerRequests(context: ServerContext): void {
  const on = <P, R>({ method }: RequestMethod<P, R>, name: string, handler: (params: P) => R | Promise<R>) =>
    context.connection.onRequest(method, (params: P) => context.failures.answer(name, async () => handler(params)));
  const withSession = async <R>(fallback: R, use: (session: CaptureSession) => R | Promise<R>) => {
    await context.opened;
    return context.session ? use(context.session) : fallback;
  };

  on(GetStatus, 'Status', () => context.status.current());
  on(GetCapture, 'Capture', () => withSession({ root: '', logs: [], unknown: [] }, (session) => session.capture()));
  on(GetModels, 'Models', () => withSession([], (session) => session.models()));
  on(GetGroups, 'Root causes', (params) => withSession(nothing, (session) => session.groups({ ...params, ...page(params) })));
  on(GetGroupFindings, 'Root causes', (params) => withSession(nothing, (session) => session.groupFindings(params.group, page(params))));
  on(GetFindingRows, 'Root causes', (params) => withSession(nothing, (session) => session.findingRows(params.finding, page(params))));
  on(GetRootCauseAt, 'Show Root Cause', ({ uri, line }) => withSession(null, (session) => session.rootCauseAt(path(uri), line) ?? null));
  on(GetNeighbour, 'Next Finding', ({ uri, line, direction }) => withSession(null, async (session) => {
    const found = await session.neighbour(uri === undefined ? undefined : logPath(uri), line, direction);
    return found ? place(found) : null;
  }));
  on(GetGzipText, 'Reading a compressed log', ({ uri, limit }) => withSession({ text: '', truncated: false, problem: 'No capture is open. Open the folder that holds the log.' }, (session) => session.text(path(uri), limit)));
}

function place({ file, line, endCharacter }: { readonly file: string; readonly line: number; readonly endCharacter: number }): Place {
  return { uri: logUri(file), line, startCharacter: 0, endCharacter };
}

function page({ start, count }: PageParams): PageParams {
  return { start: Math.max(0, Math.trunc(start) || 0), count: Math.min(MAX_PAGE, Math.max(0, Math.trunc(count) || 0)) };
}

function path(uri: string): string {
  const found = logPath(uri);
  if (found === undefined) throw new UserError(`${uri} is no file.`, 'Open a log of the capture from disk.');
  return found;
}
