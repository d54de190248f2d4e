/**
 * One variant typed by hand: what is meant, every name it has, its oncogenicity and tier. The same rules as for a case;
 * what a text does not say is not filled in.
 */
import type { GenomeBuild } from '../case/case-record.ts';
import type { ObservedVariant } from '../case/intake.ts';
import { fault } from '../foundation/fault.ts';
import { ok, type Result, refused } from '../foundation/result.ts';
import { knownOf } from './annotation.ts';
import { asOneChange } from './cis-allele.ts';
import { type CodingName, intronConsequence, parseCodingName } from './coding-name.ts';
import { consequenceClass } from './consequence.ts';
import type { CopyNumberState } from './copy-number.ts';
import type { Fusion } from './fusions.ts';
import {
  type Coordinates,
  coordinatesOf,
  type GenomicChange,
  genomicName,
  parseGenomicChange,
  type ReferenceBase,
  range,
  unanchoredName,
} from './genomic-change.ts';
import { displayProteinChange, type ProteinChange, parseProteinChange, proteinKey } from './hgvs.ts';
import { brokenPlaceWords, inCapitals } from './hgvs-place.ts';
import { tierWithoutEvidence } from './judgement.ts';
import type { MolecularKnowledge } from './knowledge.ts';
import { oncogenicityOfDeletion } from './oncogenicity.ts';
import { type EvidenceOfOne, nothingElse, oneVariant } from './one-variant.ts';
import type { PredictorScores } from './predictors.ts';
import type { AmpTier, EvidenceMatch, Finding } from './profile.ts';
import { translate } from './protein-effect.ts';
import { ruledChange } from './protein-name.ts';
import { readVariant, type SmallVariant, statedVariant } from './small-variants.ts';
import { barePhrase, formerName, noVariant, plainPlace } from './typed-words.ts';
import { variantLookups } from './variant-lookups.ts';

export interface TypedVariant {
  /** Symbol or a former name; may be left out where the change names a place on the genome or two fusion partners. */
  readonly gene?: string | undefined;
  /** HGVS p., c. or g., `amplification`, `deletion`, `gain`, `loss`, or `EML4::ALK`. */
  readonly change: string;
  /** Build of a g. name whose sequence does not tell it. */
  readonly build?: GenomeBuild | undefined;
  /** OncoTree code; without it no tier is given. */
  readonly tumorType?: string | undefined;
  /** Looked up by the person who types: greatest frequency of a population, 0 where the database lacks the variant. */
  readonly populationFrequency?: number | undefined;
  readonly predictors?: PredictorScores | undefined;
}

export interface TypedVariantAnswer {
  readonly typed: { readonly gene?: string; readonly change: string };
  readonly kind: 'small-variant' | 'amplification' | 'deep-deletion' | 'gain' | 'loss' | 'fusion';
  readonly gene: string;
  /** 5′ partner of a fusion. */
  readonly gene2?: string;
  readonly transcript?: string;
  /** By build, as far as the coordinates are known. */
  readonly hgvsg?: Partial<Record<GenomeBuild, string>>;
  readonly hgvsc?: string;
  readonly hgvsp?: string;
  readonly consequence?: string;
  readonly proteinChangeSource?: Finding['proteinChangeSource'];
  readonly known?: string;
  readonly oncogenicity?: NonNullable<Finding['oncogenicity']>;
  readonly tumorType?: { readonly oncotreeCode: string; readonly name: string };
  readonly ampTier?: AmpTier;
  readonly tierCall?: NonNullable<Finding['tierCall']>;
  readonly tierDefining: readonly string[];
  /** Proposed by rule and computed: it counts for nothing before a named person confirmed it. */
  readonly escat?: NonNullable<Finding['escat']>;
  readonly tierElsewhere: Finding['tierElsewhere'];
  readonly evidence: readonly EvidenceMatch[];
  /** What the reader must know before the class is used. */
  readonly notes: readonly string[];
  readonly packs: MolecularKnowledge['packs'];
  readonly absent: MolecularKnowledge['absent'];
}

