import { column, factRows, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { printedRules } from '../rules.ts';
import { countedRule, plural } from '../words.ts';

type Counted = readonly { readonly rule: string; readonly count: number }[];
const sum = (parts: Counted): number => parts.reduce((total, { count }) => total + count, 0);
const rules = (parts: Counted): string => parts.map(countedRule).join('; ') || 'none';

/** R51, F005: rows in = shown + collapsed + filtered, per file, each part with its rule. */
export function accountingPart(input: ReportInput): ReportBlock[] {
  const { accounting, understandings } = input.intake;
  const { listed } = input.profile;
  const blocks: ReportBlock[] = [paragraph(printedRules.accounting, ['rule:accounting'], ['R51'], 'note')];
  if (accounting.length === 0)
    blocks.push(paragraph('No file with variants was read.', [fact.intake('understandings')], ['R51']));
  else
    blocks.push(
      table(
        [column('File', 2, 'identifier'), column('Equation', 3.2), column('Collapsed', 2.4), column('Filtered', 3)],
        accounting.map(
          (one): Row => ({
            cells: [
              one.file,
              `${plural(one.rowsIn, 'row')}${one.allelesIn === one.rowsIn ? '' : `, ${plural(one.allelesIn, 'allele')}`} = ${one.shown} shown + ${sum(one.collapsed)} collapsed + ${sum(one.filtered)} filtered`,
              rules(one.collapsed),
              rules(one.filtered),
            ],
            facts: [fact.accounting(one.file)],
          }),
        ),
        ['R51'],
      ),
    );
  blocks.push(
    paragraph(
      listed.shown === 0 && listed.folded.length === 0
        ? 'Intake shows nothing that could be listed as a finding.'
        : `Of what intake shows, ${plural(listed.shown, 'finding')} of every kind ${listed.shown === 1 ? 'is' : 'are'} listed; folded: ${rules(listed.folded)}.`,
      [fact.profile('listed')],
      ['R51'],
    ),
  );
  if (understandings.length > 0)
    blocks.push(
      heading(2, 'How each file was read', ['R51']),
      factRows(
        understandings.map((one) => [
          one.file,
          [
            one.format,
            one.genomeBuild === undefined
              ? undefined
              : `${one.genomeBuild}${one.buildFrom === undefined ? '' : ` (${one.buildFrom})`}`,
            one.caller === undefined ? undefined : `caller ${one.caller}`,
            one.depthFrom === undefined ? undefined : `depth from ${one.depthFrom}`,
            one.alleleFractionFrom === undefined ? undefined : `allele fraction from ${one.alleleFractionFrom}`,
            one.annotationFrom === undefined ? undefined : `annotation from ${one.annotationFrom}`,
            plural(one.rows, 'row'),
            ...one.notes.map((note) => note.replace(/\.$/, '')),
          ]
            .filter((part) => part !== undefined)
            .join('; '),
          fact.intake('understandings'),
        ]),
        ['R51', 'R12'],
      ),
    );
  return blocks;
}
