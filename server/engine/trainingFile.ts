import type { Files, TrainingFile } from './ports';

/** Keeps a training that is not over in a file: whole or not at all, so that a crash leaves the one before. */
export function trainingFile(files: Files, path: string): TrainingFile {
  return {
    async read() {
      if (!(await files.stat(path))) return undefined;
      const bytes = await files.read(path);
      return 'fault' in bytes ? undefined : bytes;
    },
    write: async (checkpoint) => void (await files.write(path, checkpoint)),
    remove: () => files.remove(path),
  };
}
