/** F002, F093, F095: what hospitals, laboratories and portals send beside variants, in shapes of their own: read with its facts, or said to be left. */
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { importFile } from '../../../electron/exchange/index.ts';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { pharmacogenesOfCase } from '../../../electron/therapy/index.ts';
import type { CaseRecord } from '../../../shared/case/case-record.ts';
import { readStudy } from '../../../shared/exchange/cbioportal.ts';
import type { MolecularKnowledge } from '../../../shared/molecular/knowledge.ts';

let knowledge: MolecularKnowledge;
beforeAll(async () => {
  knowledge = (await loadPacks(join(resolve(import.meta.dirname, '../../..'), 'models/knowledge'))).molecular();
});
type Members = Readonly<Record<string, unknown>>;
const read = (root: unknown) => {
  const made = importFile(new TextEncoder().encode(JSON.stringify(root)), knowledge);
  if (!made.ok) throw new Error(made.fault.message);
  const [only] = made.value.cases;
  if (only === undefined) throw new Error('no case');
  return { record: only.folder.record as CaseRecord, notes: [...made.value.notes, ...only.notes], all: made.value };
};

const MCODE = 'http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-';
const loinc = (code: string, display?: string) => ({ coding: [{ system: 'http://loinc.org', code, display }] });
const sct = (code: string, display: string) => ({ coding: [{ system: 'http://snomed.info/sct', code, display }] });
const subject = { subject: { reference: 'Patient/p' } };
const of = (resourceType: string, id: string, more: Members): Members => ({ resourceType, id, ...subject, ...more });
const observed = (id: string, code: Members, more: Members) =>
  of('Observation', id, { status: 'final', code, ...more });
const CANCER = of('Condition', 'c', {
  meta: { profile: [`${MCODE}primary-cancer-condition`] },
  code: sct('254637007', 'Non-small cell lung cancer'),
});
const bundle = (...resources: Members[]) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: [{ resourceType: 'Patient', id: 'p', gender: 'female' }, CANCER, ...resources].map((resource) => ({
    fullUrl: `http://h/${resource.resourceType}/${resource.id}`,
    resource,
  })),
});

