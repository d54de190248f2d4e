/** The packs in use and what changes them: install, go back, compare, sign, enroll a publisher. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { Clock } from '../../shared/foundation/ids.ts';
import type { PackManifest } from '../../shared/knowledge/evidence.ts';
import { differencesBriefly, diffPacks, type FileDifference } from '../../shared/knowledge/pack-diff.ts';
import type { PackPreview } from '../../shared/knowledge/pack-life.ts';
import type { SiteChange } from '../../shared/knowledge/site-change.ts';
import {
  type Author,
  candidateOf,
  changesOf,
  checkedVersion,
  checkFiles,
  chosenOf,
  earlierOf,
  enrollPublisher,
  type InstallInput,
  installSigned,
  MANIFEST,
  type Publisher,
  publishersOf,
  readSigned,
  rollBackSigned,
  SIGNATURE_FILE,
  type SignedFiles,
  type SignedSource,
  signFolder,
  versionsOf,
} from '../installed/index.ts';
import { packKind } from './kind.ts';
import { loadPacks, type Packs } from './load.ts';
import { pinnedPacks } from './pinned.ts';
import { type ReadPack, readInstalled, readPack } from './verified.ts';

/** Where a data folder keeps the packs that the site installed. */
export const sitePacks = (dataFolder: string): string => join(dataFolder, 'packs');

/** What a change would bring, looked at before it is made. */
export interface PackTrial {
  readonly preview: Omit<PackPreview, 'effect'>;
  /** The packs as they would be. */
  readonly packs: Packs;
}

type Watching = Pick<InstallInput<PackManifest>, 'onProgress' | 'signal'>;

/** `Packs` that stay right when a pack is installed or taken back while the workstation runs. */
export interface PackDesk extends Packs {
  /** Every check of an install, and nothing written. @throws FaultError as `install` */
  tryInstall(source: SignedSource): Promise<PackTrial>;
  install(source: SignedSource, author: Author, options?: Watching): Promise<SiteChange>;
  tryRollback(id: string): Promise<PackTrial>;
  rollback(id: string, author: Author): Promise<SiteChange>;
  enroll(pem: string, name: string, author: Author): Promise<Publisher>;
  publishers(): Promise<readonly Publisher[]>;
  /** Reads the packs again, where another program changed them. */
  reload(): Promise<void>;
  /** Every change made at this site, oldest first. */
  changes(): Promise<readonly SiteChange[]>;
}

export async function createPackDesk(where: {
  /** The packs that ship with the program. */
  readonly folder: string;
  readonly site: string;
  /** Folder of the site's own transcripts; it need not be there. */
  readonly transcripts?: string | undefined;
  readonly clock: Clock;
}): Promise<PackDesk> {
  const { folder, site, transcripts, clock } = where;
  const folders = { site, publishers: site };
  let packs = await loadPacks(folder, { site, transcripts });
  const after = async (change: SiteChange): Promise<SiteChange> => {
    packs = await loadPacks(folder, { site, transcripts });
    return change;
  };
  const inUse: InstallInput<PackManifest>['inUse'] = (id) => {
    const status = packs.status().find((one) => one.id === id);
    return status?.manifest === undefined || status.manifestSha256 === undefined
      ? undefined
      : { manifest: status.manifest, manifestSha256: status.manifestSha256 };
  };
  const tried = async (
    act: PackPreview['act'],
    id: string,
    from: string | undefined,
    to: string | undefined,
    publisher: string | undefined,
    would: ReadPack,
  ): Promise<PackTrial> => {
    const { manifest, manifestSha256 } = would.status;
    return {
      preview: {
        act,
        id,
        ...(from === undefined ? {} : { from }),
        ...(to === undefined ? {} : { to }),
        ...(publisher === undefined ? {} : { publisher }),
        ...(manifest === undefined ? {} : { manifest }),
        ...(manifestSha256 === undefined ? {} : { manifestSha256 }),
        files: differencesBriefly(diffPacks(texts(packs.filesOf(id)), texts(would.files))),
      },
      packs: await loadPacks(folder, { site, transcripts, instead: would }),
    };
  };
  return {
    status: () => packs.status(),
    filesOf: (id) => packs.filesOf(id),
    evidenceById: (ids) => packs.evidenceById(ids),
    genesOfInterest: () => packs.genesOfInterest(),
    molecular: (chosen) => packs.molecular(chosen),
    transcripts: () => packs.transcripts(),
    geneSites: (gene) => packs.geneSites(gene),
    tumorTypes: () => packs.tumorTypes(),
    therapy: () => packs.therapy(),
    approvals: () => packs.approvals(),
    hereditary: () => packs.hereditary(),
    expression: () => packs.expression(),
    cohorts: () => packs.cohorts(),
    signatures: () => packs.signatures(),
    pharmacogenes: () => packs.pharmacogenes(),
    liftover: () => packs.liftover(),
    async tryInstall(source) {
      const { candidate, before } = await candidateOf(packKind, { source, publishers: site, inUse });
      const { manifest, publisher } = candidate;
      return tried('install', manifest.id, before?.manifest.version, manifest.version, publisher.name, {
        status: {
          id: manifest.id,
          state: 'verified',
          trust: 'publisher',
          publisher: publisher.name,
          manifest,
          manifestSha256: candidate.manifestSha256,
        },
        files: candidate.files,
      });
    },
    install: async (source, author, options = {}) =>
      after(await installSigned(packKind, { ...folders, ...author, source, inUse, now: clock.now(), ...options })),
    async tryRollback(id) {
      const { folder: earlier } = await earlierOf(packKind, site, id);
      const read =
        earlier === null
          ? pinnedPacks[id] === undefined
            ? undefined
            : await readPack(folder, pinnedPacks, id)
          : await readInstalled(site, id, earlier, await publishersOf(site));
      if (read !== undefined && read.status.state !== 'verified')
        throw new FaultError(
          fault('pack-altered', read.status.reason ?? 'The earlier version is not whole.', 'Install a newer version.'),
        );
      const { manifest, publisher } = read?.status ?? {};
      return tried('rollback', id, inUse(id)?.manifest.version, manifest?.version, publisher, read ?? none(id));
    },
    rollback: async (id, author) =>
      after(await rollBackSigned(packKind, { ...folders, ...author, id, now: clock.now() })),
    enroll: async (pem, name, author) => {
      const publisher = await enrollPublisher(site, { pem, name, now: clock.now(), ...author });
      packs = await loadPacks(folder, { site, transcripts });
      return publisher;
    },
    publishers: () => publishersOf(site),
    reload: async () => {
      packs = await loadPacks(folder, { site, transcripts });
    },
    changes: () => changesOf(packKind, site),
  };
}

