/**
 * One criterion against one patient, in three values, with the fact it rests on. What was not assayed or not recorded is
 * unknown: it neither meets a criterion nor rules it out.
 */
import type { LedgerModality } from '../../case/intake.ts';
import { changesProtein, sequenceOntology } from '../../molecular/consequence.ts';
import {
  type Answer,
  answerTerm,
  biomarkerId,
  copyNumberId,
  fusionId,
  type JudgedVariant,
  type Truth,
  unknownWords,
} from '../../molecular/facts.ts';
import { parseProteinChange, proteinKey } from '../../molecular/hgvs.ts';
import { consequenceOf } from '../../molecular/small-variants.ts';
import type { AgentClasses } from '../agent-classes.ts';
import { type Ask, type CopyCall, type Criterion, inRange } from './criteria.ts';
import type { TrialNames } from './names.ts';
import type { Fact, TrialPatient } from './patient.ts';

export interface Judged {
  readonly truth: Truth;
  /** In words: what meets it, what rules it out, or what is missing. */
  readonly fact: string;
  readonly source: { readonly kind: 'finding' | 'ledger' | 'clinical' | 'document'; readonly ids: readonly string[] };
  /** The one datum that would decide it, where it is unknown; none where only a reader can judge. */
  readonly datum?: string;
  /** Met by a variant of uncertain significance only. */
  readonly uncertain?: true;
}

type Genomic = Extract<Ask, { kind: 'genomic' }>;

const clinical = (truth: Truth, fact: string, id: string): Judged => ({
  truth,
  fact,
  source: { kind: 'clinical', ids: [id] },
});
const open = (fact: string, datum: string, kind: Judged['source']['kind'] = 'clinical'): Judged => ({
  truth: 'unknown',
  fact,
  source: { kind, ids: [] },
  datum,
});

function fromFact<Value>(
  fact: Fact<Value>,
  datum: string,
  holds: (value: Value) => boolean,
  show: (value: Value) => string = String,
): Judged {
  if (!fact.known) return open(fact.reason, datum);
  return clinical(holds(fact.value) ? 'true' : 'false', `${datum} ${show(fact.value)}`, fact.source);
}

const met = (fact: string, ids: readonly string[]): Judged => ({
  truth: 'true',
  fact,
  source: { kind: 'finding', ids },
});

const modalityWords = { 'small-variant': 'small variants', 'copy-number': 'copy number', fusion: 'fusions' } as const;

/** Nothing was found: "no" only where it was looked for. */
function notFound(patient: TrialPatient, gene: string, modality: keyof typeof modalityWords, what: string): Judged {
  const { state, reason, because } = patient.facts.assayed(gene, modality satisfies LedgerModality);
  const subject = `${gene} ${modalityWords[modality]}`;
  const id = `ledger:${gene}:${modality}`;
  if (state === 'detected' || state === 'tested-not-detected')
    return { truth: 'false', fact: `${subject}: tested, ${what} not detected`, source: { kind: 'ledger', ids: [id] } };
  return {
    ...open(`${subject}: ${unknownWords({ state, because })} (${reason})`, subject, 'ledger'),
    source: { kind: 'ledger', ids: [id] },
  };
}

const alters = (variant: JudgedVariant): Truth => {
  if (variant.change !== undefined) return variant.change.kind === 'synonymous' ? 'false' : 'true';
  if (variant.consequenceClass === 'unknown') return 'unknown';
  return changesProtein(variant.consequenceClass) ? 'true' : 'false';
};

const is = (value: boolean): Truth => (value ? 'true' : 'false');

/** MAF classes in the input's words where it has them, else by Sequence Ontology. */
function ofClass(variant: JudgedVariant, asked: string, stated: string | undefined): Truth {
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z]/g, '');
  const wanted = plain(asked);
  if (stated !== undefined && plain(stated) !== '')
    return is(plain(stated) === wanted || (wanted === 'frameshift' && plain(stated).startsWith('frameshift')));
  const consequence = variant.consequence ?? consequenceOf(variant.change);
  if (consequence === undefined) return 'unknown';
  const term = wanted === 'frameshift' ? 'frameshift_variant' : sequenceOntology(asked);
  if (!sequenceOntology(consequence).split('&').includes(term)) return 'false';
  if (!/(del|ins)$/.test(wanted)) return 'true';
  if (/delins/.test(variant.hgvsGenomic)) return 'unknown';
  return is(wanted.endsWith('del') ? /del$/.test(variant.hgvsGenomic) : /ins|dup/.test(variant.hgvsGenomic));
}

