import * as fs from 'node:fs';
import type { Runner, Suite, Test } from 'mocha';

/** What a mocha run came to; written as JSON to the file that ANOMALINE_RESULTS names, so that totals never come from reading printed text. */
export interface Results {
  passed: number;
  failed: number;
  skipped: number;
}

/** Prints one line per top-level suite, every skipped test by name, and every failure in full at the end. */
export default class Reporter {
  private readonly total: Results = { passed: 0, failed: 0, skipped: 0 };
  private readonly failures: string[] = [];
  private before: Results = { ...this.total };
  private started = 0;

  constructor(runner: Runner) {
    runner.on('suite', (suite: Suite) => {
      if (!suite.parent?.root) return;
      this.before = { ...this.total };
      this.started = performance.now();
    });
    runner.on('pass', () => { this.total.passed++; });
    runner.on('pending', (test: Test) => {
      this.total.skipped++;
      console.log(`  skipped: ${test.fullTitle()}`);
    });
    runner.on('fail', (test: Test, error: Error) => {
      this.total.failed++;
      console.log(`  FAILED: ${test.fullTitle()}`);
      this.failures.push(`${test.fullTitle()}\n${(error?.stack ?? String(error)).replace(/^/gm, '    ')}`);
    });
    runner.on('suite end', (suite: Suite) => {
      if (!suite.parent?.root) return;
      const since = (key: keyof Results): number => this.total[key] - this.before[key];
      const parts = (['passed', 'failed', 'skipped'] as const).filter((key) => since(key) > 0).map((key) => `${since(key)} ${key}`);
      if (parts.length > 0) console.log(`  ${suite.title}: ${parts.join(', ')} (${((performance.now() - this.started) / 1000).toFixed(1)} s)`);
    });
    runner.on('end', () => { this.finish(); });
  }

  private finish(): void {
    this.failures.forEach((failure, i) => console.log(`\n  ${i + 1}) ${failure}`));
    const file = process.env['ANOMALINE_RESULTS'];
    // An exception here would leave mocha waiting for ever; whoever asked for the file takes its absence as a failure.
    try { if (file) fs.writeFileSync(file, JSON.stringify(this.total)); } catch (error) { console.error(`results not written to ${file}:`, error); }
  }
}
