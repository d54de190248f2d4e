import { ORPCError } from '@orpc/client';
import { type Fault, fault, faultFrom } from '../../shared/foundation/fault.ts';
import { Fault as FaultSchema } from '../../shared/foundation/fault-schema.ts';

/** The one door from what a call threw to the fault that a screen shows. */
export function faultOf(error: unknown): Fault {
  if (error instanceof ORPCError) {
    const carried = FaultSchema.safeParse(error.data);
    if (carried.success) return carried.data;
    if (error.code === 'BAD_REQUEST')
      return fault('field-invalid', 'The core refused this input.', 'Check what you entered and try again.');
  }
  return faultFrom(error);
}

/** What is safe, said beside every fault: depends on what kind of thing went wrong, never on its text. */
export function whatIsSafe({ code }: Fault): string {
  switch (code) {
    case 'locked':
      return 'Drafts are kept, sealed, on this machine.';
    case 'version-conflict':
      return 'Nothing was overwritten; what you typed is kept as a draft.';
    case 'cancelled':
      return 'Nothing was stored.';
    case 'vault-damaged':
    case 'journal-broken':
      return 'Nothing is written to a damaged vault.';
    case 'defect':
      return 'What was stored before is safe; drafts are kept.';
    default:
      return 'Nothing was imported or changed by half.';
  }
}
