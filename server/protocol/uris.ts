import { GZIP_SCHEME } from './gzip';

const drive = /^\/?([A-Za-z]):/;

/** True for a log that is shown through the scheme of compressed logs. */
export function isCompressed(path: string): boolean {
  return /\.gz$/i.test(path);
}

/**
 * The URI under which a log is opened and published, from its absolute path: `file:`, or `anomaline-gz:` for a compressed
 * log. Windows drive letters become lower case, as editors write them; `\\host\share` becomes the authority.
 */
export function logUri(path: string): string {
  const slashed = /^([A-Za-z]:|\\\\)/.test(path) ? path.replace(/\\/g, '/') : path;
  const [, authority = '', rest = slashed] = /^\/\/([^/]+)(\/.*)?$/.exec(slashed) ?? [];
  const absolute = rest.startsWith('/') ? rest : `/${rest}`;
  const encoded = absolute.replace(drive, (_, letter: string) => `/${letter.toLowerCase()}:`).split('/').map(encodeSegment).join('/');
  if (!isCompressed(path)) return `file://${authority}${encoded}`;
  return authority === '' ? `${GZIP_SCHEME}:${encoded}` : `${GZIP_SCHEME}://${authority}${encoded}`;
}

/** The absolute path of a `file:` or `anomaline-gz:` URI; undefined for any other scheme, a broken escape, or a path that is relative or no path (it holds a zero character). */
export function logPath(uri: string): string | undefined {
  const parts = /^([a-z][a-z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)/i.exec(uri);
  if (!parts) return undefined;
  const [, scheme, authority = '', encoded] = parts;
  if (scheme.toLowerCase() !== 'file' && scheme.toLowerCase() !== GZIP_SCHEME) return undefined;
  const path = decode(encoded);
  if (path === undefined || path.includes('\0') || !(path.startsWith('/') || drive.test(path))) return undefined;
  const letter = drive.exec(path)?.[1];
  if (letter !== undefined) return (letter.toLowerCase() + path.slice(2)).replace(/\//g, '\\');
  return authority === '' ? path : `\\\\${authority}${path.replace(/\//g, '\\')}`;
}

function encodeSegment(segment: string, index: number): string {
  // The colon of a drive letter stays: every editor reads `file:///c:/x`, not every one `file:///c%3A/x`.
  if (index === 1 && /^[a-z]:$/.test(segment)) return segment;
  // A lone surrogate (possible in Windows names) has no UTF-8 form; encodeURIComponent would throw.
  return encodeURIComponent(segment.replace(/\p{Surrogate}/gu, '\ufffd'));
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
