/**
 * Units of laboratory values: what records write, as codes of UCUM (unitsofmeasure.org, version 2.1), and values in the unit in
 * which the workstation compares them. Amounts become masses by the molar mass of the very analyte and by nothing else; an
 * analyte or unit that is not known is left as it stands.
 */

interface Unit {
  readonly factor: number;
  /** Exponents of mass (g), amount (mol), volume (L), catalytic activity (U), equivalents, arbitrary units, time (min). */
  readonly dimension: string;
}

const PREFIX: Readonly<Record<string, number>> = {
  k: 1e3,
  d: 1e-1,
  c: 1e-2,
  m: 1e-3,
  u: 1e-6,
  n: 1e-9,
  p: 1e-12,
  f: 1e-15,
};

/** Base units. 1 kat is 60e6 U by definition of the enzyme unit (1 U is 1 umol/min). */
const BASE: Readonly<Record<string, readonly [number, string]>> = {
  g: [1, 'g'],
  mol: [1, 'mol'],
  L: [1, 'L'],
  l: [1, 'L'],
  U: [1, 'U'],
  kat: [6e7, 'U'],
  eq: [1, 'eq'],
  '[iU]': [1, '[iU]'],
  min: [1, 'min'],
};

function factorOf(part: string): readonly [number, string] | undefined {
  if (/^10[*^]\d{1,2}$/.test(part)) return [10 ** Number(part.slice(3)), '1'];
  if (part === '1' || /^\{[^}]*\}$/.test(part)) return [1, '1'];
  const bare = part.replace(/\{[^}]*\}$/, '');
  const direct = BASE[bare];
  if (direct !== undefined) return direct;
  const [first = '', rest] = [bare.slice(0, 1), bare.slice(1)];
  const prefix = PREFIX[first];
  const base = BASE[rest];
  return prefix === undefined || base === undefined ? undefined : [prefix * base[0], base[1]];
}

/** A UCUM code of the kind that laboratories use: one numerator, at most two denominators. */
function parsed(code: string): Unit | undefined {
  const [numerator = '', ...denominators] = code.split('/');
  if (denominators.length > 2) return undefined;
  const top = factorOf(numerator === '' ? '1' : numerator);
  if (top === undefined) return undefined;
  let [factor, dimension] = top;
  for (const part of denominators) {
    const below = factorOf(part);
    if (below === undefined) return undefined;
    factor /= below[0];
    dimension = `${dimension}/${below[1]}`;
  }
  return { factor, dimension };
}

/** What records write for a UCUM code. Lower case, without blanks, with one sign for micro. */
const WRITTEN: Readonly<Record<string, string>> = {
  'g/l': 'g/L',
  'g/dl': 'g/dL',
  'mg/dl': 'mg/dL',
  'mg/l': 'mg/L',
  'ug/l': 'ug/L',
  'ug/ml': 'ug/mL',
  'ng/ml': 'ng/mL',
  'ng/dl': 'ng/dL',
  'pg/ml': 'pg/mL',
  'umol/l': 'umol/L',
  'mmol/l': 'mmol/L',
  'nmol/l': 'nmol/L',
  'pmol/l': 'pmol/L',
  'mval/l': 'meq/L',
  'meq/l': 'meq/L',
  'u/l': 'U/L',
  'iu/l': 'U/L',
  'ie/l': 'U/L',
  'ukat/l': 'ukat/L',
  'nkat/l': 'nkat/L',
  'u/ml': 'U/mL',
  'ku/l': 'kU/L',
  'kie/l': 'kU/L',
  'ie/ml': '[iU]/mL',
  'iu/ml': '[iU]/mL',
  'g/pt/l': '10*9/L',
  'gpt/l': '10*9/L',
  '/nl': '10*9/L',
  'tsd/ul': '10*9/L',
  'tsd./ul': '10*9/L',
  '10^9/l': '10*9/L',
  '10e9/l': '10*9/L',
  'x10^9/l': '10*9/L',
  '10^3/ul': '10*3/uL',
  'x10^3/ul': '10*3/uL',
  'k/ul': '10*3/uL',
  '/ul': '/uL',
  'cells/ul': '/uL',
  '10^6/ul': '10*6/uL',
  'tpt/l': '10*12/L',
  '/pl': '10*12/L',
  '10^12/l': '10*12/L',
  'ml/min': 'mL/min',
  'ml/min/1.73m2': 'mL/min/{1.73_m2}',
  'ml/min/1,73m2': 'mL/min/{1.73_m2}',
  'ml/min/1.73m^2': 'mL/min/{1.73_m2}',
  'ml/min/1.73qm': 'mL/min/{1.73_m2}',
  'miu/l': 'm[iU]/L',
  'uiu/ml': 'u[iU]/mL',
  'mu/l': 'm[iU]/L',
  inr: '{INR}',
  ratio: '{ratio}',
  '%': '%',
  kg: 'kg',
  sec: 's',
  s: 's',
};

