/**
 * Criteria of CTML match nodes as values: what each key may say, in one spelling. A key that no rule here knows stays a
 * criterion that is always unknown, so that nothing a protocol asks is dropped; a value that cannot be read is refused.
 */
import { FaultError } from '../../foundation/fault.ts';
import { type Logic, refusal, refuse, requiredTogether } from './logic.ts';

/** A closed or half-open stretch of numbers. */
export interface Range {
  readonly low: number;
  readonly high: number;
  readonly lowOpen: boolean;
  readonly highOpen: boolean;
}

export type NumberField = 'age' | 'ecog' | 'tmb' | 'prior-lines';
export type ReceptorField = 'her2' | 'estrogen-receptor' | 'progesterone-receptor';
export type Signature = 'apobec' | 'pole' | 'tobacco' | 'temozolomide' | 'uva';
export type VariantCategory = 'mutation' | 'copy-number' | 'structural' | 'mutation-or-copy-number';
export type CopyCall = 'amplification' | 'gain' | 'loss' | 'deep-deletion';

export type Ask =
  | { readonly kind: 'number'; readonly field: NumberField; readonly range: Range }
  | { readonly kind: 'sex'; readonly value: 'female' | 'male' }
  | { readonly kind: 'diagnosis'; readonly name: string }
  | { readonly kind: 'receptor'; readonly field: ReceptorField; readonly value: 'positive' | 'negative' | 'unknown' }
  | { readonly kind: 'disease-status'; readonly value: string }
  | { readonly kind: 'prior-treatment'; readonly agent: string }
  | { readonly kind: 'mismatch-repair'; readonly value: 'deficient' | 'proficient' }
  | { readonly kind: 'signature'; readonly name: Signature; readonly present: boolean }
  | {
      readonly kind: 'genomic';
      readonly gene: string;
      readonly category: VariantCategory;
      readonly proteinChange?: string;
      /** Reference residue and number of any missense change there. */
      readonly codon?: { readonly residue: string; readonly number: number };
      readonly exon?: number;
      readonly classification?: string;
      readonly copyCall?: CopyCall;
      readonly partner?: string;
      readonly wildType?: boolean;
    }
  | { readonly kind: 'text'; readonly reason: string };

export interface Criterion {
  /** Place in the document. */
  readonly path: string;
  readonly text: string;
  readonly negated: boolean;
  readonly ask: Ask;
}

/** Collects what was read but is not judged, with its place. */
export type Warn = (path: string, message: string) => void;

const leaf = (path: string, text: string, ask: Ask, negated = false): Logic<Criterion> => ({
  op: 'leaf',
  leaf: { path, text: negated ? `not ${text}` : text, negated, ask },
});

const word = (value: string): string => value.trim().toLowerCase();

/** `>=18`, `< 65`, `==40`, `0-1`, `2`. */
export function readRange(value: unknown, path: string): Range {
  const text = String(value).trim().replace('≥', '>=').replace('≤', '<=');
  const compared = /^(>=|<=|==|=|>|<)?\s*(\d+(?:\.\d+)?|\.\d+)$/.exec(text);
  if (compared !== null) {
    const at = Number(compared[2]);
    switch (compared[1]) {
      case '>=':
        return { low: at, high: Infinity, lowOpen: false, highOpen: true };
      case '>':
        return { low: at, high: Infinity, lowOpen: true, highOpen: true };
      case '<=':
        return { low: -Infinity, high: at, lowOpen: true, highOpen: false };
      case '<':
        return { low: -Infinity, high: at, lowOpen: true, highOpen: true };
      default:
        return { low: at, high: at, lowOpen: false, highOpen: false };
    }
  }
  const between = /^(\d+(?:\.\d+)?)\s*[-–]\s*(\d+(?:\.\d+)?)$/.exec(text);
  const [low, high] = [Number(between?.[1]), Number(between?.[2])];
  if (between === null || low > high) return refuse(path, 'A number is asked as ">=18", "<65", "==40", "0-1" or "2".');
  return { low, high, lowOpen: false, highOpen: false };
}

export const inRange = (value: number, { low, high, lowOpen, highOpen }: Range): boolean =>
  (lowOpen ? value > low : value >= low) && (highOpen ? value < high : value <= high);