const copyWords: readonly (readonly [RegExp, Exclude<CopyNumberState, 'neutral'>])[] = [
  [/^(?:(?:gene |focal |high-level )?amplifi(?:cation|ed)|amp)$/i, 'amplification'],
  [/^(?:deep |homozygous |biallelic |gene )?deletion$|^homdel$/i, 'deep-deletion'],
  [/^(?:copy(?: number)? )?gain$/i, 'gain'],
  [/^(?:(?:copy(?: number)?|heterozygous|single copy|one copy) )?loss$/i, 'loss'],
];

const READABLE =
  'Write HGVS such as R175H, p.Arg175His, c.524G>A or NC_000017.11:g.7675088C>T, or amplification, deletion, gain, loss, or EML4::ALK.';

const wrong = (message: string, remedy: string = READABLE) => refused(fault('field-invalid', message, remedy));

/** Not read: where it breaks, as far as one character can be named. */
const unread = (what: string, text: string) => wrong([what, brokenPlaceWords(text) ?? ''].join(' ').trim());

/** Symbols are written in capitals; `C11orf95` is the exception that its own letters keep. */
const symbolOf = (text: string, knowledge: MolecularKnowledge): string => {
  const known = (name: string): boolean => knowledge.cancerGenes?.(knowledge.symbol(name)) === true;
  return knowledge.symbol(known(text) || !known(text.toUpperCase()) ? text : text.toUpperCase());
};

/** `BRAF V600E`, `her2 amplification`: a gene and its change in one text; `undefined` where the text is the change alone. */
function inOneText(text: string): { gene: string; change: string } | undefined {
  const [, gene, change] = /^([A-Za-z][A-Za-z0-9-]{1,14})(?:\s+|:\s*(?=[cp]\.))(\S.*)$/.exec(text) ?? [];
  if (gene === undefined || change === undefined || /^(?:chr|N[CGMRPTW]_|X[MP]_|ENS|LRG)/i.test(gene)) return undefined;
  return copyWords.some(([words]) => words.test(text)) ? undefined : { gene, change };
}

/** A genomic name without its sequence lies where its gene does. */
function onChromosome(text: string, gene: string | undefined, knowledge: MolecularKnowledge): string {
  if (gene === undefined || !/^g\./i.test(text)) return text;
  const chromosome = knowledge.geneSpans?.('GRCh38').find((span) => span.gene === gene)?.chromosome;
  return chromosome === undefined ? text : `chr${chromosome}:${text}`;
}

const bareAccession = (text: string): string => text.replace(/\.\d+$/, '');

/** The reference sequence a name stands on, `NM_004333.6` of `NM_004333.6(BRAF):c.1799T>A`. */
const accessionOf = (text: string): string | undefined =>
  /^((?:NM|NP|NR|XM|XP|ENST|ENSP|LRG)_?[0-9t.]+)(?:\([A-Za-z0-9-]+\))?:/i.exec(text.trim())?.[1]?.toUpperCase();

/** The gene whose checked sequence bears an accession. */
function geneOfAccession(accession: string, knowledge: MolecularKnowledge): string | undefined {
  for (const { gene } of knowledge.geneSpans?.('GRCh38') ?? []) {
    const known = knowledge.codingSequence?.(gene);
    for (const name of [known?.transcript, known?.ensembl])
      if (name !== undefined && bareAccession(name) === bareAccession(accession)) return gene;
  }
  return undefined;
}

/** Defined cells only, so that a missing one is absent. */
function defined<Cells extends object>(cells: Cells): { [Key in keyof Cells]?: Exclude<Cells[Key], undefined> } {
  return Object.fromEntries(Object.entries(cells).filter(([, value]) => value !== undefined)) as {
    [Key in keyof Cells]?: Exclude<Cells[Key], undefined>;
  };
}

interface SmallMeant {
  readonly variant: SmallVariant;
  readonly hgvsg?: Partial<Record<GenomeBuild, string>>;
  readonly notes: readonly string[];
}

/**
 * Faults: field-invalid (the change is not read, has no place, or contradicts the checked sequence; gene or build missing),
 * not-found (the tumor type is no code of the pack).
 */
