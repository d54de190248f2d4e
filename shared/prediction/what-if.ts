/** The sandbox (F061): the case's documents with other facts in them, and what was changed. The documents given stay as they are. */
import type { CaseRecord } from '../case/case-record.ts';
import type { IntakeDocument } from '../case/intake.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import type { Change, WhatIf } from './explanation.ts';

interface Documents {
  readonly record: CaseRecord;
  readonly intake: IntakeDocument;
  readonly profile: MolecularProfile;
}

const withoutWords = {
  rna: 'RNA expression',
  'copy-number': 'Copy number',
  mutation: 'Mutations',
  protein: 'Protein',
} as const;

/** What a record keeps under a name: of the wish, of the record, and as a reader knows it. */
const attributes = [
  ['smoking', 'smoking', 'Smoking'],
  ['estrogenReceptor', 'estrogen-receptor', 'Estrogen receptor'],
  ['progesteroneReceptor', 'progesterone-receptor', 'Progesterone receptor'],
  ['her2', 'her2', 'HER2'],
] as const;

/** Copies with the wished facts; `changes` lists only what differs from the patient. */
export function applyWhatIf(
  { record, intake, profile }: Documents,
  wish: WhatIf,
): Documents & { readonly changes: Change[] } {
  const changes: Change[] = [];
  const patient = { ...record.patient };
  const diagnosis = { ...record.diagnosis };
  let { matrices, copyNumbers, segments, variants, ledger } = intake;
  let { findings } = profile;
  const say = (feature: string, label: string, from: unknown, to: unknown): boolean => {
    if (to === undefined || to === from) return false;
    changes.push({ feature, label, from: from === undefined ? 'not known' : String(from), to: String(to) });
    return true;
  };
  if (wish.ageYears !== undefined && say('clinical:age', 'Age', patient.ageYears, wish.ageYears))
    patient.ageYears = wish.ageYears;
  if (wish.stage !== undefined && say('clinical:stage', 'Stage', diagnosis.stage, wish.stage))
    diagnosis.stage = wish.stage;
  if (wish.grade !== undefined && say('clinical:grade', 'Grade', diagnosis.grade, wish.grade))
    diagnosis.grade = wish.grade;
  if (
    wish.positiveNodes !== undefined &&
    say('clinical:positive-nodes', 'Positive nodes', diagnosis.positiveNodes, wish.positiveNodes)
  )
    diagnosis.positiveNodes = wish.positiveNodes;
  for (const letter of ['t', 'n', 'm'] as const) {
    const value = wish[letter];
    if (value !== undefined && say(`clinical:${letter}`, letter.toUpperCase(), diagnosis.tnm?.[letter], value))
      diagnosis.tnm = { ...diagnosis.tnm, [letter]: value };
  }
  for (const [wished, name, label] of attributes) {
    const value = wish[wished];
    if (value !== undefined && say(`clinical:${name}`, label, diagnosis.attributes?.[name], value))
      diagnosis.attributes = { ...diagnosis.attributes, [name]: value };
  }
  for (const modality of wish.without ?? []) {
    changes.push({ feature: modality, label: withoutWords[modality], from: 'as in the case', to: 'absent' });
    if (modality === 'rna') matrices = matrices.filter((one) => one.modality !== 'expression');
    else if (modality === 'protein') matrices = matrices.filter((one) => one.modality !== 'protein');
    else if (modality === 'copy-number') {
      copyNumbers = [];
      segments = [];
    } else {
      const gone = { state: 'not-assayed' as const, assayIds: [] };
      variants = [];
      findings = findings.filter(({ kind }) => kind !== 'small-variant');
      ledger = {
        ...ledger,
        defaults: { ...ledger.defaults, 'small-variant': gone },
        entries: ledger.entries.map((entry) => ({ ...entry, states: { ...entry.states, 'small-variant': gone } })),
      };
    }
  }
  return {
    record: { ...record, patient, diagnosis },
    intake: { ...intake, matrices, copyNumbers, segments, variants, ledger },
    profile: { ...profile, findings },
    changes,
  };
}