describe('mCODE STU4 of another system (F095)', () => {
  it.each<[string, Members[], Members]>([
    [
      'TNM of pathology by LOINC',
      [
        observed('t', loinc('21899-0'), { valueCodeableConcept: { text: 'pT2a' } }),
        observed('n', loinc('21900-6'), { valueCodeableConcept: { text: 'N1' } }),
        observed('m', loinc('21907-1'), { valueString: 'cM0' }),
        observed('s', loinc('21902-2'), { valueCodeableConcept: { text: 'IIB' } }),
      ],
      { diagnosis: { stage: 'IIB', tnm: { t: 'pT2a', n: 'pN1', m: 'cM0' } } },
    ],
    [
      'TNM by SNOMED CT, and the pathological before the clinical',
      [
        observed('t', sct('399504009', 'cT category'), { valueCodeableConcept: sct('1228889001', 'AJCC cT3') }),
        observed('q', sct('384625004', 'pT category'), { valueCodeableConcept: sct('1228951007', 'AJCC pT2') }),
        observed('s', sct('399588009', 'Clinical stage group'), {
          valueCodeableConcept: sct('1222769006', 'American Joint Committee on Cancer stage IIIA (qualifier value)'),
        }),
      ],
      { diagnosis: { stage: 'IIIA', tnm: { t: 'pT2' } } },
    ],
    [
      'a course of radiotherapy; one that was not done is none',
      [
        of('Procedure', 'r', {
          status: 'completed',
          code: { text: 'Radiotherapy course' },
          performedPeriod: { start: '2024-01-03', end: '2024-02-14' },
        }),
        of('Procedure', 'x', { status: 'not-done', code: { text: 'Lobectomy' } }),
      ],
      { course: [{ date: '2024-01-03', event: 'Procedure: Radiotherapy course', kind: 'treatment' }] },
    ],
    [
      'a status of the disease and a metastasis',
      [
        observed('d', loinc('97509-4'), {
          effectiveDateTime: '2024-05-05',
          valueCodeableConcept: sct('271299001', 'improved'),
        }),
        of('Condition', 's', {
          meta: { profile: [`${MCODE}secondary-cancer-condition`] },
          code: sct('94493005', 'Metastasis to liver'),
        }),
      ],
      {
        course: [
          { event: 'Secondary cancer: Metastasis to liver', kind: 'diagnosis' },
          { date: '2024-05-05', event: 'Disease status: improved', kind: 'response' },
        ],
      },
    ],
    [
      'comorbidities: an active one; refuted and resolved ones are none',
      [
        of('Condition', 'h', { code: sct('38341003', 'Hypertension') }),
        of('Condition', 'i', {
          code: sct('1', 'Gout'),
          clinicalStatus: { coding: [{ code: 'resolved' }] },
        }),
        of('Condition', 'j', { code: sct('2', 'Asthma'), verificationStatus: { coding: [{ code: 'refuted' }] } }),
      ],
      { comorbidities: ['Hypertension'] },
    ],
    [
      'conditions of relatives by code and by words; denied, withdrawn and unnamed ones are none, a range is no age',
      [
        of('FamilyMemberHistory', 'f', {
          status: 'completed',
          patient: { reference: 'Patient/p' },
          name: 'Jane Roe',
          relationship: {
            coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-RoleCode', code: 'MAUNT' }],
          },
          condition: [
            { code: sct('1', 'Ovarian carcinoma'), onsetAge: { value: 57, code: 'a' } },
            { code: { text: 'Breast carcinoma' }, onsetRange: { low: { value: 40 }, high: { value: 50 } } },
            { code: { text: 'No history of colon cancer' } },
          ],
        }),
        of('FamilyMemberHistory', 'g', {
          status: 'entered-in-error',
          patient: { reference: 'Patient/p' },
          relationship: { text: 'father' },
          condition: [{ code: { text: 'Melanoma' } }],
        }),
        of('FamilyMemberHistory', 'h', {
          status: 'completed',
          patient: { reference: 'Patient/p' },
          relationship: { text: 'father' },
          condition: [{ code: { text: 'Gastric carcinoma' }, onsetAge: { value: 888, unit: 'months', code: 'mo' } }],
        }),
      ],
      {
        familyHistory: [
          { relation: 'maternal aunt', condition: 'Ovarian carcinoma', ageYears: 57 },
          { relation: 'maternal aunt', condition: 'Breast carcinoma' },
          { relation: 'father', condition: 'Gastric carcinoma' },
        ],
      },
    ],
    [
      'a tumor marker; a bound is no value, an age no laboratory value',
      [
        observed('psa', loinc('2857-1', 'PSA'), {
          meta: { profile: [`${MCODE}tumor-marker-test`] },
          valueQuantity: { value: 4.2, unit: 'ng/mL', code: 'ng/mL' },
          effectiveDateTime: '2024-02-02',
        }),
        observed('ca', loinc('10334-1', 'CA 125'), {
          meta: { profile: [`${MCODE}tumor-marker-test`] },
          valueQuantity: { value: 5, comparator: '<', code: '[U]/mL' },
        }),
      ],
      { labs: [{ name: 'PSA', loinc: '2857-1', value: 4.2, unit: 'ng/mL', date: '2024-02-02' }] },
    ],
    [
      'a medicine in a resource of its own',
      [
        { resourceType: 'Medication', id: 'm', code: { text: 'Osimertinib' } },
        of('MedicationRequest', 'r', {
          status: 'active',
          intent: 'order',
          medicationReference: { reference: 'Medication/m' },
        }),
      ],
      { medications: [{ name: 'Osimertinib' }] },
    ],
    [
      'a medicine in one element, as R5 has it',
      [
        of('MedicationStatement', 'm', { status: 'recorded', medication: { concept: { text: 'Osimertinib' } } }),
        of('Procedure', 'x', { status: 'completed', code: { text: 'Lobectomy' }, occurrenceDateTime: '2024-03-01' }),
      ],
      {
        medications: [{ name: 'Osimertinib' }],
        course: [{ event: 'Procedure: Lobectomy', kind: 'treatment', date: '2024-03-01' }],
      },
    ],
    [
      'resources inside others, systems by https, codes with blanks, answers by their names alone',
      [
        observed(
          'v',
          { coding: [{ system: 'https://loinc.org/', code: ' 69548-6 ' }] },
          {
            valueString: 'Present',
            specimen: { reference: '#s' },
            contained: [
              of('Specimen', 's', { type: { text: 'x' }, collection: { bodySite: { text: 'Left lung' } } }),
              of('MedicationRequest', 'r', { status: 'active', medicationReference: { reference: '#m' } }),
              { resourceType: 'Medication', id: 'm', code: { text: 'Afatinib' } },
            ],
            component: [
              { code: loinc('48018-6'), valueString: 'EGFR' },
              { code: loinc('62374-4'), valueCodeableConcept: { text: 'hg38' } },
              { code: loinc('48000-4'), valueString: 'Chromosome 7' },
              { code: loinc('92822-6'), valueString: '1-based character counting' },
              { code: loinc('81254-5'), valueRange: { low: { value: 55191822 } } },
              { code: loinc('69547-8'), valueString: 'T' },
              { code: loinc('69551-0'), valueString: 'G' },
              { code: loinc('48002-0'), valueCodeableConcept: { text: 'Somatic' } },
            ],
          },
        ),
      ],
      {
        specimens: [{ site: 'Left lung' }],
        medications: [{ name: 'Afatinib' }],
        files: [{ path: 'files/somatic.GRCh38.vcf' }],
      },
    ],
  ])('%s', (_, resources, expected) => {
    expect(read(bundle(...resources)).record).toMatchObject(expected);
  });

  const gene = (symbol: string) => ({
    component: [{ code: loinc('48018-6'), valueCodeableConcept: { text: symbol } }],
  });
  const text = (words: string) => ({ valueCodeableConcept: { text: words } });
  const genotype = (id: string, words: string, more: Members = {}) =>
    observed(id, loinc('84413-4'), { ...text(words), ...more });
  const haplotype = (id: string, words: string, symbol: string) =>
    observed(id, loinc('84414-2'), { ...text(words), ...gene(symbol) });
  const rests = (...ids: string[]) => ({ derivedFrom: ids.map((id) => ({ reference: `Observation/${id}` })) });

  it.each<[string, Members[], readonly (readonly [string, string])[], RegExp | undefined]>([
    [
      'the gene before the star',
      [genotype('g', 'CYP2D6*7.001 / CYP2D6*1.001')],
      [['CYP2D6', '*7.001/*1.001']],
      undefined,
    ],
    [
      'a change by HGVS',
      [genotype('g', 'Reference/c.1905+1G>A (*2A)', gene('DPYD'))],
      [['DPYD', 'Reference/c.1905+1G>A (*2A)']],
      undefined,
    ],
    [
      'two haplotypes of a locus',
      [haplotype('a', 'A*02:06', 'HLA-A'), haplotype('b', 'HLA-A*31:01:02', 'HLA-A')],
      [['HLA-A', '*02:06/*31:01:02']],
      undefined,
    ],
    [
      'haplotypes that a genotype rests on',
      [haplotype('a', '*1', 'TPMT'), haplotype('b', '*3A', 'TPMT'), genotype('g', 'TPMT *1/*3A', rests('a', 'b'))],
      [['TPMT', '*1/*3A']],
      undefined,
    ],
    [
      'two reports that differ',
      [genotype('g', 'TPMT *1/*1'), genotype('k', 'TPMT *1/*3A')],
      [
        ['TPMT', '*1/*1'],
        ['TPMT', '*1/*3A'],
      ],
      /a choice between 2 reports of TPMT/,
    ],
    ['one haplotype alone', [haplotype('a', 'HLA-B*57:01', 'HLA-B')], [], /the other allele of HLA-B is not told/],
    [
      'a haplotype that contradicts',
      [haplotype('a', '*2', 'TPMT'), genotype('g', 'TPMT *1/*3A', rests('a'))],
      [],
      /that it rests on says otherwise/,
    ],
    [
      'a name that is no pair',
      [genotype('g', 'NM_022787.3(NMNAT1):c.[53A>G];[769G>A] AND dystrophy', gene('NMNAT1'))],
      [],
      /not a pair of named alleles/,
    ],
    [
      'another gene in its components',
      [genotype('g', 'TPMT *1/*3A', gene('DPYD'))],
      [],
      /its value names another gene/,
    ],
    [
      'no value',
      [observed('g', loinc('84413-4'), { dataAbsentReason: { text: 'unknown' }, ...gene('TPMT') })],
      [],
      /no call/,
    ],
    ['entered in error', [genotype('g', 'TPMT *3A/*3A', { status: 'entered-in-error' })], [], /withdrawn/],
    [
      'of another patient',
      [genotype('g', 'TPMT *3A/*3A', { subject: { reference: 'Patient/q' } })],
      [],
      /of another patient/,
    ],
    [
      'three haplotypes',
      ['*1', '*2', '*3A'].map((star, at) => haplotype(`h${at}`, star, 'TPMT')),
      [],
      /3 haplotypes of TPMT are more/,
    ],
  ])('reads a genotype as a call of its gene, or says why not: %s (R37)', (_, resources, expected, said) => {
    const { record, notes } = read(bundle(...resources));
    expect((record.pharmacogenes ?? []).map(({ gene: symbol, diplotype }) => [symbol, diplotype])).toEqual(expected);
    const reasons = notes.map(({ reason }) => reason).join('\n');
    if (said === undefined) expect(reasons).not.toMatch(/genotype|haplotype|reports of/);
    else expect(reasons).toMatch(said);
  });

  it('calls what another system reports, and takes no allele that is not told for one that is not borne (F043)', async () => {
    const packs = await loadPacks(join(resolve(import.meta.dirname, '../../..'), 'models/knowledge'));
    const { record } = read(
      bundle(
        genotype('d', 'DPYD *1/*2A'),
        haplotype('a', 'HLA-B*57:01:01', 'HLA-B'),
        haplotype('b', 'HLA-B*15', 'HLA-B'),
        genotype('g', 'APOE *3/*4'),
      ),
    );
    const bare = { record: { ...record, files: [] }, stream: () => [] as never };
    const { pharmacogenes, absent } = await pharmacogenesOfCase(bare, { understandings: [] }, packs);
    const of = (symbol: string) => pharmacogenes?.genes.find((one) => one.gene === symbol);
    expect(of('DPYD')).toMatchObject({ source: 'outside', phenotype: 'Intermediate Metabolizer' });
    expect(of('DPYD')?.notes).toContain('*2A is read as c.1905+1G>A (*2A).');
    expect(of('DPYD')?.notes).toContain('Reported by another system (FHIR genotype).');
    expect(of('HLA-B')?.phenotypes).toEqual(['*57:01 positive', '*58:01 negative']);
    expect(of('TPMT')?.source).toBe('none');
    expect(pharmacogenes?.recommendations.map(({ drug }) => drug)).toContain('fluorouracil');
    expect(absent.map(({ reason }) => reason).join()).toMatch(
      /^APOE, as reported by .+, is not read\. The gene is not one this version interprets/,
    );
  });

  it('says with its place that the region studied and what the case has no field for are not in it', () => {
    const smoking = (id: string) => observed(id, { text: 'Tobacco smoking status' }, text('former'));
    const { notes: said } = read(bundle(smoking('a'), smoking('b')));
    expect(said).toContainEqual({
      place: 'Bundle.entry[2].resource',
      reason:
        'left behind: “Tobacco smoking status” as another system reports it stands in the draft; the case has no field for it, and 1 more',
    });
    const { notes } = read(bundle(observed('r', loinc('53041-0'), {})));
    const left = notes.filter(({ reason }) => reason.includes('stands in the draft; the case'));
    expect(left.map(({ place }) => place)).toEqual(['Bundle.entry[2].resource']);
  });

  it('reads the amended report; what the withdrawn one gave is set aside', () => {
    const variant = (id: string, answer: string, status: string) =>
      observed(id, loinc('69548-6'), {
        status,
        valueCodeableConcept: loinc(answer),
        component: [{ code: loinc('48018-6'), valueCodeableConcept: { text: 'BRAF' } }],
      });
    const report = (id: string, status: string, result: string) =>
      of('DiagnosticReport', id, { status, code: loinc('51969-4'), result: [{ reference: `Observation/${result}` }] });
    const { record, notes } = read(
      bundle(
        report('d1', 'entered-in-error', 'v1'),
        report('d2', 'amended', 'v2'),
        variant('v1', 'LA9633-4', 'final'),
        variant('v2', 'LA9634-2', 'amended'),
      ),
    );
    expect(record.files).toEqual([]);
    expect(record.assays.flatMap(({ genes }) => genes ?? [])).toEqual(['BRAF']);
    expect(notes.filter(({ reason }) => reason.startsWith('set aside')).map(({ place }) => place)).toEqual([
      'Bundle.entry[2].resource.status',
      'Bundle.entry[4].resource',
    ]);
  });
});

