import { z } from 'zod';

/** Lower-case hex SHA-256 of exact bytes; every document is stored under it. */
export const Sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .brand('Sha256');
export type Sha256 = z.infer<typeof Sha256>;

export const CaseId = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/)
  .brand('CaseId');
export type CaseId = z.infer<typeof CaseId>;

export const UserId = z.string().min(1).max(64).brand('UserId');
export type UserId = z.infer<typeof UserId>;

/** Time and identity come in from outside, so that the same input gives the same bytes. */
export interface Clock {
  /** ISO 8601 with milliseconds and `Z`. */
  now(): string;
}
export interface Ids {
  next(): string;
}
