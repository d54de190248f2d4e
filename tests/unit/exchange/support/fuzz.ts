/**
 * Mutated inputs of nine kinds and what must hold of each: refused with a place, or read, and then what was read goes out
 * and comes in again as the same; never a hang, never a throw.
 */
import { createHash } from 'node:crypto';
import { caseToFhir, checkFhir, fhirToDraft, hl7Of } from '../../../../electron/exchange/index.ts';
import { placeVariant } from '../../../../electron/exchange/place-variant.ts';
import type { ObservedVariant } from '../../../../shared/case/intake.ts';
import { type CaseDraft, caseFolder } from '../../../../shared/exchange/case-draft.ts';
import { readStudy } from '../../../../shared/exchange/cbioportal.ts';
import { exportStudy } from '../../../../shared/exchange/cbioportal-export.ts';
import { cdsCards } from '../../../../shared/exchange/cds-hooks.ts';
import { cdsServices, readCdsFeedback, readCdsRequest } from '../../../../shared/exchange/cds-service.ts';
import { exportDnpm } from '../../../../shared/exchange/dnpm/export.ts';
import { isDnpm, readDnpm } from '../../../../shared/exchange/dnpm/import.ts';
import type { FhirDraft } from '../../../../shared/exchange/fhir/draft.ts';
import type { JsonObject } from '../../../../shared/exchange/fhir/json.ts';
import { parseDocument } from '../../../../shared/exchange/fhir/parse.ts';
import { caseFromFhir, type PlaceVariant } from '../../../../shared/exchange/fhir/to-case.ts';
import { parseHl7, writeHl7 } from '../../../../shared/exchange/hl7/message.ts';
import { exportPhenopacket } from '../../../../shared/exchange/phenopacket.ts';
import { exportCohort, exportFamily } from '../../../../shared/exchange/phenopacket-groups.ts';
import { readPhenopackets } from '../../../../shared/exchange/phenopacket-import.ts';
import type { Fault } from '../../../../shared/foundation/fault.ts';
import type { MolecularKnowledge } from '../../../../shared/molecular/knowledge.ts';
import type { Finding } from '../../../../shared/molecular/profile.ts';
import type { ReportInput } from '../../../../shared/report/report-input.ts';
import { mtbRecord } from './mtb-record.ts';
import { damaged, mutated, randomFrom } from './mutations.ts';

export const KINDS = ['fhir', 'phenopacket', 'hl7', 'mtb', 'study', 'family', 'cohort', 'cds', 'cds-feedback'] as const;
export type Kind = (typeof KINDS)[number];

export interface FuzzResult {
  readonly inputs: number;
  readonly refused: number;
  readonly read: number;
  /** Of those read, how many were also written again and compared. */
  readonly compared: number;
  /** Read and refused by kind. */
  readonly byKind: Readonly<Record<string, { read: number; refused: number }>>;
  /** Longest single input, in milliseconds of processor time: a machine that does other work makes nothing hang. */
  readonly slowest: number;
  /** What must not be, with the format; empty where all is sound. */
  readonly flaws: readonly string[];
}

/** What became of one input: a fault, what must not be, or nothing to complain of; `compared` where it went out and in again. */
type Verdict = Fault | { readonly flaw?: string | undefined; readonly compared: boolean };

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
const placed = ({ code, place }: Fault): boolean =>
  code === 'format-unknown' || code === 'file-empty' || code === 'json-invalid' || place !== undefined;
const json = (value: unknown): string => JSON.stringify(value) ?? '';
/** Documents as JSON, members in any order. */
const same = (a: unknown, b: unknown): boolean => json(ordered(a)) === json(ordered(b));
const ordered = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(ordered)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(
          Object.entries(value)
            .filter(([, one]) => one !== undefined)
            .sort(([a], [b]) => (a < b ? -1 : 1))
            .map(([key, one]) => [key, ordered(one)]),
        )
      : value;

