import { createHash } from 'node:crypto';
import { Sha256 } from '../../../shared/foundation/ids.ts';
import type { ReportVerification, SignatureCheck } from '../../../shared/report/report.ts';
import { type AttachedFile, attachedFiles } from './attached.ts';
import { type Certificate, certificateSha256, isSameCertificate, readCertificate, readPem } from './certificates.ts';
import { type ChainFinding, findChain } from './chain.ts';
import { type CmsFinding, checkCms } from './cms-check.ts';
import { elementAt } from './der.ts';
import { meaningIn } from './meaning.ts';
import { type PdfFile, type PdfObject, readPdf, resolve, resolveDictionary } from './pdf-file.ts';
import {
  dateIn,
  isDictionary,
  latin1,
  nameIn,
  type PdfDictionary,
  PdfRefused,
  type PdfValue,
  textIn,
  textOf,
} from './pdf-syntax.ts';
import { foreignChange } from './revisions.ts';
import { pathToRoot, type RevocationList, readRevocationFile, readRevocationList, revocationOf } from './revocation.ts';
import { validationDataOf } from './signature-field.ts';
import { checkTimeStamp } from './time-stamp.ts';

export interface VerificationTerms {
  /** Certificates to trust, each text one or more PEM blocks; none means that trust is not judged. */
  readonly trustAnchorsPem: readonly string[];
  /** ISO 8601. */
  readonly now: string;
  /** Revocation lists of the authorities, each in DER or PEM, beside those the file carries. */
  readonly revocationLists?: readonly Uint8Array[];
}

/** No report comes near; what is larger is refused before it is read. */
const LARGEST_FILE = 512_000_000;
const MOST_SIGNATURES = 50;

/**
 * Checks a signed report without anything but its bytes, the anchors and the time. Never throws: what cannot be read is
 * not valid.
 *
 * - `valid`: nothing changed, and a path leads to an anchor that was given.
 * - `valid-untrusted`: nothing changed; who signed is not established (no anchor, no path, or a certificate that was
 *   revoked, or has run out since the time the signature states).
 * - `invalid`: something was changed, added, is missing or is not what it should be.
 * - `unsigned`: a PDF without any signature.
 */
export async function verifyReport(bytes: Uint8Array, terms: VerificationTerms): Promise<ReportVerification> {
  const sha256 = Sha256.parse(createHash('sha256').update(bytes).digest('hex'));
  try {
    return { sha256, ...examine(bytes, terms) };
  } catch (error) {
    const unread = error instanceof PdfRefused ? error.message : 'The file cannot be read';
    const verdict = isUnsignedPdf(bytes) ? 'unsigned' : 'invalid';
    return {
      sha256,
      verdict,
      signatures: [],
      problems: [
        verdict === 'unsigned'
          ? `The file holds no signature (its structure is not one that reports have: ${unread}).`
          : `The file is damaged or was changed: ${unread}.`,
      ],
    };
  }
}

