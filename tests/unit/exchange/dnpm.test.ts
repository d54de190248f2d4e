/** F095: the record of German molecular tumor boards (DNPM:DIP) out and in; what it asks for and a case lacks is listed. */
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { importFile } from '../../../electron/exchange/index.ts';
import { caseFolder } from '../../../shared/exchange/case-draft.ts';
import { checkDnpm } from '../../../shared/exchange/dnpm/check.ts';
import { exportDnpm } from '../../../shared/exchange/dnpm/export.ts';
import { readDnpm } from '../../../shared/exchange/dnpm/import.ts';
import type { JsonObject } from '../../../shared/exchange/fhir/json.ts';
import { handMadeKnowledge, reportInput, wholeRecord } from '../report/support/input.ts';
import { mtbRecord } from './support/mtb-record.ts';

const needs = { digest: (text: string) => createHash('sha256').update(text).digest('hex'), placeOf: () => undefined };
type Whole = ReturnType<typeof mtbRecord>;
/** The made-up record after a change to it. */
const changed = (change: (record: Whole) => unknown): JsonObject => {
  const record = mtbRecord();
  change(record);
  return JSON.parse(JSON.stringify(record)) as JsonObject;
};
const read = (root: JsonObject) => {
  const made = readDnpm(root, needs);
  if (!made.ok) throw new Error(`${made.fault.code}: ${made.fault.message} ${made.fault.place?.field ?? ''}`);
  return made.value;
};
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as JsonObject;

describe('the German MTB record in (F095)', () => {
  const { draft, notes, unread } = read(changed(() => undefined));
  const { record, files } = caseFolder(draft);

  it('becomes a case: diagnosis with its codes, lines, status, specimen, assay', () => {
    expect(checkDnpm(changed(() => undefined))).toEqual([]);
    expect(record).toMatchObject({
      patient: { sex: 'female', ageYears: 64 },
      diagnosis: {
        site: 'Oberlappen',
        tnm: { t: 'T2', n: 'N1', m: 'M1' },
        grade: '2',
        date: '2024-06-11',
        attributes: { 'icd-10-gm': 'C34.1', 'icd-o-3-topography': 'C34.1' },
      },
      therapyLines: [
        {
          line: 1,
          intent: 'palliative',
          agents: ['Osimertinib'],
          started: '2024-07-01',
          ended: '2025-01-20',
          bestResponse: 'PR',
          reasonEnded: 'progression',
        },
      ],
      performanceStatus: { scale: 'ECOG', value: 1, date: '2025-02-03' },
      specimens: [{ kind: 'tissue', origin: 'metastasis', preservation: 'FFPE', purity: 0.6, collected: '2025-01-28' }],
    });
    expect(record.diagnosis.stage).toBeUndefined();
    expect(record.assays[0]).toMatchObject({ name: 'Panel 500', scope: 'panel', genomeBuild: 'GRCh38' });
    expect(record.course.map(({ event }) => event)).toEqual(['Another board recommended: Osimertinib + Capmatinib']);
    expect(draft.diagnosisCodes).toEqual({ icd10: 'C34.1', icdO3Topography: 'C34.1' });
  });

  it('becomes files: placed variants, copies, fusion, measures', () => {
    expect(draft.variants).toMatchObject([
      { key: 'GRCh38:7:55191822:T:G', gene: 'EGFR', alleleFraction: 0.31, depth: 412, transcript: 'NM_005228.5' },
      { key: 'GRCh38:7:55174772:GGAATTAAGAGAAGC:-', depth: 300 },
    ]);
    // 31 is no share: a percentage is not guessed.
    expect(draft.variants[1]?.alleleFraction).toBeUndefined();
    expect(draft.copies).toEqual([
      { gene: 'MET', totalCopies: 11, call: 2 },
      { gene: 'BRAF', totalCopies: 11, call: 2 },
    ]);
    expect(draft.fusions).toEqual([{ gene5: 'EML4', gene3: 'ALK', rnaReads: 143 }]);
    expect(draft.biomarkers.map(({ name, label, value }) => label ?? `${name} ${value}`)).toEqual([
      'TMB 7.2',
      'HRD 12',
      'PD-L1 tumor proportion score',
      'HER2 immunohistochemistry',
      'MSI MSS',
    ]);
    expect(files.map(({ path }) => path)).toContain('files/somatic.GRCh38.vcf');
  });

  it('keeps no id of the sender, takes no therapy that was not given, and lists what it does not read', () => {
    expect(JSON.stringify(record)).not.toMatch(/P-1|T-1|1961|Carboplatin|Verlauf/);
    expect(notes.map(({ place }) => place)).toEqual(
      expect.arrayContaining([
        'guidelineTherapies[1]',
        'diagnoses.notes',
        'ihcReports[0].results.proteinExpression[1]',
        'ngsReports[0].results.simpleVariants[1].allelicFrequency',
      ]),
    );
    expect(unread.map(({ place }) => place)).toEqual(
      expect.arrayContaining([
        'record.patient.birthDate',
        'record.ngsReports[].results.simpleVariants[].interpretation.code',
        'record.carePlans[].notes[]',
      ]),
    );
  });

  it('is told by its content beside FHIR and phenopackets, and harmonised by its codes', () => {
    const made = importFile(new TextEncoder().encode(JSON.stringify(mtbRecord())), handMadeKnowledge());
    expect(made).toMatchObject({ ok: true, value: { format: 'mtb' } });
  });

  it.each<[string, (record: Whole) => unknown, RegExp]>([
    [
      'an entry of another patient',
      (one) => Object.assign(one.specimens[0] ?? {}, { patient: { id: 'P-2' } }),
      /another patient.*specimens\[0\]\.patient/,
    ],
    ['two main diagnoses', (one) => one.diagnoses.push(...mtbRecord().diagnoses), /main one.*diagnoses/],
    [
      'no main diagnosis of two',
      (one) => {
        one.diagnoses.push(...mtbRecord().diagnoses);
        for (const { type } of one.diagnoses) for (const at of type.history) at.value.code = 'secondary';
      },
      /main one.*diagnoses/,
    ],
    ['a patient without an id', (one) => Object.assign(one.patient, { id: undefined }), /no id.*patient\.id/],
    ['a list that is none', (one) => Object.assign(one, { specimens: 'T-1' }), /no list.*specimens/],
    [
      'a frequency in words',
      (one) => Object.assign(one.ngsReports[0]?.results.simpleVariants[0] ?? {}, { allelicFrequency: '31 %' }),
      /no number.*allelicFrequency/,
    ],
  ])('refuses %s with its place', (_, change, message) => {
    expect(() => read(changed(change))).toThrow(message);
  });

  it('a record of version 1 is refused by its name; an unknown state of a therapy is not taken for given', () => {
    const first = { ...mtbRecord(), episodesOfCare: undefined, episodes: [] };
    expect(() => read(plain(first))).toThrow(/version 1/);
    const odd = read(
      changed((one) => Object.assign(one.guidelineTherapies[0]?.status ?? {}, { code: 'entered-in-error' })),
    );
    expect(odd.draft.record.therapyLines).toEqual([]);
    expect(odd.notes.map(({ place }) => place)).toContain('guidelineTherapies[0].status.code');
  });

  it('without a genome build a variant is placed by no guess', () => {
    const { draft: bare, notes: said } = read(
      changed((one) => Object.assign(one.ngsReports[0]?.metadata[0] ?? {}, { referenceGenome: 'custom' })),
    );
    expect(bare.variants).toEqual([]);
    expect(said.filter(({ reason }) => /genome/.test(reason))).toHaveLength(2);
  });
});

