/**
 * Fusions: STAR-Fusion, Arriba, FusionCatcher, PCGR, cBioPortal structural variants and its older fusion table, and
 * plain tables of two genes, told by their columns. The 5' partner comes first in every one of them.
 */
import type { ObservedFusion } from '../../../shared/case/intake.ts';
import { type CellPlace, countCell, geneCell, isAbsent, refuseCell } from './cells.ts';
import { column, neededColumn, SAMPLE_NAMES, titled } from './columns.ts';
import {
  chosenSample,
  NO_GENE,
  OTHER_SAMPLE,
  RowAccount,
  SAME_ROW,
  type TableInput,
  type TableRead,
  Warnings,
} from './reading.ts';
import { type Header, walkTable } from './table.ts';

const GENE5 = [
  'leftgene',
  'gene5',
  'gene5prime',
  'fiveprimegene',
  'gene1',
  'site1hugosymbol',
  'gene1symbol5endfusionpartner',
  'genea',
  'upstreamgene',
];
const GENE3 = [
  'rightgene',
  'gene3',
  'gene3prime',
  'threeprimegene',
  'gene2',
  'site2hugosymbol',
  'gene2symbol3endfusionpartner',
  'geneb',
  'downstreamgene',
];
const PAIR = ['fusionname', 'fusiongene', 'fusion', 'genefusion', 'fusiongenes'];
const BREAK5 = ['leftbreakpoint', 'breakpoint1', 'breakpoint5', 'fusionpointforgene15endfusionpartner'];
const BREAK3 = ['rightbreakpoint', 'breakpoint2', 'breakpoint3', 'fusionpointforgene23endfusionpartner'];
const FRAME = [
  'protfusiontype',
  'readingframe',
  'inframe',
  'frame',
  'site2effectonframe',
  'predictedeffect',
  'framestatus',
];
/** Reads that span or split the junction; those of one family are added up. */
const READS = [
  'junctionreadcount',
  'spanningfragcount',
  'splitreads1',
  'splitreads2',
  'discordantmates',
  'splitreads',
  'spanningreads',
  'spanninguniquereads',
  'spanningpairs',
  'tumorsplitreadcount',
  'tumorpairedendreadcount',
  'supportingreads',
  'reads',
];
const RNA_READS = ['rnareads', 'rnareadcount'];
const DNA_READS = ['dnareads', 'dnareadcount'];

/** A partner that is no gene, in the words of the HGNC recommendation on fusions (Bruford 2021). */
export const UNKNOWN_PARTNER = '?';

