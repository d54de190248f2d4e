import { describe, expect, it } from 'vitest';
import { readBiomarker } from '../../../shared/molecular/biomarkers.ts';
import { copyNumberState, geneCopyNumbers } from '../../../shared/molecular/copy-number.ts';
import { answer, type CaseFacts, ledgerLookup } from '../../../shared/molecular/facts.ts';
import { fusionsOf } from '../../../shared/molecular/fusions.ts';
import { classOfPoints, oncogenicityOf } from '../../../shared/molecular/oncogenicity.ts';
import type { EvidenceMatch } from '../../../shared/molecular/profile.ts';
import { type SmallVariant, smallVariants } from '../../../shared/molecular/small-variants.ts';
import { conflictOf, effectsOf, tierOf, weigh } from '../../../shared/molecular/tiers.ts';
import { treatmentsOf } from '../../../shared/molecular/treatments.ts';
import {
  biomarker,
  change,
  fusion,
  intake,
  item,
  knowledge,
  mutated,
  nothingTested,
  record,
  term,
  type VariantWords,
  variant,
} from './support/case.ts';

const lookups = knowledge([]);
const small = (...words: VariantWords[]): readonly SmallVariant[] =>
  smallVariants(words.map(variant), {
    knownChange: (at) => lookups.knownChange?.(at),
    genesAt: (...at) => lookups.genesAt?.(...at) ?? [],
    symbol: lookups.symbol,
  }).variants;

describe('small variants', () => {
  it('F005 one change told by two files in two notations and two builds is one record that keeps both keys', () => {
    const [one, ...others] = small(
      { gene: 'EGFR', protein: 'p.Leu858Arg', at: ['chr7', 55_191_822, 'T', 'G'], file: 'a.vcf' },
      { gene: 'EGFR', protein: 'L858R', at: ['7', 55_259_515, 'T', 'G'], build: 'GRCh37', file: 'b.maf' },
    );
    expect(others).toEqual([]);
    expect(one?.id).toBe('somatic:EGFR:L858R');
    expect(one?.variantKeys).toEqual(['GRCh37:7:55259515:T:G', 'GRCh38:7:55191822:T:G']);
  });

  it('takes a protein change from a known coordinate and says so, and never guesses one', () => {
    const [known, gene] = small({ at: ['7', 55_191_822, 'T', 'G'] }, { at: ['7', 55_100_000, 'T', 'G'] });
    expect(known).toMatchObject({ hgvsProtein: 'p.(Leu858Arg)', source: 'known-coordinate' });
    expect(gene).toMatchObject({
      gene: 'EGFR',
      hgvsProtein: undefined,
      source: 'not-computed',
      consequenceClass: 'unknown',
    });
  });

  it('shows it where the input disagrees with a known coordinate, and keeps the input’s word', () => {
    const [one] = small({ gene: 'EGFR', protein: 'p.Leu833Arg', at: ['7', 55_191_822, 'T', 'G'] });
    expect(one?.hgvsProtein).toBe('p.(Leu833Arg)');
    expect(one?.flags[0]).toContain('p.(Leu858Arg)');
  });

  it('flags a change called both in the tumor and in the germline', () => {
    const at: VariantWords['at'] = ['17', 43_000_000, 'G', 'A'];
    const [one, other] = small(
      { gene: 'BRCA1', protein: 'p.R1443*', at },
      { gene: 'BRCA1', protein: 'p.R1443*', at, origin: 'germline' },
    );
    expect(other).toBeUndefined();
    expect(one).toMatchObject({
      origin: 'germline',
      flags: ['called both in the tumor file and in the germline file'],
    });
  });
});

