/**
 * Generated VCFs of every pharmacogene with named alleles, in the forms that callers and tools write, against an oracle that
 * goes from strands to alleles by the definition tables alone: `node tests/campaign/pharmacogenes.ts [files]`. Ends with 1
 * when a diplotype, or a position that was not called, differs.
 */
import { resolve } from 'node:path';
import { loadPacks } from '../../electron/knowledge/index.ts';
import { pharmacogenes } from '../../electron/therapy/index.ts';
import type { GeneDefinition, PgxKnowledge, PgxPosition } from '../../shared/therapy/pgx/definitions.ts';

const files = Number(process.argv[2] ?? 1000);
const packs = await loadPacks(resolve(import.meta.dirname, '../../models/knowledge'));
const knowledge = packs.pharmacogenes() as PgxKnowledge;
const genes = knowledge.definitions.filter(({ rule }) => rule === 'named-alleles');

let state = 20_261_126;
const random = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const below = (end: number): number => Math.floor(random() * end);
const one = <T>(from: readonly T[]): T => from[below(from.length)] as T;

const CODES: Readonly<Record<string, string>> = { R: 'AG', Y: 'CT', S: 'CG', W: 'AT', K: 'GT', M: 'AC' };
const basesOf = (code: string): readonly string[] => (CODES[code] === undefined ? [code] : [...CODES[code]]);
const tables = new Map(
  genes.map(({ gene, alleles, positions }) => {
    const reference = new Map(alleles[0]?.at);
    return [
      gene,
      alleles.map(({ at }) => {
        const own = new Map(at);
        return positions.map(({ ref }, index) => {
          const stated = own.get(index);
          if (stated !== undefined) return basesOf(stated);
          const base = reference.get(index) ?? ref;
          return [CODES[base] === undefined ? base : ref];
        });
      }),
    ] as const;
  }),
);

type Pair = readonly [string, string];
type Genotype = readonly (Pair | undefined)[];

/** Names of the pairs that fit, and those that explain most defined positions. */
function expected(
  definition: GeneDefinition,
  genotype: Genotype,
  phased: boolean,
): { all: Set<string>; best: Set<string> } {
  const { alleles, positions, reportedAs } = definition;
  const table = tables.get(definition.gene) ?? [];
  const called = genotype.flatMap((pair, index) => (pair === undefined ? [] : [index]));
  const het = called.filter((index) => genotype[index]?.[0] !== genotype[index]?.[1]);
  const reachable = alleles.flatMap(({ at }, place) =>
    at.some(([index]) => genotype[index] !== undefined) ? [place] : [],
  );
  const fitting = (strand: readonly string[]): number[] =>
    reachable.filter((place) => called.every((index) => table[place]?.[index]?.includes(strand[index] ?? '') === true));
  const score = (place: number, strands: readonly (readonly string[])[]): number =>
    (alleles[place]?.at ?? []).filter(
      ([index, code]) =>
        genotype[index] !== undefined &&
        (CODES[code] === undefined || strands.some((strand) => strand[index] !== positions[index]?.ref)),
    ).length;
  const seen = new Map<string, { a: number; b: number; left: string[][]; right: string[][] }>();
  const ways = phased ? 1 : 2 ** Math.max(0, het.length - 1);
  for (let mask = 0; mask < ways; mask += 1) {
    const turned = new Set(het.slice(1).filter((_, bit) => (mask >> bit) & 1));
    const strand = (side: 0 | 1) => genotype.map((pair, index) => pair?.[turned.has(index) ? 1 - side : side] ?? '');
    const [first, second] = [strand(0), strand(1)];
    const others = fitting(second);
    for (const a of fitting(first))
      for (const b of others) {
        const [low, high, left, right] = a <= b ? [a, b, first, second] : [b, a, second, first];
        const entry = seen.get(`${low},${high}`) ?? { a: low, b: high, left: [], right: [] };
        entry.left.push(left);
        entry.right.push(right);
        seen.set(`${low},${high}`, entry);
      }
  }
  const scores = new Map<string, number>();
  for (const { a, b, left, right } of seen.values()) {
    const both = [...left, ...right];
    const total = score(a, a === b ? both : left) + score(b, a === b ? both : right);
    const name = [a, b]
      .map((place) => alleles[place]?.name ?? '')
      .map((allele) => reportedAs[allele] ?? allele)
      .sort()
      .join('/');
    scores.set(name, Math.max(scores.get(name) ?? 0, total));
  }
  const top = Math.max(...scores.values());
  return {
    all: new Set(scores.keys()),
    best: new Set([...scores].flatMap(([name, own]) => (own === top ? [name] : []))),
  };
}

