// Running other programs, npm among them.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

/** Full path of a program on PATH, or undefined. */
export function onPath(name) {
  const endings = process.platform === 'win32' ? ['.cmd', '.exe', '.bat'] : [''];
  for (const folder of (process.env.PATH ?? '').split(path.delimiter)) for (const ending of endings) {
    const file = path.join(folder, name + ending);
    try { fs.accessSync(file, fs.constants.X_OK); if (fs.statSync(file).isFile()) return file; } catch { /* not there */ }
  }
  return undefined;
}

/** The environment without what npm adds for its scripts: it would steer an npm that works in another folder. */
export function plainEnvironment() {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(lifecycle|package|command|config_(local_prefix|prefix|global_prefix|user_agent|noproxy|npm_version|node_gyp|init_module))/.test(name) && name !== 'INIT_CWD' && name !== 'NODE_OPTIONS'));
}

/** Runs a program to its end; returns its standard output, throws with the end of all it printed when it fails. */
export async function run(program, args, { cwd, env = {}, name = path.basename(program) } = {}) {
  const child = spawn(program, args, { cwd, env: { ...plainEnvironment(), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '', all = '';
  child.stdout.setEncoding('utf8').on('data', (part) => { out += part; all += part; });
  child.stderr.setEncoding('utf8').on('data', (part) => { all += part; });
  const code = await new Promise((resolve, reject) => { child.once('error', reject); child.once('close', (status, signal) => resolve(status ?? signal)); });
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} (in ${cwd ?? process.cwd()}) ended with ${code}:\n${all.trim().split('\n').slice(-15).join('\n')}`);
  return out;
}

/** Folder of the npm that belongs to this run. */
export function npmFolder() {
  const given = process.env.npm_execpath;
  const npm = given?.endsWith('npm-cli.js') ? given : onPath('npm');
  if (npm === undefined) throw new Error('npm is not on PATH: install Node.js with npm');
  return path.dirname(path.dirname(fs.realpathSync(npm)));
}

/** Runs npm in a folder by a given Node. */
export const npm = (args, { cwd, node = process.execPath, env = {} }) =>
  run(node, [path.join(npmFolder(), 'bin/npm-cli.js'), ...args], { cwd, name: 'npm', env: { PATH: `${path.dirname(node)}${path.delimiter}${process.env.PATH}`, ...env } });
