import { join } from 'node:path';
import {
  app,
  BrowserWindow,
  type BrowserWindowConstructorOptions,
  type MessagePortMain,
  type Session,
  type WebContents,
} from 'electron';
import { acceptsSender, allowsPermission, allowsRequest, CONNECT, isOwnUrl, SCHEME, START } from './guards.ts';

/** Shuts every door of the session but the one scheme. Call once, before a window opens. */
export function guardSession(session: Session, handle: (request: Request) => Promise<Response>): void {
  session.protocol.handle(SCHEME, (request) =>
    isOwnUrl(request.url) ? handle(request) : Promise.resolve(new Response(null, { status: 403 })),
  );
  session.setPermissionRequestHandler((contents, permission, answer) =>
    answer(allowsPermission(permission, contents.getURL())),
  );
  session.setPermissionCheckHandler((_, permission, origin) => allowsPermission(permission, origin));
  session.setDevicePermissionHandler(() => false);
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !allowsRequest(details.url) }));
  // A dictionary would be fetched from outside.
  session.setSpellCheckerEnabled(false);
  session.on('will-download', (event, item) => {
    if (!item.getURL().startsWith('blob:') || !allowsRequest(item.getURL())) event.preventDefault();
  });
}

/** Navigation, frames, new windows and webviews are denied to every web contents, whoever made it. */
export function guardContents(contents: WebContents): void {
  contents.on('will-navigate', (event) => event.preventDefault());
  contents.on('will-redirect', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => event.preventDefault());
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

/** What every window of ours needs. */
export interface WindowGround {
  /** Path of the bundled preload. */
  readonly preload: string;
  /** Receives the page's port. */
  readonly connect: (port: MessagePortMain) => void;
}

/** Opens the presenter's window. */
export const openWindow = (ground: WindowGround): BrowserWindow =>
  openPage(ground, START, { width: 1600, height: 1000, minWidth: 1100, minHeight: 700 });

/**
 * Opens a window on one of our pages. This is the only function that registers a handler for messages from a renderer,
 * on the window's own channel, and it checks the sender. `place` says where and how large, nothing else.
 */
export function openPage(
  { preload, connect }: WindowGround,
  address: string,
  place: Pick<
    BrowserWindowConstructorOptions,
    'x' | 'y' | 'width' | 'height' | 'minWidth' | 'minHeight' | 'fullscreen' | 'backgroundColor'
  >,
): BrowserWindow {
  const window = new BrowserWindow({
    ...place,
    show: false,
    title: 'Consilium',
    autoHideMenuBar: true,
    webPreferences: {
      preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webviewTag: false,
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  });
  const contents = window.webContents;
  contents.ipc.on(CONNECT, (event) => {
    const frame = event.senderFrame;
    const accepted = acceptsSender({
      senderId: event.sender.id,
      ownId: contents.id,
      frameUrl: frame?.url,
      isMainFrame: frame !== null && frame.parent === null,
    });
    const [port] = event.ports;
    if (accepted && event.ports.length === 1 && port !== undefined) {
      connect(port);
      port.start();
    } else for (const refused of event.ports) refused.close();
  });
  // The page's title could hold what stands on the screen; the task bar shows the product's name alone.
  window.on('page-title-updated', (event) => event.preventDefault());
  window.once('ready-to-show', () => window.show());
  void window.loadURL(address);
  return window;
}

/** The preload's place beside the bundled main process. */
export const preloadPath = (mainFolder: string): string => join(mainFolder, '..', 'preload', 'preload.cjs');
