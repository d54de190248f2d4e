/** One case as the row a table model reads. What the case does not say stays unknown; nothing is filled in. Pure. */
import type { CaseRecord, Lab } from '../case/case-record.ts';
import type { IntakeDocument } from '../case/intake.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import { plainName, type TableInput } from './table-model.ts';

interface Documents {
  readonly record: CaseRecord;
  readonly intake: IntakeDocument;
  readonly profile: MolecularProfile;
}

/** Cells by column, or why the model is not for this patient. */
export type CaseRow =
  | {
      readonly state: 'row';
      readonly cells: ReadonlyMap<string, string>;
      readonly notes: readonly string[];
      /** Said beside the number: what the case holds and the model does not count, and why (F032). */
      readonly aside?: string;
    }
  | { readonly state: 'not-applicable'; readonly reason: string };

const lineage = ({ record, profile }: Documents): ReadonlySet<string> =>
  new Set([record.diagnosis.oncotreeCode, ...profile.tumorType.ancestors]);

/** OncoTree codes that stand for LORIS' tumor types; a code or a descendant. Esophagogastric junction fits neither. */
const iciTypes: readonly (readonly [word: string, codes: readonly string[]])[] = [
  ['Bladder', ['BLADDER']],
  ['Breast', ['BREAST']],
  ['Colorectal', ['COADREAD', 'COAD', 'READ']],
  ['Endometrial', ['UCEC']],
  ['Esophageal', ['ESCA', 'ESCC']],
  ['Gastric', ['STAD']],
  ['Head & Neck', ['HNSC']],
  ['Hepatobiliary', ['HCC', 'CHOL', 'BILIARY_TRACT']],
  ['Melanoma', ['MEL']],
  ['Mesothelioma', ['PLMESO', 'PEMESO']],
  ['NSCLC', ['NSCLC']],
  ['Ovarian', ['OVT']],
  ['Pancreatic', ['PAAD']],
  ['Renal', ['RCC']],
  ['Sarcoma', ['SOFT_TISSUE']],
  ['SCLC', ['SCLC']],
];

/** OncoTree codes, first match, for the tissues of GDSC's cell lines. */
const gdscTissues: readonly (readonly [tissue: string, codes: readonly string[]])[] = [
  ['lung_nsclc', ['NSCLC']],
  ['lung_sclc', ['SCLC']],
  ['breast', ['BREAST']],
  ['large_intestine', ['COADREAD', 'COAD', 'READ']],
  ['skin', ['MEL', 'SKIN']],
  ['ovary', ['OVARY']],
  ['pancreas', ['PANCREAS']],
  ['prostate', ['PROSTATE']],
  ['stomach', ['STAD']],
  ['bladder', ['BLADDER']],
  ['kidney', ['KIDNEY']],
  ['liver', ['HCC']],
  ['biliary_tract', ['BILIARY_TRACT', 'CHOL']],
  ['cervix', ['CERVIX']],
  ['endometrium', ['UCEC']],
  ['thyroid', ['THYROID']],
  ['soft_tissue', ['SOFT_TISSUE']],
  ['bone', ['BONE']],
  ['testis', ['TESTIS']],
  ['aero_dig_tract', ['HNSC']],
  ['neuroblastoma', ['NBL']],
  ['nervous_system', ['DIFG', 'BRAIN']],
];

const firstOf = (
  table: readonly (readonly [string, readonly string[]])[],
  codes: ReadonlySet<string>,
): string | undefined => table.find(([, anchors]) => anchors.some((code) => codes.has(code)))?.[0];

const altering =
  /missense|nonsense|stop_(gained|lost)|start_lost|nonstop|frame_?shift|in_?frame|splice_(acceptor|donor|site)|protein_altering/i;

/** 1 mutated, 0 tested and not detected; undefined where it was not assayed or cannot be told. */
function mutated(gene: string, { intake, profile }: Documents): '0' | '1' | undefined {
  const found = profile.findings.filter(
    (one) => one.gene === gene && one.kind === 'small-variant' && one.origin !== 'germline' && one.state === 'detected',
  );
  if (found.some(({ consequence }) => consequence !== undefined && altering.test(consequence))) return '1';
  const told = intake.variants.filter(({ origin, annotation }) => origin === 'somatic' && annotation?.gene === gene);
  if (told.some(({ annotation }) => altering.test(annotation?.consequence ?? ''))) return '1';
  const state = (
    intake.ledger.entries.find((entry) => entry.gene === gene)?.states['small-variant'] ??
    intake.ledger.defaults['small-variant']
  )?.state;
  return state === 'tested-not-detected' ? '0' : undefined;
}

