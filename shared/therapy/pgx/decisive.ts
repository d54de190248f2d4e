/**
 * Alleles without which nobody can say that a gene is normal: a file that did not read their positions found no variant
 * because it did not look. DPYD: the four of EMA/229267/2020 and of CPIC's guideline on fluoropyrimidines (2017); UGT1A1:
 * CPIC, DPWG and the US label of irinotecan; the others: the first tier of what AMP asks every test to hold (Pratt VM et
 * al., J Mol Diagn: CYP2C19 2018, CYP2C9 2019, TPMT and NUDT15 2022, CYP3A5 2023).
 */
import type { GeneDefinition } from './definitions.ts';
import type { PgxGene } from './document.ts';
import type { GeneSample } from './genotype.ts';

/** Names by which one change is read: any of their positions is enough. The first one names it. */
const DECISIVE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  CYP2C19: [['*2'], ['*3'], ['*17']],
  CYP2C9: [['*2'], ['*3'], ['*5'], ['*6'], ['*8'], ['*11']],
  CYP3A5: [['*3'], ['*6'], ['*7']],
  DPYD: [['c.1905+1G>A (*2A)'], ['c.1679T>G (*13)'], ['c.2846A>T'], ['c.1129-5923C>G, c.1236G>A (HapB3)']],
  NUDT15: [['*3']],
  TPMT: [['*2'], ['*3B'], ['*3C']],
  UGT1A1: [['*28', '*80'], ['*6']],
};

/** Those of the gene that the file did not read, by name. */
export function unreadAlleles({ gene, alleles }: GeneDefinition, { at }: GeneSample): string[] {
  return (DECISIVE[gene] ?? []).flatMap((names) => {
    const places = alleles
      .filter(({ name }) => names.includes(name))
      .flatMap((allele) => allele.at.map(([index]) => index));
    const read = places.some((index) => at[index]?.strands.every((base) => base !== undefined) === true);
    return read ? [] : names.slice(0, 1);
  });
}

/** A phenotype that a variant which was not read could take back. */
const HOPEFUL = /^(?:Normal|Rapid|Ultrarapid|Possible)/;

/**
 * The phenotype as it may be told to a reader: none where it rests on reference at a position that was not read. The
 * document keeps the term of the tables beside it (`unread` says why it is not told).
 */
export const toldPhenotype = ({
  phenotype,
  phenotypes,
  unread,
}: Pick<PgxGene, 'phenotype' | 'phenotypes' | 'unread'>) =>
  unread !== undefined && phenotypes.some((term) => HOPEFUL.test(term)) ? null : phenotype;