describe('copy number', () => {
  it.each([
    [{ totalCopies: 6 }, 'amplification'],
    [{ totalCopies: 5 }, 'gain'],
    [{ totalCopies: 2 }, 'neutral'],
    [{ totalCopies: 1 }, 'loss'],
    [{ totalCopies: 0 }, 'deep-deletion'],
    [{ call: 2 }, 'amplification'],
    [{ call: -2 }, 'deep-deletion'],
    [{ call: -1 }, 'loss'],
    [{ log2Ratio: 1 }, 'amplification'],
    [{ log2Ratio: -1.6 }, 'deep-deletion'],
    [{ log2Ratio: 0.1 }, 'neutral'],
    [{ totalCopies: 2, log2Ratio: 3 }, 'neutral'],
    [{}, 'neutral'],
  ] as const)('%o is %s', (measured, state) => expect(copyNumberState(measured).state).toBe(state));

  it('calls genes from segments by the segment that covers most, with or without chr', () => {
    const calls = geneCopyNumbers(
      [],
      [
        {
          chromosome: 'chr17',
          start1: 39_000_000,
          end1: 39_720_000,
          totalCopies: 14,
          file: 'f',
          line: 1,
          build: 'GRCh38',
        },
        { chromosome: '17', start1: 39_720_001, end1: 45_000_000, totalCopies: 2, file: 'f', line: 2, build: 'GRCh38' },
        { chromosome: '13', start1: 48_000_000, end1: 49_000_000, totalCopies: 0, file: 'f', line: 3, build: 'GRCh38' },
      ],
      () => lookups.geneSpans?.('GRCh38') ?? [],
      lookups.symbol,
    );
    expect(calls.map(({ gene, state }) => [gene, state])).toEqual([
      ['ERBB2', 'amplification'],
      ['RB1', 'deep-deletion'],
    ]);
    expect(calls[0]?.flags).toContain('a segment border lies inside the gene');
  });

  it('calls nothing from segments of an unknown build', () => {
    const segment = { chromosome: '17', start1: 1, end1: 50_000_000, totalCopies: 14, file: 'f', line: 1 };
    expect(geneCopyNumbers([], [segment], () => lookups.geneSpans?.('GRCh38') ?? [], lookups.symbol)).toEqual([]);
  });
});

describe('fusions', () => {
  it('folds breakpoint rows of one pair and keeps the order of the partners', () => {
    const { fusions, duplicates } = fusionsOf(
      [fusion('EML4', 'ALK', { rnaReads: 12 }), fusion('EML4', 'ALK', { rnaReads: 30 }), fusion('ALK', 'EML4')],
      (gene) => gene,
    );
    expect(fusions.map(({ id, rnaReads }) => [id, rnaReads])).toEqual([
      ['ALK::EML4', 40],
      ['EML4::ALK', 30],
    ]);
    expect(duplicates).toBe(1);
  });

  it('says where reads are few and the frame is unknown', () => {
    const { inFrame: _, ...row } = fusion('EML4', 'ALK', { rnaReads: 1 });
    expect(fusionsOf([row], (gene) => gene).fusions[0]?.flags).toEqual([
      'only 1 supporting read',
      'reading frame not stated',
    ]);
  });
});

