import * as fs from 'node:fs';
import type { FileSystem } from '../../server/node/wholeFile';

/** Calls of the file system that change or open something, as tests count them. */
export type Call = 'open' | 'write' | 'sync' | 'close' | 'rename' | 'unlink' | 'mkdir';

/**
 * The real file system, with `before` called ahead of every call that changes or opens something, and `after` behind it. What
 * `before` throws is what the call fails with.
 */
export function watchedFiles(before: (call: Call, file: string) => void, after: (call: Call) => void = () => undefined): FileSystem {
  const watched = async <T>(call: Call, file: unknown, work: () => Promise<T>): Promise<T> => {
    before(call, String(file));
    const result = await work();
    after(call);
    return result;
  };
  const { lstat, mkdir, open, readdir, realpath, rename, unlink } = fs.promises;
  return {
    lstat, readdir, realpath,
    mkdir: ((...args: Parameters<typeof mkdir>) => watched('mkdir', args[0], () => mkdir(...args))) as typeof mkdir,
    rename: (from, to) => watched('rename', to, () => rename(from, to)),
    unlink: (file) => watched('unlink', file, () => unlink(file)),
    open: async (file, ...rest) => {
      const handle = await watched('open', file, () => open(file, ...rest));
      return new Proxy(handle, {
        get: (target, name) => {
          const value = Reflect.get(target, name) as unknown;
          if (typeof value !== 'function') return value;
          const call = ({ writeFile: 'write', sync: 'sync', close: 'close' } as const)[name as 'sync'] as Call | undefined;
          const bound = (value as (...args: unknown[]) => Promise<unknown>).bind(target);
          return call ? (...args: unknown[]) => watched(call, file, () => bound(...args)) : bound;
        },
      });
    },
  };
}

/** An error as the system makes them. */
export function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: made by a test`), { code });
}
