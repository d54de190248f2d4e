import type { Placed } from './bundle.ts';
import { isOwn } from './codes.ts';
import { objectsOf, textOf } from './json.ts';

/** Whether this program wrote a resource: it carries an extension of ours. */
export const isOwnResource = ({ resource }: Placed): boolean =>
  objectsOf(resource.extension).some(({ url }) => isOwn(textOf(url) ?? ''));
