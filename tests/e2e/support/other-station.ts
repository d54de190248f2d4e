/** A program of its own: makes a vault with samples in it. `node other-station.ts <data folder> <board> <person> <password> <sample>…` */
import { join, resolve } from 'node:path';
import { packFolder } from '../../../electron/case/index.ts';
import { createTicketDesk, machinePorts } from '../../../electron/serve/index.ts';
import { createServices } from '../../../electron/services.ts';

const [dataFolder = '', boardName = '', userName = '', password = '', ...samples] = process.argv.slice(2);
const program = resolve(import.meta.dirname, '../../..');
const services = await createServices(
  machinePorts({
    host: 'memory',
    capabilities: { secondWindow: false, nativeFileDialog: false, print: false },
    dataFolder,
    tickets: createTicketDesk(),
    program,
  }),
);
await services.vault.create({ boardName, userName, password });
for (const sample of samples) {
  const packed = await packFolder(join(program, 'sample-cases', sample));
  if (!packed.ok) throw new Error(packed.fault.message);
  for await (const _ of services.cases.import(packed.value));
}
services.session.end();
services.laboratory.end();
await services.vault.lock();