describe('phenopackets of other makers (F095)', () => {
  const packet = (more: Members) => ({
    id: 'x',
    subject: { id: 's', sex: 'FEMALE' },
    metaData: { phenopacketSchemaVersion: '2.0.2' },
    ...more,
  });
  it('terms of any ontology keep their words; TNM findings are read', () => {
    const { record } = read(
      packet({
        diseases: [
          {
            term: { id: 'mondo:0005061', label: 'lung adenocarcinoma' },
            clinicalTnmFinding: [
              { id: 'NCIT:C48724', label: 'T2 Stage Finding' },
              { id: 'NCIT:C48786', label: 'N2 Stage Finding' },
            ],
          },
          { term: { id: 'Orphanet:144', label: 'Lynch syndrome' } },
        ],
      }),
    );
    expect(record.diagnosis).toMatchObject({ name: 'lung adenocarcinoma', tnm: { t: 'T2', n: 'N2' } });
    expect(record.comorbidities).toEqual(['Lynch syndrome']);
  });
  it('a gene without a variant and a symbolic allele place nothing, and are said', () => {
    const interpretation = (vcfRecord: Members | undefined) => ({
      subjectOrBiosampleId: 's',
      interpretationStatus: 'CAUSATIVE',
      ...(vcfRecord === undefined
        ? { gene: { valueId: 'HGNC:3236', symbol: 'EGFR' } }
        : { variantInterpretation: { variationDescriptor: { vcfRecord, geneContext: { symbol: 'EGFR' } } } }),
    });
    const at = { genomeAssembly: 'GRCh38.p14', chrom: 'chr7', pos: '55191822', ref: 'T' };
    const { all, notes } = read(
      packet({
        interpretations: [
          {
            id: 'i',
            diagnosis: {
              genomicInterpretations: [
                interpretation({ ...at, alt: 'G' }),
                interpretation({ ...at, alt: '<DEL>' }),
                interpretation(undefined),
              ],
            },
          },
        ],
      }),
    );
    const rows = all.cases[0]?.folder.files.map(({ text }) => text).join('') ?? '';
    expect(rows.match(/^7\t/gm)).toHaveLength(1);
    const placed = 'interpretations[0].diagnosis.genomicInterpretations';
    expect(notes.map(({ place }) => place)).toEqual(expect.arrayContaining([`${placed}[1]`, `${placed}[2]`]));
  });
});

