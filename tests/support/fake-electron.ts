/**
 * Electron as far as the shell touches it, each member typed from `electron.d.ts`: a signature that changes there
 * breaks this file. Events are emitted by the test; everything called is kept for it to look at.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type * as Electron from 'electron';

/** `on` and `once` return `this`, which a part of a class cannot name; the events and listeners stay Electron's own. */
const listening = <Target extends { on: unknown; once: unknown }>(emitter: EventEmitter): Pick<Target, 'on' | 'once'> =>
  ({
    on: (name: string, listener: (...args: unknown[]) => void) => emitter.on(name, listener),
    once: (name: string, listener: (...args: unknown[]) => void) => emitter.once(name, listener),
  }) as unknown as Pick<Target, 'on' | 'once'>;

/** Electron's port: the same messages, `on('message')` with an event, and nothing flows before `start`. */
export class FakePort {
  readonly closed: Promise<void>;
  readonly #port: MessagePort;
  constructor(port: MessagePort) {
    this.#port = port;
    this.closed = new Promise((done) => port.once('close', () => done()));
  }
  on(name: string, listener: (event: { data: unknown; ports: [] }) => void): this {
    if (name === 'message') {
      const queue: unknown[] = [];
      this.#deliver = (data) => (this.#started ? listener({ data, ports: [] }) : void queue.push(data));
      this.#flush = () => {
        for (const data of queue.splice(0)) listener({ data, ports: [] });
      };
      this.#port.on('message', (data) => this.#deliver(data));
    } else this.#port.on(name as 'close', listener as () => void);
    return this;
  }
  #started = false;
  #deliver: (data: unknown) => void = () => undefined;
  #flush: () => void = () => undefined;
  start: Electron.MessagePortMain['start'] = () => {
    this.#started = true;
    this.#flush();
  };
  postMessage: Electron.MessagePortMain['postMessage'] = (message) => this.#port.postMessage(message);
  close: Electron.MessagePortMain['close'] = () => this.#port.close();
}

export type FakeFrame = Pick<Electron.WebFrameMain, 'url'> & { parent: FakeFrame | null };

export class FakeContents {
  static count = 0;
  readonly events = new EventEmitter();
  readonly channel = new EventEmitter();
  readonly id: Electron.WebContents['id'] = ++FakeContents.count;
  readonly ipc: Pick<Electron.IpcMain, 'on' | 'once'> = listening<Electron.IpcMain>(this.channel);
  readonly on = listening<Electron.WebContents>(this.events).on;
  opener: ((details: Electron.HandlerDetails) => Electron.WindowOpenHandlerResponse) | undefined;
  setWindowOpenHandler: Electron.WebContents['setWindowOpenHandler'] = (handler) => {
    this.opener = handler;
  };
  webRtcPolicy: Parameters<Electron.WebContents['setWebRTCIPHandlingPolicy']>[0] = 'default';
  setWebRTCIPHandlingPolicy: Electron.WebContents['setWebRTCIPHandlingPolicy'] = (policy) => {
    this.webRtcPolicy = policy;
  };
  url = '';
  getURL: Electron.WebContents['getURL'] = () => this.url;
}

