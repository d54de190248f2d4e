/**
 * Names of CIViC molecular profiles to logic. A name is an expression of terms joined by AND, OR, NOT and parentheses; a
 * term is a gene (or a pair of fusion partners) and the words curators use. What no rule reads stays `raw`: it is shown
 * and never met, because a guessed meaning would make a treatment.
 */
import type { ProfileLogic, ProfileTerm } from '../../../shared/knowledge/evidence.ts';
import { codingKey, parseProteinChange } from '../../../shared/molecular/hgvs.ts';

const leaf = (term: ProfileTerm): ProfileLogic => ({ op: 'term', term });
const any = (of: ProfileLogic[]): ProfileLogic => (of.length === 1 && of[0] !== undefined ? of[0] : { op: 'or', of });
const all = (of: ProfileLogic[]): ProfileLogic => (of.length === 1 && of[0] !== undefined ? of[0] : { op: 'and', of });
const not = (of: ProfileLogic): ProfileLogic => ({ op: 'not', of });

export function parseProfile(name: string, symbol: (gene: string) => string): ProfileLogic {
  const words = name.trim().split(/\s+/);
  let at = 0;
  const isOperator = (word: string | undefined): boolean =>
    word === undefined || ['AND', 'OR', 'NOT', '(', ')'].includes(word);

  const either = (): ProfileLogic => {
    const parts = [both()];
    while (words[at] === 'OR') {
      at++;
      parts.push(both());
    }
    return any(parts);
  };
  const both = (): ProfileLogic => {
    const parts = [one()];
    while (words[at] === 'AND') {
      at++;
      parts.push(one());
    }
    return all(parts);
  };
  const one = (): ProfileLogic => {
    if (words[at] === 'NOT') {
      at++;
      return not(one());
    }
    if (words[at] === '(') {
      at++;
      const inner = either();
      if (words[at] !== ')') throw new Error(`a parenthesis is not closed in the profile ${name}`);
      at++;
      return inner;
    }
    const start = at;
    while (!isOperator(words[at])) at++;
    if (start === at) throw new Error(`a term is missing in the profile ${name}`);
    return parseTerm(words.slice(start, at).join(' '), symbol);
  };

  const logic = either();
  if (at !== words.length) throw new Error(`the profile ${name} ends early`);
  return logic;
}

/** True where some term is not read. */
export const hasRaw = (logic: ProfileLogic): boolean =>
  logic.op === 'term'
    ? logic.term.kind === 'raw'
    : logic.op === 'not'
      ? hasRaw(logic.of)
      : logic.of.some((part) => hasRaw(part));

const unread = (text: string, gene?: string): ProfileLogic =>
  leaf({ kind: 'raw', ...(gene === undefined ? {} : { gene }), text });

/** TERT promoter hotspots by their position in GRCh37, the name the field uses, to HGVS on NM_198253. */
const promoter: Readonly<Record<string, string>> = { C228T: 'c.-124C>T', C250T: 'c.-146C>T' };

/** Words on one gene that have one meaning whatever the gene. Lower case. */
const plainWords: Readonly<Record<string, (gene: string) => ProfileLogic>> = {
  mutation: (gene) => leaf({ kind: 'any-mutation', gene }),
  alteration: (gene) => leaf({ kind: 'any-mutation', gene }),
  // Read as any mutation: the molecular room lets only a proven driver set a tier by it.
  'activating mutation': (gene) => leaf({ kind: 'any-mutation', gene }),
  'gain-of-function': (gene) => leaf({ kind: 'any-mutation', gene }),
  'loss-of-function': (gene) => leaf({ kind: 'loss-of-function', gene }),
  'inactivating mutation': (gene) => leaf({ kind: 'loss-of-function', gene }),
  'deleterious mutation': (gene) => leaf({ kind: 'loss-of-function', gene }),
  'truncating mutation': (gene) => leaf({ kind: 'loss-of-function', gene }),
  frameshift: (gene) => leaf({ kind: 'frameshift', gene }),
  'frameshift truncation': (gene) => leaf({ kind: 'frameshift', gene }),
  wildtype: (gene) => leaf({ kind: 'wild-type', gene }),
  amplification: (gene) => leaf({ kind: 'amplification', gene }),
  deletion: (gene) => leaf({ kind: 'deletion', gene }),
  loss: (gene) => leaf({ kind: 'loss', gene }),
  overexpression: (gene) => leaf({ kind: 'overexpression', gene }),
  underexpression: (gene) => leaf({ kind: 'underexpression', gene }),
  fusion: (gene) => rearranged(gene),
  rearrangement: (gene) => rearranged(gene),
  rearrangements: (gene) => rearranged(gene),
  translocation: (gene) => rearranged(gene),
};

