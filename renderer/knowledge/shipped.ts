/** Packs and models as one list: what stands beside the program, and whether it may be used. Pure. */
import type { PackStatus } from '../../shared/knowledge/evidence.ts';
import type { ModelStatus } from '../../shared/prediction/predictions.ts';
import type { FlagTone } from '../ui/marks.tsx';

export type Shipped =
  | { readonly kind: 'pack'; readonly id: string; readonly pack: PackStatus }
  | { readonly kind: 'model'; readonly id: string; readonly model: ModelStatus };

export const shippedList = (packs: readonly PackStatus[], models: readonly ModelStatus[]): Shipped[] => [
  ...packs.map((pack) => ({ kind: 'pack' as const, id: `pack:${pack.id}`, pack })),
  ...models.map((model) => ({ kind: 'model' as const, id: `model:${model.id}`, model })),
];

export const stateOf = (one: Shipped): PackStatus['state'] => (one.kind === 'pack' ? one.pack.state : one.model.state);
export const titleOf = (one: Shipped): string =>
  one.kind === 'pack' ? (one.pack.manifest?.title ?? one.pack.id) : (one.model.title ?? one.model.id);
export const versionOf = (one: Shipped): string | undefined =>
  one.kind === 'pack' ? one.pack.manifest?.version : one.model.version;
export const hashOf = (one: Shipped): string | undefined =>
  one.kind === 'pack' ? one.pack.manifestSha256 : one.model.sha256;
export const reasonOf = (one: Shipped): string | undefined =>
  one.kind === 'pack' ? one.pack.reason : one.model.reason;

/** The licences of what a pack holds, or of the data that a model was trained on, each once. */
export const licencesOf = (one: Shipped): string[] => {
  const sources = one.kind === 'pack' ? one.pack.manifest?.sources : one.model.sources;
  return [...new Set(sources?.map(({ licence }) => licence))];
};

export const stateTones: Record<PackStatus['state'], FlagTone> = {
  verified: 'calm',
  missing: 'amber',
  altered: 'red',
  untrusted: 'red',
};

/** What a state means for the work, in a sentence. */
export const stateSentences: Record<PackStatus['state'], string> = {
  verified: 'Every byte is the one that was shipped or signed; it is checked each time it is loaded.',
  missing: 'It is not here. Sections that need it say so; everything else works.',
  altered: 'It is not what was shipped or signed, and it is not used. Sections that need it say so.',
  untrusted: 'No publisher that this site knows has signed it, and it is not used.',
};
