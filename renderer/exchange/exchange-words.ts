/** The exchange desk in words. Pure. */
import type { Harmonised } from '../../shared/exchange/harmonise/harmonise.ts';
import type { LaboratoryDesk } from '../../shared/exchange/lab/desk.ts';
import type { NoteFact, NoteVerdict } from '../../shared/exchange/notes/fact.ts';
import type { ExportFormat, ExportPreview, IdentityLevel, Transaction } from '../../shared/exchange/transactions.ts';
import type { DeidentifiedField } from '../../shared/report/deidentify/index.ts';

export const formatWords: Record<ExportFormat, string> = {
  fhir: 'FHIR R4 bundle',
  phenopacket: 'Phenopacket 2.0',
  'phenopacket-family': 'Phenopacket 2.0 with the relatives (family)',
  'phenopacket-cohort': 'Phenopackets 2.0 of several cases (cohort)',
  cbioportal: 'cBioPortal study of several cases (zip)',
  mtb: 'German MTB record (DNPM:DIP)',
  'mtb-elements': 'German MTB core data set (MII), by element',
  maf: 'MAF, variants',
  vcf: 'VCF, variants',
  seg: 'SEG, copy number',
};

/** A day is broken at no hyphen, however narrow its column. */
export const onOneLine = (text: string): string => text.replaceAll('-', '\u2011');

/** What came in, as its content tells. */
export const incomingWords: Readonly<Record<string, string>> = {
  fhir: 'FHIR bundle',
  phenopacket: 'Phenopacket',
  'phenopacket family': 'Phenopacket of a family',
  'phenopacket cohort': 'Phenopackets of a cohort',
  mtb: 'German MTB record',
  cbioportal: 'cBioPortal study',
};

export const levelWords: Record<IdentityLevel, string> = {
  pseudonymised: 'Pseudonymised',
  reduced: 'Reduced, field by field',
};

export const levelHints: Record<IdentityLevel, string> = {
  pseudonymised: 'The case as it stands, under its pseudonym, with dates and what people wrote.',
  reduced:
    'For use outside care, by the eighteen categories of Safe Harbor: no names, no days, 90 for 90 and over, no free text unless you let a field leave. Genomic data still identify whoever has a second copy of them.',
};

export const severalHint =
  'Several cases in one file leave for use outside care, whatever is left in them: one patient’s refusal keeps the whole file here.';

export const doneWords: Record<DeidentifiedField['done'], string> = {
  kept: 'leaves; numbers, addresses and titled names are taken out of its texts',
  removed: 'stays here',
  replaced: 'others stand in their place',
  year: 'the year leaves',
  shifted: 'leaves, moved by the secret number of days',
  grouped: 'leaves; 90 stands for 90 and over',
};

/** What is withheld beside the fields that the reduced level speaks of one by one. */
export const otherWithheld = ({
  withheld,
  choices,
}: Pick<ExportPreview, 'withheld' | 'choices'>): ExportPreview['withheld'] =>
  choices.length === 0 ? withheld : withheld.filter(({ why }) => !why.startsWith('level "reduced"'));

export type ShownField = ExportPreview['fields'][number] & { readonly id: string };

export const harmonyWords: Record<Harmonised['kind'], string> = {
  unit: 'unit',
  medicine: 'medicine',
  gene: 'gene',
  diagnosis: 'tumor type',
};

export const deliveryWords: Record<LaboratoryDesk['deliveries'][number]['state'], string> = {
  ready: 'whole',
  'being-written': 'still being written',
  incomplete: 'not whole, missing',
};

/** The address of an extension: its last part names the field already. */
export const isAddress = ({ place, meaning }: ExportPreview['fields'][number]): boolean =>
  meaning !== undefined && /xtension\[\d+\]\.url$/.test(place);

/** The rows that hold the words, each with a name of its own; addresses of extensions only where they are asked for. */
export function shownFields(fields: ExportPreview['fields'], filter: string, addresses = false): ShownField[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  return fields
    .map((field, index) => ({ ...field, id: String(index) }))
    .filter((field) => {
      const { part, place, value, meaning = '' } = field;
      if (words.length === 0) return addresses || !isAddress(field);
      const text = `${part} ${meaning} ${place} ${value}`.toLowerCase();
      return words.every((word) => text.includes(word));
    });
}

export const transactionWords = ({ what, format, level, channel, code }: Transaction): string =>
  [
    format,
    level === 'reduced' ? 'reduced' : undefined,
    channel === 'file' ? undefined : channel,
    // Nothing was written amiss here: the other side was down, or gave no receipt.
    what === 'failed' && code === 'write-failed' ? 'not acknowledged' : code,
  ]
    .filter((word) => word !== undefined)
    .join(' · ');

export const fieldWords: Record<NoteFact['field'], string> = {
  diagnosis: 'diagnosis',
  stage: 'stage',
  'performance-status': 'performance status',
  biomarker: 'biomarker',
  medication: 'medication',
  allergy: 'allergy',
  'family-history': 'family history',
};

export const assertionWords: Record<NoteFact['assertion'], string> = {
  present: 'present',
  negated: 'negated',
  uncertain: 'uncertain',
  historical: 'of the past',
  'not-assayed': 'not assayed',
};

export interface Piece {
  readonly text: string;
  readonly fact?: string;
}

/** A letter cut at its facts; of two that overlap the earlier is marked. */
export function piecesOf(text: string, facts: readonly Pick<NoteFact, 'id' | 'start' | 'end'>[]): Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { id, start, end } of facts) {
    if (start < at) continue;
    if (start > at) pieces.push({ text: text.slice(at, start) });
    pieces.push({ text: text.slice(start, end), fact: id });
    at = end;
  }
  if (at < text.length) pieces.push({ text: text.slice(at) });
  return pieces;
}

/** The answers that write what was decided and not yet written. */
export const unwritten = (
  facts: readonly { readonly id: string; readonly verdict?: NoteVerdict | undefined }[],
  given: Readonly<Record<string, NoteVerdict>>,
): Record<string, NoteVerdict> =>
  Object.fromEntries(
    facts.flatMap(({ id, verdict }) => {
      const said = given[id];
      return said === undefined || said === verdict ? [] : [[id, said] as const];
    }),
  );
