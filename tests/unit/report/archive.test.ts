/**
 * Papers are kept for decades: PDF/A-3b (ISO 19005-3). Our own reader checks what the standard asks of the file's objects;
 * where PDFBox is installed its Preflight checks the rules of PDF/A-1b, and what A-3 allows beyond them is named one by one.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { attachmentsOf } from '../../../electron/report/attachments.ts';
import { countersign, printMinutes, signedPaper } from '../../../electron/report/index.ts';
import { letterHash, letterOf, signedLetter } from '../../../electron/report/letter.ts';
import { printReport } from '../../../electron/report/pdf.ts';
import { type PdfFile, readPdf, resolve, resolveDictionary } from '../../../electron/report/signing/pdf-file.ts';
import { isDictionary, nameIn, type PdfDictionary } from '../../../electron/report/signing/pdf-syntax.ts';
import { nobody } from '../../../shared/board/attendance.ts';
import { composeReport } from '../../../shared/report/compose.ts';
import { languages } from '../../../shared/report/language.ts';
import { makeIdentity } from '../../support/identity.ts';
import { actionsIn } from '../../support/pdf-actions.ts';
import { reportInput } from './support/input.ts';
import { latin1, opened, Workbench } from './support/signing.ts';

const signedAt = '2026-05-01T14:05:00.000Z';
/** Debian: libpdfbox2-java, libactivation-java, libjaxb-api-java. */
const preflightJars = [
  'preflight',
  'pdfbox2',
  'fontbox2',
  'xmpbox',
  'commons-logging',
  'javax.activation',
  'jaxb-api',
].map((name) => `/usr/share/java/${name}.jar`);
const canPreflight = preflightJars.every(existsSync) && spawnSync('java', ['-version']).error === undefined;
const preflightTitle = canPreflight
  ? 'PDFBox finds nothing that PDF/A-3 does not allow'
  : 'PDFBox finds nothing that PDF/A-3 does not allow (NOT RUN: PDFBox Preflight is not installed)';

/** What ISO 19005-3 allows and 19005-1, the part that Preflight knows, does not: its message, and the clause. */
const allowedSince: readonly (readonly [RegExp, string])[] = [
  [/^4\.1\.2 : Transparency error, (ca|CA) entry in a ExtGState/, '6.2.10 transparency'],
  [/EmbeddedFile entry is present in (a FileSpecification|the Names) dictionary/, '6.8 embedded files'],
  [/The CIDSet entry is missing for the Composite Subset/, '6.2.11.4.2 CIDSet may be left out'],
  [/^5\.3\.1 : .*widget annotation lacks an appearance dictionary/, '6.3.3 a widget of no size needs no appearance'],
];

const papers = new Map<string, Uint8Array>();
beforeAll(async () => {
  const people = await Promise.all(
    ['Dr. Board Signer', 'Prof. José Ñuñez-Łukasz'].map((name) =>
      makeIdentity({
        name,
        notBefore: new Date('2026-01-01T00:00:00Z'),
        notAfter: new Date('2036-01-01T00:00:00Z'),
      }),
    ),
  );
  const [author, reviewer] = await Promise.all(people.map((one) => opened(one, signedAt)));
  if (author === undefined || reviewer === undefined) throw new Error('two people sign');
  const drafted = { ...reportInput(), language: 'de' as const };
  papers.set('draft', (await printReport(composeReport(drafted), drafted, 'draft', attachmentsOf(drafted))).bytes);
  const input = {
    ...reportInput(),
    signature: { signer: author.signer, meaning: 'author' as const, signedAt, algorithm: author.algorithm },
  };
  const { bytes } = await signedPaper(input, author);
  papers.set('signed', bytes);
  papers.set('signed by two', (await countersign(bytes, reviewer, { meaning: 'review', signedAt })).bytes);
  for (const language of languages) {
    const read = letterHash(letterOf(input, language));
    papers.set(`letter ${language}`, (await signedLetter(input, language, read, { identity: author, signedAt })).bytes);
  }
  papers.set(
    'minutes',
    await printMinutes({ meetingId: 'M-1', boardName: 'Thorax', openedAt: signedAt, attendance: nobody, cases: [] }),
  );
});

const dictionariesIn = (file: PdfFile): PdfDictionary[] =>
  [...file.current.values()].flatMap(({ value }) => (isDictionary(value) ? [value] : []));
const ofType = (file: PdfFile, type: string): PdfDictionary[] =>
  dictionariesIn(file).filter((one) => nameIn(one, 'Type') === type);
