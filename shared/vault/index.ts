export * from './auto-lock.ts';
export * from './cases.ts';
export * from './checkpoint.ts';
export * from './events.ts';
export * from './password.ts';
export * from './roles.ts';
export * from './service.ts';
