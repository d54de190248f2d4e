/** The models in use and what changes them: install, go back, compare. Every change is held to the change-control plan. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { FaultError, fault, faultFrom } from '../../shared/foundation/fault.ts';
import type { Clock } from '../../shared/foundation/ids.ts';
import { Sha256 } from '../../shared/foundation/ids.ts';
import type { PackManifest } from '../../shared/knowledge/evidence.ts';
import type { SiteChange } from '../../shared/knowledge/site-change.ts';
import { boundWords } from '../../shared/prediction/change-control.ts';
import type {
  ModelChange,
  ModelDifference,
  VersionFigures,
  VersionsOnCase,
} from '../../shared/prediction/model-versions.ts';
import type { OtherModel } from '../../shared/prediction/other-models.ts';
import type { IntegratedAnswer } from '../../shared/prediction/predictions.ts';
import { replaceFile } from '../durable.ts';
import {
  type Author,
  changesOf,
  chosenOf,
  installSigned,
  rollBackSigned,
  type SignedSource,
  signFolder,
} from '../installed/index.ts';
import { acceptUpdate } from './accept.ts';
import { benchmarkedModels, measurePoints, statedFigures } from './benchmark.ts';
import type { ScoredDocuments } from './explain.ts';
import { modelKind } from './kind.ts';
import { caseTableModels, createOthers } from './others.ts';
import { pinnedModels } from './pinned.ts';
import { BEFORE_SURGERY, type ModelRegistry, openRegistry } from './registry.ts';
import {
  type ModelSite,
  type ModelVersion,
  modelFiles,
  modelsInUse,
  readPlan,
  SHIPPED,
  shippedFiles,
  versionsHere,
} from './site.ts';
import { type Pins, readPinned } from './verified.ts';

interface Progress {
  readonly onProgress?: ((done: number, of: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A registry that stays right when a version is installed or taken back while the workstation runs. */
export interface ModelDesk extends ModelRegistry {
  /**
   * Installs a signed version of a model (a folder, a zip file, or the bytes of one), whole or not at all. Faults:
   * signature-unknown, model-altered, model-outside-plan, version-conflict (not newer), schema-invalid (among them data
   * outside the file and operators off the list), exists-already, disk-full, cancelled, memory-exhausted.
   */
  install(source: SignedSource, author: Author, options?: Progress): Promise<ModelChange>;
  /** Back to the version that was used before. Faults: not-found, model-altered. */
  rollback(id: string, author: Author): Promise<ModelChange>;
  /** Every change made at this site, oldest first. */
  changes(): Promise<readonly SiteChange[]>;
  /** What two versions are worth, each measured from its own predictions; a version is `shipped` or as installed. */
  diff(id: string, from?: string, to?: string): Promise<ModelDifference>;
  /** What each version of a model that is here is worth, the shipped one first; empty where a model keeps no predictions. */
  figures(id: string): Promise<VersionFigures>;
  /** What each version that is here says of a case, of models that have more than one. */
  onCase(documents: ScoredDocuments): Promise<VersionsOnCase>;
}