describe('the German MTB record out (F095)', () => {
  const input = reportInput();
  const { record, missing, withheld } = exportDnpm(input);

  it('breaks the schema nowhere but where the case does not hold what it asks for, and lists that', () => {
    const issues = checkDnpm(plain(record));
    expect(issues.filter(({ kind }) => kind !== 'missing')).toEqual([]);
    const listed = missing.map(({ what }) => what.replace(/ \(\d+\)$/, ''));
    for (const { place } of issues) expect(listed).toContain(place.replace(/\[\d+\]/gu, '[]'));
    expect(listed).toEqual(expect.arrayContaining(['patient.birthDate', 'diagnoses[].topography']));
  });

  it('names no person and no pseudonym, and sends no germline finding', () => {
    const text = JSON.stringify(record);
    for (const word of ['Otter', 'Referrer', 'Hospital North']) expect(text).not.toContain(word);
    for (const { name } of input.board.decision?.participants ?? []) expect(text).not.toContain(name);
  });

  it('sends the plan with the proposed level marked as not confirmed, and no plan before the decision', () => {
    const [plan] = record.carePlans as readonly JsonObject[];
    expect(JSON.stringify(plan)).toMatch(/"display":"m[1-4][ABC]?, proposed by rule, not confirmed"/);
    expect(exportDnpm(reportInput({ decision: null })).record.carePlans).toBeUndefined();
  });

  it('comes back with what it carries: diagnosis, lines, status, variants, copies, fusions', () => {
    const { draft } = read(plain(record));
    const back = caseFolder(draft).record;
    const { site, ...diagnosis } = input.record.diagnosis;
    expect(back.diagnosis).toMatchObject({ ...diagnosis, site });
    expect(back.patient).toMatchObject({ sex: input.record.patient.sex, ageYears: input.record.patient.ageYears });
    expect(back.performanceStatus).toEqual(input.record.performanceStatus);
    // A month is no day: the schema has no place for it.
    const [{ started, ended, ...line } = { started: '', ended: '' }] = input.record.therapyLines;
    expect(back.therapyLines).toEqual([line]);
    expect(withheld.map(({ what }) => what)).toContain('dates of a month or a year (2)');
    const keys = input.profile.findings
      .filter(({ kind, state }) => kind === 'small-variant' && state === 'detected')
      .map(({ variantKeys }) => variantKeys[0]);
    expect(draft.variants.map(({ key }) => key).sort()).toEqual(keys.sort());
  });

  it('the codes of the sender go out again as they came', () => {
    const base = wholeRecord();
    const coded = {
      ...base,
      diagnosis: { ...base.diagnosis, attributes: { 'icd-10-gm': 'C34.1', 'icd-o-3-topography': 'C34.1' } },
    };
    const [diagnosis] = exportDnpm({ ...input, record: coded }).record.diagnoses as readonly JsonObject[];
    expect(diagnosis).toMatchObject({ code: { code: 'C34.1' }, topography: { code: 'C34.1' } });
  });
});