describe('biomarkers (F023)', () => {
  const panel = (sizeMegabases?: number) =>
    record('LUAD', {
      assays: [
        {
          id: 'a1',
          name: 'Panel',
          specimenId: 's1',
          modalities: ['biomarkers'],
          scope: 'panel',
          ...(sizeMegabases === undefined ? {} : { sizeMegabases }),
        },
      ],
    }).assays;
  const exome = record('LUAD').assays;

  it('TMB from a panel under one megabase is not valid, and no number', () => {
    const read = readBiomarker(biomarker('TMB', 32), panel(0.4));
    expect(read).toMatchObject({ reading: 'not-valid', value: 'not valid' });
    expect(JSON.stringify(read)).not.toContain('32');
  });

  it.each([
    [biomarker('TMB', 10), exome, 'high'],
    [biomarker('TMB', 9.9), exome, 'low'],
    [biomarker('TMB', 12), panel(1.2), 'high'],
    [biomarker('TMB', 12), panel(), 'not-read'],
    [biomarker('TMB', 12, { unit: 'mutations' }), exome, 'not-read'],
    [biomarker('MSI', 'MSI-H'), exome, 'high'],
    [biomarker('MSI', 'MSS'), exome, 'low'],
    [biomarker('MSI', 24, { method: 'MSIsensor' }), exome, 'high'],
    [biomarker('MSI', 24), exome, 'not-read'],
    [biomarker('HRD', 42), exome, 'high'],
    [biomarker('HRD', 41), exome, 'low'],
    [biomarker('PD-L1', 60, { unit: '%', label: 'PD-L1 TPS' }), exome, 'high'],
    [biomarker('PD-L1', '<1', { unit: '%' }), exome, 'low'],
    [biomarker('PD-L1', 60), exome, 'not-read'],
  ])('%o reads %o', (observed, assays, reading) => expect(readBiomarker(observed, assays).reading).toBe(reading));
});

describe('oncogenicity (F014)', () => {
  const judge = (words: VariantWords) => {
    const [one] = small(words);
    if (one === undefined) throw new Error('no variant');
    return oncogenicityOf(one, lookups, [
      item(change('EGFR', 'L858R'), { type: 'functional', significance: 'Gain of Function', id: 'EID900' }),
    ]);
  };
  const stateOf = (result: ReturnType<typeof judge>, code: string) =>
    result.criteria.find((one) => one.code === code)?.state;

  it.each([
    [10, 'oncogenic'],
    [9, 'likely-oncogenic'],
    [6, 'likely-oncogenic'],
    [5, 'uncertain'],
    [0, 'uncertain'],
    [-1, 'likely-benign'],
    [-6, 'likely-benign'],
    [-7, 'benign'],
  ])('%i points are %s', (points, name) => expect(classOfPoints(points)).toBe(name));

  it('L858R: recurrent hotspot, functional study and absence from populations make it likely oncogenic', () => {
    const result = judge({ gene: 'EGFR', protein: 'L858R', consequence: 'missense_variant', frequency: 0 });
    expect(result).toMatchObject({ points: 9, class: 'likely-oncogenic' });
    expect(['OS3', 'OS2', 'OP4'].map((code) => stateOf(result, code))).toEqual(['met', 'met', 'met']);
    expect(result.criteria).toHaveLength(17);
    expect(result.criteria.every(({ fact }) => fact !== '')).toBe(true);
  });

  it('a stop in a tumor suppressor is OVS1; in an oncogene it is not', () => {
    expect(judge({ gene: 'RB1', protein: 'R320*', consequence: 'stop_gained', frequency: 0 })).toMatchObject({
      points: 9,
    });
    expect(stateOf(judge({ gene: 'EGFR', protein: 'R320*', consequence: 'stop_gained' }), 'OVS1')).toBe('not-met');
  });

  it('OM4 and OP3 follow the counts', () => {
    expect(stateOf(judge({ gene: 'PIK3CA', protein: 'R38H', consequence: 'missense_variant' }), 'OM4')).toBe('met');
    const rare = judge({ gene: 'PIK3CA', protein: 'E39K', consequence: 'missense_variant' });
    expect([stateOf(rare, 'OM4'), stateOf(rare, 'OP3'), stateOf(rare, 'OS3')]).toEqual(['not-met', 'met', 'not-met']);
  });

  it('a common variant is benign, and population codes are not evaluable where the input carries no frequency', () => {
    expect(judge({ gene: 'TP53', protein: 'P72R', consequence: 'missense_variant', frequency: 0.6 }).class).toBe(
      'benign',
    );
    const silent = judge({ gene: 'TP53', protein: 'P72R', consequence: 'missense_variant' });
    expect(['OP4', 'SBVS1', 'SBS1'].map((code) => stateOf(silent, code))).toEqual(Array(3).fill('not-evaluable'));
  });

  it('is not evaluable at all where the protein change is not computed', () =>
    expect(judge({ at: ['7', 55_100_000, 'T', 'G'] })).toMatchObject({ class: 'not-evaluable', points: 0 }));
});

