import * as os from 'node:os';
import * as path from 'node:path';

/** Where programs keep what they can make again, by the custom of each system. */
export function systemCacheFolder(platform: NodeJS.Platform = process.platform, env: NodeJS.ProcessEnv = process.env, home = os.homedir()): string {
  const absolute = (folder: string | undefined): string | undefined => (folder !== undefined && path.isAbsolute(folder) ? folder : undefined);
  if (platform === 'win32') return path.join(absolute(env['LOCALAPPDATA']) ?? path.join(home, 'AppData', 'Local'), 'Anomaline', 'Cache');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'anomaline');
  return path.join(absolute(env['XDG_CACHE_HOME']) ?? path.join(home, '.cache'), 'anomaline');
}