/** Whether this very variant is the one asked for. */
function fits(variant: JudgedVariant, ask: Genomic, patient: TrialPatient): Truth {
  const answers: Truth[] = [];
  if (ask.classification !== undefined)
    answers.push(ofClass(variant, ask.classification, patient.classifications.get(variant.id)));
  else if (ask.proteinChange === undefined) answers.push(alters(variant));
  const unnamed = variant.change === undefined && variant.consequenceClass === 'unknown';
  if (ask.proteinChange !== undefined) {
    const wanted = parseProteinChange(ask.proteinChange);
    answers.push(
      variant.change !== undefined && wanted !== undefined
        ? is(proteinKey(wanted) === proteinKey(variant.change))
        : unnamed
          ? 'unknown'
          : is(variant.hgvsProtein?.trim().toLowerCase() === ask.proteinChange.trim().toLowerCase()),
    );
  }
  if (ask.codon !== undefined) {
    const { residue, number } = ask.codon;
    const change = variant.change;
    answers.push(
      change === undefined
        ? unnamed
          ? 'unknown'
          : 'false'
        : is(change.kind === 'missense' && change.reference === residue && change.start === number),
    );
  }
  if (ask.exon !== undefined) answers.push(variant.exon === undefined ? 'unknown' : is(variant.exon === ask.exon));
  return answers.includes('false') ? 'false' : answers.includes('unknown') ? 'unknown' : 'true';
}

const benign = ({ oncogenicity }: JudgedVariant): boolean =>
  oncogenicity?.class === 'benign' || oncogenicity?.class === 'likely-benign';

function smallVariant(ask: Genomic, patient: TrialPatient): Judged {
  const variants = (patient.facts.variants.get(ask.gene) ?? []).filter((variant) => !benign(variant));
  const name = (variant: JudgedVariant): string => `${ask.gene} ${variant.hgvsProtein ?? variant.hgvsGenomic}`.trim();
  const fit = variants.map((variant) => ({ variant, truth: fits(variant, ask, patient) }));
  const found = fit.filter(({ truth }) => truth === 'true').map(({ variant }) => variant);
  if (found.length > 0) {
    const uncertain = found.every(({ driver, oncogenicity }) => !driver && oncogenicity?.class === 'uncertain');
    const judged = met(
      `${found.map(name).join(', ')}${uncertain ? ' (of uncertain significance)' : ''}`,
      found.map(({ id }) => id),
    );
    return uncertain ? { ...judged, uncertain } : judged;
  }
  const unclear = fit.filter(({ truth }) => truth === 'unknown').map(({ variant }) => variant);
  if (unclear.length > 0)
    return {
      truth: 'unknown',
      fact: `${unclear.map(name).join(', ')}: its ${ask.exon === undefined ? 'protein change' : 'exon'} is not known here`,
      source: { kind: 'finding', ids: unclear.map(({ id }) => id) },
      datum: `${ask.gene} small variants`,
    };
  return notFound(patient, ask.gene, 'small-variant', 'what is asked');
}

/** Met where no call is named; a single copy more or less is for a reader to judge. */
const changedCopies: readonly CopyCall[] = ['amplification', 'deep-deletion'];

function copyNumber(ask: Genomic, patient: TrialPatient): Judged {
  const call = patient.facts.copyNumbers.get(ask.gene);
  const wanted: readonly string[] = ask.copyCall === undefined ? changedCopies : [ask.copyCall];
  if (call !== undefined && wanted.includes(call.state))
    return met(`${ask.gene} ${call.state} (${call.fact})`, [copyNumberId(ask.gene)]);
  if (call !== undefined && ask.copyCall === undefined && call.state !== 'neutral')
    return {
      truth: 'unknown',
      fact: `${ask.gene} ${call.state} (${call.fact}); the trial does not say which change it means`,
      source: { kind: 'finding', ids: [copyNumberId(ask.gene)] },
    };
  return notFound(patient, ask.gene, 'copy-number', ask.copyCall ?? 'a change');
}

function structural(ask: Genomic, patient: TrialPatient): Judged {
  const found = patient.facts.fusions.filter(
    ({ gene5, gene3 }) =>
      [gene5, gene3].includes(ask.gene) && (ask.partner === undefined || [gene5, gene3].includes(ask.partner)),
  );
  if (found.length > 0)
    return met(
      found.map(({ id }) => id).join(', '),
      found.map(({ id }) => fusionId(id)),
    );
  const named = (gene: string, text: string): boolean =>
    text
      .toUpperCase()
      .split(/[^A-Z0-9-]+/)
      .some((one) => one === gene || one.split('-').includes(gene));
  const told = patient.structuralComments.filter(
    ({ text }) => named(ask.gene, text) && (ask.partner === undefined || named(ask.partner, text)),
  );
  if (told.length > 0)
    return met(
      `the laboratory's comment names ${ask.gene}`,
      told.map(({ id }) => id),
    );
  return notFound(patient, ask.gene, 'fusion', 'a structural variant');
}

