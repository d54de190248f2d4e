import { userInfo } from 'node:os';
import type { SiteChange } from '../../shared/knowledge/site-change.ts';
import { defaultDataFolder } from '../data-folder.ts';
import { loadPacks, type Packs, sitePacks } from '../knowledge/index.ts';
import { type ModelRegistry, openModels, siteModels } from '../prediction/index.ts';
import { programRoot, shippedFolders } from '../shipped.ts';

/** The folders of packs: what ships with the program, and what this site installed. */
export const packFolders = (data: string = defaultDataFolder()) => ({
  folder: shippedFolders(programRoot(import.meta.url)).knowledge,
  site: sitePacks(data),
});

/** The packs as every host of this machine uses them. */
export const workstationPacks = (data?: string): Promise<Packs> => {
  const { folder, site } = packFolders(data);
  return loadPacks(folder, { site });
};

/** The models as every host of this machine uses them: what ships, or the versions that this site chose. */
export const workstationModels = (data: string = defaultDataFolder()): Promise<ModelRegistry> =>
  openModels(shippedFolders(programRoot(import.meta.url)).models, siteModels(data));

/** What a site changed, a line each, with their count. */
export const changeLines = (changes: readonly SiteChange[]): string[] => [
  ...changes.map(
    ({ at, id, act, from, to, by, reason }) =>
      `${at} ${id}: ${act}, ${from ?? 'none'} -> ${to ?? 'the version that ships'}, by ${by}: ${reason}`,
  ),
  `${changes.length} changes; what ships with the program is not among them.`,
];

/** Whoever is at the command line, by the account of the machine; a vault takes the change into its journal when it opens. */
export function author(reason: string | undefined): { by: string; reason: string } {
  let account = 'an account without a name';
  try {
    account = userInfo().username;
  } catch {
    // A container may run under a number that has no name.
  }
  return { by: `${account}, at the command line`, reason: reason?.trim() || 'none given' };
}
