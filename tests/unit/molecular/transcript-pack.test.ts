/** Packs of transcripts built from FASTA and GFF3, and the consequence caller on them (F009, F013). */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { buildTranscripts, loadPacks, openTranscripts, signPack } from '../../../electron/knowledge/index.ts';
import { transcriptChoices } from '../../../electron/molecular/index.ts';
import { faultFrom } from '../../../shared/foundation/fault.ts';
import {
  chosenTranscripts,
  transcriptCalls,
  transcriptChoice,
  transcriptLookups,
} from '../../../shared/molecular/transcript-set.ts';
import { keys, makeSite, shipped } from '../knowledge/support/site.ts';
import { type MadeUpVariant, madeUpGenome, madeUpVariants } from './support/made-up-genome.ts';

const bcftools = spawnSync('bcftools', ['--version'], { stdio: 'ignore' }).error === undefined;
const title = (text: string): string => (bcftools ? text : `${text} (NOT RUN: bcftools is not on this machine)`);
const folder = mkdtempSync(join(tmpdir(), 'consilium-transcripts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let made = 0;
async function built(fasta: string | Buffer, gff: string | Buffer) {
  const at = join(folder, `${++made}`);
  const [reference, annotation] = [`${at}.fa`, `${at}.gff3`];
  writeFileSync(reference, fasta);
  writeFileSync(annotation, gff);
  const { manifest, problems } = await buildTranscripts({
    fasta: reference,
    gff: annotation,
    output: at,
    today: '2026-01-01',
  });
  const set = await openTranscripts(at);
  return { at, manifest, problems, set, look: transcriptLookups(set, (gene) => gene) };
}

const wrapped = (name: string, sequence: string): string => `>${name} made up\n${sequence.replace(/.{60}/g, '$&\n')}\n`;

/** Terms and residue change of bcftools csq by transcript, for each variant. */
function csq(sequence: string, gff: string, variants: readonly MadeUpVariant[]) {
  const [fasta, genes, vcf] = ['g.fa', 'g.gff', 'v.vcf'].map((name) => join(folder, name)) as [string, string, string];
  rmSync(`${fasta}.fai`, { force: true });
  writeFileSync(fasta, wrapped('1', sequence));
  writeFileSync(genes, gff);
  const rows = variants.map((v) => `1\t${v.position1}\t.\t${v.reference}\t${v.alternate}\t.\t.\t.\n`).join('');
  writeFileSync(
    vcf,
    `##fileformat=VCFv4.2\n##contig=<ID=1,length=${sequence.length}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n${rows}`,
  );
  const run = spawnSync('bcftools', ['csq', '-l', '-f', fasta, '-g', genes, vcf], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const told = (/BCSQ=([^;\t]+)/.exec(line)?.[1]?.split(',') ?? []).map((one) => one.split('|'));
      const [first] = told;
      return first === undefined
        ? undefined
        : {
            transcript: (first[1] ?? '').replace('G', 'T'),
            terms: new Set(told.flatMap(([terms = '']) => terms.split('&'))),
            residues: told.map((one) => one[5]).find((text) => text !== undefined && text !== ''),
          };
    });
}

const WORDS: Readonly<Record<string, string>> = {
  missense: 'missense_variant',
  synonymous: 'synonymous_variant',
  stop_gained: 'stop_gained',
  stop_lost: 'stop_lost',
  stop_retained: 'stop_retained_variant',
  start_lost: 'start_lost',
  splice_acceptor: 'splice_acceptor_variant',
  splice_donor: 'splice_donor_variant',
  splice_region: 'splice_region_variant',
  '5_prime_utr': '5_prime_UTR_variant',
  '3_prime_utr': '3_prime_UTR_variant',
  intron: 'intron_variant',
};

/** `12G>12D` and `12G` as HGVS writes them. */
function hgvsOf(residues: string): string | undefined {
  const [, at, from, to] = /^(\d+)([A-Z*])(?:>\d+([A-Z*]))?$/.exec(residues) ?? [];
  return at === undefined ? undefined : `${from}${at}${to === undefined || to === from ? '=' : to}`;
}

/** The same annotation in the words of RefSeq: accessions as contigs, `rna-` and `gene-` ids, no biotype. */
const refSeqFlavour = (gff: string): string =>
  gff
    .replace(/^1\t/gm, 'NC_000001.11\t')
    .replace(/transcript:T(\d+)/g, 'rna-NM_00000$1.1')
    .replace(/gene:G(\d+)/g, 'gene-G$1')
    .replace(/;biotype=protein_coding/g, ';gbkey=mRNA')
    .replace(/^.*\t(?:five|three)_prime_UTR\t.*\n/gm, '');

describe('F009 F013 packs of transcripts', () => {
  it.skipIf(!bcftools)(title('say what bcftools csq says of single-site variants, in three flavours'), async () => {
    const differ: string[] = [];
    let compared = 0;
    let residuesCompared = 0;
    for (const seed of [11, 12]) {
      const genome = madeUpGenome(seed, 14);
      const variants = madeUpVariants(genome, seed + 50, 1600).filter(
        ({ reference, alternate }) => reference.length === 1 && alternate.length === 1,
      );
      const said = csq(genome.sequence, genome.gff, variants);
      expect(said).toHaveLength(variants.length);
      const ensembl = await built(wrapped('1', genome.sequence.toLowerCase()), genome.gff);
      const refSeq = await built(
        gzipSync(wrapped('NC_000001.11', genome.sequence)),
        gzipSync(refSeqFlavour(genome.gff)),
      );
      const mane = await built(
        wrapped('chr1', genome.sequence),
        genome.gff
          .replace(/^1\t/gm, 'chr1\t')
          .replace(/(\tmRNA\t.*)$/gm, '$1;tag=basic,MANE_Select')
          .replaceAll('\n', '\r\n'),
      );
      expect(refSeq.manifest.title).toContain('GRCh38');
      for (const { manifest, problems } of [ensembl, refSeq, mane]) {
        expect(problems).toEqual([]);
        expect(manifest.counts).toMatchObject({ genes: 14, codingWhole: 14, codingPartial: 0 });
      }
      for (const [index, variant] of variants.entries()) {
        const theirs = said[index];
        const own = [ensembl, refSeq, mane].map(({ look }) =>
          look.computeChange({ build: 'GRCh38', chromosome: '1', ...variant }),
        );
        const [first] = own;
        expect(first?.mismatch).toBeUndefined();
        for (const other of own)
          expect({ ...other?.change, transcript: '', transcripts: [], source: '' }).toEqual({
            ...first?.change,
            transcript: '',
            transcripts: [],
            source: '',
          });
        if (theirs === undefined) {
          if (first?.change !== undefined)
            differ.push(`${JSON.stringify(variant)} is called ${first.change.consequence}`);
          continue;
        }
        compared++;
        const terms = (first?.change?.consequence ?? '').split('&');
        const main = [...theirs.terms].find((term) => term !== 'splice_region') ?? 'splice_region';
        if (!terms.includes(WORDS[main] ?? main))
          differ.push(`${JSON.stringify(variant)} ${[...theirs.terms].join('&')}: ${terms.join('&')}`);
        const residue = theirs.residues === undefined ? undefined : hgvsOf(theirs.residues);
        const ours = first?.change?.hgvsProtein;
        if (residue === undefined || ours === undefined || /^M1\?|ext/.test(ours)) continue;
        residuesCompared++;
        if (residue !== ours) differ.push(`${JSON.stringify(variant)} ${residue}: ${ours}`);
      }
      for (const { set } of [ensembl, refSeq, mane]) set.close();
    }
    expect(compared).toBeGreaterThan(800);
    expect(residuesCompared).toBeGreaterThan(400);
    expect(differ).toEqual([]);
  });

  const head = '##gff-version 3\n';
  const line = (type: string, start: number, end: number, words: string, phase = '.', contig = 'c1', strand = '+') =>
    `${contig}\tmade\t${type}\t${start}\t${end}\t.\t${strand}\t${phase}\t${words}\n`;
  const gene = (id: string, words = '') =>
    line('gene', 1, 60, `ID=gene:${id};Name=${id}`) +
    line('mRNA', 1, 60, `ID=transcript:${id}t;Parent=gene:${id}${words}`);
  //            1234567890123456789012345678901234567890
  const bases = 'CCATGGCTTGTAAAGGTACGTAAAAAAACAGGATGACCCC';
  const fasta = `>c1\n${bases}NNNN${bases}\n>c2\nACGT\n`;
  const exons = (id: string): string =>
    line('exon', 1, 15, `Parent=transcript:${id}`) + line('exon', 32, 40, `Parent=transcript:${id}`);
  // ATG GCT TGT AAA G|GA TGA: exon border inside a codon.
  const coding = (id: string, second = '2', end = 36): string =>
    line('CDS', 3, 15, `Parent=transcript:${id}`, '0') + line('CDS', 32, end, `Parent=transcript:${id}`, second);

  it('F009 a person may choose another transcript of a gene than the one that speaks; the others say what they say', async () => {
    const { set, look } = await built(
      fasta,
      head +
        gene('TWO', ';tag=MANE_Select') +
        exons('TWOt') +
        coding('TWOt') +
        line('mRNA', 1, 60, 'ID=transcript:OTHER;Parent=gene:TWO') +
        line('exon', 1, 40, 'Parent=transcript:OTHER') +
        line('CDS', 3, 14, 'Parent=transcript:OTHER', '0'),
    );
    // The base behind the stop of the short one: a codon of the long one.
    const at = { build: 'GRCh38' as const, chromosome: 'c1', position1: 15, reference: 'G', alternate: 'C' };
    const name = (symbol: string) => symbol;
    const calls = transcriptCalls(set, name, 'TWO', at);
    expect(calls.map(({ transcript, mark }) => [transcript, mark])).toEqual([
      ['TWOt', 'MANE Select'],
      ['OTHER', 'none'],
    ]);
    expect(calls[0]?.hgvsProtein).not.toBe(calls[1]?.hgvsProtein);
    expect(look.computeChange(at)?.change?.transcript).toBe('TWOt');
    const answers = { ...transcriptChoice('TWO', 'OTHER'), 'note.1': 'yes' };
    const chosen = chosenTranscripts(answers);
    expect([...chosen]).toEqual([['TWO', 'OTHER']]);
    const other = transcriptLookups(set, name, chosen).computeChange(at);
    expect(other?.change).toMatchObject({ transcript: 'OTHER', consequence: calls[1]?.consequence });
    expect(other?.otherTranscripts).toContain('TWOt');
    expect(chosenTranscripts({ ...answers, ...transcriptChoice('TWO', undefined) }).size).toBe(0);

    const finding = { id: 'f', kind: 'small-variant', gene: 'TWO', variantKeys: ['k'], transcript: 'TWOt' };
    const documents = {
      profile: { findings: [finding] },
      intake: { variants: [{ ...at, key: 'k' }] },
    } as unknown as Parameters<typeof transcriptChoices>[0];
    const manifest = { version: '2026-01' };
    const packs = (transcripts: unknown) =>
      ({
        molecular: () => ({ symbol: name }),
        status: () => [],
        transcripts: () => transcripts,
      }) as unknown as Parameters<typeof transcriptChoices>[3];
    const offered = transcriptChoices(documents, answers, 'f', packs({ ...set, manifest }));
    expect(offered).toMatchObject({ gene: 'TWO', chosen: 'OTHER', annotation: '2026-01' });
    expect(offered.reason).toBeUndefined();
    expect(offered.rows).toHaveLength(2);
    // On the shipped pack the key says why there is nothing to change to.
    expect(transcriptChoices(documents, {}, 'f', packs(undefined)).reason).toMatch(
      /one verified transcript a gene, here TWOt/,
    );
    expect(() => transcriptChoices(documents, {}, 'gone', packs(undefined))).toThrow(/not in the case/);
    set.close();
  });

  it('an annotation of which no transcript can be used makes no pack, and says what is wrong with the first', async () => {
    const nothing = built(fasta, head + line('gene', 1, 60, 'ID=A;Parent=B') + line('mRNA', 1, 60, 'ID=B;Parent=A'));
    await expect(nothing).rejects.toMatchObject({
      fault: { code: 'field-invalid', place: { line: 2 }, message: expect.stringContaining('lead back to itself') },
    });
  });

  it('flags what cannot be right with its line, and computes nothing on it', async () => {
    const { problems, look, set } = await built(
      fasta,
      head +
        line('gene', 1, 60, 'ID=A;Parent=B') + // 2
        line('mRNA', 1, 60, 'ID=B;Parent=A') + // 3
        line('exon', 1, 15, 'Parent=B') + // 4
        gene('LENGTH') + // 5, 6
        exons('LENGTHt') + // 7, 8
        coding('LENGTHt', '2', 35) + // 9, 10
        gene('PHASE') + // 11, 12
        exons('PHASEt') + // 13, 14
        coding('PHASEt', '1') + // 15, 16
        line('mRNA', 1, 60, 'ID=transcript:far;Parent=gene:PHASE', '.', 'c9') + // 17
        line('exon', 1, 15, 'Parent=transcript:far', '.', 'c9') + // 18
        gene('LONG') + // 19, 20
        line('exon', 1, 600, 'Parent=transcript:LONGt') + // 21
        line('exon', 1, 15, 'Parent=transcript:nobody') + // 22
        gene('TWO') + // 23, 24
        line('exon', 1, 15, 'Parent=transcript:TWOt') + // 25
        line('exon', 32, 40, 'Parent=transcript:TWOt', '.', 'c1', '-'), // 26
    );
    expect(problems.map(({ line: at, kind }) => `${at} ${kind}`)).toEqual([
      '2 parent-cycle',
      '3 parent-cycle',
      '9 cds-length',
      '16 phase',
      '18 contig-missing',
      '21 outside-contig',
      '22 parent-missing',
      '26 two-strands',
    ]);
    expect(set.rows.map(({ transcript, coding: kind }) => `${transcript} ${kind}`)).toEqual([
      'LENGTHt partial',
      'PHASEt none',
    ]);
    // The longest of equals speaks; the one with the phase error names no residue.
    const change = look.computeChange({
      build: 'GRCh37',
      chromosome: 'c1',
      position1: 7,
      reference: 'C',
      alternate: 'T',
    });
    expect(change?.change).toMatchObject({ gene: 'LENGTH', hgvsProtein: 'A2V', consequence: 'missense_variant' });
    set.close();
  });

  it('flags a row whose reference, place or contig the reference contradicts', async () => {
    const { look, set } = await built(fasta, head + gene('G') + exons('Gt') + coding('Gt'));
    const asked = (chromosome: string, position1: number, reference: string) =>
      look.computeChange({
        build: 'GRCh38',
        chromosome,
        position1,
        reference,
        alternate: reference === 'T' ? 'A' : 'T',
      });
    expect(asked('c1', 20, 'A')?.mismatch).toMatch(/reference base is A, the reference has G at c1:20/);
    expect(asked('c1', 900, 'A')?.mismatch).toMatch(/position 900 lies past the end of contig c1, which has 84 bases/);
    expect(asked('c3', 1, 'A')?.mismatch).toMatch(/no contig c3/);
    expect(asked('chrC1', 16, 'G')?.change).toMatchObject({ consequence: 'splice_donor_variant' });
    expect(asked('c1', 15, 'G')?.change?.consequence).toBe('stop_gained&splice_region_variant');
    expect(look.referenceBase('GRCh38', 'c1', 41)).toBeUndefined();
    expect(look.referenceBase('GRCh38', 'c1', 20)).toBe('G');
    set.close();
  });

  it('refuses what cannot be read with file, line and field, and leaves no pack behind', async () => {
    const refused = async (reference: string, gff: string) => {
      const error = await built(reference, gff).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeDefined();
      expect(existsSync(join(folder, `${made}`))).toBe(false);
      expect(existsSync(join(folder, `${made}.partial`))).toBe(false);
      const { code, place } = faultFrom(error);
      return { code, line: place?.line, field: place?.field };
    };
    const sound = head + gene('G') + exons('Gt') + coding('Gt');
    expect(await refused(fasta, `${sound}c1\tmade\tCDS\tx\t9\t.\t+\t0\tParent=a\n`)).toEqual({
      code: 'field-invalid',
      line: 8,
      field: 'start',
    });
    expect(await refused(fasta, `${sound}c1 made CDS\n`)).toEqual({ code: 'line-invalid', line: 8, field: undefined });
    expect(await refused(fasta, `${sound}c1\tmade\tCDS\t1\t9\t.\t+\t7\tParent=a\n`)).toMatchObject({
      code: 'field-invalid',
      field: 'phase',
    });
    expect(await refused(fasta, 'c1\tm\texon\t1\t9\t.\t+\t.\tgene_id "G"; transcript_id "T"\n')).toMatchObject({
      code: 'format-unknown',
    });
    expect(await refused(fasta, head)).toMatchObject({ code: 'file-empty' });
    expect(await refused('ACGT\n', sound)).toMatchObject({ code: 'format-unknown', line: 1 });
    expect(await refused('>c1\nAC!T\n', sound)).toMatchObject({ code: 'line-invalid', line: 2 });
    expect(await refused('>c1\nACGT\n>chrC1\nACGT\n', sound)).toMatchObject({ code: 'exists-already', line: 3 });
  });

  it('is not used when one byte of it is another', async () => {
    const { at, set } = await built(fasta, head + gene('G') + exons('Gt') + coding('Gt'));
    set.close();
    const path = join(at, 'reference.2bit');
    const bytes = readFileSync(path);
    bytes[3] = (bytes[3] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(openTranscripts(at)).rejects.toMatchObject({
      fault: { code: 'pack-altered', place: { file: 'reference.2bit' } },
    });
  });

  it('laid into the data folder it is used only under the signature of an enrolled publisher', async () => {
    const { at, set } = await built(fasta, head + gene('G') + exons('Gt') + coding('Gt'));
    set.close();
    const site = await makeSite();
    const load = async () => {
      const packs = await loadPacks(shipped, { site: site.site, transcripts: at });
      packs.transcripts()?.close();
      const [{ state, trust, publisher, reason } = {}] = packs.status().filter(({ id }) => id === 'transcripts');
      return { used: packs.transcripts() !== undefined, state, trust, publisher, reason };
    };
    const refused = (state: string, reason: RegExp) => ({
      used: false,
      state,
      trust: 'none',
      reason: expect.stringMatching(reason),
    });
    try {
      expect(await load()).toMatchObject(refused('untrusted', /not signed.*packs sign, packs enroll/));
      await signPack(at, keys().privatePem);
      expect(await load()).toMatchObject(refused('untrusted', /not enrolled here/));
      await signPack(at, site.privatePem);
      expect(await load()).toMatchObject({ used: true, state: 'verified', publisher: 'Laboratory of the test' });
      writeFileSync(join(at, 'extra.tsv'), 'x');
      expect(await load()).toMatchObject(refused('altered', /does not name/));
      rmSync(join(at, 'extra.tsv'));
      const manifest = readFileSync(join(at, 'manifest.json'), 'utf8');
      writeFileSync(join(at, 'manifest.json'), manifest.replace('"title": "', '"title": "My '));
      expect(await load()).toMatchObject(refused('altered', /does not fit/));
    } finally {
      site.end();
    }
  });
});
