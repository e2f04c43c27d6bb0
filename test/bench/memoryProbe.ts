/** Loaded into a server before it starts (`node --require`): writes how long the main thread was not to be had, into the file that `MEMORY_PROBE` names, twice a second. */
import * as fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const EVERY = 10;
const file = process.env['MEMORY_PROBE'];

if (isMainThread && file !== undefined) {
  /** Undefined until the server is loaded, which takes the thread a while. */
  let last: number | undefined;
  let lastWork = workTime();
  let written = 0;
  const longest = { wait: 0, work: 0 };
  setInterval(() => {
    const now = performance.now();
    const work = workTime();
    if (last !== undefined) {
      longest.wait = Math.max(longest.wait, now - last - EVERY);
      longest.work = Math.max(longest.work, work - lastWork);
    }
    if (now - written > 500) {
      fs.writeFileSync(`${file}.new`, JSON.stringify(longest));
      fs.renameSync(`${file}.new`, file);
      written = now;
      // Writing is not what is looked at.
      last = performance.now();
      lastWork = workTime();
      return;
    }
    last = now;
    lastWork = work;
  }, EVERY).unref();
}

/** Milliseconds that the main thread has run, without those in which other programs had the processor; where the system tells. */
function workTime(): number {
  try {
    return Number(fs.readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return NaN;
  }
}
