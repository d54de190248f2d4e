import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assay, Modality } from '../../../shared/case/case-record.ts';
import { AssayLedger, type LedgerModality, type ObservedVariant } from '../../../shared/case/intake.ts';
import { assayLedger, copyNumberChanged, type LedgerFile, type LedgerInput } from '../../../shared/case/ledger.ts';
import { withPromoter } from '../../../shared/molecular/promoters.ts';
import { assayOf, noInterest } from './support/case-at.ts';

const nothing: LedgerInput = {
  assays: [],
  files: [],
  variants: [],
  copyNumbers: [],
  segments: [],
  fusions: [],
  matrices: [],
  interest: noInterest,
};
const interest = {
  genes: ['EGFR', 'TP53'],
  spans: {
    GRCh37: [],
    GRCh38: [
      { gene: 'EGFR', chromosome: '7', start1: 55_019_017, end1: 55_211_628 },
      { gene: 'TP53', chromosome: '17', start1: 7_661_779, end1: 7_687_550 },
    ],
  },
};
const fileOf = (modality: Modality, extra: Partial<LedgerFile> = {}): LedgerFile => ({
  path: 'files/a',
  modality,
  assayId: 'A',
  state: 'read',
  genomeBuild: 'GRCh38',
  ...extra,
});
const variant = (fields: Partial<ObservedVariant>): ObservedVariant => ({
  key: 'k',
  build: 'GRCh38',
  chromosome: '1',
  position1: 1000,
  reference: 'A',
  alternate: 'T',
  origin: 'somatic',
  file: 'files/a',
  line: 9,
  ...fields,
});
const inGene = (gene: string, fields: Partial<ObservedVariant> = {}): ObservedVariant =>
  variant({ annotation: { source: 'vep', gene, consequence: 'missense_variant' }, ...fields });

function stateOf(input: Partial<LedgerInput>, gene: string, column: LedgerModality) {
  const ledger = assayLedger({ ...nothing, ...input });
  expect(AssayLedger.parse(ledger)).toEqual(ledger);
  return ledger.entries.find((entry) => entry.gene === gene)?.states[column] ?? ledger.defaults[column];
}
const exome = assayOf({ modalities: ['somatic-variants'], scope: 'exome' });
const panel = (fields: Partial<Assay> = {}): Assay =>
  assayOf({ modalities: ['somatic-variants'], scope: 'panel', genes: ['EGFR', 'KRAS'], ...fields });
const somatic = [fileOf('somatic-variants')];

