import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { faultOf, fixture, readOf, tumorVcf } from './variants-support.ts';

const braf = '7 140753336 . A T . PASS . GT:AD:DP 0/1:70,30:100';
const file = 'files/variants.vcf';

/** bgzip by hand: blocks with their size in the extra field, and the empty end block. */
function bgzip(text: string, blockBytes = 400): Buffer {
  const bytes = Buffer.from(text);
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.byteLength; at += blockBytes) blocks.push(block(bytes.subarray(at, at + blockBytes)));
  return Buffer.concat([...blocks, END]);
}
const END = Buffer.from('1f8b08040000000000ff0600424302001b0003000000000000000000', 'hex');
function block(bytes: Buffer): Buffer {
  const packed = gzipSync(bytes);
  const body = packed.subarray(10);
  const header = Buffer.from('1f8b08040000000000ff0600424302000000', 'hex');
  header.writeUInt16LE(header.byteLength + body.byteLength - 1, 16);
  return Buffer.concat([header, body]);
}

const text = tumorVcf([
  braf,
  ...Array.from({ length: 40 }, (_, index) => braf.replace('140753336', String(140_753_400 + index))),
]);

describe('F005 contigs named by RefSeq accession', () => {
  it('are the chromosomes of their build; an accession of the other build is refused with its line', async () => {
    const named = (accession: string): string => tumorVcf([braf.replace(/^7/, accession)]);
    expect((await readOf(named('NC_000007.14'))).variants).toEqual((await readOf(tumorVcf([braf]))).variants);
    expect(await faultOf(Buffer.from(named('NC_000007.13')))).toMatchObject({
      code: 'build-mismatch',
      place: { file, field: 'CHROM' },
    });
  });
});

describe('F002 a file that is cut, damaged or not one is refused', () => {
  it('reads plain, gzip, gzip of several members, and bgzip alike', async () => {
    const plain = await readOf(text);
    const half = Math.floor(text.length / 2);
    const members = Buffer.concat([gzipSync(text.slice(0, half)), gzipSync(text.slice(half))]);
    for (const bytes of [gzipSync(text), members, bgzip(text)]) expect(await readOf(bytes)).toEqual(plain);
    expect(plain.variants).toHaveLength(41);
  });

  it('gzip cut anywhere, bgzip cut at a block border or without end marker', async () => {
    const packed = gzipSync(text);
    for (const at of [20, Math.floor(packed.byteLength / 2), packed.byteLength - 8, packed.byteLength - 1])
      expect((await faultOf(packed.subarray(0, at))).code).toBe('file-truncated');
    const blocks = bgzip(text);
    const withoutEnd = blocks.subarray(0, -END.byteLength);
    expect(await faultOf(withoutEnd)).toMatchObject({
      code: 'file-truncated',
      message: 'The bgzip file has no end marker: its last blocks may be missing.',
      place: { file },
    });
    const border = blocks.readUInt16LE(16) + 1;
    expect((await faultOf(blocks.subarray(0, border))).code).toBe('file-truncated');
  });

  it('a wrong checksum, a wrong length, foreign bytes behind the end', async () => {
    const packed = gzipSync(text);
    const flipped = (at: number): Buffer => {
      const copy = Buffer.from(packed);
      copy[at] = (copy[at] ?? 0) ^ 1;
      return copy;
    };
    for (const at of [packed.byteLength - 6, packed.byteLength - 2])
      expect((await faultOf(flipped(at))).code).toBe('archive-damaged');
    for (const tail of ['x', '\0\0\0', 'trailing text'])
      expect((await faultOf(Buffer.concat([packed, Buffer.from(tail)]))).code).toMatch(
        /^(?:archive-damaged|file-truncated)$/,
      );
  });

  it('empty, packed empty, and other formats, each with what to do', async () => {
    expect(await faultOf('')).toMatchObject({ code: 'file-empty', place: { file } });
    expect((await faultOf(gzipSync(''))).code).toBe('file-empty');
    for (const bytes of ['PK\x03\x04zip', '\xff\xfe#\0', 'BCF\x02\x02', 'BZh91AY']) {
      const fault = await faultOf(Buffer.from(bytes, 'latin1'));
      expect(fault.code).toBe('format-unknown');
      expect(fault.remedy).not.toBe('');
    }
    expect((await faultOf('a,b,c\n1,2,3\n')).code).toBe('format-unknown');
    expect((await faultOf('<html></html>')).code).toBe('format-unknown');
  });

  it('reads line ends of Windows and a byte order mark, and says so', async () => {
    const plain = await readOf(text);
    expect((await readOf(text.replaceAll('\n', '\r\n'))).variants).toEqual(plain.variants);
    const marked = await readOf(`\uFEFF${text}`);
    expect(marked.variants).toEqual(plain.variants);
    expect(marked.warnings).toEqual(['The file begins with a byte order mark, which was left out.']);
  });

  it('a last line without line end is refused from VCF 4.3 on and warned of before', async () => {
    const open = text.trimEnd();
    const warned = await readOf(open);
    expect(warned.variants).toHaveLength(41);
    expect(warned.warnings).toEqual([
      'The last line has no line end: compare the file with its source, it may have been cut.',
    ]);
    expect(await faultOf(open.replace('VCFv4.2', 'VCFv4.3'))).toMatchObject({
      code: 'file-truncated',
      place: { line: 49 },
    });
  });

  it('a blank line between rows is refused, at the end it is no row', async () => {
    expect((await readOf(`${text}\n\r\n\n`)).accounting.rowsIn).toBe(41);
    expect(await faultOf(text.replace(/\n7\t140753400/, '\n\n7\t140753400'))).toMatchObject({
      code: 'line-invalid',
      place: { file, line: 10 },
    });
  });

  it('a VCF newer than 4.5', async () => {
    expect(await faultOf(text.replace('VCFv4.2', 'VCFv4.6'))).toMatchObject({
      code: 'schema-newer',
      place: { line: 1 },
    });
    for (const version of ['4.1', '4.3', '4.4', '4.5'])
      expect((await readOf(text.replace('VCFv4.2', `VCFv${version}`))).understanding.format).toBe(`VCF ${version}`);
  });

  it('a row with a column too few or too many, each with its line', async () => {
    const broken = (row: string) => tumorVcf([braf, row]);
    expect(await faultOf(broken('7 140753400 . A T . PASS . GT'))).toMatchObject({
      code: 'line-invalid',
      place: { line: 10 },
    });
    expect(await faultOf(broken('7 140753400 . A T'))).toMatchObject({ code: 'line-invalid', place: { line: 10 } });
    expect(await faultOf(broken(`${braf} 0/1:1,1:2`))).toMatchObject({ code: 'line-invalid', place: { line: 10 } });
  });

  it('no fault repeats what stands in a cell or a column name', async () => {
    const secret = 'Meier_Anna_1961';
    const faults = [
      await faultOf(tumorVcf([braf.replace('A T', `A ${secret}`)])),
      await faultOf(tumorVcf([braf.replace('0/1:70,30', secret)])),
      await faultOf(text.replaceAll('TUMOR', secret), { file: { tumorSample: 'other' } }),
      await faultOf(tumorVcf([braf.replace('GT:AD:DP', `GT:${secret}*`)])),
    ];
    for (const fault of faults) expect(JSON.stringify(fault)).not.toContain('Anna');
  });
});

