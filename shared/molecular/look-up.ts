/** One variant typed into the look-up box, and its answer, as they cross to the screens; see `typed-variant.ts`. */
import { z } from 'zod';
import { AmpTier, EscatProposal, EvidenceMatch, Finding, MolecularProfile } from './profile.ts';
import type { TypedVariantAnswer } from './typed-variant.ts';

export const LookUp = z.object({
  /** `BRAF V600E`, `EGFR c.2573T>G`, `ERBB2 amplification`, `EML4::ALK`, or a g. name. */
  text: z.string().trim().min(1).max(200),
  /** OncoTree code; without it no tier is given. */
  tumorType: z.string().max(20).optional(),
});
export type LookUp = z.infer<typeof LookUp>;

const { oncogenicity, tierCall, tierElsewhere, proteinChangeSource } = Finding.shape;

export const LookUpAnswer = z.object({
  kind: z.enum(['small-variant', 'amplification', 'deep-deletion', 'gain', 'loss', 'fusion']),
  gene: z.string(),
  gene2: z.string().optional(),
  transcript: z.string().optional(),
  hgvsg: z.partialRecord(z.enum(['GRCh37', 'GRCh38']), z.string()).optional(),
  hgvsc: z.string().optional(),
  hgvsp: z.string().optional(),
  consequence: z.string().optional(),
  proteinChangeSource,
  known: z.string().optional(),
  oncogenicity,
  tumorType: z.object({ oncotreeCode: z.string(), name: z.string() }).optional(),
  ampTier: AmpTier.optional(),
  tierCall,
  tierDefining: z.array(z.string()),
  escat: EscatProposal.optional(),
  tierElsewhere,
  evidence: z.array(EvidenceMatch),
  /** What the reader must know before the class is used. */
  notes: z.array(z.string()),
  packs: MolecularProfile.shape.packs,
  absent: MolecularProfile.shape.absent,
});
export type LookUpAnswer = z.infer<typeof LookUpAnswer>;

/** The engine's answer in the words of the contract. */
export const answerOf = ({ typed: _, ...answer }: TypedVariantAnswer): LookUpAnswer => LookUpAnswer.parse(answer);
