import { PackManifest } from '../../shared/knowledge/evidence.ts';
import type { Kind } from '../installed/index.ts';

export const packKind: Kind<PackManifest> = {
  noun: 'pack',
  altered: 'pack-altered',
  context: 'consilium knowledge pack manifest 1\n',
  schemaVersion: 3,
  manifest: PackManifest,
};