/** The UCUM code of a unit as written; undefined where it is none that we know. */
export function ucumOf(written: string): string | undefined {
  const trimmed = written.trim();
  const micro = trimmed.replace(/[µμ]/g, 'u');
  if (
    /^(mg|g|ug|ng|pg)\/(dL|L|mL)$|^[munp]?mol\/L$|^(k|m|u)?U\/m?L$|^[un]kat\/L$|^10\*\d{1,2}\/[un]?L$|^kg$|^%$/.test(
      micro,
    )
  )
    return micro;
  if (/^\{[^{}]{1,30}\}$|^mL\/min(\/\{1\.73_m2\})?$|^[mu]?\[iU\]\/m?L$|^1$/.test(micro)) return micro;
  // A capital G is a thousand million to one laboratory and a gram to another; only the analyte can tell.
  if (/^G\/[lL]$/.test(micro)) return undefined;
  const plain = micro.toLowerCase().replace(/\s+/g, '').replace('m²', 'm2').replace('×', 'x').replace('10⁹', '10^9');
  return WRITTEN[plain.replace('/1.73m²', '/1.73m2')] ?? WRITTEN[plain];
}

interface Analyte {
  readonly name: string;
  readonly loinc: readonly string[];
  readonly called: RegExp;
  /** The unit in which the workstation compares. */
  readonly unit: string;
  /** Grams per mole, where laboratories give it in amounts too. */
  readonly molarMass?: number;
}

