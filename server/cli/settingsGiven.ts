import { decodeUtf8 } from '../core/util/utf8';
import { readIni } from '../core/settings/ini';
import { nodeFiles } from '../node/files';
import { userPath, type Context } from './context';
import { InputError, pairs } from './options';

/** Characters of a line that a message shows. */
const LONGEST_SHOWN = 200;

/**
 * Settings of `--ini FILE` (the reference tool's files: `key = value` lines, sections, `#` or `;` before comments) and of `--set key=value`, which
 * wins. A key that stands twice in the file counts as it stands first, as there, and that is told.
 */
export async function settingsGiven(context: Context, ini: string | undefined, set: readonly string[] | undefined): Promise<Record<string, string>> {
  return { ...(ini === undefined ? {} : await iniFile(context, ini)), ...pairs('set', set) };
}

async function iniFile(context: Context, given: string): Promise<Record<string, string>> {
  const bytes = await nodeFiles.read(userPath(given));
  if ('fault' in bytes) throw new InputError(`${given}: ${bytes.fault}`);
  const { values, repeated, broken } = readIni(decodeUtf8(bytes));
  for (const { line, key } of repeated) context.note(`${given}:${line + 1}: "${key}" stands twice; the first value, ${values.get(key)}, counts.`);
  if (broken) throw new InputError(`${given}:${broken.line + 1}: "${broken.text.slice(0, LONGEST_SHOWN)}" is no "key = value". Correct the line, or put # before it.`);
  return Object.fromEntries(values);
}
