/**
 * Generated trials in the CTML habit – every key of a match node, nested and, or, not, lists, exclusions by "!" – against
 * generated patients as the engine's clinical and genomic tables with data missing, beside a small evaluator that knows the
 * patient as made, not as read: `node tests/campaign/trials.ts [rounds] [seed]`, each of 30 trials and 30 patients. Ends with
 * 1 when an arm is said to be met, not met or unknown and is another.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { loadPacks } from '../../electron/knowledge/index.ts';
import { readPatientTables, readTrialFolder, trialsFor } from '../../electron/therapy/index.ts';

const rounds = Number(process.argv[2] ?? 10);
const ON = '2026-01-15';
const packs = await loadPacks(resolve(import.meta.dirname, '../../models/knowledge'));

let state = Number(process.argv[3] ?? 5);
const next = (): number => {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return state / 2 ** 32;
};
const below = (end: number): number => Math.floor(next() * end);
const one = <Value>(from: readonly Value[]): Value => from[below(from.length)] as Value;
const chance = (of: number): boolean => next() < of;

type Truth = 'met' | 'not-met' | 'unknown';
const is = (value: boolean): Truth => (value ? 'met' : 'not-met');
const not = (value: Truth): Truth => (value === 'unknown' ? value : value === 'met' ? 'not-met' : 'met');
const every = (all: readonly Truth[]): Truth =>
  all.includes('not-met') ? 'not-met' : all.includes('unknown') ? 'unknown' : 'met';
const some = (all: readonly Truth[]): Truth => not(every(all.map(not)));

const PARENT: Readonly<Record<string, string>> = {
  'Lung Adenocarcinoma': 'Non-Small Cell Lung Cancer',
  'Non-Small Cell Lung Cancer': 'Lung',
  'Invasive Breast Carcinoma': 'Breast',
  'Colorectal Adenocarcinoma': 'Bowel',
  'Cutaneous Melanoma': 'Melanoma',
  Melanoma: 'Skin',
  'Acute Myeloid Leukemia': 'Myeloid',
};
const LIQUID = new Set(['Acute Myeloid Leukemia', 'Myeloid']);
const TYPES = [...new Set(Object.entries(PARENT).flat())];
const lineage = (name: string): string[] => [name, ...(PARENT[name] === undefined ? [] : lineage(PARENT[name]))];

interface Change {
  readonly protein: string;
  readonly classification: string;
  readonly exon: number;
  readonly codon?: string;
}
const CHANGES: Readonly<Record<string, readonly Change[]>> = {
  EGFR: [
    { protein: 'p.L858R', classification: 'Missense_Mutation', exon: 21, codon: 'L858' },
    { protein: 'p.T790M', classification: 'Missense_Mutation', exon: 20, codon: 'T790' },
    { protein: 'p.E746_A750del', classification: 'In_Frame_Del', exon: 19 },
  ],
  KRAS: [
    { protein: 'p.G12C', classification: 'Missense_Mutation', exon: 2, codon: 'G12' },
    { protein: 'p.G12D', classification: 'Missense_Mutation', exon: 2, codon: 'G12' },
  ],
  TP53: [
    { protein: 'p.R175H', classification: 'Missense_Mutation', exon: 5, codon: 'R175' },
    { protein: 'p.R213*', classification: 'Nonsense_Mutation', exon: 6 },
    { protein: 'p.P152Rfs*18', classification: 'Frame_Shift_Del', exon: 5 },
    { protein: 'p.R248=', classification: 'Silent', exon: 7 },
  ],
  BRAF: [
    { protein: 'p.V600E', classification: 'Missense_Mutation', exon: 15, codon: 'V600' },
    { protein: 'p.V600K', classification: 'Missense_Mutation', exon: 15, codon: 'V600' },
  ],
  ERBB2: [{ protein: 'p.S310F', classification: 'Missense_Mutation', exon: 8, codon: 'S310' }],
  ALK: [{ protein: 'p.G1202R', classification: 'Missense_Mutation', exon: 23, codon: 'G1202' }],
};
const GENES = Object.keys(CHANGES);
/** The state of a call, however it is worded. */
const COPIES: Readonly<Record<string, string>> = {
  'High Amplification': 'amplification',
  'High level amplification': 'amplification',
  'Low Amplification': 'gain',
  Gain: 'gain',
  'Heterozygous deletion': 'loss',
  'Homozygous deletion': 'deep-deletion',
  Diploid: 'neutral',
};
const SIGNATURES = ['apobec', 'pole', 'tobacco', 'temozolomide', 'uva'] as const;
const COLUMN = {
  apobec: 'APOBEC_STATUS',
  pole: 'POLE_STATUS',
  tobacco: 'TABACCO_STATUS',
  temozolomide: 'TEMOZOLOMIDE_STATUS',
  uva: 'UVA_STATUS',
} as const;
const DRUGS = ['erlotinib', 'osimertinib', 'trastuzumab', 'carboplatin', 'pembrolizumab'];

