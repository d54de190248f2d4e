/** The worklist's work: bundles become cases in the vault, are analysed, and are opened as one view. */
import type { BoardRecord } from '../../shared/board/board-record.ts';
import { projectBoard } from '../../shared/board/project-board.ts';
import { CaseRecord } from '../../shared/case/case-record.ts';
import { type ContextEdit, changedFields, projectContext, withContext } from '../../shared/case/context-edit.ts';
import { IMAGE_LIMIT_BYTES, imageFacts, imageMediaTypes } from '../../shared/case/image.ts';
import { IntakeDocument } from '../../shared/case/intake.ts';
import type { CaseView, Progress } from '../../shared/contract.ts';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { CaseId, Sha256 } from '../../shared/foundation/ids.ts';
import type { Result } from '../../shared/foundation/result.ts';
import { MolecularProfile } from '../../shared/molecular/profile.ts';
import { Predictions } from '../../shared/prediction/predictions.ts';
import { type CaseReports, projectReports } from '../../shared/report/project-reports.ts';
import { type AlertOverride, projectAlertOverrides } from '../../shared/therapy/alert-overrides.ts';
import { OptionsTable } from '../../shared/therapy/options.ts';
import type { CaseListing, CaseListingFields, CasePage, CaseQuery } from '../../shared/vault/cases.ts';
import { type CaseDocuments, documentHash } from '../documents.ts';
import { progressFeed } from '../feed.ts';
import type { Vault } from '../vault/index.ts';
import type { OpenBundle } from './bundle.ts';
import { nativeDicom } from './dicom-native.ts';

/** The kinds of document a case has, in the order they are made. */
const documentKinds = ['record', 'intake', 'profile', 'predictions', 'options'] as const;

export interface CaseDeskNeeds {
  /** The open vault. @throws FaultError locked */
  readonly vault: () => Vault;
  readonly readBundle: (bytes: Uint8Array) => Promise<Result<OpenBundle>>;
  readonly analyze: (
    bundle: OpenBundle,
    options: { answers: Record<string, string>; signal: AbortSignal; onProgress: (progress: Progress) => void },
  ) => Promise<Result<CaseDocuments>>;
  /** Everything after intake once more, from what was read; the files are not opened again. */
  readonly rethink: (documents: CaseDocuments, answers: Record<string, string>) => Promise<CaseDocuments>;
  /** The sample cases' bundles, made when asked for. */
  readonly sampleBundles: () => Promise<{ name: string; bytes: Uint8Array }[]>;
}

/** Everything the paper is composed from, besides the case's documents. */
export interface CaseState {
  readonly listing: CaseListing;
  readonly bundleSha256: Sha256;
  readonly documents: CaseDocuments;
  readonly hashes: Record<string, Sha256>;
  readonly board: BoardRecord;
  readonly alertOverrides: readonly AlertOverride[];
  readonly report: CaseReports['report'];
  readonly former: CaseReports['former'];
  readonly amendment: CaseReports['amendment'];
  /** Answers that were given to intake's questions. */
  readonly answers: Record<string, string>;
}

/** What the worklist says of a case. */
export const listingOf = (record: CaseRecord): CaseListingFields => ({
  pseudonym: record.patient.pseudonym,
  tumorTypeCode: record.diagnosis.oncotreeCode,
  tumorTypeName: record.diagnosis.name,
  stage: record.diagnosis.stage ?? null,
  question: record.question,
});

/** Sign = lock (F090): after a signature nothing of the case is written, whoever asks. */
export function refuseIfSigned(listing: CaseListing): void {
  if (listing.status === 'signed')
    throw new FaultError(
      fault(
        'report-locked',
        'The report of this case is signed; the case is locked.',
        'Read or verify the signed report; a change needs an amendment that names it.',
      ),
    );
}