/** A signature can stand nowhere but in plain bytes, so a PDF without this word in any spelling has none. */
function isUnsignedPdf(bytes: Uint8Array): boolean {
  if (bytes.length > LARGEST_FILE || latin1(bytes, 0, 5) !== '%PDF-') return false;
  const text = latin1(bytes).replace(/#([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
  return !text.includes('ByteRange');
}

type Examined = Omit<ReportVerification, 'sha256'>;

function examine(bytes: Uint8Array, terms: VerificationTerms): Examined {
  if (bytes.length > LARGEST_FILE) throw new PdfRefused('The file is too large');
  const file = readPdf(bytes);
  const information = resolveDictionary(file, file.trailer.entries.get('Info'))?.entries;
  const stated = {
    ...present('reportId', textOf(resolve(file, information?.get('ConsiliumReport')))),
    ...present('checkpoint', textOf(resolve(file, information?.get('ConsiliumCheckpoint')))),
    ...present('amends', textOf(resolve(file, information?.get('ConsiliumAmends')))),
  };
  const values = signatureValues(file);
  if (values.length === 0) return { verdict: 'unsigned', signatures: [], problems: [], ...stated };
  if (values.length > MOST_SIGNATURES) throw new PdfRefused('There are too many signatures');

  const attached = attachedFiles(file);
  const problems = [...structureProblems(file, values), ...attached.problems];
  const anchors = readAnchors(terms.trustAnchorsPem, problems);
  const now = new Date(terms.now);
  const known = knownAuthorities(file, anchors, terms.revocationLists ?? [], problems);
  const checks = values.map((value, index) => checkSignature(file, value, index > 0, known, now));
  return {
    verdict: verdictOf(problems, checks),
    signatures: checks.map(({ check }) => check),
    problems,
    ...stated,
    ...(attached.files.length === 0
      ? {}
      : {
          attachments: attached.files.map(({ name, bytes, sha256 }) => ({
            name,
            sizeBytes: bytes.byteLength,
            sha256,
          })),
        }),
  };
}

/** The files inside a PDF whose signature was found to hold, and where its first revision, the paper, ends. */
export function readAttached(bytes: Uint8Array): { files: readonly AttachedFile[]; firstRevisionEnd: number } {
  const file = readPdf(bytes);
  return { files: attachedFiles(file).files, firstRevisionEnd: file.revisions[0]?.end ?? 0 };
}

function readAnchors(texts: readonly string[], problems: string[]): readonly Certificate[] | undefined {
  if (texts.length === 0) return undefined;
  return texts.flatMap((text) => {
    const found = readPem(text);
    if (found === undefined) problems.push('A trust anchor is not a certificate in PEM form.');
    return found ?? [];
  });
}

/** Whom to trust, and what authorities say of certificates: out of the file's security store and as given. */
interface Known {
  readonly anchors: readonly Certificate[] | undefined;
  readonly stored: readonly Certificate[];
  /** Inside the file. */
  readonly embeddedLists: readonly RevocationList[];
  readonly givenLists: readonly RevocationList[];
}

function knownAuthorities(
  file: PdfFile,
  anchors: readonly Certificate[] | undefined,
  given: readonly Uint8Array[],
  problems: string[],
): Known {
  const store = validationDataOf(file);
  const stored = store.certificates.map(readCertificate);
  const embedded = store.revocationLists.map(readRevocationList);
  const givenLists = given.map(readRevocationFile);
  if (stored.includes(undefined) || embedded.includes(undefined))
    problems.push('The document security store holds something else than certificates and revocation lists.');
  if (givenLists.includes(undefined)) problems.push('A revocation list that was given cannot be read.');
  return {
    anchors,
    stored: stored.filter((one) => one !== undefined),
    embeddedLists: embedded.filter((one) => one !== undefined),
    givenLists: givenLists.filter((one) => one !== undefined).flat(),
  };
}

interface Stamped {
  readonly authority: Certificate;
  readonly time: Date;
  readonly chain: ChainFinding;
}

/** The one time-stamp over a signature, where there is one that holds. */
function timeStampOf(cms: CmsFinding, known: Known, now: Date, problems: string[]): Stamped | undefined {
  const [token, second] = cms.timeStamps;
  if (token === undefined || cms.signature === undefined) return undefined;
  if (second !== undefined) {
    problems.push('The signature carries several time-stamps.');
    return undefined;
  }
  const found = checkTimeStamp(token, cms.signature);
  problems.push(...found.problems.map((problem) => `Time-stamp: ${problem}`));
  const { authority, time } = found;
  if (authority === undefined || time === undefined || found.problems.length > 0) return undefined;
  const chain = findChain(authority, [...found.others, ...known.stored], known.anchors, now, () => undefined);
  return { authority, time, chain };
}

function verdictOf(problems: readonly string[], checks: readonly Checked[]): ReportVerification['verdict'] {
  if (problems.length > 0 || checks.some(({ isSound }) => !isSound)) return 'invalid';
  return checks.every(({ check }) => check.chain === 'trusted') ? 'valid' : 'valid-untrusted';
}

/** A signature's dictionary and the revision it stands in. */
interface SignatureValue {
  readonly object: PdfObject;
  readonly dictionary: PdfDictionary;
  readonly revision: number;
}

/** Every dictionary that is a signature by its looks, in the order of the file, reachable or not. */
function signatureValues(file: PdfFile): SignatureValue[] {
  return file.revisions.flatMap((revision, index) =>
    revision.objects.flatMap((object) =>
      isDictionary(object.value) && looksLikeSignature(object.value)
        ? [{ object, dictionary: object.value, revision: index }]
        : [],
    ),
  );
}

const looksLikeSignature = (value: PdfDictionary): boolean =>
  value.entries.has('ByteRange') || ['Sig', 'DocTimeStamp'].includes(nameIn(value, 'Type') ?? '');

function structureProblems(file: PdfFile, values: readonly SignatureValue[]): Set<string> {
  const problems = new Set<string>();
  const fields = signatureFields(file, problems);
  const counted = new Map<number, number>();
  for (const { object } of values) counted.set(object.number, (counted.get(object.number) ?? 0) + 1);
  for (const { object } of values) {
    if (counted.get(object.number) !== 1) problems.add('A signature was replaced by another under the same number.');
    if (fields.filter((number) => number === object.number).length !== 1)
      problems.add('A signature in the file is not, or not once, the value of a form field.');
  }
  if (fields.some((number) => !counted.has(number))) problems.add('A signature field holds something else.');
  if (file.revisions.some((revision) => revision.objects.some((object) => hasNestedSignature(object.value))))
    problems.add('A signature is hidden inside another object.');

  const revisions = values.map((value) => value.revision);
  if (new Set(revisions).size !== revisions.length) problems.add('One revision holds several signatures.');
  const first = Math.min(...revisions);
  const last = Math.max(...revisions);
  if (last !== file.revisions.length - 1) problems.add('The file was changed after the last signature.');
  for (let index = first + 1; index <= last; index++) {
    const change = foreignChange(file, index);
    if (change !== undefined) problems.add(change);
  }
  return problems;
}

function hasNestedSignature(value: PdfValue, isTop = true): boolean {
  if (value.kind === 'array') return value.items.some((item) => hasNestedSignature(item, false));
  if (!isDictionary(value)) return false;
  return (
    (!isTop && value.entries.has('ByteRange')) ||
    [...value.entries.values()].some((entry) => hasNestedSignature(entry, false))
  );
}

const MOST_FIELDS = 10_000;

/** Numbers of the objects that signature fields of the form have as their values. */
function signatureFields(file: PdfFile, problems: Set<string>): number[] {
  const catalog = resolveDictionary(file, file.trailer.entries.get('Root'));
  const form = resolveDictionary(file, catalog?.entries.get('AcroForm'));
  const found: number[] = [];
  const seen = new Set<PdfDictionary>();
  const waiting: { value: PdfValue; type: string | undefined }[] = [];
  const wait = (list: PdfValue | undefined, type: string | undefined): void => {
    if (list?.kind === 'array') for (const value of list.items) waiting.push({ value, type });
  };
  wait(resolve(file, form?.entries.get('Fields')), undefined);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const field = resolveDictionary(file, next.value);
    if (field === undefined) continue;
    if (seen.has(field) || seen.size > MOST_FIELDS) {
      problems.add('The form lists a field twice.');
      continue;
    }
    seen.add(field);
    const type = nameIn(field, 'FT') ?? next.type;
    wait(resolve(file, field.entries.get('Kids')), type);
    const value = field.entries.get('V');
    if (type !== 'Sig' || value === undefined) continue;
    if (value.kind === 'reference') found.push(value.object);
    else problems.add('A signature field holds something else.');
  }
  return found;
}

