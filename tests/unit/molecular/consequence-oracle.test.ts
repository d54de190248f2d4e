/** Our consequence caller beside bcftools csq, on genomes that nobody has. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { codingChange, type Transcript } from '../../../shared/molecular/coding-change.ts';
import { parseProteinChange } from '../../../shared/molecular/hgvs.ts';
import { translate } from '../../../shared/molecular/protein-effect.ts';
import { type MadeUpGenome, type MadeUpVariant, madeUpGenome, madeUpVariants } from './support/made-up-genome.ts';

const BCFTOOLS = 'bcftools';
const bcftools = spawnSync(BCFTOOLS, ['--version'], { stdio: 'ignore' }).error === undefined;
const title = (text: string): string => (bcftools ? text : `${text} (NOT RUN: bcftools is not on this machine)`);

const folder = mkdtempSync(join(tmpdir(), 'consilium-csq-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Call {
  readonly terms: ReadonlySet<string>;
  readonly transcript: string;
  /** `12G>12D`; empty where the caller names no residues. */
  readonly residues: string;
}

/** What bcftools says of each variant by itself (`--local-csq`), in the order given. */
function csq({ sequence, gff }: MadeUpGenome, variants: readonly MadeUpVariant[]): readonly (readonly Call[])[] {
  const [fasta, genes, vcf] = ['g.fa', 'g.gff', 'v.vcf'].map((name) => join(folder, name)) as [string, string, string];
  rmSync(`${fasta}.fai`, { force: true });
  writeFileSync(fasta, `>1\n${sequence}\n`);
  writeFileSync(genes, gff);
  const rows = variants.map((v) => `1\t${v.position1}\t.\t${v.reference}\t${v.alternate}\t.\t.\t.\n`).join('');
  writeFileSync(
    vcf,
    `##fileformat=VCFv4.2\n##contig=<ID=1,length=${sequence.length}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n${rows}`,
  );
  const run = spawnSync(BCFTOOLS, ['csq', '-l', '-f', fasta, '-g', genes, vcf], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect(run.status, run.stderr).toBe(0);
  return run.stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const told = /BCSQ=([^;\t]+)/.exec(line)?.[1]?.split(',') ?? [];
      return told.map((one) => {
        const [terms = '', gene = '', , , , residues = ''] = one.split('|');
        return { terms: new Set(terms.split('&')), transcript: gene.replace('G', 'T'), residues };
      });
    });
}

/** Terms of the two callers that mean the same, gravest first. */
const meaning: readonly (readonly [string, RegExp])[] = [
  ['splice_acceptor', /^splice_acceptor_variant/],
  ['splice_donor', /^splice_donor_variant/],
  ['start_lost', /^start_lost/],
  ['stop_lost', /^(stop_lost|frameshift_variant)/],
  ['stop_gained', /^stop_gained/],
  ['frameshift', /^frameshift_variant/],
  ['inframe_deletion', /^(inframe_deletion|protein_altering_variant|stop_gained)/],
  ['inframe_insertion', /^(inframe_insertion|protein_altering_variant|stop_gained)/],
  // A change of two residues, the second to a stop, is missense there.
  ['missense', /^(missense_variant|stop_gained)/],
  ['synonymous', /^synonymous_variant/],
  ['stop_retained', /^stop_retained_variant/],
  ['start_retained', /^(start_retained_variant|coding_sequence_variant)/],
  ['splice_region', /splice_region_variant/],
  ['5_prime_utr', /^5_prime_UTR_variant/],
  ['3_prime_utr', /^3_prime_UTR_variant/],
  ['intron', /intron_variant/],
];

/** The protein of the sample, from the residues bcftools names: `10VNAC…*>10VTLV…*`. */
function proteinOf(residues: string, before: string): string | undefined {
  const [, start, from, to] = /^(\d+)([A-Z*]+)>\d+([A-Z*]+)$/.exec(residues) ?? [];
  if (start === undefined || from === undefined || to === undefined) return undefined;
  const at = Number(start) - 1;
  if (!before.startsWith(from, at)) return undefined;
  const after = before.slice(0, at) + to + before.slice(at + from.length);
  const stop = after.indexOf('*');
  return stop < 0 ? undefined : after.slice(0, stop + 1);
}