const latest = (labs: readonly Lab[], loinc: string, name: RegExp): Lab | undefined =>
  labs
    .filter((lab) => lab.loinc === loinc || (lab.loinc === undefined && name.test(lab.name)))
    .toSorted((a, b) => ((a.date ?? '') < (b.date ?? '') ? 1 : -1))[0];

/** Cells per litre in thousands per microlitre, whichever of the usual units was written. */
const counted = /^(10\*3\/uL|10\*9\/L|10\^3\/uL|10\^9\/L|k\/uL)$/i;

function iciRow(documents: Documents, input: TableInput): CaseRow {
  const { record, intake } = documents;
  const type = firstOf(iciTypes, lineage(documents));
  if (type === undefined) return { state: 'not-applicable', reason: 'not one of the sixteen tumor types of the model' };
  const palliative = record.therapyLines.some(({ intent }) => intent === 'palliative');
  if (!/IV/i.test(record.diagnosis.stage ?? '') && !palliative)
    return {
      state: 'not-applicable',
      reason: 'the model learned from advanced disease, which the case does not state',
    };
  const cells = new Map<string, string>();
  const notes: string[] = [];
  input.oneOfText?.words.forEach((word, i) => {
    const column = input.exactlyOneOf[i];
    if (column !== undefined) cells.set(column, word === type ? '1' : '0');
  });
  const tmb = intake.biomarkers.find(({ name, value }) => name === 'TMB' && typeof value === 'number');
  if (tmb !== undefined && /mut.*\/\s*mb/i.test(tmb.unit ?? '')) {
    cells.set('TMB', String(tmb.value));
    if (/exome|genome/i.test(tmb.method ?? ''))
      notes.push('TMB was measured by exome or genome; the model learned from one panel, and the scales differ.');
  } else if (tmb !== undefined) notes.push('TMB is stated in a unit the model does not read, so it is not used.');
  const pdl1 = intake.biomarkers.find(({ name, value }) => name === 'PD-L1' && typeof value === 'number');
  if (pdl1 !== undefined && /TPS|tumou?r proportion/i.test(`${pdl1.label} ${pdl1.method ?? ''} ${pdl1.unit ?? ''}`))
    cells.set('PDL1_TPS(%)', String(pdl1.value));
  else if (pdl1 !== undefined) notes.push('PD-L1 is not stated as a tumor proportion score, so it is not used.');
  const albumin = latest(record.labs, '1751-7', /^albumin$/i);
  if (albumin?.unit === 'g/dL') cells.set('Albumin', String(albumin.value));
  else if (albumin?.unit === 'g/L') cells.set('Albumin', String(albumin.value / 10));
  const neutrophils = latest(record.labs, '751-8', /^neutrophils$/i);
  const lymphocytes = latest(record.labs, '731-0', /^lymphocytes$/i);
  if (
    neutrophils !== undefined &&
    lymphocytes !== undefined &&
    neutrophils.date === lymphocytes.date &&
    counted.test(neutrophils.unit) &&
    counted.test(lymphocytes.unit) &&
    lymphocytes.value > 0
  )
    cells.set('NLR', String(neutrophils.value / lymphocytes.value));
  if (record.patient.ageYears !== undefined) cells.set('Age', String(record.patient.ageYears));
  // A record without lines does not say that there were none.
  if (record.therapyLines.length > 0) cells.set('Systemic_therapy_history', '1');
  return { state: 'row', cells, notes };
}

const receptorWord = (text: string | undefined): string | undefined =>
  /^(positive|negative)/i.exec((text ?? '').trim())?.[1]?.toLowerCase();

/** Attributes of the diagnosis that carry a column's own name or alias. */
function namedAttributes({ record }: Documents, input: TableInput): Map<string, string> {
  const cells = new Map<string, string>();
  const attributes = Object.entries(record.diagnosis.attributes ?? {});
  for (const column of input.columns) {
    const names = [column.name, ...(column.aliases ?? [])].map(plainName);
    const found = attributes.find(([name]) => names.includes(plainName(name)));
    if (found !== undefined) cells.set(column.name, found[1]);
  }
  return cells;
}

function breastCase(documents: Documents): string | undefined {
  const { record } = documents;
  if (!lineage(documents).has('BREAST')) return 'the model is of breast cancer';
  if (lineage(documents).has('BREAST_SARCOMA')) return 'the model is of carcinoma';
  if (/IV/i.test(record.diagnosis.stage ?? '') || /^[cp]?M1/i.test(record.diagnosis.tnm?.m ?? ''))
    return 'metastatic disease: the model learned from patients without it';
  return record.patient.sex === 'female' ? undefined : 'no man was trained on';
}

