/** The Electron host: opens the workstation's services, the window on them and the one on the wall, and relays. It decides nothing else. */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { RPCHandler } from '@orpc/server/message-port';
import { app, type BrowserWindow, dialog, Menu, protocol, session } from 'electron';
import { carriedDocuments as customJsonSerializers } from '../../shared/case/carried.ts';
import { defaultDataFolder } from '../data-folder.ts';
import { createHandler, createTicketDesk, machinePorts } from '../serve/index.ts';
import { openWorkstation, type Workstation } from '../workstation.ts';
import { offerAudience } from './audience.ts';
import { SCHEME } from './guards.ts';
import { guardContents, guardSession, openWindow, preloadPath, type WindowGround } from './window.ts';

// Electron and Chromium have options of their own in argv; ours are looked for among them.
const { values } = parseArgs({
  args: process.argv.slice(1),
  options: { data: { type: 'string' } },
  strict: false,
  allowPositionals: true,
});
const dataFolder = resolve(typeof values.data === 'string' ? values.data : defaultDataFolder());

// A standard, secure scheme has an origin of its own: storage and WebCrypto work, and `file:` is never needed.
protocol.registerSchemesAsPrivileged([
  {
    scheme: SCHEME,
    privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true },
  },
]);
app.enableSandbox();
app.setName('Consilium');
app.setPath('userData', join(dataFolder, 'window'));
for (const quiet of [
  'disable-background-networking',
  'disable-component-update',
  'disable-domain-reliability',
  'no-pings',
]) {
  app.commandLine.appendSwitch(quiet);
}
app.on('web-contents-created', (_, contents) => guardContents(contents));

if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  let workstation: Workstation | undefined;
  let window: BrowserWindow | undefined;
  app.on('second-instance', () => {
    if (window?.isMinimized()) window.restore();
    window?.focus();
  });
  app.on('window-all-closed', () => app.quit());
  app.on('will-quit', (event) => {
    if (workstation === undefined) return;
    const closing = workstation;
    workstation = undefined;
    event.preventDefault();
    void closing.close().finally(() => app.quit());
  });
  app
    .whenReady()
    .then(async () => {
      ({ workstation, window } = await open());
    })
    .catch((error: unknown) => {
      // One screen for a start that failed; nothing was written, so nothing is lost.
      dialog.showErrorBox('Consilium could not start', error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
}

async function open(): Promise<{ workstation: Workstation; window: BrowserWindow }> {
  const program = app.getAppPath();
  const tickets = createTicketDesk();
  const ports = machinePorts({
    host: 'electron',
    capabilities: { secondWindow: true, nativeFileDialog: true, print: false },
    dataFolder,
    tickets,
    program,
  });
  const workstation = await openWorkstation(ports);
  const calls = new RPCHandler(workstation.router, { customJsonSerializers });
  guardSession(session.defaultSession, createHandler({ bundle: join(program, 'out', 'renderer'), tickets }));
  // Only macOS needs a menu: without one it has no copy and paste.
  const roles = (['appMenu', 'editMenu', 'windowMenu'] as const).map((role) => ({ role }));
  Menu.setApplicationMenu(process.platform === 'darwin' ? Menu.buildFromTemplate(roles) : null);
  const ground: WindowGround = {
    preload: preloadPath(import.meta.dirname),
    connect: (port) => calls.upgrade(port, { context: {} }),
  };
  const window = openWindow(ground);
  offerAudience(ground, window);
  return { workstation, window };
}
