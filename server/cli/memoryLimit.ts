import { DEFAULT_CLIENT_SETTINGS } from '../protocol/settings';
import { numberOption, UsageError } from './options';

const NAME = 'memory-limit';
/** Megabytes, as for the setting of this name. */
const LEAST = 256;
const MOST = 1_048_576;

/** Takes `--memory-limit MB` out of the arguments of any command: it must be known before the threads are there that it holds for. */
export function memoryLimit(args: readonly string[]): { readonly limit: number; readonly others: readonly string[]; readonly fault?: string } {
  const others = [...args];
  let limit = DEFAULT_CLIENT_SETTINGS.memoryLimit;
  const at = others.findIndex((arg) => arg === `--${NAME}` || arg.startsWith(`--${NAME}=`));
  if (at < 0) return { limit, others };
  const [option, value] = others.splice(at, others[at].includes('=') ? 1 : 2);
  try {
    limit = Math.floor(numberOption(NAME, value ?? (option.split('=')[1] as string | undefined) ?? '', limit, LEAST, MOST));
  } catch (error) {
    if (error instanceof UsageError) return { limit, others, fault: error.message };
    throw error;
  }
  return { limit, others };
}
