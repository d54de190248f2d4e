/**
 * The annotation a file brings along. One transcript speaks for an allele, by a fixed rule: the annotator's own pick,
 * else MANE Select, else the canonical transcript, else the most severe consequence. Our own call is the molecular
 * room's.
 */
import type { ObservedVariant } from '../../../shared/case/intake.ts';
import { predictorReader } from './predictor-scores.ts';
import type { FieldDefinition } from './vcf-definitions.ts';
import { AltKind, type VcfScanner } from './vcf-scanner.ts';

export type Annotation = NonNullable<ObservedVariant['annotation']>;

export interface Annotator {
  readonly source: Annotation['source'];
  /** What the understanding says. */
  readonly from: string;
  readonly infoKey: string;
  readonly read: (text: string, row: VcfScanner, alternate: number) => Annotation | undefined;
}

/** Sequence Ontology terms from the worst to the least, as Ensembl's variation pages rank them. */
const SEVERITY = [
  'transcript_ablation',
  'splice_acceptor_variant',
  'splice_donor_variant',
  'stop_gained',
  'frameshift_variant',
  'stop_lost',
  'start_lost',
  'transcript_amplification',
  'feature_elongation',
  'feature_truncation',
  'inframe_insertion',
  'inframe_deletion',
  'missense_variant',
  'protein_altering_variant',
  'splice_donor_5th_base_variant',
  'splice_region_variant',
  'splice_donor_region_variant',
  'splice_polypyrimidine_tract_variant',
  'incomplete_terminal_codon_variant',
  'start_retained_variant',
  'stop_retained_variant',
  'synonymous_variant',
  'coding_sequence_variant',
  'mature_miRNA_variant',
  '5_prime_UTR_variant',
  '3_prime_UTR_variant',
  'non_coding_transcript_exon_variant',
  'intron_variant',
  'NMD_transcript_variant',
  'non_coding_transcript_variant',
  'coding_transcript_variant',
  'upstream_gene_variant',
  'downstream_gene_variant',
  'TFBS_ablation',
  'TFBS_amplification',
  'TF_binding_site_variant',
  'regulatory_region_ablation',
  'regulatory_region_amplification',
  'regulatory_region_variant',
  'intergenic_variant',
];
const rank = new Map(SEVERITY.map((term, index) => [term, index]));

const severity = (consequence: string): number =>
  Math.min(...consequence.split('&').map((term) => rank.get(term) ?? SEVERITY.length));

const text = (value: string | undefined): string | undefined =>
  value === undefined || value === '' || value === '.' || value === '-' ? undefined : value;

function frequency(values: readonly (string | undefined)[]): number | undefined {
  const numbers = values
    .flatMap((value) => value?.split('&') ?? [])
    .filter((value) => value !== '' && value !== '.')
    .map(Number)
    .filter((value) => Number.isFinite(value) && value >= 0 && value <= 1);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}

/** VEP and others escape what would break a VCF: `%3D` is the `=` of a silent change. */
function unescaped(value: string | undefined): string | undefined {
  const plain = text(value);
  return plain?.replace(/%(3D|3B|2C|25|20)/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function annotation(
  source: Annotation['source'],
  fields: {
    gene: string | undefined;
    transcript: string | undefined;
    coding: string | undefined;
    protein: string | undefined;
    consequence: string | undefined;
    frequency: number | undefined;
    predictors?: Annotation['predictors'];
  },
): Annotation {
  const { gene, transcript, coding, protein, consequence } = fields;
  return {
    source,
    ...(gene === undefined ? {} : { gene }),
    ...(transcript === undefined ? {} : { transcript }),
    ...(coding === undefined ? {} : { hgvsCoding: coding }),
    ...(protein === undefined ? {} : { hgvsProtein: protein }),
    ...(consequence === undefined ? {} : { consequence }),
    ...(fields.frequency === undefined ? {} : { populationFrequency: fields.frequency }),
    ...(fields.predictors === undefined ? {} : { predictors: fields.predictors }),
  };
}

/**
 * How VEP names the allele: the shared first base is left out where the alleles differ in length, and nothing left
 * is `-` (VEP documentation, "VCF output").
 */
function vepAllele(row: VcfScanner, alternate: number): string {
  const alleles = [row.reference];
  for (let index = 0; index < row.altCount; index++)
    if (row.altKind[index] === AltKind.sequence) alleles.push(row.alternate(index));
  const first = alleles[0]?.[0];
  const lengths = new Set(alleles.map((allele) => allele.length));
  const own = row.alternate(alternate);
  if (lengths.size === 1 || alleles.some((allele) => allele[0] !== first)) return own;
  return own.slice(1) === '' ? '-' : own.slice(1);
}

function vep(definition: FieldDefinition, infoKey: string): Annotator | undefined {
  const names = /Format:\s*"?([^"]+)/.exec(definition.description)?.[1]?.trim().split('|');
  if (names === undefined || names.length < 3) return undefined;
  const at = (name: string): number => names.findIndex((other) => other.toLowerCase() === name.toLowerCase());
  const column = {
    allele: at('Allele'),
    number: at('ALLELE_NUM'),
    consequence: at('Consequence'),
    symbol: at('SYMBOL'),
    gene: at('Gene'),
    featureType: at('Feature_type'),
    feature: at('Feature'),
    biotype: at('BIOTYPE'),
    coding: at('HGVSc'),
    protein: at('HGVSp'),
    pick: at('PICK'),
    mane: at('MANE_SELECT') >= 0 ? at('MANE_SELECT') : at('MANE'),
    canonical: at('CANONICAL'),
  };
  const frequencies = ['gnomADe_AF', 'gnomADg_AF', 'gnomAD_AF', 'gnomAD_exomes_AF', 'gnomAD_genomes_AF']
    .map(at)
    .filter((index) => index >= 0);
  const predictors = predictorReader(names);
  return {
    source: 'vep',
    from: `VEP, INFO/${infoKey}`,
    infoKey,
    read: (value, row, alternate) => {
      const entries = value.split(',').map((entry) => entry.split('|'));
      const ofAllele =
        row.altCount === 1
          ? entries
          : column.number >= 0
            ? entries.filter((entry) => entry[column.number] === String(alternate + 1))
            : entries.filter((entry) => entry[column.allele] === vepAllele(row, alternate));
      const get = (entry: string[], index: number): string => (index < 0 ? '' : (entry[index] ?? ''));
      const score = (entry: string[]): number[] => [
        get(entry, column.pick) === '1' ? 0 : 1,
        column.mane >= 0 && text(get(entry, column.mane)) !== undefined ? 0 : 1,
        get(entry, column.canonical) === 'YES' ? 0 : 1,
        severity(get(entry, column.consequence)),
        get(entry, column.featureType) === 'Transcript' ? 0 : 1,
        get(entry, column.biotype) === 'protein_coding' ? 0 : 1,
      ];
      const best = least(ofAllele, score);
      if (best === undefined) return undefined;
      return annotation('vep', {
        gene: text(get(best, column.symbol)) ?? text(get(best, column.gene)),
        transcript: text(get(best, column.feature)),
        coding: unescaped(get(best, column.coding)),
        protein: unescaped(get(best, column.protein)),
        consequence: text(get(best, column.consequence)),
        frequency: frequency(frequencies.map((index) => best[index])),
        predictors: predictors?.(best),
      });
    },
  };
}

