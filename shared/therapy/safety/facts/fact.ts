/**
 * One fact of a label or a regulator's table, and the short ways to write it. Sections are those of the US label's fixed
 * format (21 CFR 201.57), told by number and title; labels of the older format have titles only.
 */
export const PATHWAYS = [
  'CYP1A2',
  'CYP2C8',
  'CYP2C9',
  'CYP2C19',
  'CYP2D6',
  'CYP3A4',
  'UGT1A1',
  'P-gp',
  'BCRP',
  'OATP1B',
] as const;
export type Pathway = (typeof PATHWAYS)[number];
export type Strength = 'strong' | 'moderate' | 'weak';
/** What the victim's label warns of: any inhibitor of a transporter is one without a strength. */
export type Perpetrator =
  | `${'strong' | 'moderate'} ${Pathway} ${'inhibitor' | 'inducer'}`
  | `${'P-gp' | 'BCRP' | 'UGT1A1'} ${'inhibitor' | 'inducer'}`
  | `P-gp and strong CYP3A4 ${'inhibitor' | 'inducer'}`
  | 'proton pump inhibitor'
  | 'H2 antagonist';
export type SafetyAction = 'contraindicated' | 'avoid' | 'change-dose' | 'monitor';
export const EFFECTS = [
  'QT',
  'bleeding',
  'serotonin',
  'bradycardia',
  'hepatotoxicity',
  'myelosuppression',
  'nephrotoxicity',
] as const;
export type Effect = (typeof EFFECTS)[number];
/** How much the label makes of it. */
export type EffectWeight = 'boxed' | 'warning' | 'listed';

export type Fact =
  | { readonly kind: 'with'; readonly perpetrator: Perpetrator; readonly action: SafetyAction; readonly text: string }
  | { readonly kind: 'pair'; readonly other: string; readonly action: SafetyAction; readonly text: string }
  | { readonly kind: 'substrate'; readonly pathway: Pathway; readonly extent: 'sensitive' | 'moderate' | 'prodrug' }
  | { readonly kind: 'inhibits'; readonly pathway: Pathway; readonly strength: Strength | 'stated' }
  | { readonly kind: 'induces'; readonly pathway: Pathway; readonly strength: Strength | 'stated' }
  | { readonly kind: 'acid'; readonly group: 'proton pump inhibitor' | 'H2 antagonist' }
  | { readonly kind: 'effect'; readonly effect: Effect; readonly weight: EffectWeight }
  /** The label speaks of other medicines and names no interaction: read, and nothing to warn of. */
  | { readonly kind: 'silent'; readonly text: string }
  | {
      readonly kind: 'renal';
      /** Creatinine clearance in mL/min at or above which it does not apply, and from which it does. */
      readonly from: number;
      readonly below: number;
      readonly action: SafetyAction;
      readonly text: string;
    }
  | {
      readonly kind: 'hepatic';
      /** Child-Pugh classes. */
      readonly classes: readonly ('A' | 'B' | 'C')[];
      readonly action: SafetyAction;
      readonly text: string;
    };

/** What a fact rests on: a section of the agent's label, or a table that names the agent. */
export interface Cited {
  readonly fact: Fact;
  readonly cite: string;
}

export interface AgentFacts {
  /** International nonproprietary name, lower case. */
  readonly agent: string;
  readonly facts: readonly Cited[];
}

type Section = 'boxed warning' | '2' | '4' | '5' | '6' | '7' | '8' | '12.3';
type Row = readonly [section: Section, fact: Fact];

const TITLES: Readonly<Record<Section, string>> = {
  'boxed warning': 'Boxed Warning',
  '2': 'Dosage and Administration',
  '4': 'Contraindications',
  '5': 'Warnings and Precautions',
  '6': 'Adverse Reactions',
  '7': 'Drug Interactions',
  '8': 'Use in Specific Populations',
  '12.3': 'Pharmacokinetics',
};

/** Labels still in the format before 2006, whose sections bear no numbers. */
const OLDER_FORMAT: ReadonlySet<string> = new Set([
  'Amikacin',
  'Calan',
  'Cardizem',
  'Catapres',
  'Gentamicin',
  'Haldol',
  'Imuran',
  'Inapsine',
  'Inderal LA',
  'Isoniazid',
  'Ketoconazole',
  'Matulane',
  'Mevacor',
  'Nefazodone',
  'Paraplatin',
  'Quinidine Gluconate',
  'Tambocor',
  'Taxol',
  'Tenormin',
  'Tobramycin',
  'Toradol',
  'Zebeta',
]);

function citation(label: string, section: Section, fact: Fact): string {
  const organ = fact.kind === 'renal' ? ', Renal Impairment' : fact.kind === 'hepatic' ? ', Hepatic Impairment' : '';
  const title = `${TITLES[section]}${section === '8' ? organ : ''}`;
  const numbered = section !== 'boxed warning' && !OLDER_FORMAT.has(label);
  return `US label ${label}, ${numbered ? `section ${section} ` : ''}${title}`;
}

/** Facts of one agent from its label. `label` is the name the label is filed under. */
export const labelled = (agent: string, label: string, ...rows: readonly Row[]): AgentFacts => ({
  agent,
  facts: rows.map(([section, fact]) => ({ fact, cite: citation(label, section, fact) })),
});

/** Facts that a table states of many agents. */
export const tabled = (cite: string, fact: Fact, agents: string): AgentFacts[] =>
  agents.split(', ').map((agent) => ({ agent, facts: [{ fact, cite }] }));

export const by = (section: Section, perpetrator: Perpetrator, action: SafetyAction, text: string): Row => [
  section,
  { kind: 'with', perpetrator, action, text },
];
export const pair = (section: Section, other: string, action: SafetyAction, text: string): Row => [
  section,
  { kind: 'pair', other, action, text },
];
export const substrate = (
  section: Section,
  pathway: Pathway,
  extent: 'sensitive' | 'moderate' | 'prodrug' = 'moderate',
): Row => [section, { kind: 'substrate', pathway, extent }];
export const inhibits = (section: Section, pathway: Pathway, strength: Strength | 'stated'): Row => [
  section,
  { kind: 'inhibits', pathway, strength },
];
export const induces = (section: Section, pathway: Pathway, strength: Strength | 'stated'): Row => [
  section,
  { kind: 'induces', pathway, strength },
];
export const silent = (section: Section, text: string): Row => [section, { kind: 'silent', text }];
export const effect = (section: Section, named: Effect, weight: EffectWeight): Row => [
  section,
  { kind: 'effect', effect: named, weight },
];
export const renal = (section: Section, from: number, below: number, action: SafetyAction, text: string): Row => [
  section,
  { kind: 'renal', from, below, action, text },
];
export const hepatic = (section: Section, classes: 'A' | 'B' | 'C' | 'BC', action: SafetyAction, text: string): Row => [
  section,
  { kind: 'hepatic', classes: classes === 'BC' ? ['B', 'C'] : [classes], action, text },
];
