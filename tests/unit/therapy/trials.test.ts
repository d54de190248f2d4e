import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { intake, packFolder, readBundle } from '../../../electron/case/index.ts';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { interpret } from '../../../electron/molecular/index.ts';
import {
  createTrialDesk,
  patientOfCase,
  readPatientTables,
  readTrialFolder,
  trialsFor,
} from '../../../electron/therapy/index.ts';
import { CaseTrials, type TrialVerdict } from '../../../shared/therapy/trials/verdicts.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const scratch = mkdtempSync(join(tmpdir(), 'consilium-trials-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const on = '2026-03-01';

type Files = Readonly<Record<string, string>>;
function folderOf(files: Files): string {
  const folder = mkdtempSync(join(scratch, 'f-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const trial = (match: unknown, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    protocol_no: '26-001',
    nct_id: 'NCT00000001',
    status: 'Open to Accrual',
    snapshot_date: '2026-02-20',
    treatment_list: { step: [{ arm: [{ arm_code: 'A', arm_suspended: 'N', match }] }] },
    ...more,
  });

const clinicalColumns =
  'SAMPLE_ID,BIRTH_DATE,GENDER,ONCOTREE_PRIMARY_DIAGNOSIS_NAME,HER2_STATUS,TUMOR_MUTATIONAL_BURDEN_PER_MEGABASE,ECOG';
const clinical = `${clinicalColumns}\nS1,1960-03-02,Female,Lung Adenocarcinoma,Negative,40,1\n`;
const genomicColumns =
  'SAMPLE_ID,TRUE_HUGO_SYMBOL,TRUE_PROTEIN_CHANGE,TRUE_VARIANT_CLASSIFICATION,VARIANT_CATEGORY,CNV_CALL,WILDTYPE,TRUE_TRANSCRIPT_EXON,LEFT_PARTNER_GENE,RIGHT_PARTNER_GENE,STRUCTURAL_VARIANT_COMMENT,MMR_STATUS,APOBEC_STATUS';
const genomic = `${genomicColumns}
S1,BRAF,p.V600E,Missense_Mutation,MUTATION,,false,15,,,,,
S1,EGFR,p.E746_A750del,In_Frame_Del,MUTATION,,false,19,,,,,
S1,NOTCH1,p.L1644L,Silent,MUTATION,,false,26,,,,,
S1,KRAS,,,MUTATION,,true,,,,,,
S1,MYC,,,CNV,High level amplification,,,,,,,
S1,CDKN2A,,,CNV,Homozygous deletion,,,,,,,
S1,ALK,,,SV,,,,EML4,ALK,,,
S1,NTRK1,,,SV,,true,,,,,,
S1,,,,SV,,,,,,rearrangement that involves RET intron 11,,
S1,,,,SIGNATURE,,,,,,,Proficient (MMR-P / MSS),Yes
`;

async function judge(match: unknown, tables: Files = {}, more: Readonly<Record<string, unknown>> = {}) {
  const trials = await readTrialFolder(folderOf({ 'trial.json': trial(match, more) }));
  expect(trials.refusals).toEqual([]);
  const folder = folderOf({ 'clinical.csv': clinical, 'genomic.csv': genomic, ...tables });
  const [patient] = await readPatientTables(folder, packs, { on, complete: false });
  const judged = patient === undefined ? [] : trialsFor(patient, trials, packs, on);
  const [first] = judged;
  const [arm] = first?.arms ?? [];
  if (first === undefined || arm === undefined) throw new Error('one trial with one arm was asked for');
  return { trial: first, arm };
}

const eligibility = async (node: unknown): Promise<string> => (await judge([node])).arm.eligibility;

async function refusal(text: string, name = 'bad.json') {
  const good = trial([{ clinical: { age_numerical: '>=18' } }]);
  const { trials, refusals } = await readTrialFolder(folderOf({ [name]: text, 'good.json': good }));
  expect(trials.map(({ file }) => file)).toEqual(['good.json']);
  return refusals[0]?.fault;
}

describe('F050: criteria in three values', () => {
  const gene = (hugo_symbol: string, more: Readonly<Record<string, unknown>> = {}) => ({
    genomic: { hugo_symbol, variant_category: 'Mutation', ...more },
  });
  it.each([
    ['a mutated gene', gene('BRAF'), 'met'],
    ['a protein change in another notation', gene('BRAF', { protein_change: 'p.Val600Glu' }), 'met'],
    ['another protein change', gene('BRAF', { protein_change: 'p.V600K' }), 'not-met'],
    ['any change of a residue', gene('BRAF', { wildcard_protein_change: 'p.V600' }), 'met'],
    ['any change of another residue', gene('BRAF', { wildcard_protein_change: 'V60' }), 'not-met'],
    ['the exon', gene('EGFR', { exon: 19 }), 'met'],
    ['another exon', gene('EGFR', { exon: 20 }), 'not-met'],
    ['a class of change', gene('EGFR', { variant_classification: 'In_Frame_Del' }), 'met'],
    ['a silent change is no mutation', gene('NOTCH1'), 'not-met'],
    ['a gene that was not assayed', gene('TP53'), 'unknown'],
    ['the absence of one not assayed', gene('TP53', { variant_category: '!Mutation' }), 'unknown'],
    ['the absence of one found', gene('BRAF', { variant_category: '!Mutation' }), 'not-met'],
    ['the absence of one tested and not found', gene('KRAS', { variant_category: '!Mutation' }), 'met'],
    ['wild type, tested', gene('KRAS', { wildtype: true }), 'met'],
    ['wild type, mutated', gene('BRAF', { wildtype: true }), 'not-met'],
    ['wild type, not assayed', gene('TP53', { wildtype: true }), 'unknown'],
    [
      'an amplification',
      gene('MYC', { variant_category: 'Copy Number Variation', cnv_call: 'High Amplification' }),
      'met',
    ],
    [
      'a deletion where it is amplified',
      gene('MYC', { variant_category: 'CNV', cnv_call: 'Homozygous Deletion' }),
      'not-met',
    ],
    ['any variation', { genomic: { hugo_symbol: 'CDKN2A', variant_category: 'Any Variation' } }, 'met'],
    ['a fusion by its partner', gene('EML4', { variant_category: 'Structural Variation' }), 'met'],
    [
      'a fusion with its partner',
      gene('ALK', { variant_category: 'Structural Variation', fusion_partner_hugo_symbol: 'EML4' }),
      'met',
    ],
    ['a rearrangement told in a comment', gene('RET', { variant_category: 'Structural Variation' }), 'met'],
    ['a rearrangement nobody looked for', gene('ROS1', { variant_category: 'Structural Variation' }), 'unknown'],
    ['a rearrangement looked for and not found', gene('NTRK1', { variant_category: 'SV' }), 'not-met'],
    ['the absence of one looked for', gene('NTRK1', { variant_category: '!SV' }), 'met'],
    ['mismatch repair', { genomic: { mmr_status: 'MMR-Proficient' } }, 'met'],
    ['microsatellite instability', { genomic: { ms_status: 'MSI-H' } }, 'not-met'],
    ['a signature', { genomic: { apobec_signature: 'Yes' } }, 'met'],
    ['a signature that is not reported', { genomic: { uva_signature: 'Yes' } }, 'unknown'],
    ['burden at its bound', { clinical: { tmb_numerical: '>=40' } }, 'met'],
    ['burden above its bound', { clinical: { tmb_numerical: '>40' } }, 'not-met'],
    ['burden as it is', { clinical: { tmb_numerical: '==40' } }, 'met'],
    ['age the day before the birthday', { clinical: { age_numerical: '==65' } }, 'met'],
    ['age', { clinical: { age_numerical: '<65' } }, 'not-met'],
    ['sex', { clinical: { gender: 'Male' } }, 'not-met'],
    ['ECOG', { clinical: { ecog: '0-1' } }, 'met'],
    ['HER2', { clinical: { her2_status: 'Negative' } }, 'met'],
    ['a receptor not stated', { clinical: { er_status: 'Positive' } }, 'unknown'],
    ['a receptor to be unknown', { clinical: { er_status: 'Unknown' } }, 'met'],
    ['the very diagnosis', { clinical: { oncotree_primary_diagnosis: 'Lung Adenocarcinoma' } }, 'met'],
    ['a wider diagnosis', { clinical: { oncotree_primary_diagnosis: 'Non-Small Cell Lung Cancer' } }, 'met'],
    ['its code', { clinical: { oncotree_primary_diagnosis: 'LUAD' } }, 'met'],
    ['a sister', { clinical: { oncotree_primary_diagnosis: 'Lung Squamous Cell Carcinoma' } }, 'not-met'],
    ['solid', { clinical: { oncotree_primary_diagnosis: '_SOLID_' } }, 'met'],
    ['liquid', { clinical: { oncotree_primary_diagnosis: '_LIQUID_' } }, 'not-met'],
    ['not one of two', { clinical: { oncotree_primary_diagnosis: ['!Melanoma', '!Colon Adenocarcinoma'] } }, 'met'],
    ['a tumor type nobody knows', { clinical: { oncotree_primary_diagnosis: 'Marsh Fever' } }, 'unknown'],
    ['what the record does not say', { clinical: { disease_status: ['Advanced', 'Metastatic'] } }, 'unknown'],
    ['and', { and: [gene('BRAF'), gene('TP53')] }, 'unknown'],
    ['and with one not met', { and: [gene('KRAS'), gene('TP53')] }, 'not-met'],
    ['or', { or: [gene('BRAF'), gene('TP53')] }, 'met'],
    ['not', { not: gene('KRAS') }, 'met'],
    ['not of unknown', { not: gene('TP53') }, 'unknown'],
  ])('%s', async (_name, node, expected) => {
    expect(await eligibility(node)).toBe(expected);
  });

  it.each<readonly [string, string, 'met' | 'not-met' | 'unknown']>([
    ['carboplatin', 'Carboplatin', 'met'],
    ['CARBOPLATIN', 'platinum-based chemotherapy', 'met'],
    ['osimertinib', 'EGFR inhibitor', 'met'],
    ['Osimertinib mesylate', 'EGFR TKI', 'met'],
    ['osimertinib', 'ALK inhibitor', 'not-met'],
    ['osimertinib', 'erlotinib', 'not-met'],
    ['vemurafenib', 'BRAF inhibitors', 'met'],
    ['vemurafenib', 'anti-PD-1', 'not-met'],
    ['pembrolizumab', 'PD-1/PD-L1 inhibitor', 'met'],
    ['pembrolizumab', 'immune checkpoint inhibitor', 'met'],
    // The table does not tell PD-1 from PD-L1, nor chemotherapy from what it names otherwise.
    ['pembrolizumab', 'PD-1 inhibitor', 'unknown'],
    ['gemcitabine', 'chemotherapy', 'unknown'],
    ['paclitaxel', 'chemotherapy', 'met'],
    ['palbociclib', 'CDK4/6 inhibitor', 'met'],
    ['vorasidenib', 'IDH1 inhibitor', 'unknown'],
    // A conjugate carries a payload that its row may not name; a brand or a regimen may be any agent.
    ['trastuzumab deruxtecan', 'EGFR inhibitor', 'unknown'],
    ['FOLFOX', 'oxaliplatin', 'unknown'],
    ['FOLFOX', 'platinum', 'unknown'],
    ['osimertinib', 'menopause therapy of the moon', 'unknown'],
    ['', 'EGFR inhibitor', 'unknown'],
  ])('F050 prior treatment %s, asked for %s: %s', async (given, asked, expected) => {
    const prior = given === '' ? {} : { 'prior_treatment.csv': `SAMPLE_ID,DRUG\nS1,${given}\n` };
    const { arm } = await judge([{ clinical: { prior_treatment: asked } }], prior);
    expect(arm.criteria[0]?.state).toBe(expected);
    expect(arm.criteria[0]?.fact).not.toBe('');
  });

  it('states the fact and its source for each criterion', async () => {
    const { arm } = await judge([{ clinical: { age_numerical: '>=18' } }, gene('BRAF'), gene('TP53'), gene('KRAS')]);
    expect(arm.criteria.map(({ text, state, source }) => [text, state, source.kind])).toEqual([
      ['age >=18', 'met', 'clinical'],
      ['BRAF Mutation', 'met', 'finding'],
      ['TP53 Mutation', 'unknown', 'ledger'],
      ['KRAS Mutation', 'not-met', 'ledger'],
    ]);
    expect(arm.criteria[1]?.path).toBe('treatment_list.step[0].arm[0].match[1].genomic');
    expect(arm.criteria[2]?.source.ids).toEqual(['ledger:TP53:small-variant']);
    expect(arm.logic?.of?.map(({ state }) => state)).toEqual(['met', 'met', 'unknown', 'not-met']);
  });

  it('a criterion that no rule knows is unknown and warned of, never dropped', async () => {
    const { trial: judged, arm } = await judge([{ clinical: { age_numerical: '>=18', bone_lesions: 'Yes' } }]);
    expect([judged.verdict, arm.because]).toEqual(['unknown', 'some criteria only a reader can judge']);
    expect(judged.warnings[0]?.path).toBe('treatment_list.step[0].arm[0].match[0].clinical.bone_lesions');
  });
});

describe('F051: near misses', () => {
  it('name the one datum that is missing', async () => {
    const noEcog = { 'clinical.csv': `${clinicalColumns}\nS1,1960-03-02,Female,Lung Adenocarcinoma,Negative,40,\n` };
    const ask = [{ clinical: { ecog: '<=1', age_numerical: '>=18' } }];
    const { arm } = await judge(ask, noEcog);
    expect([arm.verdict, arm.needs, arm.because]).toEqual([
      'near-miss',
      ['ECOG performance status'],
      'needs ECOG performance status',
    ]);
  });

  it('two data missing are no near miss, and one of two in an "or" is', async () => {
    const mutated = (hugo_symbol: string) => ({ genomic: { hugo_symbol, variant_category: 'Mutation' } });
    expect((await judge([mutated('TP53'), mutated('STK11')])).arm).toMatchObject({ verdict: 'unknown', needs: [] });
    expect((await judge([{ or: [mutated('TP53'), mutated('STK11')] }])).arm).toMatchObject({
      verdict: 'near-miss',
      needs: ['TP53 small variants', 'STK11 small variants'],
    });
    expect((await judge([{ not: mutated('TP53') }])).arm.needs).toEqual(['TP53 small variants']);
  });
});

describe('F052: status and age of the snapshot', () => {
  const ask = [{ clinical: { age_numerical: '>=18' } }];
  const accrual = async (more: Readonly<Record<string, unknown>>) => (await judge(ask, {}, more)).trial;
  it.each([
    ['fresh', { snapshot_date: '2026-01-30' }, 'open', false],
    ['31 days', { snapshot_date: '2026-01-29' }, 'not-confirmed', true],
    ['no date', { snapshot_date: undefined }, 'not-confirmed', true],
    ['from the future', { snapshot_date: '2027-01-01' }, 'not-confirmed', true],
    ['"Active" does not say open', { status: 'Active' }, 'not-confirmed', false],
    ['closed', { status: 'Closed to Accrual' }, 'closed', false],
    ['active, not recruiting', { status: 'ACTIVE_NOT_RECRUITING' }, 'closed', false],
    ['not yet recruiting', { status: 'Not yet recruiting' }, 'not-yet-open', false],
    ['closed in the summary', { _summary: { status: [{ value: 'IRB Study Closure' }] } }, 'closed', false],
  ])('%s', async (_name, more, state, amber) => {
    const { accrual: said, verdict } = await accrual(more);
    expect([said.state, said.amber]).toEqual([state, amber]);
    expect(verdict).toBe(state === 'closed' || state === 'not-yet-open' ? 'no-match' : 'match');
  });

  it('a suspended arm is no match beside one that is open', async () => {
    const arms = [
      { arm_code: 'A', arm_suspended: 'Y', match: ask },
      {
        arm_code: 'B',
        arm_suspended: 'N',
        match: ask,
        dose_level: [{ level_code: '1', level_suspended: 'Y', match: ask }],
      },
    ];
    const { trial: judged } = await judge(ask, {}, { treatment_list: { step: [{ arm: arms }] } });
    expect(judged.arms.map(({ arm, dose, verdict, eligibility: of }) => [arm, dose, verdict, of])).toEqual([
      ['A', null, 'no-match', 'met'],
      ['B', null, 'match', 'met'],
      ['B', '1', 'no-match', 'met'],
    ]);
  });
});

const study = (status: string, more: Readonly<Record<string, unknown>> = {}) => ({
  protocolSection: {
    identificationModule: { nctId: 'NCT00000001', briefTitle: 'A study' },
    statusModule: { overallStatus: status },
    eligibilityModule: {
      eligibilityCriteria: 'Inclusion Criteria: measurable disease',
      sex: 'FEMALE',
      minimumAge: '18 Years',
      maximumAge: '65 Years',
      ...more,
    },
    contactsLocationsModule: {
      locations: [{ facility: 'Clinic', city: 'Bonn', country: 'Germany', status: 'RECRUITING' }],
    },
  },
  derivedSection: { miscInfoModule: { versionHolder: '2026-02-25' } },
});

async function judgeFiles(files: Files): Promise<readonly TrialVerdict[]> {
  const trials = await readTrialFolder(folderOf(files));
  expect(trials.refusals).toEqual([]);
  const folder = folderOf({ 'clinical.csv': clinical, 'genomic.csv': genomic });
  const [patient] = await readPatientTables(folder, packs, { on, complete: false });
  return patient === undefined ? [] : trialsFor(patient, trials, packs, on);
}

describe('ClinicalTrials.gov', () => {
  it('a record alone is judged by age and sex, its text is for a reader', async () => {
    const [judged] = await judgeFiles({ 'studies.json': JSON.stringify({ studies: [study('RECRUITING')] }) });
    expect(judged).toMatchObject({
      id: 'NCT00000001',
      verdict: 'unknown',
      accrual: { state: 'open', snapshot: '2026-02-25' },
      sites: [{ name: 'Clinic, Bonn, Germany', status: 'RECRUITING' }],
      toRead: ['Inclusion Criteria: measurable disease'],
    });
    const [older] = await judgeFiles({ 's.json': JSON.stringify(study('RECRUITING', { maximumAge: '64 Years' })) });
    expect(older?.verdict).toBe('no-match');
  });

  it('closes the curated document of the same trial', async () => {
    const judged = await judgeFiles({
      'a.json': trial([{ clinical: { age_numerical: '>=18' } }]),
      'b.json': JSON.stringify(study('TERMINATED')),
    });
    expect(judged.map(({ source, verdict, accrual }) => [source, verdict, accrual.state])).toEqual([
      ['ctml', 'no-match', 'closed'],
    ]);
  });
});

const mutated = (hugo_symbol: string, more: Readonly<Record<string, unknown>> = {}) => ({
  genomic: { hugo_symbol, variant_category: 'Mutation', ...more },
});

describe('F050: what contradicts itself costs no more than itself', () => {
  const never = { and: [mutated('TP53'), { not: mutated('TP53') }] };

  it('one alternative of several is left out with a warning: no near miss names a datum that decides nothing', async () => {
    const { trial: judged, arm } = await judge([{ or: [never, { clinical: { gender: 'Male' } }] }]);
    expect([arm.verdict, arm.eligibility, arm.needs]).toEqual(['no-match', 'not-met', []]);
    expect(arm.criteria.map(({ text }) => text).join()).not.toContain('TP53');
    expect(judged.warnings).toEqual([
      {
        path: 'treatment_list.step[0].arm[0].match[0].or[0].and[1].not.genomic',
        message: expect.stringMatching(
          /^This contradicts another .*or\[0\]\.and\[0\].*Nobody can meet this alternative/,
        ),
      },
    ]);
    const met = await judge([{ or: [never, { clinical: { gender: 'Female' } }] }]);
    expect([met.arm.verdict, met.trial.warnings.length]).toEqual(['match', 1]);
  });

  it('what is asked beside an "or", and a "not" over an "and", are read with the alternatives', async () => {
    const beside = [{ clinical: { gender: 'Female' } }, { or: [{ clinical: { gender: 'Male' } }, mutated('TP53')] }];
    const { trial: judged, arm } = await judge(beside);
    expect([arm.verdict, arm.needs, judged.warnings.length]).toEqual(['near-miss', ['TP53 small variants'], 1]);
    // Not both of these: not female or not mutated; the first cannot be.
    const under = [
      { clinical: { gender: 'Female' } },
      { not: { and: [{ clinical: { gender: 'Female' } }, mutated('KRAS')] } },
    ];
    const { trial: other, arm: denied } = await judge(under);
    expect([denied.eligibility, other.warnings.length]).toEqual(['met', 1]);
  });

  it('one arm of several is never met, and the others are judged', async () => {
    const arms = [
      { arm_code: 'A', match: [never] },
      { arm_code: 'B', match: [{ clinical: { age_numerical: '>=18' } }] },
    ];
    const { trial: judged } = await judge([], {}, { treatment_list: { step: [{ arm: arms }] } });
    expect(judged.arms.map(({ arm, verdict, eligibility: of, needs }) => [arm, verdict, of, needs])).toEqual([
      ['A', 'no-match', 'not-met', []],
      ['B', 'match', 'met', []],
    ]);
    expect(judged.arms[0]?.because).toContain('contradict');
    expect(judged.warnings).toHaveLength(1);
  });
});

describe('refusals name their place and leave the others intact', () => {
  const at = 'treatment_list.step[0].arm[0].match[0]';
  it.each([
    ['no JSON', '{', 'json-invalid', undefined],
    ['no trial', '{"name": "x"}', 'schema-invalid', 'protocol_no'],
    [
      'a wrong type',
      trial([], { treatment_list: { step: [{ arm: 'A' }] } }),
      'schema-invalid',
      'treatment_list.step[0].arm',
    ],
    [
      'an age without sense',
      trial([{ clinical: { age_numerical: 'old' } }]),
      'field-invalid',
      `${at}.clinical.age_numerical`,
    ],
    [
      'an unknown category',
      trial([{ genomic: { hugo_symbol: 'A', variant_category: 'Odd' } }]),
      'field-invalid',
      `${at}.genomic.variant_category`,
    ],
    ['no gene', trial([{ genomic: { variant_category: 'Mutation' } }]), 'field-invalid', `${at}.genomic`],
    ['an empty "or"', trial([{ or: [] }]), 'field-invalid', `${at}.or`],
    ['an unknown operator', trial([{ xor: [{ clinical: { age_numerical: '>1' } }] }]), 'field-invalid', `${at}.xor`],
    [
      'ages that exclude each other',
      trial([{ clinical: { age_numerical: '>=65' } }, { clinical: { age_numerical: '<18' } }]),
      'field-invalid',
      'treatment_list.step[0].arm[0].match[1].clinical.age_numerical',
    ],
    [
      'a criterion and its opposite',
      trial([{ and: [{ clinical: { gender: 'Male' } }, { not: { clinical: { gender: 'Male' } } }] }]),
      'field-invalid',
      `${at}.and[1].not.clinical.gender`,
    ],
    [
      'mutated and wild type, and no alternative that could be met',
      trial([
        { clinical: { gender: 'Female' } },
        { or: [{ and: [mutated('KRAS'), mutated('KRAS', { wildtype: true })] }, { clinical: { gender: 'Male' } }] },
      ]),
      'field-invalid',
      'treatment_list.step[0].arm[0].match[1].or[0].and[1].genomic',
    ],
  ])('%s', async (_name, text, code, field) => {
    const fault = await refusal(text);
    expect([fault?.code, fault?.place?.file, fault?.place?.field]).toEqual([code, 'bad.json', field]);
  });

  it('circular YAML', async () => {
    const fault = await refusal(
      'protocol_no: 1\nmatch: &all\n  - and:\n      - clinical: {age_numerical: ">=18"}\n      - *all\n',
      'bad.yml',
    );
    expect(fault?.place?.file).toBe('bad.yml');
    expect(['field-invalid', 'format-unknown', 'schema-invalid']).toContain(fault?.code);
  });

  it('YAML that grows without end', async () => {
    const lines = Array.from(
      { length: 12 },
      (_, n) =>
        `x${n}: &x${n} [${
          n === 0
            ? '1,1,1,1,1,1,1,1,1'
            : Array(9)
                .fill(`*x${n - 1}`)
                .join(',')
        }]`,
    );
    expect((await refusal(`${lines.join('\n')}\nprotocol_no: 1\nmatch: *x11\n`, 'bad.yaml'))?.code).toBeDefined();
  });

  it('broken YAML names its line', async () => {
    expect(await refusal('protocol_no: 1\nmatch: [\n', 'bad.yaml')).toMatchObject({ code: 'format-unknown' });
  });

  it('tables with a wrong number name file, line and column', async () => {
    const folder = folderOf({ 'clinical.csv': 'SAMPLE_ID,AGE\nS1,60\nS2,old\n' });
    await expect(readPatientTables(folder, packs, { on, complete: false })).rejects.toMatchObject({
      fault: { code: 'field-invalid', place: { file: 'clinical.csv', line: 3, field: 'AGE' } },
    });
  });
});

async function analyzed(sample: string) {
  const packed = await packFolder(resolve(import.meta.dirname, '../../../sample-cases', sample));
  if (!packed.ok) throw new Error(packed.fault.message);
  const bundle = await readBundle(packed.value);
  if (!bundle.ok) throw new Error(bundle.fault.message);
  const read = await intake(bundle.value, { genesOfInterest: packs.genesOfInterest() });
  if (!read.ok) throw new Error(read.fault.message);
  const { record } = bundle.value;
  return { record, intake: read.value, profile: interpret(record, read.value, packs) };
}

describe('a case against trials', () => {
  it('uses findings, ledger and record', async () => {
    const { record, intake: read, profile } = await analyzed('egfr-t790m-lung');
    const patient = patientOfCase(record, read, profile, packs);
    const match = [
      { clinical: { oncotree_primary_diagnosis: 'Non-Small Cell Lung Cancer', age_numerical: '>=18', ecog: '0-2' } },
      { genomic: { hugo_symbol: 'EGFR', variant_category: 'Mutation', protein_change: 'p.T790M' } },
      { genomic: { hugo_symbol: 'ERBB1', variant_category: 'Mutation' } },
      { clinical: { prior_treatment: record.therapyLines[0]?.agents[0] ?? '' } },
    ];
    const trials = await readTrialFolder(folderOf({ 'trial.json': trial(match) }));
    const [judged] = trialsFor(patient, trials, packs, on);
    expect(judged?.arms[0]?.criteria.map(({ text, state }) => [text, state])).toEqual(
      expect.arrayContaining([['EGFR p.T790M Mutation', 'met']]),
    );
    expect(judged?.verdict).toBe('match');
    expect(judged?.arms[0]?.criteria.find(({ text }) => text.includes('T790M'))?.source).toMatchObject({
      kind: 'finding',
      ids: [expect.stringContaining('EGFR')],
    });
  });

  it('F052 the desk reads the folder anew and says why there is nothing', async () => {
    const documents = await analyzed('egfr-t790m-lung');
    const folder = join(scratch, 'data-trials');
    const clock = { now: () => `${on}T10:00:00Z` };
    const desk = createTrialDesk({ folder, documents: async () => documents, packs, clock });
    const caseId = documents.record.caseId;
    expect(await desk.ofCase(caseId)).toMatchObject({ state: 'absent', reason: expect.stringContaining('no folder') });
    mkdirSync(folder);
    expect(await desk.ofCase(caseId)).toMatchObject({ state: 'absent', reason: expect.stringContaining('no trial') });
    writeFileSync(join(folder, 'a.json'), trial([{ genomic: { hugo_symbol: 'EGFR', variant_category: 'Mutation' } }]));
    writeFileSync(join(folder, 'b.json'), '{');
    const said = CaseTrials.parse(await desk.ofCase(caseId));
    expect(said).toMatchObject({ state: 'judged', on, trials: [{ verdict: 'match' }], refusals: [{ file: 'b.json' }] });
  });

  it('1,000 trials take a case less than five seconds', async () => {
    const many = Array.from({ length: 1000 }, (_, n) => ({
      ...(JSON.parse(
        trial([
          { clinical: { age_numerical: `>=${n % 90}`, oncotree_primary_diagnosis: '_SOLID_' } },
          {
            or: Array.from({ length: 10 }, (_, g) => ({
              genomic: { hugo_symbol: `GENE${(n * 7 + g) % 500}`, variant_category: 'Mutation' },
            })),
          },
        ]),
      ) as object),
      protocol_no: `p${n}`,
      nct_id: null,
    }));
    const trials = await readTrialFolder(folderOf({ 'trials.json': JSON.stringify(many) }));
    const [patient] = await readPatientTables(folderOf({ 'clinical.csv': clinical, 'genomic.csv': genomic }), packs, {
      on,
      complete: true,
    });
    if (patient === undefined) throw new Error('one patient was written');
    const before = performance.now();
    expect(trialsFor(patient, trials, packs, on)).toHaveLength(1000);
    const took = performance.now() - before;
    console.info(`1,000 trials, 12,000 criteria: ${took.toFixed(0)} ms`);
    expect(took).toBeLessThan(5000);
  });
});
