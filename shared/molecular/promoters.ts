/**
 * Promoters in which changes themselves are known, as the last base that counts to the gene. TERT: 124 and 146 bases before
 * its start codon (C228T and C250T by their last digits on GRCh37), as CIViC names them; the gene lies on the minus strand, so
 * that its promoter follows on its span.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import type { GeneSpan } from './copy-number.ts';

const PROMOTER_ENDS: Readonly<Record<string, Readonly<Record<GenomeBuild, number>>>> = {
  TERT: { GRCh37: 1_295_250, GRCh38: 1_295_135 },
};

/** The span of a gene with its promoter, where changes of that are known. */
export const withPromoter = (span: GeneSpan, build: GenomeBuild): GeneSpan => ({
  ...span,
  end1: Math.max(span.end1, PROMOTER_ENDS[span.gene]?.[build] ?? 0),
});
