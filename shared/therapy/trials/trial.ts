/**
 * Trial documents: CTML (the MatchMiner habit, YAML or JSON) and studies of the ClinicalTrials.gov API v2. Both become
 * one `Trial`; what a document says only in free text is kept as its source and never judged.
 */
import { z } from 'zod';
import { FaultError, fault } from '../../foundation/fault.ts';
import { type Criterion, criterionReader, possibleLogic } from './criteria.ts';
import { type Logic, readLogic } from './logic.ts';

export interface TrialUnit {
  /** Place in the document. */
  readonly path: string;
  readonly level: 'trial' | 'step' | 'arm' | 'dose';
  readonly step?: string;
  readonly arm?: string;
  readonly dose?: string;
  readonly description?: string;
  readonly suspended: boolean;
  /** All that the trial, the step, the arm and the dose ask; absent where the document curates nothing. */
  readonly logic?: Logic<Criterion>;
  /** What it asks contradicts itself: nobody can meet it, whatever is tested. */
  readonly contradiction?: string;
}

export interface Trial {
  readonly file: string;
  readonly source: 'ctml' | 'clinicaltrials.gov';
  readonly id: string;
  readonly nctId?: string;
  readonly title: string;
  readonly phase?: string;
  /** Every status the document states, in its own words. */
  readonly statuses: readonly string[];
  readonly sites: readonly { readonly name: string; readonly status?: string }[];
  readonly drugs: readonly string[];
  /** YYYY-MM-DD on which the document says it was true. */
  readonly snapshot?: string;
  /** Eligibility that only a reader can judge. */
  readonly toRead: readonly string[];
  readonly units: readonly TrialUnit[];
  readonly warnings: readonly { readonly path: string; readonly message: string }[];
}

const Word = z.union([z.string(), z.number()]).transform(String);
const Flag = z
  .union([z.enum(['Y', 'N', 'y', 'n']), z.boolean()])
  .transform((value) => value === true || value === 'Y' || value === 'y');
/** Absent and null are the same in these documents. */
const maybe = <Schema extends z.ZodType>(schema: Schema) => schema.nullish();

const Match = z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]);
const Dose = z.object({
  level_code: maybe(Word),
  level_description: maybe(z.string()),
  level_suspended: maybe(Flag),
  match: maybe(Match),
});
const Arm = z.object({
  arm_code: maybe(Word),
  arm_description: maybe(z.string()),
  arm_suspended: maybe(Flag),
  dose_level: maybe(z.array(Dose)),
  match: maybe(Match),
});
const Step = z.object({ step_code: maybe(Word), arm: maybe(z.array(Arm)), match: maybe(Match) });
const Stated = z.object({ status: maybe(z.array(z.object({ value: z.string() }))) });

const Ctml = z
  .object({
    protocol_no: maybe(Word),
    trial_id: maybe(Word),
    nct_id: maybe(Word),
    short_title: maybe(z.string()),
    long_title: maybe(z.string()),
    phase: maybe(Word),
    status: maybe(z.string()),
    _summary: maybe(Stated),
    summary: maybe(z.union([z.string(), Stated])),
    snapshot_date: maybe(z.union([z.string(), z.date()])),
    site_list: maybe(
      z.object({
        site: maybe(
          z.array(
            z.object({
              site_name: maybe(z.string()),
              org_name: maybe(z.string()),
              site_status: maybe(z.string()),
              recruitment_status: maybe(z.string()),
            }),
          ),
        ),
      }),
    ),
    drug_list: maybe(z.object({ drug: maybe(z.array(z.object({ drug_name: maybe(z.string()) }))) })),
    prior_treatment_requirements: z.unknown().optional(),
    treatment_list: maybe(z.object({ step: maybe(z.array(Step)) })),
    match: maybe(Match),
  })
  .refine(({ protocol_no, nct_id, trial_id }) => [protocol_no, nct_id, trial_id].some((id) => (id ?? '') !== ''), {
    message: 'A trial needs a protocol_no or an nct_id.',
    path: ['protocol_no'],
  })
  .refine(({ treatment_list, match }) => (treatment_list ?? match ?? undefined) !== undefined, {
    message: 'A trial needs a treatment_list or a match.',
    path: ['treatment_list'],
  });

