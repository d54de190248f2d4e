/**
 * Names of members inside a bundle. A name is a relative path with forward slashes; anything that another system could
 * read as a way out of the folder is refused, not cleaned.
 */

/** Longest name a member may have, in UTF-16 units. */
export const MEMBER_NAME_LIMIT = 240;

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const forbidden = /[\u0000-\u001f\u007f-\u009f<>:"|?*\\\ud800-\udfff]/;

/** Why a member's name is not safe, in words; `undefined` where it is. */
export function unsafeMemberPath(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (path.length > MEMBER_NAME_LIMIT) return `it is longer than ${MEMBER_NAME_LIMIT} characters`;
  if (path.startsWith('/') || /^[A-Za-z]:/.test(path)) return 'it is an absolute path';
  if (path.includes('\\')) return 'it holds a backslash';
  const parts = path.split('/');
  if (parts.includes('..')) return 'it leads out of the bundle';
  if (parts.some((part) => part === '' || part === '.')) return 'a part of it is empty or a dot';
  // Lone surrogates only: a proper pair is removed before looking.
  if (forbidden.test(path.replace(/[\ud800-\udbff][\udc00-\udfff]/g, ''))) return 'it holds a forbidden character';
  if (parts.some((part) => reserved.test(part) || /[. ]$/.test(part)))
    return 'a part of it is a device name or ends in a dot or a blank';
  return undefined;
}

/** What two names must not share: some file systems hold them for the same file. */
export const memberIdentity = (path: string): string => path.normalize('NFC').toLowerCase();

/** A name fit to be shown, whatever an archive holds in its place. */
export const shownMember = (path: string): string =>
  path.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?').slice(0, MEMBER_NAME_LIMIT) || '?';
