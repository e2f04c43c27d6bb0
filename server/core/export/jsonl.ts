import { jsonText } from '../util/visible';
import type { FindingRecord } from './record';

/** One JSON object a line. */
export function toJsonl(findings: readonly FindingRecord[]): string {
  return findings.map((f) => jsonText(f) + '\n').join('');
}
