// Ending a program together with all it started, by process id.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

function children(pid) {
  if (fs.existsSync('/proc/self/task')) {
    try { return fs.readdirSync(`/proc/${pid}/task`).flatMap((task) => fs.readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number)); } catch { return []; }
  }
  try { return execFileSync('pgrep', ['-P', String(pid)], { encoding: 'utf8' }).split('\n').filter(Boolean).map(Number); } catch { return []; }
}

/** The process and everything it started that is still its descendant. */
export function descendants(pid) {
  const found = [pid];
  for (let i = 0; i < found.length; i++) found.push(...children(found[i]));
  return found;
}

function alive(pid) {
  try { process.kill(pid, 0); } catch { return false; }
  try { return !/^\d+ \(.*\) Z/s.test(fs.readFileSync(`/proc/${pid}/stat`, 'utf8')); } catch { return !fs.existsSync('/proc/self/stat'); }
}

/** Asks the root to end, then whoever of its descendants is left, then no longer asks. */
export async function endTree(child) {
  const ours = descendants(child.pid);
  const send = (pid, signal) => { try { process.kill(pid, signal); } catch { /* gone */ } };
  if (child.exitCode === null && child.signalCode === null) send(child.pid, 'SIGTERM');
  for (const [wait, signal] of [[3000, 'SIGTERM'], [2000, 'SIGKILL'], [2000, undefined]]) {
    for (const start = Date.now(); Date.now() - start < wait && ours.some(alive);) await sleep(50);
    if (signal !== undefined) for (const pid of ours.filter(alive)) send(pid, signal);
  }
}
