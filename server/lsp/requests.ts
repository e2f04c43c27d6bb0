import { GetCapture } from '../protocol/capture';
import { GetGzipText } from '../protocol/gzip';
import { GetModels } from '../protocol/models';
import type { Page, Place } from '../protocol/places';
import { GetFindingRows, GetGroupDetails, GetGroupFindings, GetGroups, GetNeighbour, GetRootCauseAt } from '../protocol/rootCauses';
import { GetStatus } from '../protocol/status';
import { logPath, logUri } from '../protocol/uris';
import { answers, fileOf, pageWithin } from './answers';
import type { ServerContext } from './context';

const nothing: Page<never> = { total: 0, items: [] };

/** Answers the requests of `server/protocol`. Without an open folder lists are empty. */
export function registerRequests(context: ServerContext): void {
  const { on, withSession } = answers(context);

  on(GetStatus, 'Status', () => context.status.current());
  on(GetCapture, 'Capture', () => withSession({ root: '', logs: [], unknown: [] }, (session) => session.capture()));
  on(GetModels, 'Models', () => withSession([], (session) => session.models()));
  on(GetGroups, 'Root causes', (params) => withSession(nothing, (session) => session.groups({ ...params, ...pageWithin(params) })));
  on(GetGroupFindings, 'Root causes', (params) => withSession(nothing, (session) => session.groupFindings(params.group, { ...params, ...pageWithin(params) })));
  on(GetGroupDetails, 'Root causes', ({ groups, bins, ...filter }) => withSession([], (session) => session.groupDetails(groups, bins, filter)));
  on(GetFindingRows, 'Root causes', (params) => withSession(nothing, (session) => session.findingRows(params.finding, pageWithin(params))));
  on(GetRootCauseAt, 'Show Root Cause', ({ uri, line }) => withSession(null, (session) => session.rootCauseAt(fileOf(uri), line) ?? null));
  on(GetNeighbour, 'Next Finding', ({ uri, line, direction }) => withSession(null, async (session) => {
    const found = await session.neighbour(uri === undefined ? undefined : logPath(uri), line, direction);
    return found ? place(found) : null;
  }));
  on(GetGzipText, 'Reading a compressed log', ({ uri, limit }) => withSession({ text: '', truncated: false, problem: 'No capture is open. Open the folder that holds the log.' }, (session) => session.text(fileOf(uri), limit)));
}

function place({ file, line, endCharacter }: { readonly file: string; readonly line: number; readonly endCharacter: number }): Place {
  return { uri: logUri(file), line, startCharacter: 0, endCharacter };
}
