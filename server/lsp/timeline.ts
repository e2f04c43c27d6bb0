import { GetCell, GetGroupNames, GetTimeline } from '../protocol/timeline';
import { answers, pageWithin } from './answers';
import type { ServerContext } from './context';
import { openSession } from './context';

/** Answers what the timeline asks. */
export function registerTimeline(context: ServerContext): void {
  const { on, onColumns, withSession } = answers(context);

  onColumns(GetTimeline, 'Timeline', (params) => withSession({ reason: 'No capture is open. Open a folder with logs, or run "Anomaline: Open Sample Capture".' }, (session) => session.timeline.cells(params)));
  on(GetCell, 'Timeline', async (params) => (await openSession(context)).timeline.cell(params));
  on(GetGroupNames, 'Timeline', (params) => withSession({ total: 0, items: [] }, (session) => session.timeline.groupNames({ ...params, ...pageWithin(params) })));
}
