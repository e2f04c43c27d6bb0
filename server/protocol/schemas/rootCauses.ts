import * as v from 'valibot';
import { GetFindingRows, GetGroupDetails, GetGroupFindings, GetGroups, GetNeighbour, GetRootCauseAt, type GroupOrder } from '../rootCauses';
import { band, pageEntries } from './places';
import { rowSelection } from './selection';
import { identifier, index, list, logUriText, object, oneOf, paramsOf, shapeOf, text, whole } from './shape';

const groupOrder = () => shapeOf<GroupOrder>()(oneOf(['score', 'size', 'newest']));
const conditions = () => ({ host: v.exactOptional(text()), file: v.exactOptional(text()), bands: v.exactOptional(list(band(), 16)), selection: v.exactOptional(rowSelection()) });
const anyFilter = () => ({ filter: v.exactOptional(text()), ...conditions() });

export const rootCauseRequests = [
  paramsOf(GetGroups, object({ ...pageEntries(), filter: text(), ...conditions(), order: groupOrder() })),
  paramsOf(GetGroupFindings, object({ ...pageEntries(), ...anyFilter(), group: identifier() })),
  paramsOf(GetFindingRows, object({ ...pageEntries(), finding: identifier() })),
  paramsOf(GetGroupDetails, object({ groups: list(identifier(), 200), bins: whole(1, 256), ...anyFilter() })),
  paramsOf(GetRootCauseAt, object({ uri: logUriText(), line: index() })),
  // From whatever document the cursor is in; -1: from before the first line.
  paramsOf(GetNeighbour, object({ uri: v.exactOptional(identifier()), line: index(-1), direction: oneOf(['next', 'previous']) })),
];
