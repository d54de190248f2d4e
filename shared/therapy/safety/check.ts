/** What speaks against giving an agent to this patient: other medicines, kidney and liver. Facts in, findings out; pure. */
import type { Cited, Effect, Fact, Pathway, Perpetrator, SafetyAction } from './facts/fact.ts';
import { FACTS_BY_AGENT, type FactIndex } from './facts/index.ts';
import type { SafetyFinding } from './finding.ts';
import { kidneyForDosing, liverForDosing, type OrganFunction } from './organ-function.ts';

const ORDER: readonly SafetyAction[] = ['contraindicated', 'avoid', 'change-dose', 'monitor'];
export const actionOrder = (action: SafetyAction): number => ORDER.indexOf(action);

type Of<K extends Fact['kind']> = Extract<Fact, { kind: K }>;
const ofKind = <K extends Fact['kind']>(facts: readonly Cited[], kind: K): { fact: Of<K>; cite: string }[] =>
  facts.filter((one): one is { fact: Of<K>; cite: string } => one.fact.kind === kind);

interface Named {
  readonly name: string;
  readonly facts: readonly Cited[];
}

/** The citations by which a medicine is the perpetrator a label warns of; empty where it is not. */
function isPerpetrator(perpetrator: Perpetrator, { facts }: Named): string[] {
  if (perpetrator === 'proton pump inhibitor' || perpetrator === 'H2 antagonist')
    return ofKind(facts, 'acid')
      .filter(({ fact }) => fact.group === perpetrator)
      .map(({ cite }) => cite);
  const kind = perpetrator.endsWith('inducer') ? 'induces' : 'inhibits';
  const cites = (pathway: Pathway, strength?: string): string[] =>
    ofKind(facts, kind)
      .filter(({ fact }) => fact.pathway === pathway && (strength === undefined || fact.strength === strength))
      .map(({ cite }) => cite);
  if (perpetrator.startsWith('P-gp and strong CYP3A4')) {
    const [transport, metabolism] = [cites('P-gp'), cites('CYP3A4', 'strong')];
    return transport.length > 0 && metabolism.length > 0 ? [...transport, ...metabolism] : [];
  }
  const [first = '', second = ''] = perpetrator.split(' ');
  return first === 'strong' || first === 'moderate' ? cites(second as Pathway, first) : cites(first as Pathway);
}

/** By mechanism where no label speaks of the pair: extent of the victim against strength of the perpetrator. */
function byMechanism(victim: Of<'substrate'>, by: Of<'inhibits'> | Of<'induces'>): [SafetyAction, string] | undefined {
  const { strength } = by;
  if (strength === 'weak') return undefined;
  const transporter = strength === 'stated';
  if (by.kind === 'inhibits') {
    if (victim.extent === 'prodrug')
      return [strength === 'strong' ? 'avoid' : 'monitor', `less of the active metabolite by ${victim.pathway}`];
    const text = `exposure may rise by ${victim.pathway}`;
    if (transporter) return victim.extent === 'sensitive' ? ['monitor', text] : undefined;
    if (victim.extent === 'sensitive') return [strength === 'strong' ? 'change-dose' : 'monitor', text];
    return strength === 'strong' ? ['monitor', text] : undefined;
  }
  const text = `exposure may fall by ${victim.pathway}: loss of effect`;
  if (transporter) return victim.extent === 'sensitive' ? ['monitor', text] : undefined;
  if (victim.extent === 'sensitive') return [strength === 'strong' ? 'change-dose' : 'monitor', text];
  return strength === 'strong' ? ['monitor', text] : undefined;
}

