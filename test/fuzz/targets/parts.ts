import * as assert from 'node:assert/strict';
import type { Format, LogHeader } from '../../../server/core/formats/format';
import { toldOf, UNTOLD } from '../../../server/core/formats/problems';
import { formatById, recognise } from '../../../server/core/formats/registry';
import type { Rng } from '../../../server/core/util/rng';
import { randomBelow } from '../../../server/core/util/rng';
import type { Problem } from '../../../server/core/util/problem';
import type { Result } from '../../core/formats/reading';
import { flowsOf, readIn, rowsOf } from '../../core/formats/reading';
import { lineMutations, logs } from '../logs';
import { byteMutations, mutated, splice } from '../mutate';
import type { FuzzTarget } from '../target';
import { rngOf } from '../target';
import { inAnyOrder } from '../partOrder';
import { checkTasks } from '../tasks';

/** Of so many inputs one is read by the tasks of the engine too, which takes longer. */
const TASKS_SHARE = 24;

/** A log read in any number of parts, cut anywhere, is the log read whole. The first byte of an input numbers the log whose header is taken. */
export const parts: FuzzTarget = {
  name: 'parts',
  runs: 12_000,
  make(rng) {
    const log = randomBelow(rng, logs.length);
    const kinds = rng() < 0.3 ? byteMutations : rng() < 0.5 ? lineMutations : [...lineMutations, ...byteMutations];
    return splice(mutated(logs[log].bytes, kinds, rng, 6), 0, 0, Uint8Array.of(log));
  },
  check(input) {
    if (input.length === 0) return;
    const bytes = input.subarray(1);
    const rng = rngOf(input);
    const own = recognise(bytes);
    for (const header of [logs[input[0] % logs.length].header, ...(own ? [own] : [])]) {
      checkParts(header, bytes, rng);
      if (randomBelow(rng, TASKS_SHARE) === 0) checkTasks(header, bytes, randomStarts(bytes, rng), rng);
    }
  },
};

/** Where parts start when a file is cut anywhere: at the next line. */
export function randomStarts(bytes: Uint8Array, rng: Rng): number[] {
  const cuts = Array.from({ length: randomBelow(rng, 10) }, () => bytes.indexOf(10, randomBelow(rng, bytes.length + 1)) + 1);
  return [...new Set([0, ...cuts.filter((cut) => cut > 0 && cut < bytes.length)])].sort((a, b) => a - b);
}

function checkParts(header: LogHeader, bytes: Uint8Array, rng: Rng): void {
  const format = formatById(header.format) as Format;
  const fields = rng() < 0.5 ? undefined : new Set(header.fields.map(({ name }) => name).filter(() => rng() < 0.5));
  const options = fields ? { fields } : {};
  const whole = readIn(format, header, bytes, [], options);
  const starts = randomStarts(bytes, rng);
  const read = (part: number, state: string): { result: Result; state: string } => {
    const result = readIn(format, header, bytes.subarray(starts[part], starts[part + 1] ?? bytes.length), [], { ...options, byteOffset: starts[part], batchRows: 1 + randomBelow(rng, 6), state });
    return { result, state: result.state };
  };
  const pieces = inAnyOrder(starts.length, '', read, rng);
  const joined = join(pieces);
  assert.deepEqual(joined, join([whole]), `parts at ${starts.join(', ')}`);
  assert.deepEqual(pieces.flatMap(({ tables }) => flowsOf({ format, header, tables })), flowsOf({ format, header, tables: whole.tables }), 'the common view');
  assert.equal(pieces[pieces.length - 1].state, whole.state);
}

function join(results: readonly Result[]): unknown {
  let lines = 0;
  const rows: unknown[] = [];
  const problems: Problem[] = [];
  const totals: Record<string, number> = {};
  for (const result of results) {
    for (const row of rowsOf(result.tables)) rows.push({ ...row, '@line': (row['@line'] as number) + lines });
    for (const problem of result.problems) {
      const told = problems.filter(({ code }) => code === problem.code).length;
      if (problem.code !== UNTOLD && told < toldOf(problem.code)) problems.push({ ...problem, line: (problem.line ?? 0) + lines });
    }
    for (const [code, count] of result.totals) totals[code] = (totals[code] ?? 0) + count;
    lines += result.lines;
  }
  return { rows, problems, totals, lines, damaged: results.reduce((n, { damaged }) => n + damaged, 0), read: results.reduce((n, one) => n + one.rows, 0) };
}
