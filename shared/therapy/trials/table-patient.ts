/**
 * Patients given as the clinical and genomic tables of the MatchMiner engine, column names as there. A gene without a
 * row is not assayed, unless the tables are said to be complete; a row with WILDTYPE true says tested, not detected.
 */
import type { AssayLedger, LedgerEntry, LedgerModality } from '../../case/intake.ts';
import { FaultError, fault } from '../../foundation/fault.ts';
import type { Biomarker } from '../../molecular/biomarkers.ts';
import { consequenceClass, sequenceOntology } from '../../molecular/consequence.ts';
import type { CopyNumberState, GeneCopyNumber } from '../../molecular/copy-number.ts';
import { receptorStatus } from '../../molecular/disease-conditions.ts';
import { type JudgedVariant, ledgerLookup } from '../../molecular/facts.ts';
import type { Fusion } from '../../molecular/fusions.ts';
import { displayProteinChange, parseProteinChange } from '../../molecular/hgvs.ts';
import { consequenceOf } from '../../molecular/small-variants.ts';
import type { ReceptorField } from './criteria.ts';
import type { TrialNames } from './names.ts';
import { type Fact, known, notKnown, type TrialPatient } from './patient.ts';

/** One row, values as text; `file` and `line` say where it stands. */
export interface TableRow {
  readonly file: string;
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

export interface PatientTables {
  readonly clinical: readonly TableRow[];
  readonly genomic: readonly TableRow[];
  readonly priorTreatments: readonly TableRow[];
}

export interface TableOptions {
  /** YYYY-MM-DD on which age is reckoned. */
  readonly on: string;
  /** Genes without a row count as tested, nothing detected. */
  readonly complete: boolean;
  readonly names: TrialNames;
}

const wrong = (row: TableRow, field: string, message: string): never => {
  throw new FaultError(
    fault('field-invalid', message, 'Correct the table and try again.', { file: row.file, line: row.line, field }),
  );
};

const cell = ({ cells }: TableRow, ...names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = cells[name]?.trim();
    if (value !== undefined && value !== '' && !/^(na|n\/a|null|none|nan)$/i.test(value)) return value;
  }
  return undefined;
};

const numberOf = (row: TableRow, name: string, text: string): number => {
  const value = Number(text);
  return Number.isFinite(value) ? value : wrong(row, name, 'This is not a number.');
};

function age(row: TableRow, on: string): Fact<number> {
  const birth = cell(row, 'BIRTH_DATE', 'BIRTH_DATE_INT');
  if (birth !== undefined) {
    const read = /^(\d{4})-?(\d{2})-?(\d{2})/.exec(birth);
    if (read === null) return wrong(row, 'BIRTH_DATE', 'A date is written as YYYY-MM-DD.');
    const [year, rest] = [Number(read[1]), `${read[2]}-${read[3]}`];
    const passed = Number(on.slice(0, 4)) - year - (on.slice(5) < rest ? 1 : 0);
    return passed < 0 ? wrong(row, 'BIRTH_DATE', 'This date lies in the future.') : known(passed, 'BIRTH_DATE');
  }
  const stated = cell(row, 'AGE');
  return stated === undefined ? notKnown('age is not stated') : known(numberOf(row, 'AGE', stated), 'AGE');
}

function receptor(row: TableRow, name: string, field: ReceptorField): Fact<'positive' | 'negative'> {
  const stated = cell(row, name)
    ?.replace(/^true$/i, 'positive')
    .replace(/^false$/i, 'negative');
  const value = receptorStatus(field, stated);
  return value === undefined ? notKnown(`${name} is not stated`) : known(value, name);
}

const optionalNumber = (row: TableRow, names: readonly string[], what: string): Fact<number> => {
  const text = cell(row, ...names);
  return text === undefined
    ? notKnown(`${what} is not recorded`)
    : known(numberOf(row, names[0] ?? '', text), names[0] ?? '');
};

const states: Readonly<Record<string, CopyNumberState>> = {
  'high level amplification': 'amplification',
  'high amplification': 'amplification',
  gain: 'gain',
  'low amplification': 'gain',
  'heterozygous deletion': 'loss',
  'homozygous deletion': 'deep-deletion',
};

const categoryModality: Readonly<Record<string, LedgerModality>> = {
  MUTATION: 'small-variant',
  CNV: 'copy-number',
  SV: 'fusion',
};

function variantOf(row: TableRow, id: string, gene: string): JudgedVariant {
  const stated = cell(row, 'TRUE_PROTEIN_CHANGE');
  const change = stated === undefined ? undefined : parseProteinChange(stated);
  const classification = cell(row, 'TRUE_VARIANT_CLASSIFICATION');
  const consequence = classification === undefined ? consequenceOf(change) : sequenceOntology(classification);
  const exon = cell(row, 'TRUE_TRANSCRIPT_EXON');
  return {
    id,
    gene,
    origin: 'somatic',
    change,
    hgvsProtein: change === undefined ? stated : displayProteinChange(change),
    hgvsCoding: cell(row, 'TRUE_CDNA_CHANGE'),
    hgvsGenomic: '',
    consequence,
    consequenceClass: consequenceClass(consequence),
    exon: exon === undefined ? undefined : numberOf(row, 'TRUE_TRANSCRIPT_EXON', exon),
    source: 'input-annotation',
    variantKeys: [id],
    flags: [],
    driver: true,
  };
}

