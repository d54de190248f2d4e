import { column, factRows, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import type { ReportBlock, ReportElement } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { printedRules } from '../rules.ts';
import { meaningWords, moment } from '../words.ts';

/** R54 in words; the same sentence stands on the first page. */
export const signatureWords = ({ signature }: ReportInput): string =>
  signature === undefined
    ? 'Not signed.'
    : `Signed electronically by ${signature.signer}, ${meaningWords[signature.meaning]}, ${moment(signature.signedAt)}.`;

/** R54, R55. */
export function verificationPart(input: ReportInput): ReportBlock[] {
  const { signature, checkpoint, reportId, composedAt, record } = input;
  return [
    paragraph(signatureWords(input), [fact.report('signature')], ['R54'], 'lead'),
    factRows(
      [
        ['Report', reportId, fact.report('identity')],
        ['Case', record.caseId, fact.record('patient')],
        ['Made', moment(composedAt), fact.report('time')],
        ...(signature === undefined
          ? []
          : [
              ['Signer', signature.signer, fact.report('signature')] as const,
              ['Meaning', meaningWords[signature.meaning], fact.report('signature')] as const,
              [
                'Time of signing',
                `${moment(signature.signedAt)}, by the clock of the station`,
                fact.report('signature'),
              ] as const,
              ['Signature', `PAdES baseline B-B, ${signature.algorithm}`, fact.report('signature')] as const,
            ]),
        ...(checkpoint === undefined
          ? [
              [
                'Journal',
                signature === undefined
                  ? 'its head is printed on signing, where the case is in a vault'
                  : 'none: made outside a vault',
                fact.report('checkpoint'),
              ] as const,
            ]
          : [
              [
                'Journal',
                `${checkpoint.treeSize} events, ${moment(checkpoint.time)}, vault ${checkpoint.vaultId}`,
                fact.report('checkpoint'),
              ] as const,
              ['Tree head', checkpoint.rootHash, fact.report('checkpoint')] as const,
              ['Last event', checkpoint.headHash, fact.report('checkpoint')] as const,
            ]),
      ],
      ['R54', 'R55'],
    ),
    paragraph(printedRules.verification, ['rule:verification'], ['R55']),
  ];
}

/** F087: what this report holds; what it lacks or does not need, each with the reason. */
export function elementsPart(elements: readonly ReportElement[]): ReportBlock[] {
  const held = elements.filter(({ state }) => state === 'present');
  const open = elements.filter(({ state, reason }) => state !== 'present' || reason !== undefined);
  const states = { present: 'present', missing: 'missing', 'not-applicable': 'not applicable' } as const;
  return [
    paragraph(`${held.length} of ${elements.length} elements are present: ${held.map(({ id }) => id).join(', ')}.`, [
      fact.report('elements'),
    ]),
    table(
      [
        column('Element', 0.8, 'name'),
        column('Level', 0.6),
        column('What', 4),
        column('State', 1.3),
        column('Reason or remark', 5),
      ],
      open.map(
        ({ id, level, title, state, reason }): Row => ({
          cells: [id, level, title, states[state], reason ?? '–'],
          facts: [fact.report('elements')],
        }),
      ),
      [],
      'Level A must be present, or not applicable with a reason; what is missing of level B is stated.',
    ),
  ];
}
