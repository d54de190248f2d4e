/**
 * Pharmacogenes: named alleles, their functions, phenotypes and what guidelines say of a drug, by ClinPGx as PharmCAT
 * carries it. Share-alike (CC BY-SA 4.0): a pack of its own. Recommendations are kept as facts: drug, condition, kind of
 * action, starting dose in percent, strength, id and version of the source; none of its sentences.
 */
import { writeRecords } from '../../../shared/knowledge/records.ts';
import { type ChainSet, liftSpan, readChains } from '../../../shared/molecular/liftover.ts';
import type {
  GeneDefinition,
  GenePhenotypes,
  PgxAction,
  PgxPosition,
  PgxRecommendation,
} from '../../../shared/therapy/pgx/definitions.ts';
import type { Pack } from './pack.ts';
import { compare, type Sources } from './sources.ts';

const ALLELES = 'pharmcat/alleles';
const CHAIN = 'transcripts/hg38ToHg19.over.chain.gz';
/** CYP2D6 has a definition too, but short reads do not see its whole-gene events: it is taken from outside calls only. */
const CALLED = [
  'ABCG2',
  'CACNA1S',
  'CFTR',
  'CYP2B6',
  'CYP2C19',
  'CYP2C9',
  'CYP3A4',
  'CYP3A5',
  'CYP4F2',
  'DPYD',
  'G6PD',
  'IFNL3',
  'NAT2',
  'NUDT15',
  'RYR1',
  'SLCO1B1',
  'TPMT',
  'UGT1A1',
  'VKORC1',
];
const BY_VARIANT = new Set(['DPYD', 'RYR1']);
/** PharmCAT documentation, Named Allele Matcher 201, "Undocumented variations". */
const UNKNOWN_IS_REFERENCE = new Set(['CACNA1S', 'DPYD', 'G6PD', 'NUDT15', 'RYR1', 'TPMT']);
const OLDER = ['CYP2D6', 'G6PD', 'RYR1'];
const PHENOTYPES = [
  'ABCG2',
  'CACNA1S',
  'CFTR',
  'CYP2B6',
  'CYP2C19',
  'CYP2C9',
  'CYP3A4',
  'CYP3A5',
  'DPYD',
  'IFNL3',
  'MT_RNR1',
  'NAT2',
  'NUDT15',
  'SLCO1B1',
  'TPMT',
  'UGT1A1',
  'VKORC1',
];

/** Names of the older tables that the definitions write otherwise. */
const RENAMED: Readonly<Record<string, string>> = { 'Telti/Kobe': 'Telti, Kobe' };

interface Variant {
  readonly position: number;
  readonly rsid: string | null;
  readonly ref: string;
  readonly alts: readonly string[];
  readonly chromosomeHgvsName: string;
  readonly cpicToVcfAlleleMap?: Readonly<Record<string, string>>;
}

const REPEAT = /^g\.(\d+)([ACGT]+)\[\d+\]/;
const PLACE = /^g\.(\d+)(?:_(\d+))?(?:del|dup|ins)(?!ins)/;

/**
 * The reference from the position on, as far as an insertion or deletion can be shifted to the right. A VCF writes it
 * furthest to the left and HGVS furthest to the right, so that all between repeats what is inserted or deleted: the bases
 * need no genome. Undefined where nothing can be shifted beyond the bases of the position itself.
 */
function aroundOf({ position, ref, alts, chromosomeHgvsName, cpicToVcfAlleleMap }: Variant): string | undefined {
  const [name = ''] = chromosomeHgvsName.split(';');
  const change = [...alts, ref].reduce((long, one) => (one.length > long.length ? one : long)).slice(1);
  if (change === '' || alts.every((alt) => alt.length === ref.length)) return undefined;
  const repeat = REPEAT.exec(name);
  const copies = Object.entries(cpicToVcfAlleleMap ?? {}).find(([, vcf]) => vcf === ref)?.[0];
  const place = PLACE.exec(name);
  const last =
    repeat !== null
      ? Number(repeat[1]) + (repeat[2] ?? '').length * Number(/\((\d+)\)$/.exec(copies ?? '')?.[1] ?? 1) - 1
      : // Inserted between two bases: the first of them is the last that is passed.
        Number(name.includes('ins') ? place?.[1] : (place?.[2] ?? place?.[1]));
  if (!Number.isInteger(last)) return undefined;
  const unit = repeat !== null ? change.slice(0, (repeat[2] ?? '').length) : change;
  const around = ref.charAt(0) + unit.repeat(Math.ceil((last - position) / unit.length)).slice(0, last - position);
  if (around.length <= ref.length) return undefined;
  if (!around.startsWith(ref)) throw new Error(`${name}: ${ref} is not what the name repeats`);
  return around;
}

