import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { loadPacks } from '../../../electron/knowledge/index.ts';
import { pharmacogenes, pharmacogenesOfCase } from '../../../electron/therapy/index.ts';
import { actionWords, changedWords, drugAdvice, drugName, geneWords } from '../../../shared/therapy/pgx/advice.ts';
import type { GeneDefinition, PgxKnowledge } from '../../../shared/therapy/pgx/definitions.ts';
import type { PgxDocument } from '../../../shared/therapy/pgx/document.ts';
import { compareAlleles } from '../../../shared/therapy/pgx/names.ts';
import { readOutsideCalls } from '../../../shared/therapy/pgx/outside-calls.ts';
import { interpret } from '../../../shared/therapy/pgx/phenotype.ts';
import { recommend } from '../../../shared/therapy/pgx/recommend.ts';

const packs = await loadPacks(resolve(import.meta.dirname, '../../../models/knowledge'));
const knowledge = packs.pharmacogenes() as PgxKnowledge;

const definition = (gene: string): GeneDefinition => {
  const found = knowledge.definitions.find((one) => one.gene === gene);
  if (found === undefined) throw new Error(`no ${gene}`);
  return found;
};

interface Change {
  readonly gt?: string;
  readonly alt?: string;
  readonly ref?: string;
}

/** Every position of the genes as reference, but for what is told by rsid; null leaves the row out. */
function vcf(
  genes: readonly string[],
  changes: Readonly<Record<string, Change | null>> = {},
  { build = 'GRCh38', samples = ['P'] }: { build?: 'GRCh37' | 'GRCh38'; samples?: readonly string[] } = {},
): string {
  const rows = genes.map(definition).flatMap(({ chromosome, positions }) =>
    positions.flatMap(({ grch38, grch37, rsid, ref, alts }) => {
      const change = changes[rsid ?? ''];
      const at = build === 'GRCh38' ? grch38 : grch37;
      if (change === null || at === undefined) return [];
      const gt = change?.gt ?? '0/0';
      const cells = [
        `chr${chromosome}`,
        at,
        rsid ?? '.',
        change?.ref ?? ref,
        change?.alt ?? alts.join(','),
        '.',
        '.',
        '.',
        gt.includes(':') ? 'GT:PS' : 'GT',
        ...samples.map(() => gt),
      ];
      return [cells.join('\t')];
    }),
  );
  const columns = ['#CHROM', 'POS', 'ID', 'REF', 'ALT', 'QUAL', 'FILTER', 'INFO', 'FORMAT', ...samples].join('\t');
  return `##fileformat=VCFv4.2\n##contig=<ID=chr1,assembly=${build}>\n${columns}\n${rows.join('\n')}\n`;
}

async function read(text: string | Uint8Array, more: { sample?: string; outside?: string } = {}) {
  return await pharmacogenes(
    {
      source: typeof text === 'string' ? Buffer.from(text) : text,
      name: 'germline.vcf',
      ...(more.sample === undefined ? {} : { sample: more.sample }),
      ...(more.outside === undefined ? {} : { outsideCalls: { name: 'calls.tsv', text: more.outside } }),
    },
    packs,
  );
}

async function documentOf(text: string | Uint8Array, more: { sample?: string; outside?: string } = {}) {
  const result = await read(text, more);
  if (!result.ok) throw new Error(result.fault.message);
  return result.value;
}

const geneOf = (document: PgxDocument, gene: string) => {
  const found = document.genes.find((one) => one.gene === gene);
  if (found === undefined) throw new Error(`no ${gene}`);
  return found;
};

async function faultOf(text: string | Uint8Array, more: { sample?: string; outside?: string } = {}) {
  const result = await read(text, more);
  if (result.ok) throw new Error('it was read');
  return result.fault;
}