export function classifyTyped(typed: TypedVariant, knowledge: MolecularKnowledge): Result<TypedVariantAnswer> {
  const whole = barePhrase(typed.change);
  const split =
    (typed.gene ?? '').trim() === '' && fusionMeant(whole, undefined, knowledge) === undefined
      ? inOneText(whole)
      : undefined;
  const named = typed.gene?.trim() === '' ? undefined : (typed.gene ?? split?.gene);
  const gene = named === undefined ? undefined : symbolOf(named.trim(), knowledge);
  const written = inCapitals(split?.change.trim() ?? whole);
  const former = formerName(gene, written);
  const text = former ?? plainPlace(written) ?? onChromosome(written, gene, knowledge);
  const node = typed.tumorType === undefined ? undefined : knowledge.tumorType(typed.tumorType);
  if (typed.tumorType !== undefined && node === undefined)
    return refused(
      fault(
        'not-found',
        'The tumor type is no code of the OncoTree pack.',
        'Give a code such as LUAD, or leave it out.',
      ),
    );
  const rules = oneVariant(knowledge, typed.tumorType);
  const common = {
    typed: { ...defined({ gene: typed.gene }), change: typed.change },
    ...(node === undefined ? {} : { tumorType: { oncotreeCode: node.code, name: node.name } }),
    packs: knowledge.packs,
    absent: knowledge.absent,
  };
  const without = node === undefined ? ['no tier without a tumor type'] : [];
  const told = (found: EvidenceOfOne) => {
    const { matches, call } = found;
    const { escat, elsewhere } = rules.beyond(found);
    return {
      ...(call === undefined
        ? {}
        : {
            tierCall: {
              weight: call.weight,
              basis: call.basis,
              statement: call.statement,
              ...defined({ without: call.without }),
            },
          }),
      tierDefining: call?.defining ?? [],
      ...defined({ escat }),
      tierElsewhere: elsewhere,
      evidence: matches,
    };
  };
  const untold = node === undefined ? undefined : tierWithoutEvidence(undefined);

  const state = copyWords.find(([words]) => words.test(text))?.[1];
  if (state !== undefined) {
    if (gene === undefined) return wrong('A change of copies needs its gene.');
    const found = rules.evidence([gene], {
      ...nothingElse,
      copyNumbers: new Map([[gene, { gene, state, fact: 'typed by hand', flags: [] }]]),
    });
    return ok({
      ...common,
      kind: state,
      gene,
      ...defined({
        known: knownDriver(gene, state, knowledge, found.matches),
        oncogenicity: oncogenicityOfDeletion(gene, state, knowledge),
        ampTier: found.call?.tier ?? untold,
      }),
      ...told(found),
      notes: [
        ...(state === 'deep-deletion'
          ? []
          : ['the oncogenicity standard has no points for gains, amplifications and the loss of one copy']),
        ...unknownGene(gene, knowledge),
        ...without,
      ],
    });
  }

  const fusion = fusionMeant(text, gene, knowledge);
  if (fusion !== undefined) {
    const found = rules.evidence([fusion.gene5, fusion.gene3], { ...nothingElse, fusions: [fusion] });
    return ok({
      ...common,
      kind: 'fusion',
      gene: fusion.gene3,
      gene2: fusion.gene5,
      ...defined({
        known: knownDriver(fusion.gene3, 'fusion', knowledge, found.matches),
        ampTier: found.call?.tier ?? untold,
      }),
      ...told(found),
      notes: [...fusion.flags, 'the oncogenicity standard has no points for fusions', ...without],
    });
  }

  const meant = smallMeant(text, gene, typed.build, knowledge);
  const none = meant.ok ? undefined : noVariant(written);
  if (none !== undefined) return wrong(none.message, none.remedy);
  if (!meant.ok) return meant;
  const { variant: small, hgvsg } = meant.value;
  const notes = [
    ...(former === undefined ? [] : [`${written} is a former name, read as ${former}`]),
    ...meant.value.notes,
  ];
  const verdict = rules.verdict({
    ...small,
    populationFrequency: typed.populationFrequency ?? small.populationFrequency,
    predictors: typed.predictors ?? small.predictors,
  });
  const { variant } = verdict;
  return ok({
    ...common,
    kind: 'small-variant',
    gene: variant.gene,
    ...defined({
      transcript: variant.transcript,
      hgvsg,
      hgvsc: variant.hgvsCoding,
      hgvsp: variant.hgvsProtein,
      consequence: variant.consequence,
    }),
    proteinChangeSource: variant.change === undefined ? 'not-computed' : variant.source,
    ...defined({ known: knownOf(verdict, knowledge), oncogenicity: variant.oncogenicity, ampTier: verdict.tier }),
    ...told(verdict),
    notes: [...notes, ...variant.flags, ...unknownGene(variant.gene, knowledge), ...without],
  });
}

