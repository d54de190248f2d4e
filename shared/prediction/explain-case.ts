/** One case's inputs as groups a reader can name, the changes that would move it to another fifth of risk, and rules. Pure. */
import type { CaseRecord } from '../case/case-record.ts';
import type { IntakeDocument } from '../case/intake.ts';
import type { MolecularProfile } from '../molecular/profile.ts';
import { percentileOf } from './assess.ts';
import { type CaseFeatures, clinicalWords, type KnownInput, knownInputs } from './case-features.ts';
import type { Change, Counterfactual } from './explanation.ts';
import type { FeatureTable, ModelBlock, PopulationTable } from './model-files.ts';
import type { AggressivenessResult } from './predictions.ts';

export interface GeneSetLike {
  readonly name: string;
  readonly genes: readonly string[];
}

export interface InputGroup {
  readonly id: string;
  readonly label: string;
  readonly blocks: readonly ModelBlock[];
  readonly columns: readonly number[];
}

/** Genes that stand by themselves; the others stand in their pathway. */
const GENES_ALONE = 20;

/** HYPOXIA_RESPONSE as "hypoxia response". */
const pathwayWords = (name: string): string => name.replaceAll('_', ' ').toLowerCase();

/**
 * Every known input in exactly one group: each clinical fact, the genes with the largest terms (a gene's expression, copy
 * number and mutation together), the other genes by the first pathway that holds them, and the rest.
 */
export function inputGroups(
  known: readonly KnownInput[],
  terms: Float32Array,
  pathways: readonly GeneSetLike[],
): InputGroup[] {
  const clinical = new Map<string, readonly KnownInput[]>();
  const genes = new Map<string, readonly KnownInput[]>();
  for (const one of known) {
    const map = one.block === 'clinical' ? clinical : genes;
    const name = one.name === 'age-curve' ? 'age' : one.name;
    map.set(name, [...(map.get(name) ?? []), one]);
  }
  const group = (id: string, label: string, members: readonly KnownInput[]): InputGroup => ({
    id,
    label,
    blocks: [...new Set(members.map(({ block }) => block))],
    columns: members.map(({ column }) => column),
  });
  const groups = [...clinical].map(([name, members]) =>
    group(`clinical:${name}`, clinicalWords[name] ?? name, members),
  );
  const strength = (members: readonly KnownInput[]): number =>
    Math.abs(members.reduce((sum, { column }) => sum + (terms[column] as number), 0));
  const ranked = [...genes].sort(([a, x], [b, y]) => strength(y) - strength(x) || (a < b ? -1 : 1));
  for (const [gene, members] of ranked.slice(0, GENES_ALONE)) groups.push(group(`gene:${gene}`, gene, members));
  const pathwayOf = new Map<string, string>();
  for (const { name, genes: members } of pathways)
    for (const gene of members) if (!pathwayOf.has(gene)) pathwayOf.set(gene, name);
  const others = new Map<string, readonly KnownInput[]>();
  for (const [gene, members] of ranked.slice(GENES_ALONE)) {
    const name = pathwayOf.get(gene) ?? '';
    others.set(name, [...(others.get(name) ?? []), ...members]);
  }
  for (const [name, members] of [...others].sort(([a], [b]) => (a < b ? -1 : 1)))
    groups.push(
      name === ''
        ? group('rest', 'Genes outside the pathways', members)
        : group(`pathway:${name}`, `Pathway ${pathwayWords(name)}`, members),
    );
  return groups;
}

/** A change that could be: the inputs it sets, and how far it goes from the patient. */
export interface Candidate {
  readonly change: Change;
  readonly set: readonly (readonly [column: number, value: number])[];
  readonly cost: number;
}

/** Never changed in a search for counterfactuals (F060). */
export const IMMUTABLE = 'age, sex, tumor type, site, T, N, M, lymph nodes, receptors, smoking and glioma subtype';

/**
 * Plausible changes: another stage among I to III where the tumor is not stage IV, another grade where a grade is read
 * from the report, a mutation not there, and a gene or pathway as in the mean of the cohort. All else is held.
 */
