import { rememberedBy } from '../core/util/recent';
import type { ScoredCapture } from './scoredCapture';

let last = 0;

/** Tells one scoring from the next: a number that no other scored capture of this process has. */
export const revisionOf = rememberedBy((capture: ScoredCapture) => capture, () => ++last);