/** The first of the parts that differs, by name. */
const differing = (one: Readonly<Record<string, unknown>>, other: Readonly<Record<string, unknown>>) =>
  Object.keys(one).find((part) => !same(one[part], other[part]));

/** A draft's variants as the documents of a case would have them. */
const findingsOf = ({ variants }: CaseDraft): Finding[] =>
  variants.map(({ key, gene, hgvsCoding, hgvsProtein, alleleFraction, origin }, index) => ({
    id: `v${index}`,
    kind: 'small-variant',
    gene: gene ?? '',
    title: '',
    state: 'detected',
    origin: origin ?? 'unknown',
    hgvsCoding,
    hgvsProtein,
    alleleFraction,
    variantKeys: [key],
    flags: [],
  })) as unknown as Finding[];

const observedOf = ({ variants }: CaseDraft): ObservedVariant[] =>
  variants.map(({ key, gene, hgvsCoding, hgvsProtein, alleleFraction, depth, origin }) => ({
    key,
    build: key.slice(0, 6),
    annotation: { gene, hgvsCoding, hgvsProtein },
    alleleFraction,
    depth,
    filter: 'PASS',
    origin: origin ?? 'unknown',
  })) as unknown as ObservedVariant[];

const keysOf = ({ variants }: CaseDraft): string[] => [...new Set(variants.map(({ key }) => key))].sort();

const CELLS = [
  '',
  'NA',
  '-1',
  '0',
  '1e400',
  '0.5',
  '2',
  'x',
  '"x"',
  'Female',
  'TP53',
  'chr7',
  '55191822',
  'T',
  '-',
  'GRCh38',
  '<b>',
];

export class Fuzz {
  private readonly seeds: Readonly<Record<Kind, string>>;
  private readonly trees: Partial<Record<Kind, string>>;
  private readonly input: ReportInput;
  private readonly placeOf: PlaceVariant;
  private readonly study: ReadonlyMap<string, string>;
  private readonly detected: number;

  constructor(input: ReportInput, knowledge: MolecularKnowledge) {
    this.input = { ...input, profile: { ...input.profile, evidence: input.profile.evidence.slice(0, 2) } };
    this.placeOf = placeVariant(knowledge);
    this.study = exportStudy([input], { identifier: 'board', name: 'Board', description: 'One case' }).files;
    this.detected = input.profile.findings.filter(({ state }) => state === 'detected').length;
    const agent = 'erlotinib';
    const trees = {
      fhir: json(caseToFhir(this.input).bundle),
      phenopacket: json(exportPhenopacket(input).phenopacket),
      mtb: json(mtbRecord()),
      family: json(exportFamily(input).family),
      cohort: json(
        exportCohort(
          [input, { ...input, record: { ...input.record, patient: { ...input.record.patient, pseudonym: 'Two' } } }],
          {
            id: 'c',
            description: 'two',
          },
        ).cohort,
      ),
      cds: json({
        hook: 'order-sign',
        hookInstance: 'a-1',
        context: {
          userId: 'Practitioner/1',
          patientId: 'p1',
          draftOrders: {
            resourceType: 'Bundle',
            entry: [
              {
                resource: {
                  resourceType: 'MedicationRequest',
                  id: 'm1',
                  subject: { reference: 'Patient/p1' },
                  medicationCodeableConcept: {
                    text: `${agent} 150 MG`,
                    coding: [{ system: 'u', code: '1', display: agent }],
                  },
                },
              },
            ],
          },
        },
        prefetch: { patient: { resourceType: 'Patient', id: 'p1' } },
      }),
      'cds-feedback': json({
        feedback: [
          {
            card: 'c-1',
            outcome: 'overridden',
            overrideReason: { reason: { code: 'override-1' } },
            outcomeTimestamp: '2026-05-01T10:00:00Z',
          },
          { card: 'c-2', outcome: 'accepted', acceptedSuggestions: [{ id: 's-1' }] },
        ],
      }),
    };
    this.trees = trees;
    this.seeds = {
      ...trees,
      hl7: hl7Of('oru', input, { pdf: new TextEncoder().encode('%PDF-1.7'), signed: true }).text,
      study: '',
    };
  }