/** The gene is one partner of a fusion, on either side. */
const rearranged = (gene: string): ProfileLogic =>
  any([leaf({ kind: 'fusion', gene5: gene }), leaf({ kind: 'fusion', gene3: gene })]);

/** Words that mean something on their gene only. Key: gene and words in lower case. */
const ownWords: Readonly<Record<string, ProfileLogic>> = {
  'MSI high': leaf({ kind: 'biomarker', name: 'MSI-high' }),
  'TMB high': leaf({ kind: 'biomarker', name: 'TMB-high' }),
  'TMB low': not(leaf({ kind: 'biomarker', name: 'TMB-high' })),
  // PD-L1 is measured by immunohistochemistry and reported as a score, not as an outlier of RNA.
  'CD274 expression': leaf({ kind: 'biomarker', name: 'PD-L1' }),
  'CD274 overexpression': leaf({ kind: 'biomarker', name: 'PD-L1' }),
  // In-frame duplications of the juxtamembrane domain and of the last exon.
  'FLT3 itd': leaf({ kind: 'exon', gene: 'FLT3', exons: [14, 15], change: 'insertion' }),
  'BCOR itd': leaf({ kind: 'exon', gene: 'BCOR', exons: [15], change: 'insertion' }),
  'FLT3 tkd mutation': any([
    leaf({ kind: 'codon', gene: 'FLT3', codon: 835, residue: 'D' }),
    leaf({ kind: 'codon', gene: 'FLT3', codon: 836, residue: 'I' }),
  ]),
  // Kinase domain, residues 242 to 493.
  'ABL1 tkd mutation': leaf({ kind: 'exon', gene: 'ABL1', exons: [4, 5, 6, 7, 8, 9], change: 'mutation' }),
  'EGFR rare exon 18-21 mutation': all([
    leaf({ kind: 'exon', gene: 'EGFR', exons: [18, 19, 20, 21], change: 'mutation' }),
    ...['L858R', 'T790M'].map((change) => not(leaf({ kind: 'protein-change', gene: 'EGFR', change }))),
    not(leaf({ kind: 'exon', gene: 'EGFR', exons: [19], change: 'deletion' })),
    not(leaf({ kind: 'exon', gene: 'EGFR', exons: [20], change: 'insertion' })),
  ]),
  'BRAF non-v600': all([
    leaf({ kind: 'any-mutation', gene: 'BRAF' }),
    not(leaf({ kind: 'codon', gene: 'BRAF', codon: 600, residue: 'V' })),
  ]),
  'ERBB2 kinase domain mutation': leaf({
    kind: 'exon',
    gene: 'ERBB2',
    exons: [18, 19, 20, 21, 22, 23, 24],
    change: 'mutation',
  }),
  'TERT promoter mutation': any([
    leaf({ kind: 'coding-change', gene: 'TERT', change: 'c.-124C>T' }),
    leaf({ kind: 'coding-change', gene: 'TERT', change: 'c.-146C>T' }),
  ]),
  // A rearrangement of the germline, not a fusion.
  'VHL rearrangement': unread('Rearrangement', 'VHL'),
  'BCL2L11 deletion polymorphism': unread('Deletion Polymorphism', 'BCL2L11'),
};