interface Definition {
  readonly gene: string;
  readonly chromosome: string;
  readonly version: string;
  readonly variants: readonly Variant[];
  readonly namedAlleles: readonly {
    readonly name: string;
    readonly alleles: readonly (string | null)[];
    readonly reference: boolean;
  }[];
  readonly suballelesMap?: Readonly<Record<string, string>>;
}

interface Exemption {
  readonly requiredPositions: readonly number[];
  readonly ignoredPositions: readonly Variant[];
  readonly ignoredAlleles: readonly string[];
  readonly unphasedDiplotypePriorities: readonly { readonly list: readonly string[]; readonly pick: string }[];
}

function definitionOf(
  sources: Sources,
  gene: string,
  exemption: Exemption | undefined,
  chains: ChainSet,
): GeneDefinition {
  const source = sources.json(`${ALLELES}/${gene}_translation.json.gz`) as Definition;
  const key = ({ position, ref }: Variant): string => `${position} ${ref}`;
  const left = new Set(exemption?.ignoredPositions.map(key));
  const used = source.variants.flatMap((variant, index) => (left.has(key(variant)) ? [] : [{ variant, index }]));
  const positions = used.map(({ variant }): PgxPosition => {
    const span = liftSpan(chains, source.chromosome, variant.position, variant.position);
    // The bases of the table are those of the forward strand.
    const grch37 = typeof span === 'string' || span.strand === '-' ? undefined : span.start1;
    const around = aroundOf(variant);
    return {
      grch38: variant.position,
      ...(grch37 === undefined ? {} : { grch37 }),
      ...(variant.rsid === null ? {} : { rsid: variant.rsid }),
      ref: variant.ref,
      alts: variant.alts,
      ...(around === undefined ? {} : { around }),
    };
  });
  const alleles = source.namedAlleles
    .filter(({ name }) => exemption?.ignoredAlleles.includes(name) !== true)
    .map(({ name, alleles: bases, reference }) => ({
      name,
      reference,
      at: used.flatMap(({ index }, slot): [number, string][] => {
        const base = bases[index];
        return base === null || base === undefined ? [] : [[slot, base]];
      }),
    }))
    .filter(({ at }) => at.length > 0)
    .sort((a, b) => Number(b.reference) - Number(a.reference))
    .map(({ name, at }) => ({ name, at }));
  return {
    gene,
    chromosome: source.chromosome.replace(/^chr/, ''),
    rule: BY_VARIANT.has(gene) ? 'by-variant' : 'named-alleles',
    version: source.version,
    positions,
    alleles,
    reportedAs: source.suballelesMap ?? {},
    unknownBaseIsReference: UNKNOWN_IS_REFERENCE.has(gene),
    required: (exemption?.requiredPositions ?? []).map((wanted) => positions.findIndex((one) => one.grch38 === wanted)),
    unphasedChoice: (exemption?.unphasedDiplotypePriorities ?? []).map(({ list, pick }) => ({ among: list, pick })),
  };
}

interface Phenotypes {
  readonly gene: string;
  readonly version?: string;
  readonly haplotypes: Readonly<Record<string, string>>;
  readonly activityValues: Readonly<Record<string, string>>;
  readonly namedAlleles?: readonly { readonly name: string; readonly functionValue: string | null }[];
  readonly diplotypes: readonly {
    readonly generesult: string;
    readonly phenotype?: string | null;
    readonly activityScore?: string | null;
    readonly diplotypekey: Readonly<Record<string, number>>;
  }[];
}

