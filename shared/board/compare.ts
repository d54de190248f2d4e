/**
 * Two samples, dates, patients or versions beside each other, differences first (F039, F080). What the other side did not
 * look for is neither gained nor lost: it is not comparable, and says why. Pure.
 */
import type { Assay, CaseRecord, Modality } from '../case/case-record.ts';
import type { AssayedState, IntakeDocument, LedgerModality } from '../case/intake.ts';
import { type Finding, type MolecularProfile, rowBehind } from '../molecular/profile.ts';
import type { TherapyOption } from '../therapy/options.ts';

export interface Observation {
  readonly finding: Finding;
  readonly alleleFraction: number | undefined;
  readonly depth: number | undefined;
  /** Cells of the tumor that carry it, 0 to 1, at two copies and the stated purity; undefined where purity is not. */
  readonly clonalFraction: number | undefined;
}

export interface Side {
  readonly label: string;
  /** Kind of the specimen, where the side is one: plasma that shows nothing says less than tissue that does. */
  readonly material?: string | undefined;
  readonly found: ReadonlyMap<string, Observation>;
  /** What this side can say of a gene. Undefined: nothing states it, which is not "looked for". */
  readonly state: (gene: string, modality: LedgerModality) => AssayedState | undefined;
}

export type Change = 'gained' | 'lost' | 'changed' | 'same' | 'not-comparable';

export interface Compared {
  readonly id: string;
  readonly finding: Finding;
  readonly a: Observation | undefined;
  readonly b: Observation | undefined;
  readonly change: Change;
  /** In a sentence: what it rests on. */
  readonly why: string;
  /** What the side without it says of it: tested, failed, or never looked for. Absent where both have it. */
  readonly nothing?: string;
}

/** The column of the ledger that answers for a finding; undefined for a biomarker, which no gene list answers for. */
export function modalityOfFinding({ kind, origin }: Finding): LedgerModality | undefined {
  switch (kind) {
    case 'small-variant':
      return origin === 'germline' ? 'germline' : 'small-variant';
    case 'fusion':
      return 'fusion';
    case 'expression-outlier':
      return 'expression';
    case 'protein-outlier':
      return 'protein';
    case 'biomarker':
      return undefined;
    default:
      return 'copy-number';
  }
}

/**
 * Share of tumor cells with the change, for a somatic heterozygous change at two copies in tumor and normal cells:
 * 2 · VAF / purity, at most 1. Undefined without a stated purity above zero.
 */
export const clonalFractionOf = (alleleFraction: number | undefined, purity: number | undefined): number | undefined =>
  alleleFraction === undefined || purity === undefined || purity <= 0
    ? undefined
    : Math.min(1, (2 * alleleFraction) / purity);

const purityOf = ({ specimens }: CaseRecord, specimenId?: string): number | undefined => {
  const tumor = specimens.filter(({ origin, id }) => origin !== 'normal' && (specimenId ?? id) === id);
  return tumor.length === 1 ? tumor[0]?.purity : undefined;
};

interface Analysed {
  readonly record: CaseRecord;
  readonly intake: IntakeDocument;
  readonly profile: MolecularProfile;
}

/** A whole case as one side. */
export function sideOfCase(label: string, { record, intake, profile }: Analysed): Side {
  const byGene = new Map(intake.ledger.entries.map((entry) => [entry.gene, entry.states]));
  const purity = purityOf(record);
  return {
    label,
    found: new Map(
      profile.findings.map((finding) => [
        finding.id,
        {
          finding,
          alleleFraction: finding.alleleFraction,
          depth: finding.depth,
          clonalFraction: finding.origin === 'germline' ? undefined : clonalFractionOf(finding.alleleFraction, purity),
        },
      ]),
    ),
    state: (gene, modality) => (byGene.get(gene)?.[modality] ?? intake.ledger.defaults[modality])?.state,
  };
}

const reads: Partial<Record<LedgerModality, Modality>> = {
  'small-variant': 'somatic-variants',
  germline: 'germline-variants',
};

/** Whether an assay reads a gene: named, or of a scope that reads every gene. A list that is not stated covers nothing. */
const covers = ({ genes, scope }: Assay, gene: string): boolean =>
  genes === undefined ? ['exome', 'genome', 'transcriptome'].includes(scope) : genes.includes(gene);

