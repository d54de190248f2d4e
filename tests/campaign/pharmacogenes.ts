/**
 * Generated VCFs of every pharmacogene in the forms that callers and tools write – insertions and deletions shifted, padded
 * and trimmed, blocks of substitutions, split and joined rows, gVCF blocks, whole and partial phase, open cells, one X,
 * deletions without bases, GRCh37 – against an oracle that goes from strands to alleles by ClinPGx's tables alone:
 * `node tests/campaign/pharmacogenes.ts [files] [seed]`. Ends with 1 when a diplotype, a phenotype, a score or a position
 * that was not called differs.
 */
import { resolve } from 'node:path';
import { loadPacks } from '../../electron/knowledge/index.ts';
import { pharmacogenes } from '../../electron/therapy/index.ts';
import type { PgxKnowledge } from '../../shared/therapy/pgx/definitions.ts';
import { OUTSIDE_ABSENT, outside } from '../support/outside.ts';
import {
  basesByAllele,
  bestDiplotypes,
  byVariant,
  type Genotype,
  plainly,
  type Told,
  turning,
} from './pgx/expected.ts';
import { genesOfTables, phenotypeTable, type TableGene, type TablePosition } from './pgx/tables.ts';
import { type Form, lineOf, moved, type Random, type Written, widened } from './pgx/writing.ts';

const folder = outside('kb/pharmcat');
if (folder === undefined) {
  console.log(OUTSIDE_ABSENT);
  process.exit(0);
}
const files = Number(process.argv[2] ?? 1000);
const packs = await loadPacks(resolve(import.meta.dirname, '../../models/knowledge'));
const knowledge = packs.pharmacogenes() as PgxKnowledge;
const lifted = new Map(
  knowledge.definitions.flatMap(({ chromosome, positions }) =>
    positions.map(({ grch38, grch37 }) => [`${chromosome}:${grch38}`, grch37] as const),
  ),
);
const genes = genesOfTables(folder, (chromosome, at) => lifted.get(`${chromosome}:${at}`));
const tables = new Map(genes.map((gene) => [gene.gene, basesByAllele(gene)]));
const phenotypes = new Map([
  ['DPYD', phenotypeTable(folder, 'phenotype/DPYD.json.gz')],
  ['RYR1', phenotypeTable(folder, 'phenotype-legacy/RYR1.json.gz')],
]);
const mitochondrial = knowledge.definitions.find(({ gene }) => gene === 'MT-RNR1');

let state = Number(process.argv[3] ?? 20_261_126);
const next = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const below = (end: number): number => Math.floor(next() * end);
const random: Random = { below, chance: (of) => next() < of, one: (from) => from[below(from.length)] as never };
const { chance, one } = random;

const aForm = (): Form => {
  const build = chance(0.3) ? 'GRCh37' : 'GRCh38';
  return {
    build,
    naming: one([(name: string) => `chr${name}`, (name: string) => name]),
    phase: one(['all', 'none', 'sets']),
    phaseSets: chance(0.5),
    split: chance(0.5),
    openCells: chance(0.3),
    blocks: build === 'GRCh38' && chance(0.3),
    alts: one(['seen', 'all', 'shuffled']),
    tail: one(['', '', '<*>', '<NON_REF>']),
    moved: one(['table', 'fewest', 'shifted', 'padded']),
    wide: chance(0.4),
    newline: chance(0.2) ? '\r\n' : '\n',
    male: chance(0.4),
  };
};

const placeOf = (position: TablePosition, form: Form): number | undefined =>
  form.build === 'GRCh38' ? position.grch38 : position.grch37;
/** Spans of all positions in both builds, so that invented bases stand at none of them. */
const spans = Map.groupBy(
  genes.flatMap(({ chromosome, positions }) =>
    positions.flatMap(({ grch38, grch37, around }) =>
      [grch38, grch37].flatMap((from) =>
        from === undefined ? [] : [{ chromosome, from, to: from + around.length - 1 }],
      ),
    ),
  ),
  ({ chromosome }) => chromosome,
);
const alone = (chromosome: string, at: number, ref: string): boolean =>
  (spans.get(chromosome) ?? []).every(({ from, to }) => from === at || to < at - 3 || from > at + ref.length + 2);
const within = (gene: TableGene, position: TablePosition): boolean =>
  gene.positions.some(({ grch38, around }) => grch38 < position.grch38 && position.grch38 < grch38 + around.length);