interface Patient {
  readonly id: string;
  readonly age?: number;
  readonly sex?: string;
  readonly type?: string;
  readonly receptors: Readonly<Record<string, string | undefined>>;
  readonly repair?: 'deficient' | 'proficient';
  readonly burden?: number;
  readonly ecog?: number;
  readonly lines?: number;
  readonly signatures: Readonly<Record<string, boolean | undefined>>;
  readonly disease: readonly string[];
  readonly drugs?: readonly string[];
  readonly small: ReadonlyMap<string, readonly (Change & { readonly exonTold: boolean })[]>;
  readonly copies: ReadonlyMap<string, string>;
  readonly fusions: readonly { readonly left?: string; readonly right?: string; readonly comment?: string }[];
  /** Genes of which a row says that fusions were looked for and not found. */
  readonly fusionFree: ReadonlySet<string>;
}

const maybe = <Value>(value: Value): Value | undefined => (chance(0.3) ? undefined : value);
const told = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };

function aPatient(id: string): Patient {
  const small = new Map<string, (Change & { exonTold: boolean })[]>();
  const copies = new Map<string, string>();
  const fusionFree = new Set<string>();
  for (const gene of GENES) {
    const looked = below(4);
    if (looked === 0) small.set(gene, []);
    if (looked > 1)
      small.set(
        gene,
        [...new Set(Array.from({ length: 1 + below(2) }, () => one(CHANGES[gene] ?? [])))].map((change) => ({
          ...change,
          exonTold: chance(0.7),
        })),
      );
    if (chance(0.6)) copies.set(gene, one(Object.keys(COPIES)));
    if (chance(0.3)) fusionFree.add(gene);
  }
  const fusions: Patient['fusions'] = chance(0.4)
    ? [
        chance(0.6)
          ? { ...told('left', maybe('EML4')), right: one(['ALK', 'EGFR']) }
          : { comment: `An ${one(['EML4-ALK', 'STRN-ALK'])} rearrangement was seen` },
      ]
    : [];
  for (const { left, right } of fusions)
    for (const gene of [left, right]) if (gene !== undefined) fusionFree.delete(gene);
  return {
    id,
    ...told('age', maybe(one([0.5, 17, 18, 40, 64, 65, 80]))),
    ...told('sex', maybe(one(['Female', 'Male']))),
    ...told('type', maybe(one(TYPES))),
    receptors: Object.fromEntries(['HER2', 'ER', 'PR'].map((name) => [name, maybe(one(['Positive', 'Negative']))])),
    ...told('repair', maybe(one(['deficient', 'proficient'] as const))),
    ...told('burden', maybe(one([1, 9.9, 10, 25]))),
    ...told('ecog', maybe(below(4))),
    ...told('lines', maybe(below(4))),
    signatures: Object.fromEntries(SIGNATURES.map((name) => [name, maybe(chance(0.5))])),
    disease: ['advanced', 'metastatic', 'recurrent'].filter(() => chance(0.3)),
    ...told('drugs', chance(0.5) ? undefined : DRUGS.filter(() => chance(0.4))),
    small,
    copies,
    fusions,
    fusionFree,
  };
}

const table = (rows: readonly Readonly<Record<string, string | number | undefined>>[]): string => {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return `${[columns, ...rows.map((row) => columns.map((name) => row[name] ?? ''))].map((cells) => cells.join(',')).join('\n')}\n`;
};

