import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Decision } from '../../../shared/board/decision.ts';
import { statementsOf, textsOf } from '../../../shared/report/blocks.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import { knownFacts, unknownFacts } from '../../../shared/report/facts.ts';
import { FRONT_WORDS, wordsOf } from '../../../shared/report/front.ts';
import { DraftReport, type ReportBlock } from '../../../shared/report/report.ts';
import type { ReportInput } from '../../../shared/report/report-input.ts';
import { countWords, cutTo, responsesTold } from '../../../shared/report/words.ts';
import { fusion, nothingTested, variant } from '../molecular/support/case.ts';
import { abstention, decision, reportInput, wholeIntake, wholeRecord } from './support/input.ts';

const textOf = (blocks: readonly ReportBlock[]): string => blocks.flatMap(textsOf).join('\n');
const allOf = ({ front, appendix }: DraftReport): ReportBlock[] => [...front, ...appendix];

const inputs: Record<string, () => ReportInput> = {
  'a decided case': () => reportInput(),
  'a case no board has seen': () => reportInput({ decision: null }),
  'a case without a score': () => reportInput({ predictions: abstention }),
  'a case without a model': () =>
    reportInput({
      predictions: { aggressiveness: { state: 'unavailable', reason: 'The model is not there.' }, models: [] },
    }),
  'a case of which nothing was tested': () =>
    reportInput({
      record: wholeRecord({ assays: [], specimens: [{ id: 'S1', kind: 'tissue', origin: 'primary' }] }),
      intake: wholeIntake({
        variants: [],
        copyNumbers: [],
        segments: [],
        fusions: [],
        biomarkers: [],
        accounting: [],
        understandings: [],
        ledger: nothingTested,
      }),
      decision: null,
    }),
  'a case with everything long': () =>
    reportInput({ decision: longDecision, record: wholeRecord({ question: long(1000) }) }),
};

const long = (characters: number): string => 'A long sentence of the board follows. '.repeat(60).slice(0, characters);
const longDecision: Decision = {
  ...decision,
  answer: long(1000),
  rationale: long(2000),
  dissent: long(1000),
  conditions: long(1000),
  line: long(60),
  otherOption: long(300),
  actions: Array.from({ length: 30 }, () => ({ what: long(300), owner: long(120), due: '2026-05-08' })),
  participants: Array.from({ length: 40 }, () => ({ name: long(120), role: long(80), conflictOfInterest: long(300) })),
};

