import type { Assay, Specimen } from '../../case/case-record.ts';
import { column, factRows, heading, paragraph, type Row, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { sequences, specimensUsed } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { own } from '../translate.ts';
import { decimal, percent, plural, sentence } from '../words.ts';

const designWords: Readonly<Record<NonNullable<Assay['design']>, string>> = {
  'tumor-only': 'tumor only: germline origin of a variant is not excluded',
  'tumor-normal': 'tumor and normal: germline variants are told apart',
  germline: 'germline test',
  'not-applicable': 'not applicable',
};
const targetWords: Readonly<Record<NonNullable<Assay['targets']>, string>> = {
  'whole-gene': 'whole coding sequence of each gene',
  hotspots: 'hot spots only: a change elsewhere in the gene is not seen',
  mixed: 'whole coding sequence of some genes, hot spots of others',
};

const specimenRow = (specimen: Specimen): Row => ({
  cells: [
    own(specimen.id),
    [specimen.kind, specimen.site === undefined ? '' : own(specimen.site)].filter(Boolean).join(', '),
    specimen.origin === 'unknown' ? 'origin not stated' : specimen.origin,
    [
      specimen.preservation === 'streck' ? 'Streck tube' : (specimen.preservation ?? 'not stated'),
      specimen.block === undefined ? '' : own(specimen.block),
    ]
      .filter(Boolean)
      .join(', '),
    specimen.origin === 'normal'
      ? 'not applicable'
      : specimen.purity === undefined
        ? 'not stated'
        : percent(specimen.purity),
    specimen.collected ?? 'not stated',
    specimen.received ?? 'not stated',
    specimen.relationToTherapy === undefined ? 'not stated' : own(specimen.relationToTherapy),
  ],
  facts: [fact.specimen(specimen.id)],
});

function targetsOf({ genes, scope, targets, sizeMegabases }: Assay): string {
  const size = sizeMegabases === undefined ? '' : `, ${decimal(String(sizeMegabases))} Mb`;
  const depth = targets === undefined ? 'hot spot or whole gene not stated' : targetWords[targets];
  if (genes !== undefined) return `${plural(genes.length, 'gene')}${size}; ${depth}`;
  return ['exome', 'genome', 'transcriptome'].includes(scope)
    ? `every gene (${scope}${size})`
    : `target list not stated${size}`;
}

function assayRows(assay: Assay, transcripts: readonly string[]): ReportBlock {
  const id = fact.assay(assay.id);
  const failed = assay.failedRegions;
  const wet = sequences(assay);
  return factRows(
    [
      [
        'Assay',
        `${own(assay.name)}${assay.version === undefined ? ', version not stated' : `, version ${own(assay.version)}`}${assay.laboratory === undefined ? '' : `; ${own(assay.laboratory)}`}`,
        id,
      ],
      [
        'Specimen',
        `${own(assay.specimenId)}${assay.normalSpecimenId === undefined ? '' : `, normal ${own(assay.normalSpecimenId)}`}${assay.reported === undefined ? '' : `; reported ${assay.reported}`}`,
        id,
      ],
      ['Modalities', assay.modalities.map((modality) => modality.replaceAll('-', ' ')).join(', '), id],
      ['Targets', targetsOf(assay), id],
      ['Design', assay.design === undefined ? 'not stated' : designWords[assay.design], id],
      [
        'Method',
        `${assay.method === undefined ? 'not stated' : own(assay.method)}${assay.genomeBuild === undefined ? '' : `; ${assay.genomeBuild}`}${wet && transcripts.length > 0 ? `; transcripts as annotated: ${transcripts.join(', ')}` : ''}`,
        id,
      ],
      ...(assay.reference === undefined ? [] : [['Reference', own(assay.reference), id] as const]),
      ['Limit of detection', assay.limitOfDetection === undefined ? 'not stated' : own(assay.limitOfDetection), id],
      [
        'Failed regions',
        failed === undefined
          ? 'not stated'
          : failed.length === 0
            ? 'none reported'
            : failed
                .map(({ gene, region, reason }) => own(`${gene}${region === undefined ? '' : ` ${region}`}: ${reason}`))
                .join('; '),
        id,
      ],
      [
        'Metrics',
        wet
          ? `mean depth ${assay.meanDepth ?? 'not stated'}; ploidy, contamination and RNA quality not stated`
          : 'depth does not apply',
        id,
      ],
      ...(assay.limitations ?? []).map((text) => ['Limitation', own(text), id] as const),
    ],
    ['R10', 'R11', 'R12', 'R13', 'R14', 'R15'],
  );
}

/** R07 to R15. */
export function specimensPart(input: ReportInput): ReportBlock[] {
  const { record, profile } = input;
  const used = specimensUsed(input);
  const unused = record.specimens.filter((specimen) => !used.includes(specimen));
  const transcripts = [...new Set(profile.findings.flatMap(({ transcript }) => transcript ?? []))].map((name) =>
    /^(ENST|NM_|XM_)/.test(name) ? name.replace(/\d.*$/, '') : 'other',
  );
  const kinds = [...new Set(transcripts)].sort().map((kind) => `${kind}…`);
  const blocks: ReportBlock[] = [
    table(
      [
        column('Specimen', 1, 'name'),
        column('Kind, site', 1.6),
        column('Origin', 1.2),
        column('Preservation', 1.2),
        column('Tumor cells>', 1),
        column('Collected', 1.2),
        column('Received', 1.2),
        column('In relation to therapy', 1.6),
      ],
      [...used, ...unused].map(specimenRow),
      ['R03', 'R07', 'R08'],
      unused.length === 0 ? undefined : `${unused.map(({ id }) => id).join(', ')}: no assay of this case used it.`,
    ),
  ];
  const checks = profile.measures?.identity ?? [];
  if (checks.length > 0)
    blocks.push(
      table(
        [column('Identity', 1.6, 'name'), column('State', 1), column('Why', 5)],
        checks.map(
          ({ id, label, state, text }): Row => ({
            cells: [label, state === 'not-evaluable' ? 'not evaluable' : state, sentence(text)],
            facts: [id],
          }),
        ),
        ['R07', 'R15'],
      ),
    );
  if (record.assays.length === 0)
    blocks.push(paragraph('The bundle describes no assay.', [fact.record('assays')], ['R10'], 'caution'));
  for (const assay of record.assays)
    blocks.push(heading(2, `Assay ${own(assay.id)}`, ['R10']), assayRows(assay, kinds));
  return blocks;
}
