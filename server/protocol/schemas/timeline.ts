import * as v from 'valibot';
import { type CellColour, GetCell, GetGroupNames, GetTimeline } from '../timeline';
import { pageEntries } from './places';
import { columnOrder, grouping, wholeSelection } from './selection';
import { object, oneOf, paramsOf, position, shapeOf, text, timeSpan, whole } from './shape';

const MOST_SIDE = 4_096;
const colour = () => shapeOf<CellColour>()(oneOf(['state', 'band', 'label']));
const groups = () => v.pipe(v.tuple([position(), position()], 'a pair of positions: [first, last]'), v.readonly());

export const timelineRequests = [
  paramsOf(GetTimeline, object({
    grouping: grouping(), order: columnOrder(), colour: colour(), time: v.exactOptional(timeSpan()), groups: v.exactOptional(groups()), filter: text(),
    columns: whole(1, MOST_SIDE), rows: whole(1, MOST_SIDE),
  })),
  paramsOf(GetCell, object({ colour: colour(), selection: wholeSelection() })),
  paramsOf(GetGroupNames, object({ grouping: grouping(), order: columnOrder(), filter: text(), ...pageEntries() })),
];
