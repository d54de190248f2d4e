/** A site's own ClinVar out of NCBI's VCF: a small file in its own format becomes a pack, is installed, and speaks (F013, F015). */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadPacks, type Packs } from '../../../electron/knowledge/index.ts';
import { clinvarAllelePack } from '../../../models/knowledge/build/clinvar-vcf.ts';
import { clinvarWords, starsOf } from '../../../shared/knowledge/clinvar.ts';
import { alleleAnnotator } from '../../../shared/molecular/annotation.ts';
import { germlineClassOf } from '../../../shared/molecular/germline.ts';
import { readVariant } from '../../../shared/molecular/small-variants.ts';
import { variant } from '../molecular/support/case.ts';
import { author, makeSite, type Site, shipped } from './support/site.ts';

const head = (build: string) => [
  '##fileformat=VCFv4.1',
  '##fileDate=2026-11-17',
  '##source=ClinVar',
  `##reference=${build}`,
  '##INFO=<ID=ALLELEID,Number=1,Type=Integer,Description="the ClinVar Allele ID">',
  '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO',
];
const row = (
  place: string,
  id: string,
  change: string,
  {
    sig,
    stat = 'criteria_provided,_multiple_submitters,_no_conflicts',
    gene = 'TP53:7157',
    mc = 'SO:0001583|missense_variant',
  }: {
    sig: string;
    stat?: string;
    gene?: string;
    mc?: string;
  },
): string => {
  const [chromosome, position] = place.split(':');
  const [reference, alternate] = change.split('>');
  const info = `ALLELEID=1${id};CLNDISDB=MONDO:MONDO:0018875;CLNDN=Li-Fraumeni_syndrome|not_provided;CLNREVSTAT=${stat};CLNSIG=${sig};CLNVC=single_nucleotide_variant;GENEINFO=${gene};MC=${mc};ORIGIN=1`;
  return [chromosome, position, id, reference, alternate, '.', '.', info].join('\t');
};
/** TP53 at codon 175 (CGC on the minus strand), BRCA1 and a gene that no pack speaks of. */
const GRCH38 = [
  ...head('GRCh38'),
  row('2:1000', '7', 'A>G', { sig: 'Pathogenic', gene: 'NOSUCHGENE:1' }),
  row('17:7675087', '900', 'GC>AT', { sig: 'Likely_pathogenic', stat: 'criteria_provided,_single_submitter' }),
  row('17:7675088', '12374', 'C>T', { sig: 'Pathogenic', stat: 'reviewed_by_expert_panel' }),
  row('17:7675088', '376571', 'C>A', { sig: 'Pathogenic/Likely_pathogenic' }),
  row('17:7675089', '376573', 'G>A', { sig: 'Uncertain_significance' }),
  row('17:7675095', '2', 'C>T', {
    sig: 'Conflicting_classifications_of_pathogenicity',
    stat: 'criteria_provided,_conflicting_classifications',
  }),
  row('17:43106487', '17661', 'A>C', { sig: 'Pathogenic', gene: 'BRCA1:672|NBR2:10230', stat: 'practice_guideline' }),
  row('17:43106490', '3', 'A>.', { sig: 'Pathogenic', gene: 'BRCA1:672' }),
  row('NT_113889.1:5', '4', 'A>C', { sig: 'Pathogenic', gene: 'BRCA1:672' }),
];
const GRCH37 = [
  ...head('GRCh37'),
  row('17:7578406', '12374', 'C>T', { sig: 'Pathogenic', stat: 'reviewed_by_expert_panel' }),
];

let site: Site;
let packs: Packs;
beforeAll(async () => {
  const { molecular } = await loadPacks(shipped);
  const pack = await clinvarAllelePack(
    [
      { build: 'GRCh37', lines: GRCH37 },
      { build: 'GRCh38', lines: GRCH38.map((line) => `${line}\r`) },
    ],
    molecular(),
  );
  expect(pack).toMatchObject({
    version: '2026-11-17',
    counts: { alleles: 7, pathogenic: 5, proteinChanges: 4, outsideGenes: 1, notSequence: 1 },
  });
  expect(pack.files['proteins.txt']).toBe('BRCA1\tC61G:17661:4\nTP53\tR175H:12374:3,R175H:900:1,R175L:376571:2\n');
  expect(pack.files['codons.txt']).toBe('BRCA1\tC61\nTP53\tR175\n');
  site = await makeSite();
  const desk = await site.desk();
  await desk.install(await site.build(pack), author);
  packs = desk;
});
afterAll(() => site.end());

