/**
 * A case's report as HL7 v2.5.1: ORU^R01 with the PDF in OBX-5 and discrete results beside it (sub-ids as in the HL7 v2
 * genetic variation guide), MDM^T02 with the PDF alone; and acknowledgements, made and read.
 */

import { fault } from '../../foundation/fault.ts';
import { ok, type Result, refused } from '../../foundation/result.ts';
import type { Finding } from '../../molecular/profile.ts';
import type { ReportInput } from '../../report/report-input.ts';
import { loinc, presence } from '../fhir/codes.ts';
import { type Hl7Message, type Hl7Segment, parseHl7, parts, text, valueAt } from './message.ts';

export interface Hl7Envelope {
  /** Names the message at both ends; the same content has the same one. At most 20 characters (MSH-10). */
  readonly controlId: string;
  /** ISO 8601. */
  readonly time: string;
  readonly sendingFacility?: string | undefined;
  readonly receivingApplication?: string | undefined;
  readonly receivingFacility?: string | undefined;
}

export interface Hl7Paper {
  readonly pdfBase64: string;
  readonly signed: boolean;
  readonly reportId: string;
}

/** `2026-05-01T14:03:00.000Z` as YYYYMMDDHHMMSS+0000. */
const stamp = (iso: string): string => `${iso.replace(/\D/g, '').slice(0, 14).padEnd(14, '0')}+0000`;
const day = (date: string): string => date.replace(/\D/g, '').slice(0, 8);

function header(kind: readonly [string, string, string], envelope: Hl7Envelope, synthetic: boolean): Hl7Segment {
  return {
    name: 'MSH',
    fields: [
      text('|'),
      text('^~\\&'),
      text('CONSILIUM'),
      text(envelope.sendingFacility),
      text(envelope.receivingApplication),
      text(envelope.receivingFacility),
      text(stamp(envelope.time)),
      text(''),
      parts(...kind),
      text(envelope.controlId),
      // Training data say so themselves.
      text(synthetic ? 'T' : 'P'),
      text('2.5.1'),
      text(''),
      text(''),
      text('AL'),
      text('NE'),
      text(''),
      text('UNICODE UTF-8'),
    ],
  };
}

const SEX = { female: 'F', male: 'M', other: 'O', unknown: 'U' } as const;

/** The pseudonym, marked as one (name type S); no name or number of a record system. */
const patient = ({ record }: ReportInput): Hl7Segment => ({
  name: 'PID',
  fields: [
    text(1),
    text(''),
    parts(record.caseId, '', '', 'CONSILIUM', 'PI'),
    text(''),
    parts(record.patient.pseudonym, '', '', '', '', '', 'S'),
    text(''),
    text(''),
    text(SEX[record.patient.sex]),
  ],
});

const REPORT = parts(loinc.report[0], loinc.report[1], 'LN');

/** @param status OBX-11: F final, P preliminary, X no result can be obtained */
function obx(
  set: number,
  type: string,
  code: readonly [string, string],
  sub: string,
  value: ReturnType<typeof text>,
  status: 'F' | 'P' | 'X',
  units = '',
): Hl7Segment {
  return {
    name: 'OBX',
    fields: [
      text(set),
      text(type),
      parts(code[0], code[1], 'LN'),
      text(sub),
      value,
      units === '' ? text('') : parts(units, '', 'UCUM'),
      text(''),
      text(''),
      text(''),
      text(''),
      text(status),
    ],
  };
}

const paperObx = (set: number, paper: Hl7Paper, status: 'F' | 'P'): Hl7Segment =>
  obx(set, 'ED', loinc.report, '1', parts('CONSILIUM', 'application', 'pdf', 'Base64', paper.pdfBase64), status);

/** 1 → a, 27 → aa: the tail of a sub-id. */
const letters = (index: number): string =>
  index < 26 ? String.fromCharCode(97 + index) : letters(Math.floor(index / 26) - 1) + letters(index % 26);

/** What is said of one finding; not tested and failed have no value and say so by their status. */
function discrete(finding: Finding, group: string, set: number, status: 'F' | 'P'): Hl7Segment[] {
  const rows: Omit<Parameters<typeof obx>, never>[] = [];
  const add = (
    ...[type, code, value, said = status, units = '']: [
      string,
      readonly [string, string],
      ReturnType<typeof text>,
      ('F' | 'P' | 'X')?,
      string?,
    ]
  ): void => void rows.push([0, type, code, '', value, said, units]);
  if (finding.state === 'detected') add('CWE', loinc.variant, parts(presence.present[0], presence.present[1], 'LN'));
  else if (finding.state === 'tested-not-detected')
    add('CWE', loinc.variant, parts(presence.absent[0], presence.absent[1], 'LN'));
  else add('CWE', loinc.variant, text(''), 'X');
  if (finding.gene !== '') add('CWE', loinc.gene, parts('', finding.gene));
  if (finding.gene2) add('CWE', loinc.gene, parts('', finding.gene2));
  if (finding.hgvsCoding) add('CWE', loinc.coding, parts(finding.hgvsCoding, finding.hgvsCoding, 'HGVS.c'));
  if (finding.hgvsProtein) add('CWE', loinc.protein, parts(finding.hgvsProtein, finding.hgvsProtein, 'HGVS.p'));
  if (finding.alleleFraction !== undefined) add('NM', loinc.fraction, text(finding.alleleFraction), status, '1');
  if (finding.totalCopies !== undefined) add('NM', loinc.copies, text(finding.totalCopies), status, '1');
  if (finding.tier !== undefined) add('CWE', loinc.evidenceLevel, parts('', `AMP/ASCO/CAP tier ${finding.tier}`));
  return rows.map(([, type, code, , value, said, units], index) =>
    obx(set + index, type, code, `${group}${letters(index)}`, value, said, units),
  );
}

