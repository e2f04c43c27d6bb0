import { GetGzipText } from '../gzip';
import { logUriText, object, paramsOf, whole } from './shape';

/** Bytes of text in one answer at most: more than any editor shows. */
const MOST_TEXT = 256 << 20;

export const gzipRequests = [paramsOf(GetGzipText, object({ uri: logUriText(), limit: whole(0, MOST_TEXT) }))];
