import { PackManifest } from '../../shared/knowledge/evidence.ts';
import type { Kind } from '../installed/index.ts';

/** A version of a model from outside: the manifest of a pack, under a signature of its own kind. */
export const modelKind: Kind<PackManifest> = {
  noun: 'model',
  altered: 'model-altered',
  context: 'consilium model manifest 1\n',
  schemaVersion: 1,
  manifest: PackManifest,
  mark: 'card.json',
};
