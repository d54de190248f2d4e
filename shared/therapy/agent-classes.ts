/**
 * Whether an agent is of a class that a trial names in its own words ("prior EGFR inhibitor", "anti-PD-1", "platinum-based
 * chemotherapy"), by the sourced table of classes. A table that does not know an agent, or tells classes less finely than
 * the trial, leaves the question open: it is never a "no" (design.md section 5 rule 1).
 */
import type { Truth } from '../molecular/facts.ts';
import { agentName } from '../molecular/treatments.ts';
import type { DrugClassRow } from './drug-classes.ts';
import { NAMED_AGENTS } from './safety/facts/index.ts';
import { medicineName } from './safety/medicines.ts';

export interface AgentClasses {
  /** One name for an agent under its synonyms and salts. */
  nameOf(agent: string): string;
  /** Whether the tables name the agent at all; a brand, a regimen or a code they do not know may be any agent. */
  names(agent: string): boolean;
  /** Whether the words name a class rather than an agent. */
  isClass(words: string): boolean;
  /** Whether the agent is of the class, and by which class of the table. */
  ofClass(agent: string, words: string): { readonly truth: Truth; readonly by?: string };
}

/** Words of a class in one spelling: "BRAF inhibitors", "B-RAF inhibition" and "anti-BRAF antibody" are one target. */
function tokensOf(words: string): readonly string[] {
  return words
    .toLowerCase()
    .replace(/\([^)]*\)/g, ' ')
    .replace(/\bpdl1\b/g, 'pd-l1')
    .replace(/\bpd1\b/g, 'pd-1')
    .replace(/\bb-raf\b/g, 'braf')
    .replace(/\bbcr-abl1?\b/g, 'bcrabl')
    .replace(/\bc-kit\b/g, 'kit')
    .replace(/\b(?:her-2|erbb2)\b/g, 'her2')
    .replace(/\btrk\b/g, 'ntrk')
    .replace(/\bplatin\b/g, 'platinum')
    .replace(/\bestrogen receptor\b/g, 'er')
    .replace(/\banti-(?=\w)/g, '')
    .replace(/-(?:based|directed|targeted|targeting)\b/g, ' ')
    .split(/[\s,]+/)
    .map((token) => token.replace(/^taxanes$/, 'taxane').replace(/^antimetabolites$/, 'antimetabolite'))
    .filter((token) => token !== '' && !FILLERS.has(token));
}

/** Words that tell no class apart from another. */
const FILLERS: ReadonlySet<string> = new Set(
  'prior previous compound compounds doublet inhibitor inhibitors inhibition inhibiting tki tkis tyrosine kinase kinases antibody antibodies monoclonal therapy therapies treatment agent agents drug drugs directed targeted blocker blockers blockade signaling a an any of or the with'.split(
    ' ',
  ),
);

/** Words for whole families, which the table does not list: an agent outside its named classes may belong to one. */
const FAMILIES =
  /\b(?:chemotherap|immunotherap|checkpoint|targeted|endocrine|hormon|cytotoxic|systemic|antibody[- ]drug conjugate|adc\b|radi(?:o|at)|surg|transplant|vaccin|cell therap|car-?t)/i;
const CLASS_WORDS =
  /\b(?:inhibit\w*|antibod\w*|tkis?|anti-\w+|therap\w+|chemotherap\w*|agonists?|antagonists?|analog\w*|conjugates?|agents?|blockers?|blockade|platinum|taxanes?|anthracyclines?|alkaloids?|antimetabolites?|fluoropyrimidines?)\b/i;
const CHECKPOINTS = /^(?:PD-1\/PD-L1|CTLA-4|LAG-3) inhibition$/;
export const isCheckpointClass = (name: string): boolean => name.split(' and ').some((one) => CHECKPOINTS.test(one));
const HORMONAL =
  /^(?:Antiandrogen|Aromatase inhibition|Estrogen receptor inhibition|ER signaling inhibition|Gonadotropin)/;
/** An antibody that carries another drug: the table often names the target and not the payload. */
const CONJUGATE = /(?:mab|pab)\s+\S+/i;

/** Whether the class of the table is the class asked for: a kind of it, wider than it, or another one. */
function related(asked: readonly string[], stated: readonly string[]): Truth {
  const meets = (wanted: string, has: string): Truth => {
    const wantedParts = partsOf(wanted);
    const hasParts = partsOf(has);
    const shared = hasParts.filter((part) => wantedParts.includes(part));
    if (shared.length === hasParts.length) return 'true';
    return shared.length > 0 ? 'unknown' : 'false';
  };
  const covered = asked.map((wanted): Truth => {
    const all = stated.map((has) => meets(wanted, has));
    return all.includes('true') ? 'true' : all.includes('unknown') ? 'unknown' : 'false';
  });
  if (covered.every((one) => one === 'true')) return 'true';
  const wider = stated.every((has) => asked.some((wanted) => meets(wanted, has) !== 'false'));
  return wider || covered.every((one) => one !== 'false') ? 'unknown' : 'false';
}

/** `cdk4/6` is CDK4 and CDK6; `pd-1/pd-l1` either. */
function partsOf(token: string): readonly string[] {
  const [first = '', ...rest] = token.split('/');
  const stem = first.replace(/\d+$/, '');
  return [first, ...rest.map((part) => (/^\d+$/.test(part) ? `${stem}${part}` : part))];
}

/** The first finer class that is the asked one decides; else what the wider ones leave open. */
function relatedToAny(words: string, classes: readonly string[]): { truth: Truth; by?: string } {
  const asked = tokensOf(words);
  let open: string | undefined;
  for (const name of classes) {
    const truth = asked.length === 0 ? 'false' : related(asked, tokensOf(name));
    if (truth === 'true') return { truth, by: name };
    if (truth === 'unknown') open ??= name;
  }
  return open === undefined ? { truth: 'false' } : { truth: 'unknown', by: open };
}

export function agentClasses(rows: readonly DrugClassRow[]): AgentClasses {
  const key = (agent: string): string => medicineName(agentName(agent)).toLowerCase();
  const classes = new Map(rows.map((row) => [key(row.agent), row.classes]));
  const all = [...new Set(rows.flatMap((row) => row.classes))];
  const names = (agent: string): boolean => classes.has(key(agent)) || NAMED_AGENTS.has(key(agent));
  return {
    nameOf: key,
    names,
    isClass: (words) =>
      !names(words) && (CLASS_WORDS.test(words) || FAMILIES.test(words) || relatedToAny(words, all).truth !== 'false'),
    ofClass(agent, words) {
      const own = classes.get(key(agent));
      if (own === undefined) return { truth: 'unknown' };
      const found = relatedToAny(words, own);
      if (found.truth === 'true') return found;
      const kin = own.find(
        (name) =>
          (/checkpoint|immunotherap/i.test(words) && CHECKPOINTS.test(name)) ||
          (/endocrine|hormon/i.test(words) && HORMONAL.test(name)),
      );
      if (kin !== undefined) return { truth: 'true', by: kin };
      if (FAMILIES.test(words) || CONJUGATE.test(agent)) return { truth: 'unknown' };
      // A class the table never uses cannot be ruled out by it.
      if (relatedToAny(words, all).truth === 'false') return { truth: 'unknown' };
      return found;
    },
  };
}
