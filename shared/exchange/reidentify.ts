/**
 * What could still name a person in an export without names: how many cases of this vault look the same (k, after
 * Sweeney 2002; fewer than five is warned of), and genetic data, which name whoever has a second copy of them. And
 * whether the patient has refused that data leave for other purposes than care.
 */
import type { CaseRecord } from '../case/case-record.ts';
import { FaultError, fault } from '../foundation/fault.ts';
import type { MolecularProfile } from '../molecular/profile.ts';

/** Fewer alike than this is a risk that is said. */
export const SMALLEST_GROUP = 5;

export interface Risk {
  readonly what: string;
  readonly why: string;
}

const decade = (years: number | undefined): string =>
  years === undefined ? 'not stated' : years >= 90 ? '90 and over' : `${Math.floor(years / 10)}0s`;

/** What an outsider may know of a person and find again: tumor type, sex, decade of age, year of diagnosis. */
export const quasiIdentifiers = ({ patient, diagnosis }: CaseRecord): string =>
  [diagnosis.oncotreeCode, patient.sex, decade(patient.ageYears), diagnosis.date?.slice(0, 4) ?? 'not stated'].join(
    '|',
  );

/** `others` are the records of the vault's other cases; `known` says where not all of them were looked at. */
export function risksOf(
  record: CaseRecord,
  profile: Pick<MolecularProfile, 'findings'>,
  others: Iterable<CaseRecord>,
): Risk[] {
  const mine = quasiIdentifiers(record);
  let alike = 1;
  for (const other of others) if (quasiIdentifiers(other) === mine) alike += 1;
  const germline = profile.findings.filter(({ origin }) => origin === 'germline').length;
  const variants = profile.findings.filter(({ kind }) => kind === 'small-variant').length;
  return [
    ...(alike >= SMALLEST_GROUP
      ? []
      : [
          {
            what: `Only ${alike} ${alike === 1 ? 'case' : 'cases'} of this vault`,
            why: `of this tumor type, sex, decade of age and year of diagnosis: k = ${alike}, under ${SMALLEST_GROUP}; who knows these of a person finds the case`,
          },
        ]),
    ...(germline === 0
      ? []
      : [
          {
            what: `${germline} germline ${germline === 1 ? 'finding leaves' : 'findings leave'}`,
            why: 'a rare inherited variant names the person and relatives to whoever has their genome',
          },
        ]),
    ...(variants === 0
      ? []
      : [
          {
            what: `${variants} ${variants === 1 ? 'variant leaves' : 'variants leave'}`,
            why: 'genomic data are no anonymous data, whatever else is taken out',
          },
        ]),
  ];
}

const otherThanCare = /research|secondary use|data (?:use|sharing)|registry|training|study|studies/i;

/**
 * The last word of the patient on use of data outside care counts. Without one nothing is refused here: the law of the
 * place decides, and the preview says that none is on record.
 *
 * @throws FaultError forbidden
 */
export function refuseDenied({ consents }: CaseRecord): Risk[] {
  const said = consents.filter(({ purpose }) => otherThanCare.test(purpose));
  const [last] = said.toSorted((a, b) => ((a.date ?? '') < (b.date ?? '') ? 1 : -1));
  if (last === undefined)
    return [
      { what: 'No consent to use outside care is on record', why: 'ask whether the law of the place lets the data go' },
    ];
  if (last.granted) return [];
  throw new FaultError(
    fault(
      'forbidden',
      `The patient has refused: ${last.purpose}.`,
      'Reduced copies, studies, cohorts and records for networks (MTB) are for use outside care. Export the case for care, or record a new consent in the bundle.',
      { field: 'consents' },
    ),
  );
}

/** Records made for a network or a registry: they serve more than this patient's care, whatever is left in them. */
const FOR_NETWORKS: ReadonlySet<string> = new Set(['mtb', 'mtb-elements']);

/** What to know of consents before a file of this format leaves. @throws FaultError forbidden where it may not (F109) */
export const consentFor = (format: string, record: CaseRecord): Risk[] =>
  FOR_NETWORKS.has(format) ? refuseDenied(record) : [];

/** The same of several who leave together: one refusal stops all, and names its case. */
export function refuseAnyDenied(inputs: readonly { readonly record: CaseRecord }[]): Risk[] {
  return inputs.flatMap(({ record }) => {
    try {
      return refuseDenied(record).map(({ what, why }) => ({ what: `${record.caseId}: ${what}`, why }));
    } catch (cause) {
      if (!(cause instanceof FaultError)) throw cause;
      throw new FaultError({ ...cause.fault, message: `Case ${record.caseId}: ${cause.fault.message}` });
    }
  });
}