interface Form {
  readonly build: 'GRCh38' | 'GRCh37';
  readonly naming: (chromosome: string) => string;
  readonly phased: boolean;
  readonly phaseSets: boolean;
  /** A site of several alleles: one row, or a row for each as `bcftools norm -m -` writes them. */
  readonly split: boolean;
  readonly openCells: boolean;
  readonly blocks: boolean;
  readonly alts: 'seen' | 'all' | 'shuffled';
  readonly tail: '' | '<*>' | '<NON_REF>';
  readonly newline: string;
}
const aForm = (): Form => {
  const build = random() < 0.3 ? 'GRCh37' : 'GRCh38';
  return {
    build,
    naming: one([(name: string) => `chr${name}`, (name: string) => name]),
    phased: random() < 0.5,
    phaseSets: random() < 0.5,
    split: random() < 0.5,
    openCells: random() < 0.3,
    blocks: build === 'GRCh38' && random() < 0.3,
    alts: one(['seen', 'all', 'shuffled'] as const),
    tail: one(['', '', '<*>', '<NON_REF>'] as const),
    newline: random() < 0.2 ? '\r\n' : '\n',
  };
};

/** A row of the file; its quality, filter and INFO are of no matter unless they are given. */
const lineOf = (
  place: { readonly chromosome: string; readonly at: number },
  form: Form,
  [ref, alt]: Pair,
  [format, cell]: Pair,
  [quality, filter, info] = ['.', '.', '.'],
): string => [form.naming(place.chromosome), place.at, '.', ref, alt, quality, filter, info, format, cell].join('\t');

/** The rows of one position; what they leave open counts as not called. */
function rowsOf(chromosome: string, at: number, { ref, alts }: PgxPosition, [a, b]: Pair, form: Form): string[] {
  const bar = form.phased ? '|' : '/';
  const borne = [...new Set([a, b].filter((base) => base !== ref))];
  const row = (alt: readonly string[], cells: readonly string[]): string => {
    // Alone, <*> makes a row a reference block, which the unit tests of blocks ask.
    const shown = alt.length === 0 || form.tail === '' ? [...alt] : [...alt, form.tail];
    const set = form.phased && form.phaseSets;
    return lineOf(
      { chromosome, at },
      form,
      [random() < 0.1 ? ref.toLowerCase() : ref, shown.length === 0 ? '.' : shown.join(',')],
      [set ? 'GT:PS' : 'GT', `${cells.join(bar)}${set ? ':1' : ''}`],
      ['60', 'PASS', '.'],
    );
  };
  if (form.split && (borne.length === 2 || (alts.length > 1 && random() < 0.3))) {
    const each = [...new Set([...borne, ...alts])].filter((base) => borne.length < 2 || borne.includes(base));
    const order = random() < 0.5 ? each : each.toReversed();
    return order.map((base) =>
      row(
        [base],
        [a, b].map((own) => (own === base ? '1' : own === ref || !form.openCells ? '0' : '.')),
      ),
    );
  }
  const listed =
    form.alts === 'seen'
      ? borne
      : [...new Set([...alts, ...borne])].sort(() => (form.alts === 'shuffled' ? random() - 0.5 : 0));
  const cell = (base: string): string => (base === ref ? '0' : String(listed.indexOf(base) + 1));
  return [row(listed, [cell(a), cell(b)])];
}

