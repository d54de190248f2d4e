/** SnpEff with a database of its own, built from a genome and its GFF3 in a folder of ours; nothing is downloaded. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROGRAM = 'snpEff';
const MEMORY = '-Xmx4g';

export const snpEffPresent = (): boolean => spawnSync(PROGRAM, ['-version'], { stdio: 'ignore' }).error === undefined;

export interface SnpEffDatabase {
  /** Command and arguments that annotate a VCF to standard output. */
  annotate(vcf: string): readonly [command: string, args: readonly string[]];
}

/**
 * @param folder emptied first
 * @returns a database that answers of transcripts only: what lies beside genes, LOF and NMD, motifs and statistics are
 *   switched off, as none of it is asked of the other side
 */
export function snpEffDatabase(folder: string, fasta: string, gff: string): SnpEffDatabase {
  const config = join(folder, 'snpEff.config');
  const data = join(folder, 'data', 'made');
  if (!existsSync(join(data, 'snpEffectPredictor.bin'))) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(data, { recursive: true });
    writeFileSync(config, 'data.dir = ./data\nmade.genome : made\n');
    copyFileSync(fasta, join(data, 'sequences.fa'));
    copyFileSync(gff, join(data, 'genes.gff'));
    const args = [MEMORY, 'build', '-c', config, '-noLog', '-gff3', '-noCheckCds', '-noCheckProtein', 'made'];
    const made = spawnSync(PROGRAM, args, { encoding: 'utf8' });
    if (made.status !== 0 || !existsSync(join(data, 'snpEffectPredictor.bin')))
      throw new Error(`snpEff build ended with ${made.status}: ${made.stderr.slice(-400)}`);
  }
  const quick =
    '-noStats -noLog -nodownload -no-upstream -no-downstream -no-intergenic -no INTRAGENIC -noLof -noMotif -noNextProt -noInteraction';
  return {
    annotate: (vcf) => [PROGRAM, [MEMORY, 'ann', '-c', config, ...quick.split(' '), '-hgvs1LetterAa', 'made', vcf]],
  };
}
