/** Patients a board sees, against the shipped packs: tier, options, exclusions as a molecular pathologist expects them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { interpret } from '../../../electron/molecular/index.ts';
import { assembleOptions } from '../../../electron/therapy/index.ts';
import type { CaseRecord, GenomeBuild } from '../../../shared/case/case-record.ts';
import type { IntakeDocument, ObservedVariant } from '../../../shared/case/intake.ts';
import { lintProfile } from '../../../shared/molecular/lint.ts';
import { MolecularProfile } from '../../../shared/molecular/profile.ts';
import { lintOptions } from '../../../shared/therapy/lint.ts';
import { OptionsTable } from '../../../shared/therapy/options.ts';
import { outside, outsideTitle } from '../../support/outside.ts';
import { biomarker, copies, fusion, intake, nothingTested, record, variant } from '../molecular/support/case.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));

/** Un-annotated changes by their coordinates on GRCh38. */
const on38 = (...at: [string, number, string, string]): ObservedVariant => variant({ at });
const change = {
  egfrL858R: () => on38('7', 55_191_822, 'T', 'G'),
  egfrExon19: () => on38('7', 55_174_771, 'AGGAATTAAGAGAAGC', 'A'),
  egfrT790M: () => on38('7', 55_181_378, 'C', 'T'),
  egfrC797S: () => on38('7', 55_181_398, 'T', 'A'),
  brafV600E: () => on38('7', 140_753_336, 'A', 'T'),
  krasG12C: () => on38('12', 25_245_351, 'C', 'A'),
  krasG12D: () => on38('12', 25_245_350, 'C', 'T'),
  tp53R175H: () => on38('17', 7_675_088, 'C', 'T'),
  pik3caH1047R: () => on38('3', 179_234_297, 'A', 'G'),
  metExon14: () => on38('7', 116_771_990, 'G', 'T'),
};
const brca1 = (origin: 'germline' | 'somatic') => variant({ at: ['17', 43_124_027, 'ACT', 'A'], origin });

function board(patient: CaseRecord, found: Partial<IntakeDocument>) {
  const document = intake(found);
  const profile = MolecularProfile.parse(interpret(patient, document, packs));
  const options = OptionsTable.parse(assembleOptions(patient, document, profile, packs));
  expect(lintProfile(profile)).toEqual([]);
  expect(lintOptions(options, profile)).toEqual([]);
  const tier = (gene: string) => profile.findings.find((finding) => finding.gene === gene)?.tierCall?.weight;
  return {
    profile,
    options,
    tier,
    finding: (gene: string, title?: string) =>
      profile.findings.find((one) => one.gene === gene && (title === undefined || one.title.includes(title))),
    offered: options.options.map(({ id }) => id),
    excluded: options.exclusions.map(({ id }) => id),
    option: (id: string) => options.options.find((one) => one.id === id),
    exclusion: (id: string) => options.exclusions.find((one) => one.id === id),
  };
}