/** The first with the least score, compared member by member. */
function least(entries: readonly string[][], score: (entry: string[]) => number[]): string[] | undefined {
  let best: string[] | undefined;
  let bestScore: number[] = [];
  for (const entry of entries) {
    const own = score(entry);
    const differs = own.findIndex((value, index) => value !== bestScore[index]);
    if (best === undefined || (differs >= 0 && (own[differs] ?? 0) < (bestScore[differs] ?? 0))) {
      best = entry;
      bestScore = own;
    }
  }
  return best;
}

/** SnpEff's ANN (Variant annotations in VCF format, 1.0): the effects of an allele stand worst first. */
function snpeff(infoKey: string): Annotator {
  return {
    source: 'snpeff',
    from: `SnpEff, INFO/${infoKey}`,
    infoKey,
    read: (value, row, alternate) => {
      const entries = value.split(',').map((entry) => entry.split('|'));
      const own = row.alternate(alternate);
      const best = row.altCount === 1 ? entries[0] : entries.find(([allele]) => allele === own);
      if (best === undefined) return undefined;
      return annotation('snpeff', {
        gene: text(best[3]),
        transcript: best[5] === 'transcript' ? text(best[6]) : undefined,
        coding: text(best[9]),
        protein: text(best[10]),
        consequence: text(best[1]),
        frequency: undefined,
      });
    },
  };
}

/** GATK Funcotator: one bracketed record per allele, transcripts parted by `#`. */
function funcotator(definition: FieldDefinition, infoKey: string): Annotator | undefined {
  const names = /fields are:\s*(.+)$/.exec(definition.description)?.[1]?.trim().split('|');
  if (names === undefined) return undefined;
  const at = (pattern: RegExp): number => names.findIndex((name) => pattern.test(name.trim()));
  const column = {
    gene: at(/_hugoSymbol$/),
    transcript: at(/_annotationTranscript$/),
    coding: at(/_cDnaChange$/),
    protein: at(/_proteinChange$/),
    consequence: at(/_variantClassification$/),
  };
  const frequencies = names.flatMap((name, index) => (/^gnomAD_(?:exome|genome)_AF$/.test(name.trim()) ? [index] : []));
  const predictors = predictorReader(names.map((name) => name.trim().replace(/^dbNSFP_/i, '')));
  return {
    source: 'funcotator',
    from: `Funcotator, INFO/${infoKey}`,
    infoKey,
    read: (value, row, alternate) => {
      const records = value.split(/,(?=\[)/);
      const record = row.altCount === 1 ? records[0] : records[alternate];
      const entry = record
        ?.replace(/^\[|\]$/g, '')
        .split('#')[0]
        ?.split('|');
      if (entry === undefined) return undefined;
      const get = (index: number): string | undefined =>
        unescaped(entry[index]?.replace(/_%[0-9A-F]{2}_/g, (code) => code.slice(1, 4)));
      return annotation('funcotator', {
        gene: get(column.gene),
        transcript: get(column.transcript),
        coding: get(column.coding),
        protein: get(column.protein),
        consequence: get(column.consequence),
        frequency: frequency(frequencies.map((index) => entry[index])),
        predictors: predictors?.(entry),
      });
    },
  };
}

/** INFO keys an annotation may stand in. */
export const ANNOTATION_INFO_KEYS = ['CSQ', 'vep', 'ANN', 'FUNCOTATION'] as const;

/** The annotator whose field the header declares; VEP's is preferred where several are. */
export function annotatorOf(info: ReadonlyMap<string, FieldDefinition>): Annotator | undefined {
  for (const key of ['CSQ', 'vep', 'ANN'] as const) {
    const definition = info.get(key);
    if (definition === undefined) continue;
    // VEP may write under the name ANN; its description gives its own format.
    const asVep = vep(definition, key);
    if (asVep !== undefined && /Allele\|/i.test(definition.description) && /Consequence/i.test(definition.description))
      return asVep;
    if (key === 'ANN') return snpeff(key);
  }
  const definition = info.get('FUNCOTATION');
  return definition === undefined ? undefined : funcotator(definition, 'FUNCOTATION');
}
