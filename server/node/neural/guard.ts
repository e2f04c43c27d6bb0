import { Worker } from 'node:worker_threads';

/** Milliseconds between looks at whether the parent is still the same process: where it was killed the system gives its children to another. */
const LOOK = 1000;

/**
 * In a thread of its own, for the process's first one is in the middle of a call for as long as that takes, and hears nothing: standard input is a pipe that
 * closes when whoever started this process ends, be it a process or a thread of one.
 */
const guard = `
const net = require('node:net');
const { workerData } = require('node:worker_threads');
const end = () => process.kill(process.pid, 'SIGKILL');
const pipe = new net.Socket({ fd: 0, readable: true, writable: false });
for (const event of ['end', 'close', 'error']) pipe.on(event, end);
pipe.resume();
setInterval(() => { if (process.ppid !== workerData.parent) end(); }, workerData.look);
`;

/** Ends this process when the one that started it is gone, also in the middle of a call of native code. */
export function endWithParent(): void {
  const worker = new Worker(guard, { eval: true, workerData: { parent: process.ppid, look: LOOK }, stdin: false, env: {}, resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 4 } });
  worker.unref();
  // Without the guard the channel still ends this process, after the call.
  worker.on('error', () => undefined);
}
