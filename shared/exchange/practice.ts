/**
 * Data practice of a board's cases (F139): what is missing, whether units are codes of UCUM, whether what should be coded is coded.
 * Counts and shares of what stands in the records, and nothing estimated; a share of nothing is absent, never zero.
 */
import { z } from 'zod';
import type { CaseRecord } from '../case/case-record.ts';
import { ingredientOf } from './harmonise/harmonise.ts';
import { harmonisedLab, ucumOf } from './harmonise/units.ts';

const Row = z.object({
  /** In the words of the record's field. */
  what: z.string(),
  good: z.number().int().nonnegative(),
  of: z.number().int().nonnegative(),
  /** What is not good, most frequent first: words or codes, never of one patient alone where they are free text. */
  others: z.array(z.object({ what: z.string(), count: z.number().int().positive() })),
});
const Area = z.object({
  /** Percent of all rows' good among all rows' of; absent where there is nothing to judge. */
  score: z.number().min(0).max(100).optional(),
  rows: z.array(Row),
});
export const DataPractice = z.object({
  cases: z.number().int().nonnegative(),
  missingness: Area,
  units: Area,
  coding: Area,
});
export type DataPractice = z.infer<typeof DataPractice>;
export type PracticeArea = z.infer<typeof Area>;

export interface PracticeKnowledge {
  readonly isTumorType: (code: string) => boolean;
  /** Today's HGNC symbol. */
  readonly symbolOf: (gene: string) => string;
  /** Whether a symbol is one that the packs know. */
  readonly knowsGene: (gene: string) => boolean;
}

/** Fields that a board asks for (product.md, section 4); the function says whether a record gives them. */
const FIELDS: readonly (readonly [string, (record: CaseRecord) => boolean])[] = [
  ['age', ({ patient }) => patient.ageYears !== undefined],
  ['sex', ({ patient }) => patient.sex !== 'unknown'],
  ['stage', ({ diagnosis }) => diagnosis.stage !== undefined || diagnosis.tnm !== undefined],
  ['histology', ({ diagnosis }) => diagnosis.histology !== undefined],
  ['date of diagnosis', ({ diagnosis }) => diagnosis.date !== undefined],
  ['performance status', ({ performanceStatus }) => performanceStatus !== undefined],
  ['tumor cell content', ({ specimens }) => specimens.some(({ purity }) => purity !== undefined)],
  ['specimen date', ({ specimens }) => specimens.some(({ collected }) => collected !== undefined)],
  ['genes of each assay', ({ assays }) => assays.length > 0 && assays.every(readsKnownGenes)],
  ['laboratory values', ({ labs }) => labs.length > 0],
  ['medicines', ({ medications }) => medications.length > 0],
  ['allergies', ({ allergies }) => allergies.length > 0],
  ['family history', ({ familyHistory }) => familyHistory.length > 0],
  ['goals of the patient', ({ patientGoals }) => patientGoals.length > 0],
];

const WHOLE = new Set(['exome', 'genome', 'transcriptome', 'proteome', 'immunohistochemistry']);
const readsKnownGenes = ({ scope, genes }: CaseRecord['assays'][number]): boolean =>
  WHOLE.has(scope) || (genes ?? []).length > 0;

interface Judged {
  readonly good: boolean;
  readonly word: string;
}

function row(what: string, judged: readonly Judged[]): z.infer<typeof Row> {
  const others = [
    ...Map.groupBy(
      judged.filter(({ good }) => !good),
      ({ word }) => word,
    ),
  ]
    .map(([word, list]) => ({ what: word, count: list.length }))
    .sort((a, b) => b.count - a.count || (a.what < b.what ? -1 : 1))
    .slice(0, 20);
  return { what, good: judged.filter(({ good }) => good).length, of: judged.length, others };
}

function area(rows: readonly z.infer<typeof Row>[]): PracticeArea {
  const [good, of] = [rows.reduce((sum, one) => sum + one.good, 0), rows.reduce((sum, one) => sum + one.of, 0)];
  return { ...(of === 0 ? {} : { score: Math.round((1000 * good) / of) / 10 }), rows: [...rows] };
}

export function dataPractice(
  records: readonly CaseRecord[],
  { isTumorType, symbolOf, knowsGene }: PracticeKnowledge,
): DataPractice {
  const labs = records.flatMap((record) => record.labs);
  const medicines = records.flatMap(({ medications, therapyLines }) => [
    ...medications.map(({ name }) => name),
    ...therapyLines.flatMap(({ agents }) => agents),
  ]);
  const genes = records.flatMap(({ assays }) => assays.flatMap((assay) => assay.genes ?? []));
  return {
    cases: records.length,
    missingness: area(
      FIELDS.map(([what, given]) =>
        row(
          what,
          records.map((record) => ({ good: given(record), word: 'not given' })),
        ),
      ),
    ),
    units: area([
      row(
        'unit is a code of UCUM',
        labs.map(({ unit }) => ({
          good: ucumOf(unit) === unit,
          word: ucumOf(unit) === undefined ? `${unit}: not known` : unit,
        })),
      ),
      row(
        'value is in the unit of comparison',
        labs
          .filter(({ unit }) => ucumOf(unit) !== undefined)
          .map((lab) => ({ good: harmonisedLab(lab) === undefined, word: `${lab.name} in ${lab.unit}` })),
      ),
    ]),
    coding: area([
      row(
        'tumor type is one of OncoTree',
        records.map(({ diagnosis }) => ({ good: isTumorType(diagnosis.oncotreeCode), word: diagnosis.oncotreeCode })),
      ),
      row(
        'laboratory value has a LOINC code',
        labs.map(({ name, loinc }) => ({ good: loinc !== undefined, word: name })),
      ),
      row(
        'medicine is named by its ingredient',
        medicines.map((name) => ({ good: ingredientOf(name) === undefined, word: name })),
      ),
      row(
        'gene of an assay stands in the pack of genes by this symbol',
        genes.map((gene) => ({ good: symbolOf(gene) === gene && knowsGene(gene), word: gene })),
      ),
    ]),
  };
}