const factsOf = (more: Partial<CaseFacts> = {}): CaseFacts => ({
  variants: new Map(),
  copyNumbers: new Map(),
  fusions: [],
  outliers: new Map(),
  biomarkers: [],
  assayed: ledgerLookup(intake().ledger),
  ...more,
});
const untested = factsOf({ assayed: ledgerLookup(nothingTested) });
const withVariant = (words: VariantWords, driver = true, more: Partial<CaseFacts> = {}): CaseFacts => {
  const [one] = small(words);
  if (one === undefined) throw new Error('no variant');
  return factsOf({
    variants: new Map([[one.gene, [{ ...one, driver, exon: lookups.exonOf?.(one.gene, one.change?.start ?? 0) }]]]),
    ...more,
  });
};

describe('profile logic in three values (F003, F019)', () => {
  it('not tested is unknown, never negative', () => {
    expect(answer(mutated('KRAS'), untested)).toMatchObject({
      value: 'unknown',
      missing: [{ gene: 'KRAS', modality: 'small-variant' }],
    });
    expect(answer(mutated('KRAS'), factsOf()).value).toBe('false');
  });

  it('F019 wild type is refused on a gene that was not tested, and stands on one that was', () => {
    const wild = term({ kind: 'wild-type', gene: 'KRAS' });
    expect(answer(wild, untested).value).toBe('unknown');
    expect(answer(wild, factsOf())).toMatchObject({
      value: 'true',
      findingIds: [],
      negatives: ['KRAS small variants: tested, not detected'],
    });
    expect(answer(wild, withVariant({ gene: 'KRAS', protein: 'G12D' })).value).toBe('false');
    expect(answer(wild, withVariant({ gene: 'KRAS', protein: 'A146P' }, false)).value).toBe('unknown');
  });

  it('a negation follows: not mutated is unknown where nothing was tested', () => {
    expect(answer({ op: 'not', of: mutated('KRAS') }, untested).value).toBe('unknown');
    expect(answer({ op: 'not', of: mutated('KRAS') }, factsOf()).value).toBe('true');
    expect(answer({ op: 'not', of: mutated('KRAS') }, withVariant({ gene: 'KRAS', protein: 'G12D' })).value).toBe(
      'false',
    );
  });

  it('and/or: one false part decides an and, one true part an or, else unknown wins', () => {
    const seen = withVariant({ gene: 'EGFR', protein: 'L858R' });
    const met = change('EGFR', 'L858R');
    const raw = term({ kind: 'raw', text: 'something unheard of' });
    expect(answer({ op: 'and', of: [met, change('EGFR', 'T790M')] }, seen).value).toBe('false');
    expect(answer({ op: 'and', of: [met, raw] }, seen).value).toBe('unknown');
    expect(answer({ op: 'or', of: [raw, met] }, seen)).toMatchObject({ value: 'true', specificity: 'exact' });
    expect(answer({ op: 'or', of: [change('EGFR', 'T790M'), raw] }, seen).value).toBe('unknown');
  });

  it('a variant whose protein change is not computed leaves the gene open', () =>
    expect(answer(change('EGFR', 'L858R'), withVariant({ at: ['7', 55_100_000, 'T', 'G'] })).value).toBe('unknown'));

  it('exons, codons and classes of change are met by what they mean', () => {
    const deletion = withVariant({ gene: 'EGFR', protein: 'E746_A750del' });
    const exon = (exons: number[], kind: 'deletion' | 'insertion' | 'mutation') =>
      term({ kind: 'exon', gene: 'EGFR', exons, change: kind });
    expect(answer(exon([19], 'deletion'), deletion)).toMatchObject({ value: 'true', specificity: 'exon' });
    expect(answer(exon([20], 'deletion'), deletion).value).toBe('false');
    expect(answer(exon([20], 'insertion'), withVariant({ gene: 'EGFR', protein: 'D770_N771insG' })).value).toBe('true');
    const codon = term({ kind: 'codon', gene: 'BRAF', codon: 600, residue: 'V' });
    expect(answer(codon, withVariant({ gene: 'BRAF', protein: 'V600K' })).value).toBe('true');
    expect(answer(codon, withVariant({ gene: 'BRAF', protein: 'V600=' })).value).toBe('false');
    expect(answer(codon, withVariant({ gene: 'BRAF', protein: 'K601E' })).value).toBe('false');
  });

  it('a word for the whole gene met by a variant of uncertain significance is limited', () =>
    expect(answer(mutated('KRAS'), withVariant({ gene: 'KRAS', protein: 'A66T' }, false)).limits).toHaveLength(1));

  it('a fusion with any partner needs the gene on its own side', () => {
    const alk = term({ kind: 'fusion', gene3: 'ALK' });
    const fused = (gene5: string, gene3: string) =>
      factsOf({ fusions: fusionsOf([fusion(gene5, gene3)], (gene) => gene).fusions });
    expect(answer(alk, fused('EML4', 'ALK')).value).toBe('true');
    expect(answer(alk, fused('ALK', 'EML4')).value).toBe('false');
    expect(answer(term({ kind: 'fusion', gene5: 'EML4', gene3: 'ALK' }), fused('EML4', 'ALK')).specificity).toBe(
      'exact',
    );
  });
});