const numberFields: Readonly<Record<string, NumberField>> = {
  age_numerical: 'age',
  age: 'age',
  ecog: 'ecog',
  ecog_status: 'ecog',
  ecog_ps: 'ecog',
  tmb_numerical: 'tmb',
  tmb: 'tmb',
  prior_lines: 'prior-lines',
};
const numberWords: Readonly<Record<NumberField, string>> = {
  age: 'age',
  ecog: 'ECOG performance status',
  tmb: 'tumor mutational burden',
  'prior-lines': 'lines of prior therapy',
};
const receptorFields: Readonly<Record<string, ReceptorField>> = {
  her2_status: 'her2',
  er_status: 'estrogen-receptor',
  pr_status: 'progesterone-receptor',
};
const mismatchRepair: Readonly<Record<string, 'deficient' | 'proficient'>> = {
  'mmr-deficient': 'deficient',
  'mmr-proficient': 'proficient',
  'msi-h': 'deficient',
  'msi-l': 'proficient',
  mss: 'proficient',
};
const signatures: Readonly<Record<string, Signature>> = {
  apobec_signature: 'apobec',
  pole_signature: 'pole',
  tobacco_signature: 'tobacco',
  temozolomide_signature: 'temozolomide',
  uva_signature: 'uva',
};
/** Notes of curation tools; they ask nothing of a patient. */
const noted = new Set(['display_name', 'oncokb_variant', 'molecular_function_display', 'match_all']);

/** What one value of a key asks, `undefined` for a key that no rule knows. */
function askOf(key: string, value: string, path: string): { ask: Ask; text: string } | undefined {
  const field = numberFields[key];
  if (field !== undefined)
    return {
      ask: { kind: 'number', field, range: readRange(value.replace(/^ecog\s*/i, ''), path) },
      text: `${numberWords[field]} ${value}`,
    };
  if (key === 'gender' || key === 'sex') {
    const sex = word(value);
    if (sex !== 'female' && sex !== 'male') return refuse(path, 'Sex is Female or Male.');
    return { ask: { kind: 'sex', value: sex }, text: `sex ${sex}` };
  }
  if (key === 'oncotree_primary_diagnosis' || key === 'oncotree_diagnosis')
    return { ask: { kind: 'diagnosis', name: value.trim() }, text: `diagnosis ${value}` };
  const receptor = receptorFields[key];
  if (receptor !== undefined) {
    const status = word(value)
      .replace(/^true$/, 'positive')
      .replace(/^false$/, 'negative');
    if (status !== 'positive' && status !== 'negative' && status !== 'unknown')
      return refuse(path, 'A receptor status is Positive, Negative or Unknown.');
    return {
      ask: { kind: 'receptor', field: receptor, value: status },
      text: `${receptor === 'her2' ? 'HER2' : receptor.replace('-', ' ')} ${status}`,
    };
  }
  if (key === 'mmr_status' || key === 'ms_status') {
    const status = mismatchRepair[word(value)];
    if (status === undefined)
      return refuse(path, 'Mismatch repair is MMR-Deficient, MMR-Proficient, MSI-H, MSI-L or MSS.');
    return { ask: { kind: 'mismatch-repair', value: status }, text: value };
  }
  const signature = signatures[key];
  if (signature !== undefined) {
    const present = /^(yes|true|present)$/i.test(value.trim());
    if (!present && !/^(no|false|absent)$/i.test(value.trim())) return refuse(path, 'A signature is Yes or No.');
    return { ask: { kind: 'signature', name: signature, present }, text: `${signature} signature ${value}` };
  }
  if (key === 'disease_status')
    return { ask: { kind: 'disease-status', value: word(value) }, text: `disease status ${value}` };
  if (['prior_treatment', 'prior_treatments', 'drug'].includes(key))
    return { ask: { kind: 'prior-treatment', agent: word(value) }, text: `prior treatment with ${value}` };
  return undefined;
}

/** Values as text; a list is one of them, or none of them where they are negated. */
function readKey(key: string, value: unknown, path: string, warn: Warn): Logic<Criterion> {
  if (Array.isArray(value)) {
    if (value.length === 0) return refuse(path, 'This list of values is empty.');
    const of = value.map((one, index) => readKey(key, one, `${path}[${index}]`, warn));
    const excluded = value.every((one) => String(one).trim().startsWith('!'));
    const [only] = of;
    return of.length === 1 && only !== undefined ? only : { op: excluded ? 'and' : 'or', of };
  }
  if (!['string', 'number', 'boolean'].includes(typeof value) || String(value).trim() === '')
    return refuse(path, 'A criterion has a text or a number as its value.');
  const stated = String(value).trim();
  const excluded = stated.startsWith('!');
  const text = excluded ? stated.slice(1).trim() : stated;
  const read = askOf(key, text, path);
  if (read !== undefined) return leaf(path, read.text, read.ask, excluded);
  warn(path, 'This program does not know the criterion; it stays unknown for every patient.');
  return leaf(path, `${key} ${stated}`, {
    kind: 'text',
    reason: `the criterion "${key}" is not one that this program can judge`,
  });
}

const all = (of: readonly Logic<Criterion>[], path: string): Logic<Criterion> => {
  const [only] = of;
  if (only === undefined) return refuse(path, 'This criterion is empty.');
  return of.length === 1 ? only : { op: 'and', of };
};

