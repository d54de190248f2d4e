import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CaseRecord } from '../../../shared/case/case-record.ts';
import type { IntakeDocument } from '../../../shared/case/intake.ts';
import { canonicalJson } from '../../../shared/foundation/canonical.ts';
import type { EvidenceItem, ProfileLogic } from '../../../shared/knowledge/evidence.ts';
import { interpret } from '../../../shared/molecular/interpret.ts';
import { lintProfile } from '../../../shared/molecular/lint.ts';
import { MolecularProfile } from '../../../shared/molecular/profile.ts';
import { assembleOptions } from '../../../shared/therapy/assemble.ts';
import { drugClassLookup } from '../../../shared/therapy/drug-classes.ts';
import { lintOptions } from '../../../shared/therapy/lint.ts';
import { OptionsTable } from '../../../shared/therapy/options.ts';
import type { TherapyKnowledge } from '../../../shared/therapy/therapy-knowledge.ts';
import {
  biomarker,
  change,
  copies,
  fusion,
  intake,
  item,
  knowledge,
  mutated,
  nothingTested,
  record,
  resistance,
  term,
  variant,
} from '../molecular/support/case.ts';

interface Run {
  readonly profile: MolecularProfile;
  readonly table: OptionsTable;
  readonly options: readonly string[];
  readonly excluded: Readonly<Record<string, string>>;
}

function run(
  evidence: readonly EvidenceItem[],
  read: IntakeDocument,
  patient: CaseRecord = record('LUAD'),
  classes: TherapyKnowledge = {},
): Run {
  const profile = MolecularProfile.parse(interpret({ record: patient, intake: read, knowledge: knowledge(evidence) }));
  const table = OptionsTable.parse(assembleOptions({ record: patient, profile, knowledge: classes }));
  expect(lintProfile(profile)).toEqual([]);
  expect(lintOptions(table, profile)).toEqual([]);
  return {
    profile,
    table,
    options: table.options.map(({ id }) => id),
    excluded: Object.fromEntries(table.exclusions.map(({ id, kind }) => [id, kind])),
  };
}
const seen = (...protein: [gene: string, change: string][]): IntakeDocument =>
  intake({
    variants: protein.map(([gene, text]) => variant({ gene, protein: text, consequence: 'missense_variant' })),
  });

const either = (...of: ProfileLogic[]): ProfileLogic => ({ op: 'or', of });

const egfr: EvidenceItem[] = [
  item(either(change('EGFR', 'L858R'), term({ kind: 'exon', gene: 'EGFR', exons: [19], change: 'deletion' })), {
    id: 'EID1',
    therapies: ['Osimertinib'],
  }),
  item(change('EGFR', 'L858R'), { id: 'EID2', therapies: ['Erlotinib'] }),
  item(change('EGFR', 'L858R'), {
    id: 'EID3',
    therapies: ['Gefitinib', 'Afatinib'],
    therapyInteraction: 'substitutes',
  }),
  item(change('EGFR', 'L858R'), {
    id: 'EID4',
    therapies: ['Erlotinib', 'Ramucirumab'],
    therapyInteraction: 'combination',
  }),
  item(change('EGFR', 'T790M'), { id: 'EID5', therapies: ['Osimertinib'] }),
  resistance(change('EGFR', 'T790M'), ['Erlotinib'], { id: 'EID6' }),
  resistance(change('EGFR', 'T790M'), ['Gefitinib'], { id: 'EID7', level: 'B' }),
  item(change('EGFR', 'T790M'), {
    id: 'EID8',
    level: 'C',
    therapies: ['Erlotinib', 'Pemetrexed'],
    therapyInteraction: 'combination',
  }),
  resistance(change('EGFR', 'C797S'), ['Osimertinib'], { id: 'EID9', level: 'B' }),
  resistance(mutated('TP53'), ['Osimertinib'], { id: 'EID10', level: 'B' }),
];