const matchOf = (id: string, more: Partial<EvidenceMatch> = {}): EvidenceMatch => ({
  evidenceId: id,
  packId: 'hand-made',
  findingIds: ['f'],
  profileName: id,
  type: 'predictive',
  direction: 'supports',
  significance: 'Sensitivity/Response',
  level: 'B',
  rating: 3,
  disease: 'Lung',
  diseaseMatch: 'same',
  anyCancer: false,
  origin: 'somatic',
  therapies: ['Drug'],
  specificity: 'exact',
  flagged: false,
  limits: [],
  negatives: [],
  citations: [{ type: 'PubMed', id, label: id }],
  trialIds: [],
  url: '',
  ...more,
});

describe('tiers (F016)', () => {
  it.each<[Partial<EvidenceMatch>, string | undefined]>([
    [{ level: 'A' }, 'I-A'],
    [{ level: 'A', diseaseMatch: 'parent', anyCancer: true }, 'I-A'],
    [{ level: 'B', diseaseMatch: 'parent' }, 'I-B'],
    [{ level: 'B', diseaseMatch: 'parent', anyCancer: true }, 'II-C'],
    [{ level: 'A', diseaseMatch: 'other' }, 'II-C'],
    [{ level: 'A', diseaseMatch: 'child' }, 'II-C'],
    [{ level: 'B', diseaseMatch: 'unmapped' }, 'II-C'],
    [{ level: 'C' }, 'II-D'],
    [{ level: 'D', diseaseMatch: 'other' }, 'II-D'],
    [{ level: 'A', significance: 'Resistance' }, 'I-A'],
    [{ level: 'B', type: 'prognostic', significance: 'Poor Outcome' }, 'I-B'],
    [{ level: 'E' }, undefined],
    [{ level: 'A', flagged: true }, undefined],
    [{ level: 'A', direction: 'does-not-support' }, undefined],
    [{ level: 'A', limits: ['uncertain'] }, undefined],
    [{ level: 'A', type: 'functional' }, undefined],
    [{ level: 'B', type: 'prognostic', diseaseMatch: 'other', significance: 'Poor Outcome' }, undefined],
    [{ level: 'A', significance: 'Adverse Response' }, undefined],
  ])('%o weighs %s', (more, weight) => expect(weigh(matchOf('x', more)).weight).toBe(weight));

  it('F016 removing what defines a tier changes it, removing what supports it does not', () => {
    const matches = [
      matchOf('a', { level: 'A' }),
      matchOf('b', { level: 'B' }),
      matchOf('d', { level: 'D', diseaseMatch: 'other' }),
      matchOf('e', { level: 'A', flagged: true }),
    ];
    const call = tierOf(matches);
    expect(call).toMatchObject({ weight: 'I-A', defining: ['a'], supporting: ['b', 'd', 'e'], without: 'I-B' });
    for (const id of call?.supporting ?? [])
      expect(tierOf(matches.filter(({ evidenceId }) => evidenceId !== id))?.weight).toBe('I-A');
    expect(tierOf(matches.filter(({ evidenceId }) => evidenceId !== 'a'))?.weight).toBe('I-B');
  });

  it('F016 several statements of one weight are said to define the tier together', () => {
    const matches = [matchOf('a', { level: 'A' }), matchOf('b', { level: 'A' }), matchOf('c', { level: 'C' })];
    const call = tierOf(matches);
    expect(call).toMatchObject({ defining: ['a', 'b'], without: 'II-D' });
    expect(call?.statement).toContain('without all of them tier II-D');
    expect(tierOf(matches.filter(({ evidenceId }) => evidenceId !== 'a'))?.weight).toBe('I-A');
    expect(tierOf(matches.slice(2))?.weight).toBe('II-D');
  });

  it('a word for the whole gene sets no tier where the change itself is known for the opposite of that treatment', () => {
    const gene = matchOf('gene', { level: 'B', specificity: 'gene', therapies: ['Ceritinib'] });
    const change: Partial<EvidenceMatch> = {
      specificity: 'exact',
      therapies: ['Ceritinib'],
      significance: 'Resistance',
      level: 'D',
    };
    expect(tierOf([gene])?.weight).toBe('I-B');
    expect(tierOf([gene, matchOf('change', change)])).toMatchObject({
      weight: 'II-D',
      defining: ['change'],
      supporting: ['gene'],
    });
    for (const [what, more] of Object.entries<readonly Partial<EvidenceMatch>[]>({
      'another treatment': [{ ...change, therapies: ['Lorlatinib'] }],
      'the change is told both ways': [change, { ...change, significance: 'Sensitivity/Response' }],
      'only elsewhere': [{ ...change, diseaseMatch: 'other' }],
      'the word is as wide': [{ ...change, specificity: 'gene' }],
      flagged: [{ ...change, flagged: true }],
      'of another finding': [{ ...change, findingIds: ['another'] }],
    }))
      expect(tierOf([gene, ...more.map((one, at) => matchOf(`${at}`, one))])?.weight, what).toBe('I-B');
  });

  it('two case-level statements weigh II-C together, only from different publications', () => {
    const cited = (id: string) => [{ type: 'PubMed', id, label: id }];
    expect(tierOf([matchOf('a', { level: 'C' }), matchOf('b', { level: 'C' })])).toMatchObject({
      weight: 'II-C',
      without: undefined,
    });
    expect(
      tierOf([matchOf('a', { level: 'C', citations: cited('1') }), matchOf('b', { level: 'C', citations: cited('1') })])
        ?.weight,
    ).toBe('II-D');
  });

  it('F018 counts for and against the same treatment in comparable disease only', () => {
    const labels = (match: EvidenceMatch) => treatmentsOf(match).map(({ label }) => label);
    const against = matchOf('n', { significance: 'Resistance' });
    expect(conflictOf([matchOf('y'), against], labels)).toMatchObject({ supports: 1, against: 1 });
    expect(conflictOf([matchOf('y'), { ...against, diseaseMatch: 'other' }], labels)).toBeUndefined();
    expect(conflictOf([matchOf('y'), { ...against, therapies: ['Other'] }], labels)).toBeUndefined();
    expect(conflictOf([matchOf('y'), matchOf('z', { direction: 'does-not-support' })], labels)?.against).toBe(1);
    expect(
      conflictOf([matchOf('y'), matchOf('z', { direction: 'does-not-support', significance: 'Resistance' })], labels),
    ).toBeUndefined();
  });
});