function fileOf(form: Form): { text: string; truth: Map<string, Genotype> } {
  const truth = new Map<string, Genotype>();
  const rows: { chromosome: string; at: number; lines: string[] }[] = [];
  for (const definition of genes) {
    const { chromosome } = definition;
    const table = tables.get(definition.gene) ?? [];
    const strand = (): string[] => {
      const place = random() < 0.3 ? 0 : below(table.length);
      return definition.positions.map(({ ref }, index) => one(table[place]?.[index] ?? [ref]));
    };
    const [first, second] = [strand(), strand()];
    const missing = one([0, 0, 0.05, 0.3]);
    const genotype = definition.positions.map((position, index): Pair | undefined => {
      const at = form.build === 'GRCh38' ? position.grch38 : position.grch37;
      const pair: Pair = [first[index] ?? position.ref, second[index] ?? position.ref];
      if (at === undefined || random() < missing) {
        // Told as open, half open with the reference, or not at all.
        const said = below(3);
        if (at !== undefined && said < 2 && !form.blocks)
          rows.push({
            chromosome,
            at,
            lines: [
              lineOf(
                { chromosome, at },
                form,
                [position.ref, position.alts[0] ?? 'N'],
                ['GT', said === 0 || chromosome === 'X' ? './.' : './0'],
              ),
            ],
          });
        return undefined;
      }
      const hom = pair[0] === position.ref && pair[1] === position.ref;
      if (form.blocks && hom && position.ref.length === 1 && random() < 0.7) {
        const low = random() < 0.1;
        rows.push({
          chromosome,
          at,
          lines: [
            lineOf(
              { chromosome, at },
              form,
              ['N', '<NON_REF>'],
              ['GT:GQ:MIN_DP', low ? '0/0:9:30' : '0/0:60:30'],
              ['.', '.', `END=${at}`],
            ),
          ],
        });
        return low ? undefined : pair;
      }
      rows.push({
        chromosome,
        at,
        lines: rowsOf(chromosome, at, position, pair, form),
      });
      return pair;
    });
    truth.set(definition.gene, genotype);
  }
  const order = (name: string): number => (name === 'X' ? 23 : Number(name));
  rows.sort((a, b) => order(a.chromosome) - order(b.chromosome) || a.at - b.at);
  const head = ['##fileformat=VCFv4.2', `##contig=<ID=${form.naming('1')},assembly=${form.build}>`];
  return {
    text: [
      ...head,
      '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP',
      ...rows.flatMap(({ lines }) => lines),
      '',
    ].join(form.newline),
    truth,
  };
}

const tally = { genes: 0, ambiguous: 0, none: 0, skipped: 0 };
const wrong: string[] = [];
const sorted = (name: string): string => name.split('/').sort().join('/');
for (let file = 0; file < files; file += 1) {
  const form = aForm();
  const { text, truth } = fileOf(form);
  const read = await pharmacogenes({ name: 'generated.vcf', source: Buffer.from(text) }, packs);
  if (!read.ok) {
    wrong.push(`file ${file}: ${read.fault.message}`);
    continue;
  }
  for (const definition of genes) {
    const told = read.value.genes.find(({ gene }) => gene === definition.gene);
    const genotype = truth.get(definition.gene) ?? [];
    const missing = definition.positions.flatMap(({ grch38 }, index) =>
      genotype[index] === undefined ? [grch38] : [],
    );
    const where = `file ${file} ${definition.gene} ${JSON.stringify(form)}`;
    tally.genes += 1;
    if (
      JSON.stringify(told?.missingPositions.map(({ position }) => position).sort()) !== JSON.stringify(missing.sort())
    )
      wrong.push(`${where}: missing ${told?.missingPositions.length} for ${missing.length}`);
    const het = genotype.filter((pair) => pair !== undefined && pair[0] !== pair[1]).length;
    if (missing.length === genotype.length || definition.required.some((index) => genotype[index] === undefined)) {
      tally.none += 1;
      if (told?.diplotypes.length !== 0)
        wrong.push(`${where}: called ${told?.diplotypes.join()} without its positions`);
      continue;
    }
    if (!form.phased && (het > 12 || definition.unphasedChoice.length > 0)) {
      tally.skipped += 1;
      continue;
    }
    const { best } = expected(definition, genotype, form.phased || het <= 1);
    const ours = new Set(
      (told?.calls ?? []).map(({ deciding, diplotype }) =>
        deciding.length === 2
          ? deciding
              .map(({ allele }) => allele)
              .sort()
              .join('/')
          : sorted(diplotype),
      ),
    );
    if (best.size > 1) tally.ambiguous += 1;
    if (JSON.stringify([...ours].sort()) !== JSON.stringify([...best].sort()))
      wrong.push(`${where}: ${[...ours].join(' ')} for ${[...best].join(' ')}`);
  }
}
console.log(
  `${files} files, ${tally.genes} genes: ${wrong.length} differ; ${tally.ambiguous} ambiguous, ${tally.none} not callable, ${tally.skipped} of frequencies or too many strands left out`,
);
for (const line of wrong.slice(0, 12)) console.log(line.slice(0, 500));
process.exitCode = wrong.length === 0 ? 0 : 1;
