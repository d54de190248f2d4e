import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';

/** What a molecular profile term can name. `raw` keeps the source's text for everything the parser does not know. */
export const ProfileTerm = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('protein-change'), gene: z.string(), change: z.string() }),
  z.object({ kind: z.literal('coding-change'), gene: z.string(), change: z.string() }),
  z.object({ kind: z.literal('codon'), gene: z.string(), codon: z.number().int(), residue: z.string() }),
  z.object({
    kind: z.literal('exon'),
    gene: z.string(),
    exons: z.array(z.number().int()),
    change: z.enum(['mutation', 'deletion', 'insertion', 'frameshift', 'skipping']),
  }),
  z.object({ kind: z.literal('any-mutation'), gene: z.string() }),
  z.object({ kind: z.literal('loss-of-function'), gene: z.string() }),
  z.object({ kind: z.literal('frameshift'), gene: z.string() }),
  z.object({ kind: z.literal('wild-type'), gene: z.string() }),
  z.object({ kind: z.literal('amplification'), gene: z.string() }),
  z.object({ kind: z.literal('deletion'), gene: z.string() }),
  z.object({ kind: z.literal('loss'), gene: z.string() }),
  z.object({ kind: z.literal('fusion'), gene5: z.string().optional(), gene3: z.string().optional() }),
  z.object({ kind: z.literal('overexpression'), gene: z.string() }),
  z.object({ kind: z.literal('underexpression'), gene: z.string() }),
  z.object({ kind: z.literal('biomarker'), name: z.enum(['TMB-high', 'MSI-high', 'MSS', 'HRD', 'PD-L1']) }),
  z.object({ kind: z.literal('raw'), gene: z.string().optional(), text: z.string() }),
]);
export type ProfileTerm = z.infer<typeof ProfileTerm>;

/** Boolean logic over terms, as CIViC molecular profiles state it. */
export type ProfileLogic =
  | { op: 'term'; term: ProfileTerm }
  | { op: 'and' | 'or'; of: ProfileLogic[] }
  | { op: 'not'; of: ProfileLogic };
export const ProfileLogic: z.ZodType<ProfileLogic> = z.lazy(() =>
  z.union([
    z.object({ op: z.literal('term'), term: ProfileTerm }),
    z.object({ op: z.enum(['and', 'or']), of: z.array(ProfileLogic) }),
    z.object({ op: z.literal('not'), of: ProfileLogic }),
  ]),
);

export const EvidenceLevel = z.enum(['A', 'B', 'C', 'D', 'E']);
export type EvidenceLevel = z.infer<typeof EvidenceLevel>;

/** A disease as a source names it, with the tumor types that stand for it. */
export const DiseaseFact = z.object({
  name: z.string(),
  doid: z.string().optional(),
  oncotreeCodes: z.array(z.string()),
  /** How the codes stand to the disease, where they are not the disease itself. */
  extent: z.enum(['any-cancer', 'any-solid-tumor', 'subtype']).optional(),
  /** What the name asks of the diagnosis beyond the code, for example her2 positive. */
  conditions: z.array(z.object({ attribute: z.string(), value: z.enum(['positive', 'negative']) })).optional(),
});
export type DiseaseFact = z.infer<typeof DiseaseFact>;

/** One evidence item as facts with ids; never the source's sentences. */
export const EvidenceItem = z.object({
  /** Source's own stable id, for example EID1234. */
  id: z.string(),
  source: z.string(),
  profileName: z.string(),
  logic: ProfileLogic,
  disease: DiseaseFact,
  therapies: z.array(z.string()),
  therapyInteraction: z.enum(['combination', 'substitutes', 'sequential']).optional(),
  type: z.enum(['predictive', 'prognostic', 'diagnostic', 'predisposing', 'functional', 'oncogenic']),
  direction: z.enum(['supports', 'does-not-support']),
  significance: z.string(),
  level: EvidenceLevel,
  /** The source's own grade, where it grades by other words than A to E. */
  sourceLevel: z.string().optional(),
  /** Trust rating 1 to 5 stars. */
  rating: z.number().int().min(0).max(5).optional(),
  origin: z.enum(['somatic', 'germline', 'mixed', 'unknown']),
  citations: z.array(z.object({ type: z.string(), id: z.string(), label: z.string() })),
  trialIds: z.array(z.string()),
  reviewed: z.string().optional(),
  flagged: z.boolean(),
  url: z.string(),
});
export type EvidenceItem = z.infer<typeof EvidenceItem>;

/** manifest.json of a knowledge pack. */
export const PackManifest = z.object({
  id: z.string().regex(/^[a-z0-9-]{2,40}$/),
  /** 2 where a file holds records (`records.ts`), 3 where these are of the second form: versions before cannot read them. */
  schemaVersion: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  version: z.string(),
  asOf: z.string(),
  title: z.string(),
  sources: z.array(z.object({ name: z.string(), version: z.string(), licence: z.string(), citation: z.string() })),
  counts: z.record(z.string(), z.number().int().nonnegative()),
  files: z.array(z.object({ path: z.string(), sha256: Sha256, sizeBytes: z.number().int().nonnegative() })),
});
export type PackManifest = z.infer<typeof PackManifest>;

/** How a pack stands at this moment; screens and reports print it. */
export const PackStatus = z.object({
  id: z.string(),
  state: z.enum(['verified', 'missing', 'altered', 'untrusted']),
  trust: z.enum(['shipped', 'publisher', 'none']),
  /** Who signed it, where a publisher did. */
  publisher: z.string().optional(),
  /** Versions it can be rolled back to; `shipped` for the one of the program. Latest last. */
  earlier: z.array(z.string()).optional(),
  manifest: PackManifest.optional(),
  manifestSha256: Sha256.optional(),
  reason: z.string().optional(),
});
export type PackStatus = z.infer<typeof PackStatus>;
