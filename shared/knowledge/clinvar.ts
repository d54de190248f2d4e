/** What a pack made of ClinVar's own VCF says of an exact allele. Pure. */

export interface ClinvarAllele {
  /** Variation id of ClinVar. */
  readonly id: string;
  /** In ClinVar's words: "Pathogenic/Likely pathogenic". */
  readonly significance: string;
  /** Review status, 0 to 4 (https://www.ncbi.nlm.nih.gov/clinvar/docs/review_status/). */
  readonly stars: number;
  readonly conditions: readonly string[];
}

const STARS: readonly (readonly [status: RegExp, stars: number])[] = [
  [/practice_guideline/, 4],
  [/reviewed_by_expert_panel/, 3],
  [/criteria_provided,_multiple_submitters,_no_conflicts/, 2],
  [/criteria_provided/, 1],
];

/** Stars of a CLNREVSTAT; none where no criteria were given. */
export const starsOf = (status: string): number =>
  /no_assertion|no_classification|no_interpretation/.test(status)
    ? 0
    : (STARS.find(([words]) => words.test(status))?.[1] ?? 0);

export const clinvarWords = ({ id, significance, stars, conditions }: ClinvarAllele): string =>
  `ClinVar ${id}: ${significance}, ${stars} of 4 stars${conditions.length === 0 ? '' : ` (${conditions.join('; ')})`}`;

export interface ClinvarRow extends ClinvarAllele {
  readonly position1: number;
  readonly reference: string;
  readonly alternate: string;
}

/** Lines of one `alleles-<build>-<chromosome>.tsv`. */
export function clinvarRows(text: string): ClinvarRow[] {
  const rows: ClinvarRow[] = [];
  for (const line of text.split('\n')) {
    if (line === '') continue;
    const [
      position = '',
      reference = '',
      alternate = '',
      id = '',
      significance = '',
      stars = '0',
      ,
      ,
      conditions = '',
    ] = line.split('\t');
    rows.push({
      position1: Number(position),
      reference,
      alternate,
      id,
      significance,
      stars: Number(stars),
      conditions: conditions === '' ? [] : conditions.split('|'),
    });
  }
  return rows;
}

/** A pathogenic missense change by its protein name, with the allele that was classified. */
export interface PathogenicProtein {
  /** `R175H`. */
  readonly name: string;
  readonly id: string;
  readonly stars: number;
}

/** `GENE<tab>R175H:12374:3,…` lines, a gene parsed when it is asked for. */
export function pathogenicProteins(lines: string): (gene: string, residue: number) => readonly PathogenicProtein[] {
  const byGene = new Map<string, string>();
  for (const line of lines.split('\n')) {
    const at = line.indexOf('\t');
    if (at > 0) byGene.set(line.slice(0, at), line.slice(at + 1));
  }
  return (gene, residue) =>
    (byGene.get(gene) ?? '').split(',').flatMap((entry) => {
      const [name = '', id = '', stars = '0'] = entry.split(':');
      return Number(/\d+/.exec(name)?.[0]) === residue ? [{ name, id, stars: Number(stars) }] : [];
    });
}