const categories: Readonly<Record<string, VariantCategory>> = {
  mutation: 'mutation',
  'copy number variation': 'copy-number',
  cnv: 'copy-number',
  'structural variation': 'structural',
  sv: 'structural',
  'any variation': 'mutation-or-copy-number',
};
const calls: Readonly<Record<string, CopyCall>> = {
  'high amplification': 'amplification',
  'high level amplification': 'amplification',
  'low amplification': 'gain',
  gain: 'gain',
  'heterozygous deletion': 'loss',
  'homozygous deletion': 'deep-deletion',
};
const genomicKeys = new Set([
  'hugo_symbol',
  'variant_category',
  'protein_change',
  'wildcard_protein_change',
  'exon',
  'variant_classification',
  'cnv_call',
  'fusion_partner_hugo_symbol',
  'wildtype',
]);

/** One alteration: its keys speak of the same change, and a `!` before any of them excludes the whole. */
function readGenomic(node: Readonly<Record<string, unknown>>, path: string): Logic<Criterion> {
  let excluded = false;
  const stated = (key: string): string | undefined => {
    const value = node[key];
    if (value === undefined || value === null) return undefined;
    if (!['string', 'number', 'boolean'].includes(typeof value) || String(value).trim() === '')
      return refuse(`${path}.${key}`, 'A criterion has a text or a number as its value.');
    const text = String(value).trim();
    if (!text.startsWith('!')) return text;
    excluded = true;
    return text.slice(1).trim();
  };
  const gene = stated('hugo_symbol') ?? refuse(path, 'A genomic criterion names its gene as hugo_symbol.');
  const named = stated('variant_category');
  const call = stated('cnv_call');
  const category = categories[word(named ?? (call === undefined ? 'any variation' : 'cnv'))];
  if (category === undefined)
    return refuse(
      `${path}.variant_category`,
      'A variant category is Mutation, Copy Number Variation, Structural Variation or Any Variation.',
    );
  const copyCall = call === undefined ? undefined : calls[word(call)];
  if (call !== undefined && copyCall === undefined)
    return refuse(
      `${path}.cnv_call`,
      'A copy number call is High Amplification, Low Amplification, Gain, Heterozygous Deletion or Homozygous Deletion.',
    );
  const exon = stated('exon');
  if (exon !== undefined && !/^\d{1,3}$/.test(exon)) return refuse(`${path}.exon`, 'An exon is a number.');
  const wildcard = stated('wildcard_protein_change');
  const codon = wildcard === undefined ? undefined : /^(?:p\.)?([A-Z])(\d{1,5})$/i.exec(wildcard);
  if (codon === null)
    return refuse(`${path}.wildcard_protein_change`, 'A wildcard is a residue and its number, such as p.V600.');
  const wild = stated('wildtype');
  if (wild !== undefined && !/^(true|false)$/i.test(wild))
    return refuse(`${path}.wildtype`, 'Wild type is true or false.');
  const proteinChange = stated('protein_change');
  const classification = stated('variant_classification');
  const partner = stated('fusion_partner_hugo_symbol');
  const small = proteinChange ?? classification ?? exon ?? wildcard;
  if (category === 'copy-number' && small !== undefined)
    return refuse(path, 'A copy number variation has no protein change, exon or class of a small variant.');
  if (category === 'mutation' && copyCall !== undefined)
    return refuse(`${path}.cnv_call`, 'A mutation has no copy number call.');
  const wildType = wild?.toLowerCase() === 'true';
  const words = [
    gene,
    wildType ? 'wild type' : undefined,
    proteinChange,
    wildcard === undefined ? undefined : `${wildcard} (any change)`,
    exon === undefined ? undefined : `exon ${exon}`,
    classification,
    call ?? (wildType ? undefined : (named ?? 'any variation')),
    partner === undefined ? undefined : `with ${partner}`,
  ];
  return leaf(
    path,
    words.filter((one) => one !== undefined).join(' '),
    {
      kind: 'genomic',
      gene,
      category,
      ...(proteinChange === undefined ? {} : { proteinChange }),
      ...(codon === undefined ? {} : { codon: { residue: codon[1]?.toUpperCase() ?? '', number: Number(codon[2]) } }),
      ...(exon === undefined ? {} : { exon: Number(exon) }),
      ...(classification === undefined ? {} : { classification }),
      ...(copyCall === undefined ? {} : { copyCall }),
      ...(partner === undefined ? {} : { partner }),
      ...(wild === undefined ? {} : { wildType }),
    },
    excluded,
  );
}

