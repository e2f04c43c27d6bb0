import type { OwnFiles, TrainingFile } from './ports';

/** Larger than any training that this version keeps. */
const MAX_BYTES = 2 ** 30;

/** Keeps a training that is not over in a file: whole or not at all, so that a crash leaves the one before. */
export function trainingFile(own: OwnFiles, name: string): TrainingFile {
  return {
    async read() {
      const bytes = await own.read(name, MAX_BYTES);
      return bytes === undefined || 'fault' in bytes ? undefined : bytes;
    },
    write: async (checkpoint) => void (await own.write(name, checkpoint)),
    remove: () => own.remove(name),
  };
}
