import { z } from 'zod';

/** What a person may do at the board (F103). A person holds a set of roles. */
export const Role = z.enum(['prep', 'presenter', 'member', 'signer', 'auditor', 'admin']);
export type Role = z.infer<typeof Role>;

/**
 * What each role brings with it. Whoever prepares, presents or signs sits at the table as a member; an admin keeps the
 * house (people, keys, packs) and may read the journal, but does not sign or decide by being admin.
 */
const brings: Record<Role, readonly Role[]> = {
  prep: ['prep', 'member'],
  presenter: ['presenter', 'member'],
  member: ['member'],
  signer: ['signer', 'member'],
  auditor: ['auditor'],
  admin: ['admin', 'auditor'],
};

/** Whether someone holding `role` may do what asks for `required`. */
export const permits = (role: Role, required: Role): boolean => brings[role].includes(required);

/** Whether a person with this set of roles may do what asks for `required`. */
export const permitsAny = (roles: readonly Role[], required: Role): boolean =>
  roles.some((role) => permits(role, required));

/** Whether the keys of cases are wrapped for a person with these roles: whoever sits at the table. */
export const readsCases = (roles: readonly Role[]): boolean => permitsAny(roles, 'member');

/**
 * Whether the emergency key is sealed for a person with these roles (F112). An admin keeps the house and reads no case, not
 * with the disk in hand either: an auditor breaks the glass.
 */
export const breaksGlass = (roles: readonly Role[]): boolean => roles.includes('auditor');

/** The first person of a vault does everything until others are added. */
export const firstUserRoles: readonly Role[] = ['admin', 'signer', 'prep', 'presenter'];
