import type { FindingRecord } from './record';

/** One JSON object a line. */
export function toJsonl(findings: readonly FindingRecord[]): string {
  return findings.map((f) => JSON.stringify(f) + '\n').join('');
}