  /** Half of the trees are damaged as trees, so that what is wrong lies deeper than the braces. */
  private textOf(kind: Kind, random: () => number): string {
    const tree = this.trees[kind];
    return tree !== undefined && random() < 0.6
      ? json(damaged(JSON.parse(tree) as JsonObject, random))
      : mutated(this.seeds[kind], random);
  }

  run(count: number, seed: number, onFlaw: (flaw: string, text: string) => void = () => undefined): FuzzResult {
    const random = randomFrom(seed);
    const flaws: string[] = [];
    const byKind = Object.fromEntries(KINDS.map((kind) => [kind, { read: 0, refused: 0 }])) as Record<
      Kind,
      { read: number; refused: number }
    >;
    let compared = 0;
    let slowest = 0;
    for (let round = 0; round < count; round += 1) {
      const kind = KINDS[round % KINDS.length] ?? 'fhir';
      const text = kind === 'study' ? '' : this.textOf(kind, random);
      const files = kind === 'study' ? this.damagedStudy(random) : this.study;
      const complain = (what: string): void => {
        flaws.push(`${kind} ${round}: ${what}`);
        onFlaw(`${kind} ${round}: ${what}`, kind === 'study' ? json([...files]) : text);
      };
      const began = process.cpuUsage();
      try {
        const verdict = this.judge(kind, text, files);
        if ('code' in verdict) {
          byKind[kind].refused += 1;
          if (!placed(verdict)) complain('refused without a place');
        } else {
          byKind[kind].read += 1;
          if (verdict.compared) compared += 1;
          if (verdict.flaw !== undefined) complain(verdict.flaw);
        }
      } catch (error) {
        complain(
          error instanceof Error ? `${error.name} ${(error.stack ?? '').split('\n').slice(0, 3).join(' ')}` : 'threw',
        );
      }
      const { user, system } = process.cpuUsage(began);
      slowest = Math.max(slowest, (user + system) / 1000);
    }
    const sum = (what: 'read' | 'refused'): number => Object.values(byKind).reduce((all, one) => all + one[what], 0);
    return { inputs: count, refused: sum('refused'), read: sum('read'), compared, byKind, slowest, flaws };
  }

  /** The sound document of a kind; '' for a study. */
  soundText = (kind: Kind): string => this.seeds[kind];

  judge(kind: Kind, text: string, files = this.study): Verdict {
    if (kind === 'hl7') return this.hl7(text);
    if (kind === 'study') return this.studyOf(files);
    if (kind === 'fhir') return this.fhir(text);
    const root = parseDocument(text);
    if (!root.ok) return root.fault;
    if (kind === 'cds') return this.cds(root.value);
    if (kind === 'cds-feedback') {
      const read = readCdsFeedback(root.value);
      return read.ok ? { compared: false } : read.fault;
    }
    if (kind !== 'mtb') return this.packets(root.value);
    // A file that no longer tells what it is belongs to no kind.
    return isDnpm(root.value) ? this.mtb(root.value) : this.packets(root.value);
  }

  private hl7(text: string): Verdict {
    const once = parseHl7(text);
    if (!once.ok) return once.fault;
    const again = parseHl7(writeHl7(once.value));
    // The standard's own delimiters replace others; trailing empty fields say nothing.
    const equal = again.ok && writeHl7(again.value) === writeHl7(once.value);
    return { compared: true, flaw: equal ? undefined : 'not round-trip equal' };
  }

