/** The aggressiveness model over a cohort of tables: how a cohort that nobody here has seen is put to it. */
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import { abstention, percentileOf, subsetKey } from '../../shared/prediction/assess.ts';
import { copyNumberCall, rowFeatures } from '../../shared/prediction/case-features.ts';
import { cohortOf } from '../../shared/prediction/cohort-of.ts';
import { bootstrapped, type Estimate } from '../../shared/prediction/measure.ts';
import type { FeatureTable } from '../../shared/prediction/model-files.ts';
import { concordance, coxSlope, type FollowUp } from '../../shared/prediction/survival.ts';
import { numberOf } from '../../shared/prediction/table-model.ts';
import { type CohortPatient, clinicalFacts, type MolecularBlock, readCaseTables } from './case-tables.ts';
import type { Evaluation, SurvivalMeasure } from './evaluate.ts';
import { pinnedModels } from './pinned.ts';
import type { IntegratedModel } from './registry.ts';
import { openSession } from './session.ts';
import { type ModelFolders, type Pins, readModel } from './verified.ts';

/** With fewer patients of a type a gene's mean and spread in the file say too little. */
const LEAST_TO_STANDARDISE = 30;
const LEAST_EVENTS = 10;
const DRAWS = 300;
const DAYS_A_MONTH = 30.4375;

const deathWords: Readonly<Record<string, number>> = {
  ...{ alive: 0, living: 0, '0:living': 0, '0:alive': 0, censored: 0, no: 0, false: 0 },
  ...{ dead: 1, deceased: 1, '1:deceased': 1, '1:dead': 1, yes: 1, true: 1 },
};

/** Overall survival of a row, where it is stated. PORPOISE writes censorship, 0 for a death. */
function followUpOf({ cell }: CohortPatient): FollowUp | undefined {
  const months = numberOf(cell('months')) ?? Number.NaN;
  const days = numberOf(cell('days')) ?? Number.NaN;
  const time = Number.isNaN(months) ? days / DAYS_A_MONTH : months;
  const death = numberOf(cell('event'), deathWords);
  const censored = numberOf(cell('censorship'), { false: 0, true: 1 });
  const event = death === 0 || death === 1 ? death : censored === 0 || censored === 1 ? 1 - censored : undefined;
  return event === undefined || !(time >= 0) ? undefined : { months: time, event };
}

interface Located {
  readonly patient: CohortPatient;
  readonly cohort: string;
  readonly facts: Exclude<ReturnType<typeof clinicalFacts>, { column: string }>;
}

/**
 * Expression of one type as z-scores, by patient. Already standardised values are kept; anything else is put on the scale of the
 * file's own patients of the type (logarithm first where it looks like counts or TPM), and that is said. Too few: absent.
 */
