import { pinnedModels } from './pinned.ts';
import { type ModelRegistry, openRegistry } from './registry.ts';
import { type ModelSite, modelsInUse } from './site.ts';
import type { Pins } from './verified.ts';

/**
 * The models in use: those of the folder, or the versions that the site chose. Nothing is run before it is needed; `pins` is
 * replaced by tests only.
 */
export const openModels = async (folder: string, site?: ModelSite, pins: Pins = pinnedModels): Promise<ModelRegistry> =>
  openRegistry(folder, await modelsInUse(folder, pins, site));
