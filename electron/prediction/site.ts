/**
 * Versions of models that a site installed, beside those that ship. Store, signatures and publishers are electron/installed;
 * what is added here is the change-control plan.
 */
import { join } from 'node:path';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { PackManifest } from '../../shared/knowledge/evidence.ts';
import { ChangeControlPlan } from '../../shared/prediction/change-control.ts';
import { checkedVersion, chosenOf, publishersOf, type SignedFiles, versionsOf } from '../installed/index.ts';
import { checkParts, type ModelFiles, pinsOf, planOf } from './accept.ts';
import { modelKind } from './kind.ts';
import { pinnedChangeControl } from './pinned.ts';
import { type ModelFolders, type Pins, readPinned } from './verified.ts';

/** Where a site keeps its versions of models, and who may sign them (`publishers.json`, one list for evidence and models). */
export interface ModelSite {
  readonly folder: string;
  readonly publishers: string;
}

/** The model folders of a data folder. */
export const siteModels = (dataFolder: string): ModelSite => ({
  folder: join(dataFolder, 'models'),
  publishers: join(dataFolder, 'packs'),
});

export const SHIPPED = 'shipped';
const PLAN = 'change-control.json';

/** The pinned plan. @throws FaultError model-missing, model-altered */
export async function readPlan(folder: string): Promise<ChangeControlPlan> {
  const bytes = await readPinned(() => folder, { plan: { [PLAN]: pinnedChangeControl } }, 'plan', PLAN);
  return ChangeControlPlan.parse(JSON.parse(bytes.toString('utf8')));
}

/** A version's own files, without the manifest that names them and its signature. */
export const modelFiles = ({
  manifest,
  files,
}: {
  readonly manifest: PackManifest;
  readonly files: SignedFiles;
}): ModelFiles => new Map(manifest.files.map(({ path }) => [path, files.get(path) as Buffer]));

/** Every file of a shipped model, verified. @throws FaultError model-missing, model-altered */
export async function shippedFiles(folder: string, pins: Pins, id: string): Promise<ModelFiles> {
  const names = Object.keys(pins[id] ?? {});
  const bytes = await Promise.all(names.map((name) => readPinned(folder, pins, id, name)));
  return new Map(names.map((name, i) => [name, bytes[i] as Buffer]));
}

/** Which version of a model stands where, and who answers for it. */
export interface ModelVersion {
  /** `shipped`, or what the signed manifest states. */
  readonly version: string;
  readonly publisher: string;
  readonly home: string;
  readonly pins: Readonly<Record<string, string>>;
}

/**
 * An installed version: signature, hashes and the parts that the plan holds fixed. What was measured when it was
 * installed is not measured again, for the same bytes give the same figures.
 * @throws FaultError model-altered, model-missing, signature-unknown, model-outside-plan, schema-invalid
 */
export async function readVersion(
  where: { readonly shipped: string; readonly pins: Pins; readonly site: ModelSite },
  id: string,
  folder: string,
): Promise<ModelVersion> {
  const { shipped, pins, site } = where;
  const publishers = await publishersOf(site.publishers);
  const checked = await checkedVersion(modelKind, site.folder, id, folder, publishers);
  const files = modelFiles(checked);
  checkParts(planOf(await readPlan(shipped), id), await shippedFiles(shipped, pins, id), files);
  return {
    version: checked.manifest.version,
    publisher: checked.publisher.name,
    home: join(site.folder, id, folder),
    pins: pinsOf(id, files)[id] ?? {},
  };
}

export interface ModelsInUse {
  readonly folders: ModelFolders;
  readonly pins: Pins;
  /** Of models of which another version than the shipped one is chosen: its publisher, or why it is not used. */
  readonly chosen: ReadonlyMap<string, { readonly publisher?: string; readonly refused?: FaultError }>;
  /** Versions that each model can be taken back to, latest last. */
  readonly earlier: ReadonlyMap<string, readonly string[]>;
}

/**
 * What is used now. A chosen version that is no longer whole, signed or within the plan is refused by name, and nothing older
 * steps in: an admin goes back. @throws FaultError model-altered where the list of chosen versions is damaged
 */
export async function modelsInUse(shipped: string, pins: Pins, site: ModelSite | undefined): Promise<ModelsInUse> {
  const chosen = site === undefined ? {} : await chosenOf(modelKind, site.folder);
  const homes = new Map<string, string>();
  const own: Record<string, Readonly<Record<string, string>>> = { ...pins };
  const said = new Map<string, { publisher?: string; refused?: FaultError }>();
  const earlier = new Map<string, readonly string[]>();
  for (const [id, { folder, earlier: before }] of Object.entries(chosen)) {
    if (site === undefined || pins[id] === undefined) continue;
    earlier.set(
      id,
      before.map((name) => name?.replace(/-[0-9a-f]{12}$/, '') ?? SHIPPED),
    );
    if (folder === null) continue;
    try {
      const version = await readVersion({ shipped, pins, site }, id, folder);
      homes.set(id, version.home);
      own[id] = version.pins;
      said.set(id, { publisher: version.publisher });
    } catch (error) {
      if (!(error instanceof FaultError)) throw error;
      const { code, message, place } = error.fault;
      said.set(id, {
        refused: new FaultError(
          fault(
            code,
            `The installed version of ${id} is not used: ${message}`,
            'An admin goes back to the version before (models rollback) or installs it again.',
            place,
          ),
        ),
      });
    }
  }
  return {
    folders: (id) => {
      const refused = said.get(id)?.refused;
      if (refused !== undefined) throw refused;
      return homes.get(id) ?? join(shipped, id);
    },
    pins: own,
    chosen: said,
    earlier,
  };
}

/** Every version of a model that is here, whole or not: the shipped one first. */
export async function versionsHere(
  where: { readonly shipped: string; readonly pins: Pins; readonly site: ModelSite },
  id: string,
): Promise<ModelVersion[]> {
  const found: ModelVersion[] = [
    { version: SHIPPED, publisher: 'the program', home: join(where.shipped, id), pins: where.pins[id] ?? {} },
  ];
  for (const folder of await versionsOf(where.site.folder, id)) {
    const read = await readVersion(where, id, folder).catch((error: unknown) => {
      if (!(error instanceof FaultError)) throw error;
    });
    if (read !== undefined) found.push(read);
  }
  return found;
}
