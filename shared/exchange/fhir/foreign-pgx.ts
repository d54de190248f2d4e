/**
 * Genotypes and haplotypes of other systems (Genomics Reporting, LOINC 84413-4 and 84414-2) as calls of pharmacogenes. A
 * diplotype is read where two alleles of one gene are named; what names a change, one haplotype of two, or alleles that
 * contradict the haplotypes it rests on, is none, and is said.
 */
import type { PharmacogeneCall } from '../../case/case-record.ts';
import { symbolOfHgnc } from '../hgnc.ts';
import type { Placed } from './bundle.ts';
import { codingsOf, hasLoinc, loinc, plainSystem, systems, wordsOf } from './codes.ts';
import { type JsonObject, objectOf, objectsOf, textOf } from './json.ts';
import { isOwnResource } from './own-resource.ts';
import { componentsOf, ofType, type Reader } from './reader.ts';

interface ForeignCalls {
  readonly calls: readonly PharmacogeneCall[];
  readonly left: readonly { readonly place: string; readonly reason: string }[];
}

/** Most that a record holds; beyond it nobody reads them. */
const MOST_CALLS = 200;

/** Symbols that name the gene, as components have it. */
const genesOf = (resource: JsonObject): string[] => [
  ...new Set(
    componentsOf(resource, loinc.gene).flatMap((component) => {
      const concept = objectOf(component.valueCodeableConcept);
      const coded = codingsOf(concept).find(({ system }) => plainSystem(system) === systems.hgnc);
      const symbol = symbolOfHgnc(coded?.code) ?? coded?.display ?? wordsOf(concept) ?? '';
      return /^[A-Z][A-Z0-9-]{1,19}$/.test(symbol) ? [symbol] : [];
    }),
  ),
];

/** Everything the value says of the name: text, display, code; a plain string too. */
const wordings = (resource: JsonObject): string[] => {
  const concept = objectOf(resource.valueCodeableConcept);
  return [
    textOf(concept?.text),
    ...codingsOf(concept).flatMap(({ display, code }) => [display, code]),
    textOf(resource.valueString),
  ].filter((text) => text !== undefined && text.length <= 300) as string[];
};

/** How tables name alleles: stars, loci of IPD-IMGT/HLA, changes by HGVS or dbSNP, the reference. */
const STAR = String.raw`\*\d{1,4}(?::\d{2,4}){0,3}[A-Z]?(?:\.\d{1,3})?(?:x(?:N|≥?\d{1,2}))?`;
const CHANGE = String.raw`[cgm]\.[\w+*>-]{1,40}`;
const ALLELE = new RegExp(
  `^(?:${STAR}(?:\\+${STAR}){0,2}|[A-C]\\*\\d{1,3}(?::\\d{2,4}){0,3}[A-Z]?|${CHANGE}(?:, ${CHANGE})?(?: \\([\\w*]{1,12}\\))?|HapB3|rs\\d{3,12}(?: (?:reference|variant) \\([ACGT]\\))?|Reference)$`,
);

/** The alleles that a wording names for a gene; undefined where one of them is none. */
function allelesIn(wording: string, gene: string): string[] | undefined {
  const isHla = gene.startsWith('HLA-');
  const parts = wording.split(/\s*[/|]\s*/).map((part) => {
    const bare = part.trim();
    const symbol = isHla && !bare.startsWith('HLA') ? gene.slice(4) : gene;
    const rest = bare.startsWith(symbol) ? bare.slice(symbol.length).replace(/^[\s:_-]+/, '') : bare;
    // IPD-IMGT/HLA writes the locus before the star.
    return isHla && /^\d/.test(rest) ? `*${rest}` : rest;
  });
  return parts.every((part) => ALLELE.test(part)) ? parts : undefined;
}

interface Read {
  readonly placed: Placed;
  readonly gene: string;
  readonly alleles: readonly string[];
}

/** The gene that the value names, else the only one that is studied. */
function readOne(placed: Placed): Read | string {
  const { resource } = placed;
  if (resource.dataAbsentReason !== undefined && wordings(resource).length === 0)
    return 'it has no value, which is no call';
  const said = wordings(resource);
  const named = said.flatMap(
    (text) =>
      /^\s*(HLA-[A-Z0-9]{1,5}|[A-Z][A-Z0-9]{1,9}(?:-[A-Z0-9]{1,5})?)(?=[\s:_]*(?:\*|c\.|rs\d))/.exec(text)?.[1] ?? [],
  );
  const genes = genesOf(resource);
  const gene =
    named.find((one) => genes.length === 0 || genes.includes(one)) ?? (genes.length === 1 ? genes[0] : undefined);
  if (gene === undefined) return 'it does not tell of one gene alone';
  if (named.some((one) => one !== gene)) return 'its value names another gene than its components';
  const read = said.flatMap((text) => {
    const alleles = allelesIn(text, gene);
    return alleles === undefined ? [] : [alleles];
  });
  const ways = new Set(read.map((alleles) => [...alleles].sort().join('/')));
  if (ways.size > 1) return 'its text and its code name other alleles';
  const [alleles] = read;
  return alleles === undefined ? 'its value is not a pair of named alleles' : { placed, gene, alleles };
}