function phenotypesOf(sources: Sources, path: string): GenePhenotypes {
  const source = sources.json(path) as Phenotypes;
  const scored = Object.keys(source.activityValues).length > 0;
  const words = new Map(source.namedAlleles?.map(({ name, functionValue }) => [name, functionValue]));
  const byFunctions = new Map<string, { key: string; phenotype: string; activityScore?: string }>();
  for (const { generesult, phenotype, activityScore, diplotypekey } of source.diplotypes) {
    const key = Object.entries(diplotypekey)
      .flatMap(([allele, count]) => Array.from({ length: count }, () => source.haplotypes[allele] ?? ''))
      .sort()
      .join('|');
    const row = {
      key,
      phenotype: phenotype ?? generesult,
      ...(activityScore === null || activityScore === undefined ? {} : { activityScore }),
    };
    const before = byFunctions.get(key);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(row))
      throw new Error(`${source.gene}: ${key} has two phenotypes`);
    byFunctions.set(key, row);
  }
  return {
    gene: source.gene,
    version: source.version ?? 'unknown',
    scored,
    functions: Object.entries(source.haplotypes)
      .map(([name, value]) => ({
        name: RENAMED[name] ?? name,
        function: words.get(name) ?? value,
        ...(scored ? { activity: value } : {}),
      }))
      .sort((a, b) => compare(a.name, b.name)),
    byFunctions: [...byFunctions.values()].sort((a, b) => compare(a.key, b.key)),
  };
}

const SUBSTITUTION = /^m\.(\d+)([ACGT])>([ACGT])$/;

/**
 * The mitochondrial gene has no definition file: its alleles bear position and bases in their names, on the sequence that
 * GRCh38 has. Deletions and insertions among them cannot be read from the name and come from outside calls only.
 */
function mitochondrial({ gene, version, functions }: GenePhenotypes): GeneDefinition {
  const read = functions.flatMap(({ name }) => {
    const [, at = '', ref = '', alt = ''] = SUBSTITUTION.exec(name) ?? [];
    return at === '' ? [] : [{ name, at: Number(at), ref, alt }];
  });
  const places = [...Map.groupBy(read, ({ at }) => at)].sort(([a], [b]) => a - b);
  const positions = places.map(([at, [first, ...more]]) => ({
    grch38: at,
    ref: first?.ref ?? '',
    alts: [first, ...more].flatMap((one) => one?.alt ?? []).sort(compare),
  }));
  return {
    gene,
    chromosome: 'MT',
    rule: 'by-variant',
    version,
    positions,
    alleles: [
      { name: 'Reference', at: positions.map(({ ref }, index) => [index, ref] as const) },
      ...read.map(({ name, at, alt }) => ({
        name,
        at: [[positions.findIndex(({ grch38 }) => grch38 === at), alt] as const],
      })),
    ],
    reportedAs: {},
    unknownBaseIsReference: false,
    required: [],
    unphasedChoice: [],
  };
}

interface Guideline {
  readonly guideline: {
    readonly id: string;
    readonly source: 'CPIC' | 'DPWG';
    readonly version: number;
    readonly url: string;
  };
  readonly recommendations: readonly {
    readonly id: string;
    readonly population: string | null;
    readonly classification: { readonly term: string } | null;
    readonly relatedChemicals: readonly { readonly name: string }[];
    readonly text: { readonly html: string };
    readonly lookupKey: Readonly<Record<string, string | Readonly<Record<string, number>>>> | null;
    readonly dosingInformation: boolean;
    readonly alternateDrugAvailable: boolean;
  }[];
}