function parseTerm(text: string, symbol: (gene: string) => string): ProfileLogic {
  const [first = '', ...rest] = text.split(' ');
  const gene = symbol(first);
  const words = rest.join(' ');
  const partner = (name: string): string | undefined => (name === 'v' || name === '?' ? undefined : symbol(name));
  const pair = /^([^:\s[\]]+)::([^:\s[\]]+)$/.exec(first.includes('::') ? first : (rest[0] ?? ''));
  if (pair !== null) {
    const [gene5, gene3] = [partner(pair[1] ?? ''), partner(pair[2] ?? '')];
    const fused = leaf({
      kind: 'fusion',
      ...(gene5 === undefined ? {} : { gene5 }),
      ...(gene3 === undefined ? {} : { gene3 }),
    });
    if (first.includes('::') && !/^e\d+::e\d+$/.test(words))
      return /^fusion$/i.test(words) ? fused : all([fused, unread(words)]);
    // One isoform of a fusion: the joined exons are not read from fusion tables here.
    return /^e\d+::e\d+$/.test(words) ? all([fused, unread(words)]) : /fusion$/i.test(words) ? fused : unread(text);
  }
  if (/^e\d+::e\d+$/.test(words)) return unread(words, gene);
  const key = words.toLowerCase();
  const own = ownWords[`${gene} ${key}`];
  if (own !== undefined) return own;
  const plain = plainWords[key];
  if (plain !== undefined) return plain(gene);
  return exonTerm(gene, words) ?? changeTerm(gene, words) ?? unread(words === '' ? text : words, gene);
}

function exonTerm(gene: string, words: string): ProfileLogic | undefined {
  const found = /^exon (\d+)(?:-(\d+))? (mutation|deletion|del|insertion|frameshift|skipping(?: mutation)?)$/i.exec(
    words,
  );
  if (found === null) return undefined;
  const first = Number(found[1]);
  const last = found[2] === undefined ? first : Number(found[2]);
  const word = (found[3] ?? '').toLowerCase();
  const change = word.startsWith('skipping')
    ? 'skipping'
    : word === 'del'
      ? 'deletion'
      : (word as 'mutation' | 'deletion' | 'insertion' | 'frameshift');
  // Of whole exons, except where the name stands for small deletions inside one: EGFR exon 19.
  if (change === 'deletion' && !(gene === 'EGFR' && first === 19 && last === 19)) return undefined;
  return leaf({
    kind: 'exon',
    gene,
    exons: Array.from({ length: last - first + 1 }, (_, index) => first + index),
    change,
  });
}

const AA = '[ACDEFGHIKLMNPQRSTVWY]';
const rCodons = new RegExp(`^(?:${AA}\\d+)(?:/${AA}\\d+)*$`);
const rAlternatives = new RegExp(`^(${AA}\\d+)(${AA})((?:/${AA})+)$`);

function changeTerm(gene: string, words: string): ProfileLogic | undefined {
  const promoted = gene === 'TERT' ? promoter[words] : undefined;
  if (promoted !== undefined) return leaf({ kind: 'coding-change', gene, change: promoted });
  if (rCodons.test(words))
    return any(
      words
        .split('/')
        .map((one) => leaf({ kind: 'codon', gene, codon: Number(one.slice(1)), residue: one.slice(0, 1) })),
    );
  const alternatives = rAlternatives.exec(words);
  if (alternatives !== null) {
    const [, at = '', first = '', others = ''] = alternatives;
    return any(
      [first, ...others.split('/').slice(1)].map((to) => leaf({ kind: 'protein-change', gene, change: `${at}${to}` })),
    );
  }
  // `R167Q (c.500G>A)`, `Splice Site (c.340+1G>A)`, `G104= (c.312C>G)`: the protein change names it where it says one
  // change; else the coding change does.
  const both = /^(.*?)\s*\((c\.[^()]+)\)$/.exec(words);
  const named = both?.[1] ?? words;
  const coding = both?.[2] ?? (/^c\.\S+$/.test(words) ? words : undefined);
  const change = /\s/.test(named) ? undefined : parseProteinChange(named);
  if (change !== undefined && change.kind !== 'synonymous')
    return leaf({ kind: 'protein-change', gene, change: named });
  // Coordinates with a question mark or without both ends are no change one can compare.
  if (coding !== undefined && !/[?−\s]/.test(coding) && codingKey(coding) !== undefined)
    return leaf({ kind: 'coding-change', gene, change: coding });
  return undefined;
}