/** The small variants of one specimen of a case as one side, for serial samples within a case. */
export function sideOfSpecimen(label: string, specimenId: string, { record, intake, profile }: Analysed): Side {
  const assays = record.assays.filter((assay) => assay.specimenId === specimenId);
  const ids = new Set(assays.map(({ id }) => id));
  const files = new Set(record.files.filter(({ assayId }) => ids.has(assayId)).map(({ path }) => path));
  const own = intake.variants.filter(({ file }) => files.has(file));
  const byKey = new Map(own.map((variant) => [variant.key, variant]));
  const purity = purityOf(record, specimenId);
  const found = profile.findings.flatMap((finding): [string, Observation][] => {
    const variant = rowBehind(finding, byKey);
    if (variant === undefined) return [];
    return [
      [
        finding.id,
        {
          finding,
          alleleFraction: variant.alleleFraction,
          depth: variant.depth,
          clonalFraction: finding.origin === 'germline' ? undefined : clonalFractionOf(variant.alleleFraction, purity),
        },
      ],
    ];
  });
  return {
    label,
    material: record.specimens.find(({ id }) => id === specimenId)?.kind,
    found: new Map(found),
    state: (gene, modality) => {
      const reading = assays.filter(({ modalities }) => {
        const wanted = reads[modality];
        return wanted !== undefined && modalities.includes(wanted);
      });
      const covering = reading.filter((assay) => covers(assay, gene));
      if (covering.length === 0) return 'not-assayed';
      if (covering.every(({ failedRegions }) => failedRegions?.some((failed) => failed.gene === gene) ?? false))
        return 'failed-qc';
      return 'tested-not-detected';
    },
  };
}

const Z95 = 1.959964;

/** Wilson's 95 % interval of a share (Wilson 1927). */
export function wilson(share: number, trials: number): readonly [low: number, high: number] {
  const spread = Z95 ** 2 / trials;
  const middle = (share + spread / 2) / (1 + spread);
  const half = (Z95 / (1 + spread)) * Math.sqrt((share * (1 - share)) / trials + spread / (4 * trials));
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}

const percent = (value: number): string => `${(value * 100).toFixed(1)} %`;
const measureOf = ({ alleleFraction, clonalFraction }: Observation): number | undefined =>
  clonalFraction ?? alleleFraction;

/** What a finding without an allele fraction is measured by. */
export function measuredBy({ biomarker, totalCopies }: Finding): string | undefined {
  if (biomarker !== undefined) return [biomarker.value, biomarker.unit].filter(Boolean).join(' ');
  return totalCopies === undefined ? undefined : `${totalCopies} copies`;
}

/** Whether the share moved beyond what reading so few molecules explains. */
function moved(a: Observation, b: Observation): { change: 'changed' | 'same'; why: string } {
  const [valueA, valueB] = [measuredBy(a.finding), measuredBy(b.finding)];
  if (valueA !== undefined && valueB !== undefined)
    return valueA === valueB
      ? { change: 'same', why: `${valueA} on both sides` }
      : { change: 'changed', why: `${valueA} to ${valueB}` };
  if (a.alleleFraction === undefined || b.alleleFraction === undefined)
    return { change: 'same', why: 'found on both sides; an allele fraction is missing, so no change is claimed' };
  const clonal = a.clonalFraction !== undefined && b.clonalFraction !== undefined;
  const what = clonal ? 'clonal fraction' : 'allele fraction';
  const [before, after] = clonal ? [measureOf(a), measureOf(b)] : [a.alleleFraction, b.alleleFraction];
  const words = `${what} ${percent(before ?? 0)} to ${percent(after ?? 0)}`;
  if (a.depth === undefined || b.depth === undefined || a.depth === 0 || b.depth === 0)
    return { change: 'same', why: `${words}; depth is not stated, so no change is claimed` };
  const factor = (one: Observation) =>
    clonal && one.alleleFraction !== undefined && one.alleleFraction > 0
      ? (one.clonalFraction ?? 0) / one.alleleFraction
      : 1;
  const [lowA, highA] = wilson(a.alleleFraction, a.depth).map((end) => end * factor(a)) as [number, number];
  const [lowB, highB] = wilson(b.alleleFraction, b.depth).map((end) => end * factor(b)) as [number, number];
  return highA < lowB || highB < lowA
    ? { change: 'changed', why: `${words}; the 95 % intervals do not overlap` }
    : { change: 'same', why: `${words}; within the 95 % intervals` };
}

/** What one side says where it found nothing. Only "tested, not detected" makes a gain or a loss. */
function absent(
  finding: Finding,
  side: Side,
  beside: Side,
  change: 'gained' | 'lost',
): { change: Change; why: string; nothing: string } {
  const modality = modalityOfFinding(finding);
  const genes = [finding.gene, ...(finding.gene2 === undefined ? [] : [finding.gene2])];
  const states = modality === undefined ? [] : genes.map((gene) => side.state(gene, modality));
  const tested = states.some((state) => state === 'tested-not-detected' || state === 'detected');
  const nothing = tested
    ? 'tested, not detected'
    : states.includes('failed-qc')
      ? 'failed quality control'
      : modality === undefined
        ? 'not measured'
        : 'not assayed';
  const unlike =
    tested && side.material !== undefined && beside.material !== undefined && side.material !== beside.material
      ? `; ${side.material} beside ${beside.material}: with little tumor DNA in it nothing shows either`
      : '';
  return { change: tested ? change : 'not-comparable', why: `${side.label}: ${nothing}${unlike}`, nothing };
}