function ofAnswer({ value, findingIds, negatives, missing }: Answer, datum: string, against: string): Judged {
  if (value === 'true') return met(negatives.join(', ') || datum, findingIds);
  if (value === 'false') return { truth: 'false', fact: against, source: { kind: 'finding', ids: findingIds } };
  return open(missing.map(({ reason }) => reason).join(', ') || `${datum} is not known`, datum, 'ledger');
}

function genomic(ask: Genomic, patient: TrialPatient): Judged {
  if (ask.wildType === true) {
    const answer = answerTerm({ kind: 'wild-type', gene: ask.gene }, patient.facts);
    const judged = ofAnswer(answer, `${ask.gene} small variants`, `${ask.gene} is mutated`);
    return judged.truth === 'true'
      ? { ...judged, source: { kind: 'ledger', ids: [`ledger:${ask.gene}:small-variant`] } }
      : judged;
  }
  switch (ask.category) {
    case 'mutation':
      return smallVariant(ask, patient);
    case 'copy-number':
      return copyNumber(ask, patient);
    case 'structural':
      return structural(ask, patient);
    case 'mutation-or-copy-number': {
      const small = smallVariant(ask, patient);
      const onlySmall = [ask.proteinChange, ask.codon, ask.exon, ask.classification].some((one) => one !== undefined);
      if (small.truth === 'true' || onlySmall) return small;
      const copies = copyNumber(ask, patient);
      if (copies.truth === 'true' || small.truth === 'false') return copies;
      return small;
    }
  }
}

function diagnosis(name: string, { diagnosis: fact }: TrialPatient, names: TrialNames): Judged {
  if (!fact.known) return open(fact.reason, 'diagnosis');
  const { value, source } = fact;
  const said = `diagnosis ${value.name}${value.code === undefined ? '' : ` (${value.code})`}`;
  const path = value.code === undefined ? undefined : [value.code, ...value.ancestors];
  const asked = names.asked(name);
  const sameWords = name.trim().toLowerCase() === value.name.trim().toLowerCase();
  if (sameWords) return clinical('true', said, source);
  if (path === undefined) return open(`${said}: the ontology here does not know this tumor type`, 'diagnosis');
  if (asked === undefined) return open(`the ontology here does not know the tumor type "${name}"`, 'diagnosis');
  if (asked.kind !== 'types') {
    const liquid = path.some((code) => names.liquid.includes(code));
    return clinical(is(asked.kind === 'any' || liquid === (asked.kind === 'liquid')), said, source);
  }
  if (asked.codes.some((code) => path.includes(code))) return clinical('true', said, source);
  // A diagnosis coded no finer may be the finer type that is asked for.
  if (asked.codes.some((code) => names.ancestors(code).includes(value.code ?? '')))
    return open(`${said} is coded no finer; ${name} is a part of it`, 'diagnosis');
  return clinical('false', said, source);
}

function tumorMutationalBurden({ facts }: TrialPatient, holds: (value: number) => boolean): Judged {
  const read = facts.biomarkers.filter(({ name }) => name === 'TMB');
  const valid = read.find(
    ({ value, reading }) => typeof value === 'number' && (reading === 'high' || reading === 'low'),
  );
  if (valid === undefined || typeof valid.value !== 'number')
    return open(read[0] === undefined ? 'not reported' : read[0].validity, 'tumor mutational burden', 'ledger');
  return {
    truth: is(holds(valid.value)),
    fact: `tumor mutational burden ${valid.value} per megabase`,
    source: { kind: 'finding', ids: [biomarkerId('TMB')] },
  };
}

function signature(name: string, present: boolean, { facts }: TrialPatient): Judged {
  const read = facts.biomarkers.find(({ label }) => label.toLowerCase().includes(name));
  const word = String(read?.value ?? '').trim();
  const found = /^(yes|true|present|positive|detected)$/i.test(word)
    ? true
    : /^(no|false|absent|negative|not detected)$/i.test(word)
      ? false
      : undefined;
  if (found === undefined) return open('not reported', `${name} signature`, 'ledger');
  return {
    truth: is(found === present),
    fact: `${name} signature ${found ? 'present' : 'absent'}`,
    source: { kind: 'finding', ids: [biomarkerId(read?.label ?? name)] },
  };
}