describe('EGFR in lung adenocarcinoma', () => {
  it('L858R alone: osimertinib stands in tier I-A by evidence of the parent type', () => {
    const { profile, table, excluded } = run(egfr, seen(['EGFR', 'L858R']));
    expect(profile.findings[0]).toMatchObject({
      title: 'p.(Leu858Arg)',
      tier: 'I',
      tierCall: { weight: 'I-A', basis: 'therapeutic' },
    });
    expect(table.options.find(({ id }) => id === 'osimertinib')).toMatchObject({
      tier: 'I',
      weight: 'I-A',
      diseaseMatch: 'parent',
      supporting: ['EID1'],
    });
    expect(excluded).toEqual({});
    // Substitutes are treatments of their own, never one called "Gefitinib, Afatinib".
    expect(table.options.map(({ label }) => label)).toEqual(
      expect.arrayContaining(['Gefitinib', 'Afatinib', 'Erlotinib + Ramucirumab']),
    );
  });

  it('F045 T790M beside it: erlotinib and gefitinib cannot be options, nor a combination that holds them', () => {
    const { options, excluded, table } = run(egfr, seen(['EGFR', 'L858R'], ['EGFR', 'T790M']));
    expect(excluded).toEqual({
      erlotinib: 'resistance',
      gefitinib: 'resistance',
      'erlotinib+ramucirumab': 'resistance',
    });
    expect(options).toContain('osimertinib');
    expect(options).toContain('afatinib');
    // Its own evidence rests on T790M, so it does not fall with erlotinib.
    expect(options).toContain('erlotinib+pemetrexed');
    expect(table.exclusions.find(({ id }) => id === 'gefitinib')).toMatchObject({ evidence: ['EID7'], bestLevel: 'B' });
    expect(table.exclusions[0]?.reason).toContain('EGFR p.(Thr790Met)');
  });

  it('C797S takes osimertinib off the table although its evidence is of a better level', () => {
    const { options, excluded } = run(egfr, seen(['EGFR', 'L858R'], ['EGFR', 'T790M'], ['EGFR', 'C797S']));
    expect(excluded.osimertinib).toBe('resistance');
    expect(options).not.toContain('osimertinib');
  });

  it('F018 weaker resistance by another gene does not exclude: it stands as a conflict and lowers the rank', () => {
    const { table } = run(
      [...egfr, item(change('EGFR', 'L858R'), { id: 'EID11', therapies: ['Lazertinib'] })],
      seen(['EGFR', 'L858R'], ['TP53', 'R175H']),
    );
    const ids = table.options.map(({ id }) => id);
    expect(table.options.find(({ id }) => id === 'osimertinib')?.conflict).toMatchObject({
      supports: 1,
      against: 1,
    });
    expect(ids.indexOf('osimertinib')).toBeGreaterThan(ids.indexOf('lazertinib'));
  });

  it('F010 the same change under the sibling and the parent code', () => {
    const { profile } = run(
      [item(change('EGFR', 'L858R'), { codes: ['LUAD'], therapies: ['Drug'] })],
      seen(['EGFR', 'L858R']),
    );
    expect(profile.findings[0]?.tierElsewhere).toEqual([
      { oncotreeCode: 'LUSC', tier: 'II', reason: expect.stringContaining('II-C') },
      { oncotreeCode: 'NSCLC', tier: 'II', reason: expect.stringContaining('II-C') },
    ]);
  });
});