function standardisedRna(
  cohort: string,
  people: readonly Located[],
  warnings: string[],
): ((person: Located) => ReadonlyMap<string, number> | string) | undefined {
  const withRna = people.filter(({ patient }) => patient.molecular.rna !== undefined);
  if (withRna.length === 0) return undefined;
  const byGene = new Map<string, { n: number; sum: number; squares: number; most: number; least: number }>();
  for (const { patient } of withRna)
    for (const [gene, value] of patient.molecular.rna ?? []) {
      if (Number.isNaN(value)) continue;
      const held = byGene.get(gene) ?? { n: 0, sum: 0, squares: 0, most: -Infinity, least: Infinity };
      byGene.set(gene, {
        n: held.n + 1,
        sum: held.sum + value,
        squares: held.squares + value * value,
        most: Math.max(held.most, value),
        least: Math.min(held.least, value),
      });
    }
  const genes = [...byGene.values()].filter(({ n }) => n > 1);
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
  const spread = middle(genes.map(({ n, sum, squares }) => Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2))));
  const centre = middle(genes.map(({ n, sum }) => Math.abs(sum / n)));
  const below = genes.some(({ least }) => least < -0.5);
  if (withRna.length === 1 || (below && centre < 0.5 && spread > 0.4 && spread < 2.5))
    return ({ patient }) => patient.molecular.rna ?? 'no expression data in the case';
  if (withRna.length < LEAST_TO_STANDARDISE) {
    warnings.push(
      `Expression of ${cohort} is not given as z-scores, and ${withRna.length} patients are too few to standardise it: absent.`,
    );
    return () => 'expression is not given as z-scores';
  }
  const counts = !genes.some(({ least }) => least < 0) && genes.some(({ most }) => most > 50);
  const plain = (value: number): number => (counts ? Math.log2(value + 1) : value);
  const scale = new Map<string, { mean: number; sd: number }>();
  for (const gene of byGene.keys()) {
    const values = withRna.flatMap(({ patient }) => {
      const value = patient.molecular.rna?.get(gene);
      return value === undefined || Number.isNaN(value) ? [] : [plain(value)];
    });
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    if (values.length >= LEAST_TO_STANDARDISE && sd > 1e-8) scale.set(gene, { mean, sd });
  }
  warnings.push(
    `Expression of ${cohort} is no z-scores: ${counts ? 'logarithm taken and ' : ''}standardised within this file's ${withRna.length} patients, so it stands relative to them and not to TCGA.`,
  );
  return ({ patient }) => {
    const { rna } = patient.molecular;
    if (rna === undefined) return 'no expression data in the case';
    return new Map(
      [...rna].flatMap(([gene, value]) => {
        const at = scale.get(gene);
        return at === undefined || Number.isNaN(value) ? [] : [[gene, (plain(value) - at.mean) / at.sd]];
      }),
    );
  };
}

/** Calls as they are; anything that is no whole number from -2 to 2 is taken for a log2 ratio, in the whole file. */
function callsOf(people: readonly Located[], warnings: string[]): (value: number) => number {
  const all = people.flatMap(({ patient }) => [...(patient.molecular['copy-number']?.values() ?? [])]);
  const ratios = all.some((value) => !Number.isNaN(value) && (!Number.isInteger(value) || Math.abs(value) > 2));
  if (!ratios) return (value) => value;
  warnings.push('Copy number is not given as calls from -2 to 2: read as log2 ratios.');
  return (value) =>
    Number.isNaN(value) ? value : (copyNumberCall({ gene: '', file: '', line: 1, log2Ratio: value }) ?? Number.NaN);
}

const LEAST_GENES = 50;
const LEAST_SHARE = 0.05;

/** Values under names that are no gene symbols would be left out one by one, and the score would rest on the rest in silence. */
function refuseUnknownGenes(patients: readonly CohortPatient[], { columns }: FeatureTable): void {
  for (const block of ['rna', 'copy-number', 'protein'] as const) {
    const wanted = new Set(columns[block]);
    const genes = new Set(patients.flatMap(({ molecular }) => [...(molecular[block]?.keys() ?? [])]));
    const known = [...genes].filter((gene) => wanted.has(gene)).length;
    if (genes.size < LEAST_GENES || known >= LEAST_SHARE * Math.min(genes.size, wanted.size)) continue;
    const [example = ''] = genes;
    throw new FaultError(
      fault(
        'field-invalid',
        `Of ${genes.size} genes of ${words[block]} the model knows ${known}: they are named like ${example}.`,
        'Name genes by their HGNC symbols, not by Ensembl, Entrez or probe ids.',
        { field: example },
      ),
    );
  }
}

/**
 * Scores a cohort. `ancestorsOf` gives the tumor types above an OncoTree code, so that subtypes are known. Faults: those of
 * `readModel` and `readCaseTables`, file-empty (no patient).
 */
