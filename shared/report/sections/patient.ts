import type { CaseRecord, Lab, TherapyLine } from '../../case/case-record.ts';
import { column, type Facts, factRows, factsOr, heading, paragraph, table } from '../blocks.ts';
import { fact } from '../facts.ts';
import { shortDate } from '../language.ts';
import { anythingTested, isHarmful, leading, sortedFindings } from '../reading.ts';
import type { ReportBlock } from '../report.ts';
import type { ReportInput } from '../report-input.ts';
import { languageNow, own } from '../translate.ts';
import { ageAndSex, decimal, findingName, listed, moment, plural, responseWords, sentence } from '../words.ts';

const stated = (value: string | undefined): string => (value === undefined ? 'not stated' : own(value));

/** Stage with its system and TNM, as far as the bundle states them. */
export function stageWords({ stage, stageSystem, tnm }: CaseRecord['diagnosis']): string | undefined {
  const letters = [
    tnm?.t === undefined ? '' : `T${tnm.t.replace(/^T/i, '')}`,
    tnm?.n === undefined ? '' : `N${tnm.n.replace(/^N/i, '')}`,
    tnm?.m === undefined ? '' : `M${tnm.m.replace(/^M/i, '')}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
  const parts = [
    ...(stage === undefined ? [] : [`stage ${own(stage.replace(/^stage\s+/i, ''))}`]),
    ...(letters === '' ? [] : [letters]),
    ...(stageSystem === undefined || (stage === undefined && letters === '') ? [] : [own(`(${stageSystem})`)]),
  ];
  return parts.length === 0 ? undefined : parts.join(' ');
}

const lineRow = (line: TherapyLine) => ({
  cells: [
    String(line.line),
    own(line.agents.join(' + ')),
    line.intent ?? 'not stated',
    line.started === undefined && line.ended === undefined
      ? 'not stated'
      : `${line.started ?? 'not stated'} to ${line.ended ?? 'not ended or not stated'}`,
    responseWords[line.bestResponse ?? 'unknown'] ?? 'response not stated',
    line.reasonEnded === undefined ? '–' : reasonWords(line.reasonEnded),
  ],
  facts: [fact.record('therapy-lines')] as Facts,
});

/** Reasons that are written in the same words everywhere; any other is somebody's own. */
const plainReasons: ReadonlySet<string> = new Set([
  'progression',
  'toxicity',
  'planned end',
  'completed',
  'choice of the patient',
  'death',
]);
const reasonWords = (reason: string): string =>
  plainReasons.has(reason.trim().toLowerCase()) ? reason.trim().toLowerCase() : own(reason);

/** A unit as it is written on paper: UCUM is written for machines (`10*3/uL`, `mL/min/{1.73_m2}`). */
const unitPrinted = (ucum: string): string =>
  ucum
    .replace(/^10\*(\d)(?=\/)/, (_, power: string) => `10${'⁰¹²³⁴⁵⁶⁷⁸⁹'.charAt(Number(power))}`)
    .replaceAll('{1.73_m2}', `${decimal('1.73')} m²`)
    .replaceAll(/(?<=^|\/)u(?=L|mol|g|m)/g, 'µ')
    .replaceAll('[IU]', 'IU');

/** One row an analyte, the latest value first: what a course does is read along the row. */
function labTable(labs: readonly Lab[]): ReportBlock {
  const groups = Map.groupBy(labs, ({ name, unit, loinc }) => JSON.stringify([name, unit, loinc ?? '']));
  const dated = ({ value, date }: Lab): string =>
    `${decimal(String(value))}${date === undefined ? '' : ` (${shortDate(date, languageNow())})`}`;
  return table(
    [column('Laboratory value', 2.6, 'name'), column('Unit', 1), column('Latest', 1.7), column('Earlier', 3.6)],
    [...groups.values()].map((group) => {
      const [latest, ...earlier] = group.toSorted((a, b) => ((a.date ?? '') < (b.date ?? '') ? 1 : -1));
      const { name = '', unit = '', loinc } = latest ?? {};
      return {
        cells: [
          own(loinc === undefined ? name : `${name} [LOINC ${loinc}]`),
          own(unitPrinted(unit)),
          latest === undefined ? '–' : own(dated(latest)),
          earlier.length === 0 ? '–' : own(earlier.map(dated).join('; ')),
        ],
        facts: [fact.record('labs')] as Facts,
      };
    }),
    ['R06'],
  );
}

/**
 * R09: histology and what was found of tier I or II, in one sentence; findings that decide nothing stay out of it.
 * Where none was found it says in what: the tests of this case, never the tumor.
 */
function integratedDiagnosis(input: ReportInput) {
  const { diagnosis } = input.record;
  const lead = leading(input).filter((finding) => finding.origin !== 'germline' || isHarmful(input, finding));
  const markers = sortedFindings(input).biomarkers.filter(({ tier }) => tier === 'I' || tier === 'II');
  const with_ = [...lead, ...markers].map((finding) =>
    finding.origin === 'germline' ? `${findingName(finding)} (germline)` : findingName(finding),
  );
  const head = [own(diagnosis.name), stageWords(diagnosis) ?? 'stage not stated'].join(', ');
  return paragraph(
    with_.length === 0
      ? `${head}; ${anythingTested(input) ? 'no change of tier I or II in what was tested' : 'nothing was tested to a result'}.`
      : `${head}; with ${listed(with_, 6)}.`,
    factsOr([fact.record('diagnosis'), ...[...lead, ...markers].map(({ id }) => id)], fact.record('diagnosis')),
    ['R09'],
  );
}

/** R01 to R06, R09, R30's consents, R47. */
export function patientPart(input: ReportInput): ReportBlock[] {
  const { record, board, composedAt } = input;
  const { patient, diagnosis, referrer } = record;
  const laboratories = [...new Set(record.assays.flatMap(({ laboratory }) => laboratory ?? []))];
  const performance = record.performanceStatus;
  const blocks: ReportBlock[] = [
    factRows(
      [
        ['Patient', `${own(patient.pseudonym)}, ${ageAndSex(patient)}`, fact.record('patient')],
        [
          'Identity',
          `Case ${own(record.caseId)}. Name and date of birth are not kept here: the case is pseudonymous.`,
          fact.record('patient'),
        ],
        ['Ancestry', stated(patient.ancestry), fact.record('patient')],
        ['Ordering clinician', stated(referrer?.clinician), fact.record('referrer')],
        ['Institution', stated(referrer?.institution), fact.record('referrer')],
        [
          'Laboratories',
          laboratories.length === 0 ? 'not stated' : laboratories.map(own).join('; '),
          fact.record('assays'),
        ],
        [
          'Board',
          board.decision === undefined ? 'no decision recorded' : moment(board.decision.decidedAt),
          fact.board('decision'),
        ],
        ['Report made', moment(composedAt), fact.report('time')],
      ],
      ['R01', 'R02', 'R03'],
    ),
    heading(2, 'Diagnosis', ['R05']),
    factRows(
      [
        ['Diagnosis', own(diagnosis.name), fact.record('diagnosis')],
        [
          'Tumor type code',
          `OncoTree ${diagnosis.oncotreeCode} (${own(input.profile.tumorType.name)}), the code used for tiers`,
          fact.record('diagnosis'),
        ],
        ['Site', stated(diagnosis.site), fact.record('diagnosis')],
        ['Stage', stageWords(diagnosis) ?? 'not stated', fact.record('diagnosis')],
        ['Grade', stated(diagnosis.grade), fact.record('diagnosis')],
        ['Histology', stated(diagnosis.histology), fact.record('diagnosis')],
        ['Date of diagnosis', diagnosis.date ?? 'not stated', fact.record('diagnosis')],
        ...Object.entries(diagnosis.attributes ?? {}).map(
          ([name, value]) =>
            [name === 'her2' ? 'HER2' : sentence(name.replaceAll('-', ' ')), value, fact.record('diagnosis')] as const,
        ),
      ],
      ['R05'],
    ),
    heading(2, 'Integrated diagnosis', ['R09']),
    integratedDiagnosis(input),
    heading(2, 'Question to the board', ['R04']),
    paragraph(own(record.question), [fact.record('question')], ['R04']),
    heading(2, 'Course and treatment so far', ['R06']),
  ];
  if (record.therapyLines.length > 0)
    blocks.push(
      table(
        [
          column('Line>', 0.5),
          column('Treatment', 3, 'name'),
          column('Intent', 1.4),
          column('From, to', 2.2),
          column('Best response', 1.6),
          column('Ended because', 2),
        ],
        [...record.therapyLines].sort((a, b) => a.line - b.line).map(lineRow),
        ['R06'],
      ),
    );
  else blocks.push(paragraph('No line of therapy is on record.', [fact.record('therapy-lines')], ['R06']));
  if (record.course.length > 0)
    blocks.push(
      table(
        [column('Date', 1), column('Event', 6)],
        record.course.map(({ date, event }) => ({
          cells: [date ?? 'not stated', own(event)],
          facts: [fact.record('course')],
        })),
        ['R06'],
      ),
    );
  const none = 'none on record';
  const words = (values: readonly string[]): string => (values.length === 0 ? none : values.join('; '));
  blocks.push(
    factRows(
      [
        [
          'Performance status',
          performance === undefined
            ? 'not stated'
            : `${performance.scale} ${performance.value}${performance.date === undefined ? '' : `, ${performance.date}`}`,
          fact.record('performance-status'),
        ],
        ['Comorbidity', words(record.comorbidities.map(own)), fact.record('comorbidities')],
        [
          'Medication',
          words(record.medications.map(({ name, dose }) => own(dose === undefined ? name : `${name} ${dose}`))),
          fact.record('medications'),
        ],
        ['Allergies', words(record.allergies.map(own)), fact.record('allergies')],
        ...(record.labs.length === 0 ? [['Laboratory values', none, fact.record('labs')] as const] : []),
        [
          'Family history',
          words(
            record.familyHistory.map(
              ({ relation, condition, ageYears }) =>
                `${relation}: ${own(condition)}${ageYears === undefined ? '' : ` at ${ageYears}`}`,
            ),
          ),
          fact.record('family-history'),
        ],
      ],
      ['R06'],
    ),
    factRows([['Goals of the patient', words(record.patientGoals.map(own)), fact.record('goals')]], ['R47']),
    factRows(
      [
        [
          'Consents',
          words(
            record.consents.map(
              ({ purpose, granted, date }) =>
                `${own(purpose)}: ${granted ? 'granted' : 'not granted'}${date === undefined ? '' : `, ${date}`}`,
            ),
          ),
          fact.record('consents'),
        ],
      ],
      ['R30'],
    ),
    ...(record.labs.length === 0 ? [] : [labTable(record.labs)]),
  );
  const beside = [
    [record.notes.length, 'note'],
    [record.documents.length, 'document'],
    [record.images.length, 'image'],
  ] as const;
  const held = beside.filter(([count]) => count > 0).map(([count, what]) => plural(count, what));
  if (held.length > 0)
    blocks.push(
      paragraph(
        `Held in the bundle and no part of this report: ${held.join(', ')}.`,
        [fact.record('files')],
        ['R06'],
        'note',
      ),
    );
  return blocks;
}
