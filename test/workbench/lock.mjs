// One process at a time, over a file that names the process that holds it.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** Pid of the holder, undefined where nobody holds it: no file, a dead process, or a file left empty by a crash. */
function holder(file) {
  let pid, age;
  try { pid = Number(fs.readFileSync(file, 'utf8')); age = Date.now() - fs.statSync(file).mtimeMs; } catch { return undefined; }
  if (!pid) return age < 2000 ? -1 : undefined; // made this moment, its pid not written yet
  try { process.kill(pid, 0); return pid; } catch (error) { return error.code === 'EPERM' ? pid : undefined; }
}

/** Runs `work` while holding the lock; waits for another process that holds it, takes over from one that died. */
export async function withLock(file, work, { onWait = () => {}, pause = 300 } = {}) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  for (let waited = false; ;) {
    try { fs.writeFileSync(file, String(process.pid), { flag: 'wx' }); break; } catch (error) { if (error.code !== 'EEXIST') throw error; }
    const pid = holder(file);
    if (pid === undefined) { fs.rmSync(file, { force: true }); continue; }
    if (!waited) { onWait(pid); waited = true; }
    await sleep(pause);
  }
  try { return await work(); } finally { fs.rmSync(file, { force: true }); }
}
