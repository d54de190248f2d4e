/**
 * DPYD and RYR1: every variant is an allele of its own. Where the strands are told apart, each is the set of variants
 * on it; where they are not, the variants are listed and no pair is claimed.
 *
 * DPYD HapB3 is called from its causal intronic position; the exonic one, which usually travels with it, speaks only
 * where the intronic one was not called.
 */
import type { GeneDefinition } from './definitions.ts';
import type { GeneSample, PgxGenotype } from './genotype.ts';
import { compareAlleles, compareDiplotypes, diplotypeName, strandName } from './names.ts';

export interface VariantCall {
  /** Alleles by strand where the strands are told apart. */
  readonly strands?: readonly (readonly string[])[];
  /** Every way the strands can lie where phase sets tell a part of them; each is a pair as `strands` is. */
  readonly arrangements?: readonly (readonly (readonly string[])[])[];
  /** Every allele found, a homozygous one twice; the reference where nothing else fills two. */
  readonly alleles: readonly string[];
  /** One pair, or each allele with "(homozygous)" where it is. */
  readonly diplotypes: readonly string[];
  readonly notes: readonly string[];
}

const INTRONIC_RSID = 'rs75017182';
const EXONIC_RSID = 'rs56038477';

/** Which strands carry the base: an open strand carries nothing that is known. */
const carries = (genotype: PgxGenotype, base: string): boolean[] => genotype.strands.map((one) => one === base);

interface Found {
  readonly name: string;
  readonly on: readonly boolean[];
}

const twice = (on: readonly boolean[]): boolean => on.length === 2 && on[0] === true && on[1] === true;
const count = (on: readonly boolean[]): number => on.filter(Boolean).length;

/** HapB3 and its intronic variant alone, by strand. Without phase the strands are filled from the left. */
function hapB3(definition: GeneDefinition, sample: GeneSample): { found: Found[]; notes: string[]; used: Set<number> } {
  const place = (rsid: string) => definition.positions.findIndex((position) => position.rsid === rsid);
  const intronic = place(INTRONIC_RSID);
  const exonic = place(EXONIC_RSID);
  const used = new Set([intronic, exonic]);
  const both = definition.alleles.find(({ at }) => at.length === 2 && at.every(([index]) => used.has(index)));
  const alone = definition.alleles.find(({ at }) => at.length === 1 && at[0]?.[0] === intronic);
  const baseOf = (index: number) => both?.at.find(([one]) => one === index)?.[1] ?? '';
  const inside = sample.at[intronic];
  const outside = sample.at[exonic];
  if (both === undefined || alone === undefined || (inside === undefined && outside === undefined))
    return { found: [], notes: [], used };
  if (inside === undefined && outside !== undefined)
    return {
      found: [{ name: both.name, on: carries(outside, baseOf(exonic)) }],
      notes: [`HapB3 rests on ${EXONIC_RSID} alone; the causal position ${INTRONIC_RSID} was not called.`],
      used,
    };
  const causal = inside === undefined ? [] : carries(inside, baseOf(intronic));
  if (outside === undefined) return { found: [{ name: alone.name, on: causal }], notes: [], used };
  const linked = carries(outside, baseOf(exonic));
  const notes =
    count(linked) > count(causal)
      ? [`${EXONIC_RSID} shows more copies than the causal position ${INTRONIC_RSID}, which decides.`]
      : [];
  const whole = sample.phased ? causal.map((one, strand) => one && linked[strand] === true) : [];
  if (sample.phased)
    return {
      found: [
        { name: both.name, on: whole },
        { name: alone.name, on: causal.map((one, strand) => one && whole[strand] !== true) },
      ],
      notes,
      used,
    };
  const paired = Math.min(count(causal), count(linked));
  const rest = count(causal) - paired;
  const filled = (from: number, many: number) => [0, 1].map((strand) => strand >= from && strand < from + many);
  return {
    found: [
      { name: both.name, on: filled(0, paired) },
      { name: alone.name, on: filled(paired, rest) },
    ],
    notes,
    used,
  };
}

/** Beyond this many blocks the arrangements are no answer a reader can use; the alleles are listed. */
const MOST_BLOCKS = 6;

/**
 * Where phase sets tell the strands apart in parts, every arrangement of the parts (PharmCAT 3, phase sets). Undefined
 * where the file has none, or too many parts.
 */
