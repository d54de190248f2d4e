import { z } from 'zod';
import { AssayedState, LedgerModality } from '../case/intake.ts';
import { Sha256 } from '../foundation/ids.ts';
import { Approval } from '../knowledge/approvals.ts';
import { Measures } from './measures.ts';

export const AmpTier = z.enum(['I', 'II', 'III', 'IV']);
export type AmpTier = z.infer<typeof AmpTier>;

export const OncogenicityClass = z.enum([
  'oncogenic',
  'likely-oncogenic',
  'uncertain',
  'likely-benign',
  'benign',
  'not-evaluable',
]);
export type OncogenicityClass = z.infer<typeof OncogenicityClass>;

/** ACMG/AMP 2015. */
export const GermlineClass = z.enum([
  'pathogenic',
  'likely-pathogenic',
  'uncertain',
  'likely-benign',
  'benign',
  'not-evaluable',
]);
export type GermlineClass = z.infer<typeof GermlineClass>;

/** A tier with its level of evidence, as AMP/ASCO/CAP writes it. */
export const TierWeight = z.enum(['I-A', 'I-B', 'II-C', 'II-D']);
export type TierWeight = z.infer<typeof TierWeight>;

/** How far the evidence's disease is from the patient's tumor type. */
export const DiseaseMatch = z.enum(['same', 'parent', 'child', 'other', 'unmapped']);
export type DiseaseMatch = z.infer<typeof DiseaseMatch>;

/** One evidence item met by this case, with what met it. */
export const EvidenceMatch = z.object({
  evidenceId: z.string(),
  packId: z.string(),
  findingIds: z.array(z.string()),
  profileName: z.string(),
  type: z.enum(['predictive', 'prognostic', 'diagnostic', 'predisposing', 'functional', 'oncogenic']),
  direction: z.enum(['supports', 'does-not-support']),
  significance: z.string(),
  level: z.enum(['A', 'B', 'C', 'D', 'E']),
  rating: z.number().int().min(0).max(5).optional(),
  disease: z.string(),
  diseaseMatch: DiseaseMatch,
  /** True for evidence on any cancer or any solid tumor. */
  anyCancer: z.boolean(),
  /** What the source states the change's origin to be. */
  origin: z.enum(['somatic', 'germline', 'mixed', 'unknown']),
  therapies: z.array(z.string()),
  therapyInteraction: z.enum(['combination', 'substitutes', 'sequential']).optional(),
  /** exact: the named change; broader: codon, exon, gene or class of change. */
  specificity: z.enum(['exact', 'codon', 'exon', 'class', 'gene']),
  flagged: z.boolean(),
  /** Why it is shown but sets no tier and makes no option: a variant of uncertain significance, another origin … */
  limits: z.array(z.string()),
  /** Negative facts that met it: "KRAS small variants: tested, not detected" (F019). */
  negatives: z.array(z.string()),
  citations: z.array(z.object({ type: z.string(), id: z.string(), label: z.string() })),
  trialIds: z.array(z.string()),
  url: z.string(),
});
export type EvidenceMatch = z.infer<typeof EvidenceMatch>;

/** One criterion of a classification, met, not met, or not evaluable, with its fact. */
export const Criterion = z.object({
  code: z.string(),
  state: z.enum(['met', 'not-met', 'not-evaluable']),
  points: z.number().int(),
  fact: z.string(),
});
export type Criterion = z.infer<typeof Criterion>;

export const EscatTier = z.enum(['I-A', 'I-B', 'I-C', 'II-A', 'II-B', 'III-A', 'III-B', 'IV-A', 'IV-B', 'V', 'X']);
export type EscatTier = z.infer<typeof EscatTier>;

export const EscatProposal = z.object({
  tier: EscatTier,
  /** Treatments the proposal speaks of, by id. */
  treatments: z.array(z.string()),
  /** The questions asked in order, each with its answer and what answered it; the last one set the tier. */
  path: z.array(z.object({ question: z.string(), answer: z.enum(['yes', 'no']), evidenceIds: z.array(z.string()) })),
  /** Always computed: a person's confirmation is a record of the board, not of this document. */
  computed: z.literal(true),
  /** What the person who confirms must look up. */
  confirm: z.string(),
});
export type EscatProposal = z.infer<typeof EscatProposal>;

