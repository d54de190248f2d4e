import { exactAppearance, isFreePlace, languageOf, linesOf } from './appearance.ts';
import { contentOf } from './attached.ts';
import { readCertificate } from './certificates.ts';
import { type PdfFile, type PdfObject, readPdf, resolve, resolveDictionary } from './pdf-file.ts';
import { dateIn, isDictionary, nameIn, type PdfDictionary, type PdfValue, textIn } from './pdf-syntax.ts';
import { readRevocationList } from './revocation.ts';

const ADDS_MORE = 'A later revision adds more than signatures.';
const REPLACES = 'A later revision replaces what was signed.';
const DRAWS_OTHERWISE = 'A later signature prints something else on the paper than its signer, meaning and time.';

/**
 * Whether an update after a signature does nothing but add further signatures: their values, and either invisible fields
 * listed in the form and on a page, or the fields that an earlier signature laid over the places kept free on the paper,
 * each with the drawing of its signer and no other (`appearance.ts`). Anything else, however harmless it looks, can change
 * what is read (ISO 32000-2 section 12.8.2.2 leaves it to permissions, of which a report grants none). Gives what is
 * wrong, or undefined.
 *
 * `index` is the revision to look at, with all before it as what was signed.
 */
export function foreignChange(file: PdfFile, index: number): string | undefined {
  const revision = file.revisions[index];
  const signedEnd = file.revisions[index - 1]?.end;
  if (revision === undefined || signedEnd === undefined) return undefined;
  const before = readPdf(file.bytes.subarray(0, signedEnd));
  const after = readPdf(file.bytes.subarray(0, revision.end));
  if (revision.freed.length > 0) return 'A later revision removes objects.';
  for (const key of ['Root', 'Info'])
    if (!isSame(before.trailer.entries.get(key), revision.trailer.entries.get(key))) return REPLACES;

  const added = revision.objects.filter((object) => !before.current.has(object.number));
  const evidence = validationObjects(before, after);
  if (evidence === undefined) return ADDS_MORE;
  const replaced = revision.objects.filter((object) => before.current.has(object.number));
  const places = replaced.filter(({ number, value }) =>
    isPlaceSigned(before, before.current.get(number)?.value, value),
  );
  const drawn = drawingsOf(after, places, new Map(added.map((object) => [object.number, object])));
  if (drawn === undefined) return DRAWS_OTHERWISE;
  if (added.some(({ stream, number }) => stream !== undefined && !evidence.has(number) && !drawn.has(number)))
    return ADDS_MORE;
  const fields = new Set(added.filter((object) => isInvisibleField(object.value)).map((object) => object.number));
  const values = added.filter((object) => isDictionary(object.value) && nameIn(object.value, 'Type') === 'Sig');
  const forms = added.filter((object) => isNewForm(object, before, after, fields));
  const stored = added.filter((object) => object.stream !== undefined || drawn.has(object.number));
  if (fields.size + values.length + forms.length + stored.length !== added.length || forms.length > 1) return ADDS_MORE;
  return replaced.every((object) => places.includes(object) || mayReplace(object, before, after, fields))
    ? undefined
    : REPLACES;
}

/** A place that was free, and is now as it was but for a signature and its drawing. */
function isPlaceSigned(before: PdfFile, old: PdfValue | undefined, fresh: PdfValue): boolean {
  if (!isFreePlace(before, old) || !isDictionary(fresh)) return false;
  return isSameBut(old, fresh, ['V', 'AP']) && fresh.entries.get('V')?.kind === 'reference';
}

/** Numbers of the objects that print the signers of these places; undefined where one is not printed exactly. */
function drawingsOf(
  after: PdfFile,
  places: readonly PdfObject[],
  added: ReadonlyMap<number, PdfObject>,
): ReadonlySet<number> | undefined {
  const found = new Set<number>();
  for (const { value } of places) {
    const field = isDictionary(value) ? value.entries : undefined;
    const signature = resolveDictionary(after, field?.get('V'));
    const looks = field?.get('AP');
    const drawing = isDictionary(looks) && looks.entries.size === 1 ? looks.entries.get('N') : undefined;
    if (signature === undefined || drawing?.kind !== 'reference') return undefined;
    const lines = linesOf(
      textIn(signature, 'Name') ?? '',
      textIn(signature, 'Reason') ?? '',
      dateIn(textIn(signature, 'M'))?.toISOString() ?? '',
      languageOf(after),
    );
    const used = lines === undefined ? undefined : exactAppearance(after, drawing.object, lines, added);
    if (used === undefined) return undefined;
    for (const number of used) found.add(number);
  }
  return found;
}

const STORE_KEYS = new Set(['Type', 'Certs', 'CRLs']);

/**
 * Numbers of the streams that a later revision adds to the document security store: certificates and revocation lists,
 * behind those that were there, read by nobody who only reads the pages. Undefined where the store is anything else.
 */