const order: readonly Change[] = ['gained', 'lost', 'changed', 'not-comparable', 'same'];

/** Every finding of either side, differences first; none is left out. `a` is the earlier side, or the left one. */
export function compareSides(a: Side, b: Side): Compared[] {
  const ids = [...new Set([...a.found.keys(), ...b.found.keys()])];
  return ids
    .map((id): Compared => {
      const left = a.found.get(id);
      const right = b.found.get(id);
      const { finding } = (right ?? left) as Observation;
      if (left !== undefined && right !== undefined) return { id, finding, a: left, b: right, ...moved(left, right) };
      return {
        id,
        finding,
        a: left,
        b: right,
        ...(left === undefined ? absent(finding, a, b, 'gained') : absent(finding, b, a, 'lost')),
      };
    })
    .sort(
      (x, y) =>
        order.indexOf(x.change) - order.indexOf(y.change) ||
        (x.finding.tier ?? 'V').localeCompare(y.finding.tier ?? 'V') ||
        (x.finding.gene < y.finding.gene ? -1 : x.finding.gene > y.finding.gene ? 1 : x.id < y.id ? -1 : 1),
    );
}

export interface Difference {
  readonly what: string;
  /** Absent: not stated on this side. */
  readonly a: string | undefined;
  readonly b: string | undefined;
  readonly differs: boolean;
}

const listed = (values: readonly string[]): string | undefined => (values.length === 0 ? undefined : values.join('; '));

const diseaseWords: Record<TherapyOption['diseaseMatch'], string> = {
  same: 'this tumor type',
  parent: 'a wider tumor type',
  child: 'a narrower tumor type',
  other: 'another tumor type',
  unmapped: 'a tumor type without a code',
};

/** Agencies that approved it for this tumor type, each with its first year; undefined where the pack is absent. */
function approvedHere({ approvals }: TherapyOption): string | undefined {
  if (approvals === undefined) return undefined;
  const first = new Map<string, string>();
  for (const { standing, agency, approvedOn = '' } of approvals) {
    if (standing !== 'this tumor type') continue;
    const known = first.get(agency) ?? '';
    if (known === '' || (approvedOn !== '' && approvedOn < known)) first.set(agency, approvedOn);
  }
  return listed([...first].map(([agency, on]) => (on === '' ? agency : `${agency} ${on.slice(0, 4)}`))) ?? 'by none';
}

/** Two therapy options, line by line, what differs first. */
export function compareOptions(a: TherapyOption, b: TherapyOption): Difference[] {
  const lines = (option: TherapyOption): readonly (readonly [string, string | undefined])[] => [
    ['Tier', option.weight ?? option.tier],
    ['ESCAT, computed', option.escat?.tier],
    ['Best level of evidence', option.bestLevel],
    ['Disease of the evidence', diseaseWords[option.diseaseMatch]],
    ['Because of', listed(option.because.map(({ text }) => text))],
    ['Statements for', String(option.supporting.length)],
    ['Statements against', String(option.against.length)],
    ['Conflict', option.conflict?.statement ?? 'none'],
    ['Approved for this tumor type', approvedHere(option)],
    ['Line its label asks for', option.line === undefined ? undefined : option.line.text || 'any'],
    ['Used before', option.prior?.text ?? 'no use on record'],
    ['Class', listed((option.classes ?? []).map(({ agent, name }) => `${agent}: ${name}`))],
    [
      'Speaks against it in this patient',
      option.safety === undefined
        ? undefined
        : (listed(option.safety.findings.map(({ text }) => text)) ?? 'nothing known'),
    ],
    [
      'Not checked in this patient',
      option.safety === undefined
        ? undefined
        : (listed([
            ...option.safety.unchecked.map((agent) => `no label facts on ${agent}`),
            ...option.safety.open.map((organ) => `${organ} function is not on record`),
          ]) ?? 'nothing left out'),
    ],
    ['Trials named', String(option.trialIds.length)],
    ['Would change it', listed(option.wouldChange) ?? 'nothing known'],
    [
      'Ranked behind the one above by',
      option.partedBy === 'name' ? 'its name alone' : (option.partedBy ?? 'it stands first'),
    ],
  ];
  const right = new Map(lines(b));
  return lines(a)
    .map(([what, value]) => ({ what, a: value, b: right.get(what), differs: value !== right.get(what) }))
    .sort((x, y) => Number(y.differs) - Number(x.differs));
}
