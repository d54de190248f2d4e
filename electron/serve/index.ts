export { createHandler, plain } from './handler.ts';
export { machinePorts } from './host.ts';
export { createTicketDesk } from './tickets.ts';
