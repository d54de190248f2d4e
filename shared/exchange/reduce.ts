/**
 * What may leave where pseudonyms and days are too much, as what an export says it withheld. The rules are the report's own
 * (`shared/report/deidentify`): one de-identification for paper, desk and command line.
 */
import { type DeidentifiedField, type DeidentifyNeeds, deidentified } from '../report/deidentify/index.ts';
import type { ReportInput } from '../report/report-input.ts';
import { plural } from '../report/words.ts';
import type { Withheld } from './withheld.ts';

export interface Reduced {
  readonly input: ReportInput;
  readonly withheld: readonly Withheld[];
  readonly fields: readonly DeidentifiedField[];
  readonly safeHarbor: boolean;
}

const doneWords: Readonly<Record<DeidentifiedField['done'], string>> = {
  kept: 'kept by choice; numbers, addresses and titled names are taken out of its texts',
  removed: 'left out',
  replaced: 'others in their place, not derived from the person',
  year: 'the year stays; where a format asks for a moment, the first of January stands for the year',
  shifted: 'all moved by the same secret number of days, so that intervals stay',
  grouped: '90 stands for 90 and over',
};

/** The input of an export for use outside care; what becomes of each field is listed, an empty field is not. */
export function reducedInput(input: ReportInput, needs: DeidentifyNeeds): Reduced {
  const { input: reduced, fields, safeHarbor } = deidentified(withoutGenotypes(input), needs);
  const positions = input.options.pharmacogenes?.genotypes?.length ?? 0;
  return {
    input: reduced,
    fields,
    safeHarbor,
    withheld: [
      ...(positions === 0
        ? []
        : [
            {
              what: `genotypes at ${plural(positions, 'position')} of pharmacogenes`,
              why: 'together they are of one person only; the calls made of them leave (level "reduced")',
            },
          ]),
      ...fields
        .filter(({ values }) => values > 0)
        .map(({ title, values, categories, done }) => ({
          what: `${title} (${values})`,
          why: `level "reduced": ${doneWords[done]}${categories.length === 0 ? '' : `; Safe Harbor ${categories.join(' ')}`}`,
        })),
    ],
  };
}

function withoutGenotypes(input: ReportInput): ReportInput {
  const { pharmacogenes } = input.options;
  if (pharmacogenes === undefined) return input;
  const { genotypes: _genotypes, ...calls } = pharmacogenes;
  return { ...input, options: { ...input.options, pharmacogenes: calls } };
}
