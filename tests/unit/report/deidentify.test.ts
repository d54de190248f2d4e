/** F104: what leaves for use outside care, by each of the eighteen categories of Safe Harbor, in every format. */
import { describe, expect, it } from 'vitest';
import { choiceOf, reducedFor } from '../../../electron/cli/deidentify.ts';
import { sha256 } from '../../../electron/exchange/import.ts';
import { exportReport } from '../../../electron/report/index.ts';
import type { CaseRecord } from '../../../shared/case/case-record.ts';
import { exportFhir } from '../../../shared/exchange/fhir/export.ts';
import { mtbDataSet } from '../../../shared/exchange/mtb.ts';
import { exportPhenopacket } from '../../../shared/exchange/phenopacket.ts';
import { reducedInput } from '../../../shared/exchange/reduce.ts';
import { exportTable } from '../../../shared/exchange/table-export.ts';
import { FaultError } from '../../../shared/foundation/fault.ts';
import { textsOf } from '../../../shared/report/blocks.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import {
  type Category,
  choosableFields,
  type DeidentifyChoice,
  deidentified,
  safeHarbor,
  secretOf,
} from '../../../shared/report/deidentify/index.ts';
import type { ReportInput } from '../../../shared/report/report-input.ts';
import { reportInput, wholeIntake, wholeRecord } from './support/input.ts';

const secret = secretOf('0f'.repeat(32));
const leaving = (input: ReportInput, choice: Partial<DeidentifyChoice> = {}) =>
  deidentified(input, { choice, secret, digest: sha256 });

/** An identifier of each category, as somebody would write it. */
const planted: Readonly<Record<Category, string>> = {
  A: 'Wilhelmina Oosterhuis',
  B: 'Lindengracht 12, 97123 Groningen',
  C: '1931-07-04',
  D: '+31 50 311 22 33',
  E: 'Fax 050-311 22 44',
  F: 'w.oosterhuis@mail.example',
  G: '123-45-6789',
  H: 'MRN 00482913',
  I: 'policy HP-993-2211',
  J: 'account 7789120034',
  K: 'license B-77813',
  L: 'plate KX-19-TL',
  M: 'pacemaker serial PM-55231',
  N: 'https://people.example/oosterhuis',
  O: '192.0.2.155',
  P: 'fingerprint FP-88127',
  Q: 'face-of-patient.jpg',
  R: 'study code QX-77120',
};

