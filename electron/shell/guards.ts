/**
 * What the shell allows, as pure functions: this file imports nothing, so that every rule is tested without Electron.
 * URLs are compared by their parts, parsed; a text that is no URL is refused.
 */

export const SCHEME = 'app';
export const HOST = 'workstation';
export const START = `${SCHEME}://${HOST}/`;
/** The page for the wall. It is the only one that a page of ours may ask a second window for. */
export const AUDIENCE = `${START}#/audience`;
/** The one channel from the page to the core; it carries a MessagePort and nothing else. */
export const CONNECT = 'consilium:connect';

/** Whether a URL is the workstation's own: `app://workstation/…` without port or credentials. */
export function isOwnUrl(text: string): boolean {
  const url = URL.parse(text);
  return (
    url !== null &&
    url.protocol === `${SCHEME}:` &&
    url.hostname === HOST &&
    url.port === '' &&
    url.username === '' &&
    url.password === ''
  );
}

/** Whether a page that asks for a new window asks for the audience's, at the very address the shell itself would open. */
export const asksForAudience = (text: string): boolean => isOwnUrl(text) && URL.parse(text)?.href === AUDIENCE;

/**
 * Whether a request may leave the renderer at all. Only our own scheme, and what a page makes of its own bytes
 * (`blob:` of our origin, `data:` for images); everything else is cancelled, against a dependency that phones home.
 */
export function allowsRequest(text: string): boolean {
  const url = URL.parse(text);
  if (url === null) return false;
  if (url.protocol === 'data:') return true;
  if (url.protocol === 'blob:') return isOwnUrl(url.pathname);
  return isOwnUrl(text);
}

/** Permissions a page of ours may have, each with its reason. What is not here is denied. */
const PERMISSIONS: ReadonlyMap<string, string> = new Map([
  ['clipboard-sanitized-write', 'tables are copied as TSV'],
  ['fullscreen', 'the board looks at a projector'],
]);

/** `origin` is the requesting page's URL or origin, as Electron gives it. */
export const allowsPermission = (permission: string, origin: string): boolean =>
  PERMISSIONS.has(permission) && isOwnUrl(origin);

/** What is known of the sender of a message. */
export interface SenderFacts {
  readonly senderId: number;
  /** The id of the window that the channel belongs to. */
  readonly ownId: number;
  /** Undefined when the frame navigated away or was destroyed. */
  readonly frameUrl: string | undefined;
  readonly isMainFrame: boolean;
}

/** Whether a message comes from the top frame of a window of ours, still at our own address. */
export const acceptsSender = (facts: SenderFacts): boolean =>
  facts.senderId === facts.ownId && facts.isMainFrame && facts.frameUrl !== undefined && isOwnUrl(facts.frameUrl);
