export { createHandler, plain } from './handler.ts';
export { guardHeaders } from './headers.ts';
export { failureLog, machinePorts } from './host.ts';
export { createTicketDesk, type ServedTickets } from './tickets.ts';