function validationObjects(before: PdfFile, after: PdfFile): ReadonlySet<number> | undefined {
  const storeOf = (file: PdfFile): PdfDictionary | undefined =>
    resolveDictionary(file, resolveDictionary(file, file.trailer.entries.get('Root'))?.entries.get('DSS'));
  const [old, fresh] = [storeOf(before), storeOf(after)];
  const found = new Set<number>();
  if (fresh === undefined) return old === undefined ? found : undefined;
  if ([...fresh.entries.keys()].some((key) => !STORE_KEYS.has(key))) return undefined;
  for (const key of ['Certs', 'CRLs']) {
    const former = resolve(before, old?.entries.get(key));
    const list = resolve(after, fresh.entries.get(key));
    const kept = former?.kind === 'array' ? former.items : [];
    const items = list?.kind === 'array' ? list.items : [];
    if (!kept.every((item, index) => isSame(item, items[index]))) return undefined;
    for (const item of items.slice(kept.length)) {
      const object = item.kind === 'reference' ? after.current.get(item.object) : undefined;
      const bytes = object === undefined ? undefined : contentOf(after, object);
      const isEvidence =
        bytes !== undefined &&
        (key === 'Certs' ? readCertificate(bytes) !== undefined : readRevocationList(bytes) !== undefined);
      if (object === undefined || !isEvidence) return undefined;
      found.add(object.number);
    }
  }
  return found;
}

const FIELD_KEYS = new Set(['Type', 'Subtype', 'FT', 'T', 'V', 'F', 'Rect', 'P']);

/** A signature field that draws nothing and does nothing: an appearance could cover the page, an action could run. */
function isInvisibleField(value: PdfValue): boolean {
  if (!isDictionary(value) || nameIn(value, 'FT') !== 'Sig') return false;
  const area = value.entries.get('Rect');
  const hasNoArea =
    area?.kind === 'array' &&
    area.items.length === 4 &&
    area.items.every((item) => item.kind === 'number' && Number(item.text) === 0);
  return hasNoArea && [...value.entries.keys()].every((key) => FIELD_KEYS.has(key));
}

const formEntry = (file: PdfFile): PdfValue | undefined =>
  resolveDictionary(file, file.trailer.entries.get('Root'))?.entries.get('AcroForm');

const isReferenceTo = (value: PdfValue | undefined, number: number): boolean =>
  value?.kind === 'reference' && value.object === number;

function isNewForm(object: PdfObject, before: PdfFile, after: PdfFile, fields: ReadonlySet<number>): boolean {
  if (!isDictionary(object.value) || !isReferenceTo(formEntry(after), object.number)) return false;
  return isFormWithMore(object.value, resolveDictionary(before, formEntry(before)), before, after, fields);
}

function mayReplace(object: PdfObject, before: PdfFile, after: PdfFile, fields: ReadonlySet<number>): boolean {
  const former = before.current.get(object.number);
  if (former === undefined || former.stream !== undefined || object.stream !== undefined) return false;
  const [old, fresh] = [former.value, object.value];
  if (!isDictionary(old) || !isDictionary(fresh) || former.generation !== object.generation) return false;
  const root = before.trailer.entries.get('Root');
  if (isReferenceTo(root, object.number))
    // The form itself is looked at where it stands: as a new object, or as one replaced.
    return isSameBut(old, fresh, ['AcroForm', 'DSS']) && fresh.entries.get('AcroForm')?.kind === 'reference';
  if (isReferenceTo(formEntry(before), object.number)) return isFormWithMore(fresh, old, before, after, fields);
  if (nameIn(old, 'Type') === 'Page')
    return (
      isSameBut(old, fresh, ['Annots']) &&
      isLonger(resolve(before, old.entries.get('Annots')), resolve(after, fresh.entries.get('Annots')), fields)
    );
  return false;
}

const isFormWithMore = (
  fresh: PdfDictionary,
  old: PdfDictionary | undefined,
  before: PdfFile,
  after: PdfFile,
  fields: ReadonlySet<number>,
): boolean =>
  isSameBut(old, fresh, ['Fields', 'SigFlags']) &&
  isLonger(resolve(before, old?.entries.get('Fields')), resolve(after, fresh.entries.get('Fields')), fields);

/** The old list, followed by nothing but the new fields. */
function isLonger(old: PdfValue | undefined, fresh: PdfValue | undefined, fields: ReadonlySet<number>): boolean {
  const former = old?.kind === 'array' ? old.items : [];
  if (fresh?.kind !== 'array' || (old !== undefined && old.kind !== 'array')) return false;
  return (
    fresh.items.length >= former.length &&
    fresh.items.every((item, index) => {
      const same = former[index];
      if (same !== undefined) return isSame(same, item);
      return item.kind === 'reference' && fields.has(item.object);
    })
  );
}

function isSameBut(old: PdfDictionary | undefined, fresh: PdfDictionary, except: readonly string[]): boolean {
  const keys = new Set([...(old?.entries.keys() ?? []), ...fresh.entries.keys()]);
  return [...keys].every((key) => except.includes(key) || isSame(old?.entries.get(key), fresh.entries.get(key)));
}

/** Equal in what they say, however they are spaced. */
function isSame(left: PdfValue | undefined, right: PdfValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if (left.kind === 'boolean') return right.kind === 'boolean' && left.value === right.value;
  if (left.kind === 'number') return right.kind === 'number' && left.text === right.text;
  if (left.kind === 'name') return right.kind === 'name' && left.name === right.name;
  if (left.kind === 'string') return right.kind === 'string' && Buffer.compare(left.bytes, right.bytes) === 0;
  if (left.kind === 'reference')
    return right.kind === 'reference' && left.object === right.object && left.generation === right.generation;
  if (left.kind === 'array')
    return (
      right.kind === 'array' &&
      left.items.length === right.items.length &&
      left.items.every((item, index) => isSame(item, right.items[index]))
    );
  if (left.kind === 'dictionary') return right.kind === 'dictionary' && isSameBut(left, right, []);
  return right.kind === 'null';
}
