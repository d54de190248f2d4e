/** The packs in use and what changes them: install, go back, compare, sign, enroll a publisher. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FaultError, fault } from '../../shared/foundation/fault.ts';
import type { Clock } from '../../shared/foundation/ids.ts';
import { diffPacks, type FileDifference } from '../../shared/knowledge/pack-diff.ts';
import { replaceFile } from '../durable.ts';
import { checkFiles, MANIFEST, type PackFiles, readPackSource } from './check.ts';
import { loadPacks, type Packs } from './load.ts';
import { pinnedPacks } from './pinned.ts';
import {
  checkedVersion,
  chosenOf,
  type InstallInput,
  installPack,
  type PackChange,
  rollbackPack,
  versionsOf,
} from './site.ts';
import { enrollPublisher, type Publisher, publishersOf, SIGNATURE_FILE, signManifest } from './trust.ts';
import { readPack } from './verified.ts';

/** Where a data folder keeps the packs that the site installed. */
export const sitePacks = (dataFolder: string): string => join(dataFolder, 'packs');

/** `Packs` that stay right when a pack is installed or taken back while the workstation runs. */
export interface PackDesk extends Packs {
  install(source: InstallInput['source'], options?: Pick<InstallInput, 'onProgress' | 'signal'>): Promise<PackChange>;
  rollback(id: string): Promise<PackChange>;
  enroll(pem: string, name: string): Promise<Publisher>;
  publishers(): Promise<readonly Publisher[]>;
}

export async function createPackDesk(where: {
  /** The packs that ship with the program. */
  readonly folder: string;
  readonly site: string;
  readonly clock: Clock;
}): Promise<PackDesk> {
  const { folder, site, clock } = where;
  let packs = await loadPacks(folder, { site });
  const after = async (change: PackChange): Promise<PackChange> => {
    packs = await loadPacks(folder, { site });
    return change;
  };
  const inUse: InstallInput['inUse'] = (id) => {
    const status = packs.status().find((one) => one.id === id);
    return status?.manifest === undefined || status.manifestSha256 === undefined
      ? undefined
      : { manifest: status.manifest, manifestSha256: status.manifestSha256 };
  };
  return {
    status: () => packs.status(),
    evidenceById: (ids) => packs.evidenceById(ids),
    genesOfInterest: () => packs.genesOfInterest(),
    molecular: () => packs.molecular(),
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
    install: async (source, options = {}) => after(await installPack({ site, source, inUse, ...options })),
    rollback: async (id) => after(await rollbackPack(site, id)),
    enroll: async (pem, name) => {
      const publisher = await enrollPublisher(site, pem, name, clock.now());
      packs = await loadPacks(folder, { site });
      return publisher;
    },
    publishers: () => publishersOf(site),
  };
}

/**
 * Signs a pack that a site built: its files must be those of its manifest.
 * @throws FaultError signature-unknown (no Ed25519 private key), pack-altered, schema-invalid, file-missing, disk-full
 */
export async function signPack(folder: string, pem: string): Promise<{ readonly id: string; readonly keyId: string }> {
  const files = await readPackSource(folder);
  const { manifest } = checkFiles(files);
  const { keyId, bytes } = signManifest(files.get(MANIFEST) ?? Buffer.alloc(0), pem);
  replaceFile(join(folder, SIGNATURE_FILE), bytes);
  return { id: manifest.id, keyId };
}

const texts = (files: PackFiles): ReadonlyMap<string, string> =>
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
      const checked = await checkedVersion(where.site, id, folder, publishers).catch(() => undefined);
      if (checked?.manifest.version === version || folder === version) {
        if (checked !== undefined) return texts(checked.files);
      }
    }
    if (existsSync(version)) {
      const files = await readPackSource(version);
      checkFiles(files);
      return texts(files);
    }
    throw new FaultError(fault('not-found', `There is no version ${version} of this pack.`, 'See packs list.'));
  };
  const chosen = (await chosenOf(where.site))[id]?.folder ?? undefined;
  if (to === undefined && chosen === undefined)
    throw new FaultError(
      fault('not-found', 'Only the shipped version of this pack is here.', 'Name another with --to.'),
    );
  return diffPacks(await read(from), await read(to ?? chosen ?? 'shipped'));
}