/**
 * The genomic names of one small change, without judging it: for imports, which place many.
 * Undefined where the text is not read, contradicts the checked sequence or has no place.
 */
export function placeTyped(
  { gene, change }: { readonly gene: string; readonly change: string },
  knowledge: MolecularKnowledge,
): Partial<Record<GenomeBuild, string>> | undefined {
  const symbol = symbolOf(gene.trim(), knowledge);
  const written = inCapitals(barePhrase(change));
  const meant = smallMeant(formerName(symbol, written) ?? written, symbol, undefined, knowledge);
  return meant.ok ? meant.value.hgvsg : undefined;
}

/** What makes a change of copies or a fusion a known driver, in facts that can be counted. */
function knownDriver(
  gene: string,
  kind: CopyNumberState | 'fusion',
  { role }: MolecularKnowledge,
  matches: readonly EvidenceMatch[],
): string | undefined {
  const known = role?.(gene);
  const parts = [
    ...(kind === 'amplification' && known?.oncogene === true ? [`oncogene (${known.source})`] : []),
    ...(kind === 'deep-deletion' && known?.tumorSuppressor === true ? [`tumor suppressor (${known.source})`] : []),
    ...(matches.length === 0 ? [] : [`civic=${matches.length}`]),
  ];
  return parts.length === 0 ? undefined : parts.join(';');
}

const unknownGene = (gene: string, { cancerGenes }: MolecularKnowledge): string[] =>
  gene !== '' && cancerGenes !== undefined && !cancerGenes(gene) ? [`${gene} is no gene that the packs speak of`] : [];

/** `EML4::ALK`, `EML4-ALK`, `EML4-ALK fusion`, or `fusion` with one gene, whose partner is then not known. */
function fusionMeant(text: string, gene: string | undefined, knowledge: MolecularKnowledge): Fusion | undefined {
  const base = { breakpoints: [] };
  if (/^(?:gene )?fusion|^rearrangement$/i.test(text) && gene !== undefined)
    return {
      ...base,
      id: `?::${gene}`,
      gene5: '?',
      gene3: gene,
      flags: ['the partner is not named: read as the 3′ partner of any fusion'],
    };
  const [, five, three] = /^([A-Za-z0-9-]+)::([A-Za-z0-9-]+)(?: fusion)?$/.exec(text) ?? [];
  const [, first, second, word] =
    /^([A-Za-z0-9]+(?:-\d)?)[-–/]([A-Za-z0-9]+(?:-\d)?)( (?:gene )?(?:fusion|rearrangement))?$/.exec(text) ?? [];
  const known = (name: string | undefined): boolean =>
    name !== undefined && knowledge.cancerGenes?.(symbolOf(name, knowledge)) === true;
  // Without the word, two genes with a dash between them: a symbol may have a dash of its own.
  const dashed = word !== undefined || (known(first) && known(second));
  const [gene5, gene3] = dashed ? [first, second] : [five, three];
  if (gene5 === undefined || gene3 === undefined) return undefined;
  const [a, b] = [symbolOf(gene5, knowledge), symbolOf(gene3, knowledge)];
  return { ...base, id: `${a}::${b}`, gene5: a, gene3: b, flags: ['reading frame not stated'] };
}