  private fhir(text: string): Verdict {
    const bytes = new TextEncoder().encode(text);
    const read = fhirToDraft(bytes);
    const checked = checkFhir(bytes);
    if (!read.ok) return read.fault;
    const draft = read.value;
    if (!checked.ok) return { compared: false, flaw: 'read, and not to be checked' };
    // An observation that says of a gene that it is absent may be read as a finding of its own; found is only what is detected.
    const found = draft.findings.filter(({ state }) => state === 'detected').length;
    const made = caseFromFhir(draft, this.placeOf);
    const folder = caseFolder(made.draft);
    if (folder.record.files.some(({ path }) => path.includes('..'))) return { compared: false, flaw: 'unsafe path' };
    const { input } = this;
    const again = fhirToDraft(
      new TextEncoder().encode(
        json(
          caseToFhir({
            ...input,
            record: { ...folder.record, files: input.record.files },
            profile: {
              ...(draft.profile ?? input.profile),
              findings: draft.findings,
              pertinent: draft.pertinent,
              evidence: draft.evidence,
              segments: [],
            },
            options: {
              ...(draft.optionsTable ?? input.options),
              options: draft.options,
              exclusions: draft.exclusions,
            },
            predictions: draft.predictions ?? input.predictions,
            board: {
              reviews: draft.reviews ?? [],
              ...(draft.decision === undefined ? {} : { decision: draft.decision }),
            },
          } as unknown as ReportInput).bundle,
        ),
      ),
    );
    if (!again.ok)
      return { compared: true, flaw: `what was read is refused when it is written: ${again.fault.message}` };
    const parts = ({ findings, pertinent, evidence, options, exclusions, decision, reviews }: FhirDraft) => ({
      findings,
      pertinent,
      evidence,
      options,
      exclusions,
      decision,
      reviews: reviews ?? [],
    });
    const part = differing(parts(draft), parts(again.value));
    const most = this.detected + 3;
    return {
      compared: true,
      flaw:
        part === undefined ? (found > most ? 'a finding out of nothing' : undefined) : `${part} not round-trip equal`,
    };
  }

  private packets(root: JsonObject): Verdict {
    const needs = { digest, placeOf: this.placeOf };
    const read = readPhenopackets(root, needs);
    if (!read.ok) return read.fault;
    for (const { draft } of read.value.cases) {
      const { record } = caseFolder(draft);
      const packet = exportPhenopacket({
        ...this.input,
        record,
        profile: { ...this.input.profile, findings: findingsOf(draft) },
      }).phenopacket;
      const again = readPhenopackets(JSON.parse(json(packet)) as JsonObject, needs);
      if (!again.ok) return { compared: true, flaw: `refused when it is written: ${again.fault.message}` };
      const [back] = again.value.cases;
      if (back === undefined) return { compared: true, flaw: 'no case comes back' };
      const other = caseFolder(back.draft).record;
      const parts = (one: typeof record, made: CaseDraft) => ({
        sex: one.patient.sex,
        age: one.patient.ageYears,
        tumorType: one.diagnosis.oncotreeCode,
        name: one.diagnosis.name,
        stage: one.diagnosis.stage,
        specimens: one.specimens.length,
        variants: keysOf(made),
      });
      const part = differing(parts(record, draft), parts(other, back.draft));
      if (part !== undefined) return { compared: true, flaw: `${part} not round-trip equal` };
    }
    return { compared: true };
  }

  private mtb(root: JsonObject): Verdict {
    const needs = { digest, placeOf: this.placeOf };
    const read = readDnpm(root, needs);
    if (!read.ok) return read.fault;
    const { record } = caseFolder(read.value.draft);
    const again = readDnpm(JSON.parse(json(exportDnpm({ ...this.input, record }).record)) as JsonObject, needs);
    if (!again.ok) return { compared: true, flaw: `refused when it is written: ${again.fault.message}` };
    const other = caseFolder(again.value.draft).record;
    const parts = (one: typeof record) => ({
      sex: one.patient.sex,
      age: one.patient.ageYears,
      diagnosis: one.diagnosis,
      therapyLines: one.therapyLines,
      performanceStatus: one.performanceStatus,
    });
    const part = differing(parts(record), parts(other));
    return { compared: true, flaw: part === undefined ? undefined : `${part} not round-trip equal` };
  }

