/** F002, S41, S45: a laboratory's files and a mapping become draft bundles; what does not fit waits in quarantine with reasons. */
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readBundle } from '../../../electron/case/index.ts';
import {
  checkMapping,
  deliveries,
  type Looked,
  lookOnce,
  mappingFrom,
  quarantined,
  retryDelivery,
} from '../../../electron/exchange/index.ts';
import { createLaboratoryDesk } from '../../../electron/exchange/lab-desk.ts';
import { sealedDrafts, takenFiles } from '../../../electron/exchange/lab-folder.ts';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { exampleMapping, type LabMapping } from '../../../shared/exchange/lab/mapping.ts';
import { readLabTable } from '../../../shared/exchange/lab/table.ts';
import type { MolecularKnowledge } from '../../../shared/molecular/knowledge.ts';
import { create, remove, temporaryFolder } from '../vault/support/vault-at.ts';

let knowledge: MolecularKnowledge;
let folder: string;
const NOW = Date.parse('2026-05-04T10:00:00Z');
const mapping: LabMapping = mappingFrom(exampleMapping, 'example.yaml');

beforeAll(async () => {
  knowledge = (await loadPacks(join(resolve(import.meta.dirname, '../../..'), 'models/knowledge'))).molecular();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drop-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const ORDER = 'Sex;Age;OncoTree;Morphology;Topography;Diagnosis\nm;63;;8140/3;C34.1;Adenokarzinom der Lunge\n';
const VARIANTS =
  'Gene\tChr\tPos\tRef\tAlt\tHGVSc\tHGVSp\tVAF\tDepth\nEGFR\tchr7\t55191822\tT\tG\tc.2573T>G\tp.Leu858Arg\t23.4\t512\n';
const LABS = 'Analyte,Value,Unit,Date\nKreatinin,88.42,µmol/l,03.05.2026\nThrombozyten,212,Gpt/l,2026-05-03\n';

async function drop(files: Readonly<Record<string, string | Uint8Array>>, ageSeconds = 60): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(folder, name), content);
    const at = new Date(NOW - ageSeconds * 1000);
    await utimes(join(folder, name), at, at);
  }
}
const drafts = new Map<string, { bundle: Uint8Array; mappings: readonly { id: string; from: string; to: string }[] }>();
const KEY = (): Uint8Array => new Uint8Array(32).fill(7);
const look = (using = mapping, key?: () => Uint8Array): Promise<Looked[]> =>
  lookOnce({
    folder,
    key,
    mapping: using,
    knowledge,
    now: NOW,
    keep: (id, { bundle, mappings }) => void drafts.set(id, { bundle, mappings }),
  });