export async function evaluateCases(
  folder: ModelFolders,
  files: readonly { readonly name: string; readonly bytes: Uint8Array }[],
  {
    model = 'aggressiveness',
    pins = pinnedModels,
    constants = {},
    ancestorsOf = () => [],
  }: {
    readonly model?: IntegratedModel;
    readonly pins?: Pins;
    readonly constants?: Readonly<Record<string, string>>;
    readonly ancestorsOf?: (code: string) => readonly string[];
  } = {},
): Promise<Evaluation> {
  const { onnx, documents } = await readModel(folder, pins, model);
  const { features: table, population, card } = documents;
  const { patients, warnings } = await readCaseTables(files, constants);
  if (patients.length === 0)
    throw new FaultError(fault('file-empty', 'The tables hold no patient.', 'Give one row a patient.'));
  refuseUnknownGenes(patients, table);
  const abstained: Evaluation['abstained'][number][] = [];
  const located = patients.flatMap((patient): Located[] => {
    const facts = clinicalFacts(patient);
    if ('column' in facts) {
      abstained.push({ line: patient.line, ...facts });
      return [];
    }
    const code = facts.diagnosis.oncotreeCode;
    const cohort = cohortOf(code, ancestorsOf(code));
    if (cohort === undefined) {
      abstained.push({ line: patient.line, column: 'tumor_type', reason: `no cohort of the model (${code})` });
      return [];
    }
    return [{ patient, cohort, facts }];
  });
  const toCall = callsOf(located, warnings);
  const session = await openSession(onnx);
  const names = Object.keys(table.types);
  const scored: {
    readonly person: Located;
    readonly outputs: { readonly score: number; readonly percentile: number; readonly clinical: number };
  }[] = [];
  for (const [cohort, people] of Map.groupBy(located, (one) => one.cohort)) {
    const rnaOf = standardisedRna(cohort, people, warnings);
    const read = people.flatMap((person) => {
      const inputs = rowFeatures(table, cohort, person.facts, (block, genes) => {
        const values = block === 'rna' ? rnaOf?.(person) : person.patient.molecular[block];
        if (values === undefined) return `no ${words[block]} in the case`;
        if (typeof values === 'string') return values;
        return Float64Array.from(genes, (gene) => {
          const value = values.get(gene) ?? Number.NaN;
          return block === 'copy-number' ? toCall(value) : block === 'rna' ? Math.min(4, Math.max(-4, value)) : value;
        });
      });
      const reason = abstention(cohort, person.facts, inputs, documents);
      if (reason === undefined) return [{ person, inputs }];
      abstained.push({ line: person.patient.line, column: cohort, reason: reason.reason.replace(/\.$/, '') });
      return [];
    });
    const place = names.indexOf(cohort);
    const known = population.types[cohort];
    for (const { person, inputs } of read) {
      // One patient a run, as a case is: in a batch its place decides how sums are rounded.
      const [said] = await session.run([inputs.features], [place]);
      const main = said?.contributions[0] ?? [];
      const used = table.blocks.filter((block) => inputs.used.has(block));
      const key = subsetKey(used);
      const factor = population.calibration[key];
      const subset = known?.subsets[key];
      if (factor === undefined || subset === undefined) throw new Error(`no ${key} for ${cohort}`);
      const score = factor * used.reduce((sum, block) => sum + (main[table.blocks.indexOf(block)] as number), 0);
      if (!Number.isFinite(score)) throw new Error('the model gave no number');
      scored.push({
        person,
        outputs: {
          score,
          percentile: percentileOf(score, subset.quantiles),
          clinical: (population.calibration.clinical ?? 1) * (main[0] as number),
        },
      });
    }
    const idle = read.flatMap(({ person, inputs }) =>
      person.patient.molecular.protein === undefined || inputs.used.has('protein')
        ? []
        : inputs.modalities.filter(({ modality }) => modality === 'protein'),
    );
    if (idle[0] !== undefined)
      warnings.push(`${cohort}: protein of ${idle.length} patients does not count. The first: ${idle[0].reason}.`);
    const uses = Map.groupBy(read, ({ inputs }) => subsetKey(table.blocks.filter((block) => inputs.used.has(block))));
    warnings.push(
      `${cohort}: ${[...uses].map(([key, rows]) => `${rows.length} patients by ${key.replaceAll('+', ', ')}`).join('; ') || 'nobody scored'}.`,
    );
  }
  const trained = scored.filter(({ person }) => /^TCGA-/.test(person.patient.id)).length;
  if (trained > 0)
    warnings.push(`${trained} cases are of TCGA, which the model was trained on: figures over them are too good.`);
  // By id, so that the order of rows moves no interval.
  const inOrder = [...scored].sort((a, b) => (a.person.patient.id < b.person.patient.id ? -1 : 1));
  const judged = inOrder.flatMap(({ person, outputs }) => {
    const followUp = followUpOf(person.patient);
    return followUp === undefined ? [] : [{ cohort: person.cohort, followUp, ...outputs }];
  });
  return {
    model,
    version: card.version,
    rows: patients.length,
    predictions: scored.map(({ person, outputs }) => ({ line: person.patient.line, id: person.patient.id, outputs })),
    abstained,
    strata: [],
    survival: measured(judged, card.tumorTypes),
    continuous: [],
    warnings,
  };
}