describe('lung', () => {
  it('EGFR L858R: osimertinib and its kin, tier I-A', () => {
    const { tier, offered, finding } = board(record('LUAD'), { variants: [change.egfrL858R()] });
    expect(tier('EGFR')).toBe('I-A');
    expect(finding('EGFR')).toMatchObject({ hgvsProtein: 'p.(Leu858Arg)', proteinChangeSource: 'computed' });
    expect(finding('EGFR')?.oncogenicity?.class).toBe('likely-oncogenic');
    for (const drug of ['osimertinib', 'erlotinib', 'gefitinib', 'afatinib', 'dacomitinib'])
      expect(offered).toContain(drug);
  });

  it('F045 EGFR L858R with T790M: every earlier inhibitor is excluded by T790M, osimertinib leads', () => {
    const { offered, excluded, exclusion, tier } = board(record('LUAD'), {
      variants: [change.egfrL858R(), change.egfrT790M(), change.tp53R175H()],
    });
    expect(offered[0]).toBe('osimertinib');
    for (const drug of ['erlotinib', 'gefitinib', 'afatinib', 'dacomitinib']) {
      expect(excluded).toContain(drug);
      expect(offered).not.toContain(drug);
      expect(exclusion(drug)?.findingIds).toEqual(['somatic:EGFR:T790M']);
    }
    expect(tier('EGFR')).toBe('I-A');
    // A word for the whole gene from leukemia makes nothing of TP53 in a lung.
    expect(tier('TP53')).toBe('II-D');
    expect(offered.some((id) => id.includes('alemtuzumab'))).toBe(false);
  });

  it('F045 EGFR exon 19 deletion with T790M and C797S: osimertinib falls too, alone and in combination', () => {
    const { offered, exclusion } = board(record('LUAD'), {
      variants: [change.egfrExon19(), change.egfrT790M(), change.egfrC797S()],
    });
    expect(exclusion('osimertinib')).toMatchObject({ kind: 'resistance' });
    expect(offered.filter((id) => id.includes('osimertinib'))).toEqual([]);
    expect(offered.filter((id) => /erlotinib|gefitinib|dacomitinib/.test(id) && !id.includes('+'))).toEqual([]);
  });

  it('EML4::ALK: alectinib and its kin, tier I-A, by the word for any partner', () => {
    const { offered, finding, option } = board(record('LUAD'), { fusions: [fusion('EML4', 'ALK')] });
    expect(finding('ALK')).toMatchObject({ title: 'EML4::ALK', tierCall: { weight: 'I-A' } });
    for (const drug of ['alectinib', 'brigatinib', 'crizotinib']) expect(offered).toContain(drug);
    expect(option('alectinib')?.weight).toBe('I-A');
  });

  it('F018 F045 EML4::ALK with G1202R: crizotinib excluded, lorlatinib leads, its elders stand behind with the reason', () => {
    const { offered, exclusion, option } = board(record('LUAD'), {
      fusions: [fusion('EML4', 'ALK')],
      variants: [variant({ gene: 'ALK', protein: 'p.Gly1202Arg', consequence: 'missense_variant' })],
    });
    expect(exclusion('crizotinib')).toMatchObject({ kind: 'resistance', bestLevel: 'C' });
    expect(offered[0]).toBe('lorlatinib');
    for (const drug of ['ceritinib', 'brigatinib', 'alectinib']) {
      expect(offered.indexOf(drug)).toBeGreaterThan(offered.indexOf('lorlatinib'));
      expect(option(drug)?.conflict?.statement).toContain('ALK p.(Gly1202Arg), which none of those for it considers');
    }
    expect(option('lorlatinib')?.conflict).toBeUndefined();
  });

  it('MET splice site of exon 14, by coordinate and as a MAF writes it: capmatinib', () => {
    const byPlace = board(record('LUAD'), { variants: [change.metExon14()] });
    expect(byPlace.tier('MET')).toBe('I-A');
    expect(byPlace.offered).toContain('capmatinib');
    const byWord = board(record('LUAD'), {
      variants: [variant({ gene: 'MET', protein: 'p.X1010_splice', consequence: 'Splice_Site' })],
    });
    expect(byWord.offered).toContain('capmatinib');
    const exon13 = board(record('LUAD'), {
      variants: [variant({ gene: 'MET', coding: 'c.2887+1G>A', consequence: 'splice_donor_variant' })],
    });
    expect(exon13.offered).not.toContain('capmatinib');
  });

  it('KRAS G12C: sotorasib I-A here, with cetuximab only by evidence from the colon', () => {
    const { option, excluded } = board(record('LUAD'), { variants: [change.krasG12C()] });
    expect(option('sotorasib')).toMatchObject({ weight: 'I-A', diseaseMatch: 'parent' });
    expect(option('adagrasib+cetuximab')).toMatchObject({ weight: 'II-C', diseaseMatch: 'other' });
    expect(excluded).toContain('erlotinib');
  });
});