const signatureColumns = {
  APOBEC_STATUS: 'apobec',
  POLE_STATUS: 'pole',
  TABACCO_STATUS: 'tobacco',
  TOBACCO_STATUS: 'tobacco',
  TEMOZOLOMIDE_STATUS: 'temozolomide',
  UVA_STATUS: 'uva',
} as const;

function biomarkersOf(clinical: TableRow, genomic: readonly TableRow[]): Biomarker[] {
  const rows = [clinical, ...genomic];
  const base = { validity: 'as reported in the table', threshold: 'as reported' };
  const burden = cell(clinical, 'TUMOR_MUTATIONAL_BURDEN_PER_MEGABASE');
  const value = burden === undefined ? undefined : numberOf(clinical, 'TUMOR_MUTATIONAL_BURDEN_PER_MEGABASE', burden);
  const repair = rows.map((row) => cell(row, 'MMR_STATUS', 'MS_STATUS')).find((text) => text !== undefined);
  const deficient = /deficient|msi-h/i.test(repair ?? '');
  const proficient = /proficient|mss|msi-l/i.test(repair ?? '');
  return [
    ...(value === undefined
      ? []
      : [
          {
            ...base,
            name: 'TMB' as const,
            label: 'Tumor mutational burden',
            value,
            reading: value >= 10 ? ('high' as const) : ('low' as const),
          },
        ]),
    ...(repair === undefined
      ? []
      : [
          {
            ...base,
            name: 'MSI' as const,
            label: 'Microsatellite status',
            value: repair,
            reading: deficient ? ('high' as const) : proficient ? ('low' as const) : ('not-read' as const),
          },
        ]),
    ...Object.entries(signatureColumns).flatMap(([column, name]): Biomarker[] => {
      const stated = rows.map((row) => cell(row, column)).find((text) => text !== undefined);
      return stated === undefined
        ? []
        : [{ ...base, name: 'other', label: `${name} signature`, value: stated, reading: 'not-read' }];
    }),
  ];
}

