/** Commands of the client that texts of the server link to; the client trusts these alone. */
export type LinkedCommand = 'anomaline.showRootCause' | 'anomaline.openAutomaton' | 'anomaline.nextFinding' | 'anomaline.investigate';

/** A `command:` URI with one JSON argument. */
export function commandLink(command: LinkedCommand, argument?: unknown): string {
  const query = argument === undefined ? '' : `?${encodeURIComponent(JSON.stringify([argument])).replace(/[()']/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`;
  return `command:${command}${query}`;
}
