/**
 * The sandboxed preload: says that there is a MessagePort carrier, and passes the page's port on to the core. It keeps
 * nothing and offers no function. The core checks the sender again; the checks here only keep strangers' noise out.
 */
import { contextBridge, ipcRenderer } from 'electron';
import { CONNECT } from './guards.ts';

contextBridge.exposeInMainWorld('consilium', { carrier: 'message-port' });

window.addEventListener('message', (event) => {
  if (event.source !== window || event.origin !== window.location.origin || event.data !== CONNECT) return;
  const [port] = event.ports;
  if (port !== undefined) ipcRenderer.postMessage(CONNECT, null, [port]);
});