/** ORU^R01: the order, the paper, then each variant finding as discrete results. */
export function resultMessage(input: ReportInput, paper: Hl7Paper, envelope: Hl7Envelope): Hl7Message {
  const status = paper.signed ? 'F' : 'P';
  const collected = input.record.specimens.map((one) => one.collected ?? '').filter((one) => one !== '');
  const segments: Hl7Segment[] = [
    header(['ORU', 'R01', 'ORU_R01'], envelope, input.record.synthetic),
    patient(input),
    {
      name: 'OBR',
      fields: [
        text(1),
        text(''),
        parts(paper.reportId, 'CONSILIUM'),
        REPORT,
        text(''),
        text(''),
        text(day(collected.sort()[0] ?? '')),
        ...Array.from({ length: 14 }, () => text('')),
        text(stamp(envelope.time)),
        text(''),
        text('GE'),
        text(status),
      ],
    },
    paperObx(1, paper, status),
  ];
  let set = 2;
  input.profile.findings
    .filter(({ kind }) => kind !== 'biomarker' && !kind.endsWith('outlier'))
    .forEach((finding, index) => {
      const rows = discrete(finding, String(index + 2), set, status);
      set += rows.length;
      segments.push(...rows);
    });
  return { segments };
}

/** MDM^T02: the document, and the PDF in OBX-5. */
export function documentMessage(input: ReportInput, paper: Hl7Paper, envelope: Hl7Envelope): Hl7Message {
  return {
    segments: [
      header(['MDM', 'T02', 'MDM_T02'], envelope, input.record.synthetic),
      { name: 'EVN', fields: [text('T02'), text(stamp(envelope.time))] },
      patient(input),
      { name: 'PV1', fields: [text(1), text('U')] },
      {
        name: 'TXA',
        fields: [
          text(1),
          text('CN'),
          text('AP'),
          text(stamp(envelope.time)),
          ...Array.from({ length: 7 }, () => text('')),
          parts(paper.reportId, 'CONSILIUM'),
          ...Array.from({ length: 4 }, () => text('')),
          // Table 0271: legally authenticated, or documented and not yet so.
          text(paper.signed ? 'LA' : 'DO'),
          text(''),
          text('AV'),
        ],
      },
      paperObx(1, paper, paper.signed ? 'F' : 'P'),
    ],
  };
}

export interface Acknowledged {
  /** MSA-1: accepted, error of the application, rejected. */
  readonly code: 'AA' | 'AE' | 'AR';
  readonly controlId: string;
}

/** The answer to a message; `message` undefined where it could not be read at all. */
export function acknowledgement(
  message: Hl7Message | undefined,
  code: Acknowledged['code'],
  envelope: Hl7Envelope,
  said = '',
): Hl7Message {
  const of = (field: number): string => (message === undefined ? '' : valueAt(message, 'MSH', field));
  const base = header(
    ['ACK', message === undefined ? '' : valueAt(message, 'MSH', 9, 2), 'ACK'],
    envelope,
    of(11) === 'T',
  );
  const fields = [...base.fields];
  fields[4] = text(of(3));
  fields[5] = text(of(4));
  return {
    segments: [
      { name: 'MSH', fields },
      { name: 'MSA', fields: [text(code), text(of(10)), text(said)] },
      ...(code === 'AA'
        ? []
        : [
            {
              name: 'ERR',
              fields: [text(''), text(''), parts('207', 'Application internal error', 'HL70357'), text('E')],
            },
          ]),
    ],
  };
}

/** Faults: those of `parseHl7`, and field-invalid where it acknowledges nothing (MSA) or says a word that is none (MSA-1). */
export function readAcknowledgement(answer: string): Result<Acknowledged> {
  const message = parseHl7(answer);
  if (!message.ok) return message;
  const code = valueAt(message.value, 'MSA', 1);
  // Enhanced mode says CA, CE, CR of having taken the message.
  const plain = /^[AC][AER]$/.test(code) ? (`A${code[1]}` as Acknowledged['code']) : undefined;
  const controlId = valueAt(message.value, 'MSA', 2);
  return plain === undefined || controlId === ''
    ? refused(
        fault('field-invalid', 'The answer acknowledges no message.', 'Look at the receiving system.', {
          field: 'MSA',
        }),
      )
    : ok({ code: plain, controlId });
}
