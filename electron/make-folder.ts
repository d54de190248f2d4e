import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a folder and those above it, one level at a time. Node's own recursive way never returns where a level can be
 * named but not made, such as below /proc; this throws the system's error there.
 */
export function makeFolder(path: string, mode?: number): void {
  // What stands there and is no folder is the system's error as well.
  if (existsSync(path)) readdirSync(path);
  const missing: string[] = [];
  for (let level = resolve(path); !existsSync(level) && dirname(level) !== level; level = dirname(level))
    missing.unshift(level);
  for (const level of missing)
    try {
      mkdirSync(level, mode === undefined ? {} : { mode });
    } catch (error) {
      // Made by somebody else in between: as good as by us.
      if (!existsSync(level)) throw error;
    }
}
