import { column, factsOr, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { agentsNamed } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { own } from '../translate.ts';
import { listed, plural, sentence, stopped, treatmentName } from '../words.ts';

const actionWords = {
  contraindicated: 'contraindicated',
  avoid: 'avoid',
  'change-dose': 'change the dose',
  monitor: 'monitor',
} as const;

const kindWords = {
  interaction: 'Interaction',
  additive: 'Additive effect',
  pharmacogene: 'Pharmacogene',
  phenoconversion: 'Phenoconversion',
  kidney: 'Kidney',
  liver: 'Liver',
} as const;

/** Rows a reader can use; the others stand in the options document. */
const SHOWN = 40;

/** R38: what speaks against an option in this patient, by label and guideline; what was not checked is named. */
export function cautionBlocks(input: ReportInput): ReportBlock[] {
  const { options } = input;
  const { safety } = options;
  const blocks: ReportBlock[] = [heading(2, 'Interactions, kidney and liver', ['R38'])];
  const rows = options.options.flatMap((option) =>
    (option.safety?.findings ?? []).map((finding) => ({ option, finding })),
  );
  if (rows.length === 0)
    blocks.push(
      paragraph('Of what was checked, nothing speaks against an option named here.', [fact.options('safety')], ['R38']),
    );
  else
    blocks.push(
      table(
        [
          column('Treatment', 1.7, 'name'),
          column('What', 1.2),
          column('Do', 1.2),
          column('Why', 4.2),
          column('Stands in', 2.6),
        ],
        rows.slice(0, SHOWN).map(
          ({ option, finding }): Row => ({
            cells: [
              treatmentName(option.label),
              kindWords[finding.kind],
              actionWords[finding.action],
              stopped(finding.text),
              own(listed(finding.cites, 2)),
            ],
            facts: [fact.option(option.id), fact.options('safety')],
          }),
        ),
        ['R38'],
        rows.length > SHOWN ? `${plural(rows.length - SHOWN, 'milder row')} in the options document.` : undefined,
      ),
    );
  // Names of classes hold capitals (PD-L1 inhibitor) that a key for looking up has not.
  const names = new Map(agentsNamed(input).map((name) => [name.toLowerCase(), name]));
  const asNamed = (name: string): string => treatmentName(names.get(name) ?? name);
  const unchecked = [...new Set(options.options.flatMap((option) => option.safety?.unchecked ?? []))].sort();
  const open = [...new Set(options.options.flatMap((option) => option.safety?.open ?? []))].sort();
  const unknown = safety?.medications.filter(({ known }) => known === undefined).map(({ name }) => own(name)) ?? [];
  const lacks = [
    ...(unchecked.length === 0 ? [] : [`not checked, no fact on them: ${listed(unchecked.map(asNamed), 8)}`]),
    ...(open.length === 0 ? [] : [`function not on record: ${open.join(', ')}`]),
    ...(unknown.length === 0 ? [] : [`medicines not recognized: ${listed(unknown, 6)}`]),
  ];
  if (lacks.length > 0)
    blocks.push(
      paragraph(sentence(stopped(lacks.join('; '))), [fact.options('safety'), 'rule:limits'], ['R38'], 'caution'),
    );
  if (safety === undefined) return blocks;
  const measures = safety.organs.measures.map(({ name, value, unit }) => `${name} ${value} ${unit}`);
  const refused = [...new Set(safety.organs.refused.map(({ reason }) => reason))];
  const absent = safety.organs.absent.map(({ measure, reason }) => `${measure}: ${reason.replace(/\.$/, '')}`);
  blocks.push(
    paragraph(
      `Organ function used: ${measures.join('; ') || 'none'}.${absent.length === 0 ? '' : ` Absent: ${absent.join('; ')}.`}`,
      factsOr([fact.options('safety'), fact.record('labs')], fact.options('safety')),
      ['R38'],
      'note',
    ),
    ...(refused.length === 0
      ? []
      : [
          paragraph(
            `Laboratory values not used: ${refused.join(' ')}`,
            [fact.options('safety'), fact.record('labs')],
            ['R38'],
            'caution',
          ),
        ]),
  );
  return blocks;
}
