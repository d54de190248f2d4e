import { createHash } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import { Sha256 } from '../../../shared/foundation/ids.ts';
import { type PdfFile, type PdfObject, resolve, resolveDictionary } from './pdf-file.ts';
import { isDictionary, nameIn, type PdfDictionary, type PdfValue, textIn, textOf } from './pdf-syntax.ts';

/** A file inside the PDF (ISO 32000-2 section 7.11.4), read whole. */
export interface AttachedFile {
  readonly name: string;
  readonly bytes: Buffer;
  readonly sha256: Sha256;
}

export interface Attached {
  readonly files: readonly AttachedFile[];
  /** Why an attachment cannot be told for certain; no content in it. */
  readonly problems: readonly string[];
}

const MOST_FILES = 100;
/** Of one attachment once it is inflated: a whole genome's intake stays far below. */
const LARGEST_ATTACHMENT = 400_000_000;
const DEEPEST_TREE = 16;

/**
 * All embedded files that the catalog's name tree lists. A file that stands in the PDF without being listed, or is
 * listed twice under one name, is a problem: two readers could show two different things.
 */
export function attachedFiles(file: PdfFile): Attached {
  const problems = new Set<string>();
  const catalog = resolveDictionary(file, file.trailer.entries.get('Root'));
  const names = resolveDictionary(file, catalog?.entries.get('Names'));
  const listed = leaves(file, names?.entries.get('EmbeddedFiles'), problems);
  const files = new Map<string, AttachedFile>();
  const used = new Set<number>();
  for (const [key, value] of listed.slice(0, MOST_FILES)) {
    const specification = resolveDictionary(file, value);
    const name = specification === undefined ? undefined : (textIn(specification, 'UF') ?? textIn(specification, 'F'));
    const embedded = resolveDictionary(file, specification?.entries.get('EF'))?.entries.get('F');
    const object = embedded?.kind === 'reference' ? file.current.get(embedded.object) : undefined;
    const bytes = object === undefined ? undefined : contentOf(file, object);
    if (name === undefined || name !== key || object === undefined || bytes === undefined) {
      problems.add('An attached file cannot be read.');
      continue;
    }
    if (files.has(name)) problems.add('Two attached files have the same name.');
    used.add(object.number);
    files.set(name, { name, bytes, sha256: Sha256.parse(createHash('sha256').update(bytes).digest('hex')) });
  }
  if (listed.length > MOST_FILES) problems.add('There are too many attached files.');
  for (const object of file.current.values())
    if (isDictionary(object.value) && nameIn(object.value, 'Type') === 'EmbeddedFile' && !used.has(object.number))
      problems.add('A file stands in the PDF without being listed.');
  return { files: [...files.values()], problems: [...problems] };
}

/** Names and values of a name tree (section 7.9.6). */
function leaves(file: PdfFile, root: PdfValue | undefined, problems: Set<string>): [string, PdfValue][] {
  const found: [string, PdfValue][] = [];
  const walk = (value: PdfValue | undefined, depth: number): void => {
    const node = resolveDictionary(file, value);
    if (node === undefined) return;
    if (depth > DEEPEST_TREE || found.length > MOST_FILES) {
      problems.add('The list of attached files is not well formed.');
      return;
    }
    const pairs = resolve(file, node.entries.get('Names'));
    if (pairs?.kind === 'array')
      for (let index = 0; index + 1 < pairs.items.length; index += 2) {
        const name = textOf(pairs.items[index]);
        const item = pairs.items[index + 1];
        if (name === undefined || item === undefined) problems.add('The list of attached files is not well formed.');
        else found.push([name, item]);
      }
    const kids = resolve(file, node.entries.get('Kids'));
    if (kids?.kind === 'array') for (const kid of kids.items) walk(kid, depth + 1);
  };
  walk(root, 0);
  return found;
}

/** A stream's bytes; undefined where it is coded otherwise than plain or by Flate, or is too large. */
export function contentOf(file: PdfFile, { value, stream }: PdfObject, most = LARGEST_ATTACHMENT): Buffer | undefined {
  if (!isDictionary(value) || stream === undefined) return undefined;
  const raw = Buffer.from(file.bytes.buffer, file.bytes.byteOffset + stream.start, stream.end - stream.start);
  const filter = soleFilter(file, value);
  if (filter === undefined || value.entries.has('DecodeParms')) return undefined;
  if (filter === '') return Buffer.from(raw);
  if (filter !== 'FlateDecode') return undefined;
  try {
    return inflateSync(raw, { maxOutputLength: most });
  } catch {
    return undefined;
  }
}

/** Empty for a stream that is not coded; undefined for a chain of filters. */
function soleFilter(file: PdfFile, dictionary: PdfDictionary): string | undefined {
  const filter = resolve(file, dictionary.entries.get('Filter'));
  if (filter === undefined) return '';
  if (filter.kind === 'name') return filter.name;
  const [first, second] = filter.kind === 'array' ? filter.items : [];
  return second === undefined && first?.kind === 'name' ? first.name : undefined;
}