describe('colorectal cancer', () => {
  const crc = { codes: ['COADREAD'] };
  const evidence = [
    resistance(mutated('KRAS'), ['Cetuximab', 'Panitumumab'], {
      ...crc,
      id: 'EID20',
      therapyInteraction: 'substitutes',
    }),
    item(term({ kind: 'wild-type', gene: 'KRAS' }), { ...crc, id: 'EID21', level: 'B', therapies: ['Cetuximab'] }),
    item(change('KRAS', 'G12C'), {
      ...crc,
      id: 'EID22',
      therapies: ['Adagrasib', 'Cetuximab'],
      therapyInteraction: 'combination',
    }),
    item(change('BRAF', 'V600E'), {
      ...crc,
      id: 'EID23',
      therapies: ['Encorafenib', 'Cetuximab'],
      therapyInteraction: 'combination',
    }),
    item(change('BRAF', 'V600E'), {
      ...crc,
      id: 'EID24',
      level: 'B',
      therapies: ['Vemurafenib'],
      direction: 'does-not-support',
    }),
    item(change('BRAF', 'V600E'), { codes: ['MEL'], id: 'EID25', therapies: ['Vemurafenib'] }),
    item(change('BRAF', 'V600E'), {
      codes: ['MEL'],
      id: 'EID26',
      therapies: ['Trametinib', 'Dabrafenib'],
      therapyInteraction: 'combination',
    }),
    item(term({ kind: 'biomarker', name: 'MSI-high' }), { ...crc, id: 'EID27', therapies: ['Pembrolizumab'] }),
    item(term({ kind: 'biomarker', name: 'TMB-high' }), {
      codes: ['TISSUE'],
      id: 'EID28',
      level: 'B',
      therapies: ['Pembrolizumab'],
    }),
  ];
  const colon = record('COAD');

  it('F045 KRAS mutated: cetuximab and panitumumab excluded; the combination proven on that very change stands', () => {
    const { options, excluded } = run(evidence, seen(['KRAS', 'G12C']), colon);
    expect(excluded).toEqual({ cetuximab: 'resistance', panitumumab: 'resistance' });
    expect(options).toEqual(['adagrasib+cetuximab']);
  });

  it('F019 KRAS not tested: wild type is unknown, so no claim; the table says what testing would change', () => {
    const { options, excluded, table } = run(evidence, intake({ ledger: nothingTested }), colon);
    expect(options).toEqual([]);
    expect(excluded).toEqual({});
    const kras = table.wouldChange.find(({ gene }) => gene === 'KRAS');
    expect(kras).toMatchObject({
      modality: 'small-variant',
      adds: expect.arrayContaining(['Cetuximab']),
      excludes: ['Cetuximab', 'Panitumumab'],
    });
    expect(kras?.text).toContain('not assayed');
  });

  it('KRAS tested and not detected: cetuximab is an option because of it', () => {
    const { table } = run(evidence, intake(), colon);
    const option = table.options.find(({ id }) => id === 'cetuximab');
    expect(option?.because[0]?.text).toContain('KRAS small variants: tested, not detected');
  });

  it('BRAF V600E is not melanoma: vemurafenib excluded, encorafenib + cetuximab first', () => {
    const { options, excluded } = run(evidence, seen(['BRAF', 'V600E']), colon);
    expect(excluded).toEqual({ vemurafenib: 'does-not-support' });
    expect(options[0]).toBe('cetuximab+encorafenib');
    expect(options).toContain('dabrafenib+trametinib');
  });

  it('F045 less benefit from chemotherapy below guideline level warns and excludes nothing; a guideline excludes', () => {
    const drugClass = drugClassLookup(
      [
        { agent: 'Irinotecan', classes: ['Topoisomerase I inhibition'] },
        { agent: 'Bevacizumab', classes: ['VEGF inhibition'] },
        { agent: 'Sacituzumab govitecan', classes: ['Topoisomerase inhibition'] },
        { agent: 'Cetuximab', classes: ['EGFR inhibition'] },
      ],
      'table',
    );
    const at = (therapies: string[], level: 'A' | 'B') =>
      run([resistance(change('BRAF', 'V600E'), therapies, { ...crc, level })], seen(['BRAF', 'V600E']), colon, {
        drugClass,
      });
    for (const agents of [['Irinotecan'], ['Bevacizumab', 'FOLFOX-4'], ['Chemotherapy']]) {
      const { excluded, table } = at(agents, 'B');
      expect(excluded).toEqual({});
      expect(table.lessBenefit).toMatchObject([
        { bestLevel: 'B', text: expect.stringContaining('BRAF p.(Val600Glu): less benefit reported in') },
      ]);
      expect(Object.values(at(agents, 'A').excluded)).toEqual(['resistance']);
    }
    // Aimed at a target, with chemotherapy or as its carrier, or not in the table: level B excludes as before.
    for (const agents of [['Cetuximab'], ['Cetuximab', 'Irinotecan'], ['Sacituzumab govitecan'], ['Newdrug']])
      expect(at(agents, 'B')).toMatchObject({ table: { lessBenefit: [] }, options: [] });
    for (const agents of [['Cetuximab'], ['Cetuximab', 'Irinotecan'], ['Sacituzumab govitecan'], ['Newdrug']])
      expect(Object.values(at(agents, 'B').excluded)).toEqual(['resistance']);
  });

  it('BRAF V600E in melanoma: dabrafenib + trametinib as one combination, in tier I, never split', () => {
    const { options, table } = run(evidence, seen(['BRAF', 'V600E']), record('SKCM'));
    expect(table.options.find(({ id }) => id === 'dabrafenib+trametinib')).toMatchObject({
      tier: 'I',
      agents: ['Dabrafenib', 'Trametinib'],
    });
    expect(options).not.toContain('dabrafenib');
    expect(options).not.toContain('trametinib');
  });

  it('MSI-high: pembrolizumab in tier I; TMB from a small panel adds nothing', () => {
    const { profile, table } = run(evidence, intake({ biomarkers: [biomarker('MSI', 'MSI-H')] }), colon);
    expect(table.options[0]).toMatchObject({ id: 'pembrolizumab', tier: 'I', supporting: ['EID27'] });
    expect(profile.findings[0]).toMatchObject({ kind: 'biomarker', tier: 'I' });
    const panel = record('COAD', {
      assays: [
        { id: 'a1', name: 'Panel', specimenId: 's1', modalities: ['biomarkers'], scope: 'panel', sizeMegabases: 0.3 },
      ],
    });
    const small = run(evidence, intake({ biomarkers: [biomarker('TMB', 40)] }), panel);
    expect(small.options).toEqual(['cetuximab']);
    expect(small.profile.findings[0]).toMatchObject({ title: 'TMB: not valid', state: 'failed-qc', needsYou: true });
  });
});