describe('F003: the assayed-state ledger', () => {
  it('calls nothing tested where no assay is in the case', () => {
    const ledger = assayLedger(nothing);
    expect(ledger.entries).toEqual([]);
    expect(Object.keys(ledger.defaults).sort()).toEqual([
      'copy-number',
      'expression',
      'fusion',
      'germline',
      'protein',
      'small-variant',
    ]);
    for (const state of Object.values(ledger.defaults))
      expect(state).toMatchObject({ state: 'not-assayed', assayIds: [], reason: expect.stringContaining('no assay') });
  });

  it('exome: detected where a variant lies, tested elsewhere', () => {
    const input = { assays: [exome], files: somatic, variants: [inGene('EGFR')], interest };
    expect(stateOf(input, 'EGFR', 'small-variant')).toEqual({ state: 'detected', assayIds: ['A'] });
    expect(stateOf(input, 'BRAF', 'small-variant')).toEqual({ state: 'tested-not-detected', assayIds: ['A'] });
    expect(stateOf(input, 'EGFR', 'fusion')?.state).toBe('not-assayed');
    expect(stateOf(input, 'EGFR', 'germline')?.state).toBe('not-assayed');
  });

  it('panel: only its genes are tested', () => {
    const input = { assays: [panel()], files: somatic };
    expect(stateOf(input, 'KRAS', 'small-variant')?.state).toBe('tested-not-detected');
    expect(stateOf(input, 'BRAF', 'small-variant')).toMatchObject({
      state: 'not-assayed',
      reason: 'not among the genes that Panel A reads',
    });
  });

  it('panel without a gene list: what was found stands, nothing else is tested', () => {
    const { genes: _genes, ...unstated } = panel();
    const input = { assays: [unstated], files: somatic, variants: [inGene('EGFR')] };
    expect(stateOf(input, 'EGFR', 'small-variant')?.state).toBe('detected');
    expect(stateOf(input, 'KRAS', 'small-variant')).toMatchObject({
      state: 'not-assayed',
      reason: expect.stringContaining('does not state which genes'),
    });
  });

  it('hot spots: tested, with the words that the rest of the gene is not', () => {
    const hot = panel({ targets: 'hotspots' });
    expect(stateOf({ assays: [hot], files: somatic }, 'KRAS', 'small-variant')).toMatchObject({
      state: 'tested-not-detected',
      reason: expect.stringContaining('only hot spots'),
    });
    // An assay that reads the whole gene outweighs it.
    const both = {
      assays: [hot, { ...exome, id: 'B', name: 'Exome B' }],
      files: [...somatic, fileOf('somatic-variants', { path: 'files/b', assayId: 'B' })],
    };
    expect(stateOf(both, 'KRAS', 'small-variant')).toEqual({ state: 'tested-not-detected', assayIds: ['B'] });
  });

  it('failed region: failed QC for sequence, whatever region; copy number only where the whole gene failed', () => {
    const failing = panel({
      modalities: ['somatic-variants', 'copy-number-genes'],
      failedRegions: [
        { gene: 'EGFR', region: 'exon 19', reason: 'coverage under 100' },
        { gene: 'KRAS', reason: 'no reads' },
      ],
    });
    const input = {
      assays: [failing],
      files: [...somatic, fileOf('copy-number-genes', { path: 'files/b' })],
    };
    expect(stateOf(input, 'EGFR', 'small-variant')).toEqual({
      state: 'failed-qc',
      assayIds: ['A'],
      reason: 'exon 19: coverage under 100',
    });
    expect(stateOf(input, 'EGFR', 'copy-number')?.state).toBe('tested-not-detected');
    expect(stateOf(input, 'KRAS', 'copy-number')?.state).toBe('failed-qc');
    // What was found in the rest of the gene is found, and the gap is still said.
    expect(stateOf({ ...input, variants: [inGene('EGFR')] }, 'EGFR', 'small-variant')).toEqual({
      state: 'detected',
      assayIds: ['A'],
      reason: 'exon 19: coverage under 100',
    });
  });

  it.each([
    ['refused', 'failed-qc', 'was refused', 'refusal'],
    ['asked', 'failed-qc', 'question', 'question'],
  ] as const)('a file that is %s makes nothing tested, and fails no quality control', (state, said, words, because) => {
    const input = { assays: [exome], files: [fileOf('somatic-variants', { state })] };
    expect(stateOf(input, 'EGFR', 'small-variant')).toMatchObject({
      state: said,
      reason: expect.stringContaining(words),
      because,
    });
    const listed = { assays: [panel()], files: [fileOf('somatic-variants', { state })] };
    expect(stateOf(listed, 'EGFR', 'small-variant')?.state).toBe('failed-qc');
    expect(stateOf(listed, 'BRAF', 'small-variant')?.state).toBe('not-assayed');
    // A region that failed in another assay is why, too: then the state stands by its own name.
    const failing = panel({ id: 'B', failedRegions: [{ gene: 'EGFR', reason: 'no reads' }] });
    const both = { assays: [exome, failing], files: [...input.files, fileOf('somatic-variants', { assayId: 'B' })] };
    expect(stateOf(both, 'EGFR', 'small-variant')?.because).toBeUndefined();
  });

  it('an assay whose file is not in the case makes nothing tested', () => {
    expect(stateOf({ assays: [exome] }, 'EGFR', 'small-variant')).toMatchObject({
      state: 'not-assayed',
      reason: expect.stringContaining('no such file'),
    });
  });

  it('one of two files refused: what the other found stands, its silence proves nothing', () => {
    const input = {
      assays: [exome],
      files: [...somatic, fileOf('somatic-variants', { path: 'files/b', state: 'refused' })],
      variants: [inGene('EGFR')],
    };
    expect(stateOf(input, 'EGFR', 'small-variant')?.state).toBe('detected');
    expect(stateOf(input, 'KRAS', 'small-variant')?.state).toBe('failed-qc');
  });

  it('a call that did not pass is no detection, and is said', () => {
    const input = { assays: [exome], files: somatic, variants: [inGene('EGFR', { filter: 'weak_evidence' })] };
    expect(stateOf(input, 'EGFR', 'small-variant')).toMatchObject({
      state: 'tested-not-detected',
      reason: expect.stringContaining('filters'),
    });
    const also = { ...input, variants: [...input.variants, inGene('EGFR', { filter: 'PASS' })] };
    expect(stateOf(also, 'EGFR', 'small-variant')).toEqual({ state: 'detected', assayIds: ['A'] });
  });

  it('a variant upstream of a gene is not in it', () => {
    const near = variant({ annotation: { source: 'vep', gene: 'KRAS', consequence: 'upstream_gene_variant' } });
    expect(stateOf({ assays: [exome], files: somatic, variants: [near] }, 'KRAS', 'small-variant')?.state).toBe(
      'tested-not-detected',
    );
  });

  it('a change numbered on the transcript of the gene is the gene’s, upstream of it too', () => {
    const promoter = variant({
      annotation: { source: 'maf', gene: 'TERT', consequence: 'upstream_gene_variant', hgvsCoding: 'c.-124C>T' },
    });
    expect(stateOf({ assays: [exome], files: somatic, variants: [promoter] }, 'TERT', 'small-variant')?.state).toBe(
      'detected',
    );
  });

  it('a change in the promoter of TERT is the gene’s, with the name of its place or without', () => {
    const spans = [withPromoter({ gene: 'TERT', chromosome: '5', start1: 1_253_172, end1: 1_295_047 }, 'GRCh38')];
    const interest = { genes: ['TERT'], spans: { GRCh37: [], GRCh38: spans } };
    const at = (position1: number, gene: string | undefined) =>
      variant({
        chromosome: '5',
        position1,
        reference: 'G',
        alternate: 'A',
        ...(gene === undefined ? {} : { annotation: { source: 'vep', gene, consequence: 'upstream_gene_variant' } }),
      });
    const states = [at(1_295_113, 'TERT'), at(1_295_135, undefined), at(1_295_140, 'TERT')].map(
      (promoter) =>
        stateOf({ assays: [exome], files: somatic, variants: [promoter], interest }, 'TERT', 'small-variant')?.state,
    );
    expect(states).toEqual(['detected', 'detected', 'tested-not-detected']);
  });

  it('variants without a gene: told by position where the span is known, and nothing is tested elsewhere', () => {
    const unplaced = {
      assays: [exome],
      files: somatic,
      interest,
      variants: [variant({ chromosome: '7', position1: 55_191_822 }), variant({ chromosome: '3' })],
    };
    expect(stateOf(unplaced, 'EGFR', 'small-variant')?.state).toBe('detected');
    expect(stateOf(unplaced, 'TP53', 'small-variant')?.state).toBe('tested-not-detected');
    expect(stateOf(unplaced, 'OBSCN', 'small-variant')).toMatchObject({
      state: 'failed-qc',
      reason: expect.stringContaining('1 variant carries no gene'),
    });
  });

  it('a file too large to keep whole tests only the genes that were kept one by one', () => {
    const large = {
      assays: [exome],
      files: [fileOf('somatic-variants', { countedOutsideInterest: true })],
      interest,
    };
    expect(stateOf(large, 'TP53', 'small-variant')?.state).toBe('tested-not-detected');
    expect(stateOf(large, 'OBSCN', 'small-variant')?.state).toBe('failed-qc');
  });

  it('germline and somatic variants have a column each', () => {
    const germline = assayOf({ modalities: ['germline-variants'], scope: 'panel', genes: ['BRCA1', 'BRCA2'] });
    const input = {
      assays: [germline],
      files: [fileOf('germline-variants')],
      variants: [inGene('BRCA1', { origin: 'germline' })],
    };
    expect(stateOf(input, 'BRCA1', 'germline')?.state).toBe('detected');
    expect(stateOf(input, 'BRCA2', 'germline')?.state).toBe('tested-not-detected');
    expect(stateOf(input, 'BRCA1', 'small-variant')?.state).toBe('not-assayed');
  });

  it('copy number by gene: changed genes detected, listed genes tested', () => {
    const assay = assayOf({ modalities: ['copy-number-genes'], scope: 'panel' });
    const row = (gene: string, totalCopies: number, line: number) => ({ gene, totalCopies, file: 'files/a', line });
    const input = {
      assays: [assay],
      files: [fileOf('copy-number-genes')],
      copyNumbers: [row('EGFR', 9, 2), row('KRAS', 2, 3)],
    };
    expect(stateOf(input, 'EGFR', 'copy-number')?.state).toBe('detected');
    expect(stateOf(input, 'KRAS', 'copy-number')?.state).toBe('tested-not-detected');
    expect(stateOf(input, 'MYC', 'copy-number')?.state).toBe('not-assayed');
  });

  it('segments: genes of known place are told, no other gene is called tested', () => {
    const assay = assayOf({ modalities: ['copy-number-segments'], scope: 'genome' });
    const segment = { chromosome: '7', start1: 1, end1: 159_345_973, file: 'files/a', line: 2 };
    const files = [fileOf('copy-number-segments')];
    const flat = { assays: [assay], files, interest, segments: [{ ...segment, log2Ratio: 0.05 }] };
    expect(stateOf(flat, 'EGFR', 'copy-number')?.state).toBe('tested-not-detected');
    expect(stateOf(flat, 'TP53', 'copy-number')?.state).toBe('not-assayed');
    expect(stateOf(flat, 'OBSCN', 'copy-number')?.state).toBe('not-assayed');
    const high = { ...flat, segments: [{ ...segment, log2Ratio: 1.5 }] };
    expect(stateOf(high, 'EGFR', 'copy-number')?.state).toBe('detected');
    const otherBuild = { ...high, files: [fileOf('copy-number-segments', { genomeBuild: 'GRCh37' })] };
    expect(stateOf(otherBuild, 'EGFR', 'copy-number')?.state).toBe('not-assayed');
  });

  it('fusions: an exome does not read them, a transcriptome does, a panel only those it names', () => {
    const of = (fields: Partial<Assay>) => ({
      assays: [assayOf({ modalities: ['fusions'], ...fields })],
      files: [fileOf('fusions')],
      fusions: [{ gene5: 'EML4', gene3: 'ALK', file: 'files/a', line: 2 }],
    });
    for (const gene of ['EML4', 'ALK']) expect(stateOf(of({ scope: 'exome' }), gene, 'fusion')?.state).toBe('detected');
    expect(stateOf(of({ scope: 'exome' }), 'ROS1', 'fusion')?.state).toBe('not-assayed');
    expect(stateOf(of({ scope: 'transcriptome' }), 'ROS1', 'fusion')?.state).toBe('tested-not-detected');
    const named = of({ scope: 'panel', genes: ['ROS1', 'RET'], fusionGenes: ['RET'] });
    expect(stateOf(named, 'RET', 'fusion')?.state).toBe('tested-not-detected');
    expect(stateOf(named, 'ROS1', 'fusion')?.state).toBe('not-assayed');
    // A DNA panel that reads a gene's exons does not read its introns.
    expect(stateOf(of({ scope: 'panel', genes: ['ROS1'] }), 'ROS1', 'fusion')?.state).toBe('not-assayed');
  });

  it('expression and protein: measured genes only', () => {
    const rna = assayOf({ modalities: ['expression'], scope: 'transcriptome' });
    const input = {
      assays: [rna],
      files: [fileOf('expression')],
      matrices: [
        {
          modality: 'expression' as const,
          scale: 'tpm' as const,
          genes: ['EGFR', 'ALK'],
          values: [5, 0],
          file: 'files/a',
        },
      ],
    };
    expect(stateOf(input, 'EGFR', 'expression')?.state).toBe('detected');
    expect(stateOf(input, 'ALK', 'expression')?.state).toBe('tested-not-detected');
    expect(stateOf(input, 'ROS1', 'expression')?.state).toBe('not-assayed');
    const listed = { ...input, assays: [{ ...rna, genes: ['EGFR', 'ROS1'] }] };
    expect(stateOf(listed, 'ROS1', 'expression')).toMatchObject({ state: 'failed-qc' });
  });

  it('names genes in order and only where they differ from the default', () => {
    const { entries } = assayLedger({
      ...nothing,
      assays: [exome],
      files: somatic,
      variants: [inGene('TP53'), inGene('ALK')],
    });
    expect(entries.map(({ gene }) => gene)).toEqual(['ALK', 'TP53']);
    expect(Object.keys(entries[0]?.states ?? {})).toEqual(['small-variant']);
  });

  it('never calls a gene tested without a file that was read, whatever the assays and files', () => {
    const modality = fc.constantFrom<Modality>('somatic-variants', 'germline-variants', 'copy-number-genes', 'fusions');
    fc.assert(
      fc.property(
        fc.constantFrom<Assay['scope']>('panel', 'exome', 'genome', 'transcriptome', 'targeted-rna'),
        fc.option(fc.subarray(['EGFR', 'KRAS', 'ALK']), { nil: undefined }),
        fc.uniqueArray(modality, { minLength: 1 }),
        fc.array(fc.tuple(modality, fc.constantFrom<LedgerFile['state']>('read', 'refused', 'asked'))),
        (scope, genes, modalities, states) => {
          const assay = assayOf({ modalities, scope, ...(genes === undefined ? {} : { genes, fusionGenes: genes }) });
          const files = states.map(([one, state], index) => fileOf(one, { state, path: `files/${index}` }));
          const ledger = assayLedger({ ...nothing, assays: [assay], files });
          const columns = {
            'small-variant': 'somatic-variants',
            germline: 'germline-variants',
            'copy-number': 'copy-number-genes',
            fusion: 'fusions',
          } as const;
          for (const [column, source] of Object.entries(columns) as [LedgerModality, Modality][]) {
            const own = files.filter((file) => file.modality === source);
            const sound = modalities.includes(source) && own.length > 0 && own.every(({ state }) => state === 'read');
            for (const gene of ['EGFR', 'KRAS', 'ALK', 'BRAF']) {
              const said =
                ledger.entries.find((entry) => entry.gene === gene)?.states[column] ?? ledger.defaults[column];
              if (said?.state === 'tested-not-detected') {
                expect(sound).toBe(true);
                if (genes !== undefined) expect(genes).toContain(gene);
              }
              if (said?.state !== 'tested-not-detected') expect(said?.reason).toBeTruthy();
            }
          }
        },
      ),
    );
  });

  it.each([
    [{ totalCopies: 2, call: 2 }, false],
    [{ totalCopies: 6 }, true],
    [{ totalCopies: 1, log2Ratio: 0 }, true],
    [{ call: -1 }, true],
    [{ call: 0, log2Ratio: 3 }, false],
    [{ log2Ratio: -0.5 }, true],
    [{ log2Ratio: 0.39 }, false],
    [{}, false],
  ])('takes %j for changed: %s', (values, changed) => expect(copyNumberChanged(values)).toBe(changed));
});