/** Whether a signature draws something on the paper. */
const isPrinted = (file: PdfFile, { object, revision }: SignatureValue): boolean =>
  (file.revisions[revision]?.objects ?? []).some(({ value }) => {
    const field = isDictionary(value) ? value.entries : undefined;
    const signature = field?.get('V');
    return signature?.kind === 'reference' && signature.object === object.number && field?.has('AP') === true;
  });

interface Checked {
  readonly check: SignatureCheck;
  readonly isSound: boolean;
}

function checkSignature(file: PdfFile, value: SignatureValue, isFurther: boolean, known: Known, now: Date): Checked {
  const { dictionary } = value;
  const problems: string[] = [];
  const end = file.revisions[value.revision]?.end ?? 0;
  const hole = signedHole(dictionary, end);
  if (hole === undefined) problems.push('The signature does not cover the whole of its revision.');
  const cms = hole === undefined ? undefined : checkContents(file, hole, end, problems);
  const statedTime = textIn(dictionary, 'M');
  const signedAt = dateIn(statedTime);
  const signer = cms?.signer;
  const stamp = cms === undefined ? undefined : timeStampOf(cms, known, now, problems);
  const isProven = stamp?.chain.chain === 'trusted';
  // A proven time of signing stands for now: what ran out or was revoked since does not touch the signature.
  const at = isProven && stamp !== undefined ? stamp.time : now;
  const others = [...(cms?.others ?? []), ...known.stored];
  const path = signer === undefined ? undefined : pathToRoot(signer, [...(known.anchors ?? []), ...others]);
  const revocation =
    path === undefined ? undefined : revocationOf(path, [...known.embeddedLists, ...known.givenLists], at, isProven);
  const chain =
    signer === undefined
      ? undefined
      : revocation?.state === 'revoked'
        ? revokedChain(revocation.name, revocation.since)
        : findChain(signer, others, known.anchors, at);
  if (
    stamp !== undefined &&
    signedAt !== undefined &&
    signedAt.getTime() > stamp.time.getTime() + CLOCK_TOLERANCE_MILLISECONDS
  )
    problems.push('The stated time of signing lies after the time-stamp.');
  if (isFurther && isPrinted(file, value) && signer !== undefined && textIn(dictionary, 'Name') !== signer.name)
    problems.push('The name printed on the paper is not that of the certificate.');
  if (chain?.chain === 'unsuitable') problems.push(...chain.problems);
  problems.push(...(cms?.problems ?? []), ...timeProblems(signedAt, signer, now));

  const shortfalls = [...(cms?.shortfalls ?? []), ...dictionaryShortfalls(dictionary, signedAt)];
  const notes = [
    ...shortfalls,
    ...(stamp === undefined || isProven || known.anchors === undefined
      ? []
      : ["The time-stamp's authority does not lead to a trust anchor: the time is not proven, the level stays B-B."]),
  ];
  const hasTime = stamp !== undefined && (isProven || known.anchors === undefined);
  const isLongTerm = hasTime && carriesEvidence(path, stamp, known);
  const isSound = problems.length === 0 && cms !== undefined;
  const reason = textIn(dictionary, 'Reason');
  const trust = chain === undefined || chain.chain === 'unsuitable' ? [] : chain.problems;
  return {
    isSound,
    check: {
      signer: signer?.name ?? 'unknown',
      ...present('meaning', reason === undefined ? undefined : meaningIn(reason)),
      ...present('signingTime', signedAt?.toISOString()),
      level: isSound ? levelOf(cms, shortfalls, hasTime, isLongTerm) : 'none',
      algorithm: cms?.algorithm ?? 'unknown',
      digestMatches: cms?.digestMatches ?? false,
      signatureMatches: cms?.signatureMatches ?? false,
      coversWholeRevision: hole !== undefined,
      chain: chain?.chain ?? 'untrusted',
      ...(signer === undefined ? {} : { certificateSha256: certificateSha256(signer) }),
      problems: [...problems, ...trust],
      ...(stamp === undefined
        ? {}
        : {
            timeStamp: {
              time: stamp.time.toISOString(),
              authority: stamp.authority.name,
              isTrusted: isProven,
            },
          }),
      ...(revocation === undefined ? {} : { revocation: revocation.state }),
      ...(notes.length === 0 ? {} : { notes }),
    },
  };
}