describe('other alterations', () => {
  it('germline BRCA1 in ovarian cancer: olaparib; the same change called in the tumor only sets no tier by germline evidence', () => {
    const evidence = [item(mutated('BRCA1'), { codes: ['OVARY'], origin: 'germline', therapies: ['Olaparib'] })];
    const with_ = (origin: 'germline' | 'somatic') =>
      run(
        evidence,
        intake({ variants: [variant({ gene: 'BRCA1', protein: 'R1443*', consequence: 'stop_gained', origin })] }),
        record('HGSOC'),
      );
    expect(with_('germline').table.options[0]).toMatchObject({ id: 'olaparib', tier: 'I' });
    expect(with_('germline').profile.findings[0]?.origin).toBe('germline');
    expect(with_('somatic').options).toEqual([]);
    expect(with_('somatic').profile.evidence[0]?.limits[0]).toContain('germline');
  });

  it('F045 a second change that restores the frame of BRCA1 takes PARP inhibitors and platinum off the table, with its source', () => {
    const brca = mutated('BRCA1');
    const evidence = ['Olaparib', 'Carboplatin', 'Paclitaxel'].map((drug) =>
      item(brca, { id: drug, therapies: [drug], codes: ['OVT'], origin: 'mixed' }),
    );
    const first = variant({
      gene: 'BRCA1',
      protein: 'p.Glu23ValfsTer17',
      coding: 'c.68_69del',
      consequence: 'frameshift_variant',
      at: ['17', 43_124_027, 'ACT', 'A'],
      origin: 'germline',
      file: 'files/germline.vcf',
    });
    const second = (at: [string, number, string, string], consequence = 'frameshift_variant') =>
      variant({ gene: 'BRCA1', protein: 'p.Asn16fs', consequence, at });
    const germline = record('HGSOC', { consents: [{ purpose: 'germline', granted: true }] });
    const found = (...more: ReturnType<typeof second>[]) =>
      run(evidence, intake({ variants: [first, ...more] }), germline);
    expect(found().options).toEqual(expect.arrayContaining(['olaparib', 'carboplatin', 'paclitaxel']));
    const reverted = found(second(['17', 43_124_050, 'G', 'GAC']));
    expect(reverted.excluded).toEqual({ olaparib: 'resistance', carboplatin: 'resistance' });
    expect(reverted.options).toEqual(['paclitaxel']);
    expect(reverted.table.exclusions[0]).toMatchObject({
      reason: expect.stringContaining('Possible reversion of BRCA1'),
      cites: expect.arrayContaining([expect.stringContaining('Cancer Discov 2019;9:210')]),
    });
    // A shift that leaves the frame broken, one too far away, and one that is inherited too restore nothing.
    for (const other of [
      second(['17', 43_124_050, 'G', 'GA']),
      second(['17', 43_106_480, 'G', 'GAC']),
      { ...second(['17', 43_124_050, 'G', 'GAC']), origin: 'germline' as const, file: 'files/germline.vcf' },
    ])
      expect(found(other).excluded).toEqual({});
  });

  it('HER2 amplified and HER2-low are not one: trastuzumab needs the first, a statement on HER2-low never meets it', () => {
    const evidence = [
      item(term({ kind: 'amplification', gene: 'ERBB2' }), {
        id: 'POS',
        therapies: ['Trastuzumab'],
        codes: ['BREAST'],
      }),
    ];
    const breast = (her2: string) =>
      record('BRCA', { diagnosis: { oncotreeCode: 'BRCA', name: 'Breast', attributes: { her2 } } });
    expect(run(evidence, intake({ copyNumbers: [copies('ERBB2', 18)] }), breast('positive')).options).toEqual([
      'trastuzumab',
    ]);
    for (const her2 of ['low', 'negative'])
      expect(run(evidence, intake({ copyNumbers: [copies('ERBB2', 2)] }), breast(her2)).options).toEqual([]);
    // A statement on HER2-positive disease is not on HER2-low disease, whatever else the tumor carries.
    const positive = item(change('PIK3CA', 'H1047R'), {
      id: 'PIK',
      therapies: ['Drug'],
      codes: ['BREAST'],
      level: 'B',
    });
    const ofPositive: EvidenceItem = {
      ...positive,
      disease: { ...positive.disease, conditions: [{ attribute: 'her2', value: 'positive' }] },
    };
    const pik3ca = (her2: string) => run([ofPositive], seen(['PIK3CA', 'H1047R']), breast(her2)).table.options[0];
    expect(pik3ca('3+')).toMatchObject({ diseaseMatch: 'parent' });
    expect(pik3ca('low')).toMatchObject({ diseaseMatch: 'other' });
    expect(pik3ca('negative')).toMatchObject({ diseaseMatch: 'other' });
  });

  it('F054 an EGFR exon that failed is the next best test: a retest could add what its change would open', () => {
    const evidence = [
      item(term({ kind: 'exon', gene: 'EGFR', exons: [19], change: 'deletion' }), { therapies: ['Osimertinib'] }),
      item(change('KRAS', 'G12C'), { therapies: ['Sotorasib'], level: 'B' }),
    ];
    const failed = intake({
      ledger: {
        ...intake().ledger,
        entries: [
          {
            gene: 'EGFR',
            states: {
              'small-variant': { state: 'failed-qc', assayIds: ['a1'], reason: 'exon 19: depth under 50' },
            },
          },
        ],
      },
    });
    const { table } = run(evidence, failed);
    expect(table.wouldChange[0]).toMatchObject({ gene: 'EGFR', modality: 'small-variant', adds: ['Osimertinib'] });
    expect(table.wouldChange[0]?.text).toContain('EGFR');
    expect(run(evidence, intake()).table.wouldChange).toEqual([]);
  });

  it('a missense variant of uncertain significance in BRCA1 opens no option by a word for the whole gene', () => {
    const evidence = [item(mutated('BRCA1'), { codes: ['OVARY'], therapies: ['Olaparib'] })];
    const { options, profile, table } = run(evidence, seen(['BRCA1', 'S1613G']), record('HGSOC'));
    expect(options).toEqual([]);
    expect(profile.findings[0]).toMatchObject({ tier: 'III', tierDefining: [] });
    expect(profile.findings[0]?.whyHere).toContain('uncertain significance');
    expect(table.accounting).toMatchObject({ considered: 1, used: 0 });
  });

  it('ALK fusion by any partner; the reciprocal is flagged for its orientation and tiers nothing', () => {
    const evidence = [item(term({ kind: 'fusion', gene3: 'ALK' }), { therapies: ['Alectinib'] })];
    expect(run(evidence, intake({ fusions: [fusion('EML4', 'ALK')] })).options).toEqual(['alectinib']);
    const reciprocal = run(evidence, intake({ fusions: [fusion('ALK', 'EML4')] }));
    expect(reciprocal.options).toEqual([]);
    expect(run(evidence, intake({ fusions: [fusion('EML4', 'ALK', { inFrame: false })] })).options).toEqual([]);
  });

  it('ERBB2 amplification from a gene table under an old name', () => {
    const evidence = [
      item(term({ kind: 'amplification', gene: 'ERBB2' }), { codes: ['BRCA'], therapies: ['Trastuzumab'] }),
    ];
    const amplified = run(evidence, intake({ copyNumbers: [copies('HER2', 12)] }), record('BRCA'));
    expect(amplified.options).toEqual(['trastuzumab']);
    expect(amplified.profile.findings[0]).toMatchObject({
      gene: 'ERBB2',
      title: 'amplification (12 copies)',
      kind: 'amplification',
    });
    expect(run(evidence, intake({ copyNumbers: [copies('ERBB2', 5)] }), record('BRCA')).options).toEqual([]);
  });

  it('preclinical evidence and case reports of other tumor types make no option, and are counted', () => {
    const evidence = [
      item(change('KRAS', 'G12C'), { level: 'D', therapies: ['A'] }),
      item(change('KRAS', 'G12C'), { level: 'C', codes: ['MEL'], therapies: ['B'] }),
      item(change('KRAS', 'G12C'), { level: 'A', flagged: true, therapies: ['C'] }),
      item(change('KRAS', 'G12C'), { level: 'C', therapies: ['D'] }),
    ];
    const { options, table } = run(evidence, seen(['KRAS', 'G12C']));
    expect(options).toEqual(['d']);
    expect(table.accounting).toMatchObject({
      considered: 4,
      used: 1,
      unused: [{ count: 1 }, { count: 1 }, { count: 1 }],
    });
  });
});