/** Ours is a hand-made case in which every text that a person or a file can write holds `text`. */
function caseWith(text: string): ReportInput {
  const record = wholeRecord();
  const said = (words: string): string => `${words} ${text}`;
  const everywhere: CaseRecord = {
    ...record,
    patient: { ...record.patient, pseudonym: said('Otter'), ancestry: said('ancestry') },
    diagnosis: {
      ...record.diagnosis,
      name: said('Lung cancer'),
      site: said('lobe'),
      histology: said('acinar'),
      stage: said('IV'),
      stageSystem: said('UICC'),
      grade: said('G2'),
      tnm: { t: text, n: text, m: text },
      attributes: { smoking: said('never'), [text]: 'x', employer: text },
    },
    specimens: record.specimens.map((one, index) => ({
      ...one,
      id: said(`S${index}`),
      site: said('liver'),
      block: text,
      relationToTherapy: said('after'),
    })),
    assays: record.assays.map((one) => ({
      ...one,
      id: said('a'),
      specimenId: said('S0'),
      normalSpecimenId: said('S1'),
      name: said('Exome'),
      version: text,
      laboratory: said('Laboratory'),
      method: said('capture'),
      limitOfDetection: said('5 %'),
      reference: text,
      limitations: [text],
      failedRegions: [
        { gene: 'STK11', region: text, reason: text },
        { gene: text, reason: 'x' },
      ],
      genes: ['EGFR', text],
    })),
    referrer: { clinician: text, institution: said('Hospital') },
    question: said('Which treatment?'),
    course: [{ event: said('Biopsy'), date: '2024-02-02', kind: text }],
    therapyLines: record.therapyLines.map((one) => ({
      ...one,
      agents: [...one.agents, said('Agent')],
      reasonEnded: said('progression'),
    })),
    comorbidities: [said('hypertension')],
    medications: [
      { name: 'Apixaban', dose: said('5 mg') },
      { name: said('Tea'), dose: text },
      { name: `Ramipril 5 mg ${text}` },
    ],
    allergies: [said('iodine')],
    labs: [
      { name: said('Own'), value: 1, unit: text },
      { name: said('Hb'), loinc: '718-7', value: 1, unit: text },
    ],
    familyHistory: [{ relation: text, condition: said('cancer'), ageYears: 94 }],
    phenotypes: [{ hpo: 'HP:0001250', name: text }],
    patientGoals: [said('home')],
    consents: [{ purpose: said('research'), granted: true, date: '2026-04-01' }],
    notes: [{ title: text, text: said('Letter'), date: '2024-02-02' }],
    images: [{ path: `files/${text}.png`, title: text }],
    documents: [{ path: `files/${text}.pdf`, title: text }],
    files: [
      {
        path: `files/${text}.vcf`,
        modality: 'somatic-variants',
        assayId: said('a'),
        tumorSample: text,
        normalSample: said('normal'),
        alleleFractionFrom: text,
      },
    ],
  };
  const read = wholeIntake();
  const base = reportInput();
  const [first, ...others] = base.profile.findings;
  const [option, ...options] = base.options.options;
  if (first === undefined || option === undefined || base.board.decision === undefined) throw new Error('a whole case');
  return {
    ...base,
    record: everywhere,
    intake: {
      ...read,
      understandings: read.understandings.map((one) => ({
        ...one,
        file: `files/${text}.vcf`,
        caller: said('Mutect'),
        tumorSample: text,
        normalSample: said('normal'),
        notes: [said('Read.')],
      })),
      variants: read.variants.map((one) => ({ ...one, file: `files/${text}.vcf`, filter: said('PASS') })),
      biomarkers: read.biomarkers.map((one) => ({
        ...one,
        method: said('assay'),
        threshold: text,
        assayId: said('a'),
      })),
      accounting: read.accounting.map((one) => ({ ...one, file: `files/${text}.vcf` })),
      questions: [
        { id: 'q', file: `files/${text}.vcf`, field: 'tumorSample', question: text, choices: [text], blocking: false },
      ],
      refusals: [{ file: text, fault: { code: 'format-unknown', message: text, remedy: text, place: { file: text } } }],
      warnings: [{ file: text, message: text }],
    },
    profile: { ...base.profile, findings: [{ ...first, flags: [said('Reference:')] }, ...others] },
    options: {
      ...base.options,
      options: [{ ...option, prior: { line: 1, response: 'PR', text: `It ended: progression ${text}` } }, ...options],
    },
    board: {
      reviews: [{ findingId: first.id, verdict: 'limited', reason: text, by: text, at: '2026-05-01T00:00:00.000Z' }],
      decision: {
        ...base.board.decision,
        answer: text,
        rationale: text,
        dissent: text,
        otherOption: text,
        conditions: text,
        line: text,
        actions: [{ what: text, owner: text, due: '2026-05-08' }],
        participants: [{ name: text, role: text, conflictOfInterest: text }],
      },
    },
    signature: { signer: text, meaning: 'author', signedAt: '2026-05-01T00:00:00.000Z', algorithm: 'x' },
    template: { institution: text.slice(0, 80), footer: text },
    emergencies: [{ at: '2026-05-01T00:00:00.000Z', person: text, reason: text }],
    notApplicable: { R24: text },
    amendment: {
      number: 1,
      reason: text,
      changes: [text],
      former: { reportId: text, sha256: base.bundleSha256, signedAt: '2026-05-01T00:00:00.000Z', signer: text },
    },
  };
}

/** All that can leave, as text. */
function everyFormat(input: ReportInput): Record<string, string> {
  const report = composeReport(input);
  const csv = exportReport(report, input, 'csv').map(({ name, bytes }) => `${name} ${Buffer.from(bytes).toString()}`);
  const { packs: _, models: __, ...documents } = input;
  return {
    documents: JSON.stringify(documents),
    fhir: JSON.stringify(exportFhir(input, { digest: sha256 }).bundle),
    phenopacket: JSON.stringify(exportPhenopacket(input).phenopacket),
    mtb: JSON.stringify(mtbDataSet(input)),
    maf: exportTable('maf', input).text,
    vcf: exportTable('vcf', input).text,
    report: [...report.front, ...report.appendix].flatMap(textsOf).join('\n'),
    csv: csv.join('\n'),
  };
}

/** Words of an identifier that would still name: each number and each name in it. */
const tellingParts = (text: string): string[] =>
  text
    .split(/[\s,]+/u)
    .filter(
      (part) =>
        part.length > 4 && !/^(?:account|policy|license|plate|serial|study|pacemaker|fingerprint)$/iu.test(part),
    );

