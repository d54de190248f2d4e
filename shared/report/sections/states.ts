import type { AssayedState, LedgerModality } from '../../case/intake.ts';
import { germlineConsent, germlineHidden } from '../../molecular/germline-sheet.ts';
import { alleleList, partlyRead } from '../../therapy/pgx/advice.ts';
import { column, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { place } from '../places.ts';
import { specimensUsed, stateOf } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { own } from '../translate.ts';
import { ledgerModalityWords, ledgerWords, plural, stateWords } from '../words.ts';

const modalities: readonly LedgerModality[] = [
  'small-variant',
  'copy-number',
  'fusion',
  'expression',
  'protein',
  'germline',
];
const states: readonly AssayedState[] = ['detected', 'failed-qc', 'tested-not-detected', 'not-assayed'];
/** A panel's genes fit on a page by name; longer lists stand in the intake document. */
const NAMED_GENES = 700;
/** Values measured, not findings: of more genes than these, which they are says nothing on paper. */
const MEASURED_GENES = 60;
const namedOf = (modality: LedgerModality, state: AssayedState): number =>
  state === 'detected' && ['copy-number', 'expression', 'protein'].includes(modality) ? MEASURED_GENES : NAMED_GENES;

const assayName = ({ record }: ReportInput, id: string): string =>
  own(record.assays.find((assay) => assay.id === id)?.name ?? id);

/** The assays that tested a gene, by name; undefined where none did. */
function readBy(input: ReportInput, gene: string, modality: LedgerModality): string | undefined {
  const { ledger } = input.intake;
  const entry = ledger.entries.find((one) => one.gene === gene)?.states[modality] ?? ledger.defaults[modality];
  if (entry === undefined || entry.state === 'not-assayed' || entry.state === 'failed-qc') return undefined;
  const names = entry.assayIds.map((id) => assayName(input, id));
  return [...names, ...(entry.reason === undefined ? [] : [entry.reason])].join('; ') || undefined;
}

/** R16, R25, R14 in part, F003, F098: what can be said of each gene, by modality. */
export function statesPart(input: ReportInput): ReportBlock[] {
  const { ledger } = input.intake;
  // Without consent to secondary findings neither names nor numbers tell of germline variants outside the question.
  const hidden = germlineHidden(input.record, input.profile);
  const genes = (modality: LedgerModality, state: AssayedState): readonly string[] =>
    ledger.entries
      .filter(
        ({ gene, states: of }) => of[modality]?.state === state && !(modality === 'germline' && hidden(gene, state)),
      )
      .map(({ gene }) => gene);
  const withheld = (modality: LedgerModality): boolean =>
    modality === 'germline' && hidden('', ledger.defaults.germline?.state ?? 'not-assayed');
  const rows = modalities.map((modality): Row => {
    const otherwise = ledger.defaults[modality];
    const counts = states.map((state) => genes(modality, state).length);
    // A zero says that something was counted: where no assay reads the modality there is nothing to count.
    const counted = counts.some((count) => count > 0) || (otherwise?.state ?? 'not-assayed') !== 'not-assayed';
    return {
      cells: [
        ledgerModalityWords[modality],
        ...counts.map((count) => (counted ? String(count) : '–')),
        withheld(modality) ? '–' : ledgerWords(otherwise ?? { state: 'not-assayed' }),
        withheld(modality)
          ? germlineConsent(input.record).statement
          : (otherwise?.reason ??
            (otherwise === undefined
              ? 'no assay of this case reads it'
              : otherwise.assayIds.map((id) => assayName(input, id)).join(', '))),
      ],
      facts: [fact.ledger(modality)],
    };
  });
  const blocks: ReportBlock[] = [
    paragraph('A gene that was not assayed is unknown, not unaltered.', ['rule:states'], ['R16'], 'lead'),
    table(
      [
        column('Modality', 1.6, 'name'),
        column('Detected>', 0.9),
        column('Failed QC>', 0.9),
        column('Tested, not detected>', 1.2),
        column('Not assayed>', 1),
        column('Any other gene', 1.5, 'state'),
        column('By, or because', 2.6),
      ],
      rows,
      ['R16'],
      'Numbers count genes named by an assay, a file or a failed region.',
    ),
  ];
  const { pertinent } = input.profile;
  blocks.push(heading(2, 'Genes that matter in this tumor type and were not found altered', ['R25']));
  if (pertinent.length === 0)
    blocks.push(
      paragraph(
        'No further gene has level A evidence in this tumor type in the packs used.',
        [fact.profile('pertinent')],
        ['R25'],
      ),
    );
  else
    blocks.push(
      table(
        [
          column('Gene', 1, 'name'),
          column('Looked for', 1.4),
          column('State', 1.6, 'state'),
          column('By, or because', 4),
        ],
        pertinent.map(({ gene, what, modality, state, reason }) => ({
          cells: [gene, what, stateWords[state], readBy(input, gene, modality) ?? reason],
          facts: [fact.pertinent(gene, modality)],
        })),
        ['R25'],
      ),
    );
  blocks.push(heading(2, 'Genes by state', ['R16']));
  for (const modality of modalities)
    for (const state of states) {
      const named = genes(modality, state);
      if (named.length === 0) continue;
      const head = `${ledgerModalityWords[modality]}, ${stateWords[state]} (${plural(named.length, 'gene')})`;
      blocks.push(
        paragraph(
          named.length <= namedOf(modality, state)
            ? `${head}: ${own(named.join(', '))}.`
            : `${head}: the names stand in the intake document, SHA-256 ${input.hashes.intake.slice(0, 16)}…`,
          [fact.ledger(modality)],
          ['R16'],
        ),
      );
    }
  // An assay's list of genes says that it looked at DPYD, not that it read what decides on fluorouracil.
  const partly = (input.options.pharmacogenes?.genes ?? []).flatMap((one) => {
    const part = partlyRead(one);
    const state = stateOf(input, one.gene, 'germline').state;
    return part === undefined || state !== 'tested-not-detected' || hidden(one.gene, state)
      ? []
      : [`${own(one.gene)}: ${part}, not ${own(alleleList(one.unread ?? []))}`];
  });
  if (partly.length > 0)
    blocks.push(
      paragraph(
        `Tested, not detected in the germline, and read in part only, so that nothing is said of the response to drugs: ${partly.join('; ')}.`,
        [fact.ledger('germline'), fact.options('pharmacogenes')],
        ['R16'],
        'caution',
      ),
    );
  // Else the same gene stands as not detected here and with its variant further on, without a word why.
  const called = new Set(
    input.profile.findings
      .filter(({ kind, origin }) => kind === 'small-variant' && origin !== 'germline')
      .map(({ gene }) => gene),
  );
  const marked = genes('small-variant', 'tested-not-detected').filter((gene) => called.has(gene));
  if (marked.length > 0)
    blocks.push(
      paragraph(
        `A call that did not pass the filters of its caller does not count as detected; with that mark these stand in ${place('findings')} or ${place('uncertain')}: ${own(marked.join(', '))}.`,
        [fact.ledger('small-variant'), fact.profile('findings')],
        ['R16'],
        'note',
      ),
    );
  const used = specimensUsed(input);
  blocks.push(
    paragraph(
      `States hold for the specimens tested (${used.map(({ id }) => id).join(', ') || 'none'}) and within each assay's limit of detection.`,
      [fact.record('specimens'), 'rule:states'],
      ['R16'],
      'note',
    ),
  );
  return blocks;
}
