/**
 * ClinVar's own VCF (ftp.ncbi.nlm.nih.gov/pub/clinvar/vcf_GRCh37|38/clinvar.vcf.gz) as a pack of exact alleles. Facts with ids
 * only: variation id, classification, review status as stars, genes, conditions by name. Protein changes are computed here from
 * the verified coding sequences, since the file has none.
 */
import type { GenomeBuild } from '../../../shared/case/case-record.ts';
import { starsOf } from '../../../shared/knowledge/clinvar.ts';
import { parseProteinChange } from '../../../shared/molecular/hgvs.ts';
import type { MolecularKnowledge } from '../../../shared/molecular/knowledge.ts';
import type { Pack } from './pack.ts';
import { compare } from './sources.ts';

export interface ClinvarFile {
  readonly build: GenomeBuild;
  /** Lines of the VCF, in its order. */
  readonly lines: AsyncIterable<string> | Iterable<string>;
}

type Knowledge = Pick<MolecularKnowledge, 'symbol' | 'computeChange' | 'cancerGenes'>;

const CHROMOSOMES = [...Array.from({ length: 22 }, (_, index) => String(index + 1)), 'X', 'Y', 'MT'];
const MOST_CONDITIONS = 4;
const rBases = /^[ACGT]+$/;
const refuse = (build: GenomeBuild, line: number, what: string): never => {
  throw new Error(`ClinVar of ${build}, line ${line}: ${what}. Download the file again; nothing was built.`);
};

function infoOf(text: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (const part of text.split(';')) {
    const at = part.indexOf('=');
    if (at > 0) fields.set(part.slice(0, at), part.slice(at + 1));
  }
  return fields;
}

const words = (text: string): string => text.replaceAll('_', ' ').replaceAll('\t', ' ').trim();
const conditionsOf = (text: string | undefined): string =>
  (text ?? '')
    .split('|')
    .map(words)
    .filter((name) => name !== '' && !/^not (?:provided|specified)$/i.test(name))
    .slice(0, MOST_CONDITIONS)
    .join('|');

/** Pathogenic or likely pathogenic, without another word beside it that takes it back. */
const isPathogenic = (significance: string): boolean =>
  /^(?:likely )?pathogenic(?:\/likely pathogenic)?(?:\/pathogenic, low penetrance)?(?:\||$)/i.test(significance);

/**
 * One pack of both builds, or of the one that is given.
 *
 * @param allGenes also alleles in genes that no pack speaks of: a pack of some hundred megabytes
 * @throws Error with build and line where a line is none of ClinVar's, or where a file is of another build
 */
