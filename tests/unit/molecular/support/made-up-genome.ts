/** A genome that nobody has, with genes on both strands, for comparing consequence callers. */
import { reverseComplement, type Transcript, transcriptOf } from '../../../../shared/molecular/coding-change.ts';
import type { GeneRecord } from '../../../../shared/molecular/genes.ts';
import { seeded } from '../../../bench/variants-file.ts';

export interface MadeUpGenome {
  readonly sequence: string;
  readonly transcripts: readonly Transcript[];
  /** Ensembl's flavour of GFF3. */
  readonly gff: string;
}

export interface MadeUpVariant {
  readonly position1: number;
  readonly reference: string;
  readonly alternate: string;
}

const STOPS = ['TAA', 'TAG', 'TGA'];

/** `genes` of 1 to 6 exons, each with untranslated ends; donors and acceptors are GT and AG. */
export function madeUpGenome(seed: number, genes: number): MadeUpGenome {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const base = (): string => 'ACGT'[below(4)] ?? 'A';
  const bases = (length: number): string => Array.from({ length }, base).join('');
  const codon = (): string => {
    for (;;) {
      const three = bases(3);
      if (!STOPS.includes(three)) return three;
    }
  };
  let sequence = bases(200);
  const transcripts: Transcript[] = [];
  const lines: string[] = ['##gff-version 3'];
  for (let number = 1; number <= genes; number++) {
    const strand = random() < 0.5 ? '+' : '-';
    const coding = `ATG${Array.from({ length: 40 + below(160) }, codon).join('')}${STOPS[below(3)]}`;
    const exonCount = 1 + below(6);
    const cuts = new Set<number>();
    while (cuts.size < exonCount - 1) cuts.add(12 + below(coding.length - 24));
    const borders = [0, ...[...cuts].sort((a, b) => a - b), coding.length];
    const [five, three] = [bases(20 + below(40)), bases(20 + below(40))];
    // In the direction of the gene: pieces with what they are.
    let text = '';
    const exons: [number, number][] = [];
    const cds: [number, number][] = [];
    for (let index = 0; index + 1 < borders.length; index++) {
      const piece = coding.slice(borders[index], borders[index + 1]);
      const [before, after] = [index === 0 ? five : '', index + 2 === borders.length ? three : ''];
      exons.push([text.length, text.length + before.length + piece.length + after.length - 1]);
      cds.push([text.length + before.length, text.length + before.length + piece.length - 1]);
      text += before + piece + after;
      if (index + 2 < borders.length) text += `GT${bases(60 + below(80))}AG`;
    }
    const start = sequence.length;
    sequence += (strand === '+' ? text : reverseComplement(text)) + bases(150);
    const placed = (pairs: [number, number][]): number[] =>
      pairs
        .map(([from, to]): [number, number] =>
          strand === '+' ? [start + from + 1, start + to + 1] : [start + text.length - to, start + text.length - from],
        )
        .sort((a, b) => a[0] - b[0])
        .flat();
    const id = `G${number}`;
    const record: GeneRecord = {
      symbol: id,
      chromosome: '1',
      strand,
      transcript: `T${number}`,
      ensembl: `T${number}`,
      mane: true,
      grch38: { span: [start + 1, start + text.length], exons: placed(exons), cds: placed(cds) },
    };
    const transcript = transcriptOf(record, 'GRCh38', coding);
    if (transcript === undefined) throw new Error('a made-up gene has no transcript');
    transcripts.push(transcript);
    const line = (kind: string, from: number, to: number, attributes: string, phase = '.'): string =>
      ['1', 'made', kind, from, to, '.', strand, phase, attributes].join('\t');
    lines.push(
      line('gene', start + 1, start + text.length, `ID=gene:${id};Name=${id};biotype=protein_coding;gene_id=${id}`),
      line('mRNA', start + 1, start + text.length, `ID=transcript:T${number};Parent=gene:${id};biotype=protein_coding`),
    );
    const pairs = (flat: readonly number[]): [number, number][] =>
      flat.flatMap((value, index) => (index % 2 === 0 ? [[value, flat[index + 1] ?? value] as [number, number]] : []));
    const parent = `Parent=transcript:T${number}`;
    for (const [from, to] of pairs(record.grch38?.exons ?? [])) lines.push(line('exon', from, to, parent));
    const coded = pairs(record.grch38?.cds ?? []);
    const order = strand === '+' ? coded : [...coded].reverse();
    let length = 0;
    for (const [from, to] of order) {
      lines.push(line('CDS', from, to, parent, String((3 - (length % 3)) % 3)));
      length += to - from + 1;
    }
    const [low = [0, 0]] = coded;
    const high = coded.at(-1) ?? [0, 0];
    const [left, right] =
      strand === '+' ? ['five_prime_UTR', 'three_prime_UTR'] : ['three_prime_UTR', 'five_prime_UTR'];
    lines.push(
      line(left ?? '', start + 1, low[0] - 1, parent),
      line(right ?? '', high[1] + 1, start + text.length, parent),
    );
  }
  return { sequence, transcripts, gff: `${lines.join('\n')}\n` };
}

/** Substitutions, insertions, deletions and both, left-aligned as the field's callers write them; sorted by place. */
export function madeUpVariants({ sequence }: MadeUpGenome, seed: number, count: number): readonly MadeUpVariant[] {
  const random = seeded(seed);
  const below = (limit: number): number => Math.floor(random() * limit);
  const other = (base: string): string => 'ACGT'.replace(base, '')[below(3)] ?? 'A';
  const bases = (length: number): string => Array.from({ length }, () => 'ACGT'[below(4)]).join('');
  const made = new Map<string, MadeUpVariant>();
  while (made.size < count) {
    const position1 = 50 + below(sequence.length - 100);
    const at = (length: number): string => sequence.slice(position1 - 1, position1 - 1 + length);
    const kind = random();
    const size = 1 + below(7);
    let variant: MadeUpVariant;
    if (kind < 0.5) variant = { position1, reference: at(1), alternate: other(at(1)) };
    else if (kind < 0.7)
      variant = leftAligned(sequence, { position1, reference: at(1), alternate: at(1) + bases(size) });
    else if (kind < 0.9) variant = leftAligned(sequence, { position1, reference: at(1 + size), alternate: at(1) });
    else {
      const reference = at(2 + below(2));
      variant = { position1, reference, alternate: [...reference].map(other).join('') };
    }
    made.set(`${variant.position1}:${variant.reference}:${variant.alternate}`, variant);
  }
  return [...made.values()].sort(
    (a, b) => a.position1 - b.position1 || (a.reference + a.alternate < b.reference + b.alternate ? -1 : 1),
  );
}

/** An insertion or deletion with its anchor base moved as far to the left as its bases repeat (bcftools norm). */
function leftAligned(sequence: string, variant: MadeUpVariant): MadeUpVariant {
  let { position1, reference, alternate } = variant;
  while (position1 > 2 && reference.at(-1) === alternate.at(-1)) {
    const before = sequence[position1 - 2] ?? 'A';
    reference = before + reference.slice(0, -1);
    alternate = before + alternate.slice(0, -1);
    position1--;
  }
  return { position1, reference, alternate };
}
