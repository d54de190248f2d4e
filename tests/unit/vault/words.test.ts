import { describe, expect, it } from 'vitest';
import { backOffSeconds, secondsUntilLock } from '../../../shared/vault/auto-lock.ts';
import { passwordFault } from '../../../shared/vault/password.ts';
import { firstUserRoles, permits, permitsAny, Role } from '../../../shared/vault/roles.ts';

describe('roles (F103)', () => {
  it('permit exactly this', () => {
    const table = Object.fromEntries(
      Role.options.map((role) => [role, Role.options.filter((required) => permits(role, required))]),
    );
    expect(table).toEqual({
      prep: ['prep', 'member'],
      presenter: ['presenter', 'member'],
      member: ['member'],
      signer: ['member', 'signer'],
      auditor: ['auditor'],
      admin: ['auditor', 'admin'],
    });
    expect(Role.options.every((required) => permitsAny(firstUserRoles, required))).toBe(true);
    expect(permitsAny([], 'member')).toBe(false);
  });
});

describe('password rule', () => {
  it('counts characters, not bytes or code units', () => {
    expect(passwordFault(`${'🌲'.repeat(5)}one two tw`)).toBeUndefined();
    expect(passwordFault('é'.normalize('NFD').repeat(8))?.code).toBe('password-weak');
  });
  it('asks for no digits, capitals or signs', () => {
    expect(passwordFault('river lamp seven owls')).toBeUndefined();
    expect(passwordFault('riverlampsevenowls')).toBeUndefined();
  });
  it.each(['short', '', 'Password Password', '1234 5678 9012 3456', 'aaaaaaaaaaaaaaaa', 'Consilium-Consilium'])(
    'refuses %s',
    (password) => {
      expect(passwordFault(password)?.code).toBe('password-weak');
    },
  );
  it('refuses a name with digits after it, not a sentence that has the name in it', () => {
    expect(passwordFault('Example Hospital 2026', ['Example Hospital'])?.code).toBe('password-weak');
    expect(passwordFault('Example Hospital has a green door', ['Example Hospital'])).toBeUndefined();
  });
});

describe('time policies', () => {
  it('locks after the idle time, to the second, whatever the clock does', () => {
    expect(secondsUntilLock('2026-01-05T08:00:00.000Z', '2026-01-05T08:00:00.000Z', 15)).toBe(900);
    expect(secondsUntilLock('2026-01-05T08:00:00.000Z', '2026-01-05T08:14:59.000Z', 15)).toBe(1);
    expect(secondsUntilLock('2026-01-05T08:00:00.000Z', '2026-01-05T08:15:00.000Z', 15)).toBe(0);
    expect(secondsUntilLock('2026-01-05T08:00:00.000Z', '2026-01-05T07:00:00.000Z', 15)).toBe(900);
  });
  it('back-off grows and stays bounded', () => {
    expect([0, 1, 2, 3, 4, 5, 12, 100].map(backOffSeconds)).toEqual([0, 0, 0, 2, 4, 8, 900, 900]);
  });
});
