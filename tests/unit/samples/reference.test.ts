/**
 * Reference alleles and coordinates of the sample cases against other people's tables, by other ways than the generator's
 * own: a liftOver chain says that both builds' positions are the same place, CIViC's coordinates name the drivers, and
 * every row of every variant file is laid over the coding sequences.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Placed, readFacts } from '../../../sample-cases/generate/facts.ts';
import { OUTSIDE_ABSENT, outside } from '../../support/outside.ts';

type Build = 'GRCh37' | 'GRCh38';
const samples = resolve(import.meta.dirname, '../../../sample-cases');
const kb = outside('kb');
const gunzip = (path: string): string => gunzipSync(readFileSync(path)).toString('utf8');
const table = (path: string): string => gunzip(join(kb ?? '', path));

/** GRCh37 to GRCh38 by the chain file's blocks; undefined where the place has no counterpart or lies on the other strand. */
function liftOver(
  chains: string,
): (chromosome: string, position1: number) => { chromosome: string; position1: number } | undefined {
  const blocks = new Map<string, { start0: number; end: number; to: string; shift: number }[]>();
  for (const chain of chains.split(/\n\n+/)) {
    const [head = '', ...rows] = chain.trim().split('\n');
    const [word, , name = '', , , start, , toName = '', , strand, toStart] = head.split(/\s+/);
    if (word !== 'chain' || strand !== '+' || name.length > 5 || toName !== name) continue;
    let from = Number(start);
    let to = Number(toStart);
    const list = blocks.get(name) ?? [];
    for (const row of rows) {
      const [size = 0, gapFrom = 0, gapTo = 0] = row.split(/\s+/).map(Number);
      list.push({ start0: from, end: from + size, to: toName, shift: to - from });
      from += size + gapFrom;
      to += size + gapTo;
    }
    blocks.set(name, list);
  }
  return (chromosome, position1) => {
    const block = blocks.get(`chr${chromosome}`)?.find(({ start0, end }) => start0 < position1 && position1 <= end);
    return block === undefined ? undefined : { chromosome, position1: position1 + block.shift };
  };
}

/** Base of the plus strand at a place inside a coding exon whose sequence is known. */
function codingBases(build: Build): (chromosome: string, position1: number) => string[] {
  const sequences = new Map<string, string>();
  for (const file of ['transcripts/cds_verified.fasta.gz', 'transcripts/cds_verified_more.fasta.gz'])
    for (const record of table(file).split('>').slice(1)) {
      const end = record.indexOf('\n');
      sequences.set(record.slice(0, record.indexOf(' ')), record.slice(end).replaceAll('\n', ''));
    }
  const exons: { chromosome: string; start0: number; end: number; bases: string }[] = [];
  const [head = '', ...lines] = table('transcripts/cancer_gene_models.tsv.gz').trimEnd().split('\n');
  const column = (name: string) => head.split('\t').indexOf(name);
  const spans = column(build === 'GRCh38' ? 'hg38_cds_exons_0based' : 'hg19_cds_exons_0based');
  for (const line of lines) {
    const fields = line.split('\t');
    let bases = sequences.get(fields[0] ?? '');
    if (bases === undefined || fields[column('same_cds_len')] !== '1') continue;
    if (bases.length !== Number(fields[column('cds_len_hg38')])) continue;
    if (fields[column('strand')] === '-')
      bases = [...bases]
        .reverse()
        .map((base) => 'TGCA'['ACGT'.indexOf(base)] ?? 'N')
        .join('');
    let used = 0;
    for (const span of (fields[spans] ?? '').split(',')) {
      const [start0 = 0, end = 0] = span.split('-').map(Number);
      exons.push({
        chromosome: (fields[column('chr')] ?? '').replace('chr', ''),
        start0,
        end,
        bases: bases.slice(used, used + end - start0),
      });
      used += end - start0;
    }
  }
  return (chromosome, position1) =>
    exons
      .filter((exon) => exon.chromosome === chromosome && exon.start0 < position1 && position1 <= exon.end)
      .map((exon) => exon.bases[position1 - 1 - exon.start0] ?? '');
}

interface Row extends Placed {
  readonly file: string;
  readonly build: Build;
  readonly chromosome: string;
}