export function candidatesOf(
  table: FeatureTable,
  cohort: string,
  { blocks, features }: CaseFeatures,
  groups: readonly InputGroup[],
): Candidate[] {
  const scaling = table.types[cohort]?.blocks.clinical;
  const offsetColumns = table.columns.clinical;
  if (scaling === undefined || table.blocks[0] !== 'clinical') throw new Error('the clinical block comes first');
  const clinical = (name: string, to: number): (readonly [number, number])[] => {
    const place = offsetColumns.indexOf(name);
    const i = scaling.index.indexOf(place);
    if (i < 0) return [];
    const value = (to - (scaling.mean[i] as number)) / (scaling.sd[i] as number);
    return [[place, Math.min(table.clip.clinical, Math.max(-table.clip.clinical, value))]];
  };
  const found: Candidate[] = [];
  const known = knownInputs({ blocks });
  const stage = known.find(({ block, name }) => block === 'clinical' && name === 'stage');
  // Stage IV follows from a metastasis, and a metastasis is a fact.
  if (stage !== undefined && !/IV/i.test(stage.value))
    for (const [number, words] of [
      [1, 'I'],
      [2, 'II'],
      [3, 'III'],
    ] as const) {
      const set = clinical('stage', number);
      const distance = Math.abs((set[0]?.[1] ?? 0) - (features[stage.column] as number));
      if (set.length > 0 && distance > 1e-6)
        found.push({
          change: { feature: 'clinical:stage', label: 'Stage', from: stage.value, to: words },
          set,
          cost: distance,
        });
    }
  const grade = known.find(({ block, name }) => block === 'clinical' && name === 'grade');
  if (grade !== undefined && cohort !== 'GBMLGG')
    for (const number of [1, 2, 3]) {
      const set = clinical('grade', number);
      const distance = Math.abs((set[0]?.[1] ?? 0) - (features[grade.column] as number));
      if (set.length > 0 && distance > 1e-6)
        found.push({
          change: { feature: 'clinical:grade', label: 'Grade', from: grade.value, to: `G${number}` },
          set,
          cost: distance,
        });
    }
  const byColumn = new Map(known.map((one) => [one.column, one]));
  for (const group of groups) {
    if (group.id.startsWith('clinical:')) continue;
    const values = group.columns.map((column) => features[column] as number);
    const distance = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
    if (distance < 1e-6) continue;
    const words = group.columns.length === 1 ? byColumn.get(group.columns[0] as number)?.value : undefined;
    found.push({
      change: {
        feature: group.id,
        label: group.label,
        from: words ?? `${group.columns.length} values as measured`,
        to: 'as in the mean of the cohort',
      },
      set: group.columns.map((column) => [column, 0] as const),
      cost: distance,
    });
  }
  return found;
}

const MOST_CHANGES = 5;

/**
 * Chooses the fewest changes that move the log-risk by at least `need` (signed), the nearest to the patient among equals;
 * `moves[i]` is what candidate i alone moves. At most one change of a feature. Undefined where five are not enough.
 */
export function fewestChanges(
  candidates: readonly Pick<Candidate, 'change' | 'cost'>[],
  moves: readonly number[],
  need: number,
): number[] | undefined {
  const sign = Math.sign(need);
  const gain = (i: number): number => sign * (moves[i] as number);
  const chosen: number[] = [];
  let left = Math.abs(need);
  while (chosen.length < MOST_CHANGES) {
    const taken = new Set(chosen.map((i) => candidates[i]?.change.feature));
    const open = candidates
      .map((_, i) => i)
      .filter((i) => gain(i) > 0 && !taken.has((candidates[i] as Candidate).change.feature));
    const enough = open.filter((i) => gain(i) >= left);
    if (enough.length > 0) {
      enough.sort((a, b) => (candidates[a] as Candidate).cost - (candidates[b] as Candidate).cost || a - b);
      return [...chosen, enough[0] as number];
    }
    open.sort((a, b) => gain(b) - gain(a) || a - b);
    const best = open[0];
    if (best === undefined) return undefined;
    chosen.push(best);
    left -= gain(best);
  }
  return undefined;
}

/** The fifth of risk a log-risk lies in, 0 the lowest. */
export const fifthOf = (logRisk: number, edges: readonly number[]): number =>
  edges.filter((edge) => edge <= logRisk).length;

/** Beyond the edge by this much, so that rounding in single precision does not undo a flip. */
const MARGIN = 1e-3;

/**
 * One counterfactual to each neighbouring fifth, each run again as a whole by `ask` and kept only where it flips.
 * `ask` answers calibrated log-risks of whole input rows.
 */