describe('skin and bowel', () => {
  it('one change, two tumors: BRAF V600E is vemurafenib’s in melanoma and never alone in the colon', () => {
    const melanoma = board(record('SKCM'), { variants: [change.brafV600E()] });
    expect(melanoma.option('dabrafenib+trametinib')).toMatchObject({ weight: 'I-A', diseaseMatch: 'same' });
    expect(melanoma.option('vemurafenib')?.weight).toBe('I-A');
    // What is approved together goes before what it holds alone, and says so.
    const order = melanoma.offered;
    for (const [whole, part] of [
      ['cobimetinib+vemurafenib', 'vemurafenib'],
      ['dabrafenib+trametinib', 'dabrafenib'],
      ['dabrafenib+trametinib', 'trametinib'],
    ] as const)
      expect(order.indexOf(whole)).toBeLessThan(order.indexOf(part));
    expect(melanoma.option('vemurafenib')?.rank.at(-1)).toEqual({
      key: 'whole and part',
      value: expect.stringMatching(/^behind Cobimetinib \+ Vemurafenib, which holds it/),
    });
    const colon = board(record('COAD'), { variants: [change.brafV600E()] });
    // The triplets' labels ask for no line; the pair's asks for an earlier one, which is not known here and met below.
    expect(colon.offered.slice(0, 3)).toEqual([
      'cetuximab+encorafenib+fluorouracil+irinotecan',
      'cetuximab+encorafenib+fluorouracil+oxaliplatin',
      'cetuximab+encorafenib',
    ]);
    const treated = board(
      record('COAD', { therapyLines: [{ line: 1, intent: 'palliative', agents: ['FOLFOX'], bestResponse: 'PR' }] }),
      { variants: [change.brafV600E()] },
    );
    expect(treated.offered[0]).toBe('cetuximab+encorafenib');
    for (const drug of ['cetuximab', 'panitumumab', 'dabrafenib', 'vemurafenib']) {
      expect(colon.excluded).toContain(drug);
      expect(colon.offered).not.toContain(drug);
    }
    // Tumor-agnostic evidence does not know the colon's resistance: the pair stands by evidence from the colon alone.
    expect(colon.option('dabrafenib+trametinib')?.weight).toBe('I-B');
    expect(colon.excluded).toContain('atezolizumab+cobimetinib+vemurafenib');
    // Studies of treated patients only (CIViC EID2117, EID2118, EID2121): a poor course, no bar to chemotherapy.
    expect(colon.options.lessBenefit.map(({ id, evidence }) => [id, ...evidence])).toEqual([
      ['bevacizumab+capecitabine+oxaliplatin', 'EID2121'],
      ['irinotecan', 'EID2118'],
      ['oxaliplatin', 'EID2117'],
    ]);
    for (const { id } of colon.options.lessBenefit) expect(colon.excluded).not.toContain(id);
    expect(colon.excluded).toContain('cetuximab+folfox-4');
  });

  it('MSI-high colon with KRAS G12D: checkpoint blockade, no antibody against EGFR', () => {
    const { option, excluded, finding } = board(record('COAD'), {
      variants: [change.krasG12D()],
      biomarkers: [biomarker('MSI', 'MSI-H'), biomarker('TMB', 48, { unit: 'mut/Mb' })],
    });
    expect(finding('MSI')?.tierCall?.weight).toBe('I-A');
    expect(option('ipilimumab+nivolumab')?.weight).toBe('I-A');
    expect(option('pembrolizumab')?.tier).toBe('I');
    for (const drug of ['cetuximab', 'panitumumab']) expect(excluded).toContain(drug);
  });

  it('F044 what regulators approved here for the finding is tier I-A, with or without a statement; agnostic approvals do not outdo resistance', () => {
    const { option, options } = board(record('COAD'), { biomarkers: [biomarker('MSI', 'MSI-H')] });
    for (const drug of ['pembrolizumab', 'nivolumab', 'dostarlimab']) expect(option(drug)?.weight).toBe('I-A');
    const rank = option('pembrolizumab')?.rank.find(({ key }) => key === 'AMP tier')?.value;
    expect(rank).toMatch(/^I-A by approval \(.*FDA/);
    expect(option('nivolumab')).toMatchObject({ bestLevel: 'A', diseaseMatch: 'parent' });
    expect(option('nivolumab')?.because[0]?.text).toContain('approved (');
    expect(option('nivolumab')?.wouldChange.join(' ')).toContain('The tier rests on the approval');
    expect(options.rule).toContain('PD-L1 alone');
    // Li 2017 knows variants; PD-L1 selects no target, and these labels ask for tumors without EGFR or ALK changes.
    const lung = board(record('LUAD'), {
      variants: [change.egfrL858R()],
      biomarkers: [biomarker('PD-L1', 60, { unit: '%', label: 'TPS' })],
    });
    expect(lung.option('pembrolizumab')?.weight).not.toBe('I-A');
  });

  it('F056 a class that failed in an earlier line stands behind; a statement that names a class knows its agents', () => {
    const line = (agents: string[], bestResponse: 'PD' | 'PR') =>
      record('SKCM', { therapyLines: [{ line: 1, agents, bestResponse }] });
    const found = { variants: [change.brafV600E()], biomarkers: [biomarker('PD-L1', 5, { unit: '%' })] };
    const refractory = board(line(['Nivolumab'], 'PD'), found);
    expect(refractory.option('pembrolizumab')?.prior?.text).toContain('same class');
    const places = refractory.offered;
    expect(places.indexOf('pembrolizumab')).toBeGreaterThan(places.indexOf('trametinib'));
    // That PD-L1 foretells no benefit of the combination takes it off no table.
    expect(refractory.excluded).not.toContain('ipilimumab+nivolumab');
    const ovary = board(
      record('HGSOC', { therapyLines: [{ line: 1, agents: ['Carboplatin', 'Paclitaxel'], bestResponse: 'CR' }] }),
      { variants: [brca1('germline')] },
    );
    expect(ovary.option('platinum compound')?.prior?.text).toBe(
      'Line 1 held an agent of Platinum Compound: best response CR.',
    );
  });

  it('ETV6::NTRK3 in the colon: TRK inhibitors by evidence on any solid tumor, approved wherever the fusion is', () => {
    const { offered, option } = board(record('COAD'), { fusions: [fusion('ETV6', 'NTRK3')] });
    expect(offered).toEqual(expect.arrayContaining(['larotrectinib', 'entrectinib']));
    const agencies = option('larotrectinib')?.approvals?.filter(({ standing }) => standing === 'this tumor type');
    expect(agencies?.map(({ agency }) => agency)).toContain('FDA');
  });

  it('KRAS G12C colon: the inhibitor goes with an antibody against EGFR, the antibody alone is excluded', () => {
    const { option, excluded, offered } = board(record('COAD'), { variants: [change.krasG12C()] });
    expect(option('adagrasib+cetuximab')?.weight).toBe('I-A');
    expect(option('panitumumab+sotorasib')?.weight).toBe('I-A');
    expect(option('sotorasib')).toMatchObject({ diseaseMatch: 'other' });
    expect(excluded).toContain('cetuximab');
    expect(offered).not.toContain('cetuximab');
  });

  it('not tested is never wild type: cetuximab waits for KRAS', () => {
    const untested = board(record('COAD'), { ledger: nothingTested });
    expect(untested.offered.some((id) => /cetuximab|panitumumab/.test(id))).toBe(false);
    expect(untested.options.wouldChange.map(({ gene }) => gene)).toContain('KRAS');
    const tested = board(record('COAD'), {});
    expect(tested.offered.some((id) => /cetuximab|panitumumab/.test(id))).toBe(true);
  });
});

describe('ovary and breast', () => {
  it('BRCA1 185delAG in the germline: PARP inhibitors, tier I-A', () => {
    const { option, finding } = board(record('HGSOC'), { variants: [brca1('germline')] });
    expect(finding('BRCA1')).toMatchObject({
      origin: 'germline',
      hgvsProtein: 'p.(Glu23ValfsTer17)',
      hgvsCoding: 'c.68_69del',
      tierCall: { weight: 'I-A' },
    });
    for (const drug of ['olaparib', 'niraparib', 'rucaparib']) expect(option(drug)?.weight).toBe('I-A');
  });

  it('an inherited polymorphism opens no option by statements on another tumor: MTHFR A222V and fluorouracil', () => {
    const mthfr = variant({
      gene: 'MTHFR',
      protein: 'A222V',
      consequence: 'missense_variant',
      at: ['1', 11_796_321, 'G', 'A'],
      origin: 'germline',
    });
    const { profile, offered, options } = board(record('HGSOC'), { variants: [mthfr, brca1('germline')] });
    expect(
      profile.evidence.some(
        ({ profileName, therapies }) => profileName.startsWith('MTHFR') && therapies.includes('Fluorouracil'),
      ),
    ).toBe(true);
    expect(offered).not.toContain('fluorouracil');
    expect(offered).toContain('olaparib');
    expect(options.accounting.unused.map(({ rule }) => rule)).toContain(
      'on an inherited missense variant, in another tumor type',
    );
  });

  it('the same change in the tumor only: evidence on germline variants sets nothing', () => {
    const { profile, finding } = board(record('HGSOC'), { variants: [brca1('somatic')] });
    const germlineOnly = profile.evidence.filter(({ origin }) => origin === 'germline');
    expect(germlineOnly.length).toBeGreaterThan(0);
    for (const { evidenceId, limits } of germlineOnly) {
      expect(limits).not.toEqual([]);
      expect(finding('BRCA1')?.tierDefining).not.toContain(evidenceId);
    }
  });

  it('F045 BRCA1 185delAG with a somatic shift that restores its frame: no PARP inhibitor or platinum is an option, by name or by class', () => {
    const patient = record('HGSOC', { consents: [{ purpose: 'germline', granted: true }] });
    const before = board(patient, { variants: [brca1('germline')] });
    expect(before.offered).toEqual(expect.arrayContaining(['olaparib', 'platinum compound']));
    const after = board(patient, { variants: [brca1('germline'), on38('17', 43_124_050, 'G', 'GAC')] });
    expect(after.offered.filter((id) => /parib|platin/.test(id))).toEqual([]);
    expect(after.excluded).toContain('platinum compound');
    expect(after.exclusion('olaparib')?.reason).toContain('Possible reversion of BRCA1');
  });

  it.each([
    ['low', /FDA.*EMA|EMA.*FDA/],
    ['1+', /FDA/],
    ['IHC 2+/ISH-', /FDA/],
    ['ultralow', /^EMA$/],
    ['negative', undefined],
    ['2+', undefined],
    ['2+ (ISH not done)', undefined],
  ])(
    'a HER2 stated as %s after chemotherapy: trastuzumab deruxtecan by the labels that ask for it, no trastuzumab',
    (her2, agencies) => {
      const { option, offered } = board(
        record('BRCA', {
          diagnosis: { oncotreeCode: 'BRCA', name: 'Breast', attributes: { her2, 'estrogen-receptor': 'positive' } },
          therapyLines: [{ line: 1, agents: ['Capecitabine'], bestResponse: 'SD' }],
        }),
        {},
      );
      expect(offered.filter((id) => /trastuzumab/.test(id))).toEqual(
        agencies === undefined ? [] : ['trastuzumab deruxtecan'],
      );
      const here = option('trastuzumab deruxtecan')?.approvals?.filter(
        ({ standing }) => standing === 'this tumor type',
      );
      if (agencies !== undefined) expect(here?.map(({ agency }) => agency).join()).toMatch(agencies);
    },
  );

  it('a diagnosis stated HER2-positive with amplified ERBB2: trastuzumab deruxtecan is I-A by its approval', () => {
    const { option, offered } = board(
      record('BRCA', { diagnosis: { oncotreeCode: 'BRCA', name: 'Breast', attributes: { her2: 'positive' } } }),
      { copyNumbers: [copies('ERBB2', 18)] },
    );
    expect(option('trastuzumab deruxtecan')).toMatchObject({ weight: 'I-A', tier: 'I' });
    expect(offered.indexOf('trastuzumab deruxtecan')).toBeLessThan(12);
  });

  it('amplified ERBB2: trastuzumab I-A; a stated HER2-negative diagnosis keeps HER2-positive evidence away', () => {
    const amplified = board(record('BRCA'), { copyNumbers: [copies('ERBB2', 18)] });
    expect(amplified.tier('ERBB2')).toBe('I-A');
    expect(amplified.option('trastuzumab')?.weight).toBe('I-A');
    const negative = record('BRCA', {
      diagnosis: {
        oncotreeCode: 'BRCA',
        name: 'Breast',
        attributes: { her2: 'negative', 'estrogen-receptor': 'positive' },
      },
    });
    const pik3ca = board(negative, { variants: [change.pik3caH1047R()] });
    expect(pik3ca.option('alpelisib+fulvestrant')?.weight).toBe('I-A');
    const her2Positive = pik3ca.profile.evidence.filter(
      ({ disease }) => disease === 'Her2-receptor Positive Breast Cancer',
    );
    expect(her2Positive.length).toBeGreaterThan(0);
    expect(new Set(her2Positive.map(({ diseaseMatch }) => diseaseMatch))).toEqual(new Set(['other']));
    const unstated = board(record('BRCA'), { variants: [change.pik3caH1047R()] });
    expect(
      new Set(
        unstated.profile.evidence
          .filter(({ disease }) => disease === 'Her2-receptor Positive Breast Cancer')
          .map(({ diseaseMatch }) => diseaseMatch),
      ),
    ).toEqual(new Set(['child']));
  });
});

describe('blood', () => {
  it('F045 BCR::ABL1 with T315I: imatinib, dasatinib and nilotinib excluded, ponatinib leads', () => {
    const { offered, excluded } = board(record('CML'), {
      fusions: [fusion('BCR', 'ABL1')],
      variants: [variant({ at: ['9', 130_872_896, 'C', 'T'] })],
    });
    expect(offered[0]).toBe('ponatinib');
    for (const drug of ['imatinib', 'dasatinib', 'nilotinib']) {
      expect(excluded).toContain(drug);
      expect(offered).not.toContain(drug);
    }
  });

  it('FLT3-ITD, NPM1 and IDH2 in acute myeloid leukemia', () => {
    const { option, finding, offered } = board(record('AML'), {
      variants: [
        variant({ gene: 'FLT3', protein: 'p.Y597_E598insDYVDFREY' }),
        variant({ gene: 'NPM1', protein: 'p.W288Cfs*12' }),
        variant({ gene: 'IDH2', protein: 'p.R140Q' }),
      ],
    });
    for (const drug of ['gilteritinib', 'midostaurin', 'enasidenib']) expect(option(drug)?.weight).toBe('I-A');
    expect(finding('NPM1')?.tierCall).toMatchObject({ weight: 'I-A', basis: 'diagnostic' });
    // Evidence on any solid tumor is none for a leukemia.
    expect(offered.some((id) => option(id)?.diseaseMatch === 'parent' && option(id)?.bestLevel === 'A')).toBe(false);
  });
});

describe('what evidence may not do', () => {
  it('the absence of a change in another tumor type makes no option', () => {
    const { options, profile } = board(record('LUAD'), { variants: [change.egfrL858R()] });
    const findings = new Map(profile.evidence.map((match) => [match.evidenceId, match]));
    for (const option of options.options)
      for (const id of option.supporting) {
        const match = findings.get(id);
        if (option.diseaseMatch === 'other') expect(match?.findingIds, `${option.id} by ${id}`).not.toEqual([]);
      }
    expect(options.options.some(({ id }) => id === 'imatinib')).toBe(false);
  });

  it('a flagged statement sets no tier and makes no option', () => {
    const { profile, options } = board(record('COAD'), { biomarkers: [biomarker('TMB', 48, { unit: 'mut/Mb' })] });
    const flagged = new Set(profile.evidence.filter((match) => match.flagged).map(({ evidenceId }) => evidenceId));
    expect(flagged.size).toBeGreaterThan(0);
    for (const finding of profile.findings) for (const id of finding.tierDefining) expect(flagged.has(id)).toBe(false);
    expect(options.accounting.unused.some(({ rule }) => rule === 'flagged by its source')).toBe(true);
  });

  it('every statement of every profile above leads to its stored fact (F063)', () => {
    const { profile } = board(record('LUAD'), { variants: [change.egfrL858R(), change.egfrT790M()] });
    const ids = profile.evidence.map(({ evidenceId }) => evidenceId);
    const facts = packs.evidenceById(ids);
    expect(facts.map(({ id }) => id)).toEqual(ids);
    for (const { url, citations } of facts) {
      expect(url).toMatch(/^https:\/\/civicdb\.org\/links\/evidence_items\/\d+$/);
      expect(citations[0]?.id).toMatch(/^\d+$/);
    }
  });
});

describe('substitutions of one codon', () => {
  const phased = (row: ObservedVariant, more: Partial<ObservedVariant> = {}): ObservedVariant => ({
    ...row,
    phaseSet: '7',
    haplotype: 1,
    ...more,
  });
  /** Code of the tumor, rows of one base each, the same as a caller's one row, and the name that a pathologist gives it. */
  const codons = [
    [
      'SKCM',
      [
        ['7', 140_753_336, 'A', 'T'],
        ['7', 140_753_337, 'C', 'T'],
      ],
      ['7', 140_753_336, 'AC', 'TT'],
      'Val600Lys',
    ],
    [
      'SKCM',
      [
        ['7', 140_753_336, 'A', 'C'],
        ['7', 140_753_337, 'C', 'T'],
      ],
      ['7', 140_753_336, 'AC', 'CT'],
      'Val600Arg',
    ],
    [
      'SKCM',
      [
        ['7', 140_753_335, 'C', 'T'],
        ['7', 140_753_336, 'A', 'T'],
        ['7', 140_753_337, 'C', 'T'],
      ],
      ['7', 140_753_335, 'CAC', 'TTT'],
      'Val600Lys',
    ],
    [
      'SKCM',
      [
        ['7', 140_753_335, 'C', 'T'],
        ['7', 140_753_337, 'C', 'T'],
      ],
      ['7', 140_753_335, 'CAC', 'TAT'],
      'Val600Ile',
    ],
    [
      'LUAD',
      [
        ['7', 55_191_822, 'T', 'G'],
        ['7', 55_191_823, 'G', 'T'],
      ],
      ['7', 55_191_822, 'TG', 'GT'],
      'Leu858Arg',
    ],
    [
      'PAAD',
      [
        ['12', 25_245_350, 'C', 'A'],
        ['12', 25_245_351, 'C', 'A'],
      ],
      ['12', 25_245_350, 'CC', 'AA'],
      'Gly12Phe',
    ],
  ] satisfies [string, Parameters<typeof on38>[], Parameters<typeof on38>, string][];

  it.each(codons)('F014 F016 metamorphic: %s, rows %j on one allele are the one row %j', (code, rows, whole, name) => {
    const of = (variants: readonly ObservedVariant[]) => board(record(code), { variants: [...variants] });
    const judged = ({ profile }: ReturnType<typeof of>) =>
      profile.findings.map(({ flags: _flags, needsYou: _asks, partKeys: _rows, ...finding }) => finding);
    // What is said of the rows themselves is a limit; everything else is as of the one row.
    const measured = ({ profile: { measures } }: ReturnType<typeof of>) =>
      [...(measures?.list ?? []), measures?.signatures].map((one) => ({ ...one, limits: undefined }));
    const one = of([on38(...whole)]);
    const parts = rows.map((row) => phased(on38(...row)));
    expect(one.profile.findings.map(({ hgvsProtein }) => hgvsProtein)).toEqual([`p.(${name})`]);
    for (const order of [parts, [...parts].reverse()]) {
      const several = of(order);
      expect(judged(several)).toEqual(judged(one));
      expect(several.offered).toEqual(one.offered);
      expect(measured(several)).toEqual(measured(one));
      expect(several.profile.findings[0]).toMatchObject({
        partKeys: parts.map(({ key }) => key).sort(),
        needsYou: true,
        flags: [
          expect.stringMatching(/^one change of the rows c\.\d.* \+ c\.\d.*, on one allele as the file phases them$/),
        ],
      });
      expect(several.profile.listed.folded).toEqual([
        { rule: 'row that is one change with another row of its codon', count: rows.length - 1 },
      ]);
    }
  });

  const [e, m] = [on38('7', 140_753_336, 'A', 'T'), on38('7', 140_753_337, 'C', 'T')];
  const names = (variants: ObservedVariant[]) =>
    board(record('SKCM'), { variants })
      .profile.findings.map(({ hgvsProtein }) => hgvsProtein)
      .sort();

  it('are one change only where a file says that they share an allele and no file contradicts', () => {
    const apart = ['p.(Val600Glu)', 'p.(Val600Met)'];
    expect(names([e, m])).toEqual(apart);
    expect(names([phased(e), phased(m, { haplotype: 2 })])).toEqual(apart);
    expect(names([phased(e), phased(m, { phaseSet: '8' })])).toEqual(apart);
    expect(names([phased(e), phased(m, { file: 'files/other.vcf' })])).toEqual(apart);
    expect(names([phased(e), phased(m, { origin: 'germline' })])).toContain('p.(Val600Glu)');
    // A second file without phase tells of the same alleles; one that parts them is believed no less.
    const second = { file: 'files/other.vcf' };
    expect(names([phased(e), phased(m), { ...e, ...second }, { ...m, ...second }])).toEqual(['p.(Val600Lys)']);
    expect(names([phased(e), phased(m), phased(e, second), phased(m, { ...second, haplotype: 2 })])).toEqual(apart);
    const third = on38('7', 140_753_337, 'C', 'A');
    expect(names([phased(e), phased(m), phased(third)])).toEqual(['p.(Val600Glu)', 'p.(Val600Leu)', 'p.(Val600Met)']);
  });

  it('a change that more reads have than have both stays a finding of its own', () => {
    const both = names([phased(e, { alleleFraction: 0.4 }), phased(m, { alleleFraction: 0.1 })]);
    expect(both).toEqual(['p.(Val600Glu)', 'p.(Val600Lys)']);
    const { profile } = board(record('SKCM'), {
      variants: [phased(e, { alleleFraction: 0.31 }), phased(m, { alleleFraction: 0.29 })],
    });
    expect(profile.findings).toMatchObject([{ hgvsProtein: 'p.(Val600Lys)', alleleFraction: 0.29 }]);
  });
});

describe('other people’s case', () => {
  const folder = outside('testdata/case-pcgr-brca');
  const rows = (build: GenomeBuild): ObservedVariant[] =>
    gunzipSync(readFileSync(resolve(folder ?? '', `T001-BRCA.${build.toLowerCase()}.vcf.gz`)))
      .toString('utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => {
        const [chromosome = '', position = '', , reference = '', alternate = ''] = line.split('\t');
        return variant({ build, at: [chromosome, Number(position), reference, alternate] });
      });

  it.skipIf(folder === undefined)(
    outsideTitle('T001-BRCA without annotation: both builds tell the same findings and the same tiers', folder),
    () => {
      const told = (build: GenomeBuild) => {
        const { profile } = board(record('BRCA'), { variants: rows(build) });
        return profile.findings.map(({ gene, hgvsProtein, hgvsCoding, tier }) => [gene, hgvsProtein, hgvsCoding, tier]);
      };
      const on37 = told('GRCh37');
      expect(told('GRCh38')).toEqual(on37);
      expect(on37[0]).toEqual(['PIK3CA', 'p.(His1047Arg)', 'c.3140A>G', 'I']);
      expect(on37).toContainEqual(['TP53', 'p.(Val272Met)', 'c.814G>A', 'I']);
    },
  );
});