const at = (
  build: 'GRCh37' | 'GRCh38',
  position1: number,
  reference: string,
  alternate: string,
  chromosome = 'chr17',
) => variant({ build, at: [chromosome, position1, reference, alternate], origin: 'germline' });
function classed(observed: ReturnType<typeof at>) {
  const knowledge = packs.molecular();
  const read = readVariant(observed, {
    computeChange: (place) => knowledge.computeChange?.(place),
    knownChange: () => undefined,
    genesAt: (...place) => knowledge.genesAt?.(...place) ?? [],
    symbol: (gene) => gene,
    recorded: (place) => knowledge.recorded?.(place),
  });
  const { criteria } = germlineClassOf(read, knowledge, []);
  return (code: string) => criteria.find((one) => one.code === code);
}

describe('a pack of ClinVar alleles', () => {
  it('says what is known of the very allele, on both builds and however the file pads it', () => {
    const { recorded } = packs.molecular();
    const known = recorded?.(at('GRCh38', 7675088, 'C', 'T'));
    expect(known).toMatchObject({
      id: '12374',
      significance: 'Pathogenic',
      stars: 3,
      conditions: ['Li-Fraumeni syndrome'],
    });
    expect(recorded?.(at('GRCh37', 7578406, 'C', 'T', '17'))?.id).toBe('12374');
    expect(recorded?.(at('GRCh38', 7675087, 'GC', 'GT'))?.id).toBe('12374');
    expect(recorded?.(at('GRCh37', 7675088, 'C', 'T'))).toBeUndefined();
    expect(recorded?.(at('GRCh38', 7675088, 'C', 'G'))).toBeUndefined();
    expect(known && clinvarWords(known)).toBe('ClinVar 12374: Pathogenic, 3 of 4 stars (Li-Fraumeni syndrome)');
  });

  it('PS1 by another allele of the same change, PM5 by another change, neither by the allele itself', () => {
    // R175H by one allele; the other allele is in ClinVar as well.
    expect(classed(at('GRCh38', 7675088, 'C', 'T'))('PS1')).toMatchObject({
      state: 'met',
      points: 4,
      fact: expect.stringContaining('900'),
    });
    // R175L: its own allele alone is known; another change is pathogenic.
    const own = classed(at('GRCh38', 7675088, 'C', 'A'));
    expect(own('PS1')).toMatchObject({ state: 'not-met', fact: expect.stringContaining('very allele') });
    expect(own('PM5')).toMatchObject({ state: 'met', points: 2, fact: expect.stringContaining('R175H') });
    expect(own('PP5')).toMatchObject({
      state: 'not-evaluable',
      points: 0,
      fact: expect.stringContaining('ClinVar 376571'),
    });
    const alone = classed(at('GRCh38', 43106487, 'A', 'C'));
    expect(alone('PM5')).toMatchObject({ state: 'not-met', points: 0 });
  });

  it('the command line has it in the column of what is known', () => {
    const told = {
      chromosome: '17',
      position1: 7675088,
      reference: 'C',
      alternate: 'T',
      build: 'GRCh38' as const,
      small: true,
    };
    const annotate = alleleAnnotator(packs.molecular(), undefined);
    expect(annotate({ ...told, variant: at('GRCh38', 7675088, 'C', 'T') }).known).toContain(
      'clinvar=12374/Pathogenic/3',
    );
  });

  it.each([
    ['no position', [...head('GRCh38'), row('17:x', '1', 'A>C', { sig: 'Benign' })], 'line 7: "x" is no position'],
    ['cut columns', [...head('GRCh38'), '17\t5\t1\tA'], 'line 7: it has fewer than eight columns'],
    ['another build', head('GRCh37'), 'line 4: the file says that it is of GRCh37'],
    [
      'not sorted',
      [...head('GRCh38'), row('17:9', '1', 'A>C', { sig: 'Benign' }), row('17:8', '2', 'A>C', { sig: 'Benign' })],
      'line 8: the file is not sorted',
    ],
    ['no header', [row('17:9', '1', 'A>C', { sig: 'Benign' })], 'line 1: a variant stands before the header'],
    ['empty', [], 'line 1: the file is empty'],
  ])('%s is refused with its line', async (_, lines, says) => {
    await expect(clinvarAllelePack([{ build: 'GRCh38', lines }], packs.molecular())).rejects.toThrow(says);
  });

  it('stars are those of ClinVar', () => {
    expect(
      [
        'practice_guideline',
        'reviewed_by_expert_panel',
        'criteria_provided,_single_submitter',
        'no_assertion_criteria_provided',
        'criteria_provided,_conflicting_interpretations',
      ].map(starsOf),
    ).toEqual([4, 3, 1, 0, 1]);
  });
});