interface Row {
  readonly chromosome: string;
  readonly at: number;
  readonly line: string;
}

/** The rows of one position. */
function rowsOf(chromosome: string, at: number, position: TablePosition, told: Told, form: Form): Row[] {
  const { ref, alts } = position;
  const { pair, block } = told;
  const bar = block === undefined ? '/' : '|';
  const borne = [...new Set(pair.filter((base) => base !== ref))];
  const indel = alts.some((alt) => alt.length !== ref.length);
  const invented = alone(chromosome, at, ref);
  const row = (alt: readonly string[], cells: readonly string[]): Row => {
    const plain = { at, ref: chance(0.1) ? ref.toLowerCase() : ref, alts: alt };
    const how = form.moved === 'padded' && !invented ? 'fewest' : form.moved;
    const written: Written =
      alt.length === 0
        ? plain
        : indel
          ? moved(position, at, alt, how, random)
          : form.wide && invented && chance(0.5)
            ? widened({ at, ref, alts: alt }, random)
            : plain;
    // Alone, <*> makes a row a reference block, which the unit tests of blocks ask.
    const shown = alt.length === 0 || form.tail === '' ? written.alts : [...written.alts, form.tail];
    const set = block !== undefined && block !== 'all';
    return {
      chromosome,
      at: written.at,
      line: lineOf(
        chromosome,
        form,
        { ...written, alts: shown },
        [set ? 'GT:PS' : 'GT', `${cells.join(bar)}${set ? `:${block}` : ''}`],
        ['60', 'PASS', '.'],
      ),
    };
  };
  if (form.split && (borne.length === 2 || (alts.length > 1 && chance(0.3)))) {
    const each = [...new Set([...borne, ...alts])].filter((base) => borne.length < 2 || borne.includes(base));
    const order = chance(0.5) ? each : each.toReversed();
    return order.map((base) =>
      row(
        [base],
        pair.map((own) => (own === base ? '1' : own === ref || !form.openCells ? '0' : '.')),
      ),
    );
  }
  const listed =
    form.alts === 'seen'
      ? borne
      : [...new Set([...alts, ...borne])].sort(() => (form.alts === 'shuffled' ? next() - 0.5 : 0));
  return [
    row(
      listed,
      pair.map((base) => (base === ref ? '0' : String(listed.indexOf(base) + 1))),
    ),
  ];
}

/** Two neighbours as one row of haplotypes; undefined where no caller would write them so. */
function joinedRow(
  chromosome: string,
  form: Form,
  [first, second]: readonly [{ at: number; ref: string; told: Told }, { at: number; ref: string; told: Told }],
): Row | undefined {
  const gap = second.at - first.at - first.ref.length;
  const [p, q] = [first.told.pair, second.told.pair];
  if (gap < 0 || gap > 6 || p.length !== 2 || q.length !== 2) return undefined;
  if (first.told.block === undefined || first.told.block !== second.told.block) return undefined;
  if (p.every((base) => base === first.ref) || q.every((base) => base === second.ref)) return undefined;
  const between = Array.from({ length: gap }, () => one(['A', 'C', 'G', 'T'])).join('');
  const ref = `${first.ref}${between}${second.ref}`;
  const strands = [0, 1].map((side) => `${p[side]}${between}${q[side]}`);
  const alts = [...new Set(strands.filter((strand) => strand !== ref))];
  const set = first.told.block === 'all' ? '' : `:${first.told.block}`;
  const cells = strands.map((strand) => alts.indexOf(strand) + 1).join('|');
  return {
    chromosome,
    at: first.at,
    line: lineOf(chromosome, form, { at: first.at, ref, alts }, [set === '' ? 'GT' : 'GT:PS', `${cells}${set}`]),
  };
}

function strandOf({ gene, alleles, positions, byVariant: variants }: TableGene): string[] {
  if (variants) {
    const borne = new Map(
      Array.from({ length: one([0, 0, 1, 1, 2, 4]) }, () => {
        const index = below(positions.length);
        return [index, one(positions[index]?.alts ?? [])] as const;
      }),
    );
    const haplotype = alleles.find(({ name }) => name.includes('HapB3'));
    for (const [index, base] of haplotype?.bases.entries() ?? [])
      if (base !== undefined && chance(0.4)) borne.set(index, base);
    return positions.map(({ ref }, index) => borne.get(index) ?? ref);
  }
  const table = tables.get(gene) ?? [];
  const place = chance(0.3) ? 0 : below(table.length);
  return positions.map(({ ref }, index) => one(table[place]?.[index] ?? [ref]));
}