describe('each category of Safe Harbor (45 CFR 164.514(b)(2)(i)) is gone from every format', () => {
  it.each(Object.entries(safeHarbor).map(([letter, { title }]) => [letter as Category, title]))('%s %s', (letter) => {
    const text = planted[letter];
    const input = caseWith(text);
    expect(JSON.stringify(input).split(text).length).toBeGreaterThan(60);
    const { input: reduced, safeHarbor: holds } = leaving(input);
    expect(holds).toBe(true);
    for (const [format, said] of Object.entries(everyFormat(reduced)))
      for (const part of [text, ...tellingParts(text)]) {
        const at = said.toLowerCase().indexOf(part.toLowerCase());
        expect(`${format}: ${at === -1 ? '' : said.slice(Math.max(0, at - 80), at + 40)}`).toBe(`${format}: `);
      }
  });

  it('a member that the list does not name does not leave', () => {
    const input = reportInput();
    const record = { ...input.record, patient: { ...input.record.patient, surname: 'Oosterhuis' }, ward: 'B4' };
    const text = JSON.stringify(leaving({ ...input, record }).input.record);
    expect(text).not.toMatch(/Oosterhuis|ward/);
  });
});

describe('field by field', () => {
  const text =
    'Call Dr. Ada Vries, tel 050-311 22 44, a.vries@mail.example, MRN 00482913, 4 May 2024, 1.2.2024, 192.0.2.1';

  it('a text that is kept by choice loses what has the form of an identifier, and Safe Harbor is no longer claimed', () => {
    const keep = [...choosableFields];
    const { input, fields, safeHarbor: holds } = leaving(caseWith(text), { keep });
    expect(holds).toBe(false);
    const { question, course, comorbidities, patient } = input.record;
    expect(question).toMatch(/^Which treatment\? Call \[withheld\]/);
    expect(course).toHaveLength(1);
    expect(comorbidities[0]).toContain('hypertension');
    expect(patient.pseudonym).toBe('[withheld]');
    const said = JSON.stringify(input.record);
    expect(said).not.toMatch(/Vries|311|mail\.example|00482913|4 May|1\.2\.2024|192\.0/);
    expect(fields.find(({ field }) => field === 'question')).toMatchObject({ done: 'kept', values: 1, mayStay: true });
    expect(fields.find(({ field }) => field === 'notes')).toMatchObject({ done: 'removed', mayStay: false });
  });

  it('one field is kept and the others are not', () => {
    const { input } = leaving(reportInput(), { keep: ['comorbidities'] });
    expect(input.record.comorbidities).toEqual(['arterial hypertension']);
    expect(input.record.question).toBe('[withheld]');
    expect(input.record.patientGoals).toEqual([]);
  });

  it('the decision by choice: options and intent, none of its texts and names', () => {
    const { input } = leaving(reportInput(), { keep: ['decision'] });
    expect(input.board.decision).toMatchObject({ optionIds: ['osimertinib'], intent: 'disease-control' });
    expect(JSON.stringify(input.board)).not.toMatch(/Referrer|progression|T790M explains/);
    expect(leaving(reportInput()).input.board).toEqual({ reviews: [] });
  });

  it('medicines that tables know stay by their name, without what stands behind it', () => {
    const record = wholeRecord({
      medications: [{ name: 'Apixaban 5 mg for Mr. Vries' }, { name: 'Grandmother’s tea' }],
    });
    expect(leaving(reportInput({ record })).input.record.medications).toEqual([{ name: 'apixaban' }]);
  });
});