function arrangementsOf(
  definition: GeneDefinition,
  sample: GeneSample,
  reference: string,
): (readonly (readonly string[])[])[] | undefined {
  const called = sample.at.flatMap((one) => one ?? []);
  if (sample.partial || sample.haploid || !called.some(({ phaseSet }) => phaseSet !== undefined && phaseSet !== 'all'))
    return undefined;
  const blocks = new Map<string, number[]>();
  for (const [index, one] of sample.at.entries())
    if (one !== undefined && one.strands[0] !== one.strands[1]) {
      const block = one.phaseSet === undefined ? `loose ${index}` : `set ${one.phaseSet}`;
      blocks.set(block, [...(blocks.get(block) ?? []), index]);
    }
  const [, ...turned] = [...blocks.values()];
  if (turned.length > MOST_BLOCKS) return undefined;
  const pairs = new Map<string, readonly (readonly string[])[]>();
  for (let mask = 0; mask < 2 ** turned.length; mask += 1) {
    const flipped = new Set(turned.flatMap((indices, block) => ((mask >> block) & 1 ? indices : [])));
    const at = sample.at.map((one, index): PgxGenotype | undefined => {
      if (one === undefined) return undefined;
      const [a, b] = one.strands;
      return { ...one, strands: flipped.has(index) ? [b, a] : [a, b], phaseSet: 'all' };
    });
    const strands = callByVariant(definition, { ...sample, at, phased: true })?.strands;
    if (strands === undefined) continue;
    const pair = [...strands].sort((a, b) => compareAlleles(strandName(a), strandName(b)));
    pairs.set(diplotypeName(pair.map(strandName)), pair.length === 0 ? [[reference]] : pair);
  }
  return [...pairs.values()];
}

/** The sample as it would be if each open strand bore what the called one bears; undefined where none is open. */
export function withOpenStrandsFilled(sample: GeneSample): GeneSample | undefined {
  if (!sample.at.some((one) => one?.strands.some((base) => base === undefined) === true)) return undefined;
  const at = sample.at.map((one): PgxGenotype | undefined => {
    if (one === undefined || one.strands.length === 1) return one;
    const [first, second] = one.strands;
    return { ...one, strands: [first ?? second, second ?? first] };
  });
  return { ...sample, at, partial: false };
}

/** Undefined where no position of the gene was called. */
export function callByVariant(definition: GeneDefinition, sample: GeneSample): VariantCall | undefined {
  if (sample.missing.length === definition.positions.length) return undefined;
  const reference = definition.alleles[0]?.name ?? 'Reference';
  const special = definition.gene === 'DPYD' ? hapB3(definition, sample) : { found: [], notes: [], used: new Set() };
  const found = definition.alleles
    .slice(1)
    .filter(({ at }) => !at.some(([index]) => special.used.has(index)))
    .flatMap(({ name, at }): Found[] => {
      const each = at.map(([index, base]) => {
        const genotype = sample.at[index];
        return genotype === undefined ? [] : carries(genotype, base);
      });
      const on = (each[0] ?? []).map((_, strand) => each.every((one) => one[strand] === true));
      return [{ name, on }];
    })
    .concat(special.found)
    .filter(({ on }) => count(on) > 0)
    .sort((a, b) => compareAlleles(a.name, b.name));
  const open = definition.positions.flatMap(({ rsid, grch38 }, index) =>
    sample.at[index]?.strands.some((base) => base === undefined) === true ? [rsid ?? String(grch38)] : [],
  );
  const notes = [
    ...special.notes,
    ...(open.length === 0
      ? []
      : [
          `One strand is not called at ${open.join(', ')}; ${reference} there is what PharmCAT writes, not what was seen, and the strand may carry the variant too.`,
        ]),
  ];
  // A base that no allele defines is neither reference nor a named variant.
  const strange = sample.at.some((one, index) => {
    const known = definition.positions[index];
    return one?.strands.some((base) => base !== undefined && base !== known?.ref && !known?.alts.includes(base));
  });
  if (strange) return { alleles: [], diplotypes: [], notes: ['A base is seen that no allele of the gene defines.'] };

  if (sample.phased) {
    // Positions outside the one phase set are homozygous, so that strands of all positions go together.
    const strands = (sample.haploid ? [0] : [0, 1]).map((strand) => {
      const on = found.filter((one) => one.on[strand] === true).map(({ name }) => name);
      return on.length === 0 ? [reference] : on;
    });
    return {
      strands,
      alleles: strands.flat(),
      diplotypes: [diplotypeName(strands.map(strandName))],
      notes,
    };
  }
  const arrangements = arrangementsOf(definition, sample, reference);
  if (arrangements !== undefined)
    return {
      arrangements,
      alleles: (arrangements[0] ?? []).flat(),
      diplotypes: arrangements.map((strands) => diplotypeName(strands.map(strandName))).sort(compareDiplotypes),
      notes,
    };
  const copies = found.flatMap(({ name, on }) => (twice(on) ? [name, name] : [name]));
  const alleles = copies.length < 2 ? [reference, ...copies] : copies;
  return {
    alleles,
    diplotypes: [
      ...(copies.length < 2 ? [reference] : []),
      ...found.map(({ name, on }) => (twice(on) ? `${name} (homozygous)` : name)),
    ],
    notes,
  };
}