describe('studies of other portals (F095)', () => {
  const lines = (...all: string[]) => `${all.join('\n')}\n`;
  const clinical = (datatype: string, file: string) =>
    lines(
      'cancer_study_identifier: s',
      'genetic_alteration_type: CLINICAL',
      `datatype: ${datatype}`,
      `data_filename: ${file}`,
    );
  const files = {
    'meta_study.txt': lines(
      'type_of_cancer: luad',
      'cancer_study_identifier: s',
      'name: N',
      'description: D',
      'reference_genome: hg38',
    ),
    'meta_clinical_sample.txt': clinical('SAMPLE_ATTRIBUTES', 'data_clinical_sample.txt'),
    'data_clinical_sample.txt': lines(
      ...['#P\tS\tC', '#P\tS\tC', '#STRING\tSTRING\tSTRING', '#1\t1\t1'],
      'PATIENT_ID\tSAMPLE_ID\tONCOTREE_CODE',
      'P1\tS1\tLUAD',
    ),
    'meta_mutations.txt': lines(
      ...['cancer_study_identifier: s', 'genetic_alteration_type: MUTATION_EXTENDED', 'datatype: MAF'],
      ...['stable_id: mutations', 'show_profile_in_analysis_tab: true', 'profile_name: M'],
      ...['profile_description: M', 'data_filename: data_mutations.txt'],
    ),
    'data_mutations.txt': lines(
      'Hugo_Symbol\tNCBI_Build\tChromosome\tStart_Position\tEnd_Position\tReference_Allele\tTumor_Seq_Allele2\tVariant_Classification\tHGVSp_Short\tTumor_Sample_Barcode',
      'EGFR\tGRCh38\t7\t55191822\t55191822\tT\tG\tMissense_Mutation\tp.L858R\tS1',
    ),
  };
  const digest = (): string => '0'.repeat(64);
  const study = (more: Readonly<Record<string, string>>) => readStudy(new Map(Object.entries({ ...files, ...more })));
  const errors = (more: Readonly<Record<string, string>>) =>
    study(more)
      .issues.filter(({ level }) => level === 'error')
      .map(({ file, line, message }) => [file, line, message]);

  it.each([
    ['line ends of Windows and a byte order mark', `\uFEFF${files['data_mutations.txt'].replaceAll('\n', '\r\n')}`],
    ['a version above the head', `#version 2.4\n${files['data_mutations.txt']}`],
    ['chr7', files['data_mutations.txt'].replace('\t7\t', '\tchr7\t')],
  ])('%s: the same variant', (_, text) => {
    const found = study({ 'data_mutations.txt': text });
    expect(found.issues).toEqual([]);
    expect(found.caseOf('S1', digest)?.draft.variants.map(({ key }) => key)).toEqual(['GRCh38:7:55191822:T:G']);
  });
  it('a timeline is the course of its patient, in days of the study; one without events is refused', () => {
    const timeline = (...rows: string[]) => ({
      'meta_timeline.txt': clinical('TIMELINE', 'data_timeline.txt'),
      'data_timeline.txt': lines(...rows),
    });
    const found = study(
      timeline(
        'PATIENT_ID\tSTART_DATE\tSTOP_DATE\tEVENT_TYPE\tAGENT',
        'P1\t0\t30\tTREATMENT\tosimertinib',
        'P2\t1\t\tSURGERY\t',
      ),
    );
    expect(found.issues).toEqual([]);
    expect(found.caseOf('S1', digest)?.draft.record.course).toEqual([
      { event: 'TREATMENT (day 0 to 30): agent osimertinib', kind: 'timeline' },
    ]);
    expect(errors(timeline('PATIENT_ID\tSTART_DATE', 'P1\t0'))).toEqual([
      ['data_timeline.txt', 1, 'Missing column: EVENT_TYPE'],
    ]);
  });
  it('another build than the study has, and a genome that is not human, are refused with their place', () => {
    const message = 'The specified reference genome does not correspond with the reference genome found in the MAF.';
    expect(errors({ 'data_mutations.txt': files['data_mutations.txt'].replace('GRCh38', 'GRCh37') })).toEqual([
      ['data_mutations.txt', 2, message],
    ]);
    expect(errors({ 'meta_study.txt': files['meta_study.txt'].replace('hg38', 'mm10') })[0]).toEqual([
      'meta_study.txt',
      undefined,
      'Only human reference genomes are read: hg19 or hg38',
    ]);
  });
});
