/**
 * The definition and phenotype tables as ClinPGx publishes them, read without the program's own reader: what the campaign of
 * pharmacogenes holds the program against.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

export interface TablePosition {
  readonly grch38: number;
  readonly grch37: number | undefined;
  readonly ref: string;
  readonly alts: readonly string[];
  /** The reference from the position on, as far as an insertion or deletion there can be shifted. */
  readonly around: string;
}

export interface TableGene {
  readonly gene: string;
  readonly chromosome: string;
  readonly positions: readonly TablePosition[];
  /** The reference first. By position a base, an IUPAC code, or nothing. */
  readonly alleles: readonly { readonly name: string; readonly bases: readonly (string | undefined)[] }[];
  readonly reportedAs: Readonly<Record<string, string>>;
  /** Positions without which no call is made. */
  readonly required: readonly number[];
  /** Unphased pairs are chosen by frequency. */
  readonly chosen: boolean;
  readonly byVariant: boolean;
}

interface Variant {
  readonly position: number;
  readonly ref: string;
  readonly alts: readonly string[];
  readonly cpicPosition: number;
  readonly cpicToVcfAlleleMap: Readonly<Record<string, string>>;
}

const read = (folder: string, file: string): unknown =>
  JSON.parse(gunzipSync(readFileSync(join(folder, file))).toString('utf8'));

/** CPIC writes a change furthest to the right, a VCF furthest to the left; between them the bases repeat. */
function aroundOf({ position, ref, alts, cpicPosition, cpicToVcfAlleleMap }: Variant): string {
  if (alts.every((alt) => alt.length === ref.length)) return ref;
  const [name = ''] = Object.entries(cpicToVcfAlleleMap).find(([, vcf]) => vcf === ref) ?? [];
  const repeat = /^([ACGT]+)\((\d+)\)$/.exec(name);
  const right = repeat === null ? name : (repeat[1] ?? '').repeat(Number(repeat[2]));
  // An insertion between two bases has no reference bases of its own in CPIC's form.
  const end = /^[ACGT]+$/.test(right) ? cpicPosition + right.length - 1 : cpicPosition;
  const unit = [...alts, ref].reduce((long, one) => (one.length > long.length ? one : long)).slice(1);
  const period = repeat === null ? unit.length : (repeat[1] ?? '').length;
  const bases = [...ref];
  for (let at = bases.length; at <= end - position; at += 1) {
    const before = at - period;
    bases.push(before >= 1 ? (bases[before] ?? '') : (unit[at - 1] ?? ''));
  }
  const text = bases.join('');
  if (/^[ACGT]+$/.test(right) && text.slice(cpicPosition - position, cpicPosition - position + right.length) !== right)
    throw new Error(`the table's two forms of ${position} do not agree`);
  return text;
}

/** Every gene with a table, but CYP2D6, which short reads do not call. `grch37`: by chromosome and GRCh38 position. */
export function genesOfTables(
  folder: string,
  grch37: (chromosome: string, grch38: number) => number | undefined,
): TableGene[] {
  const exemptions = read(folder, 'alleles/exemptions.json.gz') as Readonly<
    Record<
      string,
      {
        readonly requiredPositions: readonly number[];
        readonly ignoredPositions: readonly Variant[];
        readonly ignoredAlleles: readonly string[];
        readonly unphasedDiplotypePriorities: readonly unknown[];
      }
    >
  >;
  return readdirSync(join(folder, 'alleles'))
    .filter((file) => file.endsWith('_translation.json.gz') && !file.startsWith('CYP2D6'))
    .map((file): TableGene => {
      const table = read(folder, `alleles/${file}`) as {
        readonly gene: string;
        readonly chromosome: string;
        readonly variants: readonly Variant[];
        readonly namedAlleles: readonly {
          readonly name: string;
          readonly reference: boolean;
          readonly alleles: readonly (string | null)[];
        }[];
        readonly suballelesMap?: Readonly<Record<string, string>>;
      };
      const spared = exemptions[table.gene];
      const kept = table.variants.flatMap((variant, index) =>
        spared?.ignoredPositions.some((one) => one.position === variant.position && one.ref === variant.ref) === true
          ? []
          : [{ variant, index }],
      );
      const chromosome = table.chromosome.replace('chr', '');
      return {
        gene: table.gene,
        chromosome,
        positions: kept.map(({ variant }) => ({
          grch38: variant.position,
          grch37: grch37(chromosome, variant.position),
          ref: variant.ref,
          alts: variant.alts,
          around: aroundOf(variant),
        })),
        alleles: table.namedAlleles
          .filter(({ name }) => spared?.ignoredAlleles.includes(name) !== true)
          .map(({ name, reference, alleles }) => ({
            name,
            reference,
            bases: kept.map(({ index }) => alleles[index] ?? undefined),
          }))
          .filter(({ bases }) => bases.some((base) => base !== undefined))
          .sort((a, b) => Number(b.reference) - Number(a.reference)),
        reportedAs: table.suballelesMap ?? {},
        required: spared?.requiredPositions ?? [],
        chosen: (spared?.unphasedDiplotypePriorities.length ?? 0) > 0,
        byVariant: table.gene === 'DPYD' || table.gene === 'RYR1',
      };
    });
}

export interface PhenotypeTable {
  /** Allele to activity, or to its function where the gene has no activity. */
  readonly value: Readonly<Record<string, string>>;
  readonly scored: boolean;
  readonly of: (first: string, second: string) => { phenotype: string; score: string | undefined } | undefined;
}

export function phenotypeTable(folder: string, file: string): PhenotypeTable {
  const table = read(folder, file) as {
    readonly haplotypes: Readonly<Record<string, string>>;
    readonly activityValues: Readonly<Record<string, string>>;
    readonly diplotypes: readonly {
      readonly phenotype?: string | null;
      readonly generesult: string;
      readonly activityScore?: string | null;
      readonly diplotypekey: Readonly<Record<string, number>>;
    }[];
  };
  const rows = new Map(
    table.diplotypes.map((row) => [
      Object.entries(row.diplotypekey)
        .flatMap(([name, count]) => Array<string>(count).fill(name))
        .sort()
        .join('/'),
      { phenotype: row.phenotype ?? row.generesult, score: row.activityScore ?? undefined },
    ]),
  );
  return {
    value: table.haplotypes,
    scored: Object.keys(table.activityValues).length > 0,
    of: (first, second) => rows.get([first, second].sort().join('/')),
  };
}
