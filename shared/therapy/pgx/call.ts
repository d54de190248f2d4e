/** From genotypes and outside calls to genes, phenotypes and recommendations. Pure: the same input gives the same document. */
import { callByVariant, withOpenStrandsFilled } from './by-variant.ts';
import { toldPhenotype, unreadAlleles } from './decisive.ts';
import { type GeneDefinition, type GenePhenotypes, OUTSIDE_ONLY, type PgxKnowledge } from './definitions.ts';
import type { PgxAdvice, PgxCall, PgxDocument, PgxGene, PgxPositionCall } from './document.ts';
import { type GeneSample, type SampleGenotypes, sampleOf } from './genotype.ts';
import { bestPairs, type MatchedPair, matchedPairs } from './named-alleles.ts';
import { compareDiplotypes, diplotypeLabel, diplotypeName } from './names.ts';
import type { OutsideCall } from './outside-calls.ts';
import { decidingPair, decidingPairOf, type Interpretation, interpret } from './phenotype.ts';
import { type Reading, recommend } from './recommend.ts';

export interface PgxInput {
  readonly genotypes: SampleGenotypes;
  /** The same as rows of the file, which go into the document. */
  readonly rows?: readonly PgxPositionCall[];
  readonly outside: readonly OutsideCall[];
  readonly knowledge: PgxKnowledge;
  readonly genomeBuild?: 'GRCh37' | 'GRCh38';
  /** Report every diplotype that fits, not only those that explain most positions (PharmCAT's --all-results). */
  readonly allDiplotypes?: boolean;
  readonly warnings: readonly string[];
}

interface Called {
  readonly gene: PgxGene;
  readonly readings: readonly Reading[];
}

/** A reading of the gene before it is put into words. */
interface Read {
  readonly diplotype: string;
  readonly deciding: readonly string[];
  readonly said: Interpretation;
}

const bySource = { vcf: 'vcf', outside: 'outside', none: 'none' } as const;

function callOf({ diplotype, said }: Read): PgxCall {
  const { phenotype, activityScore } = said;
  return {
    diplotype,
    deciding: said.strands.map((strand) => ({ ...strand })),
    ...(phenotype === undefined ? {} : { phenotype }),
    ...(activityScore === undefined ? {} : { activityScore }),
  };
}

function geneOf(
  head: Pick<PgxGene, 'gene' | 'source' | 'missingPositions' | 'positions' | 'phased' | 'unread'> & {
    readonly definitionVersion?: string | undefined;
  },
  reads: readonly Read[],
  more: {
    readonly diplotypes?: readonly string[];
    readonly others?: readonly Read[];
    /** The others are asked for recommendations too: nobody knows which of all is the patient's. */
    readonly open?: boolean;
    readonly notes?: readonly string[];
    readonly reason?: string | undefined;
  } = {},
): Called {
  const calls = reads.map(callOf);
  const phenotypes = [...new Set(calls.flatMap(({ phenotype }) => phenotype ?? []))];
  const scores = [...new Set(calls.flatMap(({ activityScore }) => activityScore ?? []))];
  const { definitionVersion, ...rest } = head;
  return {
    gene: {
      ...rest,
      diplotypes: [...(more.diplotypes ?? [...new Set(reads.map(({ diplotype }) => diplotype))])],
      otherDiplotypes: (more.others ?? []).map(({ diplotype }) => diplotype),
      ...(more.others === undefined || more.others.length === 0 ? {} : { otherCalls: more.others.map(callOf) }),
      phenotype: phenotypes.length === 0 ? null : phenotypes.join(' or '),
      activityScore: scores.length === 0 ? null : scores.join(' or '),
      phenotypes,
      calls,
      notes: [...(more.notes ?? [])],
      ...(more.reason === undefined ? {} : { reason: more.reason }),
      ...(definitionVersion === undefined ? {} : { definitionVersion }),
    },
    readings: [...reads, ...(more.open === true ? (more.others ?? []) : [])].map(({ diplotype, deciding, said }) => ({
      diplotype,
      alleles: deciding,
      lookup: said.lookup,
    })),
  };
}