function genotypeOf(gene: TableGene, form: Form, rows: Row[]): Genotype {
  const { chromosome, positions } = gene;
  const strands = [strandOf(gene), strandOf(gene)];
  const single = form.male && chromosome === 'X';
  const missing = one([0, 0, 0.05, 0.3]);
  const turned = new Map(['11', '12', '13'].map((set) => [set, chance(0.5)]));
  const [from, to] = [below(positions.length), below(positions.length)].map(
    (index) => placeOf(positions[index] as TablePosition, form) ?? 0,
  ) as [number, number];
  const gone = chance(0.05) && from <= to && from > 0;
  if (gone)
    rows.push({
      chromosome,
      at: from - 5,
      line: lineOf(
        chromosome,
        form,
        { at: from - 5, ref: 'N', alts: ['<DEL>'] },
        ['GT', single ? '1' : '0/1'],
        ['.', '.', `SVTYPE=DEL;END=${to + 40}`],
      ),
    });
  let held: { at: number; ref: string; told: Told } | undefined;
  const truth = positions.map((position, index): Told | undefined => {
    const { ref, alts } = position;
    const at = placeOf(position, form);
    if (at === undefined) return undefined;
    const moves = alts.some((alt) => alt.length !== ref.length);
    const lost =
      gone && (moves ? at + 1 : at) <= to + 40 && from - 4 <= at + Math.max(moves ? 1 : 0, position.around.length - 1);
    if (chance(missing)) {
      // Told as open, half open with the reference, or not at all.
      const said = below(3);
      if (said < 2 && !form.blocks)
        rows.push({
          chromosome,
          at,
          line: lineOf(chromosome, form, { at, ref, alts: [alts[0] ?? 'N'] }, [
            'GT',
            said === 0 || chromosome === 'X' ? './.' : './0',
          ]),
        });
      return undefined;
    }
    const [a = ref, b = ref] = strands.map((strand) => strand[index] ?? ref);
    const set = form.phase === 'sets' ? one(['11', '12', '13', undefined]) : undefined;
    const block = form.phase === 'none' ? undefined : form.phase === 'sets' ? set : form.phaseSets ? '1' : 'all';
    const pair: Told['pair'] = single ? [a] : turned.get(set ?? '') === true ? [b, a] : [a, b];
    const told: Told = { pair, block: single ? undefined : block };
    const reference = pair.every((base) => base === ref);
    if (form.blocks && reference && ref.length === 1 && chance(0.7) && !within(gene, position)) {
      const low = chance(0.1);
      const cell = single ? '0' : '0/0';
      rows.push({
        chromosome,
        at,
        line: lineOf(
          chromosome,
          form,
          { at, ref: 'N', alts: ['<NON_REF>'] },
          ['GT:GQ:MIN_DP', low ? `${cell}:9:30` : `${cell}:60:30`],
          ['.', '.', `END=${at}`],
        ),
      });
      return low || lost ? undefined : { pair, block: undefined };
    }
    const plain = ref.length === 1 && alts.every((alt) => alt.length === 1);
    const joined =
      form.wide && plain && held !== undefined ? joinedRow(chromosome, form, [held, { at, ref, told }]) : undefined;
    if (joined !== undefined) {
      rows.pop();
      rows.push(joined);
      held = undefined;
    } else {
      const own = rowsOf(chromosome, at, position, told, form);
      rows.push(...own);
      held = plain && own.length === 1 ? { at, ref, told } : undefined;
    }
    return lost ? undefined : told;
  });
  return truth;
}

const wrong: string[] = [];
const tally = { genes: 0, ambiguous: 0, none: 0, skipped: 0, oneStrand: 0, parts: 0, variants: 0 };

const numbers = (list: readonly number[]): string => [...list].sort((a, b) => a - b).join();