/** By the agent, or by its class: what the tables do not know, and what they tell less finely, stays unknown. */
function priorTreatment(words: string, prior: Fact<readonly string[]>, agents: AgentClasses): Judged {
  const datum = 'prior treatment';
  if (!prior.known) return open(prior.reason, datum);
  const { value: given, source } = prior;
  const said = `${datum} ${given.join(', ') || 'none'}`;
  if (!agents.isClass(words)) {
    const wanted = agents.nameOf(words);
    if (given.some((agent) => agents.nameOf(agent) === wanted)) return clinical('true', said, source);
    const strange = given.filter((agent) => !agents.names(agent));
    return strange.length === 0
      ? clinical('false', said, source)
      : open(`${said}: ${strange.join(', ')} is no agent that the tables here name; it may be ${words}`, datum);
  }
  const judged = given.map((agent) => ({ agent, ...agents.ofClass(agent, words) }));
  const met = judged.find(({ truth }) => truth === 'true');
  if (met !== undefined) return clinical('true', `${datum} ${met.agent}, of the class ${met.by ?? words}`, source);
  const unclear = judged.filter(({ truth }) => truth === 'unknown');
  if (unclear.length === 0) return clinical('false', `${said}: none is of the class asked for`, source);
  return open(
    `${said}: whether ${unclear.map(({ agent, by }) => (by === undefined ? agent : `${agent} (${by})`)).join(', ')} is ${words}, the table of classes does not tell`,
    datum,
  );
}

function asked(ask: Ask, patient: TrialPatient, names: TrialNames): Judged {
  switch (ask.kind) {
    case 'number': {
      const holds = (value: number): boolean => inRange(value, ask.range);
      if (ask.field === 'tmb') return tumorMutationalBurden(patient, holds);
      if (ask.field === 'age') return fromFact(patient.age, 'age', holds);
      if (ask.field === 'ecog') return fromFact(patient.ecog, 'ECOG performance status', holds);
      return fromFact(patient.priorLines, 'lines of prior therapy', holds);
    }
    case 'sex':
      return fromFact(patient.sex, 'sex', (value) => value === ask.value);
    case 'diagnosis':
      return diagnosis(ask.name, patient, names);
    case 'receptor': {
      const fact = patient.receptors[ask.field];
      const name = ask.field === 'her2' ? 'HER2 status' : `${ask.field.replace('-', ' ')} status`;
      if (ask.value === 'unknown')
        return clinical(is(!fact.known), fact.known ? `${name} ${fact.value}` : `${name} is not stated`, name);
      return fromFact(fact, name, (value) => value === ask.value);
    }
    case 'disease-status': {
      const stated = patient.diseaseStatus.find(({ word }) => word === ask.value);
      return stated === undefined
        ? open(`whether the disease is ${ask.value} is not recorded`, 'disease status')
        : clinical('true', `disease status ${stated.word}`, stated.source);
    }
    case 'prior-treatment':
      return priorTreatment(ask.agent, patient.priorAgents, names.agents);
    case 'mismatch-repair': {
      const read = patient.facts.biomarkers.filter(({ name }) => name === 'MSI');
      const valid = read.find(({ reading }) => reading === 'high' || reading === 'low');
      if (valid === undefined)
        return open(read[0] === undefined ? 'not reported' : read[0].validity, 'microsatellite status', 'ledger');
      return {
        truth: is((valid.reading === 'high') === (ask.value === 'deficient')),
        fact: `microsatellite status ${valid.value}`,
        source: { kind: 'finding', ids: [biomarkerId('MSI')] },
      };
    }
    case 'signature':
      return signature(ask.name, ask.present, patient);
    case 'genomic':
      return genomic(
        {
          ...ask,
          gene: names.symbol(ask.gene),
          ...(ask.partner === undefined ? {} : { partner: names.symbol(ask.partner) }),
        },
        patient,
      );
    case 'text':
      return { truth: 'unknown', fact: ask.reason, source: { kind: 'document', ids: [] } };
  }
}

/** The criterion as written: a negated one is met where what it excludes is ruled out. */
export function judgeCriterion(criterion: Criterion, patient: TrialPatient, names: TrialNames): Judged {
  const judged = asked(criterion.ask, patient, names);
  if (!criterion.negated || judged.truth === 'unknown') return judged;
  return { ...judged, truth: judged.truth === 'true' ? 'false' : 'true' };
}
