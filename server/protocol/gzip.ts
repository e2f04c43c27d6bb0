import { request } from './method';

/** Scheme of the read-only text of a compressed log: `anomaline-gz:/captures/conn.log.gz` shows file:///captures/conn.log.gz. */
export const GZIP_SCHEME = 'anomaline-gz';

/** Text of a compressed log (UTF-8), at most `limit` bytes of it; `truncated` says that there is more. */
export const GetGzipText = request<{ readonly uri: string; readonly limit: number }, { readonly text: string; readonly truncated: boolean; readonly problem?: string }>('anomaline/gzipText', 'clientToServer');