/** Why a protein change is not that of the protein; `undefined` where it is. */
function contradiction(text: string, before: string, after: string): string | undefined {
  const change = parseProteinChange(text);
  if (change === undefined) return 'not read';
  const head = before.slice(0, change.start - 1);
  const tail = before.slice(change.end);
  const stopped = (protein: string): string => protein.slice(0, protein.indexOf('*') + 1);
  const same = (protein: string): string | undefined => (stopped(protein) === after ? undefined : stopped(protein));
  switch (change.kind) {
    case 'missense':
    case 'nonsense':
    case 'synonymous':
    case 'delins':
      return same(`${head}${change.alternate}${tail}`);
    case 'deletion':
      return same(head + tail);
    case 'duplication':
      return same(before.slice(0, change.end) + before.slice(change.start - 1));
    case 'insertion':
      return same(before.slice(0, change.start) + change.alternate + before.slice(change.start));
    case 'frameshift':
      if (!after.startsWith(head) || after[change.start - 1] !== change.alternate) return 'another residue';
      return change.tail === '?' || after.length === change.start - 1 + Number(change.tail)
        ? undefined
        : 'another stop';
    default:
      return undefined;
  }
}

const shape = ({ reference, alternate }: MadeUpVariant): 'single' | 'several' | 'length' =>
  reference.length !== alternate.length ? 'length' : reference.length === 1 ? 'single' : 'several';

describe('F009 consequence caller beside bcftools csq', () => {
  it.skipIf(!bcftools)(title('says what bcftools says, and states no protein change that is wrong'), () => {
    const counts = { single: 0, several: 0, length: 0 };
    const apart = { single: 0, several: 0, length: 0 };
    let proteins = 0;
    let silent = 0;
    const wrong: string[] = [];
    const differ: string[] = [];
    for (const seed of [1, 2, 3]) {
      const genome = madeUpGenome(seed, 12);
      const variants = madeUpVariants(genome, seed + 100, 1500);
      const said = csq(genome, variants);
      expect(said).toHaveLength(variants.length);
      const byName = new Map(genome.transcripts.map((transcript) => [transcript.gene.transcript, transcript]));
      for (const [index, variant] of variants.entries()) {
        const calls = said[index] ?? [];
        const [gene] = calls;
        if (gene === undefined) continue;
        const transcript = byName.get(gene.transcript) as Transcript;
        const own = codingChange(transcript, { build: 'GRCh38', chromosome: '1', ...variant });
        expect(own?.kind).not.toBe('mismatch');
        const kind = shape(variant);
        counts[kind]++;
        if (own?.kind !== 'change') {
          if (kind === 'single') differ.push(`${JSON.stringify(variant)} is not called`);
          silent++;
          continue;
        }
        const { consequence, hgvsProtein } = own.change;
        const terms = new Set(calls.flatMap((call) => [...call.terms]));
        const [theirs, ours] = meaning.find(([term]) => terms.has(term)) ?? ['', /^$/];
        if (!ours.test(consequence)) {
          apart[kind]++;
          differ.push(`${JSON.stringify(variant)} ${theirs}: ${consequence}`);
        }
        const before = translate(transcript.sequence ?? '').protein;
        const after = calls.map(({ residues }) => proteinOf(residues, before)).find((one) => one !== undefined);
        if (hgvsProtein === undefined || after === undefined) continue;
        proteins++;
        const against = contradiction(hgvsProtein, before, after);
        if (against !== undefined) wrong.push(`${JSON.stringify(variant)} ${hgvsProtein}: ${against}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(proteins).toBeGreaterThan(1_200);
    expect(counts.single).toBeGreaterThan(1_500);
    expect(apart.single, differ.join('\n')).toBe(0);
    expect(apart.several).toBe(0);
    // Here a start or stop codon that an indel leaves whole is kept, and so is a splice site.
    expect(apart.length / counts.length, differ.join('\n')).toBeLessThan(0.006);
    // At a splice site the intron's bases decide, which are not known here.
    expect(silent / (counts.length + counts.several)).toBeLessThan(0.02);
  });
});