function patientOf(
  row: TableRow,
  genomic: readonly TableRow[],
  drugs: readonly string[],
  options: TableOptions,
): TrialPatient {
  const sample = cell(row, 'SAMPLE_ID') ?? wrong(row, 'SAMPLE_ID', 'A clinical row needs a SAMPLE_ID.');
  const variants: JudgedVariant[] = [];
  const copyNumbers = new Map<string, GeneCopyNumber>();
  const fusions: Fusion[] = [];
  const comments: { id: string; text: string }[] = [];
  const classifications = new Map<string, string>();
  const tested = new Map<string, Map<LedgerModality, boolean>>();
  const note = (gene: string, modality: LedgerModality, detected: boolean): void => {
    const of = tested.get(gene) ?? new Map<LedgerModality, boolean>();
    of.set(modality, (of.get(modality) ?? false) || detected);
    tested.set(gene, of);
  };
  const symbolIn = (one: TableRow, ...columns: readonly string[]): string | undefined => {
    const stated = cell(one, ...columns);
    return stated === undefined ? undefined : options.names.symbol(stated);
  };
  for (const one of genomic) {
    const id = `genomic:${one.file}:${one.line}`;
    const gene = symbolIn(one, 'TRUE_HUGO_SYMBOL');
    const category = (cell(one, 'VARIANT_CATEGORY') ?? '').toUpperCase();
    const modality = categoryModality[category];
    const partners = [
      symbolIn(one, 'LEFT_PARTNER_GENE'),
      symbolIn(one, 'RIGHT_PARTNER_GENE', 'FUSION_PARTNER_HUGO_SYMBOL'),
    ];
    if (modality !== undefined && /^true$/i.test(cell(one, 'WILDTYPE') ?? '')) {
      for (const name of new Set([gene, ...partners])) if (name !== undefined) note(name, modality, false);
      continue;
    }
    const comment = cell(one, 'STRUCTURAL_VARIANT_COMMENT');
    if (comment !== undefined) comments.push({ id, text: comment });
    if (category === 'SV' && (gene !== undefined || partners.some((name) => name !== undefined))) {
      const gene5 = partners[0] ?? gene ?? '';
      const gene3 = partners[1] ?? gene ?? '';
      fusions.push({ id: `${gene5}::${gene3}`, gene5, gene3, breakpoints: [], flags: [] });
      for (const name of new Set([gene5, gene3])) if (name !== '') note(name, 'fusion', true);
      continue;
    }
    if (modality === undefined || gene === undefined) continue;
    if (modality === 'copy-number') {
      const call = cell(one, 'CNV_CALL');
      const state = call === undefined ? undefined : (states[call.toLowerCase()] ?? 'neutral');
      if (call === undefined || state === undefined) continue;
      copyNumbers.set(gene, { gene, state, fact: call, flags: [] });
      note(gene, modality, state !== 'neutral');
    } else {
      variants.push(variantOf(one, id, gene));
      const classification = cell(one, 'TRUE_VARIANT_CLASSIFICATION');
      if (classification !== undefined) classifications.set(id, classification);
      note(gene, modality, true);
    }
  }
  const state = (detected: boolean) =>
    ({ state: detected ? 'detected' : 'tested-not-detected', assayIds: ['the genomic table'] }) as const;
  const none: LedgerEntry['states'][LedgerModality] = options.complete
    ? { state: 'tested-not-detected', assayIds: [] }
    : { state: 'not-assayed', assayIds: [], reason: 'the genomic table has no row for it' };
  const ledger: AssayLedger = {
    entries: [...tested].map(([gene, of]) => ({
      gene,
      states: Object.fromEntries([...of].map(([modality, detected]) => [modality, state(detected)])),
    })),
    defaults: { 'small-variant': none, 'copy-number': none, fusion: none },
  };
  const sex = cell(row, 'GENDER', 'SEX')?.toLowerCase();
  const name = cell(row, 'ONCOTREE_PRIMARY_DIAGNOSIS_NAME', 'ONCOTREE_PRIMARY_DIAGNOSIS');
  const type = name === undefined ? undefined : options.names.asked(name);
  const code = type?.kind === 'types' ? type.codes[0] : undefined;
  const status = cell(row, 'DISEASE_STATUS');
  return {
    label: sample,
    age: age(row, options.on),
    sex: sex === 'female' || sex === 'male' ? known(sex, 'GENDER') : notKnown('sex is not stated'),
    diagnosis:
      name === undefined
        ? notKnown('no diagnosis is stated')
        : known(
            { code, name, ancestors: code === undefined ? [] : options.names.ancestors(code) },
            'ONCOTREE_PRIMARY_DIAGNOSIS_NAME',
          ),
    ecog: optionalNumber(row, ['ECOG', 'ECOG_STATUS', 'ECOG_PS'], 'ECOG performance status'),
    priorLines: optionalNumber(row, ['PRIOR_LINES'], 'the number of lines of therapy'),
    priorAgents:
      drugs.length === 0
        ? notKnown('no prior treatment is recorded')
        : known(
            drugs.map((drug) => drug.toLowerCase()),
            'prior treatments',
          ),
    receptors: {
      her2: receptor(row, 'HER2_STATUS', 'her2'),
      'estrogen-receptor': receptor(row, 'ER_STATUS', 'estrogen-receptor'),
      'progesterone-receptor': receptor(row, 'PR_STATUS', 'progesterone-receptor'),
    },
    diseaseStatus: (status ?? '')
      .split(/[,;|]/)
      .map((word) => word.trim().toLowerCase())
      .filter((word) => word !== '')
      .map((word) => ({ word, source: 'DISEASE_STATUS' })),
    facts: {
      variants: Map.groupBy(variants, ({ gene }) => gene),
      copyNumbers,
      fusions,
      outliers: new Map(),
      biomarkers: biomarkersOf(row, genomic),
      assayed: ledgerLookup(ledger),
    },
    structuralComments: comments,
    classifications,
  };
}

/** Faults: field-invalid with file, line and column. */
export function tablePatients(tables: PatientTables, options: TableOptions): TrialPatient[] {
  const keys = (row: TableRow): string[] =>
    [cell(row, 'SAMPLE_ID'), cell(row, 'CLINICAL_ID')].filter((key) => key !== undefined);
  const grouped = (rows: readonly TableRow[]): ReadonlyMap<string, readonly TableRow[]> => {
    const groups = new Map<string, TableRow[]>();
    for (const row of rows) for (const key of new Set(keys(row))) groups.set(key, [...(groups.get(key) ?? []), row]);
    return groups;
  };
  const genomic = grouped(tables.genomic);
  const prior = grouped(tables.priorTreatments);
  const seen = new Set<string>();
  return tables.clinical.map((row) => {
    const sample = cell(row, 'SAMPLE_ID') ?? '';
    if (sample !== '' && seen.has(sample)) wrong(row, 'SAMPLE_ID', 'Two clinical rows are of one sample.');
    seen.add(sample);
    const ids = [sample, cell(row, '_ID', '_id')].filter((id) => id !== undefined && id !== '');
    const rowsOf = (groups: ReadonlyMap<string, readonly TableRow[]>): readonly TableRow[] => [
      ...new Set(ids.flatMap((id) => groups.get(id ?? '') ?? [])),
    ];
    const drugs = rowsOf(prior)
      .map((one) => cell(one, 'DRUG'))
      .filter((drug) => drug !== undefined);
    return patientOf(row, rowsOf(genomic), drugs, options);
  });
}