/** Molar masses from the formulas (IUPAC atomic weights 2021); hemoglobin as its monomer, as European laboratories give it. */
const ANALYTES: readonly Analyte[] = [
  {
    name: 'creatinine',
    loinc: ['2160-0', '14682-9', '38483-4'],
    called: /^(?:serum |plasma )?[ck]r?eatinine?$|^kreatinin\b/i,
    unit: 'mg/dL',
    molarMass: 113.12,
  },
  {
    name: 'total bilirubin',
    loinc: ['1975-2', '14631-6'],
    called: /^(?:total bilirubin|bilirubin(?:[, ]+(?:total|gesamt))?|gesamtbilirubin)$/i,
    unit: 'mg/dL',
    molarMass: 584.67,
  },
  { name: 'albumin', loinc: ['1751-7'], called: /^(?:serum |plasma )?albumin(?:\b|$)/i, unit: 'g/dL' },
  {
    name: 'hemoglobin',
    loinc: ['718-7', '59260-0'],
    called: /^(?:ha?emoglobin|hämoglobin|hb)$/i,
    unit: 'g/dL',
    molarMass: 16114,
  },
  {
    name: 'calcium',
    loinc: ['17861-6', '2000-8'],
    called: /^(?:total )?(?:calcium|kalzium)$/i,
    unit: 'mg/dL',
    molarMass: 40.078,
  },
  { name: 'glucose', loinc: ['2345-7', '14749-6'], called: /^(?:glucose|glukose)$/i, unit: 'mg/dL', molarMass: 180.16 },
  { name: 'urea', loinc: ['22664-7', '3091-6'], called: /^(?:urea|harnstoff)$/i, unit: 'mg/dL', molarMass: 60.06 },
  {
    name: 'uric acid',
    loinc: ['3084-1', '14933-6'],
    called: /^(?:uric acid|urate|harnsäure)$/i,
    unit: 'mg/dL',
    molarMass: 168.11,
  },
  {
    name: 'leukocytes',
    loinc: ['6690-2', '26464-8'],
    called: /^(?:leu[kc]ocytes|leukozyten|wbc|white (?:blood )?cells?)$/i,
    unit: '10*9/L',
  },
  {
    name: 'neutrophils',
    loinc: ['751-8', '26499-4'],
    called: /^(?:neutrophil[es]?n?|absolute neutrophil count|anc)(?:,? absolute)?$/i,
    unit: '10*9/L',
  },
  {
    name: 'lymphocytes',
    loinc: ['731-0', '26474-7'],
    called: /^(?:lymphocytes|lymphozyten)(?:,? absolute)?$/i,
    unit: '10*9/L',
  },
  { name: 'platelets', loinc: ['777-3', '26515-7'], called: /^(?:platelets|thrombo[cz]yten?s?|plt)$/i, unit: '10*9/L' },
  { name: 'ALT', loinc: ['1742-6'], called: /^(?:alt|alat|gpt|alanine aminotransferase)$/i, unit: 'U/L' },
  { name: 'AST', loinc: ['1920-8'], called: /^(?:ast|asat|got|aspartate aminotransferase)$/i, unit: 'U/L' },
  {
    name: 'alkaline phosphatase',
    loinc: ['6768-6'],
    called: /^(?:alp|ap|alkaline phosphatase|alkalische phosphatase)$/i,
    unit: 'U/L',
  },
  { name: 'gamma-GT', loinc: ['2324-2'], called: /^(?:ggt|gamma-?gt|γ-?gt)$/i, unit: 'U/L' },
  {
    name: 'LDH',
    loinc: ['2532-0', '14804-9'],
    called: /^(?:ldh|lactate dehydrogenase|laktatdehydrogenase)$/i,
    unit: 'U/L',
  },
  { name: 'CRP', loinc: ['1988-5'], called: /^(?:crp|c-reactive protein|c-reaktives protein)$/i, unit: 'mg/L' },
  { name: 'sodium', loinc: ['2951-2'], called: /^(?:sodium|natrium)$/i, unit: 'mmol/L' },
  { name: 'potassium', loinc: ['2823-3'], called: /^(?:potassium|kalium)$/i, unit: 'mmol/L' },
  { name: 'PSA', loinc: ['2857-1'], called: /^(?:psa|prostate[- ]specific antigen)$/i, unit: 'ng/mL' },
  { name: 'CEA', loinc: ['2039-6'], called: /^(?:cea|carcinoembryonic antigen)$/i, unit: 'ng/mL' },
  { name: 'CA 19-9', loinc: ['24108-3'], called: /^ca[ -]?19[-.]?9$/i, unit: 'U/mL' },
  { name: 'CA 125', loinc: ['10334-1'], called: /^ca[ -]?125$/i, unit: 'U/mL' },
  { name: 'ferritin', loinc: ['2276-4'], called: /^ferritine?$/i, unit: 'ng/mL' },
];

export interface LabValue {
  readonly name: string;
  readonly loinc?: string | undefined;
  readonly value: number;
  readonly unit: string;
}

export interface HarmonisedLab {
  readonly value: number;
  readonly unit: string;
  readonly by: string;
}

const rounded = (value: number): number => Number(value.toPrecision(6));

/**
 * The value in the unit of comparison, or with the unit's UCUM code alone where the analyte is not known.
 * Undefined where nothing changes or nothing is known for certain.
 */
export function harmonisedLab({ name, loinc, value, unit }: LabValue): HarmonisedLab | undefined {
  const analyte = ANALYTES.find((one) =>
    loinc === undefined ? one.called.test(name.trim()) : one.loinc.includes(loinc),
  );
  const code = /^G\/[lL]$/.test(unit.trim()) && analyte?.unit === '10*9/L' ? '10*9/L' : ucumOf(unit);
  if (code === undefined) return undefined;
  const recoded = code === unit ? undefined : { value, unit: code, by: 'UCUM code of the unit as written' };
  if (analyte === undefined || analyte.unit === code) return recoded;
  const [from, to] = [parsed(code), parsed(analyte.unit)];
  if (from === undefined || to === undefined) return recoded;
  // For univalent ions an equivalent is a mole.
  const own = from.dimension.replace('eq', analyte.unit.startsWith('mmol') ? 'mol' : 'eq');
  if (own === to.dimension)
    return { value: rounded((value * from.factor) / to.factor), unit: analyte.unit, by: 'conversion by UCUM' };
  if (analyte.molarMass !== undefined && own === 'mol/L' && to.dimension === 'g/L')
    return {
      value: rounded((value * from.factor * analyte.molarMass) / to.factor),
      unit: analyte.unit,
      by: `molar mass of ${analyte.name}, ${analyte.molarMass} g/mol`,
    };
  return recoded;
}
