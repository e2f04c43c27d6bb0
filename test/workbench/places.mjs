// Where things are, and which workbenches we test.
import os from 'node:os';
import path from 'node:path';
import { root } from '../../build.mjs';

export { root };

/** Holds one folder per installed workbench, and the browser; never inside the repository. */
export const cache = path.resolve(process.env.ANOMALINE_CACHE ?? path.join(os.homedir(), '.cache/anomaline/workbench'));

/** code-server 4.N.x is VS Code 1.N.x: the one people have now, and one near the oldest we support. */
export const newest = '4.139.1';
export const versions = [newest, '4.100.3'];

export const codeVersion = (version) => version.replace(/^4/, '1');