describe('drop folder', () => {
  it('turns one delivery into one draft bundle, harmonised, and says nothing twice', async () => {
    await drop({ 'L7.order.csv': ORDER, 'L7.variants.tsv': VARIANTS, 'L7.labs.csv': LABS });
    const [first, more] = await look();
    expect(more).toBeUndefined();
    if (first?.what !== 'draft') throw new Error('no draft');
    const made = drafts.get(first.id);
    const bundle = await readBundle(made?.bundle ?? new Uint8Array());
    if (!bundle.ok) throw new Error(bundle.fault.message);
    const { record } = bundle.value;
    expect(record.diagnosis).toMatchObject({ oncotreeCode: 'LUAD', name: 'Adenokarzinom der Lunge' });
    expect(record.patient).toMatchObject({ sex: 'male', ageYears: 63 });
    // The laboratory's number is in no name and no pseudonym.
    expect(JSON.stringify(record)).not.toContain('L7');
    expect(record.labs).toEqual([
      { name: 'Kreatinin', value: 1.00021, unit: 'mg/dL', date: '2026-05-03' },
      { name: 'Thrombozyten', value: 212, unit: '10*9/L', date: '2026-05-03' },
    ]);
    expect(made?.mappings.map(({ to }) => to)).toEqual(['1.00021 mg/dL', '212 10*9/L', 'LUAD Lung Adenocarcinoma']);
    expect(record.files.map(({ modality }) => modality)).toEqual(['somatic-variants']);
    expect((await readdir(folder)).sort()).toEqual(['taken']);
    // The very same files once more: the same delivery, no second draft.
    await drop({ 'L7.order.csv': ORDER, 'L7.variants.tsv': VARIANTS, 'L7.labs.csv': LABS });
    expect(await look()).toEqual([{ what: 'again', id: first.id, files: 3 }]);
    expect(await look()).toEqual([]);
  });

  it('leaves alone what is still being written, and waits for required files', async () => {
    await drop({ 'A.order.csv': ORDER });
    await drop({ 'B.order.csv': ORDER, 'B.variants.tsv': VARIANTS }, 2);
    await drop({ 'C.variants.tsv.part': VARIANTS, '.C.order.csv': ORDER, 'stray.docx': 'x' });
    expect(await look()).toEqual([]);
    const { deliveries: waiting, strangers } = await deliveries(folder, mapping, NOW);
    expect(waiting.map(({ name, state, missing }) => [name, state, missing])).toEqual([
      ['A', 'incomplete', ['variants']],
      ['B', 'being-written', []],
    ]);
    expect(strangers).toBe(1);
    expect(await readdir(folder)).toHaveLength(6);
  });

  it('quarantines with file, line, field and remedy and no value, and takes the files again', async () => {
    const broken = `${VARIANTS.replace('23.4', '234').replace('EGFR', '9-Sep')}KRAS\tchr12\t25245350\tC\n`;
    await drop({ 'SECRET.order.csv': ORDER.replace('m;63', 'x;163'), 'SECRET.variants.tsv': broken });
    const [found] = await look();
    if (found?.what !== 'quarantined') throw new Error('not in quarantine');
    expect(found.reasons.map(({ code, place }) => [code, place])).toEqual([
      ['field-invalid', { file: 'order', line: 2, field: 'patient.sex' }],
      ['field-invalid', { file: 'order', line: 2, field: 'patient.ageYears' }],
      ['line-invalid', { file: 'variants', line: 3 }],
      ['field-invalid', { file: 'variants', line: 2, field: 'gene' }],
      ['field-invalid', { file: 'variants', line: 2, field: 'alleleFraction' }],
    ]);
    expect(JSON.stringify(found.reasons)).not.toMatch(/SECRET|163|234/);
    expect(found.reasons.every(({ remedy }) => remedy.length > 5)).toBe(true);
    const [kept] = await quarantined(folder);
    expect(kept).toMatchObject({ id: found.id, files: 2, reasons: found.reasons });
    expect(await readdir(folder)).toEqual(['quarantine']);
    // Retried unchanged it comes to the same place; corrected it becomes a draft.
    expect(await retryDelivery(folder, found.id)).toBe(2);
    expect((await look())[0]).toMatchObject({ what: 'quarantined', id: found.id });
    await retryDelivery(folder, found.id);
    await drop({ 'SECRET.order.csv': ORDER, 'SECRET.variants.tsv': VARIANTS });
    expect((await look())[0]).toMatchObject({ what: 'draft' });
    expect(await quarantined(folder)).toEqual([]);
    await expect(retryDelivery(folder, '../../etc')).rejects.toMatchObject({ fault: { code: 'not-found' } });
  });

  it.each<[string, Readonly<Record<string, string | Uint8Array>>, string]>([
    ['1e400 for a position', { 'variants.tsv': VARIANTS.replace('55191822', '1e400') }, 'variants'],
    ['1e400 for a value', { 'labs.csv': LABS.replace('212', '1e400') }, 'laboratory values'],
    ['the year 0000', { 'labs.csv': LABS.replace('2026-05-03', '0000-05-03') }, 'laboratory values'],
    ['the year 9999', { 'labs.csv': LABS.replace('03.05.2026', '03.05.9999') }, 'laboratory values'],
    ['the 31st of June', { 'labs.csv': LABS.replace('03.05.2026', '31.06.2026') }, 'laboratory values'],
    ['Latin-1', { 'labs.csv': Buffer.from(LABS, 'latin1') }, 'laboratory values'],
    ['UTF-16', { 'variants.tsv': Buffer.from(`\ufeff${VARIANTS}`, 'utf16le') }, 'variants'],
    ['NUL bytes', { 'variants.tsv': new Uint8Array(4096) }, 'variants'],
    ['a page', { 'variants.tsv': '<!doctype html><html><body>502</body></html>' }, 'variants'],
    ['__proto__ for a heading', { 'variants.tsv': VARIANTS.replace('Gene', '__proto__') }, 'variants'],
    ['no rows of what is required', { 'order.csv': 'Sex;Age\n' }, 'order'],
  ])('%s goes to quarantine with its file, and nothing of the delivery becomes a draft', async (_, files, file) => {
    const all = { 'order.csv': ORDER, 'variants.tsv': VARIANTS, ...files };
    await drop(Object.fromEntries(Object.entries(all).map(([name, content]) => [`B1.${name}`, content])));
    const before = drafts.size;
    const [found] = await look();
    if (found?.what !== 'quarantined') throw new Error(JSON.stringify(found));
    expect(found.reasons[0]?.place?.file).toBe(file);
    expect(found.reasons.every(({ remedy }) => remedy.length > 5)).toBe(true);
    expect(JSON.stringify(found.reasons)).not.toMatch(/1e400|9999|0000-|__proto__/);
    expect(drafts.size).toBe(before);
    expect(await readdir(folder)).toEqual(['quarantine']);
  });

  it('a draft that cannot be kept moves nothing; the next look makes it', async () => {
    await drop({ 'L1.order.csv': ORDER, 'L1.variants.tsv': VARIANTS });
    await expect(
      lookOnce({ folder, mapping, knowledge, now: NOW, keep: () => Promise.reject(new Error('disk')) }),
    ).rejects.toThrow('disk');
    expect((await readdir(folder)).sort()).toEqual(['L1.order.csv', 'L1.variants.tsv']);
    expect((await look())[0]).toMatchObject({ what: 'draft' });
  });

  it('keeps a VCF byte by byte, and refuses what is no text where text is wanted', async () => {
    const withVcf = mappingFrom(
      exampleMapping.replace(/ {2}- name: variants[\s\S]*? {2}- name: laboratory/, () =>
        [
          '  - name: calls',
          "    match: '\\.vcf$'",
          '    required: true',
          '    read: file',
          '    modality: somatic-variants',
          '    genomeBuild: GRCh38',
          '  - name: laboratory',
        ].join('\n'),
      ),
      'm.yaml',
    );
    const vcf =
      '##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n7\t55191822\t.\tT\tG\t.\tPASS\t.\n';
    await drop({ 'L2.order.csv': ORDER, 'L2.vcf': vcf });
    const [first] = await look(withVcf);
    if (first?.what !== 'draft') throw new Error(JSON.stringify(first));
    const bundle = await readBundle(drafts.get(first.id)?.bundle ?? new Uint8Array());
    if (!bundle.ok) throw new Error(bundle.fault.message);
    const [file] = bundle.value.record.files;
    expect(file).toMatchObject({ path: 'files/delivered-1.vcf', assayId: 'panel' });
    await drop({ 'L3.order.csv': new Uint8Array([0x53, 0xe4, 0x0a]), 'L3.vcf': vcf });
    expect((await look(withVcf))[0]).toMatchObject({
      what: 'quarantined',
      reasons: [{ code: 'line-invalid', place: { file: 'order' } }],
    });
  });
});