const clinicalRow = (patient: Patient): Readonly<Record<string, string | number | undefined>> => ({
  SAMPLE_ID: patient.id,
  ...(patient.age !== undefined && Number.isInteger(patient.age) && chance(0.5)
    ? { BIRTH_DATE: `${2026 - patient.age}-01-15` }
    : { AGE: patient.age }),
  GENDER: patient.sex,
  ONCOTREE_PRIMARY_DIAGNOSIS_NAME: patient.type,
  HER2_STATUS: patient.receptors['HER2'],
  ER_STATUS: patient.receptors['ER'],
  PR_STATUS: patient.receptors['PR'],
  ...(chance(0.5)
    ? { MMR_STATUS: patient.repair === undefined ? undefined : `MMR-${patient.repair}` }
    : { MS_STATUS: patient.repair === undefined ? undefined : patient.repair === 'deficient' ? 'MSI-H' : 'MSS' }),
  TUMOR_MUTATIONAL_BURDEN_PER_MEGABASE: patient.burden,
  ECOG: patient.ecog,
  PRIOR_LINES: patient.lines,
  DISEASE_STATUS: patient.disease.join(';'),
  ...Object.fromEntries(
    SIGNATURES.map((name) => {
      const present = patient.signatures[name];
      return [COLUMN[name], present === undefined ? undefined : present ? 'Yes' : 'No'];
    }),
  ),
});

function genomicRows(patient: Patient): Readonly<Record<string, string | number | undefined>>[] {
  const base = { SAMPLE_ID: patient.id };
  return [
    ...[...patient.small].flatMap(([gene, changes]) =>
      changes.length === 0
        ? [{ ...base, TRUE_HUGO_SYMBOL: gene, VARIANT_CATEGORY: 'MUTATION', WILDTYPE: 'true' }]
        : changes.map(({ protein, classification, exon, exonTold }) => ({
            ...base,
            TRUE_HUGO_SYMBOL: gene,
            VARIANT_CATEGORY: 'MUTATION',
            WILDTYPE: 'false',
            TRUE_PROTEIN_CHANGE: protein,
            TRUE_VARIANT_CLASSIFICATION: classification,
            TRUE_TRANSCRIPT_EXON: exonTold ? exon : undefined,
          })),
    ),
    ...[...patient.copies].map(([gene, call]) => ({
      ...base,
      TRUE_HUGO_SYMBOL: gene,
      VARIANT_CATEGORY: 'CNV',
      CNV_CALL: call,
    })),
    ...patient.fusions.map(({ left, right, comment }) => ({
      ...base,
      VARIANT_CATEGORY: 'SV',
      LEFT_PARTNER_GENE: left,
      RIGHT_PARTNER_GENE: right,
      STRUCTURAL_VARIANT_COMMENT: comment,
    })),
    ...[...patient.fusionFree].map((gene) => ({
      ...base,
      TRUE_HUGO_SYMBOL: gene,
      VARIANT_CATEGORY: 'SV',
      WILDTYPE: 'true',
    })),
  ];
}

/** A criterion as it stands in the document, and its truth of a patient. */
interface Node {
  readonly document: Readonly<Record<string, unknown>>;
  readonly truth: (patient: Patient) => Truth;
}

const compared = (value: number | undefined, sign: string, at: number): Truth => {
  if (value === undefined) return 'unknown';
  return is(
    { '>=': value >= at, '>': value > at, '<=': value <= at, '<': value < at, '==': value === at }[sign] === true,
  );
};
const equal = <Value>(value: Value | undefined, asked: Value): Truth =>
  value === undefined ? 'unknown' : is(value === asked);

function ofType(asked: string, type: string | undefined): Truth {
  if (asked === 'All Tumors') return type === undefined ? 'unknown' : 'met';
  if (type === undefined) return 'unknown';
  const liquid = lineage(type).some((name) => LIQUID.has(name));
  if (asked === '_SOLID_' || asked === 'All Solid Tumors') return is(!liquid);
  if (asked === '_LIQUID_') return is(liquid);
  if (lineage(type).includes(asked)) return 'met';
  return lineage(asked).includes(type) ? 'unknown' : 'not-met';
}

