/** Chains between the builds, both ways: the chromosomes only. */
import type { Pack } from './pack.ts';
import type { Sources } from './sources.ts';

const FILES = {
  'grch37-to-grch38.chain': 'transcripts/hg19ToHg38.over.chain.gz',
  'grch38-to-grch37.chain': 'transcripts/hg38ToHg19.over.chain.gz',
} as const;

// The mitochondrion of hg19 is another sequence than that of GRCh37: it is never carried over.
const CHROMOSOME = /^chr(?:\d{1,2}|X|Y)$/;

/** Chains whose two ends are chromosomes, as they stand. */
function ofChromosomes(text: string): readonly string[] {
  return text
    .split(/\n\n+/)
    .map((chain) => chain.trim())
    .filter((chain) => {
      const [head = ''] = chain.split('\n', 1);
      const cells = head.split(/\s+/);
      return cells[0] === 'chain' && CHROMOSOME.test(cells[2] ?? '') && CHROMOSOME.test(cells[7] ?? '');
    })
    .map((chain) => chain.replaceAll('\t', ' '));
}

export function liftoverPack(sources: Sources): Pack {
  const chains = Object.entries(FILES).map(([name, path]) => [name, ofChromosomes(sources.text(path))] as const);
  return {
    id: 'liftover',
    version: '2013-12-31',
    asOf: '2013-12-31',
    title: 'Liftover between GRCh37 and GRCh38',
    sources: [
      {
        name: 'UCSC liftOver chains hg19 to hg38 and hg38 to hg19',
        version: '2013-12-31',
        licence: 'free for all uses (UCSC)',
        citation: 'Hinrichs AS, et al. Nucleic Acids Res 2006;34:D590-D598. Chains between chromosomes only.',
      },
    ],
    counts: Object.fromEntries(chains.map(([name, found]) => [`chains ${name.replace('.chain', '')}`, found.length])),
    files: Object.fromEntries(chains.map(([name, found]) => [name, `${found.join('\n\n')}\n`])),
  };
}