export async function createModelDesk(where: {
  /** The models that ship with the program. */
  readonly shipped: string;
  readonly site: ModelSite;
  readonly clock: Clock;
  readonly pins?: Pins;
}): Promise<ModelDesk> {
  const { shipped, site, clock, pins = pinnedModels } = where;
  const all = { shipped, pins, site };
  let registry: ModelRegistry;
  const reopen = async (): Promise<void> => {
    registry = openRegistry(shipped, await modelsInUse(shipped, pins, site));
  };
  await reopen();

  async function find(id: string, version: string): Promise<ModelVersion> {
    const found = (await versionsHere(all, id)).find((one) => one.version === version);
    if (found !== undefined) return found;
    throw new FaultError(fault('not-found', 'There is no such version of this model here.', 'See models list.'));
  }
  const figuresOf = ({ home, pins: own }: ModelVersion, id: string) =>
    measurePoints(id, (file) => readPinned(() => home, { [id]: own }, id, file));

  return {
    predict: (record, intake, profile) => registry.predict(record, intake, profile),
    afterSurgery: (documents) => registry.afterSurgery(documents),
    beforeSurgery: (documents) => registry.beforeSurgery(documents),
    explain: (documents, pathways, model) => registry.explain(documents, pathways, model),
    whatIf: (documents, wish, model) => registry.whatIf(documents, wish, model),
    vouched: (documents) => registry.vouched(documents),
    others: (documents) => registry.others(documents),
    alike: (documents) => registry.alike(documents),
    status: () => registry.status(),
    card: (id) => registry.card(id),

    async install(source, author, options = {}) {
      const plan = await readPlan(shipped);
      const now = new Map((await registry.status()).map(({ id, version }) => [id, version]));
      const held: string[] = [];
      const change = await installSigned(modelKind, {
        site: site.folder,
        publishers: site.publishers,
        source,
        ...author,
        now: clock.now(),
        // What ships has no date, and the order of versions is the plan's to judge.
        inUse: (id) => {
          const version = now.get(id);
          return version === undefined
            ? undefined
            : { manifest: { id, schemaVersion: 1, version, asOf: '', files: [] }, manifestSha256: '' };
        },
        accept: async (candidate) => {
          const { id, version } = candidate.manifest;
          const { bounds, parity } = await acceptUpdate(id, plan, {
            shipped: await shippedFiles(shipped, pins, id),
            update: modelFiles(candidate),
            version,
            inUse: now.get(id),
          });
          held.push(
            ...bounds.map(boundWords),
            `runtime and training framework apart by ${parity.toExponential(1)} at most`,
          );
        },
        ...options,
      });
      await reopen();
      return { ...change, held };
    },

    async rollback(id, author) {
      const change = await rollBackSigned(modelKind, {
        site: site.folder,
        publishers: site.publishers,
        ...author,
        id,
        now: clock.now(),
      });
      await reopen();
      return { ...change, held: [] };
    },

    changes: () => changesOf(modelKind, site.folder),

    async diff(id, from = SHIPPED, to) {
      if (!benchmarkedModels(pins).includes(id))
        throw new FaultError(
          fault('not-found', 'No model of this name keeps predictions to compare.', 'See models list.'),
        );
      const folder = (await chosenOf(modelKind, site.folder))[id]?.folder;
      const latest = folder?.replace(/-[0-9a-f]{12}$/, '');
      const target = to ?? latest;
      if (target === undefined)
        throw new FaultError(
          fault('not-found', 'Only the shipped version of this model is here.', 'Install another (models install).'),
        );
      const [a, b] = [await find(id, from), await find(id, target)];
      const [before, after] = [await figuresOf(a, id), await figuresOf(b, id)];
      const sets = [...new Set([...before.figures, ...after.figures].map(({ set }) => set))];
      return {
        from,
        to: target,
        filesChanged: namesChanged(a.pins, b.pins),
        figures: sets.flatMap((set) => {
          const [old, now] = [before, after].map(({ figures }) => figures.find((one) => one.set === set));
          const rows: [figure: string, from: number | undefined, to: number | undefined][] = [
            ['patients', old?.patients, now?.patients],
            ['discrimination', old?.discrimination, now?.discrimination],
            ['calibration slope', old?.slope, now?.slope],
            ['conformal coverage', old?.coverage, now?.coverage],
          ];
          return rows.map(([figure, was, is]) => ({
            set,
            figure,
            ...(was === undefined ? {} : { from: was }),
            ...(is === undefined ? {} : { to: is }),
          }));
        }),
      };
    },

    async figures(id) {
      if (!benchmarkedModels(pins).includes(id)) return [];
      const used = await modelsInUse(shipped, pins, site);
      const versions = await versionsHere(all, id);
      return Promise.all(
        versions.map(async ({ version, publisher, home, pins: own }) => ({
          version,
          publisher,
          inUse: isDeepStrictEqual({ ...used.pins[id] }, { ...own }),
          filesChanged: namesChanged(versions[0]?.pins ?? {}, own),
          ...(await statedFigures(id, (file) => readPinned(() => home, { [id]: own }, id, file))),
        })),
      );
    },

    async onCase(documents) {
      const used = await modelsInUse(shipped, pins, site);
      const answers: VersionsOnCase = [];
      for (const id of Object.keys(pins).sort()) {
        const versions = await versionsHere(all, id);
        if (versions.length < 2) continue;
        const said: VersionsOnCase[number]['versions'] = [];
        for (const version of versions)
          said.push({
            version: version.version,
            publisher: version.publisher,
            // Two versions may share a graph and differ in their card alone.
            inUse: isDeepStrictEqual({ ...used.pins[id] }, { ...version.pins }),
            ...(await ofVersion(shipped, id, version, documents, registry.vouched)),
          });
        answers.push({ id, versions: said });
      }
      return answers;
    },
  };
}