describe.each(Object.entries(inputs))('the report of %s', (_, make) => {
  it('fits its schema, and the same input gives the same report (F041)', () => {
    const input = make();
    const report = composeReport(input);
    expect(DraftReport.parse(report)).toEqual(report);
    expect(JSON.stringify(composeReport(make()))).toBe(JSON.stringify(report));
  });

  it('names facts that exist behind every statement (F100)', () => {
    const input = make();
    const known = knownFacts(input);
    const statements = allOf(composeReport(input)).flatMap(statementsOf);
    expect(statements.length).toBeGreaterThan(40);
    expect(statements.filter(({ facts }) => facts.length === 0)).toEqual([]);
    expect(statements.flatMap(({ text, facts }) => unknownFacts(facts, known).map((id) => `${id}: ${text}`))).toEqual(
      [],
    );
  });

  it('holds a front of at most 400 words (R60, F086)', () => {
    const report = composeReport(make());
    expect(report.frontWords).toBe(wordsOf(report.front));
    expect(report.frontWords).toBeLessThanOrEqual(FRONT_WORDS);
    expect(textOf(report.front)).toContain('Question');
  });

  it('never takes absence for an answer, and leaves no machine word (F003)', () => {
    const text = textOf(allOf(composeReport(make())));
    expect(text).not.toMatch(/wild[- ]?type|\bnegative\b|\bunremarkable\b|AI recommends/i);
    expect(text).not.toMatch(/\bundefined\b|\bNaN\b|\[object|\bnull\b/);
  });
});

describe('the front', () => {
  it('puts the answer under the question, and the cut of a long one is said (F086)', () => {
    const report = composeReport(reportInput({ decision: { ...decision, answer: long(1000) } }));
    const texts = report.front.flatMap(textsOf);
    expect(texts.indexOf('Answer')).toBeGreaterThan(texts.indexOf('Question'));
    const answer = texts[texts.indexOf('Answer') + 1] ?? '';
    expect(answer).toContain('A long sentence of the board follows.');
    expect(answer).toMatch(/\(more in A9\)$/);
    expect(textOf(report.appendix)).toContain(long(1000));
  });

  it('counts conflicts of interest that somebody declares, not the word that there is none; a bare line is named', () => {
    const front = (conflictOfInterest: string): string =>
      textOf(
        composeReport(
          reportInput({
            decision: {
              ...decision,
              line: '2',
              participants: [{ name: 'Dr. B', role: 'pathology', conflictOfInterest }],
            },
          }),
        ).front,
      );
    for (const none of ['none', 'None declared.', 'keine', 'Ninguno', '–', 'n/a'])
      expect(front(none)).not.toContain('declared');
    for (const some of ['lecture fees', 'none, but for lecture fees', 'No. 3 of the list', 'stocks'])
      expect(front(some), some).toContain('1 conflict of interest declared');
    expect(front('none')).toContain('disease control; line 2');
  });

  it('says that variants were looked for where a gene is also told of by its fusion', () => {
    const input = reportInput();
    const [first] = input.profile.findings;
    if (first === undefined) throw new Error('the case has findings');
    const fused = { ...first, id: 'fusion', kind: 'fusion' as const, gene: 'KIAA1549', gene2: 'BRAF' };
    const profile = { ...input.profile, findings: [...input.profile.findings, fused] };
    expect(textOf(composeReport(input).front)).toMatch(/Tested, not detected\nBRAF(?! variants)/);
    expect(textOf(composeReport({ ...input, profile }).front)).toContain('Tested, not detected\nBRAF variants');
  });

  it('shows findings with tier, exclusions before options, and what was tested without result', () => {
    const text = textOf(composeReport(reportInput()).front);
    expect(text).toContain('EGFR p.(Leu858Arg)');
    expect(text.indexOf('Excluded: Erlotinib (resistance)')).toBeGreaterThan(0);
    expect(text.indexOf('Excluded')).toBeLessThan(text.lastIndexOf('Osimertinib'));
    expect(text).toContain('Tested, not detected\nBRAF');
    expect(text).toContain('not reported: HRD, PD-L1');
    expect(text).toContain('90 % interval 66 to 92 %');
  });

  it('says not assayed where the same gene was not tested (F098)', () => {
    const text = textOf(composeReport(reportInput({ intake: wholeIntake({ ledger: nothingTested }) })).front);
    expect(text).toContain('Not assayed\nBRAF');
    expect(text).not.toContain('Tested, not detected');
  });

  it('gives the reason of an abstention instead of a number', () => {
    const text = textOf(composeReport(reportInput({ predictions: abstention })).front);
    expect(text).toContain('No score is given. The clinical minimum is not known: stage.');
  });

  it('leaves out a dismissed finding, counts it, and marks what rests on it', () => {
    const input = reportInput();
    const id = input.profile.findings.find(({ title }) => title === 'p.(Thr790Met)')?.id ?? '';
    const report = composeReport({
      ...input,
      board: {
        ...input.board,
        reviews: [
          { findingId: id, verdict: 'dismissed', reason: 'artefact', by: 'u1', at: '2026-05-01T13:00:00.000Z' },
        ],
      },
    });
    const front = textOf(report.front);
    expect(front).not.toContain('EGFR p.(Thr790Met) c.');
    expect(front).toContain('1 finding dismissed in review: A4');
    expect(front).toContain('rests on a dismissed finding');
    expect(textOf(report.appendix)).toContain('Dismissed in review: artefact');
  });

  it('prints an override beside the computed class, and an ESCAT tier only where a named person confirmed it (F017, F027)', () => {
    const input = reportInput();
    const found = input.profile.findings.find(({ escat, oncogenicity }) => escat !== undefined && oncogenicity);
    const { escat, oncogenicity } = found ?? {};
    if (found === undefined || escat === undefined || oncogenicity === undefined)
      throw new Error('nothing is proposed');
    const unconfirmed = composeReport(input);
    const words = textOf(unconfirmed.appendix);
    expect(words).toContain('No ESCAT tier is stated: only what a named person confirmed is printed.');
    const tables = ({ appendix }: typeof unconfirmed) =>
      appendix.filter(({ kind, elements }) => kind === 'table' && elements.includes('R27'));
    expect(tables(unconfirmed)).toHaveLength(0);
    const verdict = (report: typeof unconfirmed) => report.elements.find(({ id }) => id === 'R27')?.state;
    expect(verdict(unconfirmed)).toBe('missing');

    const said = { author: 'Dr. Otter', by: 'u1', at: '2026-05-01T13:00:00.000Z', packs: [], key: '', name: '' };
    const classifications = input.profile.findings
      .filter((finding) => finding.escat !== undefined)
      .map((finding) => ({
        ...said,
        findingId: finding.id,
        standard: 'escat' as const,
        class: finding.escat?.tier ?? '',
        reason: 'a randomized trial in this tumor type',
        original: { class: finding.escat?.tier ?? '', codes: [] },
      }));
    const override = {
      ...said,
      findingId: found.id,
      standard: 'oncogenicity' as const,
      class: 'benign',
      reason: 'seen in both parents',
      original: { class: oncogenicity.class, points: oncogenicity.points, codes: [] },
    };
    const confirmed = composeReport({
      ...input,
      board: { ...input.board, classifications: [...classifications, override] },
    });
    const printed = textOf(confirmed.appendix);
    expect(textOf(tables(confirmed))).toContain(escat.tier);
    expect(textOf(tables(confirmed))).toContain('Dr. Otter');
    expect(verdict(confirmed)).toBe('present');
    expect(printed).toContain('Benign by override of Dr. Otter');
    expect(printed).toContain('seen in both parents. Computed:');
    expect(textOf(confirmed.front)).toContain('Benign (override)');
  });

  it('never runs over, whatever people type', () => {
    const word = fc.oneof(fc.string({ maxLength: 300, unit: 'grapheme' }), fc.constantFrom('word ', 'x'.repeat(300)));
    const text = fc.array(word, { minLength: 1, maxLength: 12 }).map((words) => words.join(' ').slice(0, 1000) || '-');
    fc.assert(
      fc.property(text, text, text, (question, answer, rationale) => {
        const report = composeReport(
          reportInput({
            record: wholeRecord({ question: question || '-' }),
            decision: { ...longDecision, answer, rationale },
          }),
        );
        return report.frontWords <= FRONT_WORDS;
      }),
      { numRuns: 25 },
    );
  });
});

describe('the appendix', () => {
  it('prints the accounting equation of each file (F005, R51)', () => {
    const text = textOf(composeReport(reportInput()).appendix);
    expect(text).toContain('1204 rows, 1210 alleles = 4 shown + 6 collapsed + 1200 filtered');
    expect(text).toContain('1200 × FILTER is not PASS');
  });

  it('keeps variants of uncertain significance to their own part (R29)', () => {
    const report = composeReport(
      reportInput({
        intake: wholeIntake({
          variants: [variant({ gene: 'BRAF', protein: 'p.Pro30Leu', consequence: 'missense_variant', fraction: 0.2 })],
        }),
      }),
    );
    expect(textOf(report.front)).not.toContain('Pro30Leu');
    const start = report.appendix.findIndex((block) => block.kind === 'heading' && block.text.startsWith('A10'));
    const end = report.appendix.findIndex((block) => block.kind === 'heading' && block.text.startsWith('A11'));
    expect(textOf(report.appendix.slice(0, start))).not.toContain('Pro30Leu');
    expect(textOf(report.appendix.slice(start, end))).toContain('Pro30Leu');
    expect(textOf(report.appendix.slice(end))).not.toContain('Pro30Leu');
  });

  it('lists each finding of the profile exactly once as a row with its name (F005)', () => {
    const input = reportInput();
    const report = composeReport(input);
    const first = report.appendix.filter(
      (block) =>
        block.kind === 'table' &&
        ['HGVS and consequence', 'Value', 'z'].includes(block.columns[1]?.title ?? '') &&
        block.columns[0]?.title !== 'Measure',
    );
    const rows = first.flatMap((block) => (block.kind === 'table' ? block.rows.map(({ facts }) => facts[0]) : []));
    expect([...rows].sort()).toEqual(input.profile.findings.map(({ id }) => id).sort());
  });

  it('prints hashes of bundle, documents, packs and models, and the head of the journal (R50, R55)', () => {
    const input = reportInput();
    const text = textOf(composeReport(input).appendix);
    for (const hash of [
      input.bundleSha256,
      ...Object.values(input.hashes),
      input.checkpoint?.rootHash,
      input.packs[0]?.manifestSha256,
      input.models[0]?.sha256,
    ])
      expect(text).toContain(hash);
  });

  it('says of a pharmacogene of a treatment named that it was not assayed (R37)', () => {
    const text = textOf(composeReport(reportInput({ intake: wholeIntake({ ledger: nothingTested }) })).appendix);
    expect(text).toMatch(/DPYD germline variants: not assayed .*Test before capecitabine\./);
  });

  it('writes units, minus signs and responses as people do, and what is said of several findings once', () => {
    const lab = { name: 'Neutrophils', value: 2.3, unit: '10*3/uL', date: '2026-04-20' };
    const filtration = { name: 'eGFR', value: 48, unit: 'mL/min/{1.73_m2}', date: '2026-04-20' };
    const input = reportInput({ record: wholeRecord({ labs: [lab, filtration] }) });
    const flagged = input.profile.findings.filter(({ tier }) => tier === 'I' || tier === 'II').slice(0, 2);
    expect(flagged).toHaveLength(2);
    const findings = input.profile.findings.map((one) =>
      flagged.includes(one) ? { ...one, flags: ['reading frame not stated'] } : { ...one, flags: [] },
    );
    const text = textOf(composeReport({ ...input, profile: { ...input.profile, findings } }).appendix);
    expect(text).toContain('10³/µL');
    expect(text).toContain('mL/min/1.73 m²');
    expect(text).toContain('deep deletion: 0 copies, or GISTIC −2, or log2 ratio −1.5 or less');
    expect(text).not.toMatch(/(?:^|[\s(])-\d/);
    expect(text.match(/: reading frame not stated\./gi)).toHaveLength(1);
    expect(responsesTold('best response PR, ended: progression')).toBe(
      'best response: partial response, ended: progression',
    );
    expect(responsesTold('This patient responded to it in line 1 (PR).')).toContain('(partial response)');
  });

  it('tells genes with one somatic hit in one sentence where the same holds of each, and each gene by name', () => {
    const input = reportInput();
    const unseen = 'no second hit was found; silencing by methylation is not tested here';
    const hit = (gene: string, second: string) => ({
      state: 'one-hit' as const,
      facts: [{ kind: 'somatic' as const, fact: `somatic variant p.(${gene}), oncogenic` }],
      statement: `${gene}: one hit. somatic variant p.(${gene}), oncogenic; ${second}.`,
    });
    const reported = input.profile.findings.filter(({ tier }) => tier === 'I' || tier === 'II').slice(0, 3);
    expect(reported).toHaveLength(3);
    const told = (second: readonly string[]) => {
      const findings = input.profile.findings.map((one) => {
        const place = reported.indexOf(one);
        return place < 0
          ? { ...one, twoHits: undefined }
          : { ...one, alleleFraction: 0.31, twoHits: hit(`GENE${place}`, second[place] ?? unseen) };
      });
      return textOf(composeReport({ ...input, profile: { ...input.profile, findings } }).appendix);
    };
    const alike = told([]);
    const line = alike.split('\n').find((one) => one.startsWith('One somatic hit in each of 3 genes'));
    for (const { title } of reported) expect(line).toContain(title);
    expect(line).toMatch(/ 31 %\. No second hit was found; silencing by methylation is not tested here\.$/);
    expect(alike).not.toContain('one hit.');
    const apart = told(['copy number was not assayed, so a second hit is neither shown nor excluded']);
    expect(apart).not.toContain('One somatic hit in each');
    expect(apart.match(/GENE\d: one hit\./g)).toHaveLength(3);
  });

  it('says that the build of breakpoints is not stated', () => {
    const places = { breakpoint5: '2:42295554', breakpoint3: '2:29223528' };
    const fusions = [fusion('EML4', 'ALK', places)];
    const note = 'the build of their file is not stated';
    const read = wholeIntake().understandings;
    const textFor = (genomeBuild?: 'GRCh38') =>
      textOf(
        composeReport(
          reportInput({
            intake: wholeIntake({
              fusions,
              understandings: read.map((one) => ({ ...one, file: 'files/fusions.tsv', genomeBuild })),
            }),
            record: wholeRecord({ files: [], assays: [] }),
          }),
        ).appendix,
      );
    expect(textFor()).toContain('2:29223528');
    expect(textFor()).toContain(note);
    expect(textFor('GRCh38')).not.toContain(note);
    expect(textFor('GRCh38')).toContain('GRCh38 2:42295554');
  });

  it('does not say of a treatment that it was not used where nobody documented a line', () => {
    const textFor = (therapyLines: ReportInput['record']['therapyLines']) =>
      textOf(composeReport(reportInput({ record: wholeRecord({ therapyLines }) })).appendix);
    const without = textFor([]);
    expect(without).toContain('No earlier line documented');
    expect(without).not.toContain('Not used before');
    const other = textFor([{ line: 1, agents: ['Hydroxycarbamide'] }]);
    expect(other).toContain('Not used before');
    expect(other).not.toContain('No earlier line documented');
  });

  it('says of each reason of an option how near its own disease is, not how near the nearest', () => {
    const input = reportInput();
    const [option, ...others] = input.options.options;
    const match = input.profile.evidence.find(
      ({ evidenceId, findingIds }) => option?.supporting.includes(evidenceId) === true && findingIds.length > 0,
    );
    if (option === undefined || match === undefined) throw new Error('an option that rests on a statement');
    const far = { ...match, disease: 'Colorectal Cancer', diseaseMatch: 'other' } as const;
    const [findingId = ''] = match.findingIds;
    const because = [
      { findingId, text: `One: level ${match.level}, Colorectal Cancer` },
      { findingId: 'negative:HER2 Positive', text: 'HER2 Positive: approved (EMA), Invasive Breast Carcinoma' },
    ];
    const text = textOf(
      composeReport({
        ...input,
        profile: { ...input.profile, evidence: [far, ...input.profile.evidence.filter((one) => one !== match)] },
        options: { ...input.options, options: [{ ...option, diseaseMatch: 'same', because }, ...others] },
      }).appendix,
    );
    expect(text).toContain(
      'Colorectal Cancer (another type); HER2 Positive: approved (EMA), Invasive Breast Carcinoma (this type)',
    );
  });

  it('prints signer, time and meaning once there is an identity (R54)', () => {
    const signature = {
      signer: 'Dr. Signer',
      meaning: 'approval',
      signedAt: '2026-05-01T14:05:00.000Z',
      algorithm: 'RSA',
    } as const;
    const report = composeReport(reportInput({ more: { signature } }));
    const said = 'Signed electronically by Dr. Signer, approver of this report, 2026-05-01 14:05 UTC.';
    expect(textOf(report.front)).toContain(said);
    expect(textOf(report.appendix)).toContain(said);
    expect(textOf(composeReport(reportInput()).front)).toContain('Not signed.');
  });
});

describe('cutting texts', () => {
  it('says each cut and never passes the limit by more than the remark', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 2000 }), fc.integer({ min: 1, max: 60 }), (text, most) => {
        const cut = cutTo(text, most, 'more');
        if (countWords(text) <= most) return cut === text;
        return cut.endsWith('(more)') && countWords(cut) <= most + 1;
      }),
    );
  });
});