export class BrowserWindow {
  static readonly all: BrowserWindow[] = [];
  static getAllWindows = (): BrowserWindow[] => BrowserWindow.all;
  readonly events = new EventEmitter();
  readonly options: Electron.BrowserWindowConstructorOptions;
  readonly webContents = new FakeContents();
  readonly on = listening<Electron.BrowserWindow>(this.events).on;
  readonly once = listening<Electron.BrowserWindow>(this.events).once;
  shown = false;
  minimized = false;
  focused = 0;
  raised = 0;
  fullScreen: boolean;
  bounds: Electron.Rectangle;
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    this.options = options;
    this.fullScreen = options.fullscreen === true;
    const { x = 0, y = 0, width = 800, height = 600 } = options;
    this.bounds = { x, y, width, height };
    BrowserWindow.all.push(this);
    app.events.emit('web-contents-created', {}, this.webContents);
  }
  loadURL: Electron.BrowserWindow['loadURL'] = async (url) => {
    this.webContents.url = url;
    // A page is never ready before its window's maker goes on.
    await Promise.resolve();
    this.events.emit('ready-to-show');
  };
  show: Electron.BrowserWindow['show'] = () => {
    this.shown = true;
    this.events.emit('show');
  };
  getBounds: Electron.BrowserWindow['getBounds'] = () => this.bounds;
  /** As on a system that animates: a window that fills its display has no bounds to set. */
  setBounds: Electron.BrowserWindow['setBounds'] = (bounds) => {
    if (!this.fullScreen) this.bounds = { ...this.bounds, ...bounds };
  };
  isFullScreen: Electron.BrowserWindow['isFullScreen'] = () => this.fullScreen;
  setFullScreen: Electron.BrowserWindow['setFullScreen'] = (flag) => {
    if (flag) this.fullScreen = true;
    else
      queueMicrotask(() => {
        this.fullScreen = false;
        this.events.emit('leave-full-screen');
      });
  };
  moveTop: Electron.BrowserWindow['moveTop'] = () => {
    this.raised += 1;
  };
  destroyed = false;
  destroy: Electron.BrowserWindow['destroy'] = () => {
    if (this.destroyed) return;
    this.destroyed = true;
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1);
    this.events.emit('closed');
    if (BrowserWindow.all.length === 0) app.events.emit('window-all-closed');
  };
  isMinimized: Electron.BrowserWindow['isMinimized'] = () => this.minimized;
  restore: Electron.BrowserWindow['restore'] = () => {
    this.minimized = false;
  };
  focus: Electron.BrowserWindow['focus'] = () => {
    this.focused += 1;
  };

  /** The page hands its port over, as the preload does; gives the page's end. */
  connect(facts: { frame?: FakeFrame | null; sender?: { id: number }; ports?: number } = {}): {
    page: MessagePort;
    core: FakePort[];
  } {
    const channel = new MessageChannel();
    const core = [new FakePort(channel.port2)];
    for (let extra = 1; extra < (facts.ports ?? 1); extra += 1) core.push(new FakePort(new MessageChannel().port2));
    const frame = facts.frame === undefined ? { url: this.webContents.url, parent: null } : facts.frame;
    this.webContents.channel.emit('consilium:connect', {
      sender: facts.sender ?? this.webContents,
      senderFrame: frame,
      ports: core,
    });
    return { page: channel.port1, core };
  }
}

export type FakeDisplay = Pick<Electron.Display, 'id' | 'bounds' | 'internal'>;

/** The displays of the room; the first is the presenter's until the test says otherwise. */
class FakeScreen {
  readonly events = new EventEmitter();
  readonly on = listening<Electron.Screen>(this.events).on;
  displays: FakeDisplay[] = [{ id: 1, bounds: { x: 0, y: 0, width: 1920, height: 1080 }, internal: true }];
  getAllDisplays = (): FakeDisplay[] => this.displays;
  getDisplayMatching = ({ x, y }: Electron.Rectangle): FakeDisplay => {
    const found = this.displays.find(
      ({ bounds }) => x >= bounds.x && x < bounds.x + bounds.width && y >= bounds.y && y < bounds.y + bounds.height,
    );
    const display = found ?? this.displays[0];
    if (display === undefined) throw new Error('a room without displays');
    return display;
  };
  unplug(id: number): void {
    const gone = this.displays.find((display) => display.id === id);
    this.displays = this.displays.filter((display) => display.id !== id);
    this.events.emit('display-removed', {}, gone);
  }
}
export const screen = new FakeScreen();