describe('named alleles (F043)', () => {
  it('unphased data that fit two pairs keep the better one, and the other beside it', async () => {
    const changes = { rs12248560: { gt: '0/1' }, rs28399504: { gt: '0/1' }, rs3758581: { gt: '1/1' } };
    const gene = geneOf(await documentOf(vcf(['CYP2C19'], changes)), 'CYP2C19');
    expect(gene.diplotypes).toEqual(['*1/*4']);
    expect(gene.otherDiplotypes).toEqual(['*4/*17']);
    expect(gene.phased).toBe(false);
    const cis = { rs12248560: { gt: '1|0' }, rs28399504: { gt: '0|1' }, rs3758581: { gt: '1|1' } };
    expect(geneOf(await documentOf(vcf(['CYP2C19'], cis)), 'CYP2C19').diplotypes).toEqual(['*4/*17']);
    const sets = { rs12248560: { gt: '1|0:1' }, rs28399504: { gt: '0|1:2' }, rs3758581: { gt: '1/1' } };
    expect(geneOf(await documentOf(vcf(['CYP2C19'], sets)), 'CYP2C19').diplotypes).toEqual(['*1/*4']);
  });

  it('every fitting diplotype carries what it would mean, and all are reported where that is asked', async () => {
    const text = vcf(['CYP2C19'], { rs12248560: { gt: '0/1' }, rs28399504: { gt: '0/1' }, rs3758581: { gt: '1/1' } });
    const gene = geneOf(await documentOf(text), 'CYP2C19');
    expect(gene.otherCalls?.map(({ diplotype, phenotype }) => [diplotype, phenotype])).toEqual([
      ['*4/*17', 'Intermediate Metabolizer'],
    ]);
    const all = await pharmacogenes({ source: Buffer.from(text), name: 'g.vcf', allDiplotypes: true }, packs);
    if (!all.ok) throw new Error(all.fault.message);
    expect(geneOf(all.value, 'CYP2C19')).toMatchObject({ diplotypes: ['*1/*4', '*4/*17'], otherDiplotypes: [] });
  });

  it('a site written as heterozygous of which only one allele has reads is left out with its line', async () => {
    const rows = vcf(['CYP3A5'], { rs776746: { gt: '0/1' } });
    const withDepths = (depths: string) =>
      rows.replace(/(rs776746.*)GT\t0\/1/, (_, before: string) => `${before}GT:AD\t0/1:${depths}`);
    const doubtful = await documentOf(withDepths('30,0,0'));
    expect(geneOf(doubtful, 'CYP3A5').missingPositions.map(({ rsid }) => rsid)).toEqual(['rs776746']);
    expect(doubtful.warnings.join()).toContain('only one allele has reads');
    expect(geneOf(await documentOf(withDepths('14,16,0')), 'CYP3A5').missingPositions).toEqual([]);
    expect(geneOf(await documentOf(withDepths('.')), 'CYP3A5').missingPositions).toEqual([]);
  });

  it.each<[string, readonly (readonly [alt: string, gt: string])[], string[]]>([
    [
      'each with the other as reference',
      [
        ['CATAT', '1/0'],
        ['C', '0/1'],
      ],
      ['*28/*36'],
    ],
    [
      'each with the other left open',
      [
        ['CATAT', '1/.'],
        ['C', './1'],
      ],
      ['*28/*36'],
    ],
    [
      'phased',
      [
        ['CATAT', '1|0'],
        ['C', '0|1'],
      ],
      ['*28/*36'],
    ],
    [
      'one that is not borne first',
      [
        ['C', '0/0'],
        ['CATAT', '0/1'],
      ],
      ['*1/*28'],
    ],
    [
      'symbolic alleles beside them',
      [
        ['C,<*>', '0/0'],
        ['CATAT,<*>', '1/1'],
      ],
      ['*28/*28'],
    ],
    [
      'more alleles than strands',
      [
        ['CATAT', '1/1'],
        ['C', '0/1'],
      ],
      [],
    ],
    [
      'a strand that no row tells',
      [
        ['CATAT', './1'],
        ['C', '0/0'],
      ],
      [],
    ],
  ])('rows of a site with several alleles are one genotype: %s', async (_, rows, diplotypes) => {
    const text = vcf(['UGT1A1'], { rs3064744: null }).concat(
      ...rows.map(([alt, gt]) => `chr2\t233760233\trs3064744\tCAT\t${alt}\t.\t.\t.\tGT\t${gt}\n`),
    );
    const { diplotypes: seen, missingPositions } = geneOf(await documentOf(text), 'UGT1A1');
    // The reference allele is defined at the site alone: without it *1 may be any of them.
    expect([seen.length === 1 && missingPositions.length === 0 ? seen : []]).toEqual([diplotypes]);
  });

  // The repeat of UGT1A1 and the run of CYP3A4 as callers, normalizers and older tools write them.
  it.each([
    ['UGT1A1', 233760233, 'the table', '233760233 CAT CATAT 0/1', '*1/*28'],
    ['UGT1A1', 233760233, 'fewest bases', '233760233 C CAT 0/1', '*1/*28'],
    ['UGT1A1', 233760233, 'shifted right to the end', '233760248 A ATA 0/1', '*1/*28'],
    ['UGT1A1', 233760233, 'shifted within', '233760236 A ATA 1/1', '*28/*28'],
    ['UGT1A1', 233760233, 'a base before', '233760232 GC GCAT 0/1', '*1/*28'],
    ['UGT1A1', 233760233, 'bases behind', '233760233 CATATATAT CATATATATAT 0/1', '*1/*28'],
    ['UGT1A1', 233760233, 'a row for each allele', '233760233 C CAT 0/1;233760233 CAT C 0/1', '*28/*36'],
    ['UGT1A1', 233760233, 'two rows shifted', '233760241 T TAT 0/1;233760245 TAT T 1/0', '*28/*36'],
    ['UGT1A1', 233760233, 'several at one site', '233760233 CAT CATAT,C 1/2', '*28/*36'],
    ['UGT1A1', 233760233, 'longer than any allele', '233760241 T TATATATAT 0/1', 'missing'],
    ['UGT1A1', 233760233, 'other bases of the genome', '233760240 G GAT 0/1', 'missing'],
    ['UGT1A1', 233760233, 'deleted without its bases', '233760100 C <DEL> 0/1', 'missing'],
    ['CYP3A4', 99758183, 'shifted right to the end', '99758188 T TT 0/1', '*1/*20'],
    ['CYP3A4', 99758183, 'fewest bases', '99758183 G GT 0/1', '*1/*20'],
    ['CYP3A4', 99758183, 'an open row elsewhere', '99758188 T TT ./.', 'missing'],
    ['CYP3A4', 99758183, 'a deletion over it', '99758180 CCCG C 0/1', 'missing'],
  ] as const)('%s at %d, written %s, is the same change', async (gene, at, _, rows, expected) => {
    const others = vcf([gene]).split('\n');
    const chromosome = definition(gene).chromosome;
    const written = rows.split(';').map((row) => {
      const [place, ref, alt, gt] = row.split(' ');
      const info = alt === '<DEL>' ? 'END=233760300' : '.';
      return [`chr${chromosome}`, place, '.', ref, alt, '.', '.', info, 'GT', gt].join('\t');
    });
    const text = [...others.filter((line) => line !== '' && !line.includes(`\t${at}\t`)), ...written, ''];
    const { missingPositions, diplotypes } = geneOf(await documentOf(text.join('\n')), gene);
    const gone = missingPositions.some(({ position }) => position === at);
    expect(gone ? 'missing' : diplotypes.filter((one) => !one.includes('80')).join()).toBe(expected);
  });

  it('a deletion takes the base of a change within it, an insertion beside it takes none', async () => {
    const base = vcf(['CYP2C19'], { rs3758581: { gt: '1/1' } });
    const over = (row: string) => `${base.replace(/.*rs12248560.*\n/, '')}${row}\n`;
    const at = definition('CYP2C19').positions.find(({ rsid }) => rsid === 'rs12248560')?.grch38 ?? 0;
    const row = (start: number, ref: string, alt: string, gt: string) =>
      ['chr10', start, '.', ref, alt, '.', '.', '.', 'GT', gt].join('\t');
    const seen = async (text: string) => geneOf(await documentOf(text), 'CYP2C19');
    const missing = async (text: string) => (await seen(text)).missingPositions.map(({ rsid }) => rsid);
    expect(await missing(over(row(at - 2, 'AAC', 'A', '0/1')))).toEqual(['rs12248560']);
    expect(await missing(over(row(at - 2, 'AAC', 'A', '0/0')))).toEqual(['rs12248560']);
    expect(await missing(`${base}${row(at - 2, 'AAC', 'A', '0/0')}\n`)).toEqual([]);
    expect((await seen(over(row(at - 1, 'AC', 'GT', '0/1')))).diplotypes).toEqual(['*1/*17']);
    expect((await seen(over(row(at - 1, 'ACG', 'ATG,GTG', '1/2')))).diplotypes).toEqual(['*17/*17']);
  });

  it('rows that tell one position differently leave it out with the line', async () => {
    const text = `${vcf(['CYP3A4'])}${['chr7', 99758188, '.', 'T', 'TT', '.', '.', '.', 'GT', '0/1'].join('\t')}\n`;
    const document = await documentOf(text);
    expect(geneOf(document, 'CYP3A4').missingPositions.map(({ position }) => position)).toEqual([99758183]);
    expect(document.warnings.join()).toMatch(/Line \d+: rs67666821 was left out: rows of the file tell it differently/);
  });

  it('what CPIC changed after the text held here says so, with the day; what it did not does not', () => {
    const days = (drug: string, source = 'CPIC') => [
      ...new Set(
        knowledge.recommendations
          .filter((one) => one.drugs.includes(drug) && one.source === source)
          .map(({ changedOn }) => changedOn),
      ),
    ];
    // The log of CPIC of 2026-04; the guidelines are those of 2024-03.
    expect(days('azathioprine')).toEqual(['2026-02-04']);
    expect(days('mercaptopurine')).toEqual(['2026-02-03']);
    expect(days('thioguanine')).toEqual(['2026-02-04']);
    expect([...days('capecitabine'), ...days('tamoxifen'), ...days('azathioprine', 'DPWG')]).toEqual(
      Array(3).fill(undefined),
    );
    const reading = (term: string) => [{ diplotype: term, alleles: [], lookup: [term] }];
    const [one] = recommend(
      knowledge,
      new Map([
        ['TPMT', reading('Intermediate Metabolizer')],
        ['NUDT15', reading('Intermediate Metabolizer')],
      ]),
    ).filter(({ drug, source }) => drug === 'mercaptopurine' && source === 'CPIC');
    expect(one === undefined ? undefined : changedWords([one])).toBe(
      'CPIC changed this on 2026-02-03, after the text held here: read it there first',
    );
    expect(changedWords([{ source: 'CPIC' }])).toBeUndefined();
  });

  it('2 of 83 positions of DPYD are not normal: no phenotype and no usual dose is told, in words of what was not read', async () => {
    const decisive = ['rs3918290', 'rs55886062', 'rs67376798', 'rs75017182', 'rs56038477'];
    const only = (kept: readonly string[]) =>
      documentOf(
        vcf(
          ['DPYD'],
          Object.fromEntries(
            definition('DPYD').positions.flatMap(({ rsid }) =>
              rsid === undefined || kept.includes(rsid) ? [] : [[rsid, null]],
            ),
          ),
        ),
      );
    const advice = ({ recommendations }: PgxDocument) =>
      recommendations.filter(({ drug }) => drug === 'capecitabine').map(({ action }) => action);
    const two = await only(['rs1801265', 'rs2297595']);
    const gene = geneOf(two, 'DPYD');
    expect(gene.unread).toEqual([
      'c.1905+1G>A (*2A)',
      'c.1679T>G (*13)',
      'c.2846A>T',
      'c.1129-5923C>G, c.1236G>A (HapB3)',
    ]);
    expect(geneWords(gene)).toBe(
      'DPYD Reference/Reference (no phenotype: 2 of 83 positions read, not c.1905+1G>A (*2A) · c.1679T>G (*13) · c.2846A>T · c.1129-5923C>G, c.1236G>A (HapB3))',
    );
    expect(new Set(advice(two))).toEqual(new Set(['no-statement']));
    // Neither the score that they would go by nor a strength stands beside what is not said.
    for (const one of two.recommendations.filter(({ drug }) => drug === 'capecitabine'))
      expect(one).toMatchObject({
        because: ['DPYD not read whole'],
        notRead: expect.arrayContaining(['DPYD c.2846A>T']),
      });
    expect(
      two.recommendations.filter(({ genes, strength }) => genes.includes('DPYD') && strength !== undefined),
    ).toEqual([]);
    // What PharmCAT's tables make of the rest stays beside it.
    expect([gene.diplotypes, gene.phenotype]).toEqual([['Reference/Reference'], 'Normal Metabolizer']);
    // All but one read: still none. All read, HapB3 by its exonic marker too: as before.
    expect(geneOf(await only(decisive.slice(1)), 'DPYD').unread).toEqual(['c.1905+1G>A (*2A)']);
    const read_ = await only(decisive.filter((one) => one !== 'rs75017182'));
    expect(geneOf(read_, 'DPYD').unread).toBeUndefined();
    expect(geneWords(geneOf(read_, 'DPYD'))).toContain('Normal Metabolizer');
    expect(advice(read_)).toContain('usual');
  });

  it('a variant that was found is told with its phenotype, and with what was not read', async () => {
    const document = await documentOf(vcf(['DPYD'], { rs3918290: { gt: '0/1' }, rs67376798: null }));
    expect(geneWords(geneOf(document, 'DPYD'))).toMatch(
      /Intermediate Metabolizer, activity score 1\.0 \(82 of 83 positions read, not c\.2846A>T\)$/,
    );
    expect(drugAdvice(document).find(({ drug }) => drug === 'capecitabine')?.light).toBe('caution');
  });

  it('a position without call is missing, never reference; a gene without any is not called', async () => {
    const gone = await documentOf(vcf(['CYP3A5', 'UGT1A1'], { rs776746: null, rs3064744: { gt: './.' } }));
    expect(geneOf(gone, 'CYP3A5').missingPositions).toEqual([
      { chromosome: 'chr7', position: 99672916, rsid: 'rs776746' },
    ]);
    expect(geneOf(gone, 'UGT1A1').missingPositions.map(({ rsid }) => rsid)).toEqual(['rs3064744']);
    const dpyd = geneOf(gone, 'DPYD');
    expect(dpyd).toMatchObject({ source: 'none', diplotypes: [], phenotype: null });
    expect(dpyd.reason).toContain('position of the gene is called');
    expect(gone.recommendations.filter(({ genes: of }) => of.every((one) => one === 'DPYD'))).toEqual([]);
  });

  it('ambiguity keeps every reading with what it means', async () => {
    const open = await documentOf(vcf(['UGT1A1'], { rs887829: null, rs3064744: { gt: '2/2' } }));
    const gene = geneOf(open, 'UGT1A1');
    expect(gene.diplotypes).toEqual(['*28/*28', '*28/*80+*28', '*80+*28/*80+*28']);
    expect(gene.calls.map(({ phenotype }) => phenotype)).toEqual(Array.from({ length: 3 }, () => 'Poor Metabolizer'));
    expect(gene.phenotype).toBe('Poor Metabolizer');
  });

  it('G6PD of one X gives one allele; an ignored indel at the same place does not hide it', async () => {
    const male = vcf(['G6PD'], { rs5030868: { gt: '1' } }).replaceAll('0/0', '0');
    expect(geneOf(await documentOf(male), 'G6PD')).toMatchObject({
      diplotypes: ['Mediterranean, Dallas, Panama, Sassari, Cagliari, Birmingham'],
      phenotype: 'Deficient',
    });
  });

  it('MT-RNR1 has one strand; a variant that a part of the mitochondria bears counts as borne', async () => {
    const rows = vcf(['MT-RNR1']).replaceAll('chrMT', 'chrM');
    const risk = rows.replace(/(chrM\t1555\t.*)0\/0/, '$10/1');
    expect(geneOf(await documentOf(rows), 'MT-RNR1').diplotypes).toEqual(['Reference']);
    expect(geneOf(await documentOf(risk), 'MT-RNR1')).toMatchObject({
      diplotypes: ['m.1555A>G'],
      phenotype: 'increased risk of aminoglycoside-induced hearing loss',
      missingPositions: [],
    });
    expect(drugAdvice(await documentOf(risk)).find(({ drug }) => drug === 'amikacin')?.light).toBe('stop');
  });

  it('NAT2 without a position it stands on is not called', async () => {
    const [needed] = definition('NAT2').required;
    const rsid = definition('NAT2').positions[needed ?? -1]?.rsid ?? '';
    const gene = geneOf(await documentOf(vcf(['NAT2'], { [rsid]: null })), 'NAT2');
    expect(gene.source).toBe('none');
    expect(gene.reason).toContain('without which the gene is not called');
  });

  it('an unknown base stops the call, but counts as reference where CPIC says so, with a note', async () => {
    const strange = { rs1142345: { gt: '0/1', alt: 'A' }, rs776746: { gt: '0/1', alt: 'G' } };
    const document = await documentOf(vcf(['TPMT', 'CYP3A5'], strange));
    expect(geneOf(document, 'TPMT').diplotypes).toEqual(['*1/*1']);
    expect(geneOf(document, 'TPMT').notes.join()).toContain('read as reference at rs1142345');
    expect(geneOf(document, 'CYP3A5').source).toBe('none');
  });

  it('names stand in the order of the field', () => {
    const names = ['*17', '[*2 + *4]', '*4', '*1', 'c.418G>A', 'c.97A>G'];
    expect(names.sort(compareAlleles)).toEqual(['*1', '*4', '*17', 'c.97A>G', 'c.418G>A', '[*2 + *4]']);
  });
});

