/** Places on the genome that names of changes stand for, from the packs' checked sequences. */
import type { PlaceVariant } from '../../shared/exchange/fhir/to-case.ts';
import { keyFrom } from '../../shared/exchange/phenopacket.ts';
import { parseGenomicChange } from '../../shared/molecular/genomic-change.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import { placeTyped } from '../../shared/molecular/typed-variant.ts';

/** GRCh38 first. Undefined where the name is of a protein, of no known transcript, or leaves bases out that no pack holds. */
export function placeVariant(knowledge: MolecularKnowledge): PlaceVariant {
  return (gene, name, asked) => {
    const direct = keyOf(name);
    if (direct !== undefined) return asked === undefined || direct.startsWith(asked) ? direct : undefined;
    if (gene === '' || !/(^|:)c\./.test(name)) return undefined;
    const names = placeTyped({ gene, change: name }, knowledge);
    for (const build of asked === undefined ? (['GRCh38', 'GRCh37'] as const) : [asked]) {
      const genomic = names?.[build];
      const key = genomic === undefined ? undefined : keyOf(genomic);
      if (key !== undefined) return key;
    }
    return undefined;
  };
}

/** Only where the accession tells the build and the name holds every base. */
function keyOf(name: string): string | undefined {
  const change = parseGenomicChange(name);
  const [build, more] = change?.builds ?? [];
  if (change === undefined || build === undefined || more !== undefined) return undefined;
  const { chromosome, start, end, verb, reference, alternate } = change;
  if (verb === '>') return keyFrom(build, chromosome, start, reference, alternate);
  if (verb === 'ins') return keyFrom(build, chromosome, start, '-', alternate);
  if (reference === '') return undefined;
  return verb === 'dup'
    ? keyFrom(build, chromosome, end, '-', reference)
    : keyFrom(build, chromosome, start, reference, verb === 'del' ? '-' : alternate);
}