/** SLCO1B1 without a diplotype is still known at c.521T>C, by which statins are dosed (CPIC 2022). */
function slco1b1Alone(definition: GeneDefinition, sample: GeneSample): string[] | undefined {
  if (definition.gene !== 'SLCO1B1') return undefined;
  const strands = sample.at[definition.positions.findIndex(({ rsid }) => rsid === 'rs4149056')]?.strands;
  if (strands?.length !== 2) return undefined;
  const names = strands.map((base) => (base === 'T' ? '*1' : base === 'C' ? '*5' : undefined));
  return names.every((name) => name !== undefined) ? names : undefined;
}

function whyNot(definition: GeneDefinition, sample: GeneSample): string {
  if (sample.missing.length === definition.positions.length) return 'No position of the gene is called.';
  if (definition.required.some((index) => sample.missing.includes(index)))
    return 'A position without which the gene is not called is missing.';
  if (sample.partial) return 'A position is called on one strand only.';
  return 'No pair of named alleles fits what was seen.';
}

function fromVcf(
  definition: GeneDefinition,
  table: GenePhenotypes | undefined,
  genotypes: SampleGenotypes,
  all = false,
): Called {
  const { gene, chromosome, positions, version } = definition;
  const sample = sampleOf(definition, genotypes.get(chromosome) ?? new Map());
  const missingPositions = sample.missing.flatMap((index) => {
    const one = positions[index];
    return one === undefined
      ? []
      : [
          {
            chromosome: chromosome === 'MT' ? 'chrM' : `chr${chromosome}`,
            position: one.grch38,
            ...(one.rsid === undefined ? {} : { rsid: one.rsid }),
          },
        ];
  });
  const head = { gene, missingPositions, positions: positions.length, definitionVersion: version };
  const none = (notes: readonly string[] = []) =>
    geneOf({ ...head, source: bySource.none, phased: null }, [], { notes, reason: whyNot(definition, sample) });
  if (sample.missing.length === positions.length) return none();
  if (definition.required.some((index) => sample.missing.includes(index))) return none();
  const unknown = positions.flatMap(({ rsid, grch38 }, index) =>
    (sample.at[index]?.unknown.length ?? 0) > 0 ? [rsid ?? String(grch38)] : [],
  );
  const notes =
    unknown.length > 0 && definition.unknownBaseIsReference
      ? [`A base that no allele defines was read as reference at ${unknown.join(', ')}.`]
      : [];
  const unread = unreadAlleles(definition, sample);
  const called = {
    ...head,
    source: bySource.vcf,
    phased: sample.phased,
    ...(unread.length === 0 ? {} : { unread }),
  };
  const reference = definition.alleles[0]?.name ?? '';

  if (definition.rule === 'by-variant') {
    const call = callByVariant(definition, sample);
    if (call === undefined || call.alleles.length === 0) return none([...notes, ...(call?.notes ?? [])]);
    const readOf = (one: typeof call): Read => {
      const deciding = table === undefined ? [] : decidingPair(table, one);
      return { diplotype: diplotypeName(deciding), deciding, said: interpret(table, deciding) };
    };
    const own = readOf(call);
    // The strand that was not called may bear the variant: what that would mean stands beside the call.
    const filled = withOpenStrandsFilled(sample);
    const other = filled === undefined ? undefined : callByVariant(definition, filled);
    const others = other === undefined ? [] : [readOf(other)].filter(({ diplotype }) => diplotype !== own.diplotype);
    return geneOf(called, [own], {
      diplotypes: call.diplotypes,
      others,
      open: true,
      notes: [...notes, ...call.notes],
    });
  }

  const pairs = matchedPairs(definition, sample);
  const best = all ? pairs : bestPairs(definition, sample, pairs);
  if (best.length === 0) {
    const alone = slco1b1Alone(definition, sample);
    if (alone === undefined) return none(notes);
    const refused = none(notes);
    const inferred = interpret(table, alone);
    return {
      gene: {
        ...refused.gene,
        phenotype: inferred.phenotype ?? null,
        phenotypes: inferred.phenotype === undefined ? [] : [inferred.phenotype],
        calls: geneOf({ ...head, source: bySource.none, phased: null }, [
          { diplotype: diplotypeName(alone), deciding: alone, said: inferred },
        ]).gene.calls,
        notes: [...notes, 'No diplotype fits; the phenotype rests on rs4149056 (c.521T>C) alone.'],
      },
      readings: [{ diplotype: diplotypeName(alone), alleles: alone, lookup: inferred.lookup }],
    };
  }
  const label = (strands: readonly string[]) => diplotypeLabel(gene, strands, reference);
  const bestNames = best.map(({ name }) => name);
  const read = ({ strands, name }: MatchedPair): Read & { readonly name: string } => ({
    diplotype: label(strands),
    deciding: strands,
    said: interpret(table, strands),
    name,
  });
  const byName = (a: { readonly name: string }, b: { readonly name: string }) => compareDiplotypes(a.name, b.name);
  return geneOf(called, best.map(read).sort(byName), {
    others: pairs
      .filter(({ name }) => !bestNames.includes(name))
      .map(read)
      .sort(byName),
    notes: [
      ...notes,
      ...(best.length === 1 && pairs.length > 1 && !sample.phased && definition.unphasedChoice.length > 0
        ? [`Unphased: several diplotypes fit; ${bestNames[0]} is the one PharmCAT picks by frequency.`]
        : []),
    ],
  });
}