const namesChanged = (a: ModelVersion['pins'], b: ModelVersion['pins']): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter((name) => a[name] !== b[name]).sort();

type Said = Pick<VersionsOnCase[number]['versions'][number], 'state' | 'sentence' | 'value' | 'low' | 'high' | 'unit'>;

const ofScore = ({ aggressiveness: said }: IntegratedAnswer): Said =>
  said.state === 'computed'
    ? {
        state: 'computed',
        sentence: `Percentile ${said.percentile.toFixed(0)} of its cohort (${said.percentileLow.toFixed(0)} to ${said.percentileHigh.toFixed(0)}).`,
        value: said.percentile,
        low: said.percentileLow,
        high: said.percentileHigh,
        unit: 'percentile',
      }
    : { state: said.state, sentence: said.reason };

function ofTable(said: OtherModel): Said {
  if (said.state !== 'computed') return { state: said.state, sentence: said.reason };
  const [first] = said.values;
  return {
    state: 'computed',
    sentence: said.sentence,
    ...(first === undefined ? {} : { value: first.value, low: first.low, high: first.high, unit: first.unit }),
  };
}

/** One version, opened for this and let go: what is not in use takes no memory. */
async function ofVersion(
  shipped: string,
  id: string,
  { home, pins: own }: ModelVersion,
  documents: ScoredDocuments,
  vouched: ModelRegistry['vouched'],
): Promise<Said> {
  const pins: Pins = { [id]: own };
  const folders = (): string => home;
  try {
    const table = caseTableModels.find((name) => name === id);
    if (table !== undefined) {
      const [said] = await createOthers(folders, pins, vouched, [table])(documents);
      return said === undefined ? { state: 'unavailable', sentence: 'It gave no answer.' } : ofTable(said);
    }
    const registry = openRegistry(shipped, { folders, pins, chosen: new Map(), earlier: new Map() });
    return ofScore(
      await (id === BEFORE_SURGERY ? registry.beforeSurgery(documents) : registry.afterSurgery(documents)),
    );
  } catch (error) {
    if (!(error instanceof FaultError)) throw error;
    return { state: 'unavailable', sentence: faultFrom(error).message };
  }
}

/**
 * Makes a version of a trained model that a publisher can hand out: a manifest from its card and files, signed as evidence is.
 * @throws FaultError file-missing, json-invalid, signature-unknown, disk-full
 */
export async function signModel(
  folder: string,
  pem: string,
  today: string,
): Promise<{ readonly id: string; readonly keyId: string }> {
  const files = (await readdir(folder)).filter((name) => !/^manifest\.(json|sig)$/.test(name)).sort();
  const card: unknown = JSON.parse(await readFile(join(folder, 'card.json'), 'utf8'));
  const { id, version, title, data } = card as {
    id: string;
    version: string;
    title: string;
    data?: { name: string; licence: string; citation: string }[];
  };
  const manifest: PackManifest = {
    id,
    schemaVersion: 1,
    version,
    asOf: today,
    title,
    sources: (data ?? []).map(({ name, licence, citation }) => ({ name, version: 'as cited', licence, citation })),
    counts: {},
    files: await Promise.all(
      files.map(async (path) => {
        const bytes = await readFile(join(folder, path));
        const sha256 = Sha256.parse(createHash('sha256').update(bytes).digest('hex'));
        return { path, sha256, sizeBytes: bytes.length };
      }),
    ),
  };
  replaceFile(join(folder, 'manifest.json'), Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`));
  return signFolder(modelKind, folder, pem);
}
