import { z } from 'zod';
import { LedgerModality } from '../case/intake.ts';
import { AmpTier, DiseaseMatch, EscatProposal, TierWeight } from '../molecular/profile.ts';
import { LabelLine } from './label-line.ts';
import { PgxDocument } from './pgx/document.ts';
import { CaseSafety, OptionSafety } from './safety/safety.ts';

/** An approval whose biomarkers the case meets: for this tumor type, for another (off-label here), or open. */
export const OptionApproval = z.object({
  approvalId: z.string(),
  agency: z.string(),
  jurisdiction: z.string(),
  standing: z.enum(['this tumor type', 'another tumor type', 'open']),
  disease: z.string(),
  approvedOn: z.string().optional(),
  /** What the label asks and is not known here. */
  missing: z.array(z.string()),
  /** The line of therapy it asks for, and whether the record meets it. */
  line: LabelLine.optional(),
});
export type OptionApproval = z.infer<typeof OptionApproval>;

export const TherapyOption = z.object({
  /** Stable: the sorted agents joined by +, or or by > where they are given one after the other. */
  id: z.string(),
  /** A combination stays whole. */
  agents: z.array(z.string()).min(1),
  label: z.string(),
  tier: AmpTier.optional(),
  weight: TierWeight.optional(),
  /** ESCAT by rule for this treatment: computed, never confirmed here, and no part of the ranking (F017). */
  escat: EscatProposal.optional(),
  bestLevel: z.enum(['A', 'B', 'C', 'D', 'E']),
  diseaseMatch: DiseaseMatch,
  /** Finding and evidence behind it. */
  because: z.array(z.object({ findingId: z.string(), text: z.string() })),
  supporting: z.array(z.string()),
  against: z.array(z.string()),
  conflict: z.object({ supports: z.number().int(), against: z.number().int(), statement: z.string() }).optional(),
  /** Prior use in this patient, with what came of it (F056). */
  prior: z
    .object({
      line: z.number().int(),
      response: z.string(),
      /** What of it was given: all of it, its class, one of its classes, one of its agents, the class of one; absent in earlier documents. */
      how: z.enum(['used', 'class', 'shared-class', 'partner', 'partner-class']).optional(),
      text: z.string(),
    })
    .optional(),
  trialIds: z.array(z.string()),
  /** The place in the ranking in words: each lexicographic key with its value. */
  rank: z.array(z.object({ key: z.string(), value: z.string() })),
  /** The key of the ranking that sets it below the option above it; absent for the first, `name` where nothing else does. */
  partedBy: z.string().optional(),
  wouldChange: z.array(z.string()),
  /** Class by the pack's sourced table, of each agent that has one. */
  classes: z.array(z.object({ agent: z.string(), name: z.string(), source: z.string() })).optional(),
  /** Approvals by regulators that the case meets, of just these agents together; absent where the pack is. */
  approvals: z.array(OptionApproval).optional(),
  /** Of the approvals here that make it level A, the one whose line fits best; absent where none does. */
  line: LabelLine.optional(),
  /** What speaks against it in this patient, by label and guideline (F036, F043, F048, F049). */
  safety: OptionSafety.optional(),
});
export type TherapyOption = z.infer<typeof TherapyOption>;

export const TherapyExclusion = z.object({
  id: z.string(),
  agents: z.array(z.string()).min(1),
  label: z.string(),
  kind: z.enum(['resistance', 'does-not-support', 'failed-before', 'contraindicated', 'allergy']),
  reason: z.string(),
  findingIds: z.array(z.string()),
  evidence: z.array(z.string()),
  bestLevel: z.enum(['A', 'B', 'C', 'D', 'E']).optional(),
  /** Label sections and guidelines, where they exclude and no statement does. */
  cites: z.array(z.string()).optional(),
});
export type TherapyExclusion = z.infer<typeof TherapyExclusion>;

/**
 * A treatment that no marker of the tumor chooses, of which studies report less effect where a finding of this case is
 * present. Without guideline (level A) they do not tell a poor course from a failing drug: said, and nothing is excluded.
 */
export const LessBenefit = TherapyExclusion.pick({
  id: true,
  agents: true,
  label: true,
  findingIds: true,
  evidence: true,
  bestLevel: true,
}).extend({ text: z.string() });
export type LessBenefit = z.infer<typeof LessBenefit>;

export const OptionsTable = z.object({
  rule: z.string(),
  exclusions: z.array(TherapyExclusion),
  /** Warnings that stand beside the exclusions and take nothing off the table. */
  lessBenefit: z.array(LessBenefit).default([]),
  options: z.array(TherapyOption),
  /** What testing would add or rule out: facts that level A or B statements of this tumor type hinge on. */
  wouldChange: z
    .array(
      z.object({
        gene: z.string(),
        modality: z.union([LedgerModality, z.literal('biomarker')]),
        text: z.string(),
        adds: z.array(z.string()),
        excludes: z.array(z.string()),
        evidence: z.array(z.string()),
        /** Approvals in force for this tumor type that wait for the same fact: agency and id. */
        approvals: z.array(z.string()).optional(),
        /** The best level among them; absent in documents of earlier versions. */
        level: z.enum(['A', 'B', 'C', 'D', 'E']).optional(),
      }),
    )
    .default([]),
  /** Statements considered, and why the others made no option. */
  accounting: z.object({
    considered: z.number().int(),
    used: z.number().int(),
    unused: z.array(z.object({ rule: z.string(), count: z.number().int() })),
  }),
  absent: z.array(z.object({ section: z.string(), reason: z.string() })),
  /** Organ function, medicines on record and alerts of the case. */
  safety: CaseSafety.optional(),
  /** Only where a germline file of the case holds a pharmacogene. */
  pharmacogenes: PgxDocument.optional(),
});
export type OptionsTable = z.infer<typeof OptionsTable>;
