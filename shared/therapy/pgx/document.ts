import { z } from 'zod';

const PgxActionName = z.enum(['avoid', 'change-dose', 'monitor', 'consider-alternative', 'usual', 'no-statement']);

/** One way to read the gene: a diplotype with what it means. Several where the data leave several open. */
export const PgxCall = z.object({
  diplotype: z.string(),
  /** The alleles that decide, with function and activity as the table words them. */
  deciding: z.array(z.object({ allele: z.string(), function: z.string().optional(), activity: z.string().optional() })),
  phenotype: z.string().optional(),
  activityScore: z.string().optional(),
});
export type PgxCall = z.infer<typeof PgxCall>;

export const PgxGene = z.object({
  gene: z.string(),
  /** Where the call comes from; `none` is not called, never normal. */
  source: z.enum(['vcf', 'outside', 'none']),
  /** All best diplotypes; of DPYD and RYR1 without phase, the alleles found. Empty where nothing was called. */
  diplotypes: z.array(z.string()),
  /** Diplotypes that fit as well but explain fewer of the defined positions. */
  otherDiplotypes: z.array(z.string()),
  /** What each of `otherDiplotypes` would mean; absent where there is none. */
  otherCalls: z.array(PgxCall).optional(),
  /** One term where all readings agree, else the terms joined by " or "; null where there is none. */
  phenotype: z.string().nullable(),
  activityScore: z.string().nullable(),
  phenotypes: z.array(z.string()),
  calls: z.array(PgxCall),
  phased: z.boolean().nullable(),
  /** Defined positions the file has no call for. */
  missingPositions: z.array(
    z.object({ chromosome: z.string(), position: z.number().int(), rsid: z.string().optional() }),
  ),
  positions: z.number().int(),
  /** Alleles without which nobody calls the gene normal, whose positions the file did not read; absent where it read all. */
  unread: z.array(z.string()).min(1).optional(),
  notes: z.array(z.string()),
  /** Why it was not called. */
  reason: z.string().optional(),
  definitionVersion: z.string().optional(),
});
export type PgxGene = z.infer<typeof PgxGene>;

export const PgxAdvice = z.object({
  drug: z.string(),
  genes: z.array(z.string()),
  /** What was looked up, in words: "DPYD 1.0". */
  because: z.array(z.string()),
  action: PgxActionName,
  /** The source names another drug as well. */
  alternative: z.literal(true).optional(),
  startPercent: z.array(z.number()).optional(),
  strength: z.string().optional(),
  population: z.string().optional(),
  source: z.enum(['CPIC', 'DPWG']),
  id: z.string(),
  guideline: z.string(),
  version: z.number().int(),
  url: z.string(),
  /** The source changed it on that day, after the text held here. */
  changedOn: z.iso.date().optional(),
  /** By gene the alleles that were not read, where the source's word holds for what only their absence would show. */
  notRead: z.array(z.string()).optional(),
  /** Diplotypes this holds for, where the gene's readings differ. */
  onlyFor: z.array(z.string()).optional(),
});
export type PgxAdvice = z.infer<typeof PgxAdvice>;

/** One position of a pharmacogene as the germline file has it: the row of a VCF, without alleles that nothing rests on. */
export const PgxPositionCall = z.object({
  gene: z.string().regex(/^[A-Z][A-Z0-9-]{1,19}$/),
  /** Without `chr`. */
  chromosome: z.enum([...Array.from({ length: 22 }, (_, index) => String(index + 1)), 'X', 'Y', 'MT']),
  /** 1-based, in the build of the document. */
  position: z.number().int().positive(),
  rsid: z
    .string()
    .regex(/^rs\d{1,12}$/)
    .optional(),
  reference: z.string().regex(/^[ACGT]{1,1000}$/),
  alternates: z.array(z.string().regex(/^[ACGT]{1,1000}$/)).max(20),
  /** As GT of VCF 4.3 section 1.6.2, numbers by `reference` and `alternates`. */
  genotype: z.string().regex(/^(?:\d{1,2}|\.)(?:[|/](?:\d{1,2}|\.)){0,7}$/),
  phaseSet: z
    .string()
    .regex(/^[\w.-]{1,40}$/)
    .optional(),
});
export type PgxPositionCall = z.infer<typeof PgxPositionCall>;

/** What a germline file says on genes that change how drugs act. */
export const PgxDocument = z.object({
  knowledge: z.object({ id: z.string(), version: z.string(), asOf: z.string() }),
  genomeBuild: z.enum(['GRCh37', 'GRCh38']).optional(),
  genes: z.array(PgxGene),
  recommendations: z.array(PgxAdvice),
  warnings: z.array(z.string()),
  /** Every position that was called, so that the same file can be written again; absent where none was, and in documents of before. */
  genotypes: z.array(PgxPositionCall).optional(),
});
export type PgxDocument = z.infer<typeof PgxDocument>;