export const Finding = z.object({
  /** Stable id: same input, same id. Annotations and decisions anchor to it. */
  id: z.string(),
  kind: z.enum([
    'small-variant',
    'amplification',
    'deep-deletion',
    'gain',
    'loss',
    'fusion',
    'expression-outlier',
    'protein-outlier',
    'biomarker',
  ]),
  gene: z.string(),
  gene2: z.string().optional(),
  /** Short title, for example p.(Leu858Arg), amplification, EML4::ALK. */
  title: z.string(),
  origin: z.enum(['somatic', 'germline', 'unknown']),
  state: AssayedState,
  hgvsGenomic: z.string().optional(),
  hgvsCoding: z.string().optional(),
  hgvsProtein: z.string().optional(),
  transcript: z.string().optional(),
  consequence: z.string().optional(),
  /** Where the protein change comes from; "not-computed" is said in words, never guessed. */
  proteinChangeSource: z.enum(['input-annotation', 'computed', 'known-coordinate', 'not-computed']).optional(),
  alleleFraction: z.number().min(0).max(1).optional(),
  depth: z.number().int().nonnegative().optional(),
  totalCopies: z.number().optional(),
  log2Ratio: z.number().optional(),
  /** How far a change of copies reaches, where segments cover the gene. */
  reach: z
    .object({ focality: z.enum(['chromosome', 'arm', 'focal']), megabases: z.number(), words: z.string() })
    .optional(),
  expressionZ: z.number().optional(),
  /** RNA reads over the junction of a fusion, or with the changed allele at the place of a small variant. */
  rnaReads: z.number().int().optional(),
  /** All RNA reads at the place of a small variant. */
  rnaDepth: z.number().int().nonnegative().optional(),
  /** Where a gene with changed copies lies, in the build of the segments; absent where no pack says. */
  locus: z.object({ chromosome: z.string(), start1: z.number().int(), end1: z.number().int() }).optional(),
  biomarker: z
    .object({
      value: z.union([z.number(), z.string()]),
      unit: z.string().optional(),
      method: z.string().optional(),
      validity: z.string(),
      threshold: z.string().optional(),
    })
    .optional(),
  oncogenicity: z
    .object({ class: OncogenicityClass, points: z.number().int(), criteria: z.array(Criterion) })
    .optional(),
  /** Of a germline variant: ACMG/AMP class with its criteria, and what the hereditary pack says of the gene. */
  germline: z
    .object({
      class: GermlineClass,
      points: z.number().int(),
      criteria: z.array(Criterion),
      inheritance: z.string().optional(),
      conditions: z.array(z.string()),
      /** On the ACMG list of secondary findings. */
      secondary: z.boolean(),
      /** Place among the germline findings by phenotype and family, from 1, and what put it there (F025). */
      rank: z.number().int().positive().optional(),
      rankReasons: z.array(z.string()),
    })
    .optional(),
  /** What struck the two copies of this gene (F020). */
  twoHits: z
    .object({
      state: z.enum(['biallelic', 'two-variants-unphased', 'one-hit']),
      facts: z.array(
        z.object({
          kind: z.enum(['germline', 'somatic', 'copy-number']),
          fact: z.string(),
          findingId: z.string().optional(),
        }),
      ),
      statement: z.string(),
    })
    .optional(),
  /** Proposed by rule; printed only where a named person confirmed it (F017). */
  escat: EscatProposal.optional(),
  tier: AmpTier.optional(),
  /** The tier with its level, on what it rests, and what it would be without the statements that set it. */
  tierCall: z
    .object({
      weight: TierWeight,
      basis: z.enum(['therapeutic', 'diagnostic', 'prognostic']),
      without: TierWeight.optional(),
      statement: z.string(),
    })
    .optional(),
  /** The evidence that sets the tier, apart from what merely supports it (F016). */
  tierDefining: z.array(z.string()),
  supporting: z.array(z.string()),
  /** Tier under other tumor-type codes (F010), where it differs. */
  tierElsewhere: z
    .array(z.object({ oncotreeCode: z.string(), tier: AmpTier.optional(), reason: z.string() }))
    .default([]),
  conflict: z.object({ supports: z.number().int(), against: z.number().int(), statement: z.string() }).optional(),
  /** QC flags that follow the finding everywhere (F008). */
  flags: z.array(z.string()).default([]),
  /** One line: why it stands where it stands (F026). */
  whyHere: z.string(),
  needsYou: z.boolean(),
  variantKeys: z.array(z.string()).default([]),
  /** Of the rows that are one change together on one allele; then the key above is of no row. */
  partKeys: z.array(z.string()).optional(),
});
export type Finding = z.infer<typeof Finding>;

interface Keys {
  readonly variantKeys: readonly string[];
  readonly partKeys?: readonly string[] | undefined;
}

/** Keys of every row of the files that a finding rests on. */
export const rowKeysOf = ({ variantKeys, partKeys = [] }: Keys): readonly string[] => [...variantKeys, ...partKeys];

