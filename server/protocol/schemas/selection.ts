import * as v from 'valibot';
import type { ColumnOrder, ColumnRange, Grouping, RowSelection } from '../selection';
import { object, oneOf, position, shapeOf, text, timeSpan } from './shape';

export const grouping = () => shapeOf<Grouping>()(oneOf(['pair', 'subnets', 'ports', 'source', 'destination', 'file', 'entity']));
export const columnOrder = () => shapeOf<ColumnOrder>()(oneOf(['first', 'size', 'name']));
export const columnRange = () => shapeOf<ColumnRange>()(object({ grouping: grouping(), order: columnOrder(), filter: text(), first: position(), last: position() }));
export const rowSelection = () => shapeOf<RowSelection>()(object({ time: v.exactOptional(timeSpan()), columns: v.exactOptional(columnRange()) }));
export const wholeSelection = () => shapeOf<Required<RowSelection>>()(object({ time: timeSpan(), columns: columnRange() }));