describe('what the defining statements say, in words', () => {
  const says = (therapy: string, more: Partial<EvidenceMatch> = {}) =>
    matchOf(therapy, { therapies: [therapy], ...more });
  const resists = (therapy: string, more: Partial<EvidenceMatch> = {}) =>
    says(therapy, { significance: 'Resistance', ...more });
  const told = (matches: EvidenceMatch[], ...approved: string[]) =>
    effectsOf(
      matches,
      approved.map((therapy) => ({ therapies: [therapy], status: 'active' as const })),
    ).map(({ words, treatments }) => `${words} ${treatments.join(', ')}`);

  it('one preclinical response leads no line before three resistances (ALK G1202R, tanespimycin)', () => {
    const preclinical = { level: 'D' as const };
    const resistances = ['Crizotinib', 'Alectinib', 'Ceritinib'].map((name) => resists(name, preclinical));
    expect(told([says('Tanespimycin', preclinical), ...resistances])).toEqual([
      'resistance to Alectinib, Ceritinib, Crizotinib',
      'response to Tanespimycin',
    ]);
  });
  it('an approved treatment comes first, then the better level, then the side of more statements, then response', () => {
    expect(told([resists('Erlotinib'), resists('Gefitinib'), says('Osimertinib')], 'Osimertinib')).toEqual([
      'response to Osimertinib',
      'resistance to Erlotinib, Gefitinib',
    ]);
    expect(told([says('B', { level: 'C' }), resists('A')])).toEqual(['resistance to A', 'response to B']);
    expect(told([says('A'), says('B'), says('B'), says('C')], 'C')).toEqual(['response to C, A, B']);
    expect(told([resists('Erlotinib'), says('Osimertinib')])[0]).toBe('response to Osimertinib');
    expect(told([])).toEqual([]);
  });
});