/** The row that tells a finding's reads. Of rows that are one change together no more reads have all than have the rarest. */
export function rowBehind<Row extends { readonly alleleFraction?: number | undefined }>(
  { variantKeys, partKeys = [] }: Keys,
  byKey: ReadonlyMap<string, Row>,
): Row | undefined {
  const rows = (keys: readonly string[]): Row[] => keys.flatMap((key) => byKey.get(key) ?? []);
  const [whole] = rows(variantKeys);
  return whole ?? rows(partKeys).sort((a, b) => (a.alleleFraction ?? 0) - (b.alleleFraction ?? 0))[0];
}

/** R25: tested and not detected, or not assayed, for genes that matter in this tumor type. */
export const PertinentStatement = z.object({
  gene: z.string(),
  what: z.string(),
  modality: LedgerModality,
  state: AssayedState,
  reason: z.string(),
});
export type PertinentStatement = z.infer<typeof PertinentStatement>;

/** A statement that the case can neither meet nor rule out, because something was not tested (F003, F054). */
export const OpenEvidence = z.object({
  evidenceId: z.string(),
  profileName: z.string(),
  level: z.enum(['A', 'B', 'C', 'D', 'E']),
  diseaseMatch: DiseaseMatch,
  significance: z.string(),
  direction: z.enum(['supports', 'does-not-support']),
  therapies: z.array(z.string()),
  therapyInteraction: z.enum(['combination', 'substitutes', 'sequential']).optional(),
  missing: z.array(
    z.object({ gene: z.string(), modality: z.union([LedgerModality, z.literal('biomarker')]), reason: z.string() }),
  ),
});
export type OpenEvidence = z.infer<typeof OpenEvidence>;

/** An approval whose biomarkers this case meets, or of which something is not known; shown beside the options. */
export const ApprovalMatch = z.object({
  approvalId: z.string(),
  state: z.enum(['met', 'open']),
  agency: Approval.shape.agency,
  jurisdiction: Approval.shape.jurisdiction,
  status: Approval.shape.status,
  approvedOn: Approval.shape.approvedOn,
  /** On accelerated terms that did not become regular. */
  accelerated: z.literal(true).optional(),
  therapies: z.array(z.string()),
  disease: z.string(),
  /** `same` and `parent`: approved for this tumor type; `child`: for a part of it; `other`: approved elsewhere. */
  diseaseMatch: DiseaseMatch,
  anyCancer: z.boolean(),
  settings: Approval.shape.settings,
  line: Approval.shape.line,
  biomarkers: z.array(z.array(z.string())),
  findingIds: z.array(z.string()),
  specificity: EvidenceMatch.shape.specificity,
  limits: z.array(z.string()),
  negatives: z.array(z.string()),
  /** What the label asks and is not known here. */
  missing: z.array(
    z.object({ gene: z.string(), modality: z.union([LedgerModality, z.literal('biomarker')]), reason: z.string() }),
  ),
  label: Approval.shape.label,
});
export type ApprovalMatch = z.infer<typeof ApprovalMatch>;

export const GenomeSegment = z.object({
  chromosome: z.string(),
  start1: z.number(),
  end1: z.number(),
  log2Ratio: z.number(),
  totalCopies: z.number().optional(),
});

export const MolecularProfile = z.object({
  tumorType: z.object({ oncotreeCode: z.string(), name: z.string(), ancestors: z.array(z.string()) }),
  findings: z.array(Finding),
  evidence: z.array(EvidenceMatch),
  /** Predictive statements of level A or B in this tumor type that hinge on something not tested. */
  openEvidence: z.array(OpenEvidence).default([]),
  /** Approvals by regulators, in the order of their ids; empty where the pack is absent. */
  approvals: z.array(ApprovalMatch).default([]),
  /**
   * Approvals in force for this tumor type whose change is found here and whose label asks for a marker that the case
   * contradicts, as HER2-negative where ERBB2 is amplified; absent in documents of earlier versions.
   */
  contradicted: z
    .array(z.object({ approvalId: z.string(), therapies: z.array(z.string()), asks: z.array(z.string()) }))
    .optional(),
  pertinent: z.array(PertinentStatement),
  /** Everything small the case has, counted: how many findings are listed and what folded the rest. */
  listed: z.object({
    shown: z.number().int(),
    folded: z.array(z.object({ rule: z.string(), count: z.number().int() })),
  }),
  segments: z.array(GenomeSegment),
  /** Of the whole tumor: scars, signatures, expression, identity; absent in documents of earlier versions. */
  measures: Measures.optional(),
  packs: z.array(z.object({ id: z.string(), version: z.string(), asOf: z.string(), manifestSha256: Sha256 })),
  /** Sections that could not be computed, with the reason (rule 4 and 6 of design.md section 5). */
  absent: z.array(z.object({ section: z.string(), reason: z.string() })),
});
export type MolecularProfile = z.infer<typeof MolecularProfile>;
