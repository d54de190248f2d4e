import { readFileSync, rmSync } from 'node:fs';
import { z } from 'zod';
import type { Clock } from '../../shared/foundation/ids.ts';
import { backOffSeconds } from '../../shared/vault/auto-lock.ts';
import { writeDurably } from './files.ts';

const Attempts = z.object({ failures: z.number().int().nonnegative(), lastAt: z.iso.datetime() });
type Attempts = z.infer<typeof Attempts>;

/**
 * Wrong passwords in a row, kept on disk so that restarting the program does not reset them. It slows whoever sits at
 * the station; whoever copied the disk meets Argon2id instead.
 */
export function attemptsAt(path: string, clock: Clock) {
  const read = (): Attempts => {
    try {
      return Attempts.parse(JSON.parse(readFileSync(path, 'utf8')));
    } catch {
      return { failures: 0, lastAt: clock.now() };
    }
  };
  const write = (attempts: Attempts): void => writeDurably(path, Buffer.from(JSON.stringify(attempts)));
  return {
    failures: (): number => read().failures,
    /** Seconds until a password is looked at again. A clock that was set back starts the wait anew, never for ever. */
    waitSeconds(): number {
      const attempts = read();
      const now = clock.now();
      const ahead = Date.parse(attempts.lastAt) > Date.parse(now);
      if (ahead) write({ ...attempts, lastAt: now });
      const elapsed = ahead ? 0 : (Date.parse(now) - Date.parse(attempts.lastAt)) / 1000;
      return Math.max(0, Math.ceil(backOffSeconds(attempts.failures) - elapsed));
    },
    /** Counted before the password is tried: ending the program in the middle is no free try. */
    begin(): void {
      write({ failures: read().failures + 1, lastAt: clock.now() });
    },
    clear(): void {
      rmSync(path, { force: true });
    },
  };
}