export async function clinvarAllelePack(
  files: readonly ClinvarFile[],
  knowledge: Knowledge,
  { allGenes = false }: { readonly allGenes?: boolean } = {},
): Promise<Pack> {
  const parts = new Map<string, string[]>();
  const proteins = new Map<string, Map<string, string>>();
  const counts = { alleles: 0, pathogenic: 0, proteinChanges: 0, outsideGenes: 0, notSequence: 0 };
  let asOf = '';
  for (const { build, lines } of files) {
    let number = 0;
    let header = false;
    let place: readonly [chromosome: number, position: number] = [0, 0];
    for await (const raw of lines) {
      number += 1;
      const line = raw.replace(/\r$/, '');
      if (line === '') continue;
      if (line.startsWith('#')) {
        const date = /^##fileDate=(\d{4}-\d{2}-\d{2})/.exec(line)?.[1];
        if (date !== undefined && date > asOf) asOf = date;
        const reference = /^##reference=(\S+)/.exec(line)?.[1];
        if (reference !== undefined && !reference.startsWith(build))
          refuse(build, number, `the file says that it is of ${reference}`);
        header ||= line.startsWith('#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO');
        continue;
      }
      if (!header) refuse(build, number, 'a variant stands before the header line');
      const [chromosome = '', position, id, reference = '', alternate = '', , , text] = line.split('\t');
      if (text === undefined) refuse(build, number, 'it has fewer than eight columns');
      const at = Number(position);
      if (!Number.isInteger(at) || at < 1) refuse(build, number, `"${position}" is no position`);
      const order = CHROMOSOMES.indexOf(chromosome);
      // Patches and unplaced contigs: nothing of a case lies there.
      if (order < 0) continue;
      if (order < place[0] || (order === place[0] && at < place[1])) refuse(build, number, 'the file is not sorted');
      place = [order, at];
      if (!rBases.test(reference) || !rBases.test(alternate)) {
        counts.notSequence += 1;
        continue;
      }
      const info = infoOf(text ?? '');
      const significance = words(info.get('CLNSIG') ?? '');
      if (significance === '') continue;
      const genes = (info.get('GENEINFO') ?? '')
        .split('|')
        .map((gene) => knowledge.symbol(gene.slice(0, gene.lastIndexOf(':'))))
        .filter((gene) => gene !== '');
      const known = genes.filter((gene) => knowledge.cancerGenes?.(gene) === true);
      if (known.length === 0 && !allGenes) {
        counts.outsideGenes += 1;
        continue;
      }
      const stars = starsOf(info.get('CLNREVSTAT') ?? '');
      counts.alleles += 1;
      const pathogenic = isPathogenic(significance);
      if (pathogenic) counts.pathogenic += 1;
      const file = `alleles-${build}-${chromosome}.tsv`;
      const rows = parts.get(file) ?? [];
      parts.set(file, rows);
      const consequence = info.get('MC')?.split(',')[0]?.split('|')[1] ?? '';
      rows.push(
        [
          at,
          reference,
          alternate,
          id,
          significance,
          stars,
          genes.join('|'),
          consequence,
          conditionsOf(info.get('CLNDN')),
        ].join('\t'),
      );
      if (!pathogenic || stars === 0 || !/missense/.test(info.get('MC') ?? '')) continue;
      const computed = knowledge.computeChange?.({ build, chromosome, position1: at, reference, alternate })?.change;
      const change = computed?.hgvsProtein === undefined ? undefined : parseProteinChange(computed.hgvsProtein);
      if (computed === undefined || change?.kind !== 'missense') continue;
      const own = proteins.get(computed.gene) ?? new Map<string, string>();
      proteins.set(computed.gene, own);
      const name = `${change.reference}${change.start}${change.alternate}`;
      // Several alleles make one protein change: each is named, since one of them may be the very allele of a case.
      own.set(`${name}:${id}`, `${name}:${id}:${stars}`);
    }
    if (number === 0) refuse(build, 1, 'the file is empty');
  }
  if (asOf === '') throw new Error('No file says its date (##fileDate): this is none of ClinVar; nothing was built.');
  counts.proteinChanges = [...proteins.values()].reduce((sum, own) => sum + own.size, 0);
  const genes = [...proteins].sort(([a], [b]) => compare(a, b));
  const residue = (entry: string): number => Number(/\d+/.exec(entry)?.[0]);
  const sorted = (own: ReadonlyMap<string, string>): string[] =>
    [...own.values()].sort((a, b) => residue(a) - residue(b) || compare(a, b));
  const codonsOf = (own: ReadonlyMap<string, string>): string =>
    [...new Set(sorted(own).map((entry) => /^[A-Z]\d+/.exec(entry)?.[0] ?? ''))].join(',');
  return {
    id: 'clinvar',
    version: asOf,
    asOf,
    title: 'Alleles classified in ClinVar',
    sources: [
      {
        name: 'ClinVar',
        version: asOf,
        licence: 'public domain (NCBI)',
        citation:
          'Landrum MJ, et al. Nucleic Acids Res 2018;46:D1062-D1067. https://www.ncbi.nlm.nih.gov/clinvar. Protein changes computed here.',
      },
    ],
    counts,
    files: {
      'codons.txt': genes.map(([gene, own]) => `${gene}\t${codonsOf(own)}\n`).join(''),
      'proteins.txt': genes.map(([gene, own]) => `${gene}\t${sorted(own).join(',')}\n`).join(''),
      ...Object.fromEntries([...parts].map(([file, rows]) => [file, `${rows.join('\n')}\n`])),
    },
  };
}