/** One key of a clinical node: a value, and what it is of a patient. */
function clinicalKey(): { key: string; value: string | number; truth: Node['truth'] } {
  switch (below(11)) {
    case 0: {
      const [sign, at] = [one(['>=', '>', '<=', '<', '==']), one([0.5, 18, 40, 65])];
      return { key: 'age_numerical', value: `${sign}${at}`, truth: ({ age }) => compared(age, sign, at) };
    }
    case 1: {
      const sex = one(['Female', 'Male']);
      return { key: 'gender', value: sex, truth: (patient) => equal(patient.sex, sex) };
    }
    case 2: {
      const asked = one([...TYPES, '_SOLID_', '_LIQUID_', 'All Solid Tumors', 'All Tumors']);
      return { key: 'oncotree_primary_diagnosis', value: asked, truth: ({ type }) => ofType(asked, type) };
    }
    case 3: {
      const [name, status] = [one(['HER2', 'ER', 'PR']), one(['Positive', 'Negative', 'Unknown'])];
      return {
        key: `${name.toLowerCase()}_status`,
        value: status,
        truth: ({ receptors }) =>
          status === 'Unknown' ? is(receptors[name] === undefined) : equal(receptors[name], status),
      };
    }
    case 4: {
      const [key, value] = one([
        ['mmr_status', 'MMR-Deficient'],
        ['mmr_status', 'MMR-Proficient'],
        ['ms_status', 'MSI-H'],
        ['ms_status', 'MSS'],
      ] as const);
      const wanted = value === 'MMR-Deficient' || value === 'MSI-H' ? 'deficient' : 'proficient';
      return { key, value, truth: ({ repair }) => equal<string>(repair, wanted) };
    }
    case 5: {
      const [sign, at] = [one(['>=', '<']), one([10, 20])];
      return { key: 'tmb_numerical', value: `${sign}${at}`, truth: ({ burden }) => compared(burden, sign, at) };
    }
    case 6: {
      const [value, least, most] = one([
        ['0-1', 0, 1],
        ['<=2', 0, 2],
        ['ECOG 1', 1, 1],
        [0, 0, 0],
      ] as const);
      return {
        key: one(['ecog', 'ecog_status']),
        value,
        truth: ({ ecog }) => (ecog === undefined ? 'unknown' : is(ecog >= least && ecog <= most)),
      };
    }
    case 7: {
      const [name, present] = [one(SIGNATURES), chance(0.5)];
      return {
        key: `${name}_signature`,
        value: present ? 'Yes' : 'No',
        truth: ({ signatures }) => equal(signatures[name], present),
      };
    }
    case 8: {
      const word = one(['Advanced', 'Metastatic', 'Recurrent']);
      // The tables list what is so; what they do not list nobody has denied.
      return {
        key: 'disease_status',
        value: word,
        truth: ({ disease }) => (disease.includes(word.toLowerCase()) ? 'met' : 'unknown'),
      };
    }
    case 9: {
      const at = 1 + below(3);
      return { key: 'prior_lines', value: `>=${at}`, truth: ({ lines }) => compared(lines, '>=', at) };
    }
    default: {
      const drug = one(DRUGS);
      return { key: 'prior_treatment', value: drug, truth: ({ drugs }) => hadDrug(drugs, drug) };
    }
  }
}

/** An empty table of prior treatments is no record, not "none". */
const hadDrug = (drugs: Patient['drugs'], drug: string): Truth =>
  drugs === undefined || drugs.length === 0 ? 'unknown' : is(drugs.includes(drug));

function clinical(): Node {
  const parts = Array.from({ length: 1 + below(3) }, () => {
    const { key, value, truth } = clinicalKey();
    if (chance(0.15)) {
      // A list is one of its values; all excluded, none of them.
      const excluded = chance(0.4);
      const more = [value, value].map((text) => (excluded ? `!${text}` : text));
      return { key, value: more, truth: (patient: Patient) => (excluded ? not(truth(patient)) : truth(patient)) };
    }
    return chance(0.2)
      ? { key, value: `!${value}`, truth: (patient: Patient) => not(truth(patient)) }
      : { key, value, truth };
  });
  const kept = [...new Map(parts.map((part) => [part.key, part])).values()];
  return {
    document: {
      clinical: Object.fromEntries(kept.map(({ key, value }) => [chance(0.3) ? key.toUpperCase() : key, value])),
    },
    truth: (patient) => every(kept.map(({ truth }) => truth(patient))),
  };
}

