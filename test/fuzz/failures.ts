import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { FuzzTarget } from './target';

/** Inputs that once showed a fault; the suite runs them again. Names: `<target>.<first 12 digits of the SHA-256>.bin`. */
const FOLDER = path.resolve(__dirname, '../../../test/fuzz/failures');

/** Keeps an input that failed; returns the file's path. */
export function keepFailure(target: FuzzTarget, input: Uint8Array): string {
  const file = path.join(FOLDER, `${target.name}.${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`);
  fs.mkdirSync(FOLDER, { recursive: true });
  fs.writeFileSync(file, input);
  return file;
}

/** The inputs of a target that were kept. */
export function keptFailures(target: FuzzTarget): { readonly name: string; readonly input: Uint8Array }[] {
  if (!fs.existsSync(FOLDER)) return [];
  const names = fs.readdirSync(FOLDER).filter((name) => name.startsWith(`${target.name}.`) && name.endsWith('.bin'));
  return names.sort().map((name) => ({ name, input: new Uint8Array(fs.readFileSync(path.join(FOLDER, name))) }));
}