const Study = z.object({
  protocolSection: z.object({
    identificationModule: z.object({
      nctId: z.string().regex(/^NCT\d{8}$/, 'an identifier such as NCT01234567'),
      briefTitle: z.string().optional(),
      officialTitle: z.string().optional(),
    }),
    statusModule: z.object({ overallStatus: z.string() }),
    designModule: z.object({ phases: z.array(z.string()).optional() }).optional(),
    armsInterventionsModule: z.object({ interventions: z.array(z.object({ name: z.string() })).optional() }).optional(),
    eligibilityModule: z
      .object({
        eligibilityCriteria: z.string().optional(),
        sex: z.enum(['ALL', 'FEMALE', 'MALE']).optional(),
        minimumAge: z.string().optional(),
        maximumAge: z.string().optional(),
      })
      .optional(),
    contactsLocationsModule: z
      .object({
        locations: z
          .array(
            z.object({
              facility: z.string().optional(),
              city: z.string().optional(),
              country: z.string().optional(),
              status: z.string().optional(),
            }),
          )
          .optional(),
      })
      .optional(),
  }),
  derivedSection: z
    .object({ miscInfoModule: z.object({ versionHolder: z.string().optional() }).optional() })
    .optional(),
});

/** Takes a fault of one part and goes on with the others; without it the first fault ends the reading. */
type OnFault = (fault: FaultError) => void;