describe('prior lines, allergies, conflicts (F056, F018)', () => {
  const evidence = [
    item(change('EGFR', 'L858R'), { id: 'EID40', therapies: ['Osimertinib'], rating: 5 }),
    item(change('EGFR', 'L858R'), { id: 'EID41', therapies: ['Dacomitinib'], rating: 1 }),
    item(change('EGFR', 'L858R'), {
      id: 'EID42',
      therapies: ['Osimertinib', 'Pemetrexed'],
      therapyInteraction: 'combination',
      level: 'B',
    }),
  ];
  const line = (more: Record<string, unknown>) =>
    record('LUAD', { therapyLines: [{ line: 1, agents: ['osimertinib'], ...more }] });

  it('F056 a treatment used before goes behind what was not, with what came of it', () => {
    const { table } = run(
      evidence,
      seen(['EGFR', 'L858R']),
      line({ bestResponse: 'PR', reasonEnded: 'progression after 14 months' }),
    );
    expect(table.options.map(({ id }) => id)).toEqual(['dacomitinib', 'osimertinib+pemetrexed', 'osimertinib']);
    expect(table.options[2]?.prior).toEqual({
      line: 1,
      response: 'PR',
      how: 'used',
      text: 'Used in line 1: best response PR, ended: progression after 14 months.',
    });
    expect(table.options[1]?.prior?.text).toContain('Holds Osimertinib, used in line 1');
    expect(table.absent[0]?.section).toBe('class effect');
  });

  it('F056 progression as best response excludes it', () => {
    const { excluded } = run(evidence, seen(['EGFR', 'L858R']), line({ bestResponse: 'PD' }));
    expect(excluded).toEqual({ osimertinib: 'failed-before' });
  });

  it('an allergy excludes every treatment that holds the agent', () => {
    const { excluded, options } = run(
      evidence,
      seen(['EGFR', 'L858R']),
      record('LUAD', { allergies: ['Osimertinib: anaphylaxis'] }),
    );
    expect(excluded).toEqual({ osimertinib: 'allergy', 'osimertinib+pemetrexed': 'allergy' });
    expect(options).toEqual(['dacomitinib']);
  });

  it('F018 fifty for and fifty against never outranks fifty that agree', () => {
    const fifty = (therapies: string[], significance: string, start: number) =>
      Array.from({ length: 50 }, (_, index) =>
        item(change('EGFR', 'L858R'), {
          id: `EID${start + index}`,
          level: 'B',
          therapies,
          significance,
          rating: therapies[0] === 'Disputed' ? 5 : 1,
        }),
      );
    const { options, excluded, profile } = run(
      [
        ...fifty(['Disputed'], 'Sensitivity/Response', 1000),
        ...fifty(['Disputed'], 'Resistance', 2000),
        ...fifty(['Agreed'], 'Sensitivity/Response', 3000),
      ],
      seen(['EGFR', 'L858R']),
    );
    expect(options).toEqual(['agreed']);
    expect(excluded).toEqual({ disputed: 'resistance' });
    expect(profile.findings[0]?.conflict).toMatchObject({ supports: 50, against: 50 });
    // One against fifty is a conflict that is shown, not a verdict.
    const mostly = run(
      [
        ...fifty(['Disputed'], 'Sensitivity/Response', 1000),
        ...fifty(['Disputed'], 'Resistance', 2000).slice(0, 1),
        ...fifty(['Agreed'], 'Sensitivity/Response', 3000),
      ],
      seen(['EGFR', 'L858R']),
    );
    expect(mostly.options).toEqual(['agreed', 'disputed']);
  });
});