export function createCaseDesk({ vault, readBundle, analyze, rethink, sampleBundles }: CaseDeskNeeds) {
  const unwrap = <Value>(result: Result<Value>): Value => {
    if (!result.ok) throw new FaultError(result.fault);
    return result.value;
  };

  function listingFor(caseId: CaseId): CaseListing {
    const listing = vault().caseListing(caseId);
    if (listing === undefined)
      throw new FaultError(fault('not-found', 'There is no such case in this vault.', 'Go back to the worklist.'));
    if (listing.status === 'erased')
      throw new FaultError(
        fault('not-found', 'This case was erased; only its tombstone is kept.', 'Go back to the worklist.'),
      );
    return listing;
  }

  /** The bundle is read and analysed whole before the first byte is stored, so that nothing is imported by half. */
  async function bringIn(
    bytes: Uint8Array,
    answers: Record<string, string>,
    emit: (progress: Progress) => void,
    signal: AbortSignal,
    expected?: CaseListing,
  ): Promise<void> {
    const held = vault();
    emit({ kind: 'step', step: 'reading', message: 'Checking the bundle' });
    const read = unwrap(await readBundle(bytes));
    // What people corrected since outlives an analysis of the bundle that they corrected.
    const edits = expected === undefined ? undefined : projectContext(held.read({ caseId: expected.caseId }));
    const bundle = edits === undefined ? read : { ...read, record: withContext(read.record, edits) };
    const { record } = bundle;
    const before = held.caseListing(record.caseId);
    if (before !== undefined && expected === undefined) {
      refuseIfSigned(before);
      if (importedBundle(held, record.caseId) === bundle.manifest.bundleSha256)
        throw new FaultError(
          fault('exists-already', 'This very bundle is in the worklist already.', 'Open the case from the worklist.'),
        );
    }
    const documents = unwrap(await analyze(bundle, { answers, signal, onProgress: emit }));
    signal.throwIfAborted();
    emit({ kind: 'step', step: 'storing', message: 'Storing in the vault' });
    if (expected === undefined) await held.putBlob(record.caseId, bytes);
    const hashes = Object.fromEntries(documentKinds.map((kind) => [kind, documentHash(documents[kind])]));
    await held.commit({
      actor: held.user.userId,
      caseId: record.caseId,
      documents: documentKinds.map((kind) => ({ kind, document: documents[kind] })),
      events: [
        ...(expected === undefined
          ? [
              {
                type: 'case.imported' as const,
                payload: {
                  listing: listingOf(record),
                  bundleSha256: bundle.manifest.bundleSha256,
                  sizeBytes: bytes.byteLength,
                },
              },
            ]
          : []),
        {
          type: 'case.analyzed' as const,
          payload: { hashes, answers, packs: documents.profile.packs, models: documents.predictions.models },
        },
      ],
      ...(expected === undefined ? {} : { expectedVersion: expected.version }),
    });
    emit({ kind: 'done', caseId: record.caseId });
  }

  function importedBundle(held: Vault, caseId: CaseId): Sha256 | undefined {
    const event = held.read({ caseId, types: ['case.imported'] }).at(-1);
    const payload = event?.payload as { bundleSha256?: Sha256 } | null | undefined;
    return payload?.bundleSha256;
  }

  /** @throws FaultError not-found, vault-damaged */
  async function state(caseId: CaseId): Promise<CaseState> {
    const held = vault();
    const listing = listingFor(caseId);
    const hashes: Record<string, Sha256> = {};
    const latest = async <Kind extends (typeof documentKinds)[number]>(kind: Kind): Promise<unknown> => {
      const stored = await held.latestDocument(caseId, kind);
      if (stored === undefined)
        throw new FaultError(fault('not-found', `The case has no ${kind} document.`, 'Analyse the case again.'));
      hashes[kind] = stored.sha256 as Sha256;
      return stored.document;
    };
    const documents: CaseDocuments = {
      record: CaseRecord.parse(await latest('record')),
      intake: IntakeDocument.parse(await latest('intake')),
      profile: MolecularProfile.parse(await latest('profile')),
      predictions: Predictions.parse(await latest('predictions')),
      options: OptionsTable.parse(await latest('options')),
    };
    const events = held.read({ caseId });
    return {
      listing,
      bundleSha256: importedBundle(held, caseId) as Sha256,
      documents,
      hashes,
      board: projectBoard(events),
      alertOverrides: projectAlertOverrides(events),
      answers: answersGiven(held, caseId),
      ...projectReports(events),
    };
  }

  return {
    /** Every case there is; what a screen shows comes by `page`. */
    list: (): CaseListing[] => vault().cases(),
    page: (query?: CaseQuery): CasePage => vault().casesPage(query),
    state,
    listingFor,

    import: (bytes: Uint8Array, signal?: AbortSignal): AsyncGenerator<Progress, void, void> =>
      progressFeed<Progress>((emit, inner) => bringIn(bytes, {}, emit, inner), signal),

    /** Brings in each sample that is not in the worklist yet; those that are, are left as they are. */
    importSamples: (signal?: AbortSignal): AsyncGenerator<Progress, void, void> =>
      progressFeed<Progress>(async (emit, inner) => {
        for (const sample of await sampleBundles()) {
          try {
            await bringIn(sample.bytes, {}, emit, inner);
          } catch (error) {
            const known = error instanceof FaultError && ['exists-already', 'report-locked'].includes(error.fault.code);
            if (!known) throw error;
          }
        }
      }, signal),

    /** Analyses the stored bundle again, with answers to intake's questions or with newer packs and models. */
    analyze: (
      caseId: CaseId,
      answers: Record<string, string>,
      signal?: AbortSignal,
    ): AsyncGenerator<Progress, void, void> =>
      progressFeed<Progress>(async (emit, inner) => {
        const held = vault();
        const listing = listingFor(caseId);
        refuseIfSigned(listing);
        const bundle = importedBundle(held, caseId);
        if (bundle === undefined)
          throw new FaultError(
            fault('not-found', 'The bundle of this case is not in the vault.', 'Import the bundle again.'),
          );
        await bringIn(
          await held.getBlob(caseId, bundle),
          { ...answersGiven(held, caseId), ...answers },
          emit,
          inner,
          listing,
        );
      }, signal),

    /**
     * Corrects the context and ranks anew at once; the journal holds what changed, why, and the documents that came of it.
     * @throws FaultError not-found, report-locked, field-invalid, version-conflict
     */
    editContext: async (input: {
      caseId: CaseId;
      context: ContextEdit;
      reason: string;
      expectedVersion: number;
    }): Promise<{ changed: string[] }> => {
      const held = vault();
      const { listing, documents, answers } = await state(input.caseId);
      refuseIfSigned(listing);
      const record = withContext(documents.record, input.context);
      const changed = changedFields(documents.record, record);
      if (changed.length === 0)
        throw new FaultError(
          fault('field-invalid', 'The case says this already.', 'Change a value, or leave the dialog.', {
            field: 'context',
          }),
        );
      const after = await rethink({ ...documents, record }, answersGiven(held, input.caseId));
      const hashes = Object.fromEntries(documentKinds.map((kind) => [kind, documentHash(after[kind])]));
      await held.commit({
        actor: held.user.userId,
        caseId: input.caseId,
        documents: documentKinds.map((kind) => ({ kind, document: after[kind] })),
        events: [
          {
            type: 'case.updated',
            payload: {
              listing: { stage: record.diagnosis.stage ?? null },
              context: input.context,
              changed,
              reason: input.reason,
            },
          },
          {
            type: 'case.analyzed',
            payload: { hashes, answers, packs: after.profile.packs, models: after.predictions.models },
          },
        ],
        expectedVersion: input.expectedVersion,
      });
      return { changed };
    },

    /**
     * An image of the stored bundle, told by its bytes. Only what case.json lists as an image is given out.
     * DICOM is given out uncompressed and without its header's names.
     * @throws FaultError not-found, and those of {@link imageFacts} and {@link nativeDicom}
     */
    async image(caseId: CaseId, path: string): Promise<{ fileName: string; mediaType: string; bytes: Uint8Array }> {
      const held = vault();
      listingFor(caseId);
      const stored = importedBundle(held, caseId);
      if (stored === undefined)
        throw new FaultError(
          fault('not-found', 'The bundle of this case is not in the vault.', 'Import the bundle again.'),
        );
      const bundle = unwrap(await readBundle(await held.getBlob(caseId, stored)));
      const member = bundle.manifest.members.find((one) => one.path === path || one.path === `data/${path}`);
      if (!bundle.record.images.some((image) => image.path === path) || member === undefined)
        throw new FaultError(
          fault('not-found', 'The case has no such image.', 'Choose one of the images that the case lists.'),
        );
      // Before it is unpacked: the manifest was checked against the bytes when the bundle was read.
      if (member.sizeBytes > IMAGE_LIMIT_BYTES)
        throw new FaultError(
          fault('file-too-large', 'The image is too large to be opened here.', 'Put a smaller copy into the bundle.', {
            file: path,
          }),
        );
      const stated = await bundle.file(path);
      const { kind } = unwrap(imageFacts(stated, path));
      const bytes = kind === 'dicom' ? await nativeDicom(stated, path) : stated;
      return { fileName: path.split('/').at(-1) ?? 'image', mediaType: imageMediaTypes[kind], bytes };
    },

    /** The whole case as the screens show it. */
    open: async (caseId: CaseId): Promise<CaseView> => {
      const { listing, bundleSha256, documents, hashes, board, alertOverrides, report, former, amendment } =
        await state(caseId);
      return {
        listing,
        bundleSha256,
        ...documents,
        board,
        ...(alertOverrides.length === 0 ? {} : { alertOverrides: [...alertOverrides] }),
        ...(report === undefined ? {} : { report }),
        ...(former.length === 0 ? {} : { formerReports: [...former] }),
        ...(amendment === undefined ? {} : { amendment }),
        documents: hashes,
      };
    },
  };
}
export type CaseDesk = ReturnType<typeof createCaseDesk>;

/** Answers given before stay given; a new answer to the same question wins. */
function answersGiven(held: Vault, caseId: CaseId): Record<string, string> {
  const event = held.read({ caseId, types: ['case.analyzed'] }).at(-1);
  return (event?.payload as { answers?: Record<string, string> } | null | undefined)?.answers ?? {};
}
