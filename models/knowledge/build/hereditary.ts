/** Predisposition genes with mechanism and inheritance, the ACMG list of secondary findings, HPO terms of these genes. */
import type { GeneTerms, HereditaryRow, TermName } from '../../../shared/knowledge/hereditary.ts';
import { writeRecords } from '../../../shared/knowledge/records.ts';
import type { Genes } from './genes.ts';
import type { Pack } from './pack.ts';
import { cell, compare, type Sources } from './sources.ts';

const PANEL = 'hereditary/cpsr_superpanel_2026_06.grch37.tsv.gz';
const TRANSCRIPTS = 'hereditary/cpsr_curated_transcripts.tsv.gz';
const SECONDARY = 'hereditary/acmg_sf_v3.2.tsv.gz';
const TERMS = 'hereditary/hpo_genes_to_phenotype_2018.cancer_predisposition_genes.tsv.gz';

const mechanisms: Readonly<Record<string, HereditaryRow['mechanism']>> = {
  LoF: 'loss-of-function',
  GoF: 'gain-of-function',
  'LoF/GoF': 'both',
  'GoF/LoF': 'both',
  NA: 'unknown',
};
const inheritances: Readonly<Record<string, HereditaryRow['inheritance']>> = {
  AD: 'dominant',
  AR: 'recessive',
  'AD/AR': 'both',
  'AR/AD': 'both',
  XL: 'x-linked',
  XLR: 'x-linked',
  XLD: 'x-linked',
  XD: 'x-linked',
  // Dominant where the whole body carries it; mosaic in most patients.
  'AD&mosaic': 'dominant',
  NA: 'unknown',
};
const read = <Value>(table: Readonly<Record<string, Value>>, word: string, what: string): Value => {
  const value = table[word.trim()];
  if (value === undefined) throw new Error(`unknown ${what}: ${word}`);
  return value;
};
const share = (text: string): number | undefined => (text === 'NA' || text === '' ? undefined : Number(text));
const unique = (values: readonly string[]): string[] => [...new Set(values)];

interface Secondary {
  readonly inheritance: HereditaryRow['inheritance'];
  readonly conditions: readonly string[];
  readonly variants: string;
}

/** Tab-separated with quotes around cells that hold line breaks. */
function readSecondary(sources: Sources, symbol: (gene: string) => string): ReadonlyMap<string, Secondary> {
  const found = new Map<string, Secondary>();
  const records = sources
    .text(SECONDARY)
    .replace(/"([^"]*)"/g, (_, inner: string) => inner.replace(/\s+/g, ' '))
    .split(/\r?\n/)
    .slice(1);
  for (const record of records) {
    const [gene = '', , condition = '', , , inheritance = '', , variants = ''] = record
      .split('\t')
      .map((text) => text.trim());
    if (gene === '') continue;
    const before = found.get(symbol(gene));
    found.set(symbol(gene), {
      inheritance: read(inheritances, inheritance, 'inheritance'),
      conditions: unique([...(before?.conditions ?? []), condition]),
      variants,
    });
  }
  return found;
}

function readTerms(sources: Sources, symbol: (gene: string) => string) {
  const names = new Map<string, string>();
  const genes = new Map<string, Set<string>>();
  for (const line of sources.text(TERMS).split('\n').slice(1)) {
    const [, gene = '', name = '', id = ''] = line.split('\t');
    // How a disease is inherited is no sign of a patient.
    if (!/^HP:\d{7}$/.test(id) || /inheritance$/i.test(name)) continue;
    names.set(id, name);
    genes.set(symbol(gene), (genes.get(symbol(gene)) ?? new Set()).add(id));
  }
  const sorted = <Value>(map: ReadonlyMap<string, Value>): [string, Value][] =>
    [...map].sort(([a], [b]) => compare(a, b));
  return {
    names: sorted(names).map(([term, name]): TermName => ({ term, name })),
    genes: sorted(genes).map(([gene, ids]): GeneTerms => ({ gene, terms: [...ids].sort(compare) })),
  };
}

export function hereditaryPack(sources: Sources, { symbol }: Genes): Pack {
  const transcripts = new Map(sources.table(TRANSCRIPTS).map((row) => [symbol(cell(row, 'symbol')), cell(row, 'id')]));
  const secondary = readSecondary(sources, symbol);
  const listed = sources.table(PANEL).map((row): HereditaryRow => {
    const gene = symbol(cell(row, 'SYMBOL'));
    const second = secondary.get(gene);
    const transcript = transcripts.get(gene);
    const own = read(inheritances, cell(row, 'CPG_MOI'), 'inheritance');
    const phenotypes = cell(row, 'CPG_PHENOTYPES');
    const missense = share(cell(row, 'N_MISSENSE_PATH'));
    const benign = share(cell(row, 'BENIGN_MISSENSE_FRAC'));
    const truncating = share(cell(row, 'PATH_TRUNC_FRAC'));
    return {
      gene,
      mechanism: read(mechanisms, cell(row, 'CPG_MOD'), 'mechanism'),
      inheritance: own === 'unknown' ? (second?.inheritance ?? own) : own,
      conditions: unique([
        ...(phenotypes === 'NA' ? [] : phenotypes.split(';').map((text) => text.trim())),
        ...(second?.conditions ?? []),
      ]).filter((text) => text !== ''),
      secondary: second !== undefined,
      ...(second === undefined || second.variants === 'All P and LP' ? {} : { secondaryVariants: second.variants }),
      ...(transcript === undefined ? {} : { transcript }),
      ...(missense === undefined ? {} : { pathogenicMissense: missense }),
      ...(benign === undefined ? {} : { benignMissenseShare: benign }),
      ...(truncating === undefined ? {} : { truncatingShare: truncating }),
    };
  });
  const names = new Set(listed.map(({ gene }) => gene));
  const others = [...secondary]
    .filter(([gene]) => !names.has(gene))
    .map(
      ([gene, { inheritance, conditions, variants }]): HereditaryRow => ({
        gene,
        mechanism: 'unknown',
        inheritance,
        conditions,
        secondary: true,
        ...(variants === 'All P and LP' ? {} : { secondaryVariants: variants }),
      }),
    );
  const genes = [...listed, ...others].sort((a, b) => compare(a.gene, b.gene));
  const terms = readTerms(sources, symbol);
  return {
    id: 'hereditary',
    version: '2026-06',
    asOf: '2026-08-11',
    title: 'Genes of hereditary disease',
    sources: [
      {
        name: 'CPSR superpanel of cancer predisposition genes',
        version: 'v2026_05',
        licence: 'MIT (CPSR data bundle)',
        citation: 'Nakken S, et al. Int J Cancer 2021;149:1955-1960. Mechanism, inheritance, counts from ClinVar.',
      },
      {
        name: 'ACMG list of secondary findings',
        version: 'v3.2',
        licence: 'published list; MIT (compilation)',
        citation: 'Miller DT, et al. Genet Med 2023;25:100866.',
      },
      {
        name: 'Human Phenotype Ontology, terms of these genes',
        version: '2018',
        licence: 'HPO licence: free with attribution and version',
        citation: 'Köhler S, et al. Nucleic Acids Res 2019;47:D1018-D1027. https://hpo.jax.org',
      },
    ],
    counts: {
      genes: genes.length,
      secondaryFindings: secondary.size,
      genesWithTerms: terms.genes.length,
      terms: terms.names.length,
    },
    files: {
      'genes.records': writeRecords(genes),
      'phenotypes.records': writeRecords(terms.genes),
      'terms.records': writeRecords(terms.names),
    },
  };
}
