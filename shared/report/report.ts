import { z } from 'zod';
import { Sha256 } from '../foundation/ids.ts';
import { Language } from './language.ts';

/** Completeness of one report element (product list R01–R60): level A blocks signing, level B warns (F087). */
export const ReportElement = z.object({
  id: z.string().regex(/^R\d{2}$/),
  title: z.string(),
  level: z.enum(['A', 'B']),
  state: z.enum(['present', 'missing', 'not-applicable']),
  /** Why it is missing or does not apply, and what to do. */
  reason: z.string().optional(),
});
export type ReportElement = z.infer<typeof ReportElement>;

/** Blocks of the paper, composed from documents; every statement carries the facts it stands on. */
export const ReportBlock = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('heading'),
    level: z.union([z.literal(1), z.literal(2)]),
    text: z.string(),
    elements: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('paragraph'),
    text: z.string(),
    elements: z.array(z.string()),
    facts: z.array(z.string()),
    emphasis: z.enum(['normal', 'lead', 'note', 'caution']).default('normal'),
  }),
  z.object({
    kind: z.literal('facts'),
    rows: z.array(z.object({ label: z.string(), value: z.string(), facts: z.array(z.string()).default([]) })),
    elements: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('table'),
    columns: z.array(
      z.object({
        title: z.string(),
        weight: z.number().positive(),
        align: z.enum(['left', 'right']).default('left'),
        /** How a cell is set: names stand out, identifiers may break anywhere, a tier or a state has its mark. */
        kind: z.enum(['text', 'name', 'identifier', 'tier', 'state']).default('text'),
      }),
    ),
    rows: z.array(z.object({ cells: z.array(z.string()), facts: z.array(z.string()) })),
    elements: z.array(z.string()),
    note: z.string().optional(),
  }),
  z.object({ kind: z.literal('copy-number-plot'), elements: z.array(z.string()) }),
  z.object({ kind: z.literal('survival-plot'), elements: z.array(z.string()) }),
  z.object({ kind: z.literal('attribution-plot'), elements: z.array(z.string()) }),
  z.object({ kind: z.literal('page-break'), elements: z.array(z.string()).default([]) }),
]);
export type ReportBlock = z.infer<typeof ReportBlock>;

export const DraftReport = z.object({
  reportId: z.string(),
  elements: z.array(ReportElement),
  /** How many level A elements still block signing. */
  blocking: z.number().int().nonnegative(),
  warnings: z.number().int().nonnegative(),
  front: z.array(ReportBlock),
  appendix: z.array(ReportBlock),
  frontWords: z.number().int(),
  /** Absent for English. */
  language: Language.optional(),
});
export type DraftReport = z.infer<typeof DraftReport>;

export const SignedReportRecord = z.object({
  reportId: z.string(),
  sha256: Sha256,
  sizeBytes: z.number().int(),
  pages: z.number().int(),
  signedAt: z.string(),
  signer: z.string(),
  meaning: z.enum(['author', 'review', 'approval']),
  level: z.string(),
  /** Every signature of the file in its order, the first included (R54); absent where only one was ever made. */
  signatures: z
    .array(
      z.object({
        signer: z.string(),
        meaning: z.string(),
        signedAt: z.string(),
        level: z.string(),
        algorithm: z.string(),
      }),
    )
    .optional(),
  /** The report this one takes the place of, and why (R56). */
  amends: z.object({ reportId: z.string(), sha256: Sha256, number: z.number().int(), reason: z.string() }).optional(),
});
export type SignedReportRecord = z.infer<typeof SignedReportRecord>;

/** An amendment that was opened and is not signed yet. */
export const OpenAmendment = z.object({ reason: z.string(), openedAt: z.string(), openedBy: z.string() });
export type OpenAmendment = z.infer<typeof OpenAmendment>;

export const differenceParts = ['record', 'decision', 'finding', 'state', 'exclusion', 'option', 'score'] as const;
/** One thing that two states of a case say differently, in words. */
export const Difference = z.object({
  part: z.enum(differenceParts),
  what: z.string(),
  before: z.string(),
  after: z.string(),
});
export type Difference = z.infer<typeof Difference>;

/** A signed report against what would be said today (F099). */
export const WatchedReport = z.object({
  caseId: z.string(),
  reportId: z.string(),
  signedAt: z.string(),
  state: z.enum(['unchanged', 'would-change', 'not-compared']),
  /** How far back the comparison went; the files hold what was not read of them then. */
  from: z.enum(['the files', 'what was read']).optional(),
  /** Why it could not be compared. */
  reason: z.string().optional(),
  /** Packs and models that are others than those the report rests on. */
  sources: z.array(z.string()),
  differences: z.array(Difference),
});
export type WatchedReport = z.infer<typeof WatchedReport>;

export const WatchProgress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('step'), done: z.number().int(), of: z.number().int() }),
  z.object({ kind: z.literal('report'), report: WatchedReport }),
]);
export type WatchProgress = z.infer<typeof WatchProgress>;

export const SignatureCheck = z.object({
  signer: z.string(),
  meaning: z.string().optional(),
  signingTime: z.string().optional(),
  /** The PAdES baseline level our own check finds; never claimed above it. */
  level: z.enum([
    'PAdES B-LT',
    'PAdES B-T',
    'PAdES B-B',
    'CMS with signing-certificate',
    'CMS without signing-certificate',
    'none',
  ]),
  algorithm: z.string(),
  digestMatches: z.boolean(),
  signatureMatches: z.boolean(),
  coversWholeRevision: z.boolean(),
  chain: z.enum(['trusted', 'no-anchor-given', 'untrusted', 'expired', 'not-yet-valid', 'unsuitable', 'revoked']),
  /** A time-stamp over the signature by an authority (RFC 3161), and whether that one leads to an anchor given. */
  timeStamp: z.object({ time: z.string(), authority: z.string(), isTrusted: z.boolean() }).optional(),
  /** By the revocation lists in the file and those given; absent where no path to a root is known. */
  revocation: z.enum(['good', 'unknown', 'revoked']).optional(),
  problems: z.array(z.string()),
  /** Of the signer's certificate; absent where there is none that can be read. */
  certificateSha256: Sha256.optional(),
  /** Requirements of PAdES B-B that are not met, while the signature itself is sound. */
  notes: z.array(z.string()).optional(),
});
export type SignatureCheck = z.infer<typeof SignatureCheck>;

export const ReportVerification = z.object({
  verdict: z.enum(['valid', 'valid-untrusted', 'invalid', 'unsigned']),
  sha256: Sha256,
  signatures: z.array(SignatureCheck),
  problems: z.array(z.string()),
  reportId: z.string().optional(),
  checkpoint: z.string().optional(),
  /** Id and SHA-256 of the report this one takes the place of. */
  amends: z.string().optional(),
  /** Files inside the PDF, under its signature. */
  attachments: z
    .array(z.object({ name: z.string(), sizeBytes: z.number().int().nonnegative(), sha256: Sha256 }))
    .optional(),
});
export type ReportVerification = z.infer<typeof ReportVerification>;