const revokedChain = (name: string, since: Date): ChainFinding => ({
  chain: 'revoked',
  problems: [`The certificate of ${name} was revoked on ${since.toISOString().slice(0, 10)}.`],
});

/**
 * Whether the file itself carries all that is needed to judge signer and time-stamp later (EN 319 142-1, level B-LT):
 * both paths up to a root, and for each certificate of them a list in force at the time of the stamp.
 */
function carriesEvidence(path: readonly Certificate[] | undefined, stamp: Stamped, known: Known): boolean {
  const stampPath = pathToRoot(stamp.authority, [...known.stored, ...(known.anchors ?? [])]);
  return [path, stampPath].every(
    (one) =>
      one?.slice(1).every((member) => known.stored.some((held) => isSameCertificate(held, member))) &&
      revocationOf(one, known.embeddedLists, stamp.time, true).state === 'good',
  );
}

function levelOf(
  cms: CmsFinding,
  shortfalls: readonly string[],
  hasTime: boolean,
  isLongTerm: boolean,
): SignatureCheck['level'] {
  if (cms.signingCertificate === 'absent') return 'CMS without signing-certificate';
  if (shortfalls.length > 0) return 'CMS with signing-certificate';
  return isLongTerm ? 'PAdES B-LT' : hasTime ? 'PAdES B-T' : 'PAdES B-B';
}