/** The text of the file's metadata stream, which PDF/A leaves unpacked. */
const metadataOf = (file: PdfFile): string => {
  const catalog = resolveDictionary(file, file.trailer.entries.get('Root'));
  const entry = catalog?.entries.get('Metadata');
  const found = entry?.kind === 'reference' ? file.current.get(entry.object) : undefined;
  if (found?.stream === undefined) throw new Error('the file has no metadata');
  return Buffer.from(file.bytes.subarray(found.stream.start, found.stream.end)).toString('utf8');
};

const names = ['draft', 'signed', 'signed by two', ...languages.map((one) => `letter ${one}`), 'minutes'];
const paper = (name: string): Uint8Array => {
  const found = papers.get(name);
  if (found === undefined) throw new Error(`there is no paper ${name}`);
  return found;
};

describe.each(names)('the paper "%s" can be archived (F088)', (name) => {
  it('says in its metadata that it is PDF/A-3b, and gives its colours a profile', () => {
    const file = readPdf(paper(name));
    const said = metadataOf(file);
    expect(said).toMatch(/<pdfaid:part>3<\/pdfaid:part>\s*<pdfaid:conformance>B<\/pdfaid:conformance>/);
    expect(said).not.toContain('undefined');
    expect([...said.matchAll(/&(?!amp;|lt;|gt;|quot;|apos;|#)/g)]).toEqual([]);
    const [intent, ...more] = ofType(file, 'OutputIntent');
    expect(more).toEqual([]);
    expect(intent && nameIn(intent, 'S')).toBe('GTS_PDFA1');
    expect(resolveDictionary(file, intent?.entries.get('DestOutputProfile'))).toBeDefined();
    expect(latin1(paper(name))).not.toMatch(/\/DeviceCMYK|\/Encrypt\b/);
  });

  it('embeds every font', () => {
    const file = readPdf(paper(name));
    const fonts = ofType(file, 'Font').filter((one) => /^CIDFontType/.test(nameIn(one, 'Subtype') ?? ''));
    expect(fonts.length).toBeGreaterThan(0);
    for (const font of fonts) {
      const descriptor = resolveDictionary(file, font.entries.get('FontDescriptor'));
      const program = descriptor?.entries.get('FontFile2') ?? descriptor?.entries.get('FontFile3');
      expect(resolve(file, program)).toBeDefined();
    }
    // A font that is not of this kind would be one of the fourteen that readers are expected to have.
    expect(ofType(file, 'Font').filter((one) => !/^(Type0|CIDFontType)/.test(nameIn(one, 'Subtype') ?? ''))).toEqual(
      [],
    );
  });

  it('says of each attachment what it is to the pages, and does nothing by itself', () => {
    const file = readPdf(paper(name));
    const catalog = resolveDictionary(file, file.trailer.entries.get('Root'));
    const listed = resolve(file, catalog?.entries.get('AF'));
    const specifications = ofType(file, 'Filespec');
    expect(listed?.kind === 'array' ? listed.items.length : 0).toBe(specifications.length);
    for (const one of specifications) {
      expect(['Source', 'Data', 'Alternative']).toContain(nameIn(one, 'AFRelationship'));
      expect(one.entries.has('F') && one.entries.has('UF')).toBe(true);
    }
    for (const one of ofType(file, 'EmbeddedFile')) expect(nameIn(one, 'Subtype')).toMatch(/\w+(\/|#2F)\w+/);
    expect(actionsIn(Buffer.from(paper(name)))).toEqual([]);
  });

  it('draws each field that has an area', () => {
    const file = readPdf(paper(name));
    for (const field of dictionariesIn(file).filter((one) => nameIn(one, 'Subtype') === 'Widget')) {
      const rectangle = resolve(file, field.entries.get('Rect'));
      const edges = rectangle?.kind === 'array' ? rectangle.items : [];
      expect(field.entries.has('AP')).toBe(edges.some((edge) => edge.kind !== 'number' || Number(edge.text) !== 0));
    }
    if (name === 'signed by two') expect(latin1(paper(name))).toContain('BT\n0 g\n');
  });

  it.skipIf(!canPreflight)(preflightTitle, () => {
    using bench = new Workbench();
    const asPartOne = latin1(paper(name)).replace('<pdfaid:part>3<', '<pdfaid:part>1<');
    const path = bench.put('paper.pdf', Buffer.from(asPartOne, 'latin1'));
    const validator = 'org.apache.pdfbox.preflight.Validator_A1b';
    const { output } = bench.run('java', '-cp', preflightJars.join(':'), validator, path);
    const lines = output.split('\n').filter((line) => /^\d+(\.\d+)* : /.test(line));
    expect(output).toMatch(/PDF\/A-1b file/);
    expect(lines.filter((line) => !allowedSince.some(([message]) => message.test(line)))).toEqual([]);
  });
});
