import { GetCapture } from '../capture';
import { GetModels } from '../models';
import { GetStatus } from '../status';
import { GetTraining } from '../training';
import { automatonRequests } from './automaton';
import { gzipRequests } from './gzip';
import { rootCauseRequests } from './rootCauses';
import { type Check, nothing, paramsOf } from './shape';
import { timelineRequests } from './timeline';

/** What the parameters of each request of the protocol must be, by its method. */
export const requestParams: ReadonlyMap<string, Check> = new Map([
  ...[GetStatus, GetCapture, GetModels, GetTraining].map(({ method, direction }) => paramsOf<null, unknown, ReturnType<typeof nothing>>({ method, direction }, nothing())),
  ...automatonRequests, ...gzipRequests, ...rootCauseRequests, ...timelineRequests,
]);