describe('rules of truth', () => {
  it('R25 genes that matter are said to be tested and not detected, not assayed, or failed', () => {
    const evidence = [
      item(mutated('EGFR'), { therapies: ['X'] }),
      item(term({ kind: 'fusion', gene3: 'ALK' }), { therapies: ['Y'] }),
      item(mutated('KRAS'), { therapies: ['Z'] }),
    ];
    const { profile } = run(
      evidence,
      intake({
        ledger: {
          entries: [
            {
              gene: 'KRAS',
              states: { 'small-variant': { state: 'failed-qc', assayIds: ['a1'], reason: 'exon 2 failed' } },
            },
          ],
          defaults: { 'small-variant': { state: 'tested-not-detected', assayIds: ['a1'] } },
        },
      }),
    );
    expect(profile.pertinent.map(({ gene, modality, state }) => [gene, modality, state])).toEqual([
      ['ALK', 'fusion', 'not-assayed'],
      ['EGFR', 'small-variant', 'tested-not-detected'],
      ['KRAS', 'small-variant', 'failed-qc'],
    ]);
    expect(JSON.stringify(profile)).not.toMatch(/wild.?type/i);
  });

  it('F005 what is not listed is counted by its rule, and germline findings without consent are withheld whole', () => {
    const evidence = [
      item(change('TP53', 'R175H'), {
        type: 'predisposing',
        significance: 'Predisposition',
        origin: 'germline',
        level: 'C',
      }),
    ];
    const variants = [
      variant({ gene: 'EGFR', protein: 'L858R', consequence: 'missense_variant' }),
      variant({ gene: 'EGFR', protein: 'Q787=', consequence: 'synonymous_variant' }),
      variant({ gene: 'OR5', protein: 'A10T', consequence: 'missense_variant' }),
      variant({ gene: 'KRAS', protein: 'A66T', consequence: 'missense_variant', frequency: 0.2 }),
      variant({ gene: 'TP53', protein: 'R175H', consequence: 'missense_variant', origin: 'germline' }),
    ];
    const closed = run(evidence, intake({ variants }));
    expect(closed.profile.findings.map(({ gene }) => gene)).toEqual(['EGFR']);
    const folded = closed.profile.listed.folded.reduce((sum, { count }) => sum + count, 0);
    expect(closed.profile.listed.shown + folded).toBe(variants.length);
    expect(JSON.stringify(closed.profile)).not.toContain('TP53');
    const open = run(
      evidence,
      intake({ variants }),
      record('LUAD', { consents: [{ purpose: 'Secondary findings', granted: true }] }),
    );
    expect(open.profile.findings.map(({ gene }) => gene)).toContain('TP53');
  });

  it('metamorphic: shuffled rows, shuffled evidence and a chr prefix change nothing', () => {
    const rows = [
      variant({ gene: 'EGFR', protein: 'L858R', consequence: 'missense_variant', at: ['7', 55_191_822, 'T', 'G'] }),
      variant({
        gene: 'EGFR',
        protein: 'p.Leu858Arg',
        consequence: 'missense_variant',
        at: ['7', 55_191_822, 'T', 'G'],
        file: 'second.maf',
      }),
      variant({ gene: 'EGFR', protein: 'T790M', consequence: 'missense_variant', at: ['7', 55_181_378, 'C', 'T'] }),
      variant({ gene: 'TP53', protein: 'R175H', consequence: 'missense_variant', at: ['17', 7_675_088, 'C', 'T'] }),
      variant({ gene: 'RB1', protein: 'R320*', consequence: 'stop_gained', at: ['13', 48_367_512, 'C', 'T'] }),
    ];
    const whole = (variants: typeof rows, evidence: readonly EvidenceItem[], more: Partial<IntakeDocument> = {}) => {
      const { profile, table } = run(evidence, intake({ variants, ...more }));
      return canonicalJson({ profile, table });
    };
    const read = {
      fusions: [fusion('EML4', 'ALK'), fusion('KIF5B', 'RET')],
      copyNumbers: [copies('EGFR', 8), copies('RB1', 0)],
    };
    const expected = whole(rows, egfr, read);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(rows, { minLength: rows.length }),
        fc.shuffledSubarray(egfr, { minLength: egfr.length }),
        fc.boolean(),
        (shuffled, evidence, chr) => {
          const variants = shuffled.map((row) => (chr ? { ...row, chromosome: `chr${row.chromosome}` } : row));
          const reversed = { fusions: read.fusions.toReversed(), copyNumbers: read.copyNumbers.toReversed() };
          expect(whole(variants, evidence, chr ? reversed : read)).toBe(expected);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('F029 planted contradictions are found', () => {
    const { profile, table } = run(egfr, seen(['EGFR', 'L858R'], ['TP53', 'R175H']));
    const [first, second] = profile.findings;
    if (first === undefined || second === undefined) throw new Error('two findings expected');
    const twice = { ...profile, findings: [...profile.findings, { ...first, id: 'other', tier: 'II' as const }] };
    expect(lintProfile(twice).join('\n')).toMatch(
      /more than one tier[\s\S]*more than one finding|more than one finding[\s\S]*more than one tier/,
    );
    expect(lintProfile({ ...profile, findings: [first, first] }).join()).toContain('stands 2 times');
    const { tierCall: _, ...bare } = second;
    const benign = {
      ...bare,
      tier: 'I' as const,
      tierDefining: [],
      oncogenicity: { class: 'benign' as const, points: -8, criteria: [] },
    };
    expect(lintProfile({ ...profile, findings: [benign] })).toHaveLength(2);
    const [option] = table.options;
    if (option === undefined) throw new Error('an option expected');
    const both = {
      ...table,
      exclusions: [
        {
          id: option.id,
          agents: option.agents,
          label: option.label,
          kind: 'allergy' as const,
          reason: 'x',
          findingIds: [],
          evidence: [],
        },
      ],
    };
    expect(lintOptions(both, profile).join()).toContain('is an option and excluded');
    expect(lintOptions({ ...table, options: [{ ...option, supporting: [] }] }, profile).join()).toContain(
      'without a statement',
    );
    expect(lintOptions({ ...table, accounting: { ...table.accounting, considered: 99 } }, profile).join()).toContain(
      'accounted for',
    );
  });

  it('no look-up, no claim: without packs the profile says what is absent and the table is empty', () => {
    const profile = interpret({
      record: record('LUAD'),
      intake: seen(['EGFR', 'L858R']),
      knowledge: {
        packs: [],
        absent: [{ section: 'evidence', reason: 'the evidence pack is missing' }],
        evidence: [],
        evidencePack: '',
        symbol: (gene) => gene,
        tumorType: () => undefined,
        relatives: () => [],
        diseaseDistance: () => ({ match: 'unmapped', steps: 99, anyCancer: false }),
      },
    });
    expect(profile.absent.map(({ section }) => section)).toEqual(['evidence', 'tumor type']);
    const table = assembleOptions({ record: record('LUAD'), profile, knowledge: {} });
    expect(table).toMatchObject({ options: [], exclusions: [], absent: [{ section: 'options' }] });
  });
});