function smallTruth(patient: Patient, gene: string, fits: (change: Change & { exonTold: boolean }) => Truth): Truth {
  const changes = patient.small.get(gene);
  if (changes === undefined) return 'unknown';
  return changes.length === 0 ? 'not-met' : some(changes.map(fits));
}

function copyTruth(patient: Patient, gene: string, wanted: string | undefined): Truth {
  const call = patient.copies.get(gene);
  if (call === undefined) return 'unknown';
  const found = COPIES[call] ?? 'neutral';
  if (wanted !== undefined) return is(found === wanted);
  if (found === 'amplification' || found === 'deep-deletion') return 'met';
  // One copy more or less: the trial does not say which change it means.
  return found === 'neutral' ? 'not-met' : 'unknown';
}

function fusionTruth({ fusions, fusionFree }: Patient, gene: string, partner: string | undefined): Truth {
  const names = ({ left, right, comment }: Patient['fusions'][number]): string[] =>
    comment === undefined ? [left ?? right ?? '', right ?? left ?? ''] : comment.split(/[^A-Z0-9]+/);
  if (fusions.some((fusion) => [gene, partner ?? gene].every((name) => names(fusion).includes(name)))) return 'met';
  const looked = fusionFree.has(gene) || fusions.some(({ left, right }) => [left, right].includes(gene));
  return looked ? 'not-met' : 'unknown';
}

function genomic(): Node {
  const gene = one(GENES);
  const change = one(CHANGES[gene] ?? []) as Change;
  const node: Record<string, unknown> = { hugo_symbol: gene };
  let truth: Node['truth'];
  switch (below(8)) {
    case 0:
      node['variant_category'] = 'Mutation';
      truth = (patient) => smallTruth(patient, gene, ({ classification }) => is(classification !== 'Silent'));
      break;
    case 1: {
      node['variant_category'] = 'Mutation';
      node['protein_change'] = change.protein;
      const exon = chance(0.3) ? one([change.exon, 99]) : undefined;
      if (exon !== undefined) node['exon'] = exon;
      truth = (patient) =>
        smallTruth(patient, gene, (own) =>
          every([
            is(own.protein === change.protein),
            exon === undefined ? 'met' : own.exonTold ? is(own.exon === exon) : 'unknown',
          ]),
        );
      break;
    }
    case 2: {
      const codon = change.codon ?? 'V600';
      node['variant_category'] = 'Mutation';
      node['wildcard_protein_change'] = `${chance(0.5) ? 'p.' : ''}${codon}`;
      truth = (patient) => smallTruth(patient, gene, (own) => is(own.codon === codon));
      break;
    }
    case 3: {
      node['variant_category'] = chance(0.5) ? 'Mutation' : 'MUTATION';
      node['exon'] = change.exon;
      truth = (patient) =>
        smallTruth(patient, gene, (own) =>
          every([is(own.classification !== 'Silent'), own.exonTold ? is(own.exon === change.exon) : 'unknown']),
        );
      break;
    }
    case 4: {
      const asked = one([change.classification, 'Frameshift', 'Missense_Mutation']);
      node['variant_category'] = 'Mutation';
      node['variant_classification'] = asked;
      truth = (patient) =>
        smallTruth(patient, gene, ({ classification }) =>
          is(asked === 'Frameshift' ? classification.startsWith('Frame_Shift') : classification === asked),
        );
      break;
    }
    case 5: {
      const call = chance(0.3)
        ? undefined
        : one(['High Amplification', 'Low Amplification', 'Gain', 'Heterozygous Deletion', 'Homozygous Deletion']);
      node['variant_category'] = one(['Copy Number Variation', 'CNV']);
      if (call !== undefined) node['cnv_call'] = call;
      const wanted = call === undefined ? undefined : (COPIES[call] ?? COPIES[call.replace('Deletion', 'deletion')]);
      truth = (patient) => copyTruth(patient, gene, wanted);
      break;
    }
    case 6: {
      node['variant_category'] = one(['Structural Variation', 'SV']);
      const partner = chance(0.4) ? one(['EML4', 'STRN']) : undefined;
      if (partner !== undefined) node['fusion_partner_hugo_symbol'] = partner;
      truth = (patient) => fusionTruth(patient, gene, partner);
      break;
    }
    default:
      if (chance(0.5)) {
        node['variant_category'] = 'Mutation';
        node['wildtype'] = one([true, 'True']);
        truth = (patient) => not(smallTruth(patient, gene, ({ classification }) => is(classification !== 'Silent')));
      } else {
        node['variant_category'] = 'Any Variation';
        truth = (patient) =>
          some([
            smallTruth(patient, gene, ({ classification }) => is(classification !== 'Silent')),
            copyTruth(patient, gene, undefined),
          ]);
      }
  }
  if (!chance(0.2)) return { document: { genomic: node }, truth };
  const key = one(Object.keys(node).filter((name) => name !== 'wildtype'));
  return {
    document: { genomic: { ...node, [key]: `!${String(node[key])}` } },
    truth: (patient) => not(truth(patient)),
  };
}

