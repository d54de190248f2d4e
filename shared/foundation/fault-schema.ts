/** Faults as documents that cross rooms. The shapes stand in `fault.ts`, which threads load without a checker of schemas. */
import { z } from 'zod';
import { FAULT_CODES } from './fault.ts';

export const Fault = z.object({
  code: z.enum(FAULT_CODES),
  message: z.string(),
  place: z
    .object({ file: z.string().optional(), line: z.number().int().positive().optional(), field: z.string().optional() })
    .optional(),
  remedy: z.string(),
});
