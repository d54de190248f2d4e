import { column, factRows, factsOr, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import type { ReportBlock } from '../report.ts';
import { basisKinds, type ReportInput } from '../report-input.ts';
import { printedRules } from '../rules.ts';
import { own } from '../translate.ts';
import { findingName, moment, sentence } from '../words.ts';

const originOf = (sources: readonly { readonly name: string; readonly licence: string }[]): string =>
  own(sources.map(({ name, licence }) => `${name}, ${licence}`).join('; '));

/** R50, R52, R53. */
export function sourcesPart(input: ReportInput): ReportBlock[] {
  const { packs, models, board, profile, version } = input;
  const names = new Map(profile.findings.map((finding) => [finding.id, findingName(finding)]));
  const rows: Row[] = [
    ...packs.map(
      ({ id, state, manifest, manifestSha256, reason }): Row => ({
        cells: [
          `Pack ${own(id)}`,
          manifest === undefined ? 'not stated' : `${own(manifest.version)}, as of ${manifest.asOf}`,
          state === 'verified' ? 'verified' : `${state}${reason === undefined ? '' : `: ${reason}`}`,
          manifest === undefined ? '–' : originOf(manifest.sources),
          manifestSha256 ?? '–',
        ],
        facts: [fact.pack(id)],
      }),
    ),
    ...models.map(
      ({ id, state, version: of, sha256, reason, sources }): Row => ({
        cells: [
          `Model ${id}`,
          of ?? 'not stated',
          state === 'verified' ? 'verified' : `${state}${reason === undefined ? '' : `: ${reason}`}`,
          sources === undefined ? '–' : originOf(sources),
          sha256 ?? '–',
        ],
        facts: [fact.model(id)],
      }),
    ),
  ];
  const blocks: ReportBlock[] = [
    factRows([['Software', `Consilium ${version}`, fact.report('version')]], ['R50']),
    table(
      [
        column('Source', 1.6, 'name'),
        column('Version', 1.4),
        column('State', 0.9),
        column('Origin and licence', 3.6),
        column('SHA-256', 2.4, 'identifier'),
      ],
      rows,
      ['R50'],
    ),
    heading(2, 'Documents of this report', ['R50']),
    factRows(
      [
        ['Bundle', `SHA-256 ${input.bundleSha256}`, fact.report('basis')],
        ...basisKinds.map((kind) => [sentence(kind), `SHA-256 ${input.hashes[kind]}`, fact.report('basis')] as const),
      ],
      ['R50'],
    ),
    heading(2, 'Models and people', ['R52']),
    paragraph(
      input.predictions.models.length === 0
        ? 'No model was run for this report.'
        : `Statistical models asked: ${input.predictions.models.map((one) => `${one.id} ${one.version}`).join(', ')}. ${printedRules.models}`,
      factsOr(['rule:models', ...input.predictions.models.map(({ id }) => fact.model(id))], 'rule:models'),
      ['R52'],
    ),
    paragraph(printedRules.people, ['rule:people'], ['R52']),
  ];
  if (board.reviews.length === 0)
    blocks.push(paragraph('No finding was reviewed one by one.', [fact.board('reviews')], ['R52']));
  else
    blocks.push(
      table(
        [
          column('Finding', 2.4, 'name'),
          column('Review', 1),
          column('Reason', 3),
          column('By', 1.4),
          column('When', 1.6),
        ],
        board.reviews.map(
          (review): Row => ({
            cells: [
              names.get(review.findingId) ?? `${review.findingId} (no longer listed)`,
              review.verdict,
              review.reason === undefined ? '–' : own(review.reason),
              own(review.by),
              moment(review.at),
            ],
            facts: [fact.board('reviews')],
          }),
        ),
        ['R52'],
      ),
    );
  if (board.decision?.modelDisagreement !== undefined)
    blocks.push(
      paragraph(
        `Where the board disagrees with the model: ${own(board.decision.modelDisagreement)}`,
        [fact.board('decision'), fact.prediction],
        ['R52'],
      ),
    );
  blocks.push(
    heading(2, 'Limits of this report', ['R53']),
    paragraph(printedRules.limits, ['rule:limits'], ['R53']),
    paragraph(printedRules.front, ['rule:front'], ['R53'], 'note'),
  );
  return blocks;
}