/**
 * Mutations alone cannot be told from mixed-up ones, so they count only where expression or copy number of the case was judged
 * and found sound (`vouched`).
 */
function prognosisRow(documents: Documents, input: TableInput, vouched: boolean): CaseRow {
  const reason = breastCase(documents);
  if (reason !== undefined) return { state: 'not-applicable', reason };
  const { record } = documents;
  const { diagnosis } = record;
  const cells = namedAttributes(documents, input);
  const put = (column: string, value: string | number | undefined): void => {
    if (value !== undefined) cells.set(column, String(value));
  };
  put('age_years', record.patient.ageYears);
  put('t_category', diagnosis.tnm?.t);
  put('n_category', diagnosis.tnm?.n);
  put('positive_nodes', diagnosis.positiveNodes);
  put('grade', diagnosis.grade);
  for (const [column, attribute] of [
    ['er', 'estrogen-receptor'],
    ['pr', 'progesterone-receptor'],
    ['her2', 'her2'],
  ] as const) {
    cells.delete(column);
    put(column, receptorWord(diagnosis.attributes?.[attribute]));
  }
  let aside = false;
  for (const { name } of input.columns) {
    const gene = /^(.+)_mut$/.exec(name)?.[1];
    if (gene === undefined) continue;
    const state = mutated(gene, documents);
    if (vouched) put(name, state);
    else {
      cells.delete(name);
      aside ||= state !== undefined;
    }
  }
  return {
    state: 'row',
    cells,
    ...(aside ? { aside: 'From clinical data alone: nothing in the case vouches for mutations.' } : {}),
    notes: ['Expression is not read for one case: its scale would have to be that of the cohort.'],
  };
}

function neoadjuvantRow(documents: Documents, input: TableInput): CaseRow {
  const reason = breastCase(documents);
  if (reason !== undefined) return { state: 'not-applicable', reason };
  const { record } = documents;
  if (record.therapyLines.length > 0)
    return { state: 'not-applicable', reason: 'treated already: the model is for before neoadjuvant chemotherapy' };
  const { diagnosis } = record;
  const cells = namedAttributes(documents, input);
  const signed = (text: string | undefined): string | undefined => {
    const word = receptorWord(text);
    return word === undefined ? undefined : word === 'positive' ? '1' : '-1';
  };
  const put = (column: string, value: string | number | undefined): void => {
    if (value !== undefined) cells.set(column, String(value));
  };
  put('Age.at.diagnosis', record.patient.ageYears);
  put('ER.status', signed(diagnosis.attributes?.['estrogen-receptor']));
  put('HER2.status', signed(diagnosis.attributes?.her2));
  const node = /^[cpy]{0,2}N([0-3])/i.exec(diagnosis.tnm?.n ?? '')?.[1];
  put('LN.at.diagnosis', node === undefined ? undefined : node === '0' ? '-1' : '1');
  put('Grade.pre.chemotherapy', /^G?([1-3])$/i.exec(diagnosis.grade ?? '')?.[1]);
  for (const gene of ['PIK3CA', 'TP53']) put(`CodingMuts.${gene}`, mutated(gene, documents));
  return { state: 'row', cells, notes: [] };
}

function drugRow(documents: Documents, input: TableInput): CaseRow {
  const tissue = firstOf(gdscTissues, lineage(documents));
  if (tissue === undefined) return { state: 'not-applicable', reason: 'no cell lines of this tissue' };
  const cells = new Map([['tissue', tissue]]);
  for (const { name } of input.columns) {
    const gene = /^(.+)_mut$/.exec(name)?.[1];
    const state = gene === undefined ? undefined : mutated(gene, documents);
    if (state !== undefined) cells.set(name, state);
  }
  return {
    state: 'row',
    cells,
    notes: ['Gains and losses of chromosome segments as GDSC cuts them are not read from a case; they add nothing.'],
  };
}

/** The case as the table model `id` reads it; `vouched` says whether molecular values of the case were found to be the patient's. */
export function caseRow(id: string, documents: Documents, input: TableInput, vouched: boolean): CaseRow {
  if (id === 'ici-response') return iciRow(documents, input);
  if (id === 'breast-prognosis') return prognosisRow(documents, input, vouched);
  if (id === 'neoadjuvant-response') return neoadjuvantRow(documents, input);
  if (id === 'drug-sensitivity') return drugRow(documents, input);
  return { state: 'not-applicable', reason: 'this version reads no case for the model' };
}
