/**
 * The laboratory's folder at the workstation. It stands in the data folder (`exchange/drop`; a site mounts or links its share there)
 * and is looked at only while somebody has turned it on and the vault is open. Drafts wait for a person; nothing of them is in the
 * vault before.
 */
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Progress } from '../../shared/contract.ts';
import { jsonFields } from '../../shared/exchange/fields.ts';
import type { DraftPreview, LaboratoryDesk, MappingCheck } from '../../shared/exchange/lab/desk.ts';
import { exampleMapping, type LabMapping } from '../../shared/exchange/lab/mapping.ts';
import { type Fault, FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import type { Clock } from '../../shared/foundation/ids.ts';
import { CaseId } from '../../shared/foundation/ids.ts';
import type { MolecularKnowledge } from '../../shared/molecular/knowledge.ts';
import type { CaseDesk } from '../case/index.ts';
import { progressFeed } from '../feed.ts';
import { makeFolder } from '../make-folder.ts';
import type { Vault } from '../vault/index.ts';
import { sha256 } from './import.ts';
import { type LabDraft, labDraft } from './lab-draft.ts';
import {
  DRAFTS,
  deliveries,
  lookOnce,
  quarantined,
  readDelivery,
  retryDelivery,
  sealedDrafts,
  takenAt,
  takenFiles,
} from './lab-folder.ts';
import { forgetFiles, isSealed, openFiles } from './lab-seal.ts';
import { checkMapping, mappingFrom } from './mapping-file.ts';

const LOOK_EVERY = 5_000;
const FIELD_LIMIT = 2000;

export interface LabDeskNeeds {
  /** The open vault. @throws FaultError locked */
  readonly vault: () => Vault;
  readonly isOpen: () => boolean;
  readonly cases: Pick<CaseDesk, 'import'>;
  readonly clock: Clock;
  readonly knowledge: () => MolecularKnowledge;
  /** `exchange` in the data folder. */
  readonly folder: string;
}

const previewOf = ({ record, mappings, notes }: LabDraft): DraftPreview => ({
  fields: jsonFields(record as never).slice(0, FIELD_LIMIT),
  mappings: [...mappings],
  notes: [...notes],
});

export function createLaboratoryDesk({ vault, isOpen, cases, clock, knowledge, folder }: LabDeskNeeds) {
  const drop = join(folder, 'drop');
  const mappingPath = join(folder, 'mapping.yaml');
  let turn: Promise<unknown> = Promise.resolve();
  let looked: string | undefined;
  let failed: Fault | undefined;

  /** One at a time: two looks would move the same files. */
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const result = turn.then(work);
    turn = result.catch(() => undefined);
    return result;
  };

  const write = (
    type: 'settings.changed' | 'delivery.drafted' | 'delivery.quarantined' | 'delivery.retried',
    payload: unknown,
  ): void => {
    const held = vault();
    held.append({ actor: held.user.userId, caseId: null, type, payload });
  };

  /** The last thing that was said of it stands in the journal. */
  function isOn(): boolean {
    for (const { payload } of vault()
      .read({ types: ['settings.changed'] })
      .toReversed())
      if (typeof payload === 'object' && payload !== null && 'laboratoryFolder' in payload)
        return payload.laboratoryFolder === true;
    return false;
  }

  async function mappingText(): Promise<{ text: string; saved: boolean }> {
    if (!existsSync(mappingPath)) return { text: exampleMapping, saved: false };
    return { text: await readFile(mappingPath, 'utf8'), saved: true };
  }

  const key = (of?: 'now' | 'before'): Uint8Array => vault().roomKey('laboratory', of);
  const draftPath = (id: string, caseId: string): string => join(drop, DRAFTS, `${caseId}.${id}.tbcase`);
  const usedMapping = (id: string): string => join(drop, DRAFTS, `${id}.mapping.json`);

  /** Sealed ones, and those of a site that keeps its files. */
  async function drafts(): Promise<LaboratoryDesk['drafts']> {
    const found: LaboratoryDesk['drafts'] = (await sealedDrafts(drop, key)).map(({ id, caseId, since, files }) => ({
      id,
      caseId: caseId as CaseId,
      since,
      files,
    }));
    for (const name of await readdir(join(drop, DRAFTS)).catch(() => [])) {
      const [, caseName = '', id = ''] = /^(.+)\.([0-9a-f]{16})\.tbcase$/.exec(name) ?? [];
      const caseId = CaseId.safeParse(caseName);
      if (!caseId.success) continue;
      const { mtime } = await stat(join(drop, DRAFTS, name));
      found.push({
        id,
        caseId: caseId.data,
        since: mtime.toISOString(),
        files: (await takenFiles(drop, id, key)).length,
      });
    }
    return found.sort((a, b) => (a.since < b.since ? 1 : -1));
  }

  async function keepWhole(path: string, bytes: Uint8Array | string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    const unfinished = `${path}.${process.pid}.part`;
    await writeFile(unfinished, bytes);
    await rename(unfinished, path);
  }

  /** @param watching a look of the watch, which has nothing to do once that is off */
  const look = (watching = false): Promise<number> =>
    inTurn(async () => {
      // What is delivered is sealed for who reads cases: while nobody of them is at the station, it waits.
      if (watching && !(isOn() && vault().readsCases())) return 0;
      const { text } = await mappingText();
      const mapping = mappingFrom(text, 'mapping.yaml');
      const found = await lookOnce({
        folder: drop,
        mapping,
        knowledge: knowledge(),
        now: Date.parse(clock.now()),
        key,
        keep: async (id, { record, bundle, mappings }, files) => {
          // A sealed draft is made again of its files whenever it is asked for: nothing of it is written readable.
          if (mapping.keepFiles === true) {
            await keepWhole(usedMapping(id), JSON.stringify(mapping));
            await keepWhole(draftPath(id, record.caseId), bundle);
          }
          write('delivery.drafted', { id, files, format: `mapping ${mapping.version}`, harmonised: mappings.length });
        },
        onQuarantine: (id, reasons, files) =>
          write('delivery.quarantined', { id, files, reasons: reasons.length, code: reasons[0]?.code }),
      });
      looked = clock.now();
      failed = undefined;
      return found.length;
    });

  async function glance(): Promise<void> {
    if (!isOpen()) return;
    try {
      if (isOn()) await look(true);
    } catch (error) {
      const { code } = faultFrom(error);
      if (code !== 'locked') failed = faultFrom(error);
    }
  }
  const watch = setInterval(() => void glance(), LOOK_EVERY);
  watch.unref();

  /** The draft once more from the files that were delivered, without what a person declined. */
  async function rebuilt(id: string, declined: readonly string[]): Promise<LabDraft> {
    if (!(await drafts()).some((one) => one.id === id))
      throw new FaultError(fault('not-found', 'There is no such draft.', 'Look at the list again.'));
    const held = (await sealedDrafts(drop, key)).find((one) => one.id === id);
    const mapping = held?.mapping ?? mappingFrom(await readFile(usedMapping(id), 'utf8'), 'mapping.json');
    const files = await takenFiles(drop, id, key);
    const made = await labDraft(mapping, files, knowledge(), new Set(declined));
    if ('reasons' in made) {
      const [first] = made.reasons;
      throw new FaultError(
        first ?? fault('line-invalid', 'The files cannot be read any more.', 'Have them sent again.'),
      );
    }
    return made.draft;
  }

  /** The delivered files under the key of their case: they are erased with it. Kept ones stay where the site wants them. */
  async function keepSources(id: string, caseId: CaseId): Promise<void> {
    const at = takenAt(drop, id);
    if (!isSealed(at)) return;
    const held = vault();
    const files = [];
    for (const { path, bytes } of await openFiles(at, id, key))
      files.push({ path, sha256: await held.putBlob(caseId, bytes), sizeBytes: bytes.byteLength });
    held.append({ actor: held.user.userId, caseId, type: 'blob.stored', payload: { delivery: id, files } });
    await forgetFiles(at);
  }

  async function tried(mapping: LabMapping): Promise<MappingCheck['tried']> {
    if (!existsSync(drop)) return undefined;
    const now = Date.parse(clock.now());
    const first = (await deliveries(drop, mapping, now)).deliveries.find(({ state }) => state !== 'being-written');
    const files = first === undefined ? undefined : await readDelivery(drop, first.paths);
    if (first === undefined || files === undefined) return undefined;
    const made = await labDraft(mapping, files, knowledge());
    return 'reasons' in made
      ? { name: first.name, reasons: [...made.reasons] }
      : { name: first.name, reasons: [], preview: previewOf(made.draft) };
  }

  return {
    desk: async (): Promise<LaboratoryDesk> => {
      makeFolder(drop);
      const { text, saved } = await mappingText();
      const read = checkMapping(text);
      const now = Date.parse(clock.now());
      const waiting = 'mapping' in read ? await deliveries(drop, read.mapping, now) : { deliveries: [], strangers: 0 };
      return {
        on: isOn(),
        folder: 'exchange/drop',
        mapping: { text, sha256: sha256(text), saved, issues: 'issues' in read ? [...read.issues] : [] },
        deliveries: waiting.deliveries.map(({ name, paths, state, missing }) => ({
          name,
          files: paths.length,
          state,
          missing: [...missing],
        })),
        strangers: waiting.strangers,
        drafts: await drafts(),
        quarantine: (await quarantined(drop)).map((one) => ({ ...one, reasons: [...one.reasons] })),
        ...(looked === undefined ? {} : { looked }),
        ...(failed === undefined ? {} : { fault: failed }),
      };
    },

    setWatch: async (on: boolean): Promise<void> => {
      if (on) mappingFrom((await mappingText()).text, 'mapping.yaml');
      write('settings.changed', { laboratoryFolder: on });
      failed = undefined;
      if (on) await glance();
      // A look that was under way ends first: what comes after the answer waits for a person.
      else await inTurn(async () => undefined);
    },

    /** What is wrong with the text, by line; and the first delivery of the folder as this text would read it. */
    check: async (text: string): Promise<MappingCheck> => {
      const read = checkMapping(text);
      if ('issues' in read) return { issues: [...read.issues] };
      const found = await tried(read.mapping);
      return { issues: [], ...(found === undefined ? {} : { tried: found }) };
    },

    /** @throws FaultError field-invalid, version-conflict where the mapping was changed since it was read */
    save: (text: string, previous: string): Promise<void> =>
      inTurn(async () => {
        mappingFrom(text, 'mapping.yaml');
        if (sha256((await mappingText()).text) !== previous)
          throw new FaultError(
            fault('version-conflict', 'Somebody has changed the mapping meanwhile.', 'Load it again, then change it.'),
          );
        await keepWhole(mappingPath, text);
        write('settings.changed', { laboratoryMapping: sha256(text) });
      }),

    look: () => look(),

    preview: async (id: string, declined: readonly string[]): Promise<DraftPreview> =>
      previewOf(await rebuilt(id, declined)),

    /** The draft becomes a case; only then it goes from the list. @throws FaultError not-found, exists-already */
    take: (id: string, declined: readonly string[], signal?: AbortSignal): AsyncGenerator<Progress, void, void> =>
      progressFeed<Progress>(async (emit, inner) => {
        const { bundle, record } = await rebuilt(id, declined);
        for await (const event of cases.import(bundle, inner)) emit(event);
        await keepSources(id, record.caseId);
        await rm(draftPath(id, record.caseId), { force: true });
        await rm(usedMapping(id), { force: true });
      }, signal),

    retry: (id: string): Promise<void> =>
      inTurn(async () => {
        const files = await retryDelivery(drop, id, key);
        write('delivery.retried', { id, files });
      }),

    end: (): void => clearInterval(watch),
  };
}