class FakeSession {
  readonly events = new EventEmitter();
  readonly schemes = new Map<string, Parameters<Electron.Protocol['handle']>[1]>();
  readonly protocol: Pick<Electron.Protocol, 'handle'> = {
    handle: (scheme, handler) => void this.schemes.set(scheme, handler),
  };
  permissionRequest: Parameters<Electron.Session['setPermissionRequestHandler']>[0] = null;
  permissionCheck: Parameters<Electron.Session['setPermissionCheckHandler']>[0] = null;
  device: Parameters<Electron.Session['setDevicePermissionHandler']>[0] = null;
  spellChecker = true;
  setPermissionRequestHandler: Electron.Session['setPermissionRequestHandler'] = (handler) => {
    this.permissionRequest = handler;
  };
  setPermissionCheckHandler: Electron.Session['setPermissionCheckHandler'] = (handler) => {
    this.permissionCheck = handler;
  };
  setDevicePermissionHandler: Electron.Session['setDevicePermissionHandler'] = (handler) => {
    this.device = handler;
  };
  setSpellCheckerEnabled: Electron.Session['setSpellCheckerEnabled'] = (enable) => {
    this.spellChecker = enable;
  };
  readonly on = listening<Electron.Session & { once: unknown }>(this.events).on;
  filter: ((url: string) => boolean) | undefined;
  readonly webRequest = {
    onBeforeRequest: (
      listener: (
        details: Pick<Electron.OnBeforeRequestListenerDetails, 'url'>,
        answer: (response: Electron.CallbackResponse) => void,
      ) => void,
    ): void => {
      this.filter = (url) => {
        let cancelled = true;
        listener({ url }, ({ cancel }) => {
          cancelled = cancel === true;
        });
        return cancelled;
      };
    },
  };
}

class FakeApp {
  readonly events = new EventEmitter();
  readonly on = listening<Electron.App>(this.events).on;
  readonly switches: string[] = [];
  readonly paths = new Map<string, string>();
  readonly calls: string[] = [];
  lock = true;
  program = '';
  isPackaged: Electron.App['isPackaged'] = false;
  readonly commandLine: Pick<Electron.CommandLine, 'appendSwitch'> = {
    appendSwitch: (name) => void this.switches.push(name),
  };
  enableSandbox: Electron.App['enableSandbox'] = () => void this.calls.push('enableSandbox');
  setName: Electron.App['setName'] = (name) => void this.calls.push(`setName ${name}`);
  setPath: Electron.App['setPath'] = (name, path) => void this.paths.set(name, path);
  getAppPath: Electron.App['getAppPath'] = () => this.program;
  requestSingleInstanceLock: Electron.App['requestSingleInstanceLock'] = () => this.lock;
  whenReady: Electron.App['whenReady'] = async () => void this.calls.push('ready');
  exit: Electron.App['exit'] = (code) => void this.calls.push(`exit ${code}`);
  quit: Electron.App['quit'] = () => {
    this.calls.push('quit');
    let prevented = false;
    this.events.emit('will-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    this.calls.push(prevented ? 'quit-held' : 'quit-done');
  };
}

export const app = new FakeApp();
export const session = { defaultSession: new FakeSession() };
export const errors: string[] = [];
export const dialog: Pick<Electron.Dialog, 'showErrorBox'> = {
  showErrorBox: (title, content) => void errors.push(`${title}: ${content}`),
};
export const menus: unknown[] = [];
export const Menu = {
  setApplicationMenu: ((menu) => void menus.push(menu)) satisfies (typeof Electron.Menu)['setApplicationMenu'],
  buildFromTemplate: (template: Parameters<(typeof Electron.Menu)['buildFromTemplate']>[0]) => template,
};
export const schemes: Electron.CustomScheme[] = [];
export const protocol: Pick<Electron.Protocol, 'registerSchemesAsPrivileged'> = {
  registerSchemesAsPrivileged: (list) => {
    app.calls.push('registerSchemes');
    schemes.push(...list);
  },
};

// The preload's half.
export const exposed = new Map<string, unknown>();
export const contextBridge: Pick<Electron.ContextBridge, 'exposeInMainWorld'> = {
  exposeInMainWorld: (key, api) => void exposed.set(key, api),
};
export const posted: { channel: string; message: unknown; ports: readonly unknown[] }[] = [];
export const ipcRenderer: Pick<Electron.IpcRenderer, 'postMessage'> = {
  postMessage: (channel, message, transfer) => void posted.push({ channel, message, ports: transfer ?? [] }),
};