/** `self` is the agent under discussion; it may be the victim or the perpetrator. */
function victimFindings(victim: Named, other: Named, self: Named): Omit<SafetyFinding, 'id' | 'agent'>[] {
  const partner = self === victim ? other.name : victim.name;
  // A label that forbids a medicine of the list beside this agent is met by changing that medicine, not the agent.
  const actionOf = (action: SafetyAction): SafetyAction =>
    action === 'contraindicated' && self !== victim ? 'avoid' : action;
  const forbidden = (action: SafetyAction): string =>
    action === 'contraindicated' ? 'contraindicated by its label, ' : '';
  const unique = (cites: readonly string[]) => [...new Set(cites)];
  const pairs = ofKind(victim.facts, 'pair')
    .filter(({ fact }) => fact.other === other.name)
    .map(({ fact, cite }) => ({
      kind: 'interaction' as const,
      action: actionOf(fact.action),
      other: partner,
      text: `${victim.name} with ${other.name}: ${forbidden(fact.action)}${fact.text}`,
      cites: [cite],
      basis: 'label' as const,
    }));
  const labelled = ofKind(victim.facts, 'with').flatMap(({ fact, cite }) => {
    const by = isPerpetrator(fact.perpetrator, other);
    if (by.length === 0) return [];
    return [
      {
        kind: 'interaction' as const,
        action: actionOf(fact.action),
        other: partner,
        text: `${other.name} is a ${fact.perpetrator}; ${victim.name}: ${forbidden(fact.action)}${fact.text}`,
        cites: unique([cite, ...by]),
        basis: 'label' as const,
        perpetrator: fact.perpetrator,
      },
    ];
  });
  // A label's word on the pathway goes before what the mechanism alone would say.
  const told = labelled.map(({ perpetrator }) => perpetrator as string);
  const spoken = (pathway: Pathway, kind: 'inhibits' | 'induces') =>
    pairs.length > 0 ||
    told.some((one) => one.includes(pathway) && one.endsWith(kind === 'inhibits' ? 'inhibitor' : 'inducer'));
  const mechanism = ofKind(victim.facts, 'substrate').flatMap((substrate) =>
    [...ofKind(other.facts, 'inhibits'), ...ofKind(other.facts, 'induces')].flatMap((by) => {
      if (by.fact.pathway !== substrate.fact.pathway || spoken(by.fact.pathway, by.fact.kind)) return [];
      const said = byMechanism(substrate.fact, by.fact);
      if (said === undefined) return [];
      const [action, text] = said;
      const what = `${by.fact.strength === 'stated' ? '' : `${by.fact.strength} `}${by.fact.pathway} ${by.fact.kind === 'inhibits' ? 'inhibitor' : 'inducer'}`;
      const article = /^[aeiou]/i.test(what) ? 'an' : 'a';
      return [
        {
          kind: 'interaction' as const,
          action,
          other: partner,
          text: `${other.name} is ${article} ${what}; ${victim.name}: ${text}`,
          cites: unique([substrate.cite, by.cite]),
          basis: 'mechanism' as const,
        },
      ];
    }),
  );
  return [...pairs, ...labelled.map(({ perpetrator: _, ...one }) => one), ...mechanism];
}

const EFFECT_WORDS: Readonly<Record<Effect, string>> = {
  QT: 'prolonged QT: electrocardiogram and electrolytes before and during',
  bleeding: 'bleeding adds up',
  serotonin: 'serotonin syndrome',
  bradycardia: 'slow heart rate: pulse and blood pressure',
  hepatotoxicity: 'liver injury: transaminases and bilirubin',
  myelosuppression: 'bone marrow suppression: blood counts',
  nephrotoxicity: 'kidney injury: creatinine and fluid',
};

/** From this QTc on drugs that prolong it are not started (US labels of the boxed agents: 500 ms). */
const QTC_STOP = 500;

