/** Reported biomarkers as JSON: a list, or an object whose member `biomarkers` is one, of names with their values. */
import type { ObservedBiomarker } from '../../../shared/case/intake.ts';
import { FaultError, fault } from '../../../shared/foundation/fault.ts';
import { parseJson } from '../case-json.ts';
import { chunksOf, type Meter, unpacked } from '../variants/byte-source.ts';
import { RowAccount, SAME_ROW, type TableInput, type TableRead, Warnings } from './reading.ts';

/** Largest document of biomarkers, in bytes; a laboratory reports a few dozen. */
export const BIOMARKERS_LIMIT = 1024 * 1024;
const NO_RESULT = 'reported without a result';

const names: readonly (readonly [ObservedBiomarker['name'], RegExp])[] = [
  ['TMB', /^(tmb|(tumou?r)?mutation(al)?(burden|load))/],
  ['MSI', /^(msi|mss|microsatellite|mmr|mismatchrepair)/],
  ['HRD', /^(hrd|gis|homologousrecombination|genomic(instability|scar)|hrdsum|myriad)/],
  ['PD-L1', /^(pdl1|cd274)/],
];

/** The closed name of a biomarker; what none of them is, is `other` under its own label. */
export const biomarkerName = (text: string): ObservedBiomarker['name'] => {
  const plain = text.toLowerCase().replace(/[^a-z0-9]+/g, '');
  return names.find(([, pattern]) => pattern.test(plain))?.[0] ?? 'other';
};

const fields = ['name', 'label', 'value', 'unit', 'method', 'threshold', 'assayId'] as const;

export async function readBiomarkers(input: TableInput): Promise<TableRead> {
  const { name, assay } = input;
  const refuse = (field: string, message: string, remedy: string): never => {
    throw new FaultError(fault('field-invalid', message, remedy, { file: name, field }));
  };
  const document = parseJson(await whole(input), name);
  const list = Array.isArray(document)
    ? document
    : typeof document === 'object' && document !== null
      ? Reflect.get(document, 'biomarkers')
      : undefined;
  if (!Array.isArray(list))
    return refuse('biomarkers', 'A list of biomarkers is expected.', 'Write { "biomarkers": [ … ] }.');
  const base = Array.isArray(document) ? '' : 'biomarkers';
  const account = new RowAccount(name);
  const warnings = new Warnings();
  const biomarkers: ObservedBiomarker[] = [];
  const seen = new Set<string>();
  for (const [index, item] of (list as unknown[]).entries()) {
    const at = (member: string): string => `${base}[${index}].${member}`;
    if (typeof item !== 'object' || item === null || Array.isArray(item))
      return refuse(`${base}[${index}]`, 'A biomarker is an object.', 'Give its name and value.');
    const text = (member: string): string | undefined => {
      const value: unknown = Reflect.get(item, member);
      if (value === undefined || value === null) return undefined;
      if (typeof value !== 'string' || value.length > 200)
        return refuse(at(member), 'A short text is expected here.', 'Correct the field and pack the case again.');
      return value.trim() === '' ? undefined : value.trim();
    };
    for (const member of Object.keys(item))
      if (!fields.some((field) => field === member)) warnings.add(`${at(member)} is not known and was not read`);
    const named = text('name') ?? text('label') ?? refuse(at('name'), 'The biomarker has no name.', 'Give its name.');
    const value: unknown = Reflect.get(item, 'value');
    if (value === undefined || value === null || value === '') {
      account.filter(NO_RESULT);
      warnings.add(`${at('value')}: no result is given`);
      continue;
    }
    if ((typeof value !== 'number' || !Number.isFinite(value)) && (typeof value !== 'string' || value.length > 200))
      return refuse(at('value'), 'The value is neither a number nor a short text.', 'Correct the field.');
    const kind = biomarkerName(named);
    if (typeof value === 'number' && value < 0 && kind !== 'other')
      return refuse(at('value'), 'The value is negative.', 'Correct the field.');
    if (typeof value === 'string' && /^[+-]?(nan|inf(inity)?)$/i.test(value.trim()))
      return refuse(at('value'), 'The value is not a number.', 'Leave the value out where there is none.');
    const unit = text('unit');
    const method = text('method');
    const threshold = text('threshold');
    const observed: ObservedBiomarker = {
      name: kind,
      label: text('label') ?? named,
      value: typeof value === 'string' ? value.trim() : value,
      ...(unit === undefined ? {} : { unit }),
      ...(method === undefined ? {} : { method }),
      assayId: text('assayId') ?? assay?.id ?? '',
      ...(threshold === undefined ? {} : { threshold }),
      file: name,
    };
    const identity = JSON.stringify(observed);
    if (seen.has(identity)) account.collapse(SAME_ROW);
    else {
      seen.add(identity);
      biomarkers.push(observed);
      account.show();
    }
  }
  return {
    understanding: { file: name, modality: 'biomarkers', format: 'reported biomarkers', rows: list.length, notes: [] },
    questions: [],
    warnings: warnings.list(),
    accounting: account.close(list.length),
    biomarkers,
  };
}

async function whole({ name, bytes, signal }: TableInput): Promise<Uint8Array> {
  const meter: Meter = { bytesRead: 0 };
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of unpacked(name, chunksOf(bytes), meter)) {
    signal?.throwIfAborted();
    size += piece.byteLength;
    if (size > BIOMARKERS_LIMIT)
      throw new FaultError(
        fault('file-too-large', 'A list of biomarkers is never this long.', 'Check what the file holds.', {
          file: name,
        }),
      );
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