describe('SLCO1B1 without a diplotype (F043)', () => {
  it('keeps what c.521T>C alone says, and claims no diplotype', async () => {
    const strange = { rs4149056: { gt: '0/1' }, rs2306283: { gt: '0/1', alt: 'C' } };
    const document = await documentOf(vcf(['SLCO1B1'], strange));
    expect(geneOf(document, 'SLCO1B1')).toMatchObject({
      source: 'none',
      diplotypes: [],
      phenotype: 'Decreased Function',
    });
    expect(geneOf(document, 'SLCO1B1').notes.join()).toContain('rests on rs4149056');
    expect(drugAdvice(document).find(({ drug }) => drug === 'simvastatin')?.light).toBe('caution');
  });
});

describe('DPYD and RYR1 by their own rules (F043)', () => {
  const HAPB3 = 'c.1129-5923C>G, c.1236G>A (HapB3)';
  const dpyd = async (changes: Parameters<typeof vcf>[1]) => geneOf(await documentOf(vcf(['DPYD'], changes)), 'DPYD');

  it('the two alleles with the least function decide where strands are not known', async () => {
    const gene = await dpyd({ rs3918290: { gt: '0/1' }, rs67376798: { gt: '0/1' }, rs1801265: { gt: '0/1' } });
    expect(gene.diplotypes).toEqual(['c.85T>C (*9A)', 'c.1905+1G>A (*2A)', 'c.2846A>T']);
    expect(gene).toMatchObject({ phenotype: 'Poor Metabolizer', activityScore: '0.5', phased: false });
  });

  it('phased variants on one strand leave the other one whole', async () => {
    const gene = await dpyd({
      rs3918290: { gt: '0|1' },
      rs67376798: { gt: '0|1' },
    });
    expect(gene.diplotypes).toEqual(['Reference/[c.1905+1G>A (*2A) + c.2846A>T]']);
    expect(gene).toMatchObject({ phenotype: 'Intermediate Metabolizer', activityScore: '1.0' });
  });

  it('phase sets that tell the strands apart in parts give every arrangement; the one with the least function decides', async () => {
    const gene = await dpyd({ rs3918290: { gt: '0|1:1' }, rs67376798: { gt: '0|1:2' } });
    expect(gene.diplotypes).toEqual(['Reference/[c.1905+1G>A (*2A) + c.2846A>T]', 'c.1905+1G>A (*2A)/c.2846A>T']);
    expect(gene).toMatchObject({ phenotype: 'Poor Metabolizer', activityScore: '0.5', phased: false });
  });

  it('a strand that is not called is no reference: what it may bear is told with its consequence, and asked of guidelines', async () => {
    const half = await documentOf(vcf(['DPYD'], { rs3918290: { gt: './1' } }));
    const gene = geneOf(half, 'DPYD');
    // As PharmCAT writes it, and what it hides.
    expect(gene.diplotypes).toEqual(['Reference/c.1905+1G>A (*2A)']);
    expect(gene.notes.join()).toMatch(/One strand is not called at rs3918290; Reference there is .* not what was seen/);
    expect(gene.otherCalls).toMatchObject([
      { diplotype: 'c.1905+1G>A (*2A)/c.1905+1G>A (*2A)', phenotype: 'Poor Metabolizer', activityScore: '0.0' },
    ]);
    const advice = half.recommendations.filter(({ drug, source }) => drug === 'capecitabine' && source === 'CPIC');
    expect(advice.map(({ action, onlyFor }) => [action, onlyFor])).toEqual(
      expect.arrayContaining([
        ['avoid', ['c.1905+1G>A (*2A)/c.1905+1G>A (*2A)']],
        ['change-dose', ['Reference/c.1905+1G>A (*2A)']],
      ]),
    );
    const whole = await dpyd({ rs3918290: { gt: '0/1' } });
    expect([whole.otherCalls, whole.notes]).toEqual([undefined, []]);
  });

  it('HapB3: the intronic position decides, the exonic one speaks where it is missing', async () => {
    const both = { rs75017182: { gt: '0|1' }, rs56038477: { gt: '0|1' } };
    expect((await dpyd(both)).diplotypes).toEqual([`Reference/${HAPB3}`]);
    const exonic = await dpyd({ rs75017182: null, rs56038477: { gt: '0/1' } });
    expect(exonic.diplotypes).toEqual([`Reference/${HAPB3}`]);
    expect(exonic.notes.join()).toContain('causal position rs75017182 was not called');
    const intronic = await dpyd({ rs75017182: { gt: '0/1' } });
    expect(intronic.diplotypes).toEqual(['Reference/c.1129-5923C>G']);
    const onlyExonic = await dpyd({ rs56038477: { gt: '0/1' } });
    expect(onlyExonic.diplotypes).toEqual(['Reference/Reference']);
    expect(onlyExonic.notes.join()).toContain('which decides');
    expect((await dpyd({ rs75017182: { gt: '1/1' }, rs56038477: { gt: '1/1' } })).activityScore).toBe('1.0');
  });

  it('RYR1: an ungraded variant is uncertain, never normal; a risk variant makes the risk', async () => {
    const graded = definition('RYR1').positions.find(({ rsid }) => rsid === 'rs193922749');
    expect(graded).toBeDefined();
    const gene = geneOf(await documentOf(vcf(['RYR1'], { rs193922749: { gt: '0/1' } })), 'RYR1');
    expect(gene.diplotypes).toEqual(['Reference/c.152C>A']);
    expect(gene.phenotype).toBe('Uncertain Susceptibility');
  });
});