function additive(
  agent: Named,
  others: readonly Named[],
  organs: OrganFunction,
): Omit<SafetyFinding, 'id' | 'agent'>[] {
  return ofKind(agent.facts, 'effect').flatMap(({ fact, cite }) => {
    const with_ = others.flatMap(({ name, facts }) =>
      ofKind(facts, 'effect')
        .filter((one) => one.fact.effect === fact.effect)
        .map((one) => ({ name, weight: one.fact.weight, cite: one.cite })),
    );
    const qtc = fact.effect === 'QT' ? organs.measures.find(({ name }) => name === 'QTc') : undefined;
    const long = qtc !== undefined && Number(qtc.value) >= QTC_STOP;
    if (with_.length === 0 && !long) return [];
    const boxed = fact.weight === 'boxed' || with_.some(({ weight }) => weight === 'boxed');
    const partners = [...new Set(with_.map(({ name }) => name))].sort();
    const qtcWords = qtc === undefined ? '' : ` (QTc on record ${qtc.value} ms)`;
    return [
      {
        kind: 'additive' as const,
        action:
          fact.effect === 'QT' && ((boxed && partners.length > 0) || long) ? ('avoid' as const) : ('monitor' as const),
        ...(partners.length === 0 ? {} : { other: partners.join(', ') }),
        effect: fact.effect,
        text: `${agent.name}${partners.length === 0 ? '' : ` with ${partners.join(', ')}`}: ${EFFECT_WORDS[fact.effect]}${qtcWords}`,
        cites: [...new Set([cite, ...with_.map((one) => one.cite)])],
        basis: 'label' as const,
      },
    ];
  });
}

function organ(agent: Named, organs: OrganFunction): Omit<SafetyFinding, 'id' | 'agent'>[] {
  const kidney = kidneyForDosing(organs);
  const liver = liverForDosing(organs);
  const renal = ofKind(agent.facts, 'renal').flatMap(({ fact, cite }) => {
    if (kidney === undefined || !(Number(kidney.value) >= fact.from && Number(kidney.value) < fact.below)) return [];
    const band = fact.from === 0 ? `below ${fact.below}` : `${fact.from} to below ${fact.below}`;
    return [
      {
        kind: 'kidney' as const,
        action: fact.action,
        text: `${agent.name}: ${fact.text}; clearance ${band} mL/min, here ${kidney.name} ${kidney.value} ${kidney.unit} (${kidney.method})`,
        cites: [cite],
        basis: 'label' as const,
      },
    ];
  });
  const hepatic = ofKind(agent.facts, 'hepatic').flatMap(({ fact, cite }) => {
    const found = liver?.value;
    if (liver === undefined || typeof found !== 'string' || !fact.classes.includes(found)) return [];
    // Class A is the lowest: "at least A" says nothing on an impairment.
    if (found === 'A' && liver.name !== 'Child-Pugh class') return [];
    return [
      {
        kind: 'liver' as const,
        action: fact.action,
        text: `${agent.name}: ${fact.text}; ${liver.name} ${found} (${liver.unit})`,
        cites: [cite],
        basis: 'label' as const,
      },
    ];
  });
  return [...renal, ...hepatic];
}

/** What an agent's label gates on an organ whose function is not known. */
export function openOrgans(agent: string, organs: OrganFunction, facts: FactIndex = FACTS_BY_AGENT): string[] {
  const own = facts.get(agent) ?? [];
  return [
    ...(ofKind(own, 'renal').length > 0 && kidneyForDosing(organs) === undefined ? ['kidney'] : []),
    ...(ofKind(own, 'hepatic').length > 0 && liverForDosing(organs) === undefined ? ['liver'] : []),
  ];
}

/**
 * Findings on one agent among other medicines; `agent` and `others` are names of the facts. Worst first. The agents of one
 * combination are not checked against each other: that is what its studies did.
 */
export function checkAgent(
  agent: string,
  others: readonly string[],
  organs: OrganFunction,
  facts: FactIndex = FACTS_BY_AGENT,
): SafetyFinding[] {
  const named = (name: string): Named => ({ name, facts: facts.get(name) ?? [] });
  const self = named(agent);
  const rest = [...new Set(others)].filter((name) => name !== agent).map(named);
  const found = [
    ...rest.flatMap((other) => [...victimFindings(self, other, self), ...victimFindings(other, self, self)]),
    ...additive(self, rest, organs),
    ...organ(self, organs),
  ].map((one): SafetyFinding => ({ ...one, agent, id: `${one.kind}|${agent}|${one.other ?? ''}|${one.text}` }));
  const unique = [...new Map(found.map((one) => [one.id, one])).values()];
  return unique.sort((a, b) => actionOrder(a.action) - actionOrder(b.action) || (a.id < b.id ? -1 : 1));
}
