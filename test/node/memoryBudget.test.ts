import { strict as assert } from 'node:assert';
import { admit, checkMemory, grown, guardMemory, MemoryLimitError } from '../../server/core/util/memory';
import { MemoryBudget, type MemoryMeter, workersWithin } from '../../server/node/memoryBudget';
import { poolReaders } from '../../server/node/poolReaders';
import { Folders } from '../support/folder';
import { connLog, office } from '../support/logs';
import { job, taskOf, workerScript } from '../support/readers';

const MB = 2 ** 20;

/** A process whose memory the test says; what garbage there is goes with the first collection. */
class Meter implements MemoryMeter {
  time = 0;
  collections = 0;

  constructor(public taken: number, public garbage = 0) {}

  resident(): number {
    return this.taken + this.garbage;
  }

  collect(): void {
    this.collections++;
    this.garbage = 0;
  }

  now(): number {
    return (this.time += 1000);
  }
}

describe('memory budget', () => {
  it('admits what there is room for, before it is taken', () => {
    const meter = new Meter(90 * MB);
    const budget = MemoryBudget.of(100, meter);
    budget.admit(6 * MB);
    budget.admit(3 * MB);
    meter.taken += 9 * MB;
    budget.check();
    assert.throws(() => budget.admit(2 * MB), MemoryLimitError);
    budget.admit(MB);
    meter.taken += 2 * MB;
    assert.throws(() => budget.check(), /limit of 100 MB\. Raise "anomaline\.memoryLimit".*exclude.*smaller baseline/);
  });

  it('counts what other threads were admitted and have not taken yet', () => {
    const meter = new Meter(90 * MB);
    const budget = MemoryBudget.of(100, meter);
    const other = new MemoryBudget(budget.shareOf(1), meter);
    other.admit(8 * MB);
    assert.throws(() => budget.admit(4 * MB), MemoryLimitError);
    other.settle();
    budget.admit(4 * MB);
  });

  it('collects garbage before it refuses', () => {
    const meter = new Meter(50 * MB, 60 * MB);
    const budget = MemoryBudget.of(100, meter);
    budget.admit(10 * MB);
    assert.equal(meter.collections, 1);
    meter.garbage = 60 * MB;
    assert.equal(budget.exceeded(), false);
    meter.taken = 101 * MB;
    assert.equal(budget.exceeded(), true);
  });

  it('holds for all threads when it is set anew', () => {
    const meter = new Meter(150 * MB);
    const budget = MemoryBudget.of(100, meter);
    const other = new MemoryBudget(budget.shareOf(1), meter);
    budget.setLimit(200);
    other.admit(10 * MB);
    assert.equal(other.limit, 200);
  });

  it('starts as many workers as a limit bears, one at least', () => {
    assert.deepEqual([256, 1024, 4096].map((limit) => Math.min(4, workersWithin(limit))), [2, 4, 4]);
    assert.equal(workersWithin(100), 1);
  });
});

describe('memory guard', () => {
  it('is asked before an array grows, which then stays as it is', () => {
    const undo = guardMemory({ admit: () => { throw new MemoryLimitError(1); }, check: () => undefined });
    const array = Uint32Array.of(1, 2, 3);
    try {
      assert.throws(() => grown(array, 1 << 20), MemoryLimitError);
      assert.deepEqual([...grown(array, 5)], [1, 2, 3, 0, 0]);
    } finally {
      undo();
    }
    admit(1 << 30);
    checkMemory();
  });

  it('gives way to the one before it, in whatever order they end', () => {
    const asked: string[] = [];
    const guard = (name: string) => guardMemory({ admit: () => void asked.push(name), check: () => undefined });
    const [endFirst, endSecond] = [guard('first'), guard('second')];
    endFirst();
    admit(MB);
    endSecond();
    admit(MB);
    assert.deepEqual(asked, ['second']);
  });
});

describe('a job that passes the memory limit', () => {
  const folders = new Folders();
  afterEach(() => folders.remove());

  it('ends with the message, and the same job works when the limit is raised', async () => {
    const task = await taskOf(folders.put(folders.make(), 'conn.log', connLog(office(2000))));
    const readers = poolReaders(workerScript, 1, undefined, { memory: MemoryBudget.of(1) });
    try {
      await assert.rejects(readers.scan(task, job), MemoryLimitError);
      readers.limitMemory?.(1_048_576);
      assert.equal((await readers.scan(task, job)).summary.rows, 2000);
    } finally {
      await readers.dispose();
    }
  });
});