/** Every row of every variant file of the samples, as it stands in the file. */
function variantRows(): Row[] {
  const rows: Row[] = [];
  const cases = readdirSync(samples, { withFileTypes: true }).filter(
    (entry) => entry.isDirectory() && entry.name !== 'generate',
  );
  for (const { name } of cases) {
    const folder = join(samples, name, 'files');
    for (const file of readdirSync(folder)) {
      const path = join(folder, file);
      if (/\.maf$/.test(file))
        for (const line of readFileSync(path, 'utf8').trimEnd().split('\n').slice(2)) {
          const fields = line.split('\t');
          rows.push({
            file: `${name}/${file}`,
            build: 'GRCh37',
            chromosome: fields[4] ?? '',
            position1: Number(fields[5]),
            reference: fields[11] ?? '',
            alternate: fields[13] ?? '',
          });
        }
      else if (/\.vcf(\.gz)?$/.test(file)) {
        const text = file.endsWith('.gz') ? gunzip(path) : readFileSync(path, 'utf8');
        const build = text.includes('hs37d5') ? 'GRCh37' : 'GRCh38';
        for (const line of text
          .trimEnd()
          .split('\n')
          .filter((one) => !one.startsWith('#'))) {
          const [chromosome = '', position = '', , reference = '', alternate = ''] = line.split('\t');
          rows.push({
            file: `${name}/${file}`,
            build,
            chromosome: chromosome.replace('chr', ''),
            position1: Number(position),
            reference,
            alternate,
          });
        }
      }
    }
  }
  return rows;
}

describe.skipIf(kb === undefined)(
  `sample cases stand on the reference${kb === undefined ? ` (${OUTSIDE_ABSENT})` : ''}`,
  () => {
    it('every row of every variant file has the reference bases of its build', () => {
      const rows = variantRows();
      expect(rows.length).toBeGreaterThan(1000);
      const bases = { GRCh37: codingBases('GRCh37'), GRCh38: codingBases('GRCh38') };
      const unproved: string[] = [];
      for (const row of rows)
        [...row.reference].forEach((base, i) => {
          const known = bases[row.build](row.chromosome, row.position1 + i);
          const place = `${row.file} ${row.chromosome}:${row.position1 + i}`;
          if (known.length === 0) unproved.push(place);
          else expect(known, place).toContain(base);
        });
      // The TERT promoter lies outside every coding sequence; CIViC's coordinate proves it below. Pharmacogenes are none of
      // the cancer genes.
      const panel = (place: string): boolean => place.startsWith('msi-colorectal/pharmacogenes');
      expect(unproved.filter((place) => !panel(place))).toEqual(['braf-melanoma/panel.maf 5:1295228']);
    });

    it('the pharmacogenetic panel has positions and alleles as PharmCAT lists them', () => {
      const listed = new Set(
        table('pharmcat/pharmcat_positions.grch38.vcf.gz')
          .split('\n')
          .map((line) => line.split('\t'))
          .map(([chromosome, position, , reference, alternate]) =>
            [chromosome, position, reference, alternate].join(' '),
          ),
      );
      const rows = variantRows().filter(({ file }) => file === 'msi-colorectal/pharmacogenes.vcf.gz');
      expect(rows.length).toBeGreaterThan(150);
      for (const { chromosome, position1, reference, alternate } of rows)
        expect(listed).toContain(`chr${chromosome} ${position1} ${reference} ${alternate}`);
    });

    it('both builds of a change are the same place by the liftOver chain', () => {
      const lift = liftOver(table('transcripts/hg19ToHg38.over.chain.gz'));
      const { somatic, germline, passengers, slips } = readFacts();
      const changes = [...Object.values(somatic), ...germline, ...passengers, ...slips];
      const apart = changes.filter(
        ({ chromosome, GRCh37, GRCh38 }) => lift(chromosome, GRCh37.position1)?.position1 !== GRCh38.position1,
      );
      expect(apart.map(({ gene, coding }) => `${gene} ${coding}`)).toEqual([]);
      expect(lift('5', 1_295_228)?.position1).toBe(1_295_113);
    });

    it.each(['GRCh37', 'GRCh38'] as const)('drivers stand where CIViC places them on %s', (build) => {
      const places = table(`civic/cacao_civic_coordinates.${build.toLowerCase()}.2020-12.tsv.gz`);
      const { somatic } = readFacts();
      const at = (id: string): string => {
        const change = somatic[id];
        if (change === undefined) throw new Error(id);
        const { position1, reference, alternate } = change[build];
        return `${change.chromosome}_${position1}_${reference}_${alternate}`;
      };
      for (const id of [
        'egfrL858R',
        'egfrT790M',
        'brafV600E',
        'pik3caH1047R',
        'pik3caE545K',
        'idh1R132C',
        'alkG1202R',
        'tp53R175H',
      ])
        expect(places, `${id} ${at(id)}`).toContain(at(id));
      expect(places).toContain(build === 'GRCh37' ? '5_1295228_G_A' : '5_1295113_G_A');
    });
  },
);