export async function readFusions(input: TableInput): Promise<TableRead> {
  const { name } = input;
  const account = new RowAccount(name);
  const warnings = new Warnings();
  const read: { fusion: ObservedFusion; sample: string }[] = [];
  let bySample = false;
  const rows = await walkTable(
    input,
    (columns) => (column(columns, GENE5) ?? column(columns, PAIR)) !== undefined,
    (header) => {
      const layout = layoutOf(header, name);
      bySample = layout.sample !== undefined;
      return ({ line, cells }) => {
        const place = (index: number): CellPlace => ({
          file: name,
          line,
          field: titled(header, index),
        });
        const text = (index: number | undefined): string => (index === undefined ? '' : (cells[index] ?? '').trim());
        const reads = (indices: readonly number[]): number | undefined => {
          const counts = indices
            .map((index) => countCell(text(index), place(index)))
            .filter((one) => one !== undefined);
          return counts.length === 0 ? undefined : counts.reduce((a, b) => a + b, 0);
        };
        if (/^germline$/i.test(text(layout.status))) return account.filter('germline by the file’s own word');
        const partners =
          layout.pair === undefined
            ? [text(layout.gene5), text(layout.gene3)]
            : pairOf(text(layout.pair), place(layout.pair));
        const genes = partners.map((partner, side) => {
          // Arriba names the neighbours of a breakpoint between genes, with distances: no gene is joined there.
          if (/[,(]/.test(partner)) return UNKNOWN_PARTNER;
          const gene = geneCell(partner, place(layout.pair ?? (side === 0 ? layout.gene5 : layout.gene3) ?? 0));
          warnings.add(gene?.warning);
          return gene?.gene ?? UNKNOWN_PARTNER;
        });
        const [gene5 = UNKNOWN_PARTNER, gene3 = UNKNOWN_PARTNER] = genes;
        if (gene5 === UNKNOWN_PARTNER && gene3 === UNKNOWN_PARTNER) return account.filter(NO_GENE);
        const unnamed = reads(layout.reads);
        const fromRna = layout.fromRna || /^yes$/i.test(text(layout.rnaSupport));
        const fromDna = /^yes$/i.test(text(layout.dnaSupport));
        const isRna =
          fromRna && !fromDna ? true : fromDna ? false : input.assay === undefined || rnaAssay(input.assay.scope);
        const rnaReads = reads(layout.rnaReads) ?? (isRna ? unnamed : undefined);
        const dnaReads = reads(layout.dnaReads) ?? (isRna ? undefined : unnamed);
        const breakpoint5 = breakpoint(text(layout.break5), text(layout.chromosome5), text(layout.position5));
        const breakpoint3 = breakpoint(text(layout.break3), text(layout.chromosome3), text(layout.position3));
        const inFrame = frameOf(text(layout.frame));
        read.push({
          sample: text(layout.sample),
          fusion: {
            gene5,
            gene3,
            ...(breakpoint5 === undefined ? {} : { breakpoint5 }),
            ...(breakpoint3 === undefined ? {} : { breakpoint3 }),
            ...(inFrame === undefined ? {} : { inFrame }),
            ...(rnaReads === undefined ? {} : { rnaReads }),
            ...(dnaReads === undefined ? {} : { dnaReads }),
            file: name,
            line,
          },
        });
        account.show();
      };
    },
  );
  const understanding: TableRead['understanding'] = {
    file: name,
    modality: 'fusions',
    format: 'fusions',
    rows,
    notes: [],
  };
  const samples = [...new Set(read.map(({ sample }) => sample))];
  if (bySample && samples.length > 0) {
    const chosen = chosenSample(input, samples);
    if ('question' in chosen) {
      account.holdBack();
      return {
        understanding,
        questions: [chosen.question],
        warnings: warnings.list(),
        accounting: account.close(rows),
      };
    }
    understanding.tumorSample = chosen.sample;
  }
  const final = new RowAccount(name);
  for (const { rule, count } of account.close(rows).filtered) final.filter(rule, count);
  const seen = new Set<string>();
  const fusions: ObservedFusion[] = [];
  for (const { fusion, sample } of read) {
    const { line: _line, ...content } = fusion;
    const identity = JSON.stringify(content);
    if (bySample && sample !== understanding.tumorSample) final.filter(OTHER_SAMPLE);
    else if (seen.has(identity)) final.collapse(SAME_ROW);
    else {
      seen.add(identity);
      fusions.push(fusion);
      final.show();
    }
  }
  return { understanding, questions: [], warnings: warnings.list(), accounting: final.close(rows), fusions };
}

const rnaAssay = (scope: string): boolean => scope === 'transcriptome' || scope === 'targeted-rna';

function layoutOf(header: Header, file: string) {
  const { columns } = header;
  const gene5 = column(columns, GENE5);
  const gene3 = column(columns, GENE3);
  const two = gene5 !== undefined && gene3 !== undefined;
  const indices = (names: readonly string[]): number[] =>
    names.map((one) => column(columns, [one])).filter((index) => index !== undefined);
  return {
    gene5,
    gene3,
    pair: two ? undefined : neededColumn(header, file, 'the two genes', [...PAIR, 'gene5', 'gene3']),
    break5: column(columns, BREAK5),
    break3: column(columns, BREAK3),
    chromosome5: column(columns, ['site1chromosome', 'chromosome5', 'chr5', 'chrom1', 'chr1']),
    position5: column(columns, ['site1position', 'position5', 'pos5', 'pos1']),
    chromosome3: column(columns, ['site2chromosome', 'chromosome3', 'chr3', 'chrom2', 'chr2']),
    position3: column(columns, ['site2position', 'position3', 'pos3', 'pos2']),
    frame: column(columns, FRAME),
    reads: indices(READS),
    rnaReads: indices(RNA_READS),
    dnaReads: indices(DNA_READS),
    rnaSupport: column(columns, ['rnasupport']),
    dnaSupport: column(columns, ['dnasupport']),
    status: column(columns, ['svstatus']),
    sample: column(
      columns,
      SAMPLE_NAMES.filter((one) => one !== 'id'),
    ),
    // These callers read RNA only, whatever the assay is said to be.
    fromRna: column(columns, ['junctionreadcount', 'splitreads1', 'spanninguniquereads']) !== undefined,
  };
}

/** `EML4::ALK`, `EML4--ALK`, `EML4-ALK fusion`, `EGFR-intragenic`. @throws FaultError field-invalid */
function pairOf(cell: string, { file, line, field }: CellPlace): readonly string[] {
  const text = cell.replace(/\s+(fusion|rearrangement|gene fusion)$/i, '').trim();
  if (isAbsent(text)) return ['', ''];
  for (const joint of ['::', '--', '/']) {
    const parts = text.split(joint);
    if (parts.length === 2) return parts.map((part) => part.trim());
  }
  const intragenic = /^(.+?)[- ]intragenic$/i.exec(text)?.[1];
  if (intragenic !== undefined) return [intragenic, intragenic];
  const parts = text.split('-');
  if (parts.length === 2 && parts.every((part) => part.trim() !== '')) return parts.map((part) => part.trim());
  return refuseCell('field-invalid', file, line, field, {
    rule: 'Which two genes are joined cannot be told from this name.',
    remedy: 'Write the pair as GENE5::GENE3.',
  });
}

function breakpoint(whole: string, chromosome: string, position: string): string | undefined {
  if (!isAbsent(whole)) return whole.replace(/^chr/i, '').slice(0, 60);
  if (isAbsent(chromosome) || isAbsent(position)) return undefined;
  return `${chromosome.replace(/^chr/i, '')}:${position}`.slice(0, 60);
}

function frameOf(cell: string): boolean | undefined {
  const word = cell.toLowerCase().replace(/[^a-z]/g, '');
  if (['inframe', 'true', 'yes'].includes(word)) return true;
  if (['outofframe', 'frameshift', 'false', 'no', 'stopcodon'].includes(word)) return false;
  return undefined;
}
