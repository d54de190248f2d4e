/** The workstation: its services over the host's ports, answered by one router. */
import type { Ports } from './ports.ts';
import { createRouter, type Router } from './router.ts';
import { createServices } from './services.ts';

export interface Workstation {
  readonly router: Router;
  /** Locks the vault and ends every timer; a second call does nothing. */
  close(): Promise<void>;
}

/** Opens the workstation over the host's ports. A missing pack or model does not stop it; its sections say so. */
export async function openWorkstation(ports: Ports): Promise<Workstation> {
  const services = await createServices(ports);
  return {
    router: createRouter(services),
    async close() {
      services.session.end();
      services.laboratory.end();
      if (services.vault.status().state === 'open') await services.vault.lock();
    },
  };
}