export async function counterfactualsOf(
  subset: PopulationTable['types'][string]['subsets'][string],
  features: Float32Array,
  logRisk: number,
  candidates: readonly Candidate[],
  ask: (rows: readonly Float32Array[]) => Promise<readonly number[]>,
): Promise<Counterfactual[]> {
  if (candidates.length === 0) return [];
  const changed = (some: readonly Candidate[]): Float32Array => {
    const row = features.slice();
    for (const { set } of some) for (const [column, value] of set) row[column] = value;
    return row;
  };
  const moves = (await ask(candidates.map((one) => changed([one])))).map((risk) => risk - logRisk);
  const from = fifthOf(logRisk, subset.groupEdges);
  const targets = [
    { direction: 'lower' as const, edge: subset.groupEdges[from - 1], margin: -MARGIN },
    { direction: 'higher' as const, edge: subset.groupEdges[from], margin: MARGIN },
  ];
  const found: Counterfactual[] = [];
  for (const { direction, edge, margin } of targets) {
    if (edge === undefined) continue;
    const places = fewestChanges(candidates, moves, edge + margin - logRisk);
    if (places === undefined) continue;
    const some = places.map((place) => candidates[place] as Candidate);
    const [again = logRisk] = await ask([changed(some)]);
    const to = fifthOf(again, subset.groupEdges);
    if (direction === 'lower' ? to >= from : to <= from) continue;
    found.push({
      direction,
      from,
      to,
      percentile: percentileOf(again, subset.quantiles),
      changes: some.map(({ change }) => change),
    });
  }
  return found;
}

const recordPlaces: Record<string, string> = {
  age: 'patient.ageYears',
  'sex-female': 'patient.sex',
  stage: 'diagnosis.stage',
  grade: 'diagnosis.grade',
  t: 'diagnosis.tnm.t',
  n: 'diagnosis.tnm.n',
  m: 'diagnosis.tnm.m',
  'positive-nodes': 'diagnosis.positiveNodes',
  'rectal-primary': 'diagnosis.oncotreeCode',
  glioblastoma: 'diagnosis.oncotreeCode',
};

/** Where a fact of the model stands in the case's documents. */
function factOf(feature: string, intake: IntakeDocument, profile: MolecularProfile): string {
  const cut = feature.indexOf(':');
  const block = feature.slice(0, cut);
  const name = feature.slice(cut + 1);
  if (block === 'clinical') return `record:${recordPlaces[name] ?? `diagnosis.attributes.${name}`}`;
  if (block === 'rna' || block === 'protein') {
    const kind = block === 'rna' ? 'expression' : 'protein';
    const matrix = intake.matrices.find(({ modality, genes }) => modality === kind && genes.includes(name));
    return matrix === undefined ? `intake:${kind}/${name}` : `${matrix.file}#${name}`;
  }
  if (block === 'copy-number') {
    const observed = intake.copyNumbers.find(({ gene }) => gene === name);
    return observed === undefined ? `ledger:${name}/copy-number` : `${observed.file}:${observed.line}`;
  }
  const finding = profile.findings.find(
    ({ gene, kind, state, origin }) =>
      gene === name && kind === 'small-variant' && state === 'detected' && origin !== 'germline',
  );
  if (finding !== undefined) return `finding:${finding.id}`;
  const variant = intake.variants.find(({ annotation, origin }) => annotation?.gene === name && origin === 'somatic');
  return variant === undefined ? `ledger:${name}/small-variant` : `variant:${variant.key}`;
}

const CLAUSES = 4;

/** IF … THEN in words, one rule for what raises the estimate and one for what lowers it, each clause with its fact. */
export function rulesOf(
  { attributions, cohort }: Pick<AggressivenessResult, 'attributions' | 'cohort'>,
  { intake, profile }: { record: CaseRecord; intake: IntakeDocument; profile: MolecularProfile },
): { text: string; facts: { clause: string; id: string }[] }[] {
  return (['raises', 'lowers'] as const).flatMap((verb) => {
    const some = attributions
      .filter(({ contribution }) => (verb === 'raises' ? contribution > 0 : contribution < 0))
      .slice(0, CLAUSES);
    if (some.length === 0) return [];
    const facts = some.map(({ label, value, feature }) => ({
      clause: `${label} is ${value}`,
      id: factOf(feature, intake, profile),
    }));
    const sum = some.reduce((all, { contribution }) => all + contribution, 0);
    return [
      {
        text: `If the tumor is of the ${cohort.tumorType} cohort and ${facts.map(({ clause }) => clause).join(' and ')}, then the model ${verb} the log-risk by ${Math.abs(sum).toFixed(2)}.`,
        facts,
      },
    ];
  });
}
