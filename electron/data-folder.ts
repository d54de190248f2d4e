import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a person's vault stands when no folder is named: the system's place for data of programs. */
export function defaultDataFolder(): string {
  const { env, platform } = process;
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Consilium');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Consilium');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'consilium');
}