describe('files at rest (F101)', () => {
  const onDisk = async (): Promise<string> => {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    const texts = entries.map(async (entry) =>
      entry.isFile() ? `${entry.name} ${await readFile(join(entry.parentPath, entry.name), 'latin1')}` : entry.name,
    );
    return (await Promise.all(texts)).join('\n');
  };
  const broken = VARIANTS.replace('23.4', '234');

  it('with a key nothing of a delivery stays readable, neither a name nor a value, and all of it comes back', async () => {
    await drop({
      'L7.order.csv': ORDER,
      'L7.variants.tsv': VARIANTS,
      'BAD.order.csv': ORDER,
      'BAD.variants.tsv': broken,
    });
    expect(await onDisk()).toMatch(/L7[\s\S]*EGFR/);
    const looked = await look(mapping, KEY);
    expect(looked.map(({ what }) => what).sort()).toEqual(['draft', 'quarantined']);
    expect(await onDisk()).not.toMatch(/L7|BAD|EGFR|Adenokarzinom|55191822/);
    const [draft] = await sealedDrafts(folder, KEY);
    expect(draft).toMatchObject({ files: 2, mapping: { id: mapping.id } });
    const files = await takenFiles(folder, draft?.id ?? '', KEY);
    expect(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual([
      ['L7.order.csv', ORDER],
      ['L7.variants.tsv', VARIANTS],
    ]);
    const [held] = await quarantined(folder);
    expect(held).toMatchObject({ files: 2 });
    const id = held?.id ?? '';
    await expect(retryDelivery(folder, id)).rejects.toMatchObject({ fault: { code: 'locked' } });
    await expect(retryDelivery(folder, id, () => new Uint8Array(32))).rejects.toMatchObject({
      fault: { code: 'vault-damaged' },
    });
    expect(await retryDelivery(folder, id, KEY)).toBe(2);
    expect(await readFile(join(folder, 'BAD.variants.tsv'), 'utf8')).toBe(broken);
    // The age they had: a retry is not taken for a file that is still being written.
    expect((await look(mapping, KEY))[0]).toMatchObject({ what: 'quarantined', id });
    await drop({ 'L7.order.csv': ORDER, 'L7.variants.tsv': VARIANTS });
    expect(await look(mapping, KEY)).toEqual([{ what: 'again', id: draft?.id, files: 2 }]);
    expect(await onDisk()).not.toMatch(/L7|BAD/);
  });

  it('a changed or moved sealed file is found', async () => {
    await drop({ 'L7.order.csv': ORDER, 'L7.variants.tsv': VARIANTS });
    const [made] = await look(mapping, KEY);
    const at = join(folder, 'taken', made?.id ?? '');
    const bytes = await readFile(join(at, '1.sealed'));
    // What an earlier version sealed for whoever unlocked is still read, with the key of then.
    for (const name of ['0.sealed', '1.sealed', '2.sealed']) {
      const now = await readFile(join(at, name));
      await writeFile(join(at, name), Buffer.concat([Buffer.from('CLD1'), now.subarray(4)]));
    }
    const then = (of?: 'now' | 'before') => (of === 'before' ? KEY() : new Uint8Array(32));
    expect(await takenFiles(folder, made?.id ?? '', then)).toHaveLength(2);
    await writeFile(join(at, '2.sealed'), bytes);
    await expect(takenFiles(folder, made?.id ?? '', KEY)).rejects.toMatchObject({ fault: { code: 'vault-damaged' } });
  });

  it('a site that keeps its files has them as they came; what lies there is sealed once it no longer does', async () => {
    const keeping = { ...mapping, keepFiles: true };
    await drop({
      'L7.order.csv': ORDER,
      'L7.variants.tsv': VARIANTS,
      'BAD.order.csv': ORDER,
      'BAD.variants.tsv': broken,
    });
    await look(keeping, KEY);
    expect(await onDisk()).toMatch(/L7[\s\S]*EGFR/);
    await look(mapping, KEY);
    expect(await onDisk()).not.toMatch(/L7|BAD|EGFR/);
    expect(await quarantined(folder)).toMatchObject([{ files: 2, reasons: [{ place: { line: 2 } }] }]);
  });
});

describe('mapping', () => {
  const issues = (text: string) => {
    const read = checkMapping(text);
    return 'issues' in read ? read.issues : [];
  };
  it('says line and field of what is wrong while it is typed', () => {
    expect(issues('mapping: 1\nid: [')).toMatchObject([{ line: 2 }]);
    const wrong = exampleMapping
      .replace('      gene: Gene', '      gen: Gene')
      .replace('    read: labs', '    read: lab')
      .replace("case: '^", "case: '^(a+)+");
    expect(issues(wrong).map(({ line, field }) => [line, field])).toEqual(
      expect.arrayContaining([
        [expect.any(Number), 'files[1].fields.gen'],
        [expect.any(Number), 'case'],
        [expect.any(Number), 'files[2].read'],
      ]),
    );
    expect(issues(wrong).every(({ line }) => line !== undefined && line > 1)).toBe(true);
  });
  it.each([
    ['a later version', exampleMapping.replace('mapping: 1', 'mapping: 2'), /version 1/],
    ['an alias bomb', 'mapping: 1\na: &a [1,1]\nb: *a\n', /alias/],
    ['deep nesting', `mapping: ${'['.repeat(100_000)}`, /deep/],
    ['names of prototypes', `${exampleMapping}__proto__: { a: 1 }\n`, /./],
    ['a list', '- 1\n', /expected/],
    ['nothing', '', /expected/],
    ['no required file', exampleMapping.replaceAll('required: true', 'required: false'), /required/],
  ])('refuses %s', (_, text, words) => {
    expect(issues(text)[0]?.message).toMatch(words);
  });
  it('reads tables with quotes, line ends of every kind and a byte order mark', () => {
    const { table, flaws } = readLabTable('\uFEFF# lab\r\na;"b ""x"""\r\n"1\n2";3\r\n\r\n4;5;6\r\n', 'auto');
    expect(table.head).toEqual(['a', 'b "x"']);
    expect(table.rows).toEqual([{ line: 3, cells: ['1\n2', '3'] }]);
    expect(flaws.map(({ line }) => line)).toEqual([6]);
    expect(readLabTable('a,b\n"1,2\n', 'auto').flaws).toMatchObject([{ line: 2 }]);
  });
});

describe('the watch', () => {
  it('takes nothing that came after it was turned off, though a look was just beginning', async () => {
    const at = temporaryFolder();
    const vault = await create(at);
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const desk = createLaboratoryDesk({
      vault: () => vault,
      isOpen: () => true,
      cases: { import: () => expect.unreachable('no draft is taken') },
      clock: { now: () => new Date(NOW).toISOString() },
      knowledge: () => knowledge,
      folder,
    });
    try {
      const { mapping: before } = await desk.desk();
      const { sha256: previous } = before;
      await desk.save(before.text.replace('settleSeconds: 10', 'settleSeconds: 0'), previous);
      await desk.setWatch(true);
      vi.advanceTimersByTime(5_000);
      await desk.setWatch(false);
      for (const [name, content] of Object.entries({ 'L1.order.csv': ORDER, 'L1.variants.tsv': VARIANTS }))
        await writeFile(join(folder, 'drop', name), content);
      vi.advanceTimersByTime(60_000);
      await new Promise((done) => setTimeout(done, 100));
      expect((await readdir(join(folder, 'drop'))).filter((name) => name.startsWith('L1'))).toHaveLength(2);
      expect(await desk.look()).toBe(1);
    } finally {
      desk.end();
      vi.useRealTimers();
      vault.lock();
      remove(at);
    }
  });
});