function smallMeant(
  text: string,
  gene: string | undefined,
  build: GenomeBuild | undefined,
  knowledge: MolecularKnowledge,
): Result<SmallMeant> {
  const genomic = parseGenomicChange(text);
  if (genomic !== undefined) return fromGenome(genomic, gene, build, knowledge);
  if (/(?:^|:)\s*[gm]\.\s*\S/i.test(text)) return unread('The genomic change is not read.', text);
  const accession = accessionOf(text);
  const [, named] = /^([A-Za-z0-9-]+)[:\s(]+[cp]\./.exec(text) ?? [];
  const symbol =
    gene ??
    /\(([A-Za-z0-9-]+)\):/.exec(text)?.[1] ??
    (accession === undefined ? undefined : geneOfAccession(accession, knowledge)) ??
    (named === undefined || /^(?:N[MP]_|ENS|LRG)/i.test(named) ? undefined : symbolOf(named, knowledge));
  if (symbol === undefined)
    return wrong(
      accession === undefined ? 'The gene is missing.' : `No gene of the packs is numbered by ${accession}.`,
      'Name the gene beside its change.',
    );
  const sequence = knowledge.codingSequence?.(symbol);
  const own = sequence?.transcript;
  // The Ensembl name of the same transcript (MANE) numbers as it does.
  const isOwn = sequence?.ensembl !== undefined && bareAccession(sequence.ensembl) === bareAccession(accession ?? '');
  if (accession?.startsWith('NM_') && own !== undefined && bareAccession(own) !== bareAccession(accession))
    return wrong(
      `The name stands on ${accession}; here ${symbol} is numbered by ${own}, and their numbers may differ.`,
      `Give the name on ${own}, or the genomic name.`,
    );
  const version =
    accession?.startsWith('NM_') && own !== undefined && own !== accession
      ? [`the name states ${accession}; it is read on ${own}`]
      : accession !== undefined && own !== undefined && !accession.startsWith('NM_') && !isOwn
        ? [`the name states ${accession}; it is read on ${own}, whose numbers may differ`]
        : [];
  const noted = (meant: Result<SmallMeant>): Result<SmallMeant> =>
    meant.ok ? ok({ ...meant.value, notes: [...version, ...meant.value.notes] }) : meant;
  if (/(?:^|:)\s*c\./i.test(text)) {
    const joined = asOneChange(text, sequence?.sequence);
    if (joined !== undefined) version.push(`changes side by side on one allele are one: read as ${joined}`);
    const coding = parseCodingName(joined ?? text);
    return coding === undefined
      ? unread('The coding change is not read.', text)
      : noted(fromCoding(coding, symbol, knowledge));
  }
  const change = parseProteinChange(text.replace(/^[A-Za-z0-9-]+\s+(?=p\.)/, ''));
  return change === undefined
    ? unread('The change is not read.', text)
    : noted(ok(fromProtein(change, symbol, knowledge, /\dX$/.test(text))));
}

const observed = (at: Coordinates): ObservedVariant => ({
  ...at,
  key: [at.build, at.chromosome, at.position1, at.reference, at.alternate].join(':'),
  origin: 'somatic',
  file: '',
  line: 1,
});

const baseOf =
  (knowledge: MolecularKnowledge, build: GenomeBuild, chromosome: string) =>
  (position: number): string | undefined =>
    knowledge.referenceBase?.(build, chromosome, position);

/** The bases that a name states, against the sequences here: `other` where one differs, `unchecked` where one lies outside. */
function statedBases(
  { start, reference }: GenomicChange,
  known: ReferenceBase,
): 'none' | 'checked' | 'other' | 'unchecked' {
  const held = [...reference].map((base, index) => [base, known(start + index)] as const);
  if (held.some(([base, here]) => here !== undefined && here !== base)) return 'other';
  return held.length === 0 ? 'none' : held.some(([, here]) => here === undefined) ? 'unchecked' : 'checked';
}

/** A name whose bases nobody here can check must not look like one that was checked. */
function uncheckedNote(place: string, { reference }: { readonly reference: string }): string {
  const words = reference.length === 1 ? `the base written at ${place} is` : `bases written at ${place} are`;
  return `${words} not checked: outside the sequences here; ask for the name on a reference genome before this is used`;
}

/** Bases of an intron by their distance from the exon before (+) or behind (−) it, as 99 % of introns have them. */
const SPLICE_BASES: Readonly<Record<number, string>> = { 1: 'G', 2: 'T', [-2]: 'A', [-1]: 'G' };

function rareSplice({ first, last, reference, name }: CodingName): string[] {
  const usual = first.offset === last.offset && first.coding === last.coding ? SPLICE_BASES[first.offset] : undefined;
  return usual === undefined || reference === '' || reference === usual
    ? []
    : [
        `introns begin with GT and end with AG in 99 %: ${reference} instead of ${usual} at ${name.replace(CHANGED, '')} would be rare, check the name`,
      ];
}

function fromGenome(
  genomic: GenomicChange,
  gene: string | undefined,
  asked: GenomeBuild | undefined,
  knowledge: MolecularKnowledge,
): Result<SmallMeant> {
  const builds = asked === undefined ? genomic.builds : genomic.builds.filter((one) => one === asked);
  const [build, other] = builds;
  if (build === undefined)
    return wrong('The version of the sequence is of another genome build.', 'Give the name on GRCh37 or GRCh38.');
  if (other !== undefined)
    return wrong(
      'The name is of either genome build.',
      'Say GRCh37 or GRCh38, or write the NC_ accession with its version.',
    );
  const known = baseOf(knowledge, build, genomic.chromosome);
  const at = coordinatesOf(genomic, build, known);
  if (at === undefined)
    return wrong('The name leaves out bases that are not known here.', 'State them, for example g.100_102delACG.');
  const read = readVariant(observed(at), variantLookups(knowledge));
  const computed = knowledge.computeChange?.(at);
  const stated = statedBases(genomic, known);
  if (stated === 'other' || (computed?.mismatch !== undefined && computed.change === undefined))
    return wrong('The stated reference base is not that of the checked sequence.', 'Check position and genome build.');
  const notes: string[] =
    stated === 'unchecked' ? [uncheckedNote(`g.${range(genomic.start, genomic.end)}`, genomic)] : [];
  if (gene !== undefined && read.gene !== gene)
    return wrong(
      read.gene === '' ? 'No gene of the packs lies at that place.' : `At that place lies ${read.gene}, not ${gene}.`,
      'Check gene, position and genome build.',
    );
  if (read.change === undefined) notes.push(uncomputed(read, knowledge));
  const { hgvsCoding } = read;
  const coding = hgvsCoding === undefined ? undefined : parseCodingName(hgvsCoding);
  const hgvsg = {
    ...namesOf(coding, read.gene, knowledge),
    ...defined({ [build]: genomicName(at, known)?.name }),
  };
  const lifted = liftedName(at, hgvsg, knowledge);
  if (lifted.note !== undefined) notes.push(lifted.note);
  return ok({
    variant: { ...read, id: read.variantKeys[0] ?? '' },
    hgvsg: { ...hgvsg, ...lifted.hgvsg },
    notes: notes.filter((note) => note !== ''),
  });
}

/** The name on the other build by chains, where the exons of a gene do not give it; said as lifted. */
function liftedName(
  at: Coordinates,
  known: Partial<Record<GenomeBuild, string>>,
  knowledge: MolecularKnowledge,
): { readonly hgvsg?: Partial<Record<GenomeBuild, string>>; readonly note?: string } {
  const other: GenomeBuild = at.build === 'GRCh37' ? 'GRCh38' : 'GRCh37';
  if (known[other] !== undefined || knowledge.lift === undefined) return {};
  const lifted = knowledge.lift(at.build, at);
  if (lifted.kind === 'refused') return { note: `no place on ${other}: ${lifted.reason}` };
  const { allele, strand } = lifted;
  const name = genomicName({ ...allele, build: other }, baseOf(knowledge, other, allele.chromosome))?.name;
  if (name === undefined) return {};
  return {
    hgvsg: { [other]: name },
    note: `the name on ${other} is lifted by chains${strand === '-' ? ' that turn the strand' : ''}; its reference base is not checked there`,
  };
}

/** A splice site or an untranslated region has no protein change to compute: nothing is missing there. */
function uncomputed({ gene, consequence }: SmallVariant, knowledge: MolecularKnowledge): string {
  if (consequence !== undefined && consequence !== 'coding_sequence_variant') return '';
  return knowledge.codingSequence?.(gene) === undefined
    ? `protein change not computed: no checked coding sequence${gene === '' ? '' : ` of ${gene}`}`
    : 'protein change not computed: at a splice site whose intron is not known here, or outside the transcript';
}

/** Names on each build that the gene's exons are known on. */
function namesOf(
  coding: CodingName | undefined,
  gene: string,
  knowledge: MolecularKnowledge,
): Partial<Record<GenomeBuild, string>> {
  if (coding === undefined) return {};
  const names: Partial<Record<GenomeBuild, string>> = {};
  for (const build of ['GRCh37', 'GRCh38'] as const) {
    const there = knowledge.locateCoding?.(gene, build, coding);
    const known = baseOf(knowledge, build, there?.chromosome ?? '');
    const at = there === undefined ? undefined : coordinatesOf(there, build, known);
    const name = at === undefined ? undefined : genomicName(at, known)?.name;
    if (name !== undefined) names[build] = name;
  }
  return names;
}

/** Of a coding name what stands behind its place. */
const CHANGED = /(?:[ACGT]>[ACGT]|del|dup|ins).*$/;

const BUILDS = ['GRCh38', 'GRCh37'] as const;
const FIRST: CodingName['first'] = { region: 'cds', coding: 1, offset: 0 };
/** A place that every transcript has. */
const FIRST_BASE: CodingName = { first: FIRST, last: FIRST, verb: 'del', reference: '', alternate: '', name: 'c.1del' };

function fromCoding(coding: CodingName, gene: string, knowledge: MolecularKnowledge): Result<SmallMeant> {
  const sequence = knowledge.codingSequence?.(gene);
  const offsets = [coding.first.offset, coding.last.offset].map(Math.abs);
  for (const build of BUILDS) {
    const there = knowledge.locateCoding?.(gene, build, coding);
    const known = baseOf(knowledge, build, there?.chromosome ?? '');
    const at = there === undefined ? undefined : coordinatesOf(there, build, known);
    if (there === undefined || at === undefined) continue;
    const computed = knowledge.computeChange?.(at);
    const stated = statedBases(there, known);
    if (stated === 'other' || (computed?.mismatch !== undefined && computed.change === undefined))
      return wrong(
        `The coding sequence of ${gene} has another base there than the name states.`,
        `Check the number; it is read on ${sequence?.transcript ?? 'the transcript of the packs'}.`,
      );
    const read = readVariant({ ...observed(at), annotation: { source: 'info', gene } }, variantLookups(knowledge));
    return ok({
      variant: {
        ...read,
        id: `somatic:${gene}:${coding.name}`,
        hgvsCoding: read.hgvsCoding ?? coding.name,
      },
      hgvsg: namesOf(coding, gene, knowledge),
      notes: [
        ...(stated === 'unchecked' ? [uncheckedNote(coding.name.replace(CHANGED, ''), coding)] : []),
        ...rareSplice(coding),
        ...(read.change === undefined ? [uncomputed(read, knowledge)].filter((note) => note !== '') : []),
      ],
    });
  }
  const unreadBases = withoutBases(coding, gene, knowledge);
  if (unreadBases !== undefined) return ok(unreadBases);
  if (BUILDS.some((build) => knowledge.locateCoding?.(gene, build, FIRST_BASE) !== undefined))
    return sequence !== undefined && coding.first.coding > sequence.sequence.length
      ? wrong(`The coding sequence of ${gene} ends before that number.`, `It is read on ${sequence.transcript}.`)
      : BUILDS.some((build) => knowledge.locateCoding?.(gene, build, coding) !== undefined)
        ? wrong(
            `The bases at ${coding.name.replace(CHANGED, '')} of ${gene} are not known here: the packs have its coding sequence and not its introns.`,
            `Write the letters behind ${coding.name}, or the change on the genome (g.).`,
          )
        : wrong(
            `The transcript of ${gene} has no such place.`,
            'Check the number, the border of the exon, and how many bases are written.',
          );
  // Without exons the name itself still says whether it is a splice site.
  const near = Math.min(...offsets);
  const consequence =
    near === 0 || near > 2 ? undefined : coding.first.offset > 0 ? 'splice_donor_variant' : 'splice_acceptor_variant';
  return ok({
    variant: namedOnly(coding, gene, consequence),
    notes: [`the place of this name on the genome is not known here: protein change not computed`],
  });
}

/** A variant of which the c. name is all that is known. */
const namedOnly = ({ name }: CodingName, gene: string, consequence: string | undefined): SmallVariant => ({
  id: `somatic:${gene}:${name}`,
  gene,
  origin: 'somatic',
  hgvsCoding: name,
  hgvsGenomic: '',
  consequence,
  consequenceClass: consequenceClass(consequence),
  source: 'input-annotation',
  variantKeys: [],
  flags: [],
});

/** A deletion that reaches into an intron whose bases are not known here: its place says what it takes away. */
function withoutBases(coding: CodingName, gene: string, knowledge: MolecularKnowledge): SmallMeant | undefined {
  const consequence = coding.verb === 'del' || coding.verb === 'delins' ? intronConsequence(coding) : undefined;
  if (consequence === undefined) return undefined;
  const hgvsg: Partial<Record<GenomeBuild, string>> = {};
  for (const build of BUILDS) {
    const there = knowledge.locateCoding?.(gene, build, coding);
    const name = there === undefined ? undefined : unanchoredName(there, build);
    if (name !== undefined) hgvsg[build] = name;
  }
  if (Object.keys(hgvsg).length === 0) return undefined;
  const transcript = knowledge.codingSequence?.(gene)?.transcript;
  return {
    variant: { ...namedOnly(coding, gene, consequence), ...defined({ transcript }) },
    hgvsg,
    notes: ['the bases of the intron are not known here: the name is taken as written and not moved to its last place'],
  };
}

function fromProtein(
  change: ProteinChange,
  gene: string,
  knowledge: MolecularKnowledge,
  writtenX: boolean,
): SmallMeant {
  const sequence = knowledge.codingSequence?.(gene);
  const ruled = ruledChange(change, sequence);
  const named =
    proteinKey(ruled) === proteinKey(change) ? [] : [`HGVS names this change ${displayProteinChange(ruled)}`];
  return {
    variant: statedVariant(gene, ruled, sequence?.transcript),
    notes: [
      ...(writtenX ? ['X is read as a stop, as older names write it; of an unknown residue nothing can be said'] : []),
      ...named,
      ...residueNotes(ruled, gene, sequence),
    ],
  };
}

/** The residues a name states against the checked sequence: a slip of the pen and another isoform's numbers look alike. */
function residueNotes(
  { start, end, reference, endReference, kind }: ProteinChange,
  gene: string,
  sequence: { readonly sequence: string; readonly transcript: string } | undefined,
): string[] {
  if (kind === 'splice') return [];
  if (sequence === undefined) return [`no checked coding sequence of ${gene}: the residue is not confirmed`];
  const { protein } = translate(sequence.sequence);
  const wrongAt = (
    [
      [start, reference],
      [end, endReference],
    ] as const
  ).find(([at, letter]) => protein[at - 1] !== letter);
  if (wrongAt === undefined) return [];
  const [at, letter] = wrongAt;
  const held = protein[at - 1];
  return [
    held === undefined
      ? `${sequence.transcript} has ${protein.length - 1} residues, none of number ${at}: check number and isoform before this is used`
      : `residue ${at} of ${sequence.transcript} is ${held}, not ${letter}: check number and isoform before this is used`,
  ];
}