for (let file = 0; file < files; file += 1) {
  const form = aForm();
  const rows: Row[] = [];
  const truth = new Map(genes.map((gene) => [gene.gene, genotypeOf(gene, form, rows)]));
  const strands = new Set<string>();
  if (form.build === 'GRCh38')
    for (const { grch38, ref, alts } of mitochondrial?.positions ?? []) {
      const alt = chance(0.03) ? one(alts) : undefined;
      if (alt !== undefined) strands.add(`m.${grch38}${ref}>${alt}`);
      const written = { at: grch38, ref, alts: [alt ?? alts[0] ?? 'N'] };
      rows.push({
        chromosome: 'M',
        at: grch38,
        line: lineOf('M', form, written, ['GT', alt === undefined ? '0' : one(['1', '0/1', '1/1'])]),
      });
    }
  const order = (name: string): number => (name === 'X' ? 23 : name === 'M' ? 24 : Number(name));
  rows.sort((a, b) => order(a.chromosome) - order(b.chromosome) || a.at - b.at);
  const text = [
    '##fileformat=VCFv4.2',
    `##contig=<ID=${form.naming('1')},assembly=${form.build}>`,
    '#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tP',
    ...rows.map(({ line }) => line),
    '',
  ].join(form.newline);
  const read = await pharmacogenes({ name: 'generated.vcf', source: Buffer.from(text) }, packs);
  const how = `file ${file} ${JSON.stringify(form)}`;
  if (!read.ok) {
    wrong.push(`${how}: ${read.fault.message}`);
    continue;
  }
  if (form.build === 'GRCh38') {
    const seen = read.value.genes
      .find(({ gene }) => gene === 'MT-RNR1')
      ?.diplotypes.map(plainly)
      .join();
    const names = [...strands].sort();
    const expected = names.length === 0 ? 'Reference' : names.length === 1 ? names[0] : `[${names.join(' + ')}]`;
    if (seen !== expected) wrong.push(`${how} MT-RNR1: ${seen} for ${expected}`);
  }
  for (const gene of genes) {
    const told = read.value.genes.find((own) => own.gene === gene.gene);
    const genotype = truth.get(gene.gene) ?? [];
    const missing = gene.positions.flatMap(({ grch38 }, index) => (genotype[index] === undefined ? [grch38] : []));
    const where = `${how} ${gene.gene}`;
    tally.genes += 1;
    const gave = told?.missingPositions.map(({ position }) => position) ?? [];
    if (numbers(gave) !== numbers(missing))
      wrong.push(
        `${where}: not called ${gave.filter((at) => !missing.includes(at)).join()} too many, ${missing.filter((at) => !gave.includes(at)).join()} too few`,
      );
    if (missing.length === genotype.length || gene.required.some((at) => missing.includes(at))) {
      tally.none += 1;
      if (told?.diplotypes.length !== 0)
        wrong.push(`${where}: called ${told?.diplotypes.join()} without its positions`);
      continue;
    }
    const groups = turning(genotype).length;
    if (groups > 12 || (groups > 1 && gene.chosen)) {
      tally.skipped += 1;
      continue;
    }
    if (groups > 1 && form.phase === 'sets') tally.parts += 1;
    const table = phenotypes.get(gene.gene);
    if (gene.byVariant && table !== undefined) {
      tally.variants += 1;
      const expected = byVariant(gene, genotype, table);
      const [seen, due] = [told?.diplotypes.map(plainly).sort().join(' '), expected.diplotypes.join(' ')];
      if (seen !== due) wrong.push(`${where}: ${seen} for ${due}`);
      const meant = [told?.phenotype ?? undefined, told?.activityScore ?? undefined].join();
      if (expected.phenotype !== undefined && meant !== [expected.phenotype, expected.score].join())
        wrong.push(`${where} ${seen}: ${meant} for ${expected.phenotype}, ${expected.score}`);
      continue;
    }
    if (genotype.every((own) => own === undefined || own.pair.length === 1)) tally.oneStrand += 1;
    const best = bestDiplotypes(gene, tables.get(gene.gene) ?? [], genotype);
    const ours = new Set(
      (told?.calls ?? []).map(({ deciding, diplotype }) =>
        deciding.length > 0 ? plainly(deciding.map(({ allele }) => allele).join('/')) : plainly(diplotype),
      ),
    );
    if (best.size > 1) tally.ambiguous += 1;
    if ([...ours].sort().join(' ') !== [...best].sort().join(' '))
      wrong.push(`${where}: ${[...ours].join(' ')} for ${[...best].join(' ')}`);
  }
}
console.log(
  `${files} files, ${tally.genes} genes: ${wrong.length} differ; ${tally.ambiguous} ambiguous, ${tally.parts} phased in parts, ${tally.oneStrand} with one X, ${tally.variants} of DPYD and RYR1, ${tally.none} not callable, ${tally.skipped} of frequencies or too many strands left out`,
);
for (const line of wrong.slice(0, 12)) console.log(line.slice(0, 600));
process.exitCode = wrong.length === 0 ? 0 : 1;
