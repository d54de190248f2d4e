import { createHash } from 'node:crypto';
import {
  appearanceObjects,
  EMPTY_APPEARANCE,
  isFreePlace,
  languageOf,
  linesOf,
  type SignaturePlace,
} from './appearance.ts';
import { contentOf } from './attached.ts';
import { type PdfFile, readPdf, resolve, resolveDictionary } from './pdf-file.ts';
import {
  isDictionary,
  latin1,
  type PdfDictionary,
  PdfReader,
  PdfRefused,
  type PdfValue,
  textIn,
  writeText,
} from './pdf-syntax.ts';

/** Certificates and revocation lists in DER that a document security store holds (ISO 32000-2 section 12.8.4.3). */
export interface ValidationData {
  readonly certificates: readonly Uint8Array[];
  readonly revocationLists: readonly Uint8Array[];
}

/** A PDF with a signature field whose value is still zeros. */
export interface PreparedPdf {
  readonly bytes: Uint8Array;
  /** Of the hexadecimal string with its brackets: all other bytes are signed. */
  readonly hole: { readonly start: number; readonly end: number };
}

export interface SignatureWords {
  readonly name: string;
  readonly reason: string;
  readonly location: string | undefined;
  /** ISO 8601, UTC. */
  readonly signedAt: string;
}

/** What a signature has to do with the places of the paper where further signers are printed. */
export interface PaperPlaces {
  /** Kept free by the paper that is signed first: a field is laid over each. */
  readonly free?: readonly SignaturePlace[];
  /** Fonts of the signer's name, in order of preference: it is printed in the next place that is free. */
  readonly fonts?: readonly Buffer[];
}

/**
 * Appends one signature as an incremental update (ISO 32000-2 sections 7.5.6 and 12.8), so that signatures already in the
 * file stay valid. It fills the next place that an earlier signature laid over the paper, where it is printed by `fonts`
 * (`appearance.ts`); else its field is one without appearance on the first page. The bytes depend on nothing but the
 * arguments. Throws PdfRefused.
 *
 * `contentLimit` is the number of bytes to keep free for the CMS signature.
 */