/** The reader of `clinical`, `genomic` and `prior_treatments` nodes. */
export const criterionReader =
  (warn: Warn) =>
  (kind: string, value: unknown, path: string): Logic<Criterion> => {
    if (!['clinical', 'genomic', 'prior_treatments'].includes(kind))
      return refuse(path, 'A criterion is under and, or, not, clinical, genomic or prior_treatments.');
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return refuse(path, 'The criteria here are an object of keys and values.');
    const node = Object.fromEntries(
      Object.entries(value)
        .map(([key, of]) => [key.toLowerCase(), of] as const)
        .filter(([key, of]) => !noted.has(key) && of !== null),
    );
    const ofVariant = kind === 'genomic' && Object.keys(node).some((key) => genomicKeys.has(key));
    const others = Object.entries(node).filter(([key]) => !(ofVariant && genomicKeys.has(key)));
    const parts = others.map(([key, of]) => readKey(key, of, `${path}.${key}`, warn));
    // A signature stands under a category of its own, which says nothing more.
    const onlyCategory = ofVariant && !('hugo_symbol' in node) && parts.length > 0;
    return all(ofVariant && !onlyCategory ? [readGenomic(node, path), ...parts] : parts, path);
  };

const rangesMeet = (a: Range, b: Range): boolean => {
  const low = a.low > b.low || (a.low === b.low && a.lowOpen) ? a : b;
  const high = a.high < b.high || (a.high === b.high && a.highOpen) ? a : b;
  return low.low < high.high || (low.low === high.high && !low.lowOpen && !high.highOpen);
};

/** What two criteria asked together can never both be. */
function contradiction(a: Criterion, b: Criterion, aHolds: boolean, bHolds: boolean): boolean {
  if (aHolds !== bHolds) return JSON.stringify(a.ask) === JSON.stringify(b.ask) && a.ask.kind !== 'text';
  if (!aHolds) return false;
  const [one, other] = [a.ask, b.ask];
  if (one.kind === 'number' && other.kind === 'number')
    return one.field === other.field && !rangesMeet(one.range, other.range);
  if (one.kind === 'sex' && other.kind === 'sex') return one.value !== other.value;
  if (one.kind === 'receptor' && other.kind === 'receptor')
    return one.field === other.field && one.value !== other.value;
  if (one.kind === 'mismatch-repair' && other.kind === 'mismatch-repair') return one.value !== other.value;
  if (one.kind === 'genomic' && other.kind === 'genomic')
    return (
      one.gene === other.gene &&
      (one.wildType === true) !== (other.wildType === true) &&
      one.category === 'mutation' &&
      other.category === 'mutation'
    );
  return false;
}

type Asked = ReturnType<typeof requiredTogether<Criterion>>;

const contradictionIn = (before: Asked, own: Asked): FaultError | undefined => {
  for (const [index, { leaf: b, positive: q }] of own.entries())
    for (const { leaf: a, positive: p } of [...before, ...own.slice(0, index)])
      if (contradiction(a, b, p !== a.negated, q !== b.negated))
        return refusal(b.path, `This contradicts another criterion that is asked with it (${a.path}).`);
  return undefined;
};

/**
 * The logic without the alternatives that no patient could ever meet, each handed to `tell`; a fault where nothing is
 * left, since then the whole can never be met. An alternative that stayed could make a near miss of a datum that decides nothing.
 */
export function possibleLogic(
  logic: Logic<Criterion>,
  tell: (leftOut: FaultError) => void,
): Logic<Criterion> | FaultError {
  const possible = (at: Logic<Criterion>, positive: boolean, before: Asked): Logic<Criterion> | FaultError => {
    if (at.op === 'not') {
      const of = possible(at.of, !positive, before);
      return of instanceof FaultError ? of : { op: 'not', of };
    }
    if (at.op !== 'leaf' && at.op === (positive ? 'or' : 'and')) {
      const read = at.of.map((part) => possible(part, positive, before));
      const left = read.flatMap((part) => (part instanceof FaultError ? [] : [part]));
      const out = read.flatMap((part) => (part instanceof FaultError ? [part] : []));
      const [first] = out;
      if (first === undefined) return { op: at.op, of: left };
      if (left.length === 0) return first;
      out.forEach(tell);
      return { op: at.op, of: left };
    }
    const own = requiredTogether(at, positive);
    const wrong = contradictionIn(before, own);
    if (wrong !== undefined) return wrong;
    if (at.op === 'leaf') return at;
    // What stands here holds for every alternative under it.
    const held = [...before, ...own];
    const of: Logic<Criterion>[] = [];
    for (const part of at.of) {
      const read = part.op === 'leaf' ? part : possible(part, positive, held);
      if (read instanceof FaultError) return read;
      of.push(read);
    }
    return { op: at.op, of };
  };
  return possible(logic, true, []);
}
