/** UCSC chain files: where a base of one build lies on another. */

export interface Chain {
  readonly from: string;
  readonly to: string;
  readonly score: number;
  /** 0-based half-open blocks: start on the first build, start on the second, length. */
  readonly blocks: readonly (readonly [number, number, number])[];
  readonly start: number;
  readonly end: number;
}

/** Chains between the same chromosome, forward strand, best first; others never carry a position of interest. */
export function readChains(text: string): Chain[] {
  const chains: Chain[] = [];
  for (const part of text.split('\n\n')) {
    const [head = '', ...lines] = part.trim().split('\n');
    const cells = head.split(/\s+/);
    const [word, score, from = '', , , start, end, to = '', , strand, target] = cells;
    if (word !== 'chain' || from !== to || strand !== '+') continue;
    const blocks: [number, number, number][] = [];
    let here = Number(start);
    let there = Number(target);
    for (const line of lines) {
      const [size = 0, gap = 0, targetGap = 0] = line.trim().split(/\s+/).map(Number);
      blocks.push([here, there, size]);
      here += size + gap;
      there += size + targetGap;
    }
    chains.push({ from, to, score: Number(score), blocks, start: Number(start), end: Number(end) });
  }
  return chains.sort((a, b) => b.score - a.score);
}

/** The 1-based position on the other build, or undefined where no chain carries it. */
export function lifted(chains: readonly Chain[], chromosome: string, position: number): number | undefined {
  const at = position - 1;
  for (const { from, start, end, blocks } of chains) {
    if (from !== chromosome || at < start || at >= end) continue;
    for (const [here, there, size] of blocks) if (at >= here && at < here + size) return there + (at - here) + 1;
  }
  return undefined;
}