/** A span of the file. */
interface Hole {
  readonly start: number;
  readonly end: number;
}

/**
 * The one gap that is not signed: exactly the hexadecimal string of this dictionary's Contents with its brackets, all
 * the rest from the first byte to the revision's last being covered. Undefined where ByteRange says anything else.
 */
function signedHole(dictionary: PdfDictionary, revisionEnd: number): Hole | undefined {
  const range = dictionary.entries.get('ByteRange');
  const contents = dictionary.entries.get('Contents');
  if (range?.kind !== 'array' || range.items.length !== 4 || contents?.kind !== 'string' || !contents.isHex)
    return undefined;
  const numbers = range.items.map((item) =>
    item.kind === 'number' && /^(?:0|[1-9]\d{0,9})$/.test(item.text) ? Number(item.text) : Number.NaN,
  );
  const expected = [0, contents.start, contents.end, revisionEnd - contents.end];
  return numbers.every((number, index) => number === expected[index])
    ? { start: contents.start, end: contents.end }
    : undefined;
}

function checkContents(file: PdfFile, hole: Hole, end: number, problems: string[]): CmsFinding | undefined {
  const digits = latin1(file.bytes, hole.start + 1, hole.end - 1);
  // One case throughout, and zeros behind the signature: these bytes are not signed, so nothing may vary in them.
  if (digits.length % 2 !== 0 || !(/^[0-9a-f]+$/.test(digits) || /^[0-9A-F]+$/.test(digits))) {
    problems.push('The signature is not written as plain hexadecimal digits.');
    return undefined;
  }
  const held = new Uint8Array(Buffer.from(digits, 'hex'));
  const root = elementAt(held, 0, held.length);
  if (root === undefined || held.subarray(root.end).some((byte) => byte !== 0)) {
    problems.push('The place of the signature holds something else.');
    return undefined;
  }
  return checkCms(held.slice(0, root.end), (hash) =>
    createHash(hash).update(file.bytes.subarray(0, hole.start)).update(file.bytes.subarray(hole.end, end)).digest(),
  );
}

/** Clocks of two machines may differ by this much. */
const CLOCK_TOLERANCE_MILLISECONDS = 10 * 60_000;

function timeProblems(signedAt: Date | undefined, signer: Certificate | undefined, now: Date): string[] {
  if (signedAt === undefined) return [];
  const found: string[] = [];
  if (signedAt.getTime() > now.getTime() + CLOCK_TOLERANCE_MILLISECONDS)
    found.push('The stated time of signing lies in the future: the file or the clock of this machine is wrong.');
  if (signer !== undefined && (signedAt < signer.notBefore || signedAt > signer.notAfter))
    found.push("The signer's certificate was not in force at the stated time of signing.");
  return found;
}

/** Requirements of EN 319 142-1 table 1 on the signature dictionary. */
function dictionaryShortfalls(dictionary: PdfDictionary, signedAt: Date | undefined): string[] {
  const found: string[] = [];
  if (nameIn(dictionary, 'SubFilter') !== 'ETSI.CAdES.detached')
    found.push('The kind of the signature is not ETSI.CAdES.detached.');
  if (nameIn(dictionary, 'Filter') === undefined) found.push('The signature names no handler (Filter).');
  if (signedAt === undefined) found.push('The signature states no time of signing (M).');
  if (dictionary.entries.has('Cert')) found.push('The certificate stands outside the signature (Cert).');
  return found;
}

const present = <Key extends string>(key: Key, value: string | undefined): { [Name in Key]?: string } =>
  (value === undefined ? {} : { [key]: value }) as { [Name in Key]?: string };
