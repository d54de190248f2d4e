import { createHash } from 'node:crypto';
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

/**
 * Appends one signature field as an incremental update (ISO 32000-2 sections 7.5.6 and 12.8), so that signatures
 * already in the file stay valid. The field is a form field without appearance on the first page; the paper prints its
 * signers in words. The bytes depend on nothing but the arguments. Throws PdfRefused.
 *
 * `contentLimit` is the number of bytes to keep free for the CMS signature.
 */
export function appendSignatureField(
  pdf: Uint8Array,
  words: SignatureWords,
  contentLimit: number,
  evidence: ValidationData = { certificates: [], revocationLists: [] },
): PreparedPdf {
  const endsLine = pdf.at(-1) === 0x0a || pdf.at(-1) === 0x0d;
  const file = readPdf(endsLine ? pdf : Buffer.concat([pdf, Buffer.from('\n')]));
  const update = new Update(file);
  const { page, pageReference } = firstPage(file);
  const signature = update.reserve();
  const field = update.reserve();

  const form = formOf(file);
  const number = 1 + form.names.filter((name) => /^Signature\d+$/.test(name)).length;
  update.put(
    field,
    `<< /Type /Annot /Subtype /Widget /FT /Sig /T ${writeText(`Signature${number}`)} /V ${signature} 0 R /F 132 /Rect [0 0 0 0] /P ${pageReference.object} ${pageReference.generation} R >>`,
  );
  const fields = `[${[...form.references, `${field} 0 R`].join(' ')}]`;
  const catalogReference = file.trailer.entries.get('Root');
  const catalog = resolveDictionary(file, catalogReference);
  if (catalog === undefined || catalogReference?.kind !== 'reference') throw new PdfRefused('The file has no catalog');
  const catalogEntries: Record<string, string> = {};
  if (form.reference === undefined) {
    const written = update.reserve();
    const inline = form.dictionary === undefined ? '<< >>' : sourceOf(file, form.dictionary);
    update.put(written, withEntries(inline, { Fields: fields, SigFlags: '3' }));
    catalogEntries.AcroForm = `${written} 0 R`;
  } else {
    update.put(form.reference, withEntries(sourceOf(file, form.dictionary), { Fields: fields, SigFlags: '3' }));
  }
  // Stands in the signature's own revision, so that the signature covers it: no byte of it can change unseen.
  const store = storeWith(file, catalog, evidence, update);
  if (store !== undefined) catalogEntries.DSS = store;
  if (Object.keys(catalogEntries).length > 0)
    update.put(catalogReference.object, withEntries(sourceOf(file, catalog), catalogEntries));
  const annotations = resolve(file, page.entries.get('Annots'));
  const before = annotations?.kind === 'array' ? annotations.items.map((item) => sourceOf(file, item)) : [];
  update.put(
    pageReference.object,
    withEntries(sourceOf(file, page), { Annots: `[${[...before, `${field} 0 R`].join(' ')}]` }),
  );

  const location = words.location === undefined ? '' : ` /Location ${writeText(words.location)}`;
  update.put(
    signature,
    `<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange ${RANGE_PLACE} /Contents <${'0'.repeat(2 * contentLimit)}> /Name ${writeText(words.name)} /Reason ${writeText(words.reason)}${location} /M (${pdfDate(words.signedAt)}) >>`,
  );
  const { written, offsets } = update.write();
  return withRange(written, offsets.get(signature) ?? 0);
}

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

function firstPage(file: PdfFile): { page: PdfDictionary; pageReference: PdfValue & { kind: 'reference' } } {
  let reference = resolveDictionary(file, file.trailer.entries.get('Root'))?.entries.get('Pages');
  for (let depth = 0; depth < DEEPEST_TREE; depth++) {
    const node = resolveDictionary(file, reference);
    if (node === undefined || reference?.kind !== 'reference') break;
    const kids = resolve(file, node.entries.get('Kids'));
    if (kids === undefined) return { page: node, pageReference: reference };
    if (kids.kind !== 'array') break;
    reference = kids.items[0];
  }
  throw new PdfRefused('The file has no page');
}

function formOf(file: PdfFile): {
  reference: number | undefined;
  dictionary: PdfDictionary | undefined;
  references: string[];
  names: string[];
} {
  const entry = resolveDictionary(file, file.trailer.entries.get('Root'))?.entries.get('AcroForm');
  const dictionary = resolveDictionary(file, entry);
  const fields = resolve(file, dictionary?.entries.get('Fields'));
  const items = fields?.kind === 'array' ? fields.items : [];
  return {
    reference: entry?.kind === 'reference' && dictionary !== undefined ? entry.object : undefined,
    dictionary,
    references: items.map((item) => sourceOf(file, item)),
    names: items.flatMap((item) => {
      const field = resolveDictionary(file, item);
      return field === undefined ? [] : [textIn(field, 'T') ?? ''];
    }),
  };
}

/** D:YYYYMMDDHHmmSSZ (section 7.9.4). */
const pdfDate = (iso: string): string => `D:${new Date(iso).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