const words: Readonly<Record<MolecularBlock, string>> = {
  rna: 'expression data',
  'copy-number': 'copy number',
  mutation: 'mutations',
  protein: 'protein data',
};

interface Judged {
  readonly cohort: string;
  readonly followUp: FollowUp;
  readonly score: number;
  readonly clinical: number;
}

/** C in each type, of the model and of its clinical part, and the mean over types with ten deaths and more; never pooled. */
function measured(rows: readonly Judged[], names: Readonly<Record<string, string>>): SurvivalMeasure[] {
  const c = (part: readonly Judged[], by: 'score' | 'clinical'): number | undefined =>
    concordance(
      part.map((row) => row[by]),
      part.map(({ followUp }) => followUp),
    );
  const gain = (part: readonly Judged[]): number | undefined => {
    const [a, b] = [c(part, 'score'), c(part, 'clinical')];
    return a === undefined || b === undefined ? undefined : a - b;
  };
  const measure = (
    endpoint: string,
    part: readonly Judged[],
    over: (figure: (some: readonly Judged[]) => number | undefined) => Estimate | undefined,
  ): SurvivalMeasure => {
    const [own, more] = [over((some) => c(some, 'score')), over(gain)];
    const slope = coxSlope(
      part.map(({ score }) => score),
      part.map(({ followUp }) => followUp),
      part.map(({ cohort }) => cohort),
    );
    return {
      endpoint,
      patients: part.length,
      events: part.filter(({ followUp }) => followUp.event === 1).length,
      competing: 0,
      ...(own === undefined ? {} : { concordance: own }),
      ...(more === undefined ? {} : { gainOverClinical: more }),
      ...(slope === undefined ? {} : { calibration: slope }),
    };
  };
  const types = [...Map.groupBy(rows, ({ cohort }) => cohort)].sort(([a], [b]) => (a < b ? -1 : 1));
  const each = types.map(([cohort, part]) =>
    measure(`overall survival, ${names[cohort] ?? cohort} (${cohort})`, part, (figure) =>
      bootstrapped(part.length, (places) => figure(places.map((i) => part[i] as Judged)), DRAWS),
    ),
  );
  const enough = types.filter(([, part]) => part.filter(({ followUp }) => followUp.event === 1).length >= LEAST_EVENTS);
  if (enough.length < 2) return each;
  const all = enough.flatMap(([, part]) => part);
  return [
    measure(`overall survival, mean of ${enough.length} types with ${LEAST_EVENTS} deaths and more`, all, (figure) => {
      const parts = enough.map(([, part]) => part);
      let first = true;
      return bootstrapped(
        all.length,
        (places) => {
          let at = 0;
          const values = parts.flatMap((part) => {
            const own = first ? part : part.map(() => part[(places[at++] as number) % part.length] as Judged);
            return figure(own) ?? [];
          });
          first = false;
          return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
        },
        DRAWS,
      );
    }),
    ...each,
  ];
}
