/** Pathway weights, gene sets, subtype centroids; immune gene lists and mutational signatures in packs of their own. */
import type { CentroidRow, GeneSet, PathwayWeights, SignatureRow } from '../../../shared/knowledge/expression.ts';
import { writeRecords } from '../../../shared/knowledge/records.ts';
import type { Genes } from './genes.ts';
import type { Pack } from './pack.ts';
import { cell, compare, type Sources } from './sources.ts';

function geneSets(text: string, collection: GeneSet['collection'], symbol: (gene: string) => string): GeneSet[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): GeneSet => {
      const [name = '', about = '', ...genes] = line.trim().split('\t');
      return {
        name: name.replace(/^HALLMARK_/, ''),
        collection,
        ...(/^R-HSA-\d+$/.test(about) ? { id: about } : {}),
        genes: [...new Set(genes.map((gene) => symbol(gene.trim())).filter((gene) => gene !== ''))].sort(compare),
      };
    })
    .sort((a, b) => compare(a.name, b.name));
}

function pathways(sources: Sources, symbol: (gene: string) => string): PathwayWeights[] {
  const rows = sources.table('expression/progeny_human_top500.tsv.gz').map((row) => ({
    pathway: cell(row, 'pathway'),
    gene: symbol(cell(row, 'gene')),
    weight: Number(Number(cell(row, 'weight')).toPrecision(5)),
    p: Number(cell(row, 'p.value')),
  }));
  return [...Map.groupBy(rows, ({ pathway }) => pathway)]
    .sort(([a], [b]) => compare(a, b))
    .map(([pathway, own]) => ({
      pathway,
      genes: own
        .sort((a, b) => a.p - b.p || compare(a.gene, b.gene))
        .map(({ gene, weight }) => [gene, weight] as const),
    }));
}

/** One row a gene, one member a subtype. */
function centroids(sources: Sources, symbol: (gene: string) => string): CentroidRow[] {
  const subtypes = ['Basal', 'Her2', 'LumA', 'LumB', 'Normal'];
  return sources
    .table('expression/pam50_centroids.tsv.gz')
    .map((row) => ({
      gene: symbol(cell(row, 'probe')),
      ...Object.fromEntries(subtypes.map((one) => [one, Number(cell(row, one))])),
    }))
    .sort((a, b) => compare(a.gene, b.gene));
}

export function expressionPack(sources: Sources, { symbol }: Genes): Pack {
  const weights = pathways(sources, symbol);
  const hallmark = geneSets(sources.text('genesets/h.all.v7.0.symbols.gmt.gz'), 'Hallmark', symbol);
  const reactome = geneSets(sources.text('genesets/ReactomePathways.2023.gmt.gz'), 'Reactome', symbol);
  const pam50 = centroids(sources, symbol);
  return {
    id: 'expression',
    version: '2023-02',
    asOf: '2023-02-28',
    title: 'Pathways and gene sets',
    sources: [
      {
        name: 'PROGENy, human model, 500 genes a pathway',
        version: '1.20.0',
        licence: 'Apache-2.0',
        citation: 'Schubert M, et al. Nat Commun 2018;9:20.',
      },
      {
        name: 'MSigDB Hallmark',
        version: 'v7.0',
        licence: 'CC BY 4.0',
        citation: 'Liberzon A, et al. Cell Syst 2015;1:417-425.',
      },
      {
        name: 'Reactome gene sets',
        version: '2023-02',
        licence: 'CC0 1.0',
        citation: 'Gillespie M, et al. Nucleic Acids Res 2022;50:D687-D692. https://reactome.org',
      },
      {
        name: 'PAM50 centroids (genefu)',
        version: '2.x',
        licence: 'Artistic-2.0',
        citation: 'Parker JS, et al. J Clin Oncol 2009;27:1160-1167.',
      },
    ],
    counts: {
      pathways: weights.length,
      hallmarkSets: hallmark.length,
      reactomeSets: reactome.length,
      subtypeGenes: pam50.length,
    },
    files: {
      'pathways.records': writeRecords(weights),
      'hallmark.records': writeRecords(hallmark),
      'reactome.records': writeRecords(reactome),
      'pam50.records': writeRecords(pam50),
    },
  };
}

/** Lists that carry the name of their publication; lists of single-cell clusters and of no stated source stay out. */
export function immunePack(sources: Sources, { symbol }: Genes): Pack {
  const sets = geneSets(sources.text('expression/iobr_signature_collection.gmt.gz'), 'immune', symbol).filter(
    ({ name }) => /_(Rooney|Ayers|Danaher|Bindea|Peng|Wang)_et_al$|^TLS_Nature$/.test(name),
  );
  return {
    id: 'immune-signatures',
    version: '2024',
    asOf: '2024-01-01',
    title: 'Immune gene lists',
    sources: [
      {
        name: 'IOBR signature collection: lists of Rooney 2015, Ayers 2017, Danaher 2017, Bindea 2013, Peng 2018, Cabrita 2020',
        version: 'commit dc49d90',
        licence: 'GPL-3.0',
        citation: 'Zeng D, et al. Front Immunol 2021;12:687975. No weights: a mean of standardized values at most.',
      },
    ],
    counts: { sets: sets.length },
    files: { 'immune.records': writeRecords(sets) },
  };
}

export function signaturesPack(sources: Sources): Pack {
  const rows = sources.table('signatures/snv_SIGNAL_reference.txt.gz');
  const channel = (row: Record<string, string>): string => {
    const [before = '', , after = ''] = cell(row, 'SubType');
    return `${before}[${cell(row, 'Type')}]${after}`;
  };
  const ordered = rows.map((row) => ({ row, name: channel(row) })).sort((a, b) => compare(a.name, b.name));
  const names = Object.keys(rows[0] ?? {}).filter((name) => name.startsWith('Ref.Sig.'));
  const channels = ordered.map(({ name }) => ({ channel: name }));
  const signatures = names.map(
    (name): SignatureRow => ({ name, weights: ordered.map(({ row }) => Number(cell(row, name))) }),
  );
  return {
    id: 'signatures',
    version: '3.8.1',
    asOf: '2020-02-14',
    title: 'Mutational signatures',
    sources: [
      {
        name: 'SIGNAL reference signatures (Bioconductor MutationalPatterns)',
        version: '3.8.1',
        licence: 'MIT (package); terms of the SIGNAL site to be confirmed before commercial use',
        citation: 'Degasperi A, et al. Nat Cancer 2020;1:249-263. https://signal.mutationalsignatures.com',
      },
    ],
    counts: { channels: channels.length, signatures: signatures.length },
    files: { 'channels.records': writeRecords(channels), 'signatures.records': writeRecords(signatures) },
  };
}
