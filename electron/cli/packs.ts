import { defaultDataFolder } from '../data-folder.ts';
import { loadPacks, type Packs, sitePacks } from '../knowledge/index.ts';
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