describe('F004 builds and samples that contradict each other', () => {
  it('a build other than the case says, or none of the two', async () => {
    expect(await faultOf(text, { file: { genomeBuild: 'GRCh37' } })).toMatchObject({
      code: 'build-mismatch',
      place: { file, field: 'genomeBuild' },
    });
    expect((await faultOf(text, { assay: { scope: 'panel', genomeBuild: 'GRCh37' } })).code).toBe('build-mismatch');
    const other = text.replace(/##contig.*\n/g, '').replace('##FORMAT', '##reference=hg18.fa\n##FORMAT');
    expect((await faultOf(other)).code).toBe('build-mismatch');
  });

  it('a position beyond the end of the chromosome', async () => {
    const bare = text.replace(/##contig.*\n/g, '').replace('140753336', '159200000');
    const sorted = bare.replace(/\n7\t1407534.*/g, '');
    expect((await readOf(sorted, { file: { genomeBuild: 'GRCh38' } })).variants).toHaveLength(1);
    expect(await faultOf(sorted, { file: { genomeBuild: 'GRCh37' } })).toMatchObject({
      code: 'build-mismatch',
      place: { line: 6, field: 'POS' },
    });
  });

  it('a header that names two builds is asked about', async () => {
    const both = text.replace('##FORMAT', '##reference=hg19.fa\n##FORMAT');
    expect((await readOf(both)).questions).toMatchObject([{ field: 'genomeBuild', blocking: true }]);
    expect((await readOf(both, { answers: { [`${file}:genomeBuild`]: 'GRCh38' } })).variants).toHaveLength(41);
  });

  it.each([
    ['hg19ToHg38.over.chain.gz', 'GRCh38'],
    ['hg38ToHg19.over.chain.gz', 'GRCh37'],
    ['file:///ref/human_g1k_v37.fasta', 'GRCh37'],
    ['GRCh38.d1.vd1.fa', 'GRCh38'],
    ['hs37d5.fa', 'GRCh37'],
    ['Homo_sapiens_assembly38.fasta', 'GRCh38'],
    ['Homo_sapiens_assembly19.fasta', 'GRCh37'],
    ['GCA_000001405.15_GRCh38_no_alt', 'GRCh38'],
  ])('tells the build of %s', async (reference, build) => {
    const named = text.replace(/##contig.*\n/g, '').replace('##FORMAT', `##reference=${reference}\n##FORMAT`);
    expect((await readOf(named)).understanding.genomeBuild).toBe(build);
  });

  it('F007 tumor and normal swapped by the reads, or by the case against the file', async () => {
    expect(await faultOf(fixture('swapped-samples.vcf'))).toMatchObject({ code: 'sample-swapped', place: { file } });
    const right = await readOf(fixture('swapped-samples.vcf'), { answers: { [`${file}:tumorSample`]: 'NORMAL' } });
    expect(right.variants.map(({ alleleFraction }) => alleleFraction)).toEqual([0.3, 0.2, 0.5]);
    expect(
      (await faultOf(fixture('mutect2-tumor-normal.vcf'), { file: { tumorSample: 'S8841', normalSample: 'S8842' } }))
        .code,
    ).toBe('sample-swapped');
    const one = fixture('swapped-samples.vcf').toString().trimEnd().split('\n').slice(0, -2).join('\n');
    expect((await readOf(`${one}\n`)).questions).toMatchObject([{ field: 'tumorSample', blocking: true }]);
  });

  it('a sample that the file does not have', async () => {
    expect((await faultOf(text, { file: { tumorSample: 'S1' } })).code).toBe('sample-ambiguous');
  });
});