const HLA_MARKERS: Readonly<Record<string, readonly string[]>> = {
  'HLA-A': ['*31:01'],
  'HLA-B': ['*15:02', '*57:01', '*58:01'],
};

/**
 * HLA results are carrier or not, one term for each allele that a guideline asks for. Not a carrier is said only where both
 * alleles are known and none may be it: of one allele the other is open, of a group (`*15`) each of its alleles.
 */
function hlaTerms(gene: string, { strands, phenotype }: OutsideCall): string[] {
  if (strands === undefined) return phenotype === undefined ? [] : [phenotype];
  return (HLA_MARKERS[gene] ?? []).flatMap((marker) => {
    if (strands.includes(marker)) return [`${marker} positive`];
    const open = strands.length < 2 || strands.some((allele) => marker.startsWith(`${allele}:`));
    return open ? [] : [`${marker} negative`];
  });
}

function fromOutside(
  gene: string,
  calls: readonly OutsideCall[],
  knowledge: PgxKnowledge,
  vcf: Called | undefined,
): Called {
  const definition = knowledge.definitions.find((one) => one.gene === gene);
  const table = knowledge.phenotypes.find((one) => one.gene === gene);
  const reference = definition?.alleles[0]?.name ?? '';
  const head = {
    gene,
    source: bySource.outside,
    phased: null,
    missingPositions: vcf?.gene.missingPositions ?? [],
    positions: definition?.positions.length ?? 0,
    definitionVersion: definition?.version ?? table?.version,
  };
  const notes = [
    ...new Set(calls.flatMap((call) => call.notes)),
    ...(vcf !== undefined && vcf.gene.source === 'vcf' && calls.some(({ strands }) => strands !== undefined)
      ? [`The VCF alone reads ${vcf.gene.diplotypes.join(', ')}; the outside call stands.`]
      : []),
  ];
  if (gene.startsWith('HLA-')) {
    const terms = [...new Set(calls.flatMap((call) => hlaTerms(gene, call)))];
    const silent = (HLA_MARKERS[gene] ?? []).filter((marker) => !terms.some((term) => term.includes(marker)));
    if (silent.length > 0 && calls.some(({ strands }) => strands !== undefined))
      notes.push(`Not told: ${silent.join(', ')}; one allele or a group of alleles does not say whether it is borne.`);
    const diplotypes = calls.flatMap(({ strands }) => (strands === undefined ? [] : [diplotypeName(strands)]));
    const { gene: built } = geneOf(head, [], { diplotypes, notes });
    return {
      gene: { ...built, phenotype: terms.length === 0 ? null : terms.join('; '), phenotypes: terms },
      readings: [{ diplotype: diplotypes[0] ?? '', alleles: diplotypes, lookup: terms }],
    };
  }
  const mismatches: string[] = [];
  const reads = calls
    .map((call): Read => {
      const strands = call.strands ?? [];
      const deciding =
        definition?.rule === 'by-variant' && table !== undefined ? decidingPairOf(table, strands) : [...strands];
      const own = interpret(table, deciding);
      const stated = statedBy(call, table, own);
      if (
        strands.length > 0 &&
        stated.phenotype !== undefined &&
        own.phenotype !== undefined &&
        stated.phenotype !== own.phenotype
      )
        mismatches.push(
          `${call.source ?? `Line ${call.line}`} says ${stated.phenotype}, the tables say ${own.phenotype} for ${diplotypeName(strands)}.`,
        );
      return {
        diplotype: strands.length === 0 ? '' : diplotypeLabel(gene, strands, reference),
        deciding,
        said: stated,
      };
    })
    .sort((a, b) => compareDiplotypes(a.diplotype, b.diplotype));
  return geneOf(head, reads, {
    diplotypes: [...new Set(reads.flatMap(({ diplotype }) => (diplotype === '' ? [] : [diplotype])))],
    notes: [...notes, ...mismatches],
  });
}

