/**
 * Laboratory values by code, name and unit, with the limits beyond which a value is a slip of the pen: a lost decimal point, a
 * wrong unit, a missing value coded as -1 or 999999. The limits are this program's own and cited nowhere; they lie
 * well outside the extremes that are seen in severe disease (platelets of thrombocythemia, transaminases of acute liver
 * failure), so that no true value is refused. They are no reference ranges.
 */
import type { Lab } from '../../case/case-record.ts';

export interface Analyte {
  readonly name: string;
  readonly loinc: readonly string[];
  readonly called: RegExp;
  /** Factor to the first unit. */
  readonly units: Readonly<Record<string, number>>;
  /** Limits in the first unit beyond which a value is a slip of the pen. */
  readonly possible: readonly [number, number];
}

/** What organ function is computed from. */
export const ANALYTES = {
  creatinine: {
    name: 'creatinine',
    loinc: ['2160-0', '14682-9', '38483-4'],
    called: /^(?:serum |plasma )?creatinine$/i,
    units: { 'mg/dL': 1, 'umol/L': 1 / 88.42, 'µmol/L': 1 / 88.42, 'μmol/L': 1 / 88.42 },
    possible: [0.1, 30],
  },
  bilirubin: {
    name: 'total bilirubin',
    loinc: ['1975-2', '14631-6'],
    called: /^(?:total bilirubin|bilirubin(?:, total)?)$/i,
    units: { 'mg/dL': 1, 'umol/L': 1 / 17.1, 'µmol/L': 1 / 17.1, 'μmol/L': 1 / 17.1 },
    possible: [0, 60],
  },
  albumin: {
    name: 'albumin',
    loinc: ['1751-7'],
    called: /^(?:serum |plasma )?albumin$/i,
    units: { 'g/dL': 1, 'g/L': 0.1 },
    possible: [0.5, 8],
  },
  inr: {
    name: 'INR',
    loinc: ['6301-6', '34714-6'],
    called: /^(?:INR|international normali[sz]ed ratio)$/i,
    units: { '{INR}': 1, '1': 1 },
    possible: [0.5, 20],
  },
  weight: {
    name: 'body weight',
    loinc: ['29463-7', '3141-9'],
    called: /^(?:body )?weight$/i,
    units: { kg: 1, '[lb_av]': 0.453_592 },
    possible: [20, 350],
  },
  clearance: {
    name: 'creatinine clearance',
    loinc: ['2164-2', '33558-8'],
    called: /creatinine clearance/i,
    units: { 'mL/min': 1 },
    possible: [0, 300],
  },
  egfr: {
    name: 'eGFR',
    loinc: ['98979-8', '33914-3', '62238-1', '48642-3', '48643-1', '88293-6', '88294-4', '77147-7', '98980-6'],
    // EGFR is a gene too: `EGFR L858R in ctDNA` is no function of the kidney.
    called:
      /^(?:eGFR(?:\s*[,(/].*| as reported| by .*| CKD.*| MDRD.*)?$|glomerular filtration rate|estimated glomerular)/i,
    units: { 'mL/min/{1.73_m2}': 1, 'mL/min/1.73m2': 1 },
    possible: [0, 250],
  },
} as const satisfies Record<string, Analyte>;

const CELLS = {
  '10*9/L': 1,
  '10^9/L': 1,
  'G/L': 1,
  '10*3/uL': 1,
  '10^3/uL': 1,
  'K/uL': 1,
  '/uL': 0.001,
  '10*6/L': 0.001,
};
const ENZYME = { 'U/L': 1, '[iU]/L': 1, 'IU/L': 1, 'ukat/L': 60, 'µkat/L': 60, 'μkat/L': 60 };

/** Read by people only: labels ask for them, and nothing here is computed from them. */
export const CHECKED_ONLY: readonly Analyte[] = [
  {
    name: 'ALT',
    loinc: ['1742-6', '1743-4', '1744-2', '76625-3'],
    called: /^(?:ALT|ALAT|SGPT|GPT|alanine (?:amino)?transaminase|alanine aminotransferase)\b/i,
    units: ENZYME,
    possible: [0, 50_000],
  },
  {
    name: 'AST',
    loinc: ['1920-8', '30239-8', '88112-8'],
    called: /^(?:AST|ASAT|SGOT|GOT|aspartate (?:amino)?transaminase|aspartate aminotransferase)\b/i,
    units: ENZYME,
    possible: [0, 50_000],
  },
  {
    name: 'alkaline phosphatase',
    loinc: ['6768-6', '1783-0'],
    called: /^(?:ALP|AP|alkaline phosphatase)\b/i,
    units: ENZYME,
    possible: [0, 20_000],
  },
  {
    name: 'LDH',
    loinc: ['2532-0', '14804-9', '14805-6'],
    called: /^(?:LDH|lactate dehydrogenase)\b/i,
    units: ENZYME,
    possible: [0, 100_000],
  },
  {
    name: 'platelets',
    loinc: ['777-3', '26515-7', '778-1'],
    called: /^(?:platelets?|thrombocytes?)\b/i,
    units: CELLS,
    possible: [0, 10_000],
  },
  {
    name: 'leukocytes',
    loinc: ['6690-2', '26464-8', '804-5'],
    called: /^(?:leu[ck]ocytes?|white blood cells?|WBC)\b/i,
    units: CELLS,
    possible: [0, 2000],
  },
  {
    name: 'neutrophils',
    loinc: ['751-8', '26499-4', '753-4'],
    called: /^(?:absolute )?neutrophils?(?: count)?$|^ANC$/i,
    units: CELLS,
    possible: [0, 1500],
  },
  {
    name: 'hemoglobin',
    loinc: ['718-7', '59260-0', '20509-6'],
    called: /^ha?emoglobin$|^Hb$/i,
    units: { 'g/dL': 1, 'g/L': 0.1, 'mmol/L': 1.611 },
    possible: [1, 30],
  },
  {
    name: 'sodium',
    loinc: ['2951-2', '2947-0'],
    called: /^(?:serum |plasma )?sodium$/i,
    units: { 'mmol/L': 1, 'meq/L': 1 },
    possible: [80, 220],
  },
  {
    name: 'potassium',
    loinc: ['2823-3', '6298-4'],
    called: /^(?:serum |plasma )?potassium$/i,
    units: { 'mmol/L': 1, 'meq/L': 1 },
    possible: [0.5, 15],
  },
];

export const isOf = (analyte: Analyte, lab: Lab): boolean =>
  lab.loinc === undefined ? analyte.called.test(lab.name.trim()) : analyte.loinc.includes(lab.loinc);

export const labWords = ({ name, value, unit }: Lab): string => `${name} ${value} ${unit}`;

/** Why a value cannot be one of a living patient; undefined where it can, or where its unit is not one of the analyte's. */
export function outsideLimits(analyte: Analyte, lab: Lab): string | undefined {
  const factor = analyte.units[lab.unit];
  const [low, high] = analyte.possible;
  if (factor === undefined || (lab.value * factor >= low && lab.value * factor <= high)) return undefined;
  return `${labWords(lab)} is outside what is possible (${low} to ${high} ${Object.keys(analyte.units)[0] ?? ''}): check value and unit.`;
}
