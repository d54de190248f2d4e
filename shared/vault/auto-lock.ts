/** How long a station may stand unattended before it locks (HIPAA 164.312(a)(2)(iii): automatic logoff). */
export const autoLockMinutesDefault = 15;

/**
 * Whole seconds until the station locks; 0 means lock now. A clock that was set back counts as no time passed.
 * @param lastActivity ISO time of the last key, pointer or meeting event
 * @param now ISO time
 */
export function secondsUntilLock(
  lastActivity: string,
  now: string,
  idleMinutes: number = autoLockMinutesDefault,
): number {
  const idleSeconds = Math.max(0, Date.parse(now) - Date.parse(lastActivity)) / 1000;
  return Math.max(0, Math.ceil(idleMinutes * 60 - idleSeconds));
}

/**
 * Seconds to wait before the next password is looked at: two slips are free, then it doubles from 2 s to 15 min.
 * (NIST SP 800-63B-4 section 3.2.2 asks for rate limiting; Argon2id is what guards against a copied disk.)
 */
export const backOffSeconds = (failures: number): number => (failures < 3 ? 0 : Math.min(900, 2 ** (failures - 2)));