describe('dates and ages', () => {
  const input = reportInput();
  const days = (record: CaseRecord): (string | undefined)[] => [
    record.diagnosis.date,
    ...record.specimens.flatMap(({ collected, received }) => [collected, received]),
    ...record.consents.map(({ date }) => date),
  ];

  it('to their year', () => {
    const { record, composedAt } = leaving(input).input;
    expect(days(record)).toEqual(days(input.record).map((day) => day?.slice(0, 4)));
    expect(composedAt).toBe('2026-01-01T00:00:00.000Z');
  });

  it('shifted: all by the same days, which only the site knows; intervals stay, and Safe Harbor is not claimed', () => {
    const { input: moved, safeHarbor: holds, fields } = leaving(input, { dates: 'shifted' });
    expect(holds).toBe(false);
    expect(fields.find(({ field }) => field === 'dates')?.done).toBe('shifted');
    const shifts = days(input.record).map(
      (day, index) => (Date.parse(days(moved.record)[index] ?? '') - Date.parse(day ?? '')) / 86_400_000,
    );
    expect(new Set(shifts)).toEqual(new Set([secret.offsetDays]));
    expect((Date.parse(moved.composedAt) - Date.parse(input.composedAt)) / 86_400_000).toBe(secret.offsetDays);
    for (const [format, said] of Object.entries(everyFormat(moved)))
      for (const day of days(input.record))
        expect(`${format} ${said.includes(day ?? '-') ? day : ''}`).toBe(`${format} `);
  });

  it('the offset is 30 to 365 days either way and differs from case to case', () => {
    const offsets = Array.from({ length: 200 }, (_, index) => secretOf(sha256(`case ${index}`)).offsetDays);
    expect(offsets.every((days) => Math.abs(days) >= 30 && Math.abs(days) <= 365)).toBe(true);
    expect(new Set(offsets).size).toBeGreaterThan(100);
    expect(offsets.filter((days) => days < 0).length).toBeGreaterThan(60);
  });

  it('ages over 89 are 90, the patient’s and those of relatives, in sentences too', () => {
    const record = wholeRecord({
      patient: { pseudonym: 'Otter 417', sex: 'female', ageYears: 93 },
      familyHistory: [{ relation: 'mother', condition: 'colon cancer', ageYears: 97 }],
    });
    const { input: old } = leaving(reportInput({ record }), { keep: ['family'] });
    expect(old.record.patient.ageYears).toBe(90);
    expect(old.record.familyHistory[0]?.ageYears).toBe(90);
    expect(leaving(input).input.record.patient.ageYears).toBe(63);
    expect(composeReport(old).front.flatMap(textsOf).join('\n')).not.toMatch(/\b93\b/);
  });
});

it('the same case and secret give the same bytes; another secret another code and other dates', () => {
  const once = JSON.stringify(leaving(reportInput(), { dates: 'shifted' }));
  expect(JSON.stringify(leaving(reportInput(), { dates: 'shifted' }))).toBe(once);
  const other = deidentified(reportInput(), {
    choice: { dates: 'shifted' },
    secret: secretOf('17'.repeat(32)),
    digest: sha256,
  });
  expect(other.input.record.caseId).not.toBe(leaving(reportInput()).input.record.caseId);
  expect(other.input.record.diagnosis.date).not.toBe(
    leaving(reportInput(), { dates: 'shifted' }).input.record.diagnosis.date,
  );
});

it('an export says of each field what became of it, with its categories', () => {
  const { withheld } = reducedInput(reportInput(), { secret, digest: sha256 });
  const said = withheld.map(({ what, why }) => `${what}: ${why}`).join('\n');
  expect(said).toMatch(/Pseudonym and clinician \(2\): level "reduced": left out; Safe Harbor A/);
  expect(said).toMatch(/Dates \(\d+\): .*the year stays/);
  expect(said).toMatch(/Case id, .*not derived from the person; Safe Harbor H I J R/);
});

describe('on the command line', () => {
  const usage = 'usage';
  it('takes a level, dates and fields, and refuses what is none (F104)', () => {
    expect(choiceOf({ level: 'pseudonymised' }, usage)).toBeUndefined();
    expect(choiceOf({ level: 'reduced', dates: 'shifted', keep: ['goals'] }, usage)).toEqual({
      dates: 'shifted',
      keep: ['goals'],
    });
    for (const wrong of [
      { level: 'none' },
      { level: 'pseudonymised', keep: ['goals'] },
      { level: 'reduced', keep: ['notes'] },
    ])
      expect(() => choiceOf(wrong, usage)).toThrow(FaultError);
  });

  it('leaves nothing where the patient refused use outside care, and says what is no Safe Harbor (F109)', () => {
    const consents = [{ purpose: 'Research use of data', granted: false, date: '2026-04-01' }];
    const refused = reportInput({ record: wholeRecord({ consents }) });
    expect(() => reducedFor(refused, { dates: 'year', keep: [] }, undefined)).toThrow(/has refused/);
    const said = reducedFor(reportInput(), { dates: 'shifted', keep: [] }, undefined);
    expect(said.warnings.map(({ what }) => what)).toContain('Not by the list of Safe Harbor');
    expect(reducedFor(reportInput(), { dates: 'year', keep: [] }, undefined).input.record.caseId).not.toBe(
      said.input.record.caseId,
    );
  });
});