describe('files that are not what they should be (F043)', () => {
  const one = vcf(['CYP2C19', 'CYP3A5']);

  it('two samples are refused until one is named', async () => {
    const two = vcf(['CYP3A5'], {}, { samples: ['A', 'B'] });
    expect(await faultOf(two)).toMatchObject({ code: 'sample-ambiguous' });
    expect(await faultOf(two, { sample: 'C' })).toMatchObject({ code: 'not-found' });
    expect(geneOf(await documentOf(two, { sample: 'B' }), 'CYP3A5').diplotypes).toEqual(['*1/*1']);
  });

  it('GRCh37 is read by liftover; coordinates of the other build are seen by their bases', async () => {
    const changes = { rs776746: { gt: '1/1' } };
    const old = await documentOf(vcf(['CYP3A5', 'DPYD'], changes, { build: 'GRCh37' }));
    expect(old.genomeBuild).toBe('GRCh37');
    expect(geneOf(old, 'CYP3A5').diplotypes).toEqual(['*3/*3']);
    expect(geneOf(old, 'DPYD').missingPositions).toEqual([]);
    const swapped = one.split('\n').map((line) => {
      const cells = line.split('\t');
      return line.startsWith('chr') ? [...cells.slice(0, 3), 'N', ...cells.slice(4)].join('\t') : line;
    });
    expect(await faultOf(swapped.join('\n'))).toMatchObject({ code: 'build-mismatch' });
    const silent = (text: string) => text.replace(/##contig.*\n/, '');
    expect((await documentOf(silent(one))).genomeBuild).toBe('GRCh38');
    expect((await documentOf(silent(vcf(['DPYD'], {}, { build: 'GRCh37' })))).genomeBuild).toBe('GRCh37');
    expect(await faultOf(silent(one.split('\n').slice(0, 3).join('\n')))).toMatchObject({ code: 'build-mismatch' });
    expect(await faultOf(one.replace('GRCh38', 'NCBI36'))).toMatchObject({ code: 'build-mismatch' });
    // The header names the other build: nothing would be called, and nobody would know why.
    expect(await faultOf(vcf(['DPYD']).replace('GRCh38', 'GRCh37'))).toMatchObject({
      code: 'build-mismatch',
      message: expect.stringMatching(/said to be GRCh37, but \d+ of its positions and bases are those of GRCh38/),
    });
  });

  it('a file without one of the positions is read and says so gene by gene', async () => {
    const none = await documentOf(one.split('\n').slice(0, 3).join('\n'));
    expect(none.genes.every(({ source }) => source === 'none')).toBe(true);
    expect(none.recommendations).toEqual([]);
  });

  it('a row that is cut, a genotype that is none, a damaged archive and no VCF at all are refused with the place', async () => {
    const rows = one.split('\n');
    expect(
      await faultOf([...rows.slice(0, 4), (rows[4] ?? '').split('\t').slice(0, 7).join('\t')].join('\n')),
    ).toMatchObject({
      code: 'line-invalid',
      place: { file: 'germline.vcf', line: 5 },
    });
    expect(await faultOf(one.replace('0/0', 'het'))).toMatchObject({ code: 'line-invalid', place: { line: 4 } });
    expect(await faultOf(gzipSync(one).subarray(0, 200))).toMatchObject({ code: 'file-truncated' });
    expect(await faultOf('gene,call\n')).toMatchObject({ code: 'header-invalid' });
    expect(geneOf(await documentOf(gzipSync(one)), 'CYP3A5').diplotypes).toEqual(['*1/*1']);
  });

  it('another reference base leaves the position out and warns with the line', async () => {
    const document = await documentOf(vcf(['CYP3A5', 'CYP2C19'], { rs776746: { ref: 'G', gt: '0/1' } }));
    expect(geneOf(document, 'CYP3A5').missingPositions.map(({ rsid }) => rsid)).toEqual(['rs776746']);
    expect(document.warnings.join()).toMatch(/Line \d+: rs776746 was left out/);
  });
});

describe('outside calls (F043)', () => {
  const empty = vcf(['CYP3A5']);
  const table = (text: string) => readOutsideCalls(text, 'calls.tsv', knowledge);

  it('CYP2D6 is never called from short reads, and by a table of another tool', async () => {
    expect(geneOf(await documentOf(empty), 'CYP2D6')).toMatchObject({ source: 'none', phenotype: null });
    const called = geneOf(await documentOf(empty, { outside: '# caller\nCYP2D6\t*4/*1x3\n' }), 'CYP2D6');
    expect(called).toMatchObject({ source: 'outside', diplotypes: ['*1x3/*4'], activityScore: '≥3.0' });
    expect(geneOf(await documentOf(empty, { outside: 'CYP2D6\t*1/*900' }), 'CYP2D6')).toMatchObject({
      phenotype: 'Indeterminate',
      activityScore: null,
    });
  });

  it('phenotypes and scores go before what the diplotype would say, with a note', async () => {
    const said = geneOf(await documentOf(empty, { outside: 'CYP2D6\t*1/*1\tpoor metaboliser' }), 'CYP2D6');
    expect(said.phenotype).toBe('Poor Metabolizer');
    expect(said.notes.join()).toContain('the tables say Normal Metabolizer');
    const scored = geneOf(await documentOf(empty, { outside: 'CYP2C9\t\t\t0.5' }), 'CYP2C9');
    expect(scored).toMatchObject({ phenotype: 'Poor Metabolizer', activityScore: '0.5', diplotypes: [] });
  });

  it('HLA becomes carrier or not for each allele that a guideline asks for', async () => {
    const document = await documentOf(empty, { outside: 'HLA-B\tB*15:02:01/*57:01' });
    expect(geneOf(document, 'HLA-B').phenotypes).toEqual(['*15:02 positive', '*57:01 positive', '*58:01 negative']);
    expect(drugAdvice(document).find(({ drug }) => drug === 'abacavir')?.light).toBe('stop');
  });

  it('an HLA allele is not borne only where both are known: one alone and a group of alleles leave it open', async () => {
    const of = async (call: string) => geneOf(await documentOf(empty, { outside: `HLA-B\t${call}` }), 'HLA-B');
    expect((await of('57:01/HLA-B*07:02:01G')).phenotypes).toEqual([
      '*15:02 negative',
      '*57:01 positive',
      '*58:01 negative',
    ]);
    expect((await of('*57:01')).phenotypes).toEqual(['*57:01 positive']);
    expect((await of('*15/*07:02')).phenotypes).toEqual(['*57:01 negative', '*58:01 negative']);
    expect((await of('*15/*07:02')).notes.join()).toContain('Not told: *15:02');
    for (const call of ['*57-01/*07:02', 'A*57:01/*07:02', 'positive'])
      expect(table(`HLA-B\t${call}`)).toMatchObject({ ok: false, fault: { code: 'line-invalid', place: { line: 1 } } });
  });

  it('copies without their number are told as two and as three or more, with what each means', async () => {
    const gene = geneOf(await documentOf(empty, { outside: 'CYP2D6\t*1/*2xN' }), 'CYP2D6');
    expect(gene.calls.map(({ diplotype, activityScore }) => [diplotype, activityScore])).toEqual([
      ['*1/*2x2', '3.0'],
      ['*1/*2x≥3', '≥4.0'],
    ]);
    expect(gene.phenotypes).toEqual(['Ultrarapid Metabolizer']);
    expect(gene.notes.join()).toContain('*2xN does not tell the number of copies');
  });

  it.each([
    ['one gene told in two ways', 'CYP2D6\t\tPM\nCYP2D6\t*1/*1', 2],
    ['one diplotype with two phenotypes', 'CYP2D6\t*1/*4\tIM\nCYP2D6\t*1/*4\tPM', 2],
    ['one allele of two', 'CYP2C19\t*1', 1],
    ['two alleles of one', 'MT-RNR1\tm.1555A>G/m.1494C>T', 1],
    ['an unknown gene', 'CYP2C19\t*1/*2\nCYP9Z9\t*1/*2', 2],
    ['nothing said', 'CYP2C19', 1],
  ])('%s is refused with its line', (_, text, line) => {
    const read = table(text);
    expect(read.ok ? undefined : read.fault).toMatchObject({
      code: 'line-invalid',
      place: { file: 'calls.tsv', line },
    });
  });

  it.each([
    ['a phenotype beside another', 'CYP2D6\t\tPoor Metabolizer\nCYP2D6\t\tNormal Metabolizer', 'differently'],
    ['a diplotype beside a phenotype', 'CYP2C9\t*1/*2\nCYP2C9\t\tPoor Metabolizer', 'differently'],
    [
      'one diplotype with two phenotypes',
      'CYP2C9\t*1/*2\tPoor Metabolizer\nCYP2C9\t*1/*2\tNormal Metabolizer',
      'same diplotype',
    ],
  ])('%s contradicts itself and is refused with the line; nothing of the file is read', async (_, outside, words) => {
    const result = await read(vcf(['CYP3A5']), { outside });
    expect(result).toMatchObject({
      ok: false,
      fault: { code: 'line-invalid', message: expect.stringContaining(words), place: { file: 'calls.tsv', line: 2 } },
    });
  });

  it('copies, and scores however they are written; what no table has is indeterminate and said to be so', async () => {
    const of = async (line: string) => {
      const [gene = ''] = line.split('\t');
      const { phenotype, activityScore, notes } = geneOf(
        await documentOf(vcf(['CYP3A5']), { outside: `${line}\n` }),
        gene,
      );
      return [phenotype, activityScore, notes.length];
    };
    expect(await of('CYP2D6\t*1/*2x2')).toEqual(['Ultrarapid Metabolizer', '3.0', 0]);
    expect(await of('CYP2D6\t*1/*2x5')).toEqual(['Ultrarapid Metabolizer', '≥4.0', 0]);
    expect(await of('CYP2D6\t*4x2/*1')).toEqual(['Intermediate Metabolizer', '1.0', 0]);
    expect(await of('CYP2D6\t*1/*36+*10')).toEqual(['Indeterminate', null, 1]);
    expect(await of('CYP2D6\t\t\t1')).toEqual(['Intermediate Metabolizer', '1.0', 0]);
    expect(await of('CYP2D6\t\t\t>=3')).toEqual(['Ultrarapid Metabolizer', '≥3.0', 0]);
    expect(await of('CYP2D6\t\t\t7.25')).toEqual([null, '7.25', 1]);
    expect(await of('DPYD\t\t\t1.5')).toEqual(['Intermediate Metabolizer', '1.5', 0]);
    expect(await of('CYP2D6\t\tCYP2D6 ultra-rapid metaboliser')).toEqual(['Ultrarapid Metabolizer', null, 0]);
  });

  it('goes before the VCF, and the note says what that alone reads', async () => {
    const gene = geneOf(await documentOf(vcf(['CYP3A5']), { outside: 'CYP3A5\t*3/*3' }), 'CYP3A5');
    expect(gene).toMatchObject({ source: 'outside', diplotypes: ['*3/*3'], phenotype: 'Poor Metabolizer' });
    expect(gene.notes.join()).toContain('The VCF alone reads *1/*1');
  });
});

describe('phenotypes and what guidelines say (F046, F047)', () => {
  it('every pair of functions of every table gives its phenotype, and no allele without function gives one', () => {
    for (const table of knowledge.phenotypes) {
      const byKey = new Map(table.functions.map((one) => [table.scored ? one.activity : one.function, one.name]));
      for (const { key, phenotype } of table.byFunctions) {
        const alleles = key.split('|').map((part) => byKey.get(part) ?? '');
        expect(interpret(table, alleles).phenotype).toBe(phenotype);
      }
      expect(['Indeterminate', 'Uncertain Susceptibility', undefined]).toContain(
        interpret(table, ['*unheard-of', table.functions[0]?.name ?? '']).phenotype,
      );
    }
  });

  it('every recommendation is found by its own condition, and by no other phenotype', () => {
    const missed: string[] = [];
    // Drugs do not speak of each other: each is looked up among the rows of its own.
    const byDrugs = Map.groupBy(knowledge.recommendations, ({ drugs }) => drugs.join());
    for (const one of knowledge.recommendations) {
      const readings = new Map(
        one.when
          .filter(({ is }) => is !== 'No Result')
          .map(({ gene, is }) => {
            const lookup = typeof is === 'string' ? [is] : [];
            const alleles =
              typeof is === 'string' ? ['x', 'x'] : is.flatMap(([name, count]) => Array(count).fill(name));
            return [gene, [{ diplotype: 'x', alleles, lookup }]];
          }),
      );
      const own = { recommendations: byDrugs.get(one.drugs.join()) ?? [] };
      const found = recommend(own, readings).filter(({ id }) => id === one.id);
      if (readings.size > 0 && found.length < one.drugs.length) missed.push(one.id);
      const others = new Map(
        [...readings].map(([gene]) => [gene, [{ diplotype: 'x', alleles: ['y', 'y'], lookup: ['y'] }]]),
      );
      if (recommend({ recommendations: [one] }, others).length > 0) missed.push(`${one.id} without its condition`);
    }
    expect(missed).toEqual([]);
  });

  it('each has an address, a source and a strength or none, and no sentence of it', () => {
    for (const { url, guideline, id, drugs, action } of knowledge.recommendations) {
      expect(url).toContain(guideline);
      expect(id).toMatch(/^PA\d+$/);
      expect(drugs.length).toBeGreaterThan(0);
      expect(['avoid', 'change-dose', 'monitor', 'consider-alternative', 'usual', 'no-statement']).toContain(action);
    }
    // A sentence would be longer than any name, term or id.
    const texts = (value: unknown): string[] =>
      typeof value === 'string'
        ? [value]
        : typeof value === 'object' && value !== null
          ? Object.values(value).flatMap(texts)
          : [];
    const longest = knowledge.recommendations.flatMap(({ url: _, ...one }) => texts(one)).map(({ length }) => length);
    expect(longest.reduce((a, b) => Math.max(a, b), 0)).toBeLessThan(60);
  });

  // Read line by line against the guidelines: fluoropyrimidines 2017, thiopurines 2018, tamoxifen 2018, rasburicase 2014
  // and 2022, opioids 2020, ondansetron 2016 (CPIC); irinotecan 2022 (DPWG).
  it.each([
    ['capecitabine', 'CPIC', { DPYD: '0.0' }, 'avoid', undefined],
    ['capecitabine', 'CPIC', { DPYD: '0.5' }, 'avoid', undefined],
    ['fluorouracil', 'CPIC', { DPYD: '1.0' }, 'change-dose', [50]],
    ['fluorouracil', 'CPIC', { DPYD: '1.5' }, 'change-dose', [50]],
    ['fluorouracil', 'CPIC', { DPYD: '2.0' }, 'usual', undefined],
    ['irinotecan', 'DPWG', { UGT1A1: 'Poor Metabolizer' }, 'change-dose', [70]],
    ['irinotecan', 'DPWG', { UGT1A1: 'Intermediate Metabolizer' }, 'usual', undefined],
    ['mercaptopurine', 'DPWG', { TPMT: 'Intermediate Metabolizer' }, 'change-dose', [50]],
    ['mercaptopurine', 'DPWG', { NUDT15: 'Poor Metabolizer' }, 'avoid', [10]],
    ['tamoxifen', 'CPIC', { CYP2D6: '0.0' }, 'consider-alternative', undefined],
    ['tamoxifen', 'CPIC', { CYP2D6: '2.0' }, 'usual', undefined],
    ['codeine', 'CPIC', { CYP2D6: '0.0' }, 'avoid', undefined],
    ['codeine', 'CPIC', { CYP2D6: '≥3.0' }, 'avoid', undefined],
    ['ondansetron', 'CPIC', { CYP2D6: '≥3.0' }, 'consider-alternative', undefined],
    ['rasburicase', 'CPIC', { G6PD: 'Deficient' }, 'avoid', undefined],
    ['rasburicase', 'CPIC', { G6PD: 'Normal' }, 'usual', undefined],
  ] as const)('%s by %s with %o: %s', (drug, source, genes, action, startPercent) => {
    const readings = new Map(
      Object.entries(genes).map(([gene, is]) => [gene, [{ diplotype: 'x', alleles: ['x', 'x'], lookup: [is] }]]),
    );
    const found = recommend(knowledge, readings).filter((one) => one.drug === drug && one.source === source);
    expect(found.map((one) => [one.action, one.startPercent])).toEqual([[action, startPercent]]);
  });

  it('a fluoropyrimidine for a DPYD poor metabolizer is a stop in words', async () => {
    const document = await documentOf(vcf(['DPYD'], { rs3918290: { gt: '1/1' } }));
    const stop = drugAdvice(document).find(({ drug }) => drug === drugName('5-FU'));
    expect(stop?.light).toBe('stop');
    expect(stop?.advice.filter(({ source }) => source === 'CPIC').map(actionWords)).toEqual(['avoid it']);
    expect(geneWords(geneOf(document, 'DPYD'))).toBe(
      'DPYD c.1905+1G>A (*2A)/c.1905+1G>A (*2A), Poor Metabolizer, activity score 0.0',
    );
  });
});

describe('a case with a germline file (F043)', () => {
  const caseWith = (text: string) => ({
    record: { files: [{ path: 'files/germline.vcf', modality: 'germline-variants' as const }] } as never,
    stream: async function* () {
      yield Buffer.from(text);
    },
  });
  const understood = (file: string) =>
    ({ understandings: [{ file, format: 'VCF 4.2', genomeBuild: 'GRCh38' as const }] }) as never;

  it('carries the document; without positions of pharmacogenes it says nothing; two people are a reason', async () => {
    const intake = understood('files/germline.vcf');
    const called = await pharmacogenesOfCase(caseWith(vcf(['DPYD'], { rs3918290: { gt: '0/1' } })), intake, packs);
    expect(called.pharmacogenes?.genes.find(({ gene }) => gene === 'DPYD')?.phenotype).toBe('Intermediate Metabolizer');
    const bare = vcf(['CYP3A5']).split('\n').slice(0, 3).join('\n');
    expect(await pharmacogenesOfCase(caseWith(bare), intake, packs)).toEqual({ absent: [] });
    const two = await pharmacogenesOfCase(caseWith(vcf(['DPYD'], {}, { samples: ['A', 'B'] })), intake, packs);
    expect(two.absent).toEqual([
      {
        section: 'pharmacogenes',
        reason: expect.stringMatching(
          /^files\/germline\.vcf, line \d+: The file holds 2 samples\. Name the one to read \(normalSample of the file in case\.json\), or/,
        ),
      },
    ]);
    expect(await pharmacogenesOfCase(caseWith(bare), understood('another file'), packs)).toEqual({ absent: [] });
  });
});
