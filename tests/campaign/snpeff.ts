/**
 * Our consequence caller beside SnpEff on a genome that nobody has: `node tests/campaign/snpeff.ts [variants]` compares term,
 * c. and p. name of every single base that lies in a transcript, and counts each way in which they differ. Ends with 1 where
 * a difference belongs to no class that is explained here.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codingChange } from '../../shared/molecular/coding-change.ts';
import { snpEffDatabase, snpEffPresent } from '../bench/snpeff.ts';
import { madeUpGenome, madeUpVariants } from '../unit/molecular/support/made-up-genome.ts';

const UNEXPLAINED = 'UNEXPLAINED:';
const asked = Number(process.argv[2] ?? 60_000);
if (!snpEffPresent()) {
  console.log('  NOT RUN: SnpEff is not on this machine.');
  process.exit();
}
const folder = mkdtempSync(join(tmpdir(), 'consilium-snpeff-'));
try {
  const genome = madeUpGenome(41, 120);
  const variants = madeUpVariants(genome, 42, asked).filter(
    ({ reference, alternate }) => reference.length === 1 && alternate.length === 1,
  );
  const [fasta, gff, vcf] = ['g.fa', 'g.gff', 'v.vcf'].map((name) => join(folder, name)) as [string, string, string];
  writeFileSync(fasta, `>1\n${genome.sequence}\n`);
  writeFileSync(gff, genome.gff);
  writeFileSync(
    vcf,
    `##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n${variants
      .map((v) => `1\t${v.position1}\t.\t${v.reference}\t${v.alternate}\t.\t.\t.\n`)
      .join('')}`,
  );
  const [program, args] = snpEffDatabase(join(folder, 'database'), fasta, gff).annotate(vcf);
  const run = spawnSync(program, args, { encoding: 'utf8', maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(`snpEff ended with ${run.status}: ${run.stderr.slice(-400)}`);
  const lines = run.stdout.split('\n').filter((line) => line.startsWith('1\t'));
  if (lines.length !== variants.length) throw new Error(`${lines.length} answers of ${variants.length}`);

  const byName = new Map(genome.transcripts.map((transcript) => [transcript.gene.transcript, transcript]));
  let compared = 0;
  const classes = new Map<string, { count: number; example: string }>();
  for (const [index, variant] of variants.entries()) {
    const annotations = /ANN=([^;\t]+)/.exec(lines[index] ?? '')?.[1]?.split(',') ?? [];
    for (const annotation of annotations) {
      const [, terms = '', , , , feature = '', id = '', , , coding = '', protein = ''] = annotation.split('|');
      const transcript = feature === 'transcript' ? byName.get(id.replace('transcript:', '')) : undefined;
      if (transcript === undefined) continue;
      compared++;
      const own = codingChange(transcript, { build: 'GRCh38', chromosome: '1', ...variant });
      const change = own?.kind === 'change' ? own.change : undefined;
      const theirs = { terms: terms.split('&').sort().join('&'), coding, protein: protein.replace(/^p\./, '') };
      const ours = {
        terms: (change?.consequence ?? 'none').split('&').sort().join('&'),
        coding: change?.hgvsCoding ?? '',
        protein: change?.hgvsProtein ?? '',
      };
      const difference = differs(
        ours,
        theirs,
        Math.min(...transcript.span.map((end) => Math.abs(end - variant.position1))) < 3,
      );
      if (difference === undefined) continue;
      const example = `${variant.position1}${variant.reference}>${variant.alternate} ours ${JSON.stringify(ours)} theirs ${JSON.stringify(theirs)}`;
      const known = classes.get(difference);
      if (known === undefined) classes.set(difference, { count: 1, example });
      else known.count++;
    }
  }
  console.log(`  ${compared.toLocaleString('en')} single bases in transcripts compared`);
  for (const [name, { count, example }] of [...classes].sort((a, b) => b[1].count - a[1].count))
    console.log(`  ${count.toLocaleString('en')} ${name}\n      ${example}`);
  process.exitCode = [...classes.keys()].some((name) => name.startsWith(UNEXPLAINED)) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

interface Said {
  readonly terms: string;
  readonly coding: string;
  readonly protein: string;
}

/** Class of a difference: each is a convention that stands here with its reason. `UNEXPLAINED` is what this campaign looks for. */
function differs(ours: Said, theirs: Said, endOfTranscript: boolean): string | undefined {
  if (ours.coding !== theirs.coding) return `${UNEXPLAINED} coding name`;
  if (ours.protein !== theirs.protein) {
    const [residue, place] = [ours.protein[0] ?? '', ours.protein.slice(1, -1)];
    // HGVS writes an unchanged residue with an equals sign.
    if (ours.protein !== `${residue}${place}=` || theirs.protein !== `${residue}${place}${residue}`)
      return `${UNEXPLAINED} protein name`;
    return ours.terms === theirs.terms
      ? 'unchanged residue written twice (L111L), which HGVS writes L111='
      : `${UNEXPLAINED} term of an unchanged residue`;
  }
  if (ours.terms === theirs.terms) return undefined;
  // A splice site is a part of its intron in the ontology: the wider term adds nothing.
  if (theirs.terms === `intron_variant&${ours.terms}`) return 'splice site with its intron named as well';
  if (ours.terms === '5_prime_UTR_variant' && theirs.terms === '5_prime_UTR_premature_start_codon_gain_variant')
    return 'new ATG before the start codon, which we name as a change of the untranslated region';
  // No intron begins where a transcript does.
  if (endOfTranscript && theirs.terms === 'splice_region_variant' && /_UTR_variant$/.test(ours.terms))
    return 'splice region at an end of the transcript, where no intron is';
  return `${UNEXPLAINED} term`;
}