export function appendSignatureField(
  pdf: Uint8Array,
  words: SignatureWords,
  contentLimit: number,
  evidence: ValidationData = { certificates: [], revocationLists: [] },
  paper: PaperPlaces = {},
): PreparedPdf {
  const endsLine = pdf.at(-1) === 0x0a || pdf.at(-1) === 0x0d;
  const file = readPdf(endsLine ? pdf : Buffer.concat([pdf, Buffer.from('\n')]));
  const update = new Update(file);
  const signature = update.reserve();
  const catalogReference = file.trailer.entries.get('Root');
  const catalog = resolveDictionary(file, catalogReference);
  if (catalog === undefined || catalogReference?.kind !== 'reference') throw new PdfRefused('The file has no catalog');
  const catalogEntries: Record<string, string> = {};
  if (!isPrintedInPlace(file, update, words, signature, paper.fonts ?? [])) {
    const form = addFields(file, update, signature, paper.free ?? []);
    if (form !== undefined) catalogEntries.AcroForm = form;
  }
  // Stands in the signature's own revision, so that the signature covers it: no byte of it can change unseen.
  const store = storeWith(file, catalog, evidence, update);
  if (store !== undefined) catalogEntries.DSS = store;
  if (Object.keys(catalogEntries).length > 0)
    update.put(catalogReference.object, withEntries(sourceOf(file, catalog), catalogEntries));

  const location = words.location === undefined ? '' : ` /Location ${writeText(words.location)}`;
  update.put(
    signature,
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange ${RANGE_PLACE} /Contents <${'0'.repeat(2 * contentLimit)}> /Name ${writeText(words.name)} /Reason ${writeText(words.reason)}${location} /M (${pdfDate(words.signedAt)}) >>`,
  );
  const { written, offsets } = update.write();
  return withRange(written, offsets.get(signature) ?? 0);
}

/** Fills the first place that is free and prints the signer there; false where there is none. */
function isPrintedInPlace(
  file: PdfFile,
  update: Update,
  { name, reason, signedAt }: SignatureWords,
  signature: number,
  fonts: readonly Buffer[],
): boolean {
  const lines = linesOf(name, reason, new Date(signedAt).toISOString(), languageOf(file));
  const place = formOf(file).items.find((item) => isFreePlace(file, resolve(file, item)));
  if (fonts.length === 0 || lines === undefined || place?.kind !== 'reference') return false;
  const first = update.next;
  for (const body of appearanceObjects(first, lines, fonts)) update.put(update.reserve(), body);
  update.put(
    place.object,
    withEntries(sourceOf(file, resolve(file, place)), { V: `${signature} 0 R`, AP: `<< /N ${first} 0 R >>` }),
  );
  return true;
}

/** The signature's own field without appearance, and one over each place that is kept free. Gives a form that is new. */
function addFields(
  file: PdfFile,
  update: Update,
  signature: number,
  free: readonly SignaturePlace[],
): string | undefined {
  const form = formOf(file);
  const pages = pagesOf(file);
  const taken = form.names.filter((name) => /^Signature\d+$/.test(name)).length;
  const added = new Map<(typeof pages)[number], number[]>();
  const add = (number: number, value: string, rectangle: readonly number[], at: number): number => {
    const page = pages[at];
    if (page === undefined) throw new PdfRefused('The file does not have the page of a signature');
    const { object, generation } = page.reference;
    const field = update.reserve();
    update.put(
      field,
      `<< /Type /Annot /Subtype /Widget /FT /Sig /T ${writeText(`Signature${number}`)}${value} /F 132 /Rect [${rectangle.join(' ')}] /P ${object} ${generation} R >>`,
    );
    added.set(page, [...(added.get(page) ?? []), field]);
    return field;
  };
  const empty = free.length === 0 ? 0 : update.reserve();
  if (free.length > 0) update.put(empty, EMPTY_APPEARANCE);
  const fields = [
    add(taken + 1, ` /V ${signature} 0 R`, [0, 0, 0, 0], 0),
    ...free.map(({ page, rectangle }, index) =>
      add(taken + 2 + index, ` /AP << /N ${empty} 0 R >>`, rectangle, page - 1),
    ),
  ];
  for (const [{ page, reference }, numbers] of added) {
    const annotations = resolve(file, page.entries.get('Annots'));
    const before = annotations?.kind === 'array' ? annotations.items.map((item) => sourceOf(file, item)) : [];
    update.put(
      reference.object,
      withEntries(sourceOf(file, page), { Annots: `[${[...before, ...numbers.map(referenceTo)].join(' ')}]` }),
    );
  }
  const entries = {
    Fields: `[${[...form.items.map((item) => sourceOf(file, item)), ...fields.map(referenceTo)].join(' ')}]`,
    SigFlags: '3',
  };
  if (form.reference !== undefined) {
    update.put(form.reference, withEntries(sourceOf(file, form.dictionary), entries));
    return undefined;
  }
  const written = update.reserve();
  update.put(written, withEntries(form.dictionary === undefined ? '<< >>' : sourceOf(file, form.dictionary), entries));
  return referenceTo(written);
}

const referenceTo = (number: number): string => `${number} 0 R`;

/** What the store held before, followed by what it did not hold; undefined where nothing is added. */
function storeWith(
  file: PdfFile,
  catalog: PdfDictionary,
  { certificates, revocationLists }: ValidationData,
  update: Update,
): string | undefined {
  const held = validationDataOf(file);
  const former = resolveDictionary(file, catalog.entries.get('DSS'));
  const list = (key: 'Certs' | 'CRLs', ders: readonly Uint8Array[], known: readonly Uint8Array[]): string => {
    const old = resolve(file, former?.entries.get(key));
    const references = old?.kind === 'array' ? old.items.map((item) => sourceOf(file, item)) : [];
    const fresh = ders.filter((der) => !known.some((one) => Buffer.compare(one, der) === 0));
    for (const der of fresh) {
      const number = update.reserve();
      update.put(number, `<< /Length ${der.length} >>\nstream\n${latin1(der, 0, der.length)}\nendstream`);
      references.push(`${number} 0 R`);
    }
    return references.length === 0 ? '' : `/${key} [${references.join(' ')}]`;
  };
  if (certificates.length + revocationLists.length === 0) return undefined;
  const entries = [
    list('Certs', certificates, held.certificates),
    list('CRLs', revocationLists, held.revocationLists),
  ].filter((entry) => entry !== '');
  return `<< /Type /DSS ${entries.join(' ')} >>`;
}

/** What the document security store of a file holds. Throws PdfRefused where it is not well formed. */
export function validationDataOf(file: PdfFile): ValidationData {
  const catalog = resolveDictionary(file, file.trailer.entries.get('Root'));
  const store = resolveDictionary(file, catalog?.entries.get('DSS'));
  const read = (key: 'Certs' | 'CRLs'): Uint8Array[] => {
    const list = resolve(file, store?.entries.get(key));
    if (list === undefined) return [];
    if (list.kind !== 'array' || list.items.length > MOST_EVIDENCE)
      throw new PdfRefused('The document security store is not well formed');
    return list.items.map((item) => {
      const object = item.kind === 'reference' ? file.current.get(item.object) : undefined;
      const bytes = object === undefined ? undefined : contentOf(file, object);
      if (bytes === undefined) throw new PdfRefused('The document security store is not well formed');
      return bytes;
    });
  };
  return { certificates: read('Certs'), revocationLists: read('CRLs') };
}

const MOST_EVIDENCE = 100;

/** Ten digits reach any file this program reads; blanks fill up what the numbers leave. */
const RANGE_PLACE = `[0 ${'*'.repeat(10)} ${'*'.repeat(10)} ${'*'.repeat(10)}]`;

function withRange(written: Buffer, signature: number): PreparedPdf {
  const place = written.indexOf(RANGE_PLACE, signature, 'latin1');
  const start = written.indexOf('/Contents <', place, 'latin1') + '/Contents '.length;
  const end = written.indexOf('>', start, 'latin1') + 1;
  const range = `[0 ${start} ${end} ${written.length - end}]`;
  written.write(range.padEnd(RANGE_PLACE.length, ' '), place, 'latin1');
  return { bytes: new Uint8Array(written), hole: { start, end } };
}

/** Object bodies to append, and the tables that make them a revision. */
class Update {
  readonly #file: PdfFile;
  readonly #bodies = new Map<number, string>();
  #next: number;

  constructor(file: PdfFile) {
    this.#file = file;
    const size = file.trailer.entries.get('Size');
    this.#next = size?.kind === 'number' ? Number(size.text) : 0;
    for (const number of file.current.keys()) this.#next = Math.max(this.#next, number + 1);
  }

  /** The number that is reserved next. */
  get next(): number {
    return this.#next;
  }

  reserve(): number {
    return this.#next++;
  }

  put(number: number, body: string): void {
    this.#bodies.set(number, body);
  }

  write(): { written: Buffer; offsets: ReadonlyMap<number, number> } {
    const { bytes, current, trailer, revisions } = this.#file;
    const numbers = [...this.#bodies.keys()].sort((left, right) => left - right);
    let text = '';
    const offsets = new Map<number, number>();
    const entries = new Map<number, string>();
    for (const number of numbers) {
      const generation = current.get(number)?.generation ?? 0;
      const offset = bytes.length + text.length;
      offsets.set(number, offset);
      entries.set(number, `${String(offset).padStart(10, '0')} ${String(generation).padStart(5, '0')} n \n`);
      text += `${number} ${generation} obj\n${this.#bodies.get(number)}\nendobj\n`;
    }
    const xrefStart = bytes.length + text.length;
    text += 'xref\n';
    for (const [first, count] of runs(numbers)) {
      text += `${first} ${count}\n`;
      for (let number = first; number < first + count; number++) text += entries.get(number) ?? '';
    }
    const id = trailer.entries.get('ID');
    const first = id?.kind === 'array' ? id.items[0] : undefined;
    // The second identifier says which writing this is; made from what is written, so that the bytes stay the same.
    const fresh = createHash('sha256').update(bytes).update(text, 'latin1').digest('hex').slice(0, 32).toUpperCase();
    text += `trailer\n${withEntries(sourceOf(this.#file, trailer), {
      Size: String(this.#next),
      Prev: String(revisions.at(-1)?.xrefStart ?? 0),
      ...(first === undefined ? {} : { ID: `[${sourceOf(this.#file, first)} <${fresh}>]` }),
    })}\nstartxref\n${xrefStart}\n%%EOF\n`;
    return { written: Buffer.concat([bytes, Buffer.from(text, 'latin1')]), offsets };
  }
}

/** Numbers in a row: first and how many. */
function runs(numbers: readonly number[]): [number, number][] {
  const found: [number, number][] = [];
  for (const number of numbers) {
    const last = found.at(-1);
    if (last !== undefined && last[0] + last[1] === number) last[1]++;
    else found.push([number, 1]);
  }
  return found;
}

const sourceOf = (file: PdfFile, value: PdfValue | undefined): string =>
  value === undefined ? '' : latin1(file.bytes, value.start, value.end);

/** The dictionary's text with some entries set; all others keep their bytes. */
function withEntries(dictionary: string, set: Readonly<Record<string, string>>): string {
  const bytes = Buffer.from(dictionary, 'latin1');
  const read = readDictionary(bytes);
  let text = '';
  let kept = 2;
  for (const [key, value] of read.entries)
    if (key in set) {
      text += latin1(bytes, kept, read.keys.get(key));
      kept = value.end;
    }
  text += latin1(bytes, kept, read.end - 2);
  const added = Object.entries(set).map(([key, value]) => `/${key} ${value}`);
  return `<<${text.trimEnd()}\n${added.join('\n')}\n>>`;
}

function readDictionary(bytes: Uint8Array): PdfDictionary {
  const value = new PdfReader(bytes).value();
  if (!isDictionary(value)) throw new PdfRefused('A dictionary is expected');
  return value;
}

const DEEPEST_TREE = 32;

interface FilePage {
  readonly page: PdfDictionary;
  readonly reference: PdfValue & { kind: 'reference' };
}

/** Pages in their order. Throws PdfRefused where there is none. */
function pagesOf(file: PdfFile): FilePage[] {
  const found: FilePage[] = [];
  const seen = new Set<PdfDictionary>();
  const walk = (reference: PdfValue | undefined, depth: number): void => {
    const node = resolveDictionary(file, reference);
    if (node === undefined || reference?.kind !== 'reference' || depth > DEEPEST_TREE || seen.has(node))
      throw new PdfRefused('The file has no page');
    seen.add(node);
    const kids = resolve(file, node.entries.get('Kids'));
    if (kids === undefined) found.push({ page: node, reference });
    else if (kids.kind === 'array') for (const kid of kids.items) walk(kid, depth + 1);
    else throw new PdfRefused('The file has no page');
  };
  walk(resolveDictionary(file, file.trailer.entries.get('Root'))?.entries.get('Pages'), 0);
  if (found.length === 0) throw new PdfRefused('The file has no page');
  return found;
}

function formOf(file: PdfFile): {
  reference: number | undefined;
  dictionary: PdfDictionary | undefined;
  items: readonly PdfValue[];
  names: string[];
} {
  const entry = resolveDictionary(file, file.trailer.entries.get('Root'))?.entries.get('AcroForm');
  const dictionary = resolveDictionary(file, entry);
  const fields = resolve(file, dictionary?.entries.get('Fields'));
  const items = fields?.kind === 'array' ? fields.items : [];
  return {
    reference: entry?.kind === 'reference' && dictionary !== undefined ? entry.object : undefined,
    dictionary,
    items,
    names: items.flatMap((item) => {
      const field = resolveDictionary(file, item);
      return field === undefined ? [] : [textIn(field, 'T') ?? ''];
    }),
  };
}

/** D:YYYYMMDDHHmmSSZ (section 7.9.4). */
const pdfDate = (iso: string): string => `D:${new Date(iso).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
