/** The laboratory's folder as the exchange desk shows it. */
import { z } from 'zod';
import { Fault } from '../../foundation/fault-schema.ts';
import { CaseId } from '../../foundation/ids.ts';
import { Harmonised } from '../harmonise/harmonise.ts';

export const DeliveryId = z.string().regex(/^[0-9a-f]{16}$/);

export const MappingIssueAt = z.object({
  line: z.number().int().positive().optional(),
  field: z.string(),
  message: z.string(),
});
export type MappingIssueAt = z.infer<typeof MappingIssueAt>;

const Noted = z.object({ place: z.string(), reason: z.string() });

export const LaboratoryDesk = z.object({
  /** Off unless somebody turned it on; files in the folder are then left alone. */
  on: z.boolean(),
  /** Where the folder stands, below the data folder of the workstation. */
  folder: z.string(),
  mapping: z.object({
    text: z.string(),
    sha256: z.string(),
    /** Whether it was ever saved; until then the text is the example. */
    saved: z.boolean(),
    issues: z.array(MappingIssueAt),
  }),
  deliveries: z.array(
    z.object({
      name: z.string(),
      files: z.number().int(),
      state: z.enum(['ready', 'being-written', 'incomplete']),
      missing: z.array(z.string()),
    }),
  ),
  /** Files that no entry of the mapping is for. */
  strangers: z.number().int().nonnegative(),
  drafts: z.array(z.object({ id: DeliveryId, caseId: CaseId, since: z.string(), files: z.number().int() })),
  quarantine: z.array(
    z.object({ id: DeliveryId, files: z.number().int(), since: z.string(), reasons: z.array(Fault) }),
  ),
  /** When the folder was last looked at, and why a look failed. */
  looked: z.string().optional(),
  fault: Fault.optional(),
});
export type LaboratoryDesk = z.infer<typeof LaboratoryDesk>;

/** What a delivery becomes: its fields, what of it was mapped into our words, and what it did not give. */
export const DraftPreview = z.object({
  fields: z.array(z.object({ part: z.string(), place: z.string(), value: z.string(), meaning: z.string().optional() })),
  mappings: z.array(Harmonised),
  notes: z.array(Noted),
});
export type DraftPreview = z.infer<typeof DraftPreview>;

export const MappingCheck = z.object({
  issues: z.array(MappingIssueAt),
  /** The first whole delivery in the folder, read by this text; absent where there is none or the text has issues. */
  tried: z.object({ name: z.string(), reasons: z.array(Fault), preview: DraftPreview.optional() }).optional(),
});
export type MappingCheck = z.infer<typeof MappingCheck>;