  /** One or two files of the study cut, doubled or scrapped; sometimes one is away or under another's name. */
  private damagedStudy(random: () => number): ReadonlyMap<string, string> {
    const files = new Map(this.study);
    const names = [...files.keys()];
    for (let round = 0; round <= Math.floor(random() * 2); round += 1) {
      const name = names[Math.floor(random() * names.length)] ?? '';
      const kind = random();
      if (kind < 0.1) files.delete(name);
      else if (kind < 0.2) files.set(name, files.get(names[Math.floor(random() * names.length)] ?? '') ?? '');
      else if (kind < 0.45) files.set(name, mutated(files.get(name) ?? 'x', random));
      else {
        const lines = (files.get(name) ?? '').split('\n');
        const at = Math.floor(random() * lines.length);
        const cells = (lines[at] ?? '').split('\t');
        cells[Math.floor(random() * cells.length)] = CELLS[Math.floor(random() * CELLS.length)] ?? '';
        lines[at] = cells.join('\t');
        files.set(name, lines.join('\n'));
      }
    }
    return files;
  }

  private studyOf(files: ReadonlyMap<string, string>): Verdict {
    const study = readStudy(files);
    const [error] = study.issues.filter(({ level }) => level === 'error');
    if (error !== undefined)
      return {
        code: 'line-invalid',
        message: error.message,
        remedy: '',
        ...(error.file === '' ? {} : { place: { file: error.file } }),
      } as Fault;
    const drafts = study.samples.map((sample) => study.caseOf(sample, digest)?.draft);
    const inputs = drafts.map((draft) => {
      if (draft === undefined) throw new Error('a sample of the study has no case');
      const { record } = caseFolder(draft);
      return {
        ...this.input,
        record: { ...record, files: this.input.record.files },
        profile: { ...this.input.profile, findings: findingsOf(draft) },
        intake: { ...this.input.intake, variants: observedOf(draft), accounting: [] },
      } as ReportInput;
    });
    if (inputs.length === 0) return { compared: false };
    const written = exportStudy(inputs, { identifier: 'again', name: 'Again', description: 'Again' }).files;
    const again = readStudy(written);
    const [wrong] = again.issues.filter(({ level }) => level === 'error');
    if (wrong !== undefined)
      return { compared: true, flaw: `written with an error: ${wrong.file} ${wrong.line}: ${wrong.message}` };
    for (const [index, draft] of drafts.entries()) {
      const id = inputs[index]?.record.caseId ?? '';
      const back = again.caseOf(id, digest)?.draft;
      if (draft === undefined || back === undefined) return { compared: true, flaw: 'a case does not come back' };
      const parts = (one: CaseDraft) => {
        const { record } = caseFolder(one);
        return {
          sex: record.patient.sex,
          age: record.patient.ageYears,
          tumorType: record.diagnosis.oncotreeCode,
          stage: record.diagnosis.stage,
          variants: keysOf(one),
        };
      };
      const part = differing(parts(draft), parts(back));
      if (part !== undefined) return { compared: true, flaw: `${part} not round-trip equal` };
    }
    return { compared: true };
  }

  private cds(root: JsonObject): Verdict {
    let answered = false;
    let first: Fault | undefined;
    for (const { hook } of cdsServices) {
      const read = readCdsRequest(root, hook);
      if (!read.ok) {
        first ??= read.fault;
        if (!placed(read.fault)) return read.fault;
        continue;
      }
      answered = true;
      const { orders } = read.value;
      const { cards } = cdsCards({ hook, options: this.input.options, board: this.input.board, orders, uuid: digest });
      if (cards.some(({ summary }) => typeof summary !== 'string' || summary.length >= 140))
        return { compared: false, flaw: 'a card without a summary, or with one that is too long' };
    }
    return answered || first === undefined ? { compared: false } : first;
  }
}
