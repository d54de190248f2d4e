/** The committed sample cases are what the generator makes, byte for byte. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bgzip } from '../../../sample-cases/generate/bgzip.ts';
import { folderOf, sampleCases } from '../../../sample-cases/generate/main.ts';
import { seeded } from '../../../sample-cases/generate/random.ts';
import { CaseRecord } from '../../../shared/case/case-record.ts';

const samples = resolve(import.meta.dirname, '../../../sample-cases');

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe('sample cases', () => {
  const made = sampleCases();

  it('F041 the generator gives the committed bytes, and nothing else is committed', () => {
    const folders = readdirSync(samples, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    expect(folders.map(({ name }) => name).sort()).toEqual([...made.map(({ name }) => name), 'generate'].sort());
    for (const one of made) {
      const contents = folderOf(one);
      expect(filesUnder(join(samples, one.name)), one.name).toEqual(Object.keys(contents).sort());
      for (const [path, bytes] of Object.entries(contents))
        expect(readFileSync(join(samples, one.name, path)).equals(Buffer.from(bytes)), `${one.name}/${path}`).toBe(
          true,
        );
    }
  });

  it.each(made.map((one) => [one.name, one] as const))(
    '%s is a valid record of a synthetic patient',
    (_, { record, files }) => {
      const parsed = CaseRecord.parse(record);
      expect(parsed.synthetic).toBe(true);
      expect(parsed.patient.pseudonym).toMatch(/^[A-Z][a-z]+ \d{2,3}$/);
      const named = [...parsed.files, ...parsed.documents, ...parsed.images].map(({ path }) => path);
      expect(named.sort()).toEqual(Object.keys(files).sort());
      const assays = new Map(parsed.assays.map((assay) => [assay.id, assay]));
      const specimens = new Set(parsed.specimens.map(({ id }) => id));
      for (const file of parsed.files) expect(assays.get(file.assayId)?.modalities).toContain(file.modality);
      for (const assay of parsed.assays) {
        expect(specimens).toContain(assay.specimenId);
        if (assay.normalSpecimenId !== undefined) expect(specimens).toContain(assay.normalSpecimenId);
      }
      // Nothing happens before the diagnosis or out of order.
      const dates = parsed.course.map(({ date }) => date ?? '');
      expect(dates).toEqual([...dates].sort());
    },
  );

  it('all modalities occur, and together they stay small', () => {
    const modalities = new Set(made.flatMap(({ record }) => (record.files ?? []).map(({ modality }) => modality)));
    expect([...modalities].sort()).toEqual([
      'biomarkers',
      'copy-number-genes',
      'copy-number-segments',
      'expression',
      'fusions',
      'germline-variants',
      'protein',
      'somatic-variants',
    ]);
    const bytes = filesUnder(samples).reduce((sum, path) => sum + statSync(join(samples, path)).size, 0);
    expect(bytes).toBeLessThan(6_000_000);
  });
});

describe('bgzip of the generator', () => {
  it('is read back whole and ends with the end marker', () => {
    const text = 'chr7\t55191822\t.\tT\tG\n'.repeat(9000);
    const packed = Buffer.from(bgzip(text));
    expect(gunzipSync(packed).toString('utf8')).toBe(text);
    expect(packed.subarray(-28).toString('hex')).toBe('1f8b08040000000000ff0600424302001b0003000000000000000000');
    // Each block says its own length, so a reader may jump from block to block.
    let at = 0;
    let blocks = 0;
    while (at < packed.length) {
      at += packed.readUInt16LE(at + 16) + 1;
      blocks += 1;
    }
    expect(at).toBe(packed.length);
    expect(blocks).toBe(Math.ceil(text.length / 0xff00) + 1);
  });
});

describe('seeded randomness', () => {
  it('repeats under one name and differs under another', () => {
    const draws = (name: string) => {
      const random = seeded(name);
      return Array.from({ length: 50 }, () => random.below(1_000_000));
    };
    expect(draws('a')).toEqual(draws('a'));
    expect(draws('a')).not.toEqual(draws('b'));
  });

  it('normal draws have the stated mean and spread', () => {
    const random = seeded('spread');
    const values = Array.from({ length: 20_000 }, () => random.normal(2, 3));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    expect(mean).toBeCloseTo(2, 1);
    expect(sd).toBeCloseTo(3, 1);
  });

  it('a sample keeps order and repeats nothing', () => {
    const chosen = seeded('sample').sample([1, 2, 3, 4, 5, 6, 7, 8, 9], 5);
    expect(chosen).toHaveLength(5);
    expect(chosen).toEqual([...new Set(chosen)].sort((a, b) => a - b));
  });
});