function prior(): Node {
  const [drug, excluded] = [one(DRUGS), chance(0.3)];
  return {
    document: { prior_treatments: { drug: excluded ? `!${drug}` : drug } },
    truth: ({ drugs }) => (excluded ? not(hadDrug(drugs, drug)) : hadDrug(drugs, drug)),
  };
}

/** Branches that the program left out as contradictory, with what stands in their place in the trial that is judged. */
const leftOut = new Map<unknown, Truth>();

/** A branch is what it is of the patient, or what stands in its place. */
function node(depth: number): Node {
  const { document, truth } = branch(depth);
  return { document, truth: (patient) => leftOut.get(document) ?? truth(patient) };
}

/**
 * The innermost alternative that a warning's path lies in: an element of an `or`, or under a `not` of an `and`, whose
 * denials are alternatives. Undefined where it lies in none: then nothing but the plain truth is accepted.
 */
function alternativeAt(match: unknown, path: string): readonly [branch: unknown, instead: Truth] | undefined {
  let at: unknown = match;
  let denied = false;
  let found: readonly [unknown, Truth] | undefined;
  for (const [, key = '', index] of path.matchAll(/\.?(\w+)(?:\[(\d+)\])?/g)) {
    if (key === 'not') denied = !denied;
    at = (at as Readonly<Record<string, unknown>> | undefined)?.[key];
    if (index === undefined) continue;
    at = (at as readonly unknown[] | undefined)?.[Number(index)];
    if (key === (denied ? 'and' : 'or')) found = [at, denied ? 'met' : 'not-met'];
  }
  return found;
}

function branch(depth: number): Node {
  const kind = depth === 0 ? 9 : below(10);
  if (kind < 3) {
    const of = Array.from({ length: 2 + below(2) }, () => node(depth - 1));
    return {
      document: { and: of.map((one) => one.document) },
      truth: (patient) => every(of.map((one) => one.truth(patient))),
    };
  }
  if (kind < 6) {
    const of = Array.from({ length: 2 + below(2) }, () => node(depth - 1));
    return {
      document: { or: of.map((one) => one.document) },
      truth: (patient) => some(of.map((one) => one.truth(patient))),
    };
  }
  if (kind === 6) {
    const of = node(depth - 1);
    return { document: { not: of.document }, truth: (patient) => not(of.truth(patient)) };
  }
  if (kind === 7) {
    // Two keys of one object are both asked.
    const [left, right] = [clinical(), genomic()];
    return {
      document: { ...left.document, ...right.document },
      truth: (patient) => every([left.truth(patient), right.truth(patient)]),
    };
  }
  return one([clinical, genomic, genomic, prior])();
}

