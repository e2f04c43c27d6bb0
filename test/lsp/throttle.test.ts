import * as assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { debounced, throttled } from '../../server/lsp/throttle';
import type { Timers } from '../../server/lsp/throttle';

/** A clock that is moved by hand. */
class ManualTimers implements Timers {
  time = 0;
  private waiting: { at: number; callback: () => void }[] = [];

  now(): number {
    return this.time;
  }

  after(ms: number, callback: () => void): () => void {
    const one = { at: this.time + ms, callback };
    this.waiting.push(one);
    return () => void (this.waiting = this.waiting.filter((other) => other !== one));
  }

  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const [next] = this.waiting.filter((one) => one.at <= end).sort((a, b) => a.at - b.at);
      if (!next) break;
      this.waiting = this.waiting.filter((one) => one !== next);
      this.time = next.at;
      next.callback();
    }
    this.time = end;
  }
}

describe('lsp/throttle', () => {
  it('throttled calls at once, then at most once in the time, and never forgets the last', () => {
    const gaps = fc.array(fc.nat(250), { minLength: 1, maxLength: 60 });
    fc.assert(fc.property(gaps, (waits) => {
      const timers = new ManualTimers(), calls: number[] = [], asked: number[] = [];
      const call = throttled(100, () => calls.push(timers.now()), timers);
      for (const wait of waits) { timers.pass(wait); asked.push(timers.now()); call(); }
      timers.pass(100);
      assert.equal(calls[0], asked[0]);
      for (let i = 1; i < calls.length; i++) assert.ok(calls[i] - calls[i - 1] >= 100);
      assert.ok(calls[calls.length - 1] >= asked[asked.length - 1]);
    }), { seed: 3 });
  });

  it('debounced calls once, after it was quiet', () => {
    const timers = new ManualTimers(), calls: number[] = [], call = debounced(500, () => calls.push(timers.now()), timers);
    for (const wait of [0, 400, 499, 100]) { timers.pass(wait); call(); }
    timers.pass(2000);
    assert.deepEqual(calls, [1499]);
  });
});