const plain = (html: string): string =>
  html
    // The first paragraph advises; what stands under a further heading comments on it.
    .replace(/<h4[\s\S]*$/, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&gt;', '>')
    .replaceAll('&lt;', '<')
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim();

const NO_STATEMENT =
  /does not (?:provide|have) a (?:recommendation|description)|^no recommendation|no recommendations? (?:can|due|for)|insufficient (?:evidence|information|data)|^n\/a$|not a valid input|must be measured/i;
const AVOID =
  /\bavoid\b|contra-?indicated|do not (?:use|prescribe|give)|\bnot recommended|should not be|advised not to/i;
const NOTHING = /no action is (?:needed|required)|no (?:reason|need) to avoid/i;
const MONITOR =
  /\b(?:closely|close) monitor|with caution|increased monitoring|\bmonitor\b|be alert|be extra|inform the patient/i;
const USUAL =
  /no action|no indication to|label[- ]recommended|standard|usual|recommended|normal|desired|no reason|no need|no adjust|per (?:the )?(?:product )?label|according to the product label|no contra-?indication/i;

/**
 * The kind of action. The source's own flags, set by its curators, say whether a dose or another drug is meant; the words
 * of its first paragraph only tell avoiding from considering, and the usual from watching.
 */
function actionOf(text: string, flags: { dosing: boolean; alternate: boolean }): PgxAction {
  if (flags.alternate) {
    const [first = ''] = text.split(/[.;](?:\s|$)/);
    if (flags.dosing && /^start with/i.test(first)) return 'change-dose';
    if (AVOID.test(first)) return 'avoid';
    return flags.dosing && !/\balternative|hormonal therapy/i.test(first) ? 'change-dose' : 'consider-alternative';
  }
  if (flags.dosing) return 'change-dose';
  if (NO_STATEMENT.test(text)) return 'no-statement';
  if (NOTHING.test(text) || /(?:normal|desired) starting dose/i.test(text)) return 'usual';
  if (MONITOR.test(text)) return 'monitor';
  return USUAL.test(text) ? 'usual' : 'no-statement';
}

/** Doses in percent of the usual one, both ends of a range; "by 50%" leaves the other half. */
function percents(text: string): number[] | undefined {
  const found = new Set<number>();
  const rest = text.replaceAll(
    /(\d+) ?%? ?(?:-|–|to) ?(\d+) ?% of (?:the )?(?:normal|standard|usual)/gi,
    (_, low: string, high: string) => {
      found.add(Number(low)).add(Number(high));
      return '';
    },
  );
  for (const [, number] of rest.matchAll(/(?:reduce|decrease|lower)[^.%]{0,60}?\bby (?:approximately )?(\d+) ?%/gi))
    found.add(100 - Number(number));
  for (const [, number] of rest.matchAll(/(?<!-)\b(\d+) ?% reduction/gi)) found.add(100 - Number(number));
  for (const [, number] of rest.matchAll(
    /(?:start with|use|administer|to|be) (?:approximately )?(\d+) ?% of (?:the )?(?:normal|standard|usual|target)/gi,
  ))
    found.add(Number(number));
  return found.size === 0 ? undefined : [...found].sort((a, b) => a - b);
}

const GUIDELINES = 'pharmcat/guidelines-2024-03';

/** The guidelines in the folder above, as ClinPGx gave them out; CPIC's own log of changes goes on. */
const GUIDELINES_AS_OF = '2024-03-01';
const CHANGES = 'cpic/cpic_change_log.2026-04.tsv.gz';

/** The last day on which CPIC changed what it recommends on a drug, where that is after what is held here. */
function changedSince(sources: Sources): ReadonlyMap<string, string> {
  const last = new Map<string, string>();
  for (const line of sources.text(CHANGES).split('\n').slice(1)) {
    const [on = '', kind, drug = ''] = line.split('\t');
    if (kind !== 'RECOMMENDATION' || on <= GUIDELINES_AS_OF) continue;
    if (on > (last.get(drug) ?? '')) last.set(drug, on);
  }
  return last;
}

function recommendationsOf(sources: Sources): PgxRecommendation[] {
  const changed = changedSince(sources);
  return sources
    .list(GUIDELINES)
    .flatMap((file): PgxRecommendation[] => {
      const { guideline, recommendations } = sources.json(`${GUIDELINES}/${file}`) as Guideline;
      return recommendations.flatMap((one): PgxRecommendation[] => {
        // A phenotype measured in blood is not what a genotype tells.
        if (one.lookupKey === null || JSON.stringify(one.lookupKey).includes('(Phenotyping)')) return [];
        const text = plain(one.text.html);
        const flags = { dosing: one.dosingInformation, alternate: one.alternateDrugAvailable };
        const action = actionOf(text, flags);
        const startPercent = flags.dosing ? percents(text) : undefined;
        const strength = one.classification?.term;
        const changedOn =
          guideline.source !== 'CPIC'
            ? undefined
            : one.relatedChemicals
                .flatMap(({ name }) => changed.get(name) ?? [])
                .sort(compare)
                .at(-1);
        return [
          {
            id: one.id,
            source: guideline.source,
            guideline: guideline.id,
            version: guideline.version,
            url: guideline.url,
            drugs: one.relatedChemicals.map(({ name }) => name).sort(compare),
            when: Object.entries(one.lookupKey)
              .sort(([a], [b]) => compare(a, b))
              .map(([gene, is]) => ({
                gene,
                is:
                  typeof is === 'string'
                    ? is.replace(/^([\d.]+) \(.*\)$/, '$1')
                    : Object.entries(is).sort(([a], [b]) => compare(a, b)),
              })),
            ...(one.population === null || one.population === 'general' ? {} : { population: one.population }),
            ...(strength === undefined || strength === 'N/A' ? {} : { strength }),
            action,
            ...(flags.alternate && action !== 'consider-alternative' ? { alternative: true } : {}),
            ...(startPercent === undefined ? {} : { startPercent }),
            ...(changedOn === undefined ? {} : { changedOn }),
          },
        ];
      });
    })
    .sort(
      (a, b) =>
        compare(a.drugs[0] ?? '', b.drugs[0] ?? '') ||
        compare(a.source, b.source) ||
        compare(a.id, b.id) ||
        compare(JSON.stringify(a.when), JSON.stringify(b.when)),
    );
}

export function pharmacogenesPack(sources: Sources): Pack {
  const exemptions = sources.json(`${ALLELES}/exemptions.json.gz`) as Readonly<Record<string, Exemption>>;
  const chains = readChains(sources.text(CHAIN), CHAIN);
  const phenotypes = [
    ...PHENOTYPES.map((gene) => phenotypesOf(sources, `pharmcat/phenotype/${gene}.json.gz`)),
    ...OLDER.map((gene) => phenotypesOf(sources, `pharmcat/phenotype-legacy/${gene}.json.gz`)),
  ].sort((a, b) => compare(a.gene, b.gene));
  const definitions = [
    ...CALLED.map((gene) => definitionOf(sources, gene, exemptions[gene], chains)),
    ...phenotypes.filter(({ gene }) => gene === 'MT-RNR1').map(mitochondrial),
  ];
  const recommendations = recommendationsOf(sources);
  const citation =
    'Sangkuhl K, et al. Clin Pharmacol Ther 2020;107:203-210. https://pharmcat.clinpgx.org. ClinPGx (https://www.clinpgx.org); CPIC (https://cpicpgx.org); DPWG.';
  return {
    id: 'pharmacogenes',
    version: '2025-11-05',
    asOf: '2025-11-05',
    title: 'Pharmacogenes',
    sources: [
      {
        name: 'PharmCAT named-allele definitions and phenotype tables (ClinPGx, PharmVar, CPIC)',
        version: '2025-11-05; CYP2D6 tables of 2024-08-27, G6PD of 2023-08-08, RYR1 of 2023-12-19',
        licence: 'MPL-2.0 (repository); CC0 1.0 (CPIC); CC BY-SA 4.0 (ClinPGx)',
        citation,
      },
      {
        name: 'CPIC and DPWG guideline annotations of ClinPGx',
        version: GUIDELINES_AS_OF,
        licence: 'CC0 1.0 (CPIC); CC BY-SA 4.0 (ClinPGx, DPWG)',
        citation:
          'Whirl-Carrillo M, et al. Clin Pharmacol Ther 2021;110:563-572. Changes of the guidelines after 2024-03 are not in it; each drug that CPIC changed since says when.',
      },
      {
        name: 'CPIC, log of changes',
        version: 'v1.56.0, 2026-04-30',
        licence: 'CC0 1.0',
        citation: 'https://github.com/cpicpgx/cpic-data. Days on which recommendations changed.',
      },
      {
        name: 'UCSC liftOver chain hg38 to hg19 (positions of the table only)',
        version: '2013-12-31',
        licence: 'free for all uses (UCSC)',
        citation: 'Hinrichs AS, et al. Nucleic Acids Res 2006;34:D590-D598.',
      },
    ],
    counts: {
      genes: definitions.length,
      alleles: definitions.reduce((sum, { alleles }) => sum + alleles.length, 0),
      positions: definitions.reduce((sum, { positions }) => sum + positions.length, 0),
      recommendations: recommendations.length,
    },
    files: {
      'definitions.records': writeRecords(definitions),
      'phenotypes.records': writeRecords(phenotypes),
      'recommendations.records': writeRecords(recommendations),
    },
  };
}