const tally = { pairs: 0, met: 0, 'not-met': 0, unknown: 0, refused: 0, narrowed: 0, falseMet: 0, missed: 0 };
const wrong: string[] = [];
const scratch = mkdtempSync(join(tmpdir(), 'consilium-trials-'));
try {
  for (let round = 0; round < rounds; round += 1) {
    const here = join(scratch, String(round));
    mkdirSync(here);
    const patients = Array.from({ length: 30 }, (_, index) => aPatient(`S${index}`));
    const trials = Array.from({ length: 30 }, (_, index) => ({ id: `T-${index}`, step: node(2), arm: node(3) }));
    writeFileSync(join(here, 'snapshot.json'), JSON.stringify({ asOf: '2026-01-10' }));
    for (const { id, step, arm } of trials)
      writeFileSync(
        join(here, `${id}.json`),
        JSON.stringify({
          protocol_no: id,
          status: 'Open to Accrual',
          treatment_list: {
            step: [{ step_code: '1', match: [step.document], arm: [{ arm_code: 'A', match: [arm.document] }] }],
          },
        }),
      );
    writeFileSync(join(here, 'clinical.csv'), table(patients.map(clinicalRow)));
    writeFileSync(join(here, 'genomic.csv'), table(patients.flatMap(genomicRows)));
    writeFileSync(
      join(here, 'prior_treatments.csv'),
      table([
        { SAMPLE_ID: 'nobody', DRUG: 'imatinib' },
        ...patients.flatMap(({ id, drugs = [] }) => drugs.map((drug) => ({ SAMPLE_ID: id, DRUG: drug }))),
      ]),
    );
    const folder = await readTrialFolder(here);
    const read = await readPatientTables(here, packs, { on: ON, complete: false });
    for (const { file, fault } of folder.refusals) {
      tally.refused += 1;
      const trial = trials.find(({ id }) => `${id}.json` === file);
      // What is refused as a contradiction must be one: no patient meets it.
      const possible = patients.some(
        (patient) => trial !== undefined && every([trial.step.truth(patient), trial.arm.truth(patient)]) === 'met',
      );
      if (possible || !fault.message.includes('contradicts'))
        wrong.push(`round ${round} ${file}: refused, ${fault.message} ${JSON.stringify(fault.place)}`);
    }
    for (const [index, patient] of patients.entries()) {
      const own = read[index];
      if (own === undefined) throw new Error('a patient was not read');
      for (const said of trialsFor(own, folder, packs, ON)) {
        const trial = trials.find(({ id }) => id === said.id);
        const arm = said.arms.find(({ level }) => level === 'arm');
        if (trial === undefined || arm === undefined) throw new Error('a trial was not judged');
        const expected = every([trial.step.truth(patient), trial.arm.truth(patient)]);
        tally.pairs += 1;
        tally[expected] += 1;
        if (arm.eligibility === 'met' && expected !== 'met') tally.falseMet += 1;
        if (arm.eligibility !== 'met' && expected === 'met') tally.missed += 1;
        // Of a branch that contradicts itself the plain tables know only that it is not known yet: with just the branches
        // that the warnings name left out, the truth must be what was said.
        for (const { path, message } of said.warnings) {
          if (!message.includes('Nobody can meet this alternative')) continue;
          const [, level = '', rest = ''] =
            /^treatment_list\.step\[0\]\.(arm\[0\]\.)?match\[0\]\.?(.*)$/.exec(path) ?? [];
          const out = alternativeAt((level === '' ? trial.step : trial.arm).document, rest);
          if (out !== undefined) leftOut.set(...out);
        }
        const without = every([trial.step.truth(patient), trial.arm.truth(patient)]);
        const never = expected === 'unknown' && leftOut.size > 0 && arm.eligibility === without;
        if (never && without !== expected) tally.narrowed += 1;
        leftOut.clear();
        if (arm.eligibility !== expected && !never)
          wrong.push(
            `round ${round} ${said.id} ${patient.id}: ${arm.eligibility} for ${expected}; ${arm.criteria.map(({ text, state: found, fact }) => `${text}: ${found} (${fact})`).join(' | ')}`,
          );
      }
    }
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
console.log(
  `${tally.pairs} pairs of trial and patient: ${wrong.length} differ; ${tally.met} met, ${tally['not-met']} not met, ${tally.unknown} unknown; precision ${((tally.met - tally.missed) / Math.max(1, tally.met - tally.missed + tally.falseMet)).toFixed(4)}, recall ${((tally.met - tally.missed) / Math.max(1, tally.met)).toFixed(4)}; ${tally.refused} trials refused as contradictory; ${tally.narrowed} pairs not met by a contradictory branch left out`,
);
for (const line of wrong.slice(0, 10)) console.log(line.slice(0, 900));
process.exitCode = wrong.length === 0 ? 0 : 1;
