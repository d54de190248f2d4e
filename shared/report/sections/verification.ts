import { column, factRows, heading, paragraph, type Row, table } from '../blocks.ts';
import { attachmentName, CONTENTS_NAME } from '../contents.ts';
import { fact } from '../facts.ts';
import { meaningIn } from '../meanings.ts';
import { place } from '../places.ts';
import type { ReportBlock, ReportElement } from '../report.ts';
import { basisKinds, type ReportInput } from '../report-input.ts';
import { printedRules } from '../rules.ts';
import { own } from '../translate.ts';
import { moment } from '../words.ts';

/** R54 in words; the same sentence stands on the first page. */
export const signatureWords = ({ signature }: ReportInput): string =>
  signature === undefined
    ? 'Not signed.'
    : `Signed electronically by ${own(signature.signer)}, ${meaningIn(signature.meaning, 'en')}, ${moment(signature.signedAt)}.`;

/** R56. */
function amendmentBlocks({ amendment }: ReportInput): ReportBlock[] {
  if (amendment === undefined) return [];
  const { number, reason, changes, former } = amendment;
  const cite = fact.report('amendment');
  return [
    heading(2, `Amendment ${number}`, ['R56', 'R42']),
    factRows(
      [
        ['Former report', `${former.reportId}, signed by ${own(former.signer)}, ${moment(former.signedAt)}`, cite],
        ['SHA-256 of it', former.sha256, cite],
        ['Why', own(reason), cite],
        ...changes.map(
          (change, index) => [index === 0 ? 'What changed' : '', change, cite, fact.report('basis')] as const,
        ),
        ...(changes.length === 0 ? [['What changed', 'words of the report only', cite] as const] : []),
      ],
      ['R56'],
    ),
    paragraph(printedRules.amendments, ['rule:amendments'], ['R56'], 'note'),
  ];
}

/** F112: who read the case without a seat at the table, and why. */
function emergencyBlocks({ emergencies = [] }: ReportInput): ReportBlock[] {
  if (emergencies.length === 0) return [];
  const cite = fact.report('emergencies');
  return [
    heading(2, 'Read in an emergency', ['R45']),
    table(
      [column('When', 2), column('Who', 2, 'name'), column('Reason', 5)],
      emergencies.map(
        ({ at, person, reason }): Row => ({ cells: [moment(at), own(person), own(reason)], facts: [cite] }),
      ),
      ['R45'],
    ),
  ];
}

/** R54, R55, R56, R59. */
export function verificationPart(input: ReportInput): ReportBlock[] {
  const { signature, checkpoint, reportId, composedAt, record } = input;
  return [
    paragraph(signatureWords(input), [fact.report('signature')], ['R54'], 'lead'),
    factRows(
      [
        ['Report', reportId, fact.report('identity')],
        ['Case', own(record.caseId), fact.record('patient')],
        ['Made', moment(composedAt), fact.report('time')],
        ...(signature === undefined
          ? []
          : [
              ['Signer', own(signature.signer), fact.report('signature')] as const,
              ['Meaning', meaningIn(signature.meaning, 'en'), fact.report('signature')] as const,
              [
                'Time of signing',
                `${moment(signature.signedAt)}, by the clock of the station`,
                fact.report('signature'),
              ] as const,
              [
                'Signature',
                `PAdES baseline (B-B or above, as the verifier finds it), ${signature.algorithm}`,
                fact.report('signature'),
              ] as const,
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
    heading(2, 'Data inside this file', ['R59']),
    signature === undefined
      ? paragraph('A draft carries no attachments; they are made on signing.', [fact.report('attachments')], ['R59'])
      : factRows(
          [
            [
              'Documents',
              `${basisKinds.map(attachmentName).join(', ')}: canonical JSON under the hashes in ${place('sources')}`,
              fact.report('attachments'),
              fact.report('basis'),
            ],
            ['For other systems', 'case.fhir.json: HL7 FHIR R4 bundle', fact.report('attachments')],
            [
              'List',
              `${CONTENTS_NAME}: attachments with SHA-256, decision, packs, models, versions`,
              fact.report('attachments'),
            ],
          ],
          ['R59'],
        ),
    paragraph(printedRules.attachments, ['rule:attachments'], ['R59'], 'note'),
    ...amendmentBlocks(input),
    ...emergencyBlocks(input),
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
