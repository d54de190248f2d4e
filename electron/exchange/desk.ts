/** The exchange desk of the workstation: what would leave is shown value by value, what leaves or comes in is journalled. */
import { zipSync } from 'fflate';
import type { CaseRecord } from '../../shared/case/case-record.ts';
import type { FileTicket, Progress } from '../../shared/contract.ts';
import { readStudy } from '../../shared/exchange/cbioportal.ts';
import { exportStudy, studyNames } from '../../shared/exchange/cbioportal-export.ts';
import { exportDnpm } from '../../shared/exchange/dnpm/export.ts';
import { jsonFields, studyFields, tableFields } from '../../shared/exchange/fields.ts';
import { mtbDataSet } from '../../shared/exchange/mtb.ts';
import { type ReadFact, readNotes } from '../../shared/exchange/notes/confirm.ts';
import { exportPhenopacket } from '../../shared/exchange/phenopacket.ts';
import { exportCohort, exportFamily } from '../../shared/exchange/phenopacket-groups.ts';
import { type DataPractice, dataPractice, type PracticeKnowledge } from '../../shared/exchange/practice.ts';
import { type Reduced, reducedInput } from '../../shared/exchange/reduce.ts';
import { consentFor, type Risk, refuseAnyDenied, refuseDenied, risksOf } from '../../shared/exchange/reidentify.ts';
import { exportTable } from '../../shared/exchange/table-export.ts';
import {
  DEFAULT_STUDY,
  ExchangeDesk,
  type ExportFormat,
  type ExportPreview,
  type IdentityLevel,
  type ImportNotes,
  OF_SEVERAL,
  Transaction,
  type TriedImport,
} from '../../shared/exchange/transactions.ts';
import type { Withheld } from '../../shared/exchange/withheld.ts';
import { canonicalJson } from '../../shared/foundation/canonical.ts';
import { FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import type { CaseId, Clock } from '../../shared/foundation/ids.ts';
import { assertNever, type Result } from '../../shared/foundation/result.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import { type DeidentifyChoice, secretOf } from '../../shared/report/deidentify/index.ts';
import type { ReportInput } from '../../shared/report/report-input.ts';
import type { EventType, JournalEvent } from '../../shared/vault/events.ts';
import { type CaseDesk, packBundle, readZip } from '../case/index.ts';
import { progressFeed } from '../feed.ts';
import type { TicketDesk } from '../ports.ts';
import type { Vault } from '../vault/index.ts';
import { actsOn, exportBundle } from './export-bundle.ts';
import type { Harmony } from './harmonised.ts';
import { type Imported, sha256 } from './import.ts';
import { createOutbox } from './outbox.ts';
import { importStudy } from './study-folder.ts';

/** Values of a file that a person can be asked to look through; the count tells how many there are. */
const FIELD_LIMIT = 5000;
/** Cases of the same tumor type that are looked at for how many are alike; more than this many are a crowd. */
const ALIKE_LIMIT = 200;
/** Cases of one file that are shown before they are brought in. */
const CASE_LIMIT = 50;

export interface ExchangeNeeds {
  /** The open vault. @throws FaultError locked */
  readonly vault: () => Vault;
  readonly cases: CaseDesk;
  readonly tickets: TicketDesk;
  readonly clock: Clock;
  /** Everything an export is made of. @throws FaultError not-found */
  readonly inputOf: (caseId: CaseId) => Promise<ReportInput>;
  readonly knowledge: () => MolecularKnowledge;
  /** FHIR or a phenopacket into cases. */
  readonly importFile: (bytes: Uint8Array, knowledge: MolecularKnowledge, harmony?: Harmony) => Result<Imported>;
}

export interface ExportRequest {
  readonly caseId: CaseId;
  /** Cases that leave with it in one file. */
  readonly others?: readonly CaseId[] | undefined;
  /** What a study or cohort is called. */
  readonly study?: string | undefined;
  readonly format: ExportFormat;
  readonly level: IdentityLevel;
  /** At the reduced level: how dates leave, and what leaves that is left out by default. */
  readonly choice?: DeidentifyChoice | undefined;
}

export interface ImportRequest {
  readonly ticket: string;
  /** Mappings that a person does not want; absent: every word stays the sender's. */
  readonly declined?: readonly string[] | undefined;
}

interface Made {
  readonly bytes: Uint8Array;
  /** Its values in the order in which they stand. */
  readonly fields: () => ExportPreview['fields'];
  readonly fileName: string;
  readonly mediaType: string;
  readonly withheld: readonly Withheld[];
  readonly risks: readonly Risk[];
  readonly reduced?: Pick<Reduced, 'fields' | 'safeHarbor'> | undefined;
}

/** A case as it leaves at the level that was asked for. */
interface Leaver {
  readonly caseId: CaseId;
  readonly input: ReportInput;
  readonly withheld: readonly Withheld[];
  readonly reduced?: Reduced | undefined;
}

type RecordOf = (caseId: CaseId) => Promise<CaseRecord>;

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** One choice holds for all who leave together: what becomes of a field is the same for each, its values are counted. */
const together = (all: readonly Reduced[]): Pick<Reduced, 'fields' | 'safeHarbor'> | undefined => {
  const [first] = all;
  if (first === undefined) return undefined;
  const values = (field: string): number =>
    all.reduce((sum, { fields }) => sum + (fields.find((one) => one.field === field)?.values ?? 0), 0);
  return {
    fields: first.fields.map((one) => ({ ...one, values: values(one.field) })),
    safeHarbor: all.every(({ safeHarbor }) => safeHarbor),
  };
};

/** The earliest moment that a zip can state, so that the same cases give the same bytes. */
const zipped = (files: ReadonlyMap<string, string>): Uint8Array =>
  zipSync(Object.fromEntries([...files].map(([path, text]) => [path, utf8(text)])), {
    mtime: new Date(1980, 0, 1),
    os: 3,
    attrs: 0,
  });

const kinds: Partial<Record<EventType, Transaction['what']>> = {
  'export.written': 'sent',
  'message.queued': 'queued',
  'message.failed': 'failed',
  'message.cancelled': 'cancelled',
  'case.imported': 'received',
  'case.import-refused': 'refused',
  'message.received': 'received',
  'delivery.drafted': 'drafted',
  'delivery.quarantined': 'quarantined',
  'delivery.retried': 'retried',
};

function transactionOf({ sequence, time, actor, caseId, type, payload }: JournalEvent): Transaction | undefined {
  const what = kinds[type];
  if (what === undefined) return undefined;
  const held = typeof payload === 'object' && payload !== null ? payload : {};
  const base = { sequence, time, actor, caseId, what };
  const read = Transaction.safeParse({ ...held, ...base });
  return read.success ? read.data : base;
}

const isZip = (bytes: Uint8Array): boolean => bytes[0] === 0x50 && bytes[1] === 0x4b;

/** A study folder as a zip; a single folder around the files is seen through. */
async function importedStudy(bytes: Uint8Array, harmony?: Harmony): Promise<Imported> {
  const files = new Map<string, string>();
  for (const [path, content] of await readZip(bytes)) {
    const name = path.replace(/^(?:[^/]+\/)?(?=(?:case_lists\/)?[^/]+$)/u, '');
    if (!/\.(txt|maf|seg|tsv)$/i.test(name)) continue;
    try {
      files.set(name, new TextDecoder('utf-8', { fatal: true }).decode(content));
    } catch {
      throw new FaultError(fault('line-invalid', 'The file is not UTF-8 text.', 'Save it as UTF-8.', { file: name }));
    }
  }
  if (![...files.keys()].some((path) => path.startsWith('meta')))
    throw new FaultError(
      fault(
        'format-unknown',
        'The archive holds no study in cBioPortal’s formats.',
        'Give a zip of a study folder, a FHIR bundle or a phenopacket; case bundles come in by the worklist.',
      ),
    );
  return importStudy(readStudy(files), undefined, harmony);
}

export function createExchangeDesk(needs: ExchangeNeeds) {
  const { vault, cases, tickets, clock, inputOf } = needs;
  const outbox = createOutbox({ vault, clock });

  /** Who could still be named by what leaves for other purposes than care. */
  async function risks({ record, profile }: ReportInput, recordOf: RecordOf): Promise<Risk[]> {
    const alike = vault()
      .cases()
      .filter(
        ({ caseId, status, tumorTypeCode }) =>
          status !== 'erased' && caseId !== record.caseId && tumorTypeCode === record.diagnosis.oncotreeCode,
      );
    const others = await Promise.all(alike.slice(0, ALIKE_LIMIT).map(({ caseId }) => recordOf(caseId)));
    return risksOf(record, profile, others);
  }

  function leaver({ level, choice }: ExportRequest, caseId: CaseId, input: ReportInput): Leaver {
    if (level !== 'reduced') return { caseId, input, withheld: [] };
    const secret = secretOf(vault().caseSecret(caseId, 'deidentified-export').toString('hex'));
    const reduced = reducedInput(input, { choice, secret, digest: sha256 });
    return { caseId, input: reduced.input, withheld: reduced.withheld, reduced };
  }

  /** Several in one file leave for use outside care, whatever is left in them. @throws FaultError forbidden (F109) */
  async function warnings({ format, level }: ExportRequest, wholes: readonly ReportInput[]): Promise<Risk[]> {
    const [first] = wholes;
    if (first === undefined) return [];
    if (level !== 'reduced' && !OF_SEVERAL.has(format)) return consentFor(format, first.record);
    // Of several of one tumor type each looks at the others: a record is opened once for all.
    const held = new Map<CaseId, Promise<CaseRecord>>();
    const recordOf: RecordOf = (caseId) => {
      const known = held.get(caseId) ?? cases.state(caseId).then(({ documents }) => documents.record);
      held.set(caseId, known);
      return known;
    };
    if (wholes.length === 1) return [...refuseDenied(first.record), ...(await risks(first, recordOf))];
    const consent = refuseAnyDenied(wholes);
    const named: Risk[] = [];
    for (const whole of wholes)
      for (const { what, why } of await risks(whole, recordOf))
        named.push({ what: `${whole.record.caseId}: ${what}`, why });
    return [...consent, ...named];
  }

  /** @throws FaultError field-invalid, exists-already, not-found, forbidden */
  async function made(request: ExportRequest): Promise<Made> {
    const { caseId, others = [], study = DEFAULT_STUDY, format, level } = request;
    const ids = [caseId, ...others];
    if (others.length > 0 && !OF_SEVERAL.has(format))
      throw new FaultError(
        fault('field-invalid', 'This format is of one case.', 'Choose one case, or a study or cohort.', {
          field: 'others',
        }),
      );
    if (new Set(ids).size < ids.length)
      throw new FaultError(
        fault('exists-already', 'A case is named twice.', 'Name each case once.', { field: 'others' }),
      );
    const wholes: ReportInput[] = [];
    for (const id of ids) wholes.push(await inputOf(id));
    // A patient who refused is asked for first: nothing is made of what may not leave.
    const found = await warnings(request, wholes);
    const leavers = wholes.map((whole, index) => leaver(request, ids[index] ?? caseId, whole));
    const [first] = leavers;
    if (first === undefined) throw new Error('no case leaves');
    const left = leavers.flatMap(({ withheld, caseId: of }) =>
      leavers.length === 1 ? withheld : withheld.map(({ what, why }) => ({ what: `${of}: ${what}`, why })),
    );
    const reduced = together(leavers.flatMap((one) => one.reduced ?? []));
    const { input } = first;
    // A file's name names no more than the file does.
    const one = level === 'reduced' ? `${input.record.caseId}.reduced` : caseId;
    const named = OF_SEVERAL.has(format) ? (level === 'reduced' ? `${study}.reduced` : study) : one;
    const file = (
      extension: string,
      mediaType: string,
      { bytes, fields }: Pick<Made, 'bytes' | 'fields'>,
      withheld: readonly Withheld[],
    ): Made => ({
      bytes,
      fields,
      fileName: `${named}.${extension}`,
      mediaType,
      withheld: [...left, ...withheld],
      risks: found,
      reduced,
    });
    const json = (value: unknown): Pick<Made, 'bytes' | 'fields'> => {
      const text = canonicalJson(value);
      return { bytes: utf8(text), fields: () => jsonFields(JSON.parse(text)) };
    };
    switch (format) {
      case 'fhir': {
        // Names of people stay behind at the reduced level, and each line of the journal has one.
        const { bundle, withheld } = exportBundle(input, level === 'reduced' ? undefined : actsOn(vault(), caseId));
        return file('fhir.json', 'application/fhir+json', json(bundle), withheld);
      }
      case 'phenopacket': {
        const { phenopacket, withheld } = exportPhenopacket(input);
        return file('phenopacket.json', 'application/json', json(phenopacket), withheld);
      }
      case 'phenopacket-family': {
        const { family, withheld } = exportFamily(input);
        return file('family.json', 'application/json', json(family), withheld);
      }
      case 'phenopacket-cohort': {
        const { description } = studyNames(study, leavers.length);
        const made = exportCohort(
          leavers.map((leaving) => leaving.input),
          { id: study, description },
        );
        return file('cohort.json', 'application/json', json(made.cohort), made.withheld);
      }
      case 'cbioportal': {
        const { files, withheld } = exportStudy(
          leavers.map((leaving) => leaving.input),
          studyNames(study, leavers.length),
        );
        return file(
          'cbioportal.zip',
          'application/zip',
          { bytes: zipped(files), fields: () => studyFields(files) },
          withheld,
        );
      }
      case 'mtb': {
        const { record, missing, withheld } = exportDnpm(input);
        return file('mtb.json', 'application/json', json(record), [...missing, ...withheld]);
      }
      case 'mtb-elements': {
        const elements = mtbDataSet(input);
        const empty = elements.flatMap(({ element, absent }) =>
          absent === undefined ? [] : [{ what: element, why: absent }],
        );
        return file(
          'mtb-elements.json',
          'application/json',
          json({ module: 'MII MTB 2026.0.1', caseId: input.record.caseId, elements }),
          empty,
        );
      }
      case 'maf':
      case 'vcf':
      case 'seg': {
        const { text, withheld } = exportTable(format, input);
        return file(format, 'text/plain', { bytes: utf8(text), fields: () => tableFields(text) }, withheld);
      }
      default:
        return assertNever(format);
    }
  }

  /** Ids of mappings are one case's; in a list for several each has its case before it. */
  const read = async (bytes: Uint8Array, declined: readonly string[] | undefined): Promise<Imported> => {
    const knowledge = needs.knowledge();
    const harmony = declined === undefined ? undefined : { knowledge, declined: new Set(declined) };
    return isZip(bytes) ? await importedStudy(bytes, harmony) : unwrap(needs.importFile(bytes, knowledge, harmony));
  };

  async function bringIn(
    { ticket, declined }: ImportRequest,
    emit: (event: Progress | ImportNotes) => void,
    signal: AbortSignal,
  ): Promise<void> {
    vault();
    const { bytes } = tickets.takeUpload(ticket);
    emit({ kind: 'step', step: 'reading', message: 'Reading what the sender wrote' });
    try {
      const imported = await read(bytes, declined);
      // Every case is packed before the first is stored.
      const encoder = new TextEncoder();
      const bundles = imported.cases.map(({ folder }) =>
        packBundle(
          folder.record.caseId,
          folder.files.map(({ path, text }) => ({ path, bytes: encoder.encode(text) })),
        ),
      );
      emit({
        kind: 'noted',
        format: imported.format,
        notes: [...imported.notes, ...imported.cases.flatMap(({ notes }) => notes)].slice(0, FIELD_LIMIT),
        unread: imported.unread.length,
      });
      for (const bundle of bundles) for await (const event of cases.import(bundle, signal)) emit(event);
    } catch (error) {
      refuse(bytes, error);
      throw error;
    }
  }

  function refuse(bytes: Uint8Array, error: unknown): void {
    const { code } = faultFrom(error);
    if (code === 'locked' || code === 'cancelled') return;
    const held = vault();
    held.append({
      actor: held.user.userId,
      caseId: null,
      type: 'case.import-refused',
      payload: { code, sizeBytes: bytes.byteLength },
    });
  }

  return {
    /** Makes the file and shows it; nothing is written. @throws FaultError not-found, forbidden, field-invalid, exists-already */
    preview: async (request: ExportRequest): Promise<ExportPreview> => {
      const { bytes, fields: fieldsOf, fileName, withheld, risks, reduced } = await made(request);
      const fields = fieldsOf();
      const held = vault();
      // The guard writes it of the first.
      for (const caseId of request.others ?? [])
        held.append({
          actor: held.user.userId,
          caseId,
          type: 'document.viewed',
          payload: { call: 'exchange.preview' },
        });
      return {
        fileName,
        sizeBytes: bytes.byteLength,
        sha256: sha256(bytes),
        fields: fields.slice(0, FIELD_LIMIT),
        fieldCount: fields.length,
        withheld: [...withheld],
        risks: [...risks],
        choices: [...(reduced?.fields ?? [])],
        ...(reduced === undefined ? {} : { safeHarbor: reduced.safeHarbor }),
      };
    },

    /** @throws FaultError not-found, version-conflict where the file is no longer the one that was previewed */
    export: async (request: ExportRequest & { readonly previewed: string }): Promise<FileTicket> => {
      const { bytes, fileName, mediaType } = await made(request);
      const digest = sha256(bytes);
      if (digest !== request.previewed)
        throw new FaultError(
          fault(
            'version-conflict',
            'The case has changed since the preview.',
            'Look at the preview again, then export.',
          ),
        );
      const held = vault();
      // Under each of the cases: whose journal is read says what left of it.
      for (const caseId of [request.caseId, ...(request.others ?? [])])
        held.append({
          actor: held.user.userId,
          caseId,
          type: 'export.written',
          payload: {
            format: request.format,
            level: request.level,
            ...(request.level === 'reduced' && request.choice !== undefined ? { choice: request.choice } : {}),
            ...(request.others === undefined || request.others.length === 0
              ? {}
              : { cases: request.others.length + 1 }),
            channel: 'file',
            sha256: digest,
            sizeBytes: bytes.byteLength,
          },
        });
      return tickets.offerDownload({ fileName, mediaType, bytes });
    },

    import: (request: ImportRequest, signal?: AbortSignal): AsyncGenerator<Progress | ImportNotes, void, void> =>
      progressFeed<Progress | ImportNotes>((emit, inner) => bringIn(request, emit, inner), signal),

    /** What a file would become, with what of it would be put into our words; nothing is written but a refusal. */
    tryImport: async ({ ticket, declined = [] }: ImportRequest): Promise<TriedImport> => {
      const { bytes } = tickets.takeUpload(ticket);
      const held = vault();
      try {
        const { format, cases: found, notes, unread } = await read(bytes, declined);
        return {
          format,
          notes: [...notes].slice(0, FIELD_LIMIT),
          unread: unread.reduce((sum, { count }) => sum + count, 0),
          cases: found.slice(0, CASE_LIMIT).map(({ folder, mappings, notes: own }) => ({
            caseId: folder.record.caseId,
            pseudonym: folder.record.patient.pseudonym,
            known: held.caseListing(folder.record.caseId) !== undefined,
            preview: {
              fields: [
                ...jsonFields(folder.record as never),
                ...folder.files
                  .filter(({ path }) => path !== 'case.json')
                  .flatMap(({ path, text }) =>
                    tableFields(text).map((one) => ({ ...one, part: `${path} ${one.part}` })),
                  ),
              ].slice(0, FIELD_LIMIT),
              mappings: [...mappings],
              notes: [...own],
            },
          })),
          caseCount: found.length,
        };
      } catch (error) {
        refuse(bytes, error);
        throw error;
      }
    },

    /** Everything that came in or went out, and what waits to. */
    desk: (): ExchangeDesk => {
      const types = Object.keys(kinds) as EventType[];
      return ExchangeDesk.parse({
        transactions: vault()
          .read({ types })
          .flatMap((event) => transactionOf(event) ?? [])
          .toReversed()
          .slice(0, FIELD_LIMIT),
        queue: outbox.pending(),
      });
    },

    practice: async (): Promise<DataPractice> => {
      const known = needs.knowledge();
      const open = vault()
        .cases()
        .filter(({ status }) => status !== 'erased');
      const records = await Promise.all(open.map(async ({ caseId }) => (await cases.state(caseId)).documents.record));
      return dataPractice(records, practiceKnowledge(known));
    },

    /** What the rules read in the letters of a case, with what a person said of each. */
    notes: async (caseId: CaseId): Promise<ReadFact[]> => {
      const { documents, answers } = await cases.state(caseId);
      return [...readNotes(documents.record, answers)];
    },
  };
}

/** What the packs know of codes and symbols, for the report on data practice. */
export const practiceKnowledge = ({ tumorType, symbol, geneSpans }: MolecularKnowledge): PracticeKnowledge => {
  const genes = new Set((geneSpans?.('GRCh38') ?? []).map(({ gene }) => gene));
  return {
    isTumorType: (code) => tumorType(code) !== undefined,
    symbolOf: symbol,
    // Without the pack of genes nothing can be said against a symbol.
    knowsGene: (gene) => genes.size === 0 || genes.has(gene),
  };
};

const unwrap = <Value>(result: Result<Value>): Value => {
  if (!result.ok) throw new FaultError(result.fault);
  return result.value;
};