describe('pharmacogenes by an assay’s list of genes (R16, F043)', () => {
  it('what was read in part only is said beside "tested, not detected"', () => {
    const base = reportInput({
      record: wholeRecord({ consents: [{ purpose: 'secondary findings', granted: true }] }),
      intake: wholeIntake({
        ledger: {
          defaults: {},
          entries: ['DPYD', 'TPMT'].map((gene) => ({
            gene,
            states: { germline: { state: 'tested-not-detected' as const, assayIds: ['dna'] } },
          })),
        },
      }),
    });
    const gene = {
      source: 'vcf' as const,
      diplotypes: ['Reference/Reference'],
      otherDiplotypes: [],
      phenotype: 'Normal Metabolizer',
      activityScore: '2.0',
      phenotypes: ['Normal Metabolizer'],
      calls: [],
      phased: true,
      missingPositions: Array.from({ length: 81 }, (_, at) => ({ chromosome: '1', position: 97_000_000 + at })),
      positions: 83,
      notes: [],
    };
    const pharmacogenes = {
      knowledge: { id: 'pharmacogenes', version: '2025-11-05', asOf: '2025-11-05' },
      genes: [
        { ...gene, gene: 'DPYD', unread: ['c.1905+1G>A (*2A)', 'c.2846A>T'] },
        { ...gene, gene: 'TPMT' },
      ],
      recommendations: [],
      warnings: [],
    };
    const text = (options: ReportInput['options']): string => textOf(composeReport({ ...base, options }).appendix);
    expect(text({ ...base.options, pharmacogenes })).toContain(
      'so that nothing is said of the response to drugs: DPYD: 2 of 83 positions read, not c.1905+1G>A (*2A) · c.2846A>T.',
    );
    expect(text(base.options)).not.toContain('positions read');
  });
});