describe('treatments', () => {
  const of = (therapies: string[], therapyInteraction?: EvidenceMatch['therapyInteraction']) =>
    treatmentsOf({ therapies, ...(therapyInteraction === undefined ? {} : { therapyInteraction }) }).map(
      ({ id }) => id,
    );
  it('never splits a combination, splits substitutes, and takes no order from a sequence: its source lists none', () => {
    expect(of(['Trametinib', 'Dabrafenib'], 'combination')).toEqual(['dabrafenib+trametinib']);
    expect(of(['Trametinib', 'Dabrafenib'])).toEqual(['dabrafenib+trametinib']);
    expect(of(['Gefitinib', 'Erlotinib'], 'substitutes')).toEqual(['erlotinib', 'gefitinib']);
    expect(of(['Neratinib', 'Trastuzumab'], 'sequential')).toEqual(['neratinib>trastuzumab']);
    expect(of(['Trastuzumab', 'Neratinib'], 'sequential')).toEqual(['neratinib>trastuzumab']);
    // One name in a list of several: no comma in it.
    const [sequence] = treatmentsOf({ therapies: ['Trastuzumab', 'Neratinib'], therapyInteraction: 'sequential' });
    expect(sequence?.label).toBe('Neratinib and Trastuzumab in sequence');
  });
  it('one agent has one name', () => {
    expect(of(['Ipilimumab/Nivolumab Regimen'])).toEqual(['ipilimumab+nivolumab']);
    expect(of(['Larotrectinib Regimen'])).toEqual(['larotrectinib']);
    expect(of(['Afatinib Dimaleate', 'Imatinib Mesylate'], 'substitutes')).toContain('imatinib');
    expect(of(['Trastuzumab Deruxtecan'])).toEqual(['trastuzumab deruxtecan']);
  });
});