/** What the line itself states goes before what the tables make of its diplotype; a score before a phenotype. */
function statedBy(call: OutsideCall, table: GenePhenotypes | undefined, own: Interpretation): Interpretation {
  const { phenotype, activityScore } = call;
  if (table?.scored === true && activityScore !== undefined) {
    const row = table.byFunctions.find((one) => one.activityScore === activityScore);
    const said = phenotype ?? row?.phenotype;
    return {
      strands: own.strands,
      ...(said === undefined ? {} : { phenotype: said }),
      activityScore,
      lookup: row === undefined ? [] : [activityScore],
    };
  }
  if (phenotype === undefined) return own;
  if (table?.scored !== true) return { strands: own.strands, phenotype, lookup: [phenotype] };
  const agree = own.phenotype === phenotype;
  const lookup = agree
    ? own.lookup
    : [...new Set(table.byFunctions.flatMap((row) => (row.phenotype === phenotype ? (row.activityScore ?? []) : [])))];
  return {
    strands: own.strands,
    phenotype,
    ...(agree && own.activityScore !== undefined ? { activityScore: own.activityScore } : {}),
    lookup,
  };
}

/**
 * The usual dose, and silence of a guideline, are no advice where an allele that would change it was not read: nor is the
 * score that they go by, or how strongly they are meant.
 */
function openAdvice(advice: PgxAdvice, genes: readonly PgxGene[]): PgxAdvice {
  if (advice.action !== 'usual' && advice.action !== 'no-statement') return advice;
  const open = genes.filter((one) => advice.genes.includes(one.gene) && toldPhenotype(one) !== one.phenotype);
  const notRead = open.flatMap(({ gene, unread = [] }) => unread.map((allele) => `${gene} ${allele}`));
  if (notRead.length === 0) return advice;
  const { strength, ...rest } = advice;
  const because = advice.because.map((looked) => {
    const partly = open.find(({ gene }) => looked.startsWith(`${gene} `));
    return partly === undefined ? looked : `${partly.gene} not read whole`;
  });
  return { ...rest, because, action: 'no-statement', notRead };
}

/** The whole document. A gene in an outside call is read from there, as every dedicated caller goes before short reads. */
export function callPharmacogenes({
  genotypes,
  rows = [],
  outside,
  knowledge,
  genomeBuild,
  allDiplotypes,
  warnings,
}: PgxInput): PgxDocument {
  const called = new Map<string, Called>();
  for (const definition of knowledge.definitions)
    called.set(
      definition.gene,
      fromVcf(
        definition,
        knowledge.phenotypes.find(({ gene }) => gene === definition.gene),
        genotypes,
        allDiplotypes,
      ),
    );
  for (const [gene, reason] of Object.entries(OUTSIDE_ONLY))
    called.set(
      gene,
      geneOf({ gene, source: bySource.none, phased: null, missingPositions: [], positions: 0 }, [], { reason }),
    );
  for (const [gene, calls] of Map.groupBy(outside, ({ gene }) => gene))
    called.set(gene, fromOutside(gene, calls, knowledge, called.get(gene)));
  const genes = [...called.values()].sort((a, b) => (a.gene.gene < b.gene.gene ? -1 : 1));
  const readings = new Map(genes.map(({ gene, readings }) => [gene.gene, readings]));
  return {
    knowledge: { ...knowledge.pack },
    ...(genomeBuild === undefined ? {} : { genomeBuild }),
    genes: genes.map(({ gene }) => gene),
    recommendations: recommend(knowledge, readings).map((advice) =>
      openAdvice(
        advice,
        genes.map(({ gene }) => gene),
      ),
    ),
    warnings: [...warnings],
    ...(rows.length === 0 ? {} : { genotypes: [...rows] }),
  };
}