/** Genes of which a person has one copy, or may have. */
const ONE_COPY: ReadonlySet<string> = new Set(['MT-RNR1', 'G6PD']);

const dayOf = (resource: JsonObject): string | undefined =>
  (textOf(resource.effectiveDateTime) ?? textOf(resource.issued))?.slice(0, 10);
const sourceOf = (resource: JsonObject, kind: string): string => {
  const day = dayOf(resource);
  return `another system (FHIR ${kind}${day === undefined ? '' : ` of ${day}`})`;
};

/** Observations that a resource rests on or is made of. */
const restsOn = ({ resource }: Placed): string[] =>
  [...objectsOf(resource.derivedFrom), ...objectsOf(resource.hasMember)].flatMap(
    ({ reference }) => textOf(reference) ?? [],
  );

export function foreignPharmacogenes({ kept, bundle }: Reader): ForeignCalls {
  const left: { place: string; reason: string }[] = [];
  const leave = ({ place }: Placed, reason: string, kind: string): void =>
    void left.push({
      place,
      reason: `a ${kind} as another system reports it stands in the draft and not in the case: ${reason}`,
    });
  const observations = ofType(kept, 'Observation').filter((placed) => !isOwnResource(placed));
  const read = (code: readonly [string, string], kind: string): Read[] =>
    observations
      .filter(({ resource }) => hasLoinc(resource, code))
      .flatMap((placed) => {
        const one = readOne(placed);
        if (typeof one !== 'string') return [one];
        leave(placed, one, kind);
        return [];
      });
  const haplotypes = read(loinc.haplotype, 'haplotype');
  const byPlace = new Map(haplotypes.map((one) => [one.placed, one]));
  const used = new Set<Placed>();
  const calls: { call: PharmacogeneCall; placed: Placed }[] = [];
  const add = (placed: Placed, gene: string, alleles: readonly string[], kind: string): void =>
    void calls.push({ call: { gene, diplotype: alleles.join('/'), source: sourceOf(placed.resource, kind) }, placed });
  for (const { placed, gene, alleles } of read(loinc.genotype, 'genotype')) {
    const parts = restsOn(placed).flatMap((reference) => {
      const found = bundle.resolve(reference, placed);
      const part = found === undefined ? undefined : byPlace.get(found);
      if (found !== undefined && part !== undefined) used.add(found);
      return part === undefined ? [] : [part];
    });
    const isPair = alleles.length === 2 || (alleles.length === 1 && ONE_COPY.has(gene));
    const strange = parts.find((part) => part.gene !== gene || part.alleles.some((one) => !alleles.includes(one)));
    if (strange !== undefined)
      leave(placed, `the haplotype at ${strange.placed.place} that it rests on says otherwise`, 'genotype');
    else if (isPair) add(placed, gene, alleles, 'genotype');
    else leave(placed, 'it does not name two alleles', 'genotype');
  }
  const told = new Set(calls.map(({ call }) => call.gene));
  const loose = haplotypes.filter(({ placed }) => !used.has(placed));
  for (const [gene, ofGene] of Map.groupBy(loose, (one) => one.gene)) {
    const alleles = ofGene.flatMap((one) => one.alleles);
    const [first] = ofGene;
    if (first === undefined) continue;
    if (!told.has(gene) && (alleles.length === 2 || (alleles.length === 1 && ONE_COPY.has(gene))))
      add(first.placed, gene, alleles, alleles.length === 2 ? 'haplotypes' : 'haplotype');
    else
      for (const { placed } of ofGene)
        leave(
          placed,
          told.has(gene)
            ? `a genotype of ${gene} is read`
            : alleles.length < 2
              ? `the other allele of ${gene} is not told`
              : `${alleles.length} haplotypes of ${gene} are more than one person has`,
          'haplotype',
        );
  }
  for (const { placed, call } of calls.slice(MOST_CALLS))
    leave(placed, `more than ${MOST_CALLS} calls (${call.gene})`, 'genotype');
  const taken = calls.slice(0, MOST_CALLS);
  for (const [gene, ofGene] of Map.groupBy(taken, ({ call }) => call.gene)) {
    const ways = new Set(ofGene.map(({ call }) => (call.diplotype ?? '').split('/').sort().join('/')));
    const [, second] = ofGene;
    if (ways.size > 1 && second !== undefined)
      left.push({
        place: second.placed.place,
        reason: `a choice between ${ways.size} reports of ${gene} that differ: each is read, none is chosen`,
      });
  }
  return { calls: taken.map(({ call }) => call), left };
}