/** A pack that only the site had, taken back to nothing. */
const none = (id: string): ReadPack => ({
  status: { id, state: 'missing', trust: 'none', reason: 'No version of it is in use.' },
  files: new Map(),
});

/** Signs a pack that a site built. @throws FaultError as `signFolder` */
export const signPack = (folder: string, pem: string): Promise<{ readonly id: string; readonly keyId: string }> =>
  signFolder(packKind, folder, pem);

const texts = (files: SignedFiles): ReadonlyMap<string, string> =>
  new Map(
    [...files]
      .filter(([name]) => name !== MANIFEST && name !== SIGNATURE_FILE)
      .map(([name, bytes]) => [name, bytes.toString('utf8')]),
  );

/**
 * Two versions of a pack, record by record. A version is `shipped`, the version a manifest states, or a folder or zip
 * file; without one: what ships against what is in use.
 * @throws FaultError not-found, pack-altered, signature-unknown
 */
export async function diffVersions(
  where: { readonly folder: string; readonly site: string },
  id: string,
  { from = 'shipped', to }: { readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<readonly FileDifference[]> {
  const publishers = await publishersOf(where.site);
  const read = async (version: string): Promise<ReadonlyMap<string, string>> => {
    if (version === 'shipped') {
      const { files, status } = await readPack(where.folder, pinnedPacks, id);
      if (status.state === 'verified') return texts(files);
      throw new FaultError(
        fault('pack-missing', status.reason ?? 'The shipped pack cannot be used.', 'See packs verify.'),
      );
    }
    for (const folder of await versionsOf(where.site, id)) {
      const checked = await checkedVersion(packKind, where.site, id, folder, publishers).catch(() => undefined);
      if (checked?.manifest.version === version || folder === version) {
        if (checked !== undefined) return texts(checked.files);
      }
    }
    if (existsSync(version)) {
      const files = await readSigned(version, 'pack');
      checkFiles(packKind, files);
      return texts(files);
    }
    throw new FaultError(fault('not-found', `There is no version ${version} of this pack.`, 'See packs list.'));
  };
  const chosen = (await chosenOf(packKind, where.site))[id]?.folder ?? undefined;
  if (to === undefined && chosen === undefined)
    throw new FaultError(
      fault('not-found', 'Only the shipped version of this pack is here.', 'Name another with --to.'),
    );
  return diffPacks(await read(from), await read(to ?? chosen ?? 'shipped'));
}