function parsed<Value>(schema: z.ZodType<Value>, document: unknown, onFault?: OnFault): Value {
  const read = schema.safeParse(document);
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => {
    const field = path
      .map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`))
      .join('')
      .replace(/^\./, '');
    return new FaultError(
      fault('schema-invalid', message, 'Correct the trial document; the other trials are read without it.', {
        field: field === '' ? 'the whole document' : field,
      }),
    );
  });
  const last = faults.pop();
  if (onFault === undefined) throw faults[0] ?? last ?? read.error;
  faults.forEach(onFault);
  throw last ?? read.error;
}

const texts = (value: unknown): string[] => {
  if (typeof value === 'string') return value.trim() === '' || /^none$/i.test(value.trim()) ? [] : [value.trim()];
  if (Array.isArray(value)) return value.flatMap(texts);
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
};

const present = <Value>(value: Value | null | undefined): value is Value => value !== null && value !== undefined;
const day = (value: string | Date | null | undefined): string | undefined =>
  value instanceof Date ? value.toISOString().slice(0, 10) : /^\d{4}-\d{2}-\d{2}/.exec(value ?? '')?.[0];
const some = (value: string | null | undefined): value is string => present(value) && value.trim() !== '';

function readCtml(document: unknown, file: string, onFault?: OnFault): Trial {
  const ctml = parsed(Ctml, document, onFault);
  const warnings: { path: string; message: string }[] = [];
  /** What cannot be read is told, where somebody listens, and stands in the tree as a criterion that nobody meets. */
  const trying = (path: string, read: () => Logic<Criterion>): Logic<Criterion> => {
    try {
      return read();
    } catch (error) {
      if (onFault === undefined || !(error instanceof FaultError)) throw error;
      onFault(error);
      return { op: 'leaf', leaf: { path, text: '', negated: false, ask: { kind: 'text', reason: 'not read' } } };
    }
  };
  const plainReader = criterionReader((path, message) => void warnings.push({ path, message }));
  const reader: typeof plainReader = (kind, value, path) => trying(path, () => plainReader(kind, value, path));
  const read = (match: unknown, path: string): Logic<Criterion>[] =>
    !present(match) || (Array.isArray(match) && match.length === 0)
      ? []
      : [trying(`${path}match`, () => readLogic(match, `${path}match`, reader))];
  const warnOf = ({ fault: { place, message } }: FaultError, remedy: string): void => {
    const warning = { path: place?.field ?? '', message: `${message} ${remedy}` };
    if (!warnings.some((one) => one.path === warning.path && one.message === warning.message)) warnings.push(warning);
  };
  const contradictory: FaultError[] = [];
  const joined = (parts: readonly Logic<Criterion>[]): Pick<TrialUnit, 'logic' | 'contradiction'> => {
    const [only] = parts;
    if (only === undefined) return {};
    const whole: Logic<Criterion> = parts.length === 1 ? only : { op: 'and', of: parts };
    const logic = possibleLogic(whole, (out) =>
      warnOf(out, 'Nobody can meet this alternative: it is left out, and the others are judged.'),
    );
    if (!(logic instanceof FaultError)) return { logic };
    contradictory.push(logic);
    return { logic: whole, contradiction: `${logic.fault.place?.field ?? ''}: ${logic.fault.message}` };
  };

  const ofTrial = read(ctml.match, '');
  const steps = ctml.treatment_list?.step ?? [];
  const units = steps.flatMap((step, s): TrialUnit[] => {
    const path = `treatment_list.step[${s}]`;
    const ofStep = [...ofTrial, ...read(step.match, `${path}.`)];
    const name = step.step_code ?? String(s + 1);
    const arms = step.arm ?? [];
    if (arms.length === 0) return [{ path, level: 'step', step: name, suspended: false, ...joined(ofStep) }];
    return arms.flatMap((arm, a): TrialUnit[] => {
      const at = `${path}.arm[${a}]`;
      const ofArm = [...ofStep, ...read(arm.match, `${at}.`)];
      const base = { step: name, arm: arm.arm_code ?? String(a + 1) };
      const suspended = arm.arm_suspended ?? false;
      return [
        {
          path: at,
          level: 'arm',
          ...base,
          ...(some(arm.arm_description) ? { description: arm.arm_description } : {}),
          suspended,
          ...joined(ofArm),
        },
        ...(arm.dose_level ?? []).flatMap((dose, d): TrialUnit[] => {
          const here = `${at}.dose_level[${d}]`;
          const ofDose = read(dose.match, `${here}.`);
          // A dose without criteria of its own is the arm's.
          if (ofDose.length === 0) return [];
          return [
            {
              path: here,
              level: 'dose',
              ...base,
              dose: dose.level_code ?? String(d + 1),
              ...(some(dose.level_description) ? { description: dose.level_description } : {}),
              suspended: suspended || (dose.level_suspended ?? false),
              ...joined([...ofArm, ...ofDose]),
            },
          ];
        }),
      ];
    });
  });
  const judged: readonly TrialUnit[] =
    units.length > 0 ? units : [{ path: '', level: 'trial', suspended: false, ...joined(ofTrial) }];
  // An arm that nobody can meet takes no other arm with it; a trial of such arms only is refused.
  const [wrong] = contradictory;
  if (wrong !== undefined && judged.every(({ contradiction }) => contradiction !== undefined))
    trying('', () => {
      throw wrong;
    });
  else for (const one of contradictory) warnOf(one, 'Nobody can meet this part of the trial; the others are judged.');
  const summary = typeof ctml.summary === 'string' ? undefined : ctml.summary;
  const snapshot = day(ctml.snapshot_date);
  const id = [ctml.protocol_no, ctml.trial_id, ctml.nct_id].find(some) ?? '';
  return {
    file,
    source: 'ctml',
    id,
    ...(some(ctml.nct_id) ? { nctId: ctml.nct_id } : {}),
    title: [ctml.short_title, ctml.long_title].find(some) ?? id,
    ...(some(ctml.phase) ? { phase: ctml.phase } : {}),
    statuses: [
      ctml.status,
      ...(ctml._summary?.status ?? []).map(({ value }) => value),
      ...(summary?.status ?? []).map(({ value }) => value),
    ].filter(some),
    sites: (ctml.site_list?.site ?? []).flatMap(({ site_name, org_name, site_status, recruitment_status }) => {
      const name = [org_name, site_name].find(some);
      const status = [recruitment_status, site_status].find(some);
      return name === undefined ? [] : [{ name, ...(status === undefined ? {} : { status }) }];
    }),
    drugs: (ctml.drug_list?.drug ?? []).map(({ drug_name }) => drug_name).filter(some),
    ...(snapshot === undefined ? {} : { snapshot }),
    toRead: texts(ctml.prior_treatment_requirements),
    units: judged,
    warnings,
  };
}

/** `18 Years`; months and days are less than a year of any adult trial. */
function years(stated: string, path: string): number {
  const read = /^(\d+)\s*(year|month|week|day)/i.exec(stated.trim());
  if (read === null)
    throw new FaultError(
      fault('field-invalid', 'An age is a number of years, months, weeks or days.', 'Correct the study document.', {
        field: path,
      }),
    );
  const per: Readonly<Record<string, number>> = { year: 1, month: 12, week: 52, day: 365 };
  return Number(read[1]) / (per[read[2]?.toLowerCase() ?? 'year'] ?? 1);
}

function readStudy(document: unknown, file: string): Trial {
  const { protocolSection: section, derivedSection } = parsed(Study, document);
  const eligibility = section.eligibilityModule ?? {};
  const at = 'protocolSection.eligibilityModule';
  const reader = criterionReader(() => undefined);
  const { minimumAge, maximumAge, sex } = eligibility;
  const clinical = {
    ...(some(minimumAge) ? { age_numerical: `>=${years(minimumAge, `${at}.minimumAge`)}` } : {}),
    ...(sex === 'FEMALE' || sex === 'MALE' ? { sex } : {}),
  };
  // A maximum of 75 years takes in those who are 75.
  const oldest = some(maximumAge) ? { age_numerical: `<${years(maximumAge, `${at}.maximumAge`) + 1}` } : {};
  const parts = [clinical, oldest]
    .filter((node) => Object.keys(node).length > 0)
    .map((node) => readLogic({ clinical: node }, at, reader));
  const text = eligibility.eligibilityCriteria;
  const logic: Logic<Criterion> = {
    op: 'and',
    of: [
      ...parts,
      {
        op: 'leaf',
        leaf: {
          path: `${at}.eligibilityCriteria`,
          text: 'eligibility criteria in the text of the registry',
          negated: false,
          ask: { kind: 'text', reason: 'the registry states its criteria as text; read them with the trial' },
        },
      },
    ],
  };
  const possible = possibleLogic(logic, () => undefined);
  if (possible instanceof FaultError) throw possible;
  const { nctId, briefTitle, officialTitle } = section.identificationModule;
  const phases = section.designModule?.phases ?? [];
  const snapshot = day(derivedSection?.miscInfoModule?.versionHolder);
  return {
    file,
    source: 'clinicaltrials.gov',
    id: nctId,
    nctId,
    title: briefTitle ?? officialTitle ?? nctId,
    ...(phases.length === 0 ? {} : { phase: phases.join('/') }),
    statuses: [section.statusModule.overallStatus],
    sites: (section.contactsLocationsModule?.locations ?? []).flatMap(({ facility, city, country, status }) => {
      const name = [facility, city, country].filter(some).join(', ');
      return name === '' ? [] : [{ name, ...(some(status) ? { status } : {}) }];
    }),
    drugs: (section.armsInterventionsModule?.interventions ?? []).map(({ name }) => name),
    ...(snapshot === undefined ? {} : { snapshot }),
    toRead: some(text) ? [text] : [],
    units: [{ path: '', level: 'trial', suspended: false, logic }],
    warnings: [],
  };
}

/** The parts of a record that are read. Faults: schema-invalid with the field. */
export const studyRead = (document: unknown): unknown => parsed(Study, document);

export const isStudy = (document: unknown): boolean =>
  typeof document === 'object' && document !== null && 'protocolSection' in document;

/** The trials that one document holds: one, a list, or the `studies` of a registry's answer. */
export function documentsIn(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content;
  if (typeof content === 'object' && content !== null && 'studies' in content && Array.isArray(content.studies))
    return content.studies;
  return [content];
}

/**
 * Faults: schema-invalid and field-invalid, with file and field.
 * @param onFault told of each fault of a curated document, so that an editor shows all of them; a document that had one
 *   is for the editor only
 */
export function readTrial(document: unknown, file: string, onFault?: OnFault): Trial {
  try {
    return isStudy(document) ? readStudy(document, file) : readCtml(document, file, onFault);
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    throw new FaultError({ ...error.fault, place: { file, ...error.fault.place } });
  }
}

/**
 * A registry's record and a curated document of the same trial become one: the document's criteria, the registry's
 * sites, text and date, and the statuses of both, so that a closing on either side closes it.
 */
export function joinRegistry(trials: readonly Trial[]): Trial[] {
  // A study that stands in several files is told once, by its newest record.
  const registry = new Map(
    trials
      .flatMap((trial) => (trial.source === 'clinicaltrials.gov' ? [[trial.id, trial] as const] : []))
      .sort(([, a], [, b]) => ((a.snapshot ?? '') < (b.snapshot ?? '') ? -1 : 1)),
  );
  const curated = new Set(
    trials.flatMap(({ source, nctId }) => (source === 'ctml' && nctId !== undefined ? [nctId] : [])),
  );
  return trials.flatMap((trial): Trial[] => {
    if (trial.source === 'clinicaltrials.gov')
      return curated.has(trial.id) || registry.get(trial.id) !== trial ? [] : [trial];
    const record = trial.nctId === undefined ? undefined : registry.get(trial.nctId);
    if (record === undefined) return [trial];
    const snapshot = record.snapshot ?? trial.snapshot;
    return [
      {
        ...trial,
        statuses: [...trial.statuses, ...record.statuses],
        sites: record.sites.length > 0 ? record.sites : trial.sites,
        toRead: [...trial.toRead, ...record.toRead],
        ...(snapshot === undefined ? {} : { snapshot }),
      },
    ];
  });
}
