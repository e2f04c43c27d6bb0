// What a mocha run came to, from the file its reporter writes (test/support/reporter.ts).
import fs from 'node:fs';

/**
 * Totals of a run. One that ended badly although no test failed, or that left no file (killed, or ended by a test itself),
 * counts as one failure: its other tests never ran.
 */
export function readResults(file, ended) {
  const written = fs.existsSync(file);
  const totals = written ? JSON.parse(fs.readFileSync(file, 'utf8')) : { passed: 0, failed: 0, skipped: 0 };
  if ((written && ended.ok) || totals.failed > 0) return totals;
  console.log(`  the run did not end properly: ${ended.why ?? (written ? 'it failed after its last test' : 'it left no results')}`);
  return { ...totals, failed: 1 };
}
