import { decodeUtf8 } from '../core/util/utf8';
import { nodeFiles } from '../node/files';
import { userPath, type Context } from './context';
import { InputError, pairs } from './options';

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
  const settings = new Map<string, string>();
  for (const [i, line] of decodeUtf8(bytes).split(/\r?\n/).entries()) {
    const text = line.trim();
    if (text === '' || /^[#;[]/.test(text)) continue;
    const [, key, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(text) ?? [];
    if (key === undefined) throw new InputError(`${given}:${i + 1}: "${text}" is no "key = value". Correct the line, or put # before it.`);
    const plain = value.replace(/^"(.*)"$/, '$1');
    if (settings.has(key)) context.note(`${given}:${i + 1}: "${key}" stands twice; the first value, ${settings.get(key)}, counts.`);
    else settings.set(key, plain);
  }
  return Object.fromEntries(settings);
}
