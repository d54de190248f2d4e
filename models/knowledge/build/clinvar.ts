/** Codons with a pathogenic variant in ClinVar, by the loci of cacao. Alleles are not in it: a site adds its own ClinVar. */
import type { Genes } from './genes.ts';
import type { Pack } from './pack.ts';
import { compare, type Sources } from './sources.ts';

const FILES = [
  'clinvar/cacao_actionable_loci.grch37.2020-12.bed.gz',
  'clinvar/cacao_actionable_loci.grch38.2020-12.bed.gz',
];

export function clinvarPack(sources: Sources, genes: Genes): Pack {
  const codons = new Map<string, Map<number, string>>();
  for (const line of FILES.flatMap((file) => sources.text(file).split('\n'))) {
    const [kind, name = '', change = ''] = (line.split('\t')[3] ?? '').split(':');
    const found = /^p\.([A-Z])(\d+)$/.exec(change);
    if (kind !== 'clinvar_path' || found === null) continue;
    const gene = genes.symbol(name);
    const own = codons.get(gene) ?? new Map<number, string>();
    own.set(Number(found[2]), `${found[1]}${found[2]}`);
    codons.set(gene, own);
  }
  const lines = [...codons]
    .sort(([a], [b]) => compare(a, b))
    .map(
      ([gene, own]) =>
        `${gene}\t${[...own]
          .sort(([a], [b]) => a - b)
          .map(([, text]) => text)
          .join(',')}\n`,
    );
  return {
    id: 'clinvar',
    version: '2020-12',
    asOf: '2020-12-08',
    title: 'Codons with a pathogenic variant',
    sources: [
      {
        name: 'ClinVar, by the actionable loci of cacao',
        version: '2020-12-08',
        licence: 'public domain (NCBI); MIT (cacao)',
        citation:
          'Landrum MJ, et al. Nucleic Acids Res 2018;46:D1062-D1067. https://www.ncbi.nlm.nih.gov/clinvar. Codons only; alleles, benign and uncertain variants are not in it.',
      },
    ],
    counts: { genes: codons.size, codons: [...codons.values()].reduce((sum, own) => sum + own.size, 0) },
    files: { 'codons.txt': lines.join('') },
  };
}
